// The sentences that scripts show, translated by the page: `<template id="words" data-…>`.
const words = document.getElementById("words")?.dataset ?? {};

export const say = (name, values = {}) =>
  (words[name] ?? "").replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
