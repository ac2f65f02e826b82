// On a narrow screen a row of a table is a card: each folds to its name and its most telling figures, one is open at a
// time. Whatever goes to a control of a folded row opens it. Without this module all cards stand open.

const NARROW = matchMedia("(max-width: 40rem)"); // as $phone in static/scss/_tokens.scss
const ROWS = ".pw-grid--cards > tbody > tr:not(.is-group)";
const CONTROL = "[data-field]:not([type='hidden'])";
const MOST_FIGURES = 2;

/** Fold the rows of a form's tables while the screen is narrow. */
export function startRowFolds(form) {
  const folds = new RowFolds(form);
  NARROW.addEventListener("change", () => folds.draw());
  folds.draw();
}

class RowFolds {
  constructor(form) {
    this.form = form;
    form.addEventListener("focusin", ({target}) => this.enter(target));
    form.addEventListener("click", ({target}) => {
      const button = target.closest(".pw-fold");
      if (button) this.turn(button.closest("tr"));
    });
    for (const told of ["pw:rows", "pw:redrawn"]) form.addEventListener(told, () => this.draw());
    for (const told of ["pw:put", "pw:saved", "pw:marked"]) form.addEventListener(told, () => this.tellSoon());
  }

  /** Give each row its button, or take all away where the screen is wide; what is open stays open. */
  draw() {
    for (const body of this.form.querySelectorAll(".pw-grid--cards > tbody")) {
      const rows = [...body.querySelectorAll(":scope > tr:not(.is-group)")];
      const isFolding = NARROW.matches && rows.length > 1;
      for (const row of rows) isFolding ? this.equip(row) : this.strip(row);
    }
    this.tell();
  }

  equip(row) {
    if (buttonOf(row)) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "pw-fold";
    row.cells[0].prepend(button);
    this.fold(row, !isWanted(row));
  }

  strip(row) {
    if (!buttonOf(row)) return;
    this.fold(row, false);
    buttonOf(row).remove();
  }

  fold(row, isFolded) {
    row.classList.toggle("is-folded", isFolded);
    for (const each of row.querySelectorAll(`${CONTROL}, .pw-row-actions button`)) {
      if (isFolded) each.tabIndex = -1;
      else each.removeAttribute("tabindex");
    }
    buttonOf(row).setAttribute("aria-expanded", String(!isFolded));
  }

  /** Open a row, and fold the others of its table. */
  open(row) {
    for (const each of row.parentElement.rows) {
      if (each !== row && buttonOf(each) && !each.classList.contains("is-folded")) this.fold(each, true);
    }
    this.fold(row, false);
    this.tell();
  }

  turn(row) {
    if (row.classList.contains("is-folded")) this.open(row);
    else this.fold(row, true);
    this.tell();
    buttonOf(row).scrollIntoView({block: "nearest"});
  }

  enter(target) {
    const row = target.closest(ROWS);
    if (row?.classList.contains("is-folded") && !target.matches(".pw-fold")) {
      this.open(row);
      target.scrollIntoView({block: "center"});
    }
  }

  // --- what the buttons say ------------------------------------------------------------------------

  tellSoon() {
    if (this.isWaiting || !NARROW.matches) return;
    this.isWaiting = true;
    requestAnimationFrame(() => {
      this.isWaiting = false;
      this.tell();
    });
  }

  tell() {
    for (const button of this.form.querySelectorAll(".pw-fold")) tellOf(button.closest("tr"), button);
  }
}

function buttonOf(row) {
  return row.querySelector(":scope > :first-child > .pw-fold");
}

/** Return whether a row is to be seen at once: something in it is wrong, or the address or the focus is there. */
function isWanted(row) {
  const named = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  return (
    row.contains(document.activeElement) ||
    Boolean(named && row.contains(named)) ||
    row.querySelector("[aria-invalid=true]") !== null
  );
}

/** Let a row's button say its name and figures while it is folded, and which row it is while it is open. */
function tellOf(row, button) {
  const parts = row.classList.contains("is-folded") ? foldedParts(row) : [["pw-fold__name", placeOf(row)]];
  const words = parts.map(([, text]) => text).join("\n");
  if (button.dataset.told === words) return;
  button.dataset.told = words;
  button.replaceChildren(
    ...parts.flatMap(([look, text], index) => {
      const part = document.createElement("span");
      part.className = look;
      part.textContent = text;
      return index ? [" ", part] : [part];
    }),
  );
}

/** Return which row of its list it is: “Indicator 3 of 12”. */
function placeOf(row) {
  const rows = [...row.parentElement.rows];
  const noun = row.closest("[data-list]").dataset.noun;
  return `${noun[0].toUpperCase()}${noun.slice(1)} ${rows.indexOf(row) + 1} of ${rows.length}`;
}

function foldedParts(row) {
  const marks = [
    ["error", row.querySelector(".is-error, .has-error") && "Error"],
    ["warning", row.querySelector(".has-warning, .has-found-error, .has-found-warning") && "To look at"],
    ["comments", countComments(row)],
  ];
  return [
    ["pw-fold__name", nameOf(row) || placeOf(row)],
    ...tellingOf(row).map((text) => ["pw-fold__figure", text]),
    ...marks.filter(([, text]) => text).map(([look, text]) => [`pw-fold__mark is-${look}`, text]),
  ];
}

/** Return what a row is called: what stands in its first cell, then its title where that is another. */
function nameOf(row) {
  const title = row.querySelector(`[data-field="${row.closest("[data-list]").dataset.names}"]`);
  const first = row.cells[0].querySelector(CONTROL);
  return [...new Set([textOf(first), textOf(title)])].filter(Boolean).join(" ");
}

/** Return what tells most of a row: its figures, or its first words where it has none. */
function tellingOf(row) {
  const figures = figuresOf(row);
  if (figures.length) return figures;
  const name = nameOf(row);
  const texts = [...row.cells].slice(1).map((cell) => textOf(cell.querySelector(CONTROL)));
  return texts.filter((text) => text && !name.includes(text)).slice(0, 1);
}

/** Return its most telling figures under their heads: the last that are worked out, else the first and last typed. */
function figuresOf(row) {
  const cells = [...row.cells].slice(1).filter((cell) => cell.matches(".is-number"));
  const figures = cells.map((cell) => [cell, figureOf(cell)]).filter(([, text]) => text);
  const derived = figures.filter(([cell]) => cell.matches(".is-derived")).slice(-MOST_FIGURES);
  const telling = derived.length ? derived : figures.filter((_, at) => at === 0 || at === figures.length - 1);
  return telling.map(([cell, text]) => `${cell.dataset.label}: ${text}`);
}

function figureOf(cell) {
  const control = cell.querySelector(CONTROL);
  return control ? textOf(control) || (control.placeholder ?? "") : cell.querySelector("[data-derived]")?.textContent.trim();
}

function textOf(control) {
  if (!control || control.type === "checkbox") return "";
  if (control.matches("select")) return control.value && control.selectedOptions[0].textContent.trim();
  if (control.dataset.html === undefined) return control.value.trim().replace(/\s+/g, " ");
  return new DOMParser().parseFromString(control.dataset.html, "text/html").body.textContent.trim();
}

function countComments(row) {
  const counts = [...row.querySelectorAll(".pw-comment-marker")].map((marker) => Number(marker.dataset.count));
  const sum = counts.reduce((all, count) => all + count, 0);
  return sum ? `${sum} comment${sum === 1 ? "" : "s"}` : "";
}
