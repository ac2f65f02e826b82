// The choice between two changes of one place: base, theirs and mine side by side above the form, one choice for
// each. It is no dialog: the rest of the page can be written meanwhile.

import { indexPlaces, keyOf, putText } from "planwright/places";
import { fetchEditor, redraw } from "planwright/redraw";

const SIDES = [
  ["base", "Before"],
  ["theirs", "Theirs, saved meanwhile by "],
  ["mine", "Yours, not saved"],
];

const SOMEBODY = "somebody else";

/** Return who saved theirs of these clashes, each once, to begin a sentence with. */
export function namesOf(clashes) {
  const names = [...new Set(clashes.map(({ by }) => by || SOMEBODY))];
  const words = names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names[0];
  return words[0].toUpperCase() + words.slice(1);
}

/** The panel above one form; `saving` is told what was chosen. */
export class ClashPanel {
  constructor(saving) {
    this.saving = saving;
    this.panel = null;
  }

  get isOpen() {
    return this.panel !== null;
  }

  /** Show these clashes, in place of those shown before; none closes the panel. */
  show(clashes) {
    const chosen = this.choices();
    this.panel?.remove();
    this.panel = null;
    this.clashes = clashes;
    if (!clashes.length) return;
    this.panel = this.draw(clashes, chosen);
    this.saving.form.before(this.panel);
    if (!this.saving.editor.contains(document.activeElement)) this.panel.querySelector("h2").focus();
  }

  /** Return what is chosen so far: "theirs" or "mine" by the key of a place. */
  choices() {
    const checked = this.panel?.querySelectorAll("input:checked") ?? [];
    return new Map([...checked].map((each) => [each.dataset.place, each.value]));
  }

  draw(clashes, chosen) {
    const panel = element("section", "pw-clashes", { id: "clashes", "aria-labelledby": "clashes-title" });
    const title = element("h2", "govuk-heading-m", { id: "clashes-title", tabindex: "-1" });
    const many = clashes.length === 1 ? "1 place" : `${clashes.length} places`;
    title.textContent = `${namesOf(clashes)} changed ${many} too: choose`;
    const form = element("form");
    const shown = clashes.map((clash) => (this.isRemoval(clash) ? { ...clash, mine: "(removed)" } : clash));
    form.append(...shown.map((clash, number) => drawClash(clash, number, chosen.get(keyOf(clash.path)))));
    const button = element("button", "govuk-button");
    button.textContent = clashes.length === 1 ? "Save with this choice" : "Save with these choices";
    form.append(button);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.decide();
    });
    panel.append(title, form);
    return panel;
  }

  isRemoval({ path }) {
    const change = this.saving.refused.get(keyOf(path))?.change;
    return change !== undefined && JSON.parse(change).removed === true;
  }

  /** Do what was chosen: take theirs into the page, or let mine be saved over what was shown as theirs. */
  async decide() {
    const { saving, clashes } = this;
    const chosen = this.choices();
    const fetched = await fetchEditor(saving.form);
    if (!fetched) {
      await saving.flush();
      return;
    }
    this.show([]);
    for (const clash of clashes) this.settle(clash, chosen.get(keyOf(clash.path)), fetched);
    const first = indexPlaces(saving.editor).get(keyOf(clashes[0].path));
    first?.focus();
    saving.restart(saving.saved, fetched.revision);
    await saving.flush();
    const now = await fetchEditor(saving.form);
    if (now) redraw(saving, now);
  }

  settle(clash, choice, { reading }) {
    const { saving } = this;
    const key = keyOf(clash.path);
    const stands = reading.texts.get(key);
    const saved = saving.saved.texts.get(key);
    saving.withdraw(key);
    if (!saved || !stands) {
      settleRow(saving, clash.path, choice, reading);
      return;
    }
    if (textOfSide(stands, clash.html) !== clash.theirs) return; // changed once more: it is asked again
    const control = indexPlaces(saving.editor).get(key);
    saving.saved.texts.set(key, { ...stands });
    if (choice === "theirs" && control) putText(control, saved.html ? clash.theirs : stands.text, { html: saved.html });
  }
}

/** A whole row is at stake: taking theirs is left to the redraw, but for what the page says of the row. */
function settleRow(saving, path, choice, reading) {
  const lists = listsOnTheWay(saving.saved, path);
  const isThere = (list) => reading.lists.get(keyOf(list.path))?.ids.includes(path[list.path.length]) ?? false;
  const list = lists.find((each) => !isThere(each)) ?? lists.at(-1);
  if (!list) return;
  const id = path[list.path.length];
  if (choice === "theirs") forget(saving, list, id, isThere(list));
  else if (!isThere(list)) list.ids = list.ids.filter((each) => each !== id);
}

/** Return the lists whose rows a path goes through, the outermost first. */
function listsOnTheWay({ lists }, path) {
  const found = [...lists.values()].filter((list) => {
    const isOn = keyOf(path.slice(0, list.path.length)) === keyOf(list.path);
    return isOn && list.identified && list.ids.includes(path[list.path.length]);
  });
  return found.sort((one, other) => one.path.length - other.path.length);
}

/** Let the page and what is known to be saved agree on a row, as others left it. */
function forget(saving, list, id, isThere) {
  const row = indexPlaces(saving.editor).get(keyOf([...list.path, id]));
  list.ids = list.ids.filter((each) => each !== id);
  if (!isThere) row?.remove();
}

function textOfSide(text, html) {
  if (!html) return text.text;
  return text.html ? text.text : text.other;
}

function drawClash(clash, number, chosen) {
  const field = element("fieldset", "govuk-fieldset");
  const legend = element("legend", "govuk-fieldset__legend govuk-fieldset__legend--s");
  legend.textContent = clash.place;
  const sides = element("div", "pw-clash");
  sides.append(...SIDES.map(([side, title]) => drawSide(clash, side, title)));
  field.append(legend, sides, drawChoice(clash, number, "theirs", "Keep theirs", chosen), drawChoice(clash, number, "mine", "Keep mine", chosen));
  return field;
}

function drawSide(clash, side, title) {
  const box = element("div", `pw-clash__text pw-clash__text--${side}`);
  const heading = element("h3", "govuk-heading-s");
  heading.textContent = side === "theirs" ? `${title}${clash.by || SOMEBODY}` : title;
  const text = element("p", "pw-clash__words");
  text.textContent = (clash.html ? wordsOf(clash[side]) : clash[side]) || "(empty)";
  box.append(heading, text);
  return box;
}

/** Return rich text as its words, a paragraph a line. */
function wordsOf(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  return [...page.body.children].map((block) => block.textContent).join("\n");
}

function drawChoice(clash, number, side, words, chosen) {
  const item = element("div", "govuk-radios__item");
  const id = `clash-${number}-${side}`;
  const input = element("input", "govuk-radios__input", {
    type: "radio", id, name: `clash-${number}`, value: side, required: "", "data-place": keyOf(clash.path),
  });
  input.checked = chosen === side;
  const label = element("label", "govuk-label govuk-radios__label", { for: id });
  label.textContent = words;
  item.append(input, label);
  return item;
}

function element(name, look = "", attributes = {}) {
  const made = document.createElement(name);
  if (look) made.className = look;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
