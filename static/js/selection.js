// The block of cells that is selected in an editor's table, from its anchor to its head.

import { cellAt, headOf, placeIn, widthOf } from "planwright/cells";

export class Selection {
  table = null;
  anchor = null;
  head = null;
  shown = [];

  /** Select from one place to another of the same table. */
  set(table, anchor, head) {
    Object.assign(this, { table, anchor, head });
    this.show();
  }

  /** Select one cell, which is not shown as a block. */
  collapse(place) {
    this.set(place.table, place, place);
  }

  clear() {
    this.set(null, null, null);
  }

  /** Whether more than one cell is selected. */
  get isBlock() {
    return Boolean(this.table) && (this.anchor.row !== this.head.row || this.anchor.column !== this.head.column);
  }

  /** Return the first and last row and column, both included. */
  get bounds() {
    const [top, bottom] = [this.anchor.row, this.head.row].sort((a, b) => a - b);
    const [left, right] = [this.anchor.column, this.head.column].sort((a, b) => a - b);
    return { top, left, bottom, right, rows: bottom - top + 1, columns: right - left + 1 };
  }

  /** Return what is selected around a place: the block if it lies in it, else the place alone. */
  around(place) {
    if (this.isBlock && this.table === place.table) {
      const { top, bottom, left, right } = this.bounds;
      const isInside = place.row >= top && place.row <= bottom && place.column >= left && place.column <= right;
      if (isInside) return this.bounds;
    }
    const { row, column } = place;
    return { top: row, bottom: row, left: column, right: column, rows: 1, columns: 1 };
  }

  show() {
    const cells = this.isBlock ? cellsOf(this.table, this.bounds) : [];
    const wanted = new Set(cells);
    this.shown.forEach((cell) => wanted.has(cell) || cell.classList.remove("is-selected"));
    cells.forEach((cell) => cell.classList.add("is-selected"));
    this.shown = cells;
  }

  /** Find the selection again after rows came, went or moved: it goes. */
  forget() {
    const focused = placeIn(document.activeElement);
    if (focused) this.collapse(focused);
    else this.clear();
  }

  /** Say in words what is selected. */
  get words() {
    const { top, bottom, left, right, rows, columns } = this.bounds;
    const from = `${headOf(this.table, left)} row ${top + 1}`;
    const to = `${headOf(this.table, right)} row ${bottom + 1}`;
    return `${counted(rows, "row")} by ${counted(columns, "column")} selected, from ${from} to ${to}`;
  }
}

/** Return the cells of a block, row by row. */
export function cellsOf(table, { top, bottom, left, right }) {
  const cells = [];
  for (let row = top; row <= bottom; row += 1) {
    for (let column = left; column <= right; column += 1) {
      const cell = cellAt(table, row, column);
      if (cell && cells.at(-1) !== cell) cells.push(cell);
    }
  }
  return cells;
}

/** Return the last place of a table. */
export function lastPlace(table) {
  return { row: table.tBodies[0].rows.length - 1, column: widthOf(table) - 1 };
}

/** Return a number with its noun: "1 row", "2,000 rows". */
export function counted(number, noun) {
  const plural = /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`;
  return `${number.toLocaleString("en-GB")} ${number === 1 ? noun : plural}`;
}
