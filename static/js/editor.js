// Warns before an editor is left with input that was not saved; without it the editor works all the same.

const editor = document.querySelector('[data-module="pw-editor"]');

let isUnsaved = "unsaved" in editor.dataset;

editor.addEventListener("input", () => {
  isUnsaved = true;
});

editor.addEventListener("submit", () => {
  isUnsaved = false;
});

window.addEventListener("beforeunload", (event) => {
  if (isUnsaved) event.preventDefault();
});
