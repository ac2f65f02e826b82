// What the toolbar of rich text asks: which figure, which section, which address, which note. Each question is
// a small box at the caret that traps nothing: Escape, or going elsewhere, closes it.

import {loadFigures} from "planwright/figures";
import {safeHref} from "planwright/text-schema";

const MOST_SHOWN = 60;
const STYLE_NAMES = {
  plain: "As in its table",
  "£m": "Millions",
  "£000": "Thousands",
  "£": "Pounds",
  words: "In words",
};

let open = null; // the box that is open, at most one
let boxes = 0;

/** A box at the caret of an editor. */
class Box {
  constructor(editor, title) {
    open?.close();
    open = this;
    boxes += 1;
    this.id = `pw-chooser-${boxes}`;
    this.editor = editor;
    this.element = make("div", {class: "pw-chooser", role: "dialog", "aria-labelledby": `${this.id}-title`});
    this.element.append(make("h2", {class: "pw-chooser__title", id: `${this.id}-title`}, title));
    this.element.addEventListener("keydown", (event) => this.readKey(event));
    this.element.addEventListener("focusout", ({relatedTarget}) => this.leave(relatedTarget));
  }

  /** Show it below the caret, within the window, with the focus in its first field. */
  show() {
    document.body.append(this.element);
    const {bottom, left, top} = this.editor.view.coordsAtPos(this.editor.state.selection.from);
    const {offsetWidth: width, offsetHeight: height} = this.element;
    const room = document.documentElement.clientWidth - width - 8;
    const isBelow = bottom + height + 8 < window.innerHeight || top < height + 8;
    this.element.style.left = `${Math.max(8, Math.min(left, room)) + window.scrollX}px`;
    this.element.style.top = `${(isBelow ? bottom + 6 : top - height - 6) + window.scrollY}px`;
    const first = this.element.querySelector("input");
    first.focus({preventScroll: true});
    first.select();
    this.element.scrollIntoView({block: "nearest"});
  }

  close() {
    open = null;
    this.isClosed = true;
    this.element.remove();
  }

  /** Close it and go back to the text. */
  goBack() {
    this.close();
    this.editor.view.focus();
  }

  leave(to) {
    if (!this.isClosed && to && !this.element.contains(to)) this.close();
  }

  /** Escape goes back; so does Tab from either end. */
  readKey(event) {
    const stops = [...this.element.querySelectorAll("input, button, a[href]")].filter(isStop);
    const end = event.shiftKey ? stops[0] : stops.at(-1);
    const leaves = event.key === "Tab" && (document.activeElement === end || isSameGroup(document.activeElement, end));
    if (event.key !== "Escape" && !leaves) return;
    event.preventDefault();
    event.stopPropagation();
    this.goBack();
  }
}

const isStop = (element) => !element.hidden && element.tabIndex >= 0 && (element.type !== "radio" || element.checked);
const isSameGroup = (one, other) => one?.type === "radio" && other?.type === "radio" && one.name === other.name;

function make(tag, attributes = {}, ...content) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...content);
  return element;
}

function button(words, run, look = "") {
  const element = make("button", {type: "button", class: `pw-chooser__button ${look}`.trim()}, words);
  element.addEventListener("click", run);
  return element;
}

// --- choosing from a list ------------------------------------------------------------------------

/** A box with a field to search in and the list of what fits; `items` are {words, draw}. */
class ListBox extends Box {
  constructor(editor, {title, label, items, noun, choose}) {
    super(editor, title);
    this.items = items;
    this.noun = noun;
    this.choose = choose;
    this.at = 0;
    this.search = make("input", {
      class: "govuk-input",
      id: `${this.id}-search`,
      type: "text",
      role: "combobox",
      autocomplete: "off",
      "aria-autocomplete": "list",
      "aria-expanded": "true",
      "aria-controls": `${this.id}-list`,
    });
    this.list = make("div", {class: "pw-chooser__list", role: "listbox", id: `${this.id}-list`, "aria-label": label, tabindex: "-1"});
    this.told = make("p", {class: "pw-chooser__told", role: "status"});
    this.element.append(
      make("label", {class: "govuk-label", for: `${this.id}-search`}, label),
      this.search,
      this.list,
      this.told,
    );
    this.search.addEventListener("input", () => this.filter());
    this.search.addEventListener("keydown", (event) => this.move(event));
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", ({target}) => this.click(target.closest("[role=option]")));
  }

  get current() {
    return this.shown[this.at];
  }

  filter() {
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fitting = this.items.filter((item) => words.every((word) => item.words.includes(word)));
    this.shown = fitting.slice(0, MOST_SHOWN);
    this.list.replaceChildren(
      ...this.shown.map((item, index) => {
        const option = make("div", {role: "option", id: `${this.id}-${index}`, class: "pw-chooser__option"});
        option.append(...item.draw());
        return option;
      }),
    );
    const more = fitting.length > MOST_SHOWN ? `, the first ${MOST_SHOWN} shown` : "";
    const nouns = fitting.length === 1 ? this.noun : `${this.noun}s`;
    this.told.textContent = fitting.length ? `${fitting.length} ${nouns}${more}` : `No ${this.noun} fits`;
    this.goTo(0);
  }

  goTo(index) {
    this.at = index;
    for (const [place, option] of [...this.list.children].entries()) {
      option.setAttribute("aria-selected", String(place === index));
    }
    const option = this.list.children[index];
    if (option) this.search.setAttribute("aria-activedescendant", option.id);
    else this.search.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({block: "nearest"});
    this.showCurrent?.(this.current);
  }

  move(event) {
    const last = this.shown.length - 1;
    const next = {
      ArrowDown: Math.min(last, this.at + 1),
      ArrowUp: Math.max(0, this.at - 1),
      PageDown: Math.min(last, this.at + 6),
      PageUp: Math.max(0, this.at - 6),
    }[event.key];
    if (event.key === "Enter") this.take();
    else if (next === undefined) return;
    else this.goTo(next);
    event.preventDefault();
  }

  click(option) {
    if (!option) return;
    const index = [...this.list.children].indexOf(option);
    const isSecond = index === this.at;
    this.goTo(index);
    if (isSecond || !this.showCurrent) this.take();
  }

  take() {
    if (!this.current) return;
    const chosen = this.current;
    this.close();
    this.choose(chosen);
  }
}

// --- figures -------------------------------------------------------------------------------------

const recent = []; // names of figures put in from this page, the last one first
let lastStyle = null; // the style that was chosen last by hand

/** Ask which figure, and how it prints; put it in, or in the place of the one that is selected. */
export async function askFigure(editor, form) {
  const found = await loadFigures(form);
  const chosen = editor.isActive("liveFigure") ? editor.getAttributes("liveFigure") : null;
  const box = new ListBox(editor, {
    title: chosen ? "Change the live figure" : "Put in a live figure",
    label: "Find by name, section or value",
    items: found ? figureItems(found.figures, form, chosen) : [],
    noun: "figure",
    choose: ({figure}) => putFigure(editor, figure.name, styleOf(figure, box.style), {isNew: !chosen}),
  });
  box.style = chosen?.style ?? lastStyle;
  addStyles(box);
  box.filter();
  if (!found) box.told.textContent = "The figures cannot be reached just now. Try again in a moment.";
  box.show();
}

/** Return the style that was chosen if it fits the figure, else the one that reads right in prose. */
function styleOf(figure, style) {
  return style in figure.styles ? style : figure.prose;
}

function figureItems(figures, form, chosen) {
  const used = [...form.querySelectorAll(".pw-text [data-figure]")].map((element) => element.dataset.figure);
  const first = new Set([chosen?.figure, ...recent, ...used].filter((name) => figures.has(name)));
  const ordered = [...first].map((name) => figures.get(name));
  for (const figure of figures.values()) if (!first.has(figure.name)) ordered.push(figure);
  return ordered.map((figure) => ({
    figure,
    words: `${figure.label} ${figure.section} ${figure.name} ${Object.values(figure.styles).join(" ")}`.toLowerCase(),
    draw: () => [
      make("span", {class: "pw-chooser__label"}, figure.label),
      make("span", {class: "pw-chooser__value"}, figure.styles[figure.prose]),
      make("span", {class: "pw-chooser__note"}, figure.section, first.has(figure.name) ? " · used here" : ""),
    ],
  }));
}

/** Let the box show and choose the styles of the figure that is pointed at. */
function addStyles(box) {
  const styles = make("fieldset", {class: "pw-chooser__styles"});
  const use = make("a", {class: "govuk-link", target: "_blank", rel: "noopener"}, "Where it is used (new tab)");
  const allUrl = document.querySelector("[data-all-figures-url]").dataset.allFiguresUrl;
  const all = make("a", {class: "govuk-link", href: allUrl, target: "_blank", rel: "noopener"}, "All figures (new tab)");
  const put = button("Put in", () => box.take(), "is-main");
  box.element.append(styles, make("div", {class: "pw-chooser__foot"}, put, use, all));
  box.showCurrent = (item) => {
    put.disabled = !item;
    use.hidden = !item;
    styles.hidden = !item;
    if (!item) return;
    use.href = `${allUrl}${item.figure.name.split("/").map(encodeURIComponent).join("/")}/`;
    drawStyles(box, styles, item.figure);
  };
  styles.addEventListener("change", ({target}) => (box.style = lastStyle = target.value));
  styles.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      box.take();
    }
  });
}

function drawStyles(box, fieldset, figure) {
  const chosen = styleOf(figure, box.style);
  const choices = Object.entries(figure.styles).map(([style, text]) => {
    const radio = make("input", {type: "radio", name: `${box.id}-style`, value: style, checked: style === chosen});
    const words = make("span", {class: "pw-chooser__style"}, `${STYLE_NAMES[style]}: `, make("b", {}, text));
    return make("label", {class: "pw-chooser__choice"}, radio, words);
  });
  fieldset.replaceChildren(make("legend", {}, "It prints as"), ...choices);
}

/** Put a figure in; a new one is set apart from the words beside it. */
function putFigure(editor, figure, style, {isNew}) {
  const known = recent.indexOf(figure);
  if (known >= 0) recent.splice(known, 1);
  recent.unshift(figure);
  editor.view.focus();
  const {state} = editor;
  const marks = (state.storedMarks ?? state.selection.$from.marks()).map((mark) => mark.toJSON());
  const content = [{type: "liveFigure", attrs: {figure, style}, marks}];
  const space = {type: "text", text: " ", marks};
  if (isNew && ENDS_A_WORD.test(textBeside(state.selection.$from, -1))) content.unshift(space);
  if (isNew && BEGINS_A_WORD.test(textBeside(state.selection.$to, 1))) content.push(space);
  editor.chain().insertContent(content).run();
}

const ENDS_A_WORD = /[\p{L}\p{N}.,;:!?%)\]’”]$/u;
const BEGINS_A_WORD = /^[\p{L}\p{N}([“‘£]/u;

/** Return the character before or after a place of a text, "0" for a figure and "" at either end. */
function textBeside($place, way) {
  const {parent, parentOffset: at} = $place;
  const [from, to] = way < 0 ? [Math.max(0, at - 1), at] : [at, Math.min(parent.content.size, at + 1)];
  return parent.textBetween(from, to, "", (leaf) => (leaf.type.name === "liveFigure" ? "0" : ""));
}

// --- sections ------------------------------------------------------------------------------------

/** Ask which section of the plan; the selected words link to it, or its title is put in. */
export async function askSection(editor, form) {
  const found = await loadFigures(form);
  const items = (found?.sections ?? []).map((section) => ({
    section,
    words: `${section.number} ${section.title} ${section.key}`.toLowerCase(),
    draw: () => [make("span", {class: "pw-chooser__label"}, `${section.number} ${section.title}`.trim())],
  }));
  const box = new ListBox(editor, {
    title: "Link to a section",
    label: "Find by number or title",
    items,
    noun: "section",
    choose: ({section}) => putLink(editor, `#${section.key}`, section.title),
  });
  box.filter();
  box.show();
}

/** Let the selected words, or the link at the caret, lead to `href`; without either put `words` in. */
function putLink(editor, href, words) {
  editor.view.focus();
  const chain = editor.chain();
  const mark = {type: "link", attrs: {href}};
  if (editor.isActive("link")) chain.extendMarkRange("link").setMark("link", {href}).run();
  else if (editor.state.selection.empty) chain.insertContent({type: "text", text: words, marks: [mark]}).run();
  else chain.setMark("link", {href}).run();
}

// --- links ---------------------------------------------------------------------------------------

/** Ask for the address of a link; an empty one takes the link away. */
export function askLink(editor) {
  const present = editor.getAttributes("link").href ?? "";
  const box = new Box(editor, present ? "Change the link" : "Link");
  const address = make("input", {class: "govuk-input", id: `${box.id}-address`, type: "text", inputmode: "url", autocomplete: "off", value: present});
  const fault = make("p", {class: "pw-chooser__fault", role: "alert", id: `${box.id}-fault`});
  const take = () => {
    const href = wholeAddress(address.value);
    if (address.value.trim() && !href) return showFault(address, fault);
    box.close();
    if (href) putLink(editor, href, address.value.trim());
    else takeLinkAway(editor);
    return undefined;
  };
  address.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    take();
  });
  const label = make("label", {class: "govuk-label", for: address.id}, "Web or e-mail address");
  const foot = make("div", {class: "pw-chooser__foot"}, button(present ? "Change" : "Link", take, "is-main"));
  if (present) foot.append(button("Take the link away", () => ((address.value = ""), take())));
  box.element.append(label, address, fault, foot);
  box.show();
}

function takeLinkAway(editor) {
  editor.view.focus();
  editor.chain().extendMarkRange("link").unsetMark("link").run();
}

function showFault(address, fault) {
  fault.textContent = "Enter an address that begins with https://, http:// or mailto:";
  address.setAttribute("aria-invalid", "true");
  address.setAttribute("aria-describedby", fault.id);
  address.focus();
}

/** Return the address that was meant: a bare web or e-mail address is completed; "" if it is none. */
function wholeAddress(text) {
  const typed = text.trim();
  if (/^[^\s@:/]+@[^\s@/]+\.[^\s@/]+$/.test(typed)) return `mailto:${typed}`;
  if (/^(www\.)?[a-z0-9-]+(\.[a-z0-9-]+)+(\/\S*)?$/i.test(typed)) return `https://${typed}`;
  return safeHref(typed);
}

// --- notes ---------------------------------------------------------------------------------------

/** Ask for the mark of a note and put "[note 1]" in; the note itself is written under Notes. */
export function askNote(editor, form) {
  const box = new Box(editor, "Point at a note");
  const marks = [...form.querySelectorAll("[data-list=notes] [data-field=mark]")].map((each) => each.value.trim());
  const known = marks.filter(Boolean);
  const field = make("input", {class: "govuk-input govuk-input--width-5", id: `${box.id}-mark`, type: "text", autocomplete: "off", value: nextMark(editor, known)});
  const take = () => {
    const mark = field.value.replace(/[\s[\]]/g, "");
    if (!mark) return;
    box.close();
    editor.view.focus();
    editor.chain().insertContent({type: "text", text: `[note ${mark}]`}).run();
  };
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    take();
  });
  const hint = known.length ? `The section has: ${known.join(", ")}.` : "The section has none yet.";
  box.element.append(
    make("label", {class: "govuk-label", for: field.id}, "Mark of the note"),
    field,
    make("p", {class: "pw-chooser__told"}, `${hint} The note itself is written under Notes, below the text.`),
    make("div", {class: "pw-chooser__foot"}, button("Put in", take, "is-main")),
  );
  box.show();
}

/** Return the first mark that the section has and the text does not cite yet, else the next number. */
function nextMark(editor, known) {
  const cited = [...editor.getText().matchAll(/\[note\s+([^\s[\]]+)\]/gi)].map((match) => match[1]);
  const left = known.find((mark) => !cited.includes(mark));
  const numbers = [...known, ...cited].map(Number).filter(Number.isInteger);
  return left ?? String(Math.max(0, ...numbers) + 1);
}
