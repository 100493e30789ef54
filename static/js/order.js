// Choosing by buttons: a topic goes up or down the list, which stands in the order chosen; those for another day last.
// Without this, the order is given by the numbers in the fields.
const rowsOf = (list) => [...list.querySelectorAll(".choice")];
const placeOf = (row) => row.querySelector('[name^="place_"]');

/** The rows with a place, in their order. */
const chosenIn = (list) =>
  rowsOf(list)
    .filter((row) => placeOf(row).value)
    .sort((one, other) => placeOf(one).value - placeOf(other).value);

/** The fields say the order of these rows, and the list stands in it. */
const arrange = (list, chosen) => {
  const others = rowsOf(list).filter((row) => !chosen.includes(row));
  others.forEach((row) => (placeOf(row).value = ""));
  chosen.forEach((row, at) => (placeOf(row).value = at + 1));
  list.append(...chosen, ...others);
};

const move = (row, by) => {
  const list = row.parentElement;
  const chosen = chosenIn(list);
  const from = chosen.indexOf(row);
  if (from >= 0) chosen.splice(from, 1);
  // Up from below the chosen ones: the last of them. Down from the last: not today.
  const to = from < 0 ? chosen.length : from + by;
  if (from >= 0 || by < 0) {
    if (to <= chosen.length) chosen.splice(Math.max(0, to), 0, row);
    arrange(list, chosen);
  }
};

const say = (row) => {
  const place = placeOf(row);
  const words = `${row.querySelector("h3").textContent}: ${place.selectedOptions[0].textContent}`;
  document.getElementById("room-says").textContent = words;
};

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-move]");
  if (!button) return;
  const row = button.closest(".choice");
  move(row, Number(button.dataset.move));
  say(row);
  button.focus();
  placeOf(row).dispatchEvent(new Event("input", { bubbles: true }));
});
