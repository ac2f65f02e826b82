// Types, pastes and moves in an editor's tables at a spreadsheet's speed, on the plain form that the server drew. All
// listening is done at the form, so that a table of 300 rows opens no slower for it.

import { planClear, planFill, planPaste, readBlock, sayMissed } from "planwright/blocks";
import { cellAt, clearMark, controlIn, fit, markCell, placeIn, showWorkedOut, valueOf } from "planwright/cells";
import { parseHtml, parseText, repeatInto, writeHtml, writeText } from "planwright/clipboard";
import { KeyBoard } from "planwright/grid-keys";
import { followPointer } from "planwright/grid-pointer";
import { addStatus, addTools, showBubble, showStatus, showUndo } from "planwright/grid-tools";
import { unfold } from "planwright/reveal";
import { ROW_LIMIT, drawRows, identify, nameRow, numberNames, rowsOf, tableOf } from "planwright/rows";
import { forget, recalculate } from "planwright/rules";
import { Selection, cellsOf, counted, lastPlace } from "planwright/selection";
import { Steps } from "planwright/steps";

export { cellAt, clearMark, markCell, placeIn };

let grid = null;

/** Start the tables and lists of a form. */
export function startGrid(form) {
  grid = new Grid(form);
  return grid;
}

/** Put texts into controls as one step that can be undone: pairs of a control and its text. `words` name it. */
export function changeControls(pairs, words) {
  return grid.steps.take({ words, values: pairs.map(([control, text]) => [control, fit(control, text) ?? text]) });
}

/** Say something to everybody: it is shown below the form and read out. */
export function announce(words) {
  showStatus(words);
}

/** Say something that comes of what was said just now: what a paste left to look at. */
export function announceToo(words) {
  addStatus(words);
}

class Grid {
  constructor(form) {
    this.form = form;
    this.root = form.querySelector("[data-editor]");
    this.selection = new Selection();
    this.steps = new Steps(this.root, (touched) => this.follow(touched));
    this.keys = new KeyBoard(this);
    this.draw();
    this.listen();
    requestIdleCallback(() => recalculate(this.root), { timeout: 2000 });
  }

  /** Prepare what was just drawn. */
  draw() {
    this.form.classList.add("has-grid");
    for (const row of this.root.querySelectorAll('[data-row=""]')) identify(row.closest("[data-list]"), row);
    addTools(this);
  }

  listen() {
    const { form, root } = this;
    for (const told of ["input", "change"]) root.addEventListener(told, keepFromSaving, { capture: true });
    root.addEventListener("focusin", (event) => this.enter(event.target));
    root.addEventListener("focusout", () => this.leave());
    root.addEventListener("change", () => this.steps.settle());
    root.addEventListener("input", (event) => this.hear(event));
    for (const told of ["input", "pw:put"]) root.addEventListener(told, ({ target }) => nameRow(target));
    root.addEventListener("keydown", (event) => this.keys.press(event));
    root.addEventListener("copy", (event) => this.copy(event));
    root.addEventListener("cut", (event) => this.copy(event));
    root.addEventListener("paste", (event) => this.paste(event));
    root.addEventListener("click", (event) => this.click(event));
    root.addEventListener("toggle", () => showUndo(this), { capture: true });
    followPointer(this);
    form.addEventListener("submit", () => numberNames(root));
    form.addEventListener("pw:redrawn", () => {
      this.selection.clear();
      forget(root);
      this.draw();
    });
  }

  // --- what happens to a control ---------------------------------------------------------------

  enter(control) {
    showBubble(placeIn(control) && control);
    if (!control.matches("[data-field]") || "upgraded" in control.dataset) return;
    if (this.steps.typing?.control !== control) this.steps.watch(control);
    this.keys.isEditing = false;
    const place = placeIn(control);
    if (!place) return;
    const isPlain = !this.selection.isBlock || this.selection.table !== place.table;
    if (isPlain || !this.isHeld) this.selection.collapse(place);
    if (!this.isPointed && control.select) control.select();
  }

  leave() {
    showBubble(null);
    this.steps.settle();
  }

  hear(event) {
    if (this.steps.isAtWork) return;
    const control = event.target;
    if (!event.isTrusted) this.steps.follow(control);
    else if (this.steps.typing?.control !== control && "field" in control.dataset) this.steps.watch(control);
    if (event.isTrusted) {
      this.keys.isEditing = true;
      showStatus("");
    }
    recalculate(this.root, control);
    showHeads(control.closest("[data-row]") ?? this.root);
  }

  /** Bring all that depends on controls and lists up to date after a step. */
  follow({ controls, lists }) {
    if (lists.length) {
      forget(this.root);
      this.selection.forget();
    }
    if (lists.length || controls.length > 1) recalculate(this.root);
    else if (controls.length) recalculate(this.root, controls[0]);
    showHeads(this.root);
  }

  // --- rows ------------------------------------------------------------------------------------

  /** Add rows at a place of a list and go to the first of them; returns them. */
  addRows(list, at, { count = 1, variant = "", column = 0 } = {}) {
    const rows = rowsOf(list);
    const room = Math.min(count, ROW_LIMIT - rows.length);
    if (room <= 0) return this.say(`A list holds at most ${ROW_LIMIT.toLocaleString("en-GB")} rows.`);
    const added = drawRows(list, room, variant);
    const noun = list.dataset.noun;
    this.steps.take({
      words: `adding ${counted(room, noun)}`,
      orders: [[list, [...rows.slice(0, at), ...added, ...rows.slice(at)]]],
    });
    this.goToRow(added[0], column);
    this.say(`Added ${counted(room, noun)}.`);
    return added;
  }

  /** Take rows out of a list and go to the row that follows. */
  removeRows(list, removed, column = 0) {
    const rows = rowsOf(list);
    const left = rows.filter((row) => !removed.includes(row));
    const hadWords = removed.some((row) => [...row.querySelectorAll("[data-field]")].some(valueOf));
    this.steps.take({ words: `removing ${counted(removed.length, list.dataset.noun)}`, orders: [[list, left]] });
    const next = left[Math.min(rows.indexOf(removed[0]), left.length - 1)];
    if (next) this.goToRow(next, column);
    else list.querySelector(':scope > .pw-button-row button, :scope > .govuk-button-group button').focus();
    const again = hadWords ? " Undo brings back what stood there." : "";
    this.say(`Removed ${counted(removed.length, list.dataset.noun)}.${again}`);
  }

  /** Move neighbouring rows of a list so that the first of them becomes row `to`, counted without them. */
  moveRows(list, moved, to) {
    const rows = rowsOf(list);
    const others = rows.filter((row) => !moved.includes(row));
    const at = Math.max(0, Math.min(to, others.length));
    const order = [...others.slice(0, at), ...moved, ...others.slice(at)];
    if (order.every((row, index) => row === rows[index])) return false;
    const focused = document.activeElement;
    this.steps.take({ words: `moving ${counted(moved.length, list.dataset.noun)}`, orders: [[list, order]] });
    if (moved.some((row) => row.contains(focused))) focused.focus();
    this.say(`Moved to row ${at + 1}.`);
    return true;
  }

  goToRow(row, column = 0) {
    unfold(row);
    const cell = row.cells?.[Math.min(column, row.cells.length - 1)];
    const control = controlIn(cell) ?? controlIn(row);
    control?.focus();
    row.scrollIntoView({ block: "nearest" });
  }

  click(event) {
    const button = event.target.closest('button[name="do"]');
    const [verb, name, variant = ""] = button?.value.split(":") ?? [];
    if (!["add", "up", "down", "remove"].includes(verb)) return;
    event.preventDefault();
    const list = button.closest("[data-list]");
    if (verb === "add") {
      this.addRows(list, rowsOf(list).length, { variant });
      return;
    }
    const row = button.closest("[data-row]");
    const at = rowsOf(list).indexOf(row);
    if (verb === "remove") this.removeRows(list, [row]);
    else if (this.moveRows(list, [row], verb === "up" ? at - 1 : at + 1)) (button.disabled ? row : button).focus();
  }

  // --- the clipboard ---------------------------------------------------------------------------

  copy(event) {
    const place = placeIn(event.target);
    if (!place || !this.keys.isWhole(event.target)) return;
    const bounds = this.selection.around(place);
    if (bounds.rows * bounds.columns === 1 && event.target.select) return;
    const { texts, isWorkedOut } = readBlock(place.table, bounds);
    event.clipboardData.setData("text/plain", writeText(texts));
    event.clipboardData.setData("text/html", writeHtml(texts, isWorkedOut));
    event.preventDefault();
    const size = counted(bounds.rows * bounds.columns, "cell");
    if (event.type === "cut") this.put(planClear(cellsOf(place.table, bounds)), `cutting ${size}`);
    this.say(`${event.type === "cut" ? "Cut" : "Copied"} ${size}.`);
  }

  paste(event) {
    const place = placeIn(event.target);
    if (!place) return;
    const html = event.clipboardData.getData("text/html");
    const text = event.clipboardData.getData("text/plain");
    const fromTable = html && parseHtml(html);
    const isOneText = !fromTable && !text.includes("\t");
    const isText = event.target.matches("[data-type='lines'], [data-type='long']");
    if (isOneText && (!text.includes("\n") || isText) && !this.keys.isWhole(event.target)) return;
    if (isOneText && isText) return;
    event.preventDefault();
    this.pasteBlock(place, fromTable || parseText(text));
  }

  pasteBlock(place, given) {
    const { table } = place;
    const list = table.closest("[data-list]");
    const bounds = this.selection.around(place);
    const block = repeatInto(given, bounds);
    const rows = rowsOf(list);
    const missing = Math.max(0, bounds.top + block.length - rows.length);
    const added = missing ? drawRows(list, Math.min(missing, ROW_LIMIT - rows.length)) : [];
    const all = [...rows, ...added];
    const start = { row: bounds.top, column: bounds.left };
    const { values, missed } = planPaste(table, block, start, (row) => all[row]);
    const size = counted(values.length, "cell");
    this.steps.take({ words: `pasting ${size}`, values, orders: added.length ? [[list, all]] : [] });
    this.selectBlock(table, start, block);
    const grown = added.length ? ` and added ${counted(added.length, list.dataset.noun)}` : "";
    this.say(`Pasted ${size}${grown}.${sayMissed(missed)}`);
  }

  selectBlock(table, { row, column }, block) {
    const last = lastPlace(table);
    const bottom = Math.min(row + block.length - 1, last.row);
    const right = Math.min(column + block[0].length - 1, last.column);
    this.selection.set(table, { row, column }, { row: bottom, column: right });
  }

  // --- blocks ----------------------------------------------------------------------------------

  put(values, words) {
    return this.steps.take({ words, values });
  }

  fill(place, way) {
    const bounds = { ...this.selection.around(place) };
    if (way === "down" && bounds.rows === 1) bounds.top = Math.max(0, bounds.top - 1);
    if (way === "right" && bounds.columns === 1) bounds.left = Math.max(0, bounds.left - 1);
    const changed = this.put(planFill(place.table, bounds, way), `filling ${way}`);
    this.say(changed ? `Filled ${counted(changed, "cell")}.` : "Nothing changed.");
  }

  clearBlock(place) {
    const changed = this.put(planClear(cellsOf(place.table, this.selection.around(place))), "emptying cells");
    this.say(`Emptied ${counted(changed, "cell")}.`);
  }

  /** Undo or redo a step, go to what it changed, and say so. */
  go(way) {
    const column = placeIn(document.activeElement)?.column;
    const done = this.steps.go(way);
    const verb = way === "undo" ? "Undone" : "Done again";
    if (!done) return this.say(way === "undo" ? "There is nothing to undo." : "There is nothing to do again.");
    const { touched, left, rows } = done.result;
    const control = touched[0] ?? rows.flatMap(({ list, before, after }) => differing(list, before, after))[0];
    if (control) this.goTo(control, column);
    const kept = left ? ` ${counted(left, "cell")} changed since and stayed.` : "";
    return this.say(`${verb}: ${done.step.words}.${kept}`);
  }

  /** Go to a control, or to a row and the column of it that somebody was in. */
  goTo(element, column = 0) {
    unfold(element);
    if (element.matches("[data-row]")) return this.goToRow(element, column);
    element.focus();
    if (placeIn(element)) this.keys.meanWhole(element);
    return null;
  }

  // --- saying ----------------------------------------------------------------------------------

  say(words) {
    showStatus(words);
    return null;
  }
}

/** Keep a box that shows columns from counting as something typed. */
function keepFromSaving(event) {
  if (event.target.matches(".pw-set-up")) event.stopImmediatePropagation();
}

function differing(list, before, after) {
  const there = rowsOf(list);
  return there.filter((row) => before.includes(row) !== after.includes(row) || before.indexOf(row) !== after.indexOf(row));
}

/** Show in the heads of cards what stands in them: their names, their figures, their totals. */
function showHeads(around) {
  const outermost = around.closest(".pw-card") ?? around;
  for (const title of outermost.querySelectorAll("[data-title-of]")) showTitle(title);
  for (const fact of outermost.querySelectorAll("[data-shows]")) {
    showWorkedOut(fact, inCard(fact, `[data-derived="${fact.dataset.shows}"]`)?.textContent ?? "");
  }
  for (const fact of outermost.querySelectorAll("[data-shows-total]")) {
    const [list, place, path] = fact.dataset.showsTotal.split(" ");
    const row = inCard(fact, `[data-list="${list}"] [data-total-row="${place}"]`);
    const total = row?.querySelector(`[data-total="${path}"]`);
    if (total) fact.textContent = total.textContent;
  }
}

function showTitle(title) {
  const control = inCard(title, `[data-field="${title.dataset.titleOf}"]`);
  if (!control || control.dataset.type === "rich") return;
  const words = control.matches("select") ? control.selectedOptions[0]?.textContent : control.value;
  if (words?.trim()) title.textContent = words.trim();
}

function inCard(inside, selector) {
  const card = inside.closest(".pw-card");
  return [...card.querySelectorAll(selector)].find((each) => each.closest(".pw-card") === card) ?? null;
}
