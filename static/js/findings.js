// What the checks found in a section that is being edited: marked at its cells and in its texts, listed beside the
// editor, and found anew after each save. Nothing waits for it; without it the list is a page of its own.

import { clearMark, markCell } from "planwright/cells";
import { Margins, isInMargin } from "planwright/margin";
import { indexPlaces, keyOf, placeNamed } from "planwright/places";
import { reveal } from "planwright/reveal";

const PAUSE = 600; // milliseconds after a save: the next one often follows at once
const SOURCE = "findings";
const LEVELS = ["error", "warning", "advice", "rounding"];
const CONTROL = "[data-field]:not([type='hidden'])";

let findings = null;

/** Show the findings of the section that a form edits; null on a page that knows of none. */
export function startFindings(form) {
  const tab = document.querySelector("[data-finding-marks]");
  findings = tab && new Findings(form, tab);
  return findings;
}

/** Show the tab of the findings, listed as they are now; the promise tells when they are there. */
export function showFindings() {
  return findings?.show();
}

class Findings {
  constructor(form, tab) {
    this.form = form;
    this.root = form.querySelector("[data-editor]");
    this.tab = tab;
    this.url = tab.href;
    this.marked = new Map(); // of each marked control, what its mark says
    this.margins = new Margins(this.root, (mark) => this.showOne(mark));
    this.part = document.querySelector('[data-help-tab-part="findings"]');
    this.room = this.part.querySelector("[data-help-room]");
    this.marks = JSON.parse(tab.dataset.findingMarks);
    this.listen();
    this.draw();
  }

  listen() {
    this.form.addEventListener("pw:saved", ({ detail }) => detail.answer.changed && this.refreshSoon());
    this.form.addEventListener("pw:redrawn", () => this.draw());
    this.tab.addEventListener("click", () => this.isListed && this.refresh()); // others save too
    this.part.addEventListener("focusout", () => this.late && setTimeout(() => this.putLate()));
    this.part.addEventListener("click", (event) => this.follow(event));
  }

  // --- after a save --------------------------------------------------------------------------------

  refreshSoon() {
    clearTimeout(this.timer);
    this.asked?.abort();
    this.timer = setTimeout(() => this.refresh(), Number(this.form.dataset.findingsPause ?? PAUSE));
  }

  /** Ask what is found now: the list where it is shown, else the marks alone. */
  async refresh({ asList = this.isListed } = {}) {
    this.asked?.abort();
    this.asked = new AbortController();
    try {
      const answer = await fetch(asList ? this.url : `${this.url}?format=json`, {
        headers: { "X-Fragment": "findings" },
        signal: this.asked.signal,
      });
      if (!answer.ok || answer.redirected) throw new Error(`answered ${answer.status}`);
      if (asList) this.takeList(await answer.text());
      else this.take(await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") console.info("The findings could not be loaded.", error);
    }
  }

  take({ marks, count }) {
    this.marks = marks;
    this.draw();
    showCount(this.tab, count);
  }

  get isListed() {
    return this.part.querySelector("[data-findings]") !== null;
  }

  takeList(html) {
    const list = new DOMParser().parseFromString(html, "text/html").querySelector("[data-findings]");
    if (!list) throw new Error("no list of findings came");
    this.take({ marks: JSON.parse(list.dataset.findings), count: Number(list.dataset.count) });
    this.late = document.adoptNode(list);
    this.putLate();
  }

  /** Put the newest list in, unless somebody is in the old one; what is opened there stays open. */
  putLate() {
    if (!this.late || this.room.contains(document.activeElement)) return;
    const isOpen = this.room.querySelector("details[open]") !== null;
    this.room.replaceChildren(this.late);
    this.late = null;
    if (isOpen) this.room.querySelector("details")?.setAttribute("open", "");
  }

  // --- marks ---------------------------------------------------------------------------------------

  /** Mark each place that something is found at, and no other. */
  draw() {
    const index = indexPlaces(this.root);
    const wanted = new Map(); // marks of each control
    for (const mark of this.marks) {
      const control = controlFor(index, mark.path);
      if (control) wanted.set(control, [...(wanted.get(control) ?? []), mark]);
    }
    const texts = new Map([...wanted].filter(([control]) => isInMargin(control)));
    for (const control of texts.keys()) wanted.delete(control);
    for (const control of this.marked.keys()) if (!wanted.has(control)) this.unmark(control);
    for (const [control, marks] of wanted) this.mark(control, marks);
    this.margins.draw(texts);
  }

  mark(control, marks) {
    const level = LEVELS.find((each) => marks.some((mark) => mark.level === each));
    const message = marks.map((mark) => mark.message).join(" ");
    if (this.marked.get(control) === `${level} ${message}`) return;
    this.marked.set(control, `${level} ${message}`);
    markCell(control, { level: `found-${level}`, message, source: SOURCE });
  }

  unmark(control) {
    this.marked.delete(control);
    clearMark(control, SOURCE);
  }

  // --- going there ---------------------------------------------------------------------------------

  /** A link to a place of this very section goes there without leaving the page. */
  follow(event) {
    const link = event.target.closest("a[href]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const url = new URL(link.href);
    const at = url.searchParams.get("at");
    if (url.origin !== location.origin || url.pathname !== this.form.dataset.editUrl || !at) return;
    const place = placeNamed(this.form, at);
    if (!place) return;
    event.preventDefault();
    const id = link.closest("[id^='finding-']")?.id;
    reveal(place);
    this.margins.goTo(place, this.marks.find((mark) => mark.id === id));
  }

  // --- beside the editor ---------------------------------------------------------------------------

  async show() {
    this.tab.dispatchEvent(new CustomEvent("pw:show-part", { bubbles: true }));
    if (!this.isListed) await this.refresh({ asList: true });
  }

  /** Show one finding in the list and go to it. */
  async showOne({ id }) {
    await this.show();
    const found = document.getElementById(id);
    const fold = found?.closest("details");
    if (fold && this.room.contains(fold)) fold.open = true;
    found?.focus();
    found?.scrollIntoView({ block: "nearest" });
  }
}

/** Return the control at a path; of a row, or a field that the page does not show, the first of its row. */
function controlFor(index, path) {
  for (let length = path.length; length > 0; length -= 1) {
    const element = index.get(keyOf(path.slice(0, length)));
    if (element?.matches(CONTROL)) return element;
    if (element?.dataset.row !== undefined) return element.querySelector(CONTROL);
    if (element) return null; // a list as a whole
  }
  return null;
}

/** Show on the tab how much was found, and on the fold of the help where there is one. */
function showCount(tab, count) {
  const told = document.querySelector("[data-findings-told]");
  if (told) told.textContent = count ? `${count} finding${count === 1 ? "" : "s"}` : "";
  tab.querySelector(".pw-help__count")?.remove();
  if (!count) return;
  const box = document.createElement("span");
  box.className = "pw-help__count";
  box.textContent = String(count);
  tab.append(" ", box);
}
