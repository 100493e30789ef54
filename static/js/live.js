// Keeps an open page true: `data-live="/live/…/"`, from `{% live_channel … %}`, on any element of it.
//
// When something changed the body gets `live:changed`; htmx asks for what shows it: hx-trigger="live:changed from:body".
// A page whose stream is cut off says so; one that has none looks for itself. Who is dismissed loses the page.
import { say } from "./words.js";

const SILENCE = 22_000; // the server is heard every ten seconds
const LOOK_EVERY = 5_000; // while there is no stream
const LOOK_ANYWAY = 180_000; // at the next beat: for what a stream may have missed
const SIGN_EVERY = 25_000; // at the next beat: who gives no sign of life is taken to have lost the network
const TRY_EVERY = 15_000; // after the server refused one
const SAY_AFTER = 3_000; // a shorter break is no news
const BREATH = 300; // between two looks

const address = () => document.querySelector("[data-live]")?.dataset.live;
const line = Object.assign(document.createElement("p"), { className: "live-lost" });
line.setAttribute("role", "status");

let stream; // of the browser, which reconnects by itself unless it was refused
let heardAt; // when the server was last heard
let cutAt = null; // since when the network is gone
let refusedAt = null; // when the server last said that there is no stream
let lookedAt = 0;
let signedAt = 0;
let missed = false; // a change, while nobody saw the page
let looking = null;

const look = () => {
  missed = document.hidden;
  if (missed) return;
  looking ??= setTimeout(() => {
    looking = null;
    lookedAt = Date.now();
    document.body.dispatchEvent(new CustomEvent("live:changed"));
  }, Math.max(0, lookedAt + BREATH - Date.now()));
};

/** The page is there, hidden or not: told without a question. What could not be told is told at the next beat. */
const sign = () => {
  signedAt = Date.now();
  fetch(address(), { method: "POST" }).catch(() => (signedAt = 0));
};

const show = (words) => {
  if (line.textContent !== words) line.textContent = words;
};

const hear = () => {
  heardAt = Date.now();
  cutAt = refusedAt = null;
  show("");
};

/** No stream: perhaps the page itself isn't the reader's any more. Otherwise it looks for itself. */
const refused = async () => {
  refusedAt = Date.now();
  cutAt = null;
  show("");
  const page = await fetch(location.href, { redirect: "manual" }).catch(() => null);
  if (page?.type === "opaqueredirect" || page?.status === 403 || page?.status === 404) location.reload();
};

const broke = () => {
  if (stream.readyState === EventSource.CLOSED) refused();
  else cutAt ??= Date.now();
};

const connect = () => {
  stream?.close();
  if (!address()) return;
  heardAt = Date.now();
  stream = new EventSource(address());
  stream.addEventListener("changed", ({ data }) => {
    hear();
    // When all pages of the site are told at once, they don't all ask at once.
    setTimeout(look, Math.random() * Number(data));
  });
  stream.addEventListener("open", sign);
  // Heard in a hidden page, too, whose own clock is slowed down.
  stream.addEventListener("beat", () => {
    hear();
    if (Date.now() - signedAt > SIGN_EVERY) sign();
    if (Date.now() - lookedAt > LOOK_ANYWAY) look();
  });
  stream.addEventListener("dismissed", () => {
    stream.close();
    location.reload();
  });
  stream.addEventListener("error", broke);
};

const cut = () => {
  cutAt ??= Date.now();
  connect();
};

const watch = () => {
  const now = Date.now();
  if (refusedAt && now - refusedAt > TRY_EVERY) {
    refusedAt = now;
    connect();
  } else if (!refusedAt && now - heardAt > SILENCE) cut();
  if (cutAt && now - cutAt > SAY_AFTER) show(say("connectionLost"));
  if ((cutAt || refusedAt) && now - lookedAt > LOOK_EVERY) look();
};

if (address()) {
  document.querySelector("main").before(line);
  connect();
  setInterval(watch, 1_000);
  addEventListener("offline", cut);
  document.addEventListener("visibilitychange", () => missed && look());
  addEventListener("online", connect);
  addEventListener("pagehide", () => stream.close());
  addEventListener("pageshow", ({ persisted }) => persisted && connect());
}
