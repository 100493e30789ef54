// The room in a browser: counts the stage's time, says politely that the stage has changed, and what was not sent.
// The server's clock is the truth: it sends the seconds left, so that this device's own clock does not matter.
// That something has changed is heard by `live.js`, which also says when the connection is lost.
const head = () => document.getElementById("room-head");

// --- Time left, then time over; it never cuts off ---------------------------------------------
const deadlines = new WeakMap();

const inWords = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/** Seconds until the part's time is over; in a pause they stay the same. */
const secondsLeft = (part, seconds) => {
  if ("paused" in part.dataset) return seconds;
  if (!deadlines.has(part)) deadlines.set(part, Date.now() + seconds * 1000);
  return Math.round((deadlines.get(part) - Date.now()) / 1000);
};

const tick = () => {
  if (clockJumped()) lookAfresh();
  const timer = document.querySelector(".timer");
  if (!timer) return;
  const left = secondsLeft(timer, Number(timer.dataset.seconds));
  const words = left < 0 ? timer.dataset.over : timer.dataset.left;
  timer.classList.toggle("over", left < 0);
  timer.querySelector(".timer-count").textContent = words.replace("{time}", inWords(Math.abs(left)));
  sayCost();
};

/** What is planned, and does not fit: it grows while the stage runs over, or stands still. */
const sayCost = () => {
  const cost = document.querySelector(".room-slack");
  if (!cost) return;
  const start = Number(cost.dataset.left);
  if (!deadlines.has(cost)) deadlines.set(cost, Date.now() + start * 1000);
  const left = (deadlines.get(cost) - Date.now()) / 1000;
  const lost = "paused" in cost.dataset ? start - left : Math.max(0, Math.min(0, start) - Math.min(0, left));
  const minutes = Math.ceil((lost - Number(cost.dataset.slack)) / 60 - 0.5);
  cost.hidden = minutes <= 0;
  cost.querySelector(".room-slack-words").textContent = cost.dataset.words.replace("{minutes}", minutes);
};

// The device slept, or somebody set its clock: the two ways of telling time disagree, and the server is asked.
let between = Date.now() - performance.now();

const clockJumped = () => {
  const before = between;
  between = Date.now() - performance.now();
  return Math.abs(between - before) > 2000;
};

const look = () => document.body.dispatchEvent(new CustomEvent("live:changed"));

/** All of it, as if something had changed; the boxes stay. */
const lookAfresh = () => {
  const stamp = document.getElementById("room-stamp");
  if (stamp) stamp.value = `${stamp.value.split(".")[0]}.again`;
  look();
};

// --- A stage change, for who hears the page ---------------------------------------------------
let stage = head()?.dataset.stage;

const announce = () => {
  if (!head() || head().dataset.stage === stage) return;
  stage = head().dataset.stage;
  document.getElementById("room-says").textContent = head().dataset.says;
  // What was said of the stage before is over with it.
  document.querySelectorAll("body > .messages > .message").forEach((message) => message.remove());
};

// --- Choosing: the minutes add up as they are typed -------------------------------------------
const addUp = (form) => {
  const minutesOf = (place) => form.querySelector(`[name="${place.name.replace("place_", "minutes_")}"]`);
  const chosen = [...form.querySelectorAll('[name^="place_"]')].filter((place) => place.value);
  const sum = chosen.reduce((total, place) => total + Number(minutesOf(place).value), 0);
  const remaining = Number(form.dataset.remaining);
  const output = form.querySelector(".choose-sum");
  const words = sum > remaining ? form.dataset.over : form.dataset.fits;
  const values = { sum, remaining, over: sum - remaining };
  output.textContent = chosen.length ? words.replace(/\{(\w+)\}/g, (_, key) => values[key]) : "";
  output.classList.toggle("over", sum > remaining);
};

// --- The connection, and what the server answers ----------------------------------------------
const lost = (is) => {
  document.getElementById("room-lost").hidden = !is;
};

// What is refused comes back with the words and the reason: shown, though it is no success.
const SHOWN = [409, 422];
// No longer of this set, or signed out: the whole page goes.
const GONE = [403, 404];

// While a form is on its way, what the page hears must not take the form away under it: the page looks again afterwards.
let sending = 0;
let missed = false;
const isSent = (detail) => detail.requestConfig?.verb === "post";

// Asked before the page moved on by itself: the answer would bring boxes that are here already, and somebody types in.
const isStale = ({ requestConfig }) => {
  const asked = requestConfig?.formData?.get("stamp");
  return Boolean(asked) && asked !== document.getElementById("room-stamp")?.value;
};

// A form that somebody has just opened: it comes into its own place, whatever else is on its way.
const isOpened = ({ requestConfig }) => Boolean(requestConfig?.elt.matches("details"));

// The words are in: the box and its draft are empty, even when the stage has changed and the box goes with it.
const empty = (box) => {
  if (!box) return;
  box.value = "";
  box.dispatchEvent(new Event("input", { bubbles: true }));
};

// The focus is not lost: what comes in place of a button has it, and where a box or a button has gone, it goes on from there.
let place = null;

const remember = (element) => {
  place = { element, id: element.id, part: element.closest("section[id]")?.id };
};

const takesFocus = (id) => {
  const element = id ? document.getElementById(id) : null;
  if (element?.matches("section")) element.tabIndex = -1;
  element?.focus({ preventScroll: true });
  return element !== null && element === document.activeElement;
};

const keepFocus = () => {
  if (!place || document.activeElement !== document.body) return;
  // A button that was shut while its words were on their way.
  if (place.element.isConnected) place.element.focus({ preventScroll: true });
  else [place.id, place.part].some(takesFocus);
};

document.addEventListener("focusin", ({ target }) => remember(target));
// Somebody who presses beside everything lets go of it.
document.addEventListener("pointerdown", () => (place = null), true);
new MutationObserver(keepFocus).observe(document.body, { childList: true, subtree: true });

const answered = () => {
  sending -= 1;
  keepFocus();
  // Another one is on its way: whose answer comes last is not always the newest.
  if (sending) missed = true;
  else if (missed) look();
  missed &&= sending > 0;
};

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (!isSent(detail)) return;
  sending += 1;
  // Of a form that was renewed meanwhile, htmx tells the document nothing more.
  detail.xhr.addEventListener("loadend", answered);
  if (detail.elt.contains(document.activeElement)) remember(document.activeElement);
});
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (SHOWN.includes(detail.xhr.status)) detail.shouldSwap = true;
  if (isSent(detail) && detail.xhr.status === 200) {
    empty(detail.requestConfig.elt.querySelector("#room-box [data-keep]"));
    // Done: what was opened for it is folded away again.
    detail.requestConfig.elt.closest("details")?.removeAttribute("open");
  }
  if (isSent(detail) || isOpened(detail)) return;
  if (sending) {
    detail.shouldSwap = false;
    missed = true;
  } else if (isStale(detail)) {
    detail.shouldSwap = false;
    look();
  }
});
// A part that looks as before stays: a button under somebody's finger, the focus (and what let it have it), an open list.
const ours = /(?<=name="csrfmiddlewaretoken" value=)"[^"]*"| tabindex="-1"/g;
const looks = (part) => {
  const bare = part?.cloneNode(true);
  // A form that came when it was opened is not among what comes each time.
  bare?.querySelectorAll("details[hx-get] > .folded").forEach((place) => place.replaceChildren());
  return bare?.outerHTML.replace(ours, "");
};

// Who is here is renewed around whoever is just changing it only once they have sent it, or put it back.
const changed = (select) => [...select.options].some((option) => option.selected !== option.defaultSelected);
const isInUse = (part) => [...part.querySelectorAll("select")].some((one) => one === document.activeElement || changed(one));

document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  const fresh = detail.fragment.firstElementChild;
  // What was opened on this page stays open.
  detail.target.querySelectorAll("details[id][open]").forEach(({ id }) => fresh?.querySelector(`#${id}`)?.setAttribute("open", ""));
  if (looks(detail.target) === looks(fresh)) detail.shouldSwap = false;
  else if (detail.target.id === "room-people" && isInUse(detail.target)) detail.shouldSwap = false;
});

// Opened before htmx was there to hear of it, or still open in a part that was renewed.
document.addEventListener("htmx:load", ({ target }) =>
  target.querySelectorAll("details[hx-get][open]").forEach((part) => part.dispatchEvent(new Event("toggle"))),
);

document.addEventListener("htmx:responseError", ({ detail }) => {
  if (GONE.includes(detail.xhr.status)) window.location.reload();
  else if (isSent(detail) && !SHOWN.includes(detail.xhr.status)) lost(true);
});
document.addEventListener("htmx:sendError", ({ detail }) => isSent(detail) && lost(true));
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!detail.successful) return;
  if (isSent(detail)) lost(false);
  // Saved notes are the new starting point of the field: its draft is compared with them.
  const note = document.querySelector(".room-note textarea");
  if (detail.elt.closest(".room-note")) note.defaultValue = detail.requestConfig.formData.get("text");
});
document.addEventListener("htmx:oobAfterSwap", tick);
document.addEventListener("htmx:afterSettle", announce);
document.addEventListener("input", ({ target }) => {
  const form = target.closest("form.choose");
  if (form) addUp(form);
});

tick();
setInterval(tick, 1000);
document.querySelectorAll("form.choose").forEach(addUp);
