// Works out derived cells and totals while people type, by the rules of docs/editing-protocol.md, as the server does
// when it saves. What a page holds is read into rows once and again after `pw:rows`.

import { showWorkedOut } from "planwright/cells";
import { makeTable, derivedText, retype, workOutAll } from "planwright/table-rules";
import { BLANK, Status, TO_BE_SET, parse, show, total, totalOfPounds } from "planwright/values";

const MARKS = "[data-list], [data-row], [data-total-row], [data-field], [data-derived], [data-total]";
const WHOLE_NUMBER = /^-?[0-9]{1,9}$/;

const pages = new WeakMap();

/**
 * Bring derived cells and totals up to date with what is typed within `root`, an editor's `data-editor`.
 *
 * `control`: the one control that was changed; without it everything is worked out.
 */
export function recalculate(root, control = null) {
  const known = pages.get(root);
  const page = known ?? readPage(root);
  const cell = known && control ? page.cells.get(control) : null;
  if (cell) changeCell(page, cell);
  else if (!known || !control) workOutPage(page);
}

/** Forget what the page holds, because rows came, went or moved. */
export function forget(root) {
  pages.delete(root);
}

// --- the page as rows ----------------------------------------------------------------------

/**
 * Read the page: a row is {element, list, prefix, controls, derived, lists, table}, the section being the outermost.
 */
function readPage(root) {
  const page = { root, top: makeRow(root, null, "content-"), cells: new Map(), values: new Map(), owners: new Map() };
  page.owners.set(root, page.top);
  for (const element of root.querySelectorAll(MARKS)) addElement(page, element);
  pages.set(root, page);
  if (!root.hasAttribute("data-recalculates")) {
    root.setAttribute("data-recalculates", "");
    root.addEventListener("pw:rows", () => forget(root));
  }
  return page;
}

function makeRow(element, list, prefix = "") {
  return { element, list, prefix, controls: new Map(), derived: new Map(), lists: new Map(), totals: new Map() };
}

function addElement(page, element) {
  const owner = ownerOf(page, element);
  const { list, row, totalRow, field, derived, total: totalOf } = element.dataset;
  if (list !== undefined) addList(page, owner, element, list);
  else if (row !== undefined) addRow(page, owner, element);
  else if (totalRow !== undefined) page.owners.set(element, addTotalRow(owner, element));
  else if (field !== undefined) addControl(page, owner, element, field);
  else if (derived !== undefined) owner.derived.set(derived, { element, rule: ruleOf(element) });
  else owner.totals.set(totalOf, { element, rule: ruleOf(element) });
}

function ownerOf(page, element) {
  let above = element.parentElement;
  while (!page.owners.has(above)) above = above.parentElement;
  return page.owners.get(above);
}

function addList(page, holder, element, path) {
  const rules = new Map(Object.entries(JSON.parse(element.dataset.rules ?? "{}")));
  const list = { element, holder, rules, rows: [], totalRows: [], table: null };
  holder.lists.set(path, list);
  page.owners.set(element, list);
}

function addRow(page, list, element) {
  const row = makeRow(element, list);
  list.rows.push(row);
  page.owners.set(element, row);
}

function addTotalRow(list, element) {
  const row = makeRow(element, list);
  list.totalRows.push(row);
  return row;
}

function addControl(page, row, element, path) {
  row.controls.set(path, element);
  page.cells.set(element, { row, path });
}

function ruleOf(element) {
  return element.dataset.rule ? JSON.parse(element.dataset.rule) : null;
}

function* listsWithin(row) {
  for (const list of row.lists.values()) {
    yield list;
    for (const inner of list.rows) yield* listsWithin(inner);
  }
}

function listAt(holder, path) {
  return holder.lists.get(holder.prefix + path);
}

// --- what a cell comes to ------------------------------------------------------------------

/** Return the text typed in a control, as the server takes it. */
function typed(control) {
  if (control.type === "checkbox") return control.checked ? "on" : "";
  return control.value.trim();
}

/** Return the value at a path of a row: worked out where a rule gives it, else what is typed. */
function valueAt(page, row, path) {
  const rule = ruleAt(row, path);
  if (rule) return workOutRule(page, row, rule).value;
  const control = row.controls.get(row.prefix + path);
  return control ? read(page, typed(control)) : BLANK;
}

function ruleAt(row, path) {
  return row.list ? (row.list.rules.get(path) ?? null) : (row.derived.get(row.prefix + path)?.rule ?? null);
}

/** Read a text, each only once. */
function read(page, text) {
  const known = page.values.get(text);
  if (known) return known;
  const value = parse(text);
  page.values.set(text, value);
  return value;
}

/** Return {value, text} of a rule in a row. */
function workOutRule(page, row, rule, list = null) {
  if (rule.score) return { value: BLANK, text: score(row, rule) };
  const terms = rule.column ? [{ list, of: rule.column }] : rule.sum;
  const value = sumOf(page, row, terms, rule.pounds);
  return { value, text: show(value) };
}

function sumOf(page, row, terms, pounds) {
  const added = [];
  for (const term of terms) collect(page, row, term, added);
  return pounds ? totalOfPounds(added) : total(added);
}

/** Put what a term adds into `added`. */
function collect(page, row, term, added) {
  if (typeof term === "string") added.push(valueAt(page, row, term));
  else if (term.sum) added.push(sumOf(page, row, term.sum, term.pounds));
  else for (const inner of rowsOf(row, term.list)) collect(page, inner, term.of, added);
}

function rowsOf(row, list) {
  return (typeof list === "string" ? listAt(row, list) : list)?.rows ?? [];
}

/** Return "20 High": the product of two levels and the word of its band. */
function score(row, { score: paths, bands }) {
  const [likelihood, impact] = paths.map((path) => level(row.controls.get(path)));
  if (likelihood === null || impact === null) return "";
  const areNumbers = [likelihood, impact].every((each) => typeof each === "number");
  const product = areNumbers ? likelihood * impact : null;
  const names = [`${likelihood}${impact}`];
  if (typeof likelihood !== typeof impact) names.push(`${impact}${likelihood}`);
  const band =
    bands.find(({ cells = [] }) => names.some((name) => cells.includes(name))) ??
    bands.find((each) => product !== null && isWithin(each, product));
  return `${product ?? ""} ${band?.word ?? ""}`.trim();
}

function level(control) {
  const text = control ? typed(control) : "";
  return text === "" ? null : WHOLE_NUMBER.test(text) ? Number(text) : text;
}

function isWithin({ from = null, to = null }, product) {
  if (from === null && to === null) return false;
  return (from === null || from <= product) && (to === null || product <= to);
}

// --- working out ---------------------------------------------------------------------------

function workOutPage(page) {
  for (const list of listsWithin(page.top)) {
    list.table = tableOf(list);
    if (list.table) showTable(list);
    else for (const row of list.rows) showRow(page, row, null);
  }
  for (const list of listsWithin(page.top)) showTotals(page, list, null);
  showRow(page, page.top, null);
}

/** Work out what hangs on one cell: in its row, then in the totals of each list and row around it. */
function changeCell(page, { row, path }) {
  if (row.list?.table) return changeTable(row.list, row, path);
  const changed = new Set([path]);
  for (let at = row; at; at = at.list?.holder) {
    showRow(page, at, changed);
    const around = at.list?.holder;
    if (around) for (const list of around.lists.values()) showTotals(page, list, changed);
  }
}

/** Show the derived cells of a row; with `changed`, only those that hang on these paths, which it adds to. */
function showRow(page, row, changed) {
  const rules = row.list ? row.list.rules : new Map([...row.derived].map(([path, { rule }]) => [path, rule]));
  for (const [path, rule] of rules) {
    if (!rule || (changed && !namesOf(rule).some((name) => changed.has(name)))) continue;
    changed?.add(path);
    const place = row.derived.get(path);
    if (place) showFigure(page, row, place.element, workOutRule(page, row, rule), rule);
  }
}

function showTotals(page, list, changed) {
  for (const row of list.totalRows) {
    for (const { element, rule } of row.totals.values()) {
      if (!rule || (changed && !namesOf(rule).some((name) => changed.has(name)))) continue;
      showFigure(page, list.holder, element, workOutRule(page, list.holder, rule, list), rule, list);
    }
  }
}

const names = new WeakMap();

/** Return every path that a rule reads, each rule's only once. */
function namesOf(rule) {
  if (!names.has(rule)) names.set(rule, [...new Set(pathsIn(rule))]);
  return names.get(rule);
}

function pathsIn(term) {
  if (typeof term === "string") return [term];
  return [...(term.sum ?? []), ...(term.score ?? []), term.column, term.of].filter(Boolean).flatMap(pathsIn);
}

// --- activity tables -----------------------------------------------------------------------

const ROW_RULES = ["key", "kind", "sum_of", "blank"];

/** Return a list's cells as a table to work out; null if no rule of it is a formula or a named sum. */
function tableOf(list) {
  const rules = [...list.rules].filter(([, rule]) => rule.formula || rule.named);
  if (!rules.length) return null;
  const columns = rules.map(([path, { formula = "", unit = "" }]) => ({ key: keyOf(path), formula, unit }));
  const table = makeTable(columns, list.rows.map((row) => factsOf(row, rules)));
  workOutAll(table);
  return { table, paths: rules.map(([path]) => path) };
}

/** Return the key of a column from the path of its cells. */
function keyOf(path) {
  return path.slice(path.lastIndexOf("-") + 1);
}

function factsOf(row, rules) {
  const text = (path) => (row.controls.has(path) ? typed(row.controls.get(path)) : "");
  const lines = (path) => text(path).split("\n").map((line) => line.trim()).filter(Boolean);
  return {
    key: text("key"),
    isGroup: text("kind") === "group",
    sumOf: lines("sum_of"),
    blank: new Set(lines("blank")),
    texts: new Map(rules.map(([path]) => [keyOf(path), text(path)])),
  };
}

function changeTable(list, row, path) {
  const { table, paths } = list.table;
  const place = list.rows.indexOf(row);
  if (ROW_RULES.includes(path)) {
    list.table = tableOf(list);
    showTable(list);
  } else if (paths.includes(path)) {
    for (const each of retype(table, place, keyOf(path), typed(row.controls.get(path)))) showTableRow(list, each);
  }
}

function showTable(list) {
  list.rows.forEach((_, place) => showTableRow(list, place));
}

function showTableRow(list, place) {
  for (const path of list.table.paths) {
    const control = list.rows[place].controls.get(path);
    if (!control) continue;
    const text = derivedText(list.table.table, place, keyOf(path));
    if (control.placeholder !== text) control.placeholder = text;
  }
}

// --- what stands in the way ----------------------------------------------------------------

/** Show a figure, and which cell is in its way while it cannot be worked out. */
function showFigure(page, row, element, { value, text }, rule, list = null) {
  showWorkedOut(element, text);
  const words = value === TO_BE_SET ? blockedBy(page, row, rule, list) : "";
  if (words) {
    element.dataset.blocked = "";
    element.title = words;
    element.setAttribute("aria-description", words);
  } else if ("blocked" in element.dataset) {
    delete element.dataset.blocked;
    element.removeAttribute("title");
    element.removeAttribute("aria-description");
  }
}

/** Return in words which typed cell keeps a sum from being worked out: one that is no number first. */
function blockedBy(page, row, rule, list) {
  const cells = [...typedCells(row, rule.column ? { list, of: rule.column } : rule)];
  const open = cells.filter(({ control }) => isOpen(read(page, typed(control))));
  const first = open.find(({ control }) => read(page, typed(control)).status === Status.TEXT) ?? open[0];
  return first ? `Waits for “${typed(first.control)}” in ${placeOf(first)}` : "Adds figures of different units";
}

function isOpen(value) {
  return [Status.TEXT, Status.TO_BE_SET, Status.SEE_NOTE].includes(value.status);
}

/** Yield the cells that a term reads in the end. */
function* typedCells(row, term) {
  if (typeof term === "string") {
    const rule = ruleAt(row, term);
    const control = row.controls.get(row.prefix + term);
    if (rule) yield* typedCells(row, rule);
    else if (control) yield { row, control };
  } else if (term.list) for (const inner of rowsOf(row, term.list)) yield* typedCells(inner, term.of);
  else for (const each of term.sum ?? []) yield* typedCells(row, each);
}

/** Return where a control stands: its column, then its row's number. */
function placeOf({ row, control }) {
  const label = control.closest("[data-label]")?.dataset.label ?? control.labels?.[0]?.textContent.trim() ?? "";
  return row.list ? `${label}, row ${row.list.rows.indexOf(row) + 1}` : label;
}
