// A live count under a field that holds at most so many lines: `data-lines="10"`. The server has the last word.
import { say } from "./words.js";

const linesIn = (text) => (text.trim() ? text.trimEnd().split(/\r\n|\r|\n/).length : 0);

const watch = (field) => {
  const count = document.createElement("p");
  count.className = "lines-count";
  const show = () => {
    const [lines, most] = [linesIn(field.value), Number(field.dataset.lines)];
    count.textContent = say("lines", { count: lines, most });
    count.classList.toggle("over", lines > most);
  };
  field.after(count);
  field.addEventListener("input", show);
  show();
};

export const countLines = (part) => part.querySelectorAll("textarea[data-lines]").forEach(watch);
