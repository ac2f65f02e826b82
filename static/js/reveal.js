// Brings into sight what is folded away: by folds around it, or by columns that a table does not show.

/** Unfold what hides an element. */
export function unfold(element) {
  for (let fold = element.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  const choice = element.closest(".is-set-up") && setUpChoice(element.closest("[data-list]"));
  if (choice) choice.checked = true;
}

/** Unfold what hides an element, give it the focus and bring it into the middle; of a row, its first control. */
export function reveal(element) {
  if (!element) return;
  unfold(element);
  (element.matches("[data-row]") ? firstControl(element) ?? element : element).focus();
  (element.closest(".pw-text") ?? element).scrollIntoView({ block: "center" });
}

function firstControl(row) {
  return row.querySelector("input:not([type=hidden]), textarea, select");
}

/** Return the box that shows the columns by which a list's rows are set up, null where it has none. */
export function setUpChoice(list) {
  return list?.querySelector(":scope > .pw-set-up") ?? null;
}
