// Blocks of cells: read to be copied, pasted, filled, cleared. What comes of it is a list of values for controls, and
// words for what did not fit; nothing is put in here.

import { cellAt, controlIn, fit, readCell, valueOf, widthOf } from "planwright/cells";
import { counted } from "planwright/selection";

/** Return the texts of a block, and which of them nobody typed. */
export function readBlock(table, { top, bottom, left, right }) {
  const texts = [];
  const workedOut = [];
  for (let row = top; row <= bottom; row += 1) {
    const read = [];
    for (let column = left; column <= right; column += 1) read.push(readAt(table, row, column));
    texts.push(read.map(({ text }) => text));
    workedOut.push(read.map(({ isWorkedOut }) => isWorkedOut));
  }
  return { texts, isWorkedOut: (row, column) => workedOut[row][column] };
}

function readAt(table, row, column) {
  const cell = cellAt(table, row, column);
  if (cell.colSpan > 1 && column > 0) return { text: "", isWorkedOut: true };
  return readCell(cell);
}

/**
 * Return what comes of putting a block of texts at a place: the values, and what did not go in, by reason: how many
 * texts, and those that are no choice (`unfit`) themselves. `rowAt` returns a row's element, also one yet to be added.
 */
export function planPaste(table, block, { row: top, column: left }, rowAt) {
  const width = widthOf(table);
  const values = [];
  const missed = { derived: 0, unfit: [], outside: 0 };
  block.forEach((texts, down) => {
    const row = rowAt(top + down);
    texts.forEach((text, across) => {
      if (text === null) return;
      if (!row || left + across >= width) missed.outside += text === "" ? 0 : 1;
      else plan(row, left + across, text, { values, missed });
    });
  });
  return { values, missed };
}

function plan(row, column, text, { values, missed }) {
  const isAcross = row.cells[0].colSpan > 1;
  const control = isAcross && column > 0 ? null : controlIn(row.cells[column]);
  if (!control) {
    missed.derived += text === "" ? 0 : 1;
    return;
  }
  const value = fit(control, text);
  if (value !== null) values.push([control, value]);
  else if (text !== "") missed.unfit.push(text);
}

/** Say in words what a paste left out, "" where it left out nothing. */
export function sayMissed({ derived, unfit, outside }) {
  const parts = [];
  if (derived) parts.push(`${counted(derived, "value")} left out where the cell is worked out or not used`);
  if (unfit.length) parts.push(`${named(unfit)} left out, which ${unfit.length === 1 ? "is" : "are"} none of the choices`);
  if (outside) parts.push(`${counted(outside, "value")} left out beyond the table's last column or row`);
  return parts.length ? ` Not everything fitted: ${parts.join("; ")}.` : "";
}

function named(texts) {
  const first = `“${texts[0]}”`;
  return texts.length === 1 ? first : `${first} and ${counted(texts.length - 1, "more value")}`;
}

/** Return the values that fill a block from its first row ("down") or first column ("right"). */
export function planFill(table, { top, bottom, left, right }, way) {
  const values = [];
  for (let row = top; row <= bottom; row += 1) {
    for (let column = left; column <= right; column += 1) {
      const from = controlIn(cellAt(table, way === "down" ? top : row, way === "down" ? column : left));
      const to = controlIn(cellAt(table, row, column));
      if (from && to && from !== to) values.push([to, copied(from, to)]);
    }
  }
  return values.filter(([, value]) => value !== null);
}

function copied(from, to) {
  const isAlike = from.type === to.type && from.tagName === to.tagName;
  return isAlike && !from.matches("select") ? valueOf(from) : fit(to, readCell(from.closest("th, td")).text);
}

/** Return the values that empty a block; a choice that must be made stays. */
export function planClear(cells) {
  return cells
    .map(controlIn)
    .filter(Boolean)
    .map((control) => [control, fit(control, "")])
    .filter(([, value]) => value !== null);
}
