// The cells of an editor's tables: where they stand, what they hold, how a text gets into them, how they are marked.

import { readChoice, readTick } from "planwright/clipboard";
import { setUpChoice } from "planwright/reveal";

const CONTROL = "[data-field]:not([type='hidden'])";
const SIGNS = {
  error: "Error",
  "found-error": "Error found",
  warning: "Look again",
  "found-warning": "Warning",
  note: "Note",
  "found-advice": "Advice",
  "found-rounding": "Rounding",
};

// --- where -------------------------------------------------------------------------------------

/** Return how many columns a table shows, its buttons left out; those that set its rows up are its last. */
export function widthOf(table) {
  const heads = table.tHead.rows[table.tHead.rows.length - 1];
  const choice = setUpChoice(table.closest("[data-list]"));
  const hidden = choice && !choice.checked ? heads.querySelectorAll(".is-set-up").length : 0;
  return heads.cells.length - 1 - hidden;
}

/** Return the cell at a row and column, counted from 0; a heading across the table is in every column. */
export function cellAt(table, row, column) {
  const cells = table.tBodies[0].rows[row]?.cells;
  if (!cells) return null;
  return cells[0].colSpan > 1 ? cells[0] : cells[column];
}

/** Return the control of a cell, null where it has none. */
export function controlIn(cell) {
  return cell?.querySelector(CONTROL) ?? null;
}

/** Return the table, row and column of an element in a table's body; null outside. */
export function placeIn(element) {
  const cell = element.closest?.("th, td");
  const row = cell?.parentElement;
  const table = row?.closest("table.pw-grid");
  if (!table || row.parentElement !== table.tBodies[0] || cell.matches(".pw-row-actions")) return null;
  return { table, row: row.sectionRowIndex, column: cell.cellIndex };
}

/** Return the words of a column's head. */
export function headOf(table, column) {
  const cell = table.tHead.rows[table.tHead.rows.length - 1].cells[column];
  return cell ? cell.textContent.trim() : "";
}

// --- what --------------------------------------------------------------------------------------

/** Return what a control holds as a text: "on" for a ticked box. */
export function valueOf(control) {
  return control.type === "checkbox" ? (control.checked ? "on" : "") : control.value;
}

/** Show what was worked out, in the tone of the word that it ends with. */
export function showWorkedOut(element, text) {
  if (element.textContent === text) return;
  element.textContent = text;
  if (!element.dataset.tones) return;
  const tones = JSON.parse(element.dataset.tones);
  const ends = Object.keys(tones).filter((word) => text === word || text.endsWith(` ${word}`));
  const [word] = ends.sort((a, b) => b.length - a.length);
  if (word === undefined) delete element.dataset.tone;
  else element.dataset.tone = tones[word];
}

/** Return what a cell shows, as it is copied; `isWorkedOut` where nobody typed it. */
export function readCell(cell) {
  const control = controlIn(cell);
  if (!control) return { text: cell?.querySelector("[data-derived]")?.textContent ?? "", isWorkedOut: true };
  if (control.type === "checkbox") return { text: control.checked ? "yes" : "no", isWorkedOut: false };
  if (control.matches("select")) {
    return { text: control.selectedOptions[0]?.textContent ?? "", isWorkedOut: false };
  }
  const isWorkedOut = !control.value && Boolean(control.placeholder);
  return { text: isWorkedOut ? control.placeholder : control.value, isWorkedOut };
}

/** Return the value that a control would hold for this text, null where it cannot hold it. */
export function fit(control, text) {
  if (control.type === "checkbox") {
    const tick = readTick(text);
    return tick === null ? null : tick ? "on" : "";
  }
  if (control.matches("select")) {
    const choices = [...control.options].map(({ value, textContent }) => ({ value, label: textContent }));
    return readChoice(text, choices);
  }
  return control.matches("textarea") ? text : text.replace(/\s*[\r\n]+\s*/g, " ");
}

/** Put a value that fits into a control, and tell nobody. */
export function put(control, value) {
  if (control.type === "checkbox") control.checked = value === "on";
  else control.value = value;
}

/** Tell everything that follows the page that a control holds something else. */
export function tell(control) {
  control.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

// --- marks -------------------------------------------------------------------------------------

const marks = new WeakMap(); // of each control: messages by who marked it

/**
 * Mark a control with a message: `level` is "error", "warning", "note", or "found-" and the level of a finding. `source`
 * says whose mark it is; each has one.
 * The message is part of the control's description, and shown beside it while it has the focus; `hasBox`: whoever marks
 * it shows more there.
 */
export function markCell(control, { level = "error", message, source = "fault", hasBox = false }) {
  const own = marks.get(control) ?? new Map();
  own.set(source, { level, message, hasBox });
  marks.set(control, own);
  drawMarks(control, own);
}

/** Take a mark away: that of one source, or all. */
export function clearMark(control, source) {
  const own = marks.get(control) ?? new Map();
  if (source) own.delete(source);
  else own.clear();
  if (!source || source === "fault") clearDrawn(control);
  drawMarks(control, own);
}

/** Return a control's messages, the gravest first. */
export function marksOf(control) {
  const order = Object.keys(SIGNS);
  return [...(marks.get(control)?.values() ?? [])].sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
}

function drawMarks(control, own) {
  const frame = frameOf(control);
  const messages = marksOf(control);
  const worst = messages[0]?.level;
  for (const level of Object.keys(SIGNS)) frame.classList.toggle(`has-${level}`, level === worst);
  const id = `${control.id}_marks`;
  let words = document.getElementById(id);
  if (!messages.length) {
    words?.remove();
  } else {
    if (!words) {
      words = document.createElement("span");
      words.id = id;
      words.className = frame.matches("th, td") ? "govuk-visually-hidden" : "pw-mark";
      frame.append(words);
    }
    words.textContent = messages.map(({ level, message }) => `${SIGNS[level]}: ${message}`).join(" ");
  }
  describe(control, id, messages.length > 0);
  const isDrawnWrong = document.getElementById(`${control.id}_error`) !== null;
  if (own.size || control.getAttribute("aria-describedby") === null) invalidate(control, worst === "error" || isDrawnWrong);
  control.dispatchEvent(new CustomEvent("pw:marked", { bubbles: true }));
}

function frameOf(control) {
  return control.closest("th, td, .govuk-form-group") ?? control.parentElement;
}

function describe(control, id, isThere) {
  const named = (control.getAttribute("aria-describedby") ?? "").split(" ").filter((each) => each && each !== id);
  if (isThere) named.push(id);
  if (named.length) control.setAttribute("aria-describedby", named.join(" "));
  else control.removeAttribute("aria-describedby");
}

function invalidate(control, isWrong) {
  if (isWrong) control.setAttribute("aria-invalid", "true");
  else control.removeAttribute("aria-invalid");
}

/** Take away the error that the server drew at a control. */
function clearDrawn(control) {
  const message = document.getElementById(`${control.id}_error`);
  if (!message) return;
  message.remove();
  describe(control, `${control.id}_error`, false);
  const frame = frameOf(control);
  frame.classList.remove("is-error", "govuk-form-group--error");
  control.classList.remove("govuk-input--error", "govuk-textarea--error", "govuk-select--error");
  invalidate(control, false);
}
