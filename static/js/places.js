// Reads the editor's page as a tree of texts, says what changed between two readings in the words of
// docs/editing-protocol.md, and puts texts in. It knows nothing of saving, of tables or of people.
//
// A reading is `{texts, lists}`, maps by the key of a path, in the order of the page:
//   texts: `{path, text, html, row, field}`; `row` is the key of its row, "" outside rows; `html` says
//          that the text is HTML, `other` then holds the plain notation, and the other way round
//          (`typed`, of what is known to be saved: how the page has it, where it is still typed otherwise)
//   lists: `{path, row, ids, identified, variants, rows}`; `rows` are objects of texts by field, in
//          lists whose rows bear no id; `variants` are the variants of rows, by id

const PLACES = "[data-list], [data-row], [data-field]";
const known = new WeakMap();

/** Return the name of a path: equal for equal paths. */
export function keyOf(path) {
  return JSON.stringify(path);
}

/** Return the path of a list, a row or a control, as its ancestors spell it. */
export function pathOf(element) {
  return placeOf(element).path;
}

function placeOf(element) {
  let place = known.get(element);
  if (!place) {
    place = findPlace(element);
    known.set(element, place);
  }
  return place;
}

function findPlace(element) {
  const { list, row, field } = element.dataset;
  const around = element.parentElement?.closest("[data-list], [data-row]");
  const above = around ? placeOf(around) : { path: [], row: "" };
  if (row !== undefined) {
    const path = [...above.path, row];
    return { path, key: keyOf(path), row: keyOf(path), list: above.key };
  }
  const path = [...above.path, ...steps(list ?? field)];
  return { path, key: keyOf(path), row: above.row, list: above.list };
}

/** Return the steps that a name spells, joined by "-": of digits alone, a number. */
export function steps(name) {
  return name.split("-").map((step) => (/^[0-9]+$/.test(step) ? Number(step) : step));
}

/** Return what the page holds now: every text and every list inside `root`, new rows' templates left out. */
export function readPage(root) {
  const reading = { texts: new Map(), lists: new Map() };
  for (const element of root.querySelectorAll(PLACES)) {
    if (element.dataset.list !== undefined) readList(element, reading);
    else if (element.dataset.row !== undefined) readRow(element, reading);
    else readText(element, reading);
  }
  return reading;
}

/** Return what the page held when it was drawn: what was typed before the scripts had come is not yet saved. */
export function readDrawn(root) {
  const reading = readPage(root);
  for (const control of root.querySelectorAll("[data-field]")) {
    const entry = reading.texts.get(placeOf(control).key);
    if (entry && !entry.html) entry.text = drawnText(control);
  }
  return reading;
}

function drawnText(control) {
  if (control.type === "checkbox") return control.defaultChecked ? "on" : "";
  if (!control.options) return control.defaultValue;
  const options = [...control.options];
  return (options.find((each) => each.defaultSelected) ?? options[0])?.value ?? "";
}

function readList(element, { lists }) {
  const { path, key, row } = placeOf(element);
  if (lists.has(key)) return;
  const identified = element.dataset.identified !== "false";
  lists.set(key, { path, row, ids: [], identified, variants: new Map(), rows: [] });
}

function readRow(element, { lists }) {
  const list = lists.get(placeOf(element).list);
  if (!list) return;
  if (!list.identified) list.rows.push({});
  else if (!list.variants.has(element.dataset.row)) {
    list.ids.push(element.dataset.row);
    list.variants.set(element.dataset.row, variantOf(element));
  }
}

const variants = new WeakMap();

/** Return of which variant a row is that was added, "" for the plain one; the row says so as the form has it. */
function variantOf(row) {
  if (!variants.has(row)) {
    const own = row.querySelector(`input[type="hidden"][name="${CSS.escape(row.id)}-variant"]`);
    variants.set(row, own?.value ?? "");
  }
  return variants.get(row);
}

function readText(control, { texts, lists }) {
  const { path, key, row, list } = placeOf(control);
  const field = control.dataset.field;
  const holder = row && lists.get(list);
  if (holder && !holder.identified) holder.rows.at(-1)[field] = textOf(control);
  else if (control.dataset.type !== "hidden") texts.set(key, { path, field, row, ...bothTexts(control) });
}

/** Return whether a rich text's own editor is at work, so that its HTML counts and not its notation. */
export function isUpgraded(control) {
  return "upgraded" in control.dataset;
}

function bothTexts(control) {
  if (control.dataset.html === undefined) return { text: textOf(control), html: false };
  const [plain, html] = [control.value, control.dataset.html];
  return isUpgraded(control)
    ? { text: html, html: true, other: plain }
    : { text: plain, html: false, other: html };
}

/** Return the text that is typed in a control: "on" or "" for a box to tick. */
export function textOf(control) {
  if (control.type === "checkbox") return control.checked ? "on" : "";
  return control.value;
}

// --- what changed --------------------------------------------------------------------------------

/** Return whether two texts of one place say the same, whichever of them is typed and which is HTML. */
export function isSame(before, after) {
  if (before.typed !== undefined && before.typed === after.text) return true;
  if (before.html === after.html) return before.text === after.text;
  return before.other === after.text;
}

/** Return what is to be sent to get from one reading to the next: rows first, an outer before its inner ones. */
export function diffReadings(before, after) {
  const change = { before, after, added: new Set(), fields: null, changes: [] };
  for (const [key, list] of after.lists) {
    if (list.identified) diffRows(change, before.lists.get(key)?.ids ?? [], list);
    else if (!isSameLoose(before.lists.get(key), list)) change.changes.push({ path: list.path, rows: list.rows });
  }
  for (const [key, text] of after.texts) diffText(change, before.texts.get(key), text);
  return change.changes;
}

function isSameLoose(before, list) {
  return JSON.stringify(before?.rows ?? []) === JSON.stringify(list.rows);
}

function diffRows(change, old, list) {
  if (old.length === list.ids.length && old.every((id, index) => id === list.ids[index])) return;
  const [were, are] = [new Set(old), new Set(list.ids)];
  const order = old.filter((id) => are.has(id));
  list.ids.forEach((id, index) => {
    if (were.has(id)) return;
    const above = list.ids[index - 1] ?? null;
    order.splice(order.indexOf(above) + 1, 0, id);
    change.changes.push(addition(change, list, id, above));
  });
  for (const id of old) {
    if (!are.has(id)) change.changes.push({ path: [...list.path, id], removed: true });
  }
  if (order.some((id, index) => id !== list.ids[index])) {
    change.changes.push({ path: [...list.path, "@order"], new: list.ids });
  }
}

function addition(change, list, id, above) {
  const path = [...list.path, id];
  const key = keyOf(path);
  change.added.add(key);
  change.fields ??= fieldsByRow(change.after);
  return { path, added: true, after: above, variant: list.variants.get(id) ?? "", fields: change.fields.get(key) ?? {} };
}

/** Return the plain texts of each row by its key, and in it by field. */
function fieldsByRow({ texts }) {
  const rows = new Map();
  for (const { row, field, html, text } of texts.values()) {
    if (!rows.has(row)) rows.set(row, {});
    if (!html) rows.get(row)[field] = text;
  }
  return rows;
}

function diffText({ added, changes }, old, text) {
  if (added.has(text.row)) {
    if (text.html && text.text) changes.push({ path: text.path, html: true, old: "", new: text.text });
  } else if (old && !isSame(old, text)) {
    const base = old.html === text.html ? old.text : old.other;
    changes.push({ path: text.path, ...(text.html && { html: true }), old: base, new: text.text });
  }
}

/** Return whether a change adds, removes, moves or replaces rows. */
export function isStructural(change) {
  return !("old" in change);
}

// --- finding and putting in ----------------------------------------------------------------------

/** Return every list, row and control inside `root` by the key of its path; where two bear one path, the first. */
export function indexPlaces(root) {
  const index = new Map();
  for (const element of root.querySelectorAll(PLACES)) {
    const { key } = placeOf(element);
    if (!index.has(key)) index.set(key, element);
  }
  return index;
}

/** Return the list, row or control that an address names, steps joined by "-"; null if it is not there. */
export function placeNamed(root, name) {
  for (const [key, element] of indexPlaces(root)) {
    if (JSON.parse(key).join("-") === name) return element;
  }
  return null;
}

/** Return the element at a path, or else at the nearest path above it, or null. */
export function nearestPlace(index, path) {
  for (let length = path.length; length > 0; length -= 1) {
    const element = index.get(keyOf(path.slice(0, length)));
    if (element) return element;
  }
  return null;
}

/** Put a text into a control without moving the focus or, as far as can be, the caret; tells listeners by `pw:put`. */
export function putText(control, text, { html = false } = {}) {
  if (html) control.dataset.html = text;
  else if (control.type === "checkbox") control.checked = text !== "";
  else setValue(control, text);
  control.dispatchEvent(new CustomEvent("pw:put", { bubbles: true, detail: { html } }));
}

function setValue(control, text) {
  if (control.tagName === "SELECT" && ![...control.options].some((each) => each.value === text)) {
    control.add(new Option(text, text));
  }
  const caret = control === document.activeElement && hasCaret(control) ? control.selectionStart : null;
  control.value = text;
  if (caret !== null) control.setSelectionRange(caret, caret);
}

/** Return whether a control has a place of typing that can be asked for and set. */
export function hasCaret(control) {
  return control.tagName === "TEXTAREA" || (control.tagName === "INPUT" && control.type === "text");
}
