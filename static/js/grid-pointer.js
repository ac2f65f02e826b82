// The pointer in an editor's tables: a block selected by dragging, rows moved by their handle.

import { controlIn, placeIn } from "planwright/cells";
import { rowsOf } from "planwright/rows";

/** Follow the pointer over a grid's tables. */
export function followPointer(grid) {
  const { root } = grid;
  root.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest(".pw-row-actions");
    if (handle && event.target === handle && event.button === 0) new RowDrag(grid, event, handle.parentElement);
    else pointAt(grid, event);
  });
  root.addEventListener("click", (event) => {
    if (grid.entered === event.target && !grid.selection.isBlock) event.target.select?.();
    grid.entered = null;
  });
}

/** Let a number that has the focus be typed over after one more click, as in a spreadsheet; a double click edits it. */
function keepWhole(grid, control) {
  if (control.dataset.type !== "cell" || !grid.keys.isWhole(control)) return;
  const hear = (mouse) => {
    if (mouse.detail > 1) grid.keys.isEditing = true;
    else mouse.preventDefault();
  };
  control.addEventListener("mousedown", hear, { once: true });
}

function pointAt(grid, event) {
  const place = placeIn(event.target);
  if (!place || event.button !== 0 || event.pointerType === "touch") return;
  if (event.shiftKey && grid.selection.table === place.table) {
    event.preventDefault();
    grid.keys.extendTo(grid.selection.anchor && { table: place.table, ...grid.selection.anchor }, place);
    event.target.addEventListener("mousedown", (mouse) => mouse.preventDefault(), { once: true });
    return;
  }
  if (event.target === document.activeElement) keepWhole(grid, event.target);
  grid.isPointed = true;
  grid.entered = event.target === document.activeElement ? null : event.target;
  grid.selection.collapse(place);
  if (controlIn(event.target.closest("th, td"))) selectByDragging(grid, place);
}

function selectByDragging(grid, place) {
  const stop = new AbortController();
  const move = (event) => {
    const under = placeIn(document.elementFromPoint(event.clientX, event.clientY) ?? document.body);
    const isSame = !under || under.table !== place.table || isAt(under, grid.selection.head);
    if (isSame) return;
    grid.root.classList.add("is-selecting");
    grid.keys.extendTo(place, under);
  };
  const end = () => {
    grid.root.classList.remove("is-selecting");
    grid.isPointed = false;
    stop.abort();
    if (grid.selection.isBlock) document.activeElement.select?.();
  };
  document.addEventListener("pointermove", move, { signal: stop.signal });
  document.addEventListener("pointerup", end, { signal: stop.signal });
  document.addEventListener("pointercancel", end, { signal: stop.signal });
}

function isAt(place, head) {
  return place.row === head.row && place.column === head.column;
}

/** Rows that are dragged by the cell of their buttons, shown by a line where they would go. */
class RowDrag {
  constructor(grid, event, row) {
    event.preventDefault();
    this.grid = grid;
    this.list = row.closest("[data-list]");
    const { selection } = grid;
    const isInBlock = selection.isBlock && selection.shown.some((cell) => cell.parentElement === row);
    const rows = rowsOf(this.list);
    this.moved = isInBlock ? rows.slice(selection.bounds.top, selection.bounds.bottom + 1) : [row];
    this.others = rows.filter((each) => !this.moved.includes(each));
    this.stop = new AbortController();
    const { signal } = this.stop;
    document.addEventListener("pointermove", (moved) => this.move(moved), { signal });
    document.addEventListener("pointerup", () => this.drop(), { signal });
    document.addEventListener("pointercancel", () => this.end(), { signal });
    document.addEventListener("keydown", (key) => key.key === "Escape" && this.end(), { signal });
    this.moved.forEach((each) => each.classList.add("is-dragged"));
  }

  move(event) {
    const under = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-row]");
    const at = this.others.indexOf(under);
    if (at < 0) return;
    const { top, height } = under.getBoundingClientRect();
    const isBelow = event.clientY > top + height / 2;
    this.to = isBelow ? at + 1 : at;
    this.show(under, isBelow);
    under.scrollIntoView({ block: "nearest" });
  }

  show(row, isBelow) {
    this.line?.classList.remove("is-drop-above", "is-drop-below");
    this.line = row;
    row?.classList.add(isBelow ? "is-drop-below" : "is-drop-above");
  }

  drop() {
    this.end();
    if (this.to !== undefined) this.grid.moveRows(this.list, this.moved, this.to);
  }

  end() {
    this.stop.abort();
    this.show(null);
    this.moved.forEach((each) => each.classList.remove("is-dragged"));
  }
}
