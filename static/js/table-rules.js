// Works out an activity table as performance/arithmetic.py does: typed cells, then sums over named rows, then the
// columns' formulas. Knows rows as {key, isGroup, sumOf, blank, texts}, not the page.

import { readFormula, workOut } from "planwright/formulas";
import { BLANK, TO_BE_SET, computed, parse, total } from "planwright/values";

/**
 * Prepare a table. `columns`: {key, formula, unit} in order, formula "" for none; `rows`: what stands in each, `texts`
 * by column key.
 */
export function makeTable(columns, rows) {
  const read = columns.map((column) => ({ ...column, formula: column.formula ? readFormula(column.formula) : null }));
  const plain = read.filter((column) => !column.formula).map((column) => column.key);
  const formulas = new Map(read.filter((column) => column.formula).map((column) => [column.key, column]));
  const places = new Map(rows.map((row, place) => [row.key, place]).reverse());
  const sums = new Map(rows.filter((row) => row.sumOf.length).map((row) => [row.key, row.sumOf]));
  const names = new Map([...formulas].map(([key, column]) => [key, column.formula.names]));
  return {
    rows,
    plain,
    formulas,
    places,
    sums,
    sumOrder: inOrder(sums),
    formulaOrder: inOrder(names),
    typed: rows.map((row) => new Map(columns.map(({ key }) => [key, parse(row.texts.get(key) ?? "")]))),
    answers: rows.map(() => new Map()),
    derived: rows.map(() => new Set()),
  };
}

/** Work out every cell that a rule fills. */
export function workOutAll(table) {
  for (const column of table.plain) workOutSums(table, column, null);
  const all = table.rows.map((_, place) => place);
  workOutFormulas(table, all, null);
}

/** Take in what was typed in one cell, and work out what hangs on it; returns the places of the rows concerned. */
export function retype(table, place, column, text) {
  const before = typedDecimals(table, column);
  table.typed[place].set(column, parse(text));
  const isPlain = !table.formulas.has(column);
  const concerned = isPlain ? sumsOver(table, place) : new Set([place]);
  if (isPlain) workOutSums(table, column, concerned);
  const isWider = !isPlain && typedDecimals(table, column) !== before;
  const places = isWider ? table.rows.map((_, each) => each) : [...concerned];
  workOutFormulas(table, places, column);
  return places;
}

/** Return the text that a rule gives for a cell; "" where it is typed or no rule fills it. */
export function derivedText(table, place, column) {
  return table.derived[place].has(column) ? table.answers[place].get(column).text : "";
}

// --- sums ----------------------------------------------------------------------------------

/** Return the row and every row that adds it, directly or through others. */
function sumsOver(table, place) {
  const found = new Set([place]);
  for (const at of found) {
    const key = table.rows[at].key;
    if (table.places.get(key) !== at) continue;
    for (const [sum, addends] of table.sums) if (addends.includes(key)) found.add(table.places.get(sum));
  }
  return found;
}

/** Fill one column's sums, of all rows or of those at `concerned`. */
function workOutSums(table, column, concerned) {
  const { rows, places, sums, sumOrder } = table;
  const chosen = (place) => !concerned || concerned.has(place);
  rows.forEach((_, place) => chosen(place) && settle(table, place, column, table.typed[place].get(column), false));
  for (const key of sumOrder.ordered) {
    if (sums.has(key) && chosen(places.get(key))) addUp(table, places.get(key), column);
  }
  for (const key of sumOrder.circular) leaveOpen(table, places.get(key), column);
}

function addUp(table, place, column) {
  const row = table.rows[place];
  if (row.isGroup || row.blank.has(column) || table.typed[place].get(column).text) return;
  const known = row.sumOf.filter((key) => table.places.has(key));
  const added = known.map((key) => table.answers[table.places.get(key)].get(column));
  settle(table, place, column, known.length === row.sumOf.length ? total(added) : TO_BE_SET, true);
}

function leaveOpen(table, place, column) {
  if (!table.typed[place].get(column).text) settle(table, place, column, TO_BE_SET, false);
}

function settle(table, place, column, value, isDerived) {
  table.answers[place].set(column, value.text ? value : BLANK);
  table.derived[place][isDerived && value.text ? "add" : "delete"](column);
}

// --- formulas ------------------------------------------------------------------------------

/** Fill the columns with a formula in the rows at `places`; only those that hang on `changed`, if it is given. */
function workOutFormulas(table, places, changed) {
  const { formulas, formulaOrder } = table;
  const stale = new Set([changed]);
  for (const [key, column] of formulas) {
    for (const place of places) {
      if (changed === null || key === changed) settle(table, place, key, table.typed[place].get(key), false);
    }
    if (formulaOrder.circular.includes(key)) places.forEach((place) => leaveOpen(table, place, key));
  }
  for (const key of formulaOrder.ordered.filter((each) => formulas.has(each))) {
    const { formula, unit } = formulas.get(key);
    if (changed !== null && !stale.has(key) && !formula.names.some((name) => stale.has(name))) continue;
    stale.add(key);
    const decimals = typedDecimals(table, key);
    for (const place of places) applyFormula(table, place, key, { formula, unit, decimals });
  }
}

function applyFormula(table, place, key, { formula, unit, decimals }) {
  const row = table.rows[place];
  if (row.isGroup || row.blank.has(key) || table.typed[place].get(key).text) return;
  const value = workOut(formula, (name) => table.answers[place].get(name), decimals);
  settle(table, place, key, withoutUnit(value, unit), true);
}

/** Return the most decimals typed in a column; null if it holds no typed number. */
function typedDecimals(table, column) {
  let most = null;
  for (const row of table.typed) {
    const value = row.get(column);
    if (value.number && value.decimals > (most ?? -1)) most = value.decimals;
  }
  return most;
}

/** Return a computed value without the unit that its column's head prints already. */
function withoutUnit(value, unit) {
  return value.number && unit && value.unit === unit ? computed(value.number, value.decimals) : value;
}

// --- order ---------------------------------------------------------------------------------

/** Return the names so that each stands after what it needs, and those for which that fails. */
export function inOrder(needs) {
  const waiting = new Map([...needs].map(([name, needed]) => [name, new Set(needed)]));
  const neededBy = new Map();
  for (const [name, needed] of waiting) {
    for (const each of needed) neededBy.set(each, [...(neededBy.get(each) ?? []), name]);
  }
  const ordered = [...neededBy.keys()].filter((name) => !waiting.has(name));
  ordered.push(...[...waiting].filter(([, needed]) => !needed.size).map(([name]) => name));
  for (const name of ordered) {
    for (const above of neededBy.get(name) ?? []) {
      waiting.get(above).delete(name);
      if (!waiting.get(above).size) ordered.push(above);
    }
  }
  const done = new Set(ordered);
  return { ordered, circular: [...needs.keys()].filter((name) => !done.has(name)) };
}
