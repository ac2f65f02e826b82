// Asks the server for derived values and totals that the page has no rule for, after a save and seldom enough.

import { showWorkedOut } from "planwright/cells";
import { indexPlaces, isStructural, keyOf, pathOf, steps } from "planwright/places";
import { jsonHeaders } from "planwright/saving";

/** Let what is worked out follow the saves of a form. */
export function startDerived(saving) {
  let askedAt = 0;
  let timer = null;
  const ask = async () => {
    timer = null;
    askedAt = performance.now();
    const answer = await fetchDerived(saving, saving.unsaved());
    if (answer) show(saving.editor, answer);
  };
  saving.form.addEventListener("pw:saved", ({ detail }) => {
    if (timer || !needsAsking(saving.editor, detail.job.changes)) return;
    timer = setTimeout(ask, Math.max(0, askedAt + saving.time("derived") - performance.now()));
  });
}

function needsAsking(editor, changes) {
  const shown = [...editor.querySelectorAll("[data-derived], [data-total]")];
  return shown.length > 0 && (changes.some(isStructural) || shown.some((each) => !hasRule(each)));
}

function hasRule(element) {
  if (element.dataset.rule || element.dataset.total !== undefined) return true;
  const list = element.closest("[data-list]");
  return list?.dataset.rules !== undefined && element.dataset.derived in JSON.parse(list.dataset.rules);
}

/** Return what the server works out, and what it minds, as if these changes were saved; null if it does not answer. */
export async function fetchDerived(saving, changes) {
  const response = await fetch(saving.form.dataset.derivedUrl, {
    method: "POST",
    headers: jsonHeaders(saving.form),
    body: JSON.stringify({ base_revision: saving.revision, changes }),
    redirect: "manual",
  }).catch(() => null);
  return response?.ok ? response.json() : null;
}

function show(editor, { derived, totals }) {
  const cells = new Map();
  for (const element of editor.querySelectorAll("[data-derived]")) cells.set(keyOf(derivedPath(element)), element);
  for (const { path, text } of derived) put(cells.get(keyOf(path)), text);
  const index = indexPlaces(editor);
  for (const { path, row, texts } of totals) showTotal(index.get(keyOf(path)), row, texts);
}

function derivedPath(element) {
  const around = element.closest("[data-row]");
  return [...(around ? pathOf(around) : []), ...steps(element.dataset.derived)];
}

function showTotal(list, place, texts) {
  const rows = list?.querySelectorAll(`[data-total-row="${place}"]`) ?? [];
  const row = [...rows].find((each) => each.closest("[data-list]") === list);
  for (const cell of row?.querySelectorAll("[data-total]") ?? []) put(cell, texts[cell.dataset.total]);
}

function put(element, text) {
  if (element && text !== undefined) showWorkedOut(element, text);
}
