// Starts what helps on a page with an editor, each part by itself: where one fails, the others and the plain form
// still work.

const form = document.querySelector('[data-module="pw-form"]');

const PARTS = {
  together: startSaving,
  grid: () => import("planwright/grid").then(({ startGrid }) => startGrid(form)),
  guard: () => import("planwright/guard").then(({ startGuard }) => startGuard(form)),
  folds: () => import("planwright/row-folds").then(({ startRowFolds }) => startRowFolds(form)),
  findings: () => import("planwright/findings").then(({ startFindings }) => startFindings(form)),
};

/** Let the form save by itself, and say what a change touches before it is saved. */
async function startSaving() {
  const { startTogether } = await import("planwright/together");
  const saving = startTogether(form);
  const { startImpact } = await import("planwright/impact");
  startImpact(saving);
}

// Until saving by itself has started, and where it cannot, leaving asks about what was not saved.
let isUnsaved = "unsaved" in form.dataset;
form.addEventListener("input", () => {
  isUnsaved = true;
});
form.addEventListener("pw:rows", () => {
  isUnsaved = true;
});
form.addEventListener("submit", () => {
  isUnsaved = false;
});
window.addEventListener("beforeunload", (event) => {
  if (isUnsaved && !("savesItself" in form.dataset)) event.preventDefault();
});

// A plan's cover and teams are edited alike, but saved by the form alone.
const parts = "sectionForm" in form.dataset ? PARTS : { grid: PARTS.grid, folds: PARTS.folds };

const starts = Object.entries(parts).map(([name, start]) =>
  start().catch((error) => console.error(`${name} could not start`, error)),
);
// From here on keys and pastes are met by the grid, not by the plain inputs: tests wait for it.
Promise.all(starts).then(() => {
  form.dataset.partsReady = "";
});
