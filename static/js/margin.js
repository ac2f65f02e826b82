// Marks in the margin of a rich text, each beside the words that it is about: a symbol, and words on focus.

import { isUpgraded } from "planwright/places";
import { findWords, pageOf } from "planwright/words";

const LEVELS = ["error", "warning", "advice", "rounding"];
const NAMES = { error: "Error", warning: "Warning", advice: "Advice", rounding: "Rounding" };
const SIGNS = { error: "✕", warning: "▲", advice: "●", rounding: "≈" };
const STEP = 28; // pixels between two marks, so that each can be pressed

/** Return whether what is said of a control stands in its margin: rich text, but for the cells of tables. */
export function isInMargin(control) {
  return control.dataset.type === "rich" && control.dataset.html !== undefined && !control.closest(".pw-grid");
}

/** The margins of all rich texts below `root`. `choose` is called with the mark that somebody presses. */
export class Margins {
  constructor(root, choose) {
    this.root = root;
    this.choose = choose;
    this.marks = new Map(); // of each textarea, [{id, level, message, words, nth}]
    this.sizes = new ResizeObserver(() => this.placeSoon());
    root.addEventListener("input", ({ target }) => this.marks.has(target) && this.placeSoon());
    // A text gets its editor when it comes into sight.
    const upgrades = new MutationObserver(() => this.drawAll());
    upgrades.observe(root, { subtree: true, attributes: true, attributeFilter: ["data-upgraded"] });
  }

  /** Show these marks, and no others. */
  draw(marks) {
    for (const area of this.marks.keys()) if (!marks.has(area)) clear(area);
    this.marks = marks;
    this.drawAll();
  }

  drawAll() {
    for (const [area, marks] of this.marks) {
      if (!isUpgraded(area) || !area.isConnected) continue;
      this.drawIn(area, marks);
      this.sizes.observe(pageOf(area));
    }
    this.place();
  }

  drawIn(area, marks) {
    const said = JSON.stringify(marks);
    const frame = area.closest(".pw-text");
    if (frame.querySelector(":scope > .pw-margin")?.dataset.said === said) return;
    clear(area);
    const margin = document.createElement("ul");
    margin.className = "pw-margin";
    margin.dataset.said = said;
    margin.setAttribute("aria-label", "Found in this text");
    margin.append(...marks.map((mark) => this.item(mark)));
    pageOf(area).parentElement.after(margin);
    describe(area, margin);
  }

  item(mark) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = `pw-margin__mark pw-margin__mark--${mark.level}`;
    const sign = document.createElement("span");
    sign.setAttribute("aria-hidden", "true");
    sign.textContent = SIGNS[mark.level];
    const words = document.createElement("span");
    words.className = "pw-margin__words";
    words.textContent = `${NAMES[mark.level]}: ${mark.message}`;
    button.append(sign, words);
    button.addEventListener("click", () => this.choose(mark));
    item.append(button);
    return item;
  }

  // --- where ---------------------------------------------------------------------------------------

  placeSoon() {
    if (this.isWaiting) return;
    this.isWaiting = true;
    requestAnimationFrame(() => {
      this.isWaiting = false;
      this.place();
    });
  }

  /** Put each mark beside its words, and light these up where the browser can. */
  place() {
    const ranges = new Map(LEVELS.map((level) => [level, []]));
    for (const [area, marks] of this.marks) {
      const margin = area.closest(".pw-text")?.querySelector(":scope > .pw-margin");
      if (margin) placeIn(margin, pageOf(area), marks, ranges);
    }
    if (!window.Highlight) return;
    for (const [level, found] of ranges) CSS.highlights.set(`pw-found-${level}`, new Highlight(...found));
  }

  /** Go on from a text to the words in it that a mark is about. */
  goTo(area, mark) {
    const range = mark && this.marks.has(area) && isUpgraded(area) && rangeOf(pageOf(area), mark);
    if (!range) return;
    document.getSelection().setBaseAndExtent(
      range.startContainer, range.startOffset, range.endContainer, range.endOffset,
    );
    range.startContainer.parentElement.scrollIntoView({ block: "center" });
  }
}

function placeIn(margin, page, marks, ranges) {
  const top = margin.parentElement.getBoundingClientRect().top;
  const first = page.firstElementChild ?? page;
  const items = [...margin.children].map((item, at) => {
    const range = rangeOf(page, marks[at]);
    if (range) ranges.get(marks[at].level).push(range);
    return { item, top: (range ?? first).getBoundingClientRect().top - top };
  });
  let free = 0;
  for (const each of items.sort((a, b) => a.top - b.top)) {
    const at = Math.max(each.top, free);
    each.item.style.top = `${at}px`;
    free = at + STEP;
  }
}

function rangeOf(page, { words, nth }) {
  return words ? findWords(page, { quote: words, occurrence: nth }) : null;
}

/** Let the text itself say how much is marked beside it. */
function describe(area, margin) {
  const id = `${area.id}_margin`;
  const count = margin.children.length;
  const words = document.createElement("span");
  words.id = id;
  words.className = "govuk-visually-hidden";
  words.textContent = `${count} finding${count === 1 ? "" : "s"} in this text, marked in the margin after it.`;
  margin.before(words);
  setDescription(pageOf(area), id, true);
}

function clear(area) {
  const frame = area.closest(".pw-text");
  frame?.querySelector(":scope > .pw-margin")?.remove();
  document.getElementById(`${area.id}_margin`)?.remove();
  const page = pageOf(area);
  if (page) setDescription(page, `${area.id}_margin`, false);
}

function setDescription(element, id, isThere) {
  const ids = (element.getAttribute("aria-describedby") ?? "").split(" ").filter((each) => each && each !== id);
  if (isThere) ids.push(id);
  if (ids.length) element.setAttribute("aria-describedby", ids.join(" "));
  else element.removeAttribute("aria-describedby");
}
