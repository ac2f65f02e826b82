// The figures of a plan as the page knows them: asked for once, on first need, and shown in the texts.

const known = new WeakMap(); // form -> promise of {figures: Map by name, sections}
const loaded = new WeakMap(); // form -> the same, when it has come

/** Return the promise of the plan's figures and sections; `again` asks anew if they were asked for before. */
export function loadFigures(form, {again = false} = {}) {
  if (again && !known.has(form)) return Promise.resolve(null);
  if (again || !known.has(form)) known.set(form, ask(form));
  return known.get(form);
}

async function ask(form) {
  const url = document.querySelector("[data-figures-url]")?.dataset.figuresUrl;
  const response = url && (await fetch(url, {headers: {Accept: "application/json"}}).catch(() => null));
  if (!response?.ok) {
    known.delete(form);
    return null;
  }
  const {figures, sections} = await response.json();
  const found = {figures: new Map(figures.map((figure) => [figure.name, figure])), sections};
  loaded.set(form, found);
  return found;
}

/** Draw a live figure in a text: its present value, or that there is none of this name. */
export function showFigure(form, element) {
  const all = loaded.get(form);
  const {figure: name, style} = element.dataset;
  const figure = all?.figures.get(name);
  element.className = "pw-figure";
  if (figure) {
    element.textContent = figure.styles[style] ?? figure.styles.plain;
    element.title = `Live figure: ${figure.label}, ${figure.section}`;
  } else if (all) {
    element.classList.add("is-broken");
    element.textContent = `[no figure ${name}]`;
    element.title = `No table of the plan has a figure ${name}: choose another`;
  } else {
    element.textContent = "…";
    element.title = `Live figure ${name}`;
    loadFigures(form).then((found) => found && element.isConnected && showFigure(form, element));
  }
}

/** Draw every live figure of the form's texts anew. */
export function refreshFigures(form) {
  for (const element of form.querySelectorAll(".pw-text [data-figure]")) showFigure(form, element);
}
