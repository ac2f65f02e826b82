// The keys of an editor's tables: where each goes, what each does; plans/views/shortcuts.py lists them for people.

import { cellAt, controlIn, placeIn, valueOf, widthOf } from "planwright/cells";
import { rowsOf } from "planwright/rows";
import { lastPlace } from "planwright/selection";

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export class KeyBoard {
  isEditing = false; // the cell is typed in, so that its keys are those of a text
  column = 0;

  constructor(grid) {
    this.grid = grid;
  }

  /** Do what a key asks for; leave it to the browser where it asks for nothing. */
  press(event) {
    if (event.isComposing || event.keyCode === 229 || event.key === "Dead") return;
    const isCommand = (event.ctrlKey || event.metaKey) && !event.altKey;
    const place = placeIn(event.target);
    const isDone =
      (isCommand && this.undo(event)) ||
      (place && event.target.matches("[data-field]") && (isCommand ? this.command(event, place) : this.key(event, place)));
    if (isDone) event.preventDefault();
  }

  undo(event) {
    const key = event.key.toLowerCase();
    const way = key === "z" && !event.shiftKey ? "undo" : key === "y" || key === "z" ? "redo" : "";
    if (!way || this.hasOwnUndo(event.target)) return false;
    this.grid.go(way);
    return true;
  }

  /** Whether the browser's own undo is the better one: in rich text, and in a long text while it is typed in. */
  hasOwnUndo(control) {
    if (control.isContentEditable || "upgraded" in control.dataset) return true;
    return control.matches("textarea") && !placeIn(control) && this.grid.steps.isTyped(control);
  }

  // --- what the control is like ----------------------------------------------------------------

  /** Whether the control as a whole is meant, not the text in it. */
  isWhole(control) {
    if (!control.matches("textarea, input:not([type='checkbox'])")) return true;
    if (this.isEditing && control.value) return false;
    return control.selectionStart === 0 && control.selectionEnd === control.value.length;
  }

  /** Let what is typed next take the place of what the control holds. */
  meanWhole(control) {
    control.select?.();
    this.isEditing = false;
  }

  isAtEnd(control, step) {
    if (this.isWhole(control)) return true;
    const { selectionStart: start, selectionEnd: end, value } = control;
    return start === end && (step < 0 ? start === 0 : end === value.length);
  }

  keepsLines(control) {
    const isLong = control.matches("textarea") && (!control.matches(".pw-line") || control.value.includes("\n"));
    return isLong && !this.isWhole(control);
  }

  // --- plain keys ------------------------------------------------------------------------------

  key(event, place) {
    const { key, altKey, shiftKey } = event;
    if (altKey && shiftKey && (key === "ArrowUp" || key === "ArrowDown")) return this.moveRows(place, key);
    if (altKey) return key === "Enter" && this.breakLine(event.target);
    if (key in ARROWS) return this.arrow(event, place, ARROWS[key]);
    const own = {
      Enter: () => this.enter(event, place),
      F2: () => this.edit(event.target),
      Escape: () => this.escape(event.target, place),
      Home: () => this.inRow(event, place, 0),
      End: () => this.inRow(event, place, widthOf(place.table) - 1),
      PageUp: () => this.page(place, -1, shiftKey),
      PageDown: () => this.page(place, 1, shiftKey),
      Delete: () => this.empty(event.target, place),
      Backspace: () => this.grid.selection.isBlock && this.empty(event.target, place),
      " ": () => shiftKey && this.isWhole(event.target) && this.selectRows(place),
    };
    return own[key]?.() ?? false;
  }

  arrow(event, place, [down, right]) {
    const control = event.target;
    if (event.shiftKey) return this.extend(control, place, down, right);
    if (down && (this.keepsLines(control) || control.matches("select"))) return false;
    if (right && !this.isAtEnd(control, right)) return false;
    this.go(place, down, right);
    return true;
  }

  /** Go to the next cell that has a control; stay where there is none. */
  go({ table, row, column }, down, right) {
    const last = lastPlace(table);
    const isAcross = cellAt(table, row, column).colSpan > 1;
    let [y, x] = [row, isAcross && down ? this.column : column];
    if (right) this.column = column + right;
    else if (!isAcross) this.column = column;
    for (;;) {
      y += down;
      x += right;
      if (y < 0 || x < 0 || y > last.row || x > last.column) return false;
      if (this.focusAt(table, y, x)) return true;
    }
  }

  focusAt(table, row, column) {
    const control = controlIn(cellAt(table, row, column));
    if (!control) return false;
    this.grid.selection.clear();
    control.focus();
    this.meanWhole(control);
    return true;
  }

  enter(event, place) {
    if (this.keepsLines(event.target)) return false;
    this.grid.steps.settle();
    const step = event.shiftKey ? -1 : 1;
    if (!this.go(place, step, 0)) event.target.select?.();
    this.isEditing = false;
    return true;
  }

  breakLine(control) {
    if (!control.matches("textarea")) return false;
    control.setRangeText("\n", control.selectionStart, control.selectionEnd, "end");
    control.dispatchEvent(new InputEvent("input", { bubbles: true }));
    return true;
  }

  edit(control) {
    this.isEditing = true;
    control.setSelectionRange?.(control.value.length, control.value.length);
    return true;
  }

  escape(control, place) {
    const isRestored = this.grid.steps.restore(control);
    const wasBlock = this.grid.selection.isBlock;
    this.grid.selection.collapse(place);
    this.isEditing = false;
    control.select?.();
    if (isRestored) this.grid.say("Put back what stood there.");
    return isRestored || wasBlock;
  }

  inRow(event, place, column) {
    if (!this.isWhole(event.target)) return false;
    const { table, row } = place;
    if (event.shiftKey) return this.extendTo(place, { row: this.headOr(place).row, column });
    const step = column === 0 ? 1 : -1;
    for (let x = column; x >= 0 && x < widthOf(table); x += step) if (this.focusAt(table, row, x)) return true;
    return true;
  }

  page(place, step, isExtending) {
    const { table, row, column } = place;
    const scroller = table.parentElement;
    const height = table.tBodies[0].rows[row].offsetHeight || 1;
    const rows = Math.max(1, Math.floor(scroller.clientHeight / height) - 3) * step;
    const bound = (at) => Math.max(0, Math.min(at, lastPlace(table).row));
    if (isExtending) return this.extendTo(place, { ...this.headOr(place), row: bound(this.headOr(place).row + rows) });
    const at = bound(row + rows);
    return this.focusAt(table, at, column) || this.go({ table, row: at, column }, -step, 0) || true;
  }

  empty(control, place) {
    if (!this.grid.selection.isBlock && !this.isWhole(control)) return false;
    if (!this.grid.selection.isBlock && !valueOf(control)) return false;
    this.grid.clearBlock(place);
    return true;
  }

  // --- selecting -------------------------------------------------------------------------------

  headOr(place) {
    const { selection } = this.grid;
    return selection.isBlock && selection.table === place.table ? selection.head : place;
  }

  extend(control, place, down, right) {
    if (!this.grid.selection.isBlock && !this.isWhole(control)) {
      if (right || this.keepsLines(control)) return false;
    }
    const head = this.headOr(place);
    return this.extendTo(place, { row: head.row + down, column: head.column + right });
  }

  extendTo(place, { row, column }) {
    const last = lastPlace(place.table);
    const head = { row: Math.max(0, Math.min(row, last.row)), column: Math.max(0, Math.min(column, last.column)) };
    const { selection } = this.grid;
    const anchor = selection.isBlock && selection.table === place.table ? selection.anchor : place;
    selection.set(place.table, { row: anchor.row, column: anchor.column }, head);
    cellAt(place.table, head.row, head.column).scrollIntoView({ block: "nearest", inline: "nearest" });
    this.grid.say(selection.isBlock ? selection.words : "One cell selected");
    return true;
  }

  selectRows(place) {
    const { top, bottom } = this.grid.selection.around(place);
    return this.select(place, { row: top, column: 0 }, { row: bottom, column: widthOf(place.table) - 1 });
  }

  selectColumns(place) {
    const { left, right } = this.grid.selection.around(place);
    return this.select(place, { row: 0, column: left }, { row: lastPlace(place.table).row, column: right });
  }

  select({ table }, anchor, head) {
    this.grid.selection.set(table, anchor, head);
    this.grid.say(this.grid.selection.words);
    return true;
  }

  // --- commands --------------------------------------------------------------------------------

  command(event, place) {
    const { key, shiftKey, target } = event;
    if (key in ARROWS) return this.jump(event, place, ARROWS[key]);
    const own = {
      a: () => this.isWhole(target) && this.select(place, { row: 0, column: 0 }, lastPlace(place.table)),
      d: () => this.fill(place, "down"),
      r: () => !shiftKey && this.fill(place, "right"),
      " ": () => this.selectColumns(place),
      Home: () => this.corner(place, { row: 0, column: 0 }, shiftKey),
      End: () => this.corner(place, lastPlace(place.table), shiftKey),
      "-": () => this.removeRows(place),
      "+": () => shiftKey && this.insertRows(place),
      "=": () => shiftKey && this.insertRows(place),
    };
    return own[key.length === 1 ? key.toLowerCase() : key]?.() ?? false;
  }

  fill(place, way) {
    this.grid.fill(place, way);
    return true;
  }

  jump(event, place, [down, right]) {
    if (right && !this.isWhole(event.target)) return false;
    const from = event.shiftKey ? this.headOr(place) : place;
    const to = edge(place.table, from, down, right);
    if (event.shiftKey) return this.extendTo(place, to);
    return this.focusAt(place.table, to.row, to.column) || this.go({ table: place.table, ...to }, -down, -right) || true;
  }

  corner(place, to, isExtending) {
    if (isExtending) return this.extendTo(place, to);
    const back = to.column === 0 ? 1 : -1;
    return this.focusAt(place.table, to.row, to.column) || this.go({ table: place.table, ...to }, 0, back) || true;
  }

  // --- rows ------------------------------------------------------------------------------------

  rowsAround(place) {
    const { top, bottom, left } = this.grid.selection.around(place);
    const list = place.table.closest("[data-list]");
    return { list, top, bottom, column: left, rows: rowsOf(list).slice(top, bottom + 1) };
  }

  insertRows(place, where = "above") {
    const { list, top, bottom, rows, column } = this.rowsAround(place);
    this.grid.addRows(list, where === "above" ? top : bottom + 1, { count: rows.length, column });
    return true;
  }

  removeRows(place) {
    const { list, rows, column } = this.rowsAround(place);
    this.grid.removeRows(list, rows, column);
    return true;
  }

  moveRows(place, key) {
    const { list, rows, top } = this.rowsAround(place);
    this.grid.moveRows(list, rows, key === "ArrowUp" ? top - 1 : top + 1);
    return true;
  }
}

/** Return the end of what is filled in from a place on, or the next place that is. */
function edge(table, { row, column }, down, right) {
  const last = lastPlace(table);
  const isIn = (y, x) => y >= 0 && x >= 0 && y <= last.row && x <= last.column;
  const isFilled = (y, x) => {
    const control = controlIn(cellAt(table, y, x));
    return Boolean(control && valueOf(control));
  };
  let [y, x] = [row, column];
  const isRun = isFilled(y, x) && isIn(y + down, x + right) && isFilled(y + down, x + right);
  while (isIn(y + down, x + right) && (!isRun || isFilled(y + down, x + right))) {
    y += down;
    x += right;
    if (!isRun && isFilled(y, x)) break;
  }
  return { row: y, column: x };
}
