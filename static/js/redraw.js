// Fetches the editor as it is drawn now, and puts it in place of the one on the page, with what is not saved
// typed in again, and focus, caret and scrolling where they were.

import {
  diffReadings, hasCaret, indexPlaces, isStructural, keyOf, nearestPlace, pathOf, putText, readPage,
} from "planwright/places";

/** Return the editor as a revision left it, null if it cannot be had: {editor, reading, revision}. */
export async function fetchEditor(form, revision = "now") {
  const url = `${form.dataset.editUrl}?at=${revision}`;
  const response = await fetch(url, { redirect: "manual" }).catch(() => null);
  if (!response?.ok) return null;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const drawn = page.querySelector("[data-section-form]");
  const editor = drawn?.querySelector("[data-editor]");
  return editor && { editor, reading: readPage(editor), revision: Number(drawn.dataset.revision) };
}

/**
 * Put a fetched editor in place of the page's; returns whether it could be: not while rows are unsaved, nor if a save
 * was answered since it was fetched.
 */
export function redraw(saving, fetched) {
  const { editor, form } = saving;
  const unsaved = diffReadings(saving.saved, readPage(editor));
  if (saving.job || fetched.revision < saving.revision || unsaved.some(isStructural)) return false;
  const view = rememberView(editor);
  editor.replaceChildren(...document.importNode(fetched.editor, true).childNodes);
  const reading = readPage(editor);
  saving.restart(reading, fetched.revision);
  typeAgain(saving, unsaved);
  form.dispatchEvent(new CustomEvent("pw:redrawn", { bubbles: true }));
  restoreView(editor, view);
  return true;
}

/** Type what was not saved into the new controls; where others were at work too, saving will find the clash. */
function typeAgain(saving, unsaved) {
  const index = indexPlaces(saving.editor);
  for (const change of unsaved) {
    const control = index.get(keyOf(change.path));
    if (!control) continue;
    const now = saving.saved.texts.get(keyOf(change.path));
    const stands = change.html ? (now.html ? now.text : now.other) : now.text;
    if (stands !== change.new) saving.know(change.path, { ...now, ...asKnown(change) });
    putText(control, change.new, { html: Boolean(change.html) });
  }
}

function asKnown(change) {
  return change.html ? { html: true, text: change.old } : { text: change.old };
}

// --- focus, caret, scrolling, and what is unfolded -------------------------------------------------

function rememberView(editor) {
  const control = editor.contains(document.activeElement) ? document.activeElement : null;
  return {
    path: control?.closest("[data-field], [data-row]") ? pathOf(control.closest("[data-field], [data-row]")) : null,
    caret: control && hasCaret(control) ? [control.selectionStart, control.selectionEnd] : null,
    window: [window.scrollX, window.scrollY],
    scrolled: [...editor.querySelectorAll(".pw-grid-scroll")].map((each) => [each.scrollLeft, each.scrollTop]),
    open: new Set([...editor.querySelectorAll("details[open]")].map(nameOfFold)),
    shown: [...editor.querySelectorAll(".pw-set-up:checked")].map(({ id }) => id),
  };
}

/** Return what names a part that folds: its row, or the words on it. */
function nameOfFold(details) {
  return details.dataset.row ?? details.querySelector("summary")?.textContent ?? "";
}

function restoreView(editor, view) {
  editor.querySelectorAll("details").forEach((each) => {
    each.open = view.open.has(nameOfFold(each));
  });
  for (const choice of editor.querySelectorAll(".pw-set-up")) choice.checked ||= view.shown.includes(choice.id);
  editor.querySelectorAll(".pw-grid-scroll").forEach((each, index) => {
    [each.scrollLeft, each.scrollTop] = view.scrolled[index] ?? [0, 0];
  });
  const place = view.path && nearestPlace(indexPlaces(editor), view.path);
  if (place) {
    place.focus({ preventScroll: true });
    if (view.caret && hasCaret(place)) place.setSelectionRange(...view.caret);
  }
  window.scrollTo(...view.window);
}
