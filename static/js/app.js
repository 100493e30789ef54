// Loaded on every page, after it is readable. Nothing here is needed to use the product.
import { fillZones } from "./zone.js";
import { countLines } from "./lines.js";
import { keepDrafts } from "./keep.js";
import { offerCopies } from "./copy.js";

const wake = (part) => {
  fillZones(part);
  countLines(part);
  keepDrafts(part);
  offerCopies(part);
};

wake(document);
document.addEventListener("htmx:load", (event) => event.detail.elt !== document.body && wake(event.detail.elt));
