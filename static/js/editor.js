// The editor's comforts: a warning before input that was not saved is left, and the keys of a table. Without
// it the editor works all the same.

const form = document.querySelector('[data-module="pw-form"]');

let isUnsaved = "unsaved" in form.dataset;

form.addEventListener("input", () => {
  isUnsaved = true;
});

form.addEventListener("submit", () => {
  isUnsaved = false;
});

window.addEventListener("beforeunload", (event) => {
  if (isUnsaved) event.preventDefault();
});

// Enter goes to the same column of the next row, as in a spreadsheet; texts of several lines keep it.
form.addEventListener("keydown", (event) => {
  const control = event.target;
  if (event.key !== "Enter" || event.isComposing || !control.matches(".pw-grid input, .pw-grid .pw-line")) return;
  event.preventDefault();
  const cell = control.closest("th, td");
  const row = cell.parentElement[event.shiftKey ? "previousElementSibling" : "nextElementSibling"];
  row?.cells[cell.cellIndex]?.querySelector("input:not([type=hidden]), select, textarea")?.focus();
});
