// Long texts survive a reload, a lost connection or an expired sign-in: `data-keep="a key"` on the field.
//
// A draft is kept on this device under the person's id, for a week at most. It goes when its text is saved, when its
// writer discards it or signs out, and when somebody else signs in here.
import { say } from "./words.js";

const person = document.body.dataset.person;
const ROOT = "draft:";
const MINE = `${ROOT}${person}:`;
const PENDING = "saving";
const WEEK = 7 * 24 * 3600 * 1000;

const nameOf = (field) => MINE + field.dataset.keep;
const read = (name) => JSON.parse(localStorage.getItem(name) ?? "null");
const forget = (unwanted) =>
  Object.keys(localStorage)
    .filter((name) => name.startsWith(ROOT) && unwanted(name))
    .forEach((name) => localStorage.removeItem(name));

const write = (field) => {
  if (field.value === field.defaultValue) return localStorage.removeItem(nameOf(field));
  const draft = { text: field.value, from: field.defaultValue, at: Date.now() };
  try {
    localStorage.setItem(nameOf(field), JSON.stringify(draft));
  } catch {
    // The device's storage is full or closed: the field itself still holds the text.
  }
};

const put = (field, text) => {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
};

const note = (field, words, choices) => {
  const line = document.createElement("p");
  line.className = "kept-note";
  line.setAttribute("role", "status");
  line.append(words);
  for (const [label, act] of choices) {
    const button = Object.assign(document.createElement("button"), {
      type: "button",
      className: "button link",
      textContent: label,
    });
    button.addEventListener("click", () => {
      act();
      line.remove();
      field.focus();
    });
    line.append(button);
  }
  field.after(line);
};

const discard = (field) => () => {
  put(field, field.defaultValue);
  localStorage.removeItem(nameOf(field));
};

const bringBack = (field) => {
  const draft = read(nameOf(field));
  if (!draft || draft.text === field.value) return localStorage.removeItem(nameOf(field));
  if (draft.from === field.defaultValue) {
    put(field, draft.text);
    return note(field, say("restored"), [[say("discard"), discard(field)]]);
  }
  // The saved text has changed since, perhaps on another device: the writer chooses.
  return note(field, say("found"), [
    [say("putBack"), () => put(field, draft.text)],
    [say("discard"), discard(field)],
  ]);
};

/** The drafts of a key, or of all that begin with it: `commit-7-*`. */
const draftsOf = (key) =>
  key.endsWith("*") ? Object.keys(localStorage).filter((name) => name.startsWith(MINE + key.slice(0, -1))) : [MINE + key];

const hasField = (name) => document.querySelector(`[data-keep="${name.slice(MINE.length)}"]`);

/** Words whose field is not on the page any more, where the page has a place for them. */
const showUnsent = (place) => {
  const names = place.dataset.unsent.split(" ").flatMap(draftsOf).filter((name) => !hasField(name));
  const texts = names.map((name) => read(name)?.text).filter(Boolean);
  place.hidden = !texts.length;
  place.querySelector("textarea").value = texts.join("\n\n");
  place.querySelector("button").addEventListener("click", () => {
    names.forEach((name) => localStorage.removeItem(name));
    place.hidden = true;
  });
};

const keysIn = (form) => [...form.querySelectorAll("[data-keep]")].map(nameOf);

/** The page after a save says so in a message; any other page (sign-in, an error) leaves the drafts alone. */
const settle = () => {
  const sent = JSON.parse(sessionStorage.getItem(PENDING) ?? "[]");
  sessionStorage.removeItem(PENDING);
  const saved = document.querySelector(".message.success") && !document.querySelector(".is-invalid");
  if (saved) sent.forEach((name) => localStorage.removeItem(name));
};

const listen = () => {
  document.addEventListener("submit", ({ target }) => {
    if (target.matches("[data-signs-out]")) forget(() => true);
    else sessionStorage.setItem(PENDING, JSON.stringify(keysIn(target)));
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const saved = detail.successful && !detail.xhr.responseText.includes("is-invalid");
    if (saved && detail.elt.matches("form")) keysIn(detail.elt).forEach((name) => localStorage.removeItem(name));
  });
};

const begin = () => {
  forget((name) => !name.startsWith(MINE) || Date.now() - (read(name)?.at ?? 0) > WEEK);
  settle();
  listen();
};

let begun = false;

export const keepDrafts = (part) => {
  if (!person) return;
  try {
    if (!begun) begin();
    begun = true;
    for (const field of part.querySelectorAll("[data-keep]")) {
      bringBack(field);
      field.addEventListener("input", () => write(field));
    }
    part.querySelectorAll("[data-unsent]").forEach(showUnsent);
  } catch {
    // No local storage on this device (private mode, policy): drafts are a help, not a need.
  }
};
