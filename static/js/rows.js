// The rows of a list, in a table or as cards: drawn from its templates, put in order, numbered. docs/editing-protocol.md
// says what marks them.

export const ROW_LIMIT = 2000;

const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
const NUMBERED = new WeakMap();
let lastIndex = 10000; // names of added rows are made apart from drawn ones; sending numbers them all

/** Return the element that holds a list's rows. */
export function bodyOf(list) {
  const table = tableOf(list);
  return table ? table.tBodies[0] : list.querySelector(":scope > .pw-cards");
}

/** Return a list's table, null if its rows are cards. */
export function tableOf(list) {
  return list.querySelector(":scope > .pw-grid-scroll > table");
}

export function rowsOf(list) {
  return [...bodyOf(list).children];
}

/** Return an id as the page makes them. */
export function makeId() {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (byte) => LETTERS[byte % LETTERS.length]).join("");
}

/** Return `count` new rows of a list, not yet in it. `variant` is the number of their sort, "" for the plain one. */
export function drawRows(list, count, variant = "") {
  const template = list.querySelector(`:scope > template[data-new-row="${variant}"]`);
  const name = nameOf(list);
  const parsed = document.createElement("template");
  const html = template.innerHTML;
  parsed.innerHTML = Array.from({ length: count }, () => {
    lastIndex += 1;
    return html.replaceAll(`${name}-__new__`, `${name}-${lastIndex}`);
  }).join("");
  const rows = [...parsed.content.children];
  rows.forEach((row) => identify(list, row));
  return rows;
}

/** Give a row that has none an id, where the list's rows bear ids. */
export function identify(list, row) {
  if (list.dataset.identified === "false" || row.dataset.row) return;
  row.dataset.row = makeId();
  row.querySelector(`input[type="hidden"][name="${row.id}-id"]`).value = row.dataset.row;
}

/** Return what the names of a list's controls begin with. */
export function nameOf(list) {
  return countOf(list).name.slice(0, -"-count".length);
}

function countOf(list) {
  return list.querySelector(':scope > input[type="hidden"][name$="-count"]');
}

/** Put a list's rows into this order: those that are missing go out, new ones come in. */
export function setRows(list, order) {
  const body = bodyOf(list);
  const wanted = new Set(order);
  for (const row of [...body.children]) if (!wanted.has(row)) row.remove();
  let next = body.firstElementChild;
  for (const row of order) {
    if (next && next !== row && next.nextElementSibling === row) {
      const passed = next; // it stands further down; its turn comes
      next = row;
      passed.remove();
    }
    if (next === row) next = row.nextElementSibling;
    else body.insertBefore(row, next);
  }
  number(list);
}

/** Number a list's rows anew: in their names to a screen reader, on their buttons, in the list's count. */
export function number(list) {
  const rows = rowsOf(list);
  countOf(list).value = rows.length;
  list.querySelector(":scope > .pw-empty").hidden = rows.length > 0;
  const region = list.querySelector(":scope > .pw-grid-scroll");
  if (region) region.hidden = rows.length === 0;
  rows.forEach((row, index) => numberRow(row, index, index === rows.length - 1));
}

function numberRow(row, index, isLast) {
  if (NUMBERED.get(row) === index && !isLast && index > 0) {
    const [up, down] = buttonsOf(row);
    up.disabled = false;
    down.disabled = false;
    return;
  }
  NUMBERED.set(row, index);
  const words = row.querySelector(`:scope > * > [id$="-name"].govuk-visually-hidden`);
  if (words) words.textContent = words.textContent.replace(/(\d+|__new__)$/, index + 1);
  const [up, down, remove] = buttonsOf(row);
  for (const button of [up, down, remove]) {
    const label = button.getAttribute("aria-label").replace(/ (\d+|__new__), /, ` ${index + 1}, `);
    button.setAttribute("aria-label", label);
  }
  up.disabled = index === 0;
  down.disabled = isLast;
}

/** Let the buttons of a row say what stands in the control that names it; nothing for other controls and rich text. */
export function nameRow(control) {
  const row = control.closest("[data-row]");
  const list = row?.closest("[data-list]");
  if (!list || list.dataset.names !== control.dataset.field || control.dataset.type === "rich") return;
  const name = control.value.trim().replace(/\s+/g, " ");
  if (!name) return;
  for (const button of buttonsOf(row)) {
    const [start] = button.getAttribute("aria-label").match(/^.*? (?:\d+|__new__), /);
    button.setAttribute("aria-label", start + name);
  }
}

function buttonsOf(row) {
  const around = row.querySelector(":scope > .pw-row-actions, :scope > .pw-card__body > .pw-card__actions");
  return around.querySelectorAll(".pw-icon-button");
}

/** Number the names of all controls inside `root` as the rows now stand, so that the form can be sent. */
export function numberNames(root) {
  for (const list of root.querySelectorAll("[data-list]")) {
    const name = nameOf(list);
    rowsOf(list).forEach((row, index) => renameRow(row, `${name}-${index}`));
  }
}

function renameRow(row, prefix) {
  const own = row.querySelector('input[type="hidden"][name$="-id"]');
  const before = own.name.slice(0, -"-id".length);
  if (before === prefix) return;
  for (const control of row.querySelectorAll("[name]")) {
    if (control.name.startsWith(`${before}-`)) control.name = prefix + control.name.slice(before.length);
  }
}

/** Tell everything that follows the page that a list's rows changed. */
export function tellRows(list) {
  list.dispatchEvent(new CustomEvent("pw:rows", { bubbles: true }));
}
