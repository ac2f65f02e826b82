// The number guard: questions cells that are no number of what their column counts, and offers what they may mean.
// It never changes a cell by itself and never keeps anybody from typing on.

import { announce, announceToo, changeControls, clearMark, markCell } from "planwright/grid";
import { question } from "planwright/guard-questions";
import { keyOf, pathOf } from "planwright/places";
import { unfold } from "planwright/reveal";
import { splitNotes } from "planwright/values";

const CONTROL = "input[data-field], textarea[data-field]";
const LEFT_LIMIT = 500;
const PAUSE = 250; // ms after a paste or a change by others

/** Start the guard of a form with an editor. */
export function startGuard(form) {
  return new Guard(form);
}

class Guard {
  constructor(form) {
    this.form = form;
    this.root = form.querySelector("[data-editor]");
    this.asked = new Map(); // questioned controls, and what is asked
    this.left = new LeftAsTheyAre(form.dataset.editUrl ?? "");
    this.box = new QuestionBox(this);
    this.line = new SummaryLine(this);
    this.listen();
    form.querySelector("[data-questions]")?.remove();
    requestIdleCallback(() => this.lookAtAll(), { timeout: 2000 });
  }

  listen() {
    const { form, root } = this;
    root.addEventListener("change", (event) => this.hear(event.target));
    root.addEventListener("input", (event) => (event.isTrusted ? this.ease(event.target) : this.lookSoon()));
    root.addEventListener("pw:rows", () => this.lookSoon());
    form.addEventListener("pw:redrawn", () => this.lookSoon());
    root.addEventListener("focusin", (event) => this.box.follow(event.target));
    form.addEventListener("keydown", (event) => this.press(event), { capture: true });
  }

  // --- looking -------------------------------------------------------------------------------

  /** Look at what was typed, and at its row where the unit of the row changed. */
  hear(control) {
    if (control.dataset.field !== "unit") return this.look(control);
    for (const each of control.closest("[data-row]")?.querySelectorAll(CONTROL) ?? []) this.look(each);
    return null;
  }

  /** While somebody types, take a question away that is answered; ask no new one. */
  ease(control) {
    if (this.asked.has(control)) this.look(control);
  }

  lookSoon() {
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.lookAtAll(), PAUSE);
  }

  lookAtAll() {
    const before = this.asked.size;
    for (const control of this.asked.keys()) if (!control.isConnected) this.asked.delete(control);
    for (const control of this.root.querySelectorAll(CONTROL)) this.look(control);
    if (this.asked.size > before) announceToo(`${inWords(this.asked.size)}. F8 goes to the next.`);
    this.line.show();
  }

  look(control) {
    const found = this.find(control);
    if (!found && !this.asked.has(control)) return;
    if (found) {
      this.asked.set(control, found);
      markCell(control, { level: "warning", message: describe(control, found), source: "guard", hasBox: true });
    } else {
      this.asked.delete(control);
      clearMark(control, "guard");
    }
    this.line.show();
    if (control === document.activeElement) this.box.follow(control);
  }

  /** Return what to ask about a control; null if it can stand as it is, or is to. */
  find(control) {
    const text = control.value.trim();
    const holds = text && holdsOf(control);
    if (!holds) return null;
    const rowUnit = control.closest("[data-row]")?.querySelector('[data-field="unit"]')?.value.trim() ?? "";
    const found = question(text, holds, { rowUnit, moneyUnit: this.form.dataset.moneyUnit || "£000" });
    return found && !this.left.has(control, text) ? found : null;
  }

  // --- answering -----------------------------------------------------------------------------

  /** Put a reading into a control, its notes kept. */
  take(control, reading) {
    const notes = splitNotes(control.value)[1].map((mark) => ` [note ${mark}]`).join("");
    changeControls([[control, reading + notes]], `reading it as ${reading}`);
    control.focus();
    this.look(control);
    announce(`Now ${reading}${this.rest()}`);
  }

  leave(control) {
    this.left.add(control, control.value.trim());
    control.focus();
    this.look(control);
    announce(`Left as it is${this.rest()}`);
  }

  rest() {
    return this.asked.size ? `. ${inWords(this.asked.size)}.` : ".";
  }

  /** Go to the questioned cell that follows, in the order of the page; the first one after the last. */
  goToNext() {
    const here = document.activeElement;
    const all = [...this.root.querySelectorAll(CONTROL)].filter((control) => this.asked.has(control));
    const isAfter = (control) => here.compareDocumentPosition(control) & Node.DOCUMENT_POSITION_FOLLOWING;
    const next = all.find((control) => control !== here && isAfter(control)) ?? all[0];
    if (!next) return;
    unfold(next);
    next.scrollIntoView({ block: "center", inline: "nearest" });
    next.focus();
  }

  press(event) {
    if (event.key === "F8" && this.asked.size) this.goToNext();
    else if (!this.answer(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Answer the question at the control that has the focus by a key; returns whether the key was one. */
  answer({ key, altKey, target }) {
    if (altKey && key === "Enter") this.hear(target);
    const found = altKey && this.asked.get(target);
    if (!found) return false;
    if (key === "Enter" && found.readings.length) this.take(target, found.readings[0]);
    else if (key === "Backspace") this.leave(target);
    else if (key === "ArrowDown") this.box.enter();
    else return false;
    return true;
  }
}

// --- what a cell counts ----------------------------------------------------------------------

const columns = new WeakMap(); // of each list: what its cells count, by path

function holdsOf(control) {
  if (control.dataset.holds) return control.dataset.holds;
  const list = control.closest("[data-row]") && control.closest("[data-list]");
  if (!list) return "";
  if (!columns.has(list)) columns.set(list, JSON.parse(list.dataset.holds ?? "{}"));
  return columns.get(list)[control.dataset.field] ?? "";
}

function describe(control, { fault, readings }) {
  const meant = readings.length ? ` Did you mean ${readings.join(" or ")}? Alt+Enter takes ${readings[0]}.` : "";
  return `“${control.value.trim()}” ${fault}.${meant} Alt+Backspace leaves it.`;
}

function inWords(count) {
  return count === 1 ? "1 cell needs a look" : `${count} cells need a look`;
}

/** The texts that somebody left as they are, kept in this browser. */
class LeftAsTheyAre {
  constructor(page) {
    this.key = `pw-left:${page}`;
    this.texts = new Set(this.read());
  }

  has(control, text) {
    return this.texts.has(nameOf(control, text));
  }

  add(control, text) {
    this.texts.add(nameOf(control, text));
    try {
      localStorage.setItem(this.key, JSON.stringify([...this.texts].slice(-LEFT_LIMIT)));
    } catch {
      // A browser that keeps nothing asks again the next time.
    }
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) ?? [];
    } catch {
      return [];
    }
  }
}

function nameOf(control, text) {
  return `${keyOf(pathOf(control))} ${text}`;
}

// --- on the screen ---------------------------------------------------------------------------

/** The line beside the buttons, always in sight, that says how many cells need a look, and goes to them. */
class SummaryLine {
  constructor(guard) {
    this.guard = guard;
    this.element = make("div", "pw-guard-line");
    this.element.hidden = true;
    this.words = make("p", "pw-guard-line__words");
    const next = makeButton("Go to the next", () => guard.goToNext());
    next.title = "F8";
    this.element.append(this.words, next);
    guard.form.querySelector(".pw-actionbar").append(this.element);
  }

  show() {
    const count = this.guard.asked.size;
    this.element.hidden = !count;
    this.words.textContent = count ? inWords(count) : "";
  }
}

/** The question beside the cell that has the focus: a button for each reading, and one to leave it. */
class QuestionBox {
  constructor(guard) {
    this.guard = guard;
    this.control = null;
    this.element = make("div", "pw-guard");
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", "What this cell may mean");
    this.element.hidden = true;
    guard.form.append(this.element);
    this.element.addEventListener("keydown", (event) => this.press(event));
    guard.form.addEventListener("focusout", (event) => this.lose(event.relatedTarget));
    addEventListener("scroll", () => this.place(), { capture: true, passive: true });
    addEventListener("resize", () => this.place(), { passive: true });
  }

  follow(control) {
    const found = this.guard.asked.get(control);
    this.element.hidden = !found;
    this.control = found ? control : null;
    if (found) this.draw(control, found);
  }

  draw(control, { fault, readings }) {
    const words = make("p", "pw-guard__words", `“${control.value.trim()}” ${fault}.`);
    const buttons = readings.map((reading) =>
      makeButton(`Take ${reading}`, () => this.guard.take(control, reading)),
    );
    buttons.push(makeButton("Leave as it is", () => this.guard.leave(control)));
    const keys = readings.length ? "Alt+Enter takes the first, Alt+Backspace leaves it" : "Alt+Backspace leaves it";
    this.element.replaceChildren(words, ...buttons, make("p", "pw-guard__keys", keys));
    for (const button of buttons) button.tabIndex = -1;
    this.place();
  }

  /** Stand under the control, or above it where there is no room. */
  place() {
    if (!this.control) return;
    const cell = (this.control.closest("td, th") ?? this.control).getBoundingClientRect();
    const { offsetHeight: height, offsetWidth: width } = this.element;
    const isRoom = cell.bottom + height + 8 < innerHeight;
    const left = Math.max(8, Math.min(cell.left, document.documentElement.clientWidth - width - 8));
    this.element.style.left = `${left}px`;
    this.element.style.top = `${isRoom ? cell.bottom + 2 : Math.max(8, cell.top - height - 2)}px`;
  }

  enter() {
    this.element.querySelector("button").focus();
  }

  press(event) {
    const buttons = [...this.element.querySelectorAll("button")];
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (event.key === "Escape") this.control.focus();
    else if (step) buttons[(buttons.indexOf(event.target) + step + buttons.length) % buttons.length].focus();
    else return;
    event.preventDefault();
  }

  lose(next) {
    if (this.element.contains(next) || next === this.control) return;
    this.element.hidden = true;
    if (!next) this.control = null;
  }
}

function make(tag, look, words = "") {
  const element = document.createElement(tag);
  element.className = look;
  element.textContent = words;
  return element;
}

function makeButton(words, act) {
  const button = make("button", "govuk-button govuk-button--secondary pw-guard__button", words);
  button.type = "button";
  button.addEventListener("mousedown", (event) => event.preventDefault()); // the cell keeps the focus
  button.addEventListener("click", act);
  return button;
}
