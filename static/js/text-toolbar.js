// The toolbar of rich text: one tab stop, arrow keys between its buttons, Escape back to the text.

import {askFigure, askLink, askNote, askSection} from "planwright/text-choosers";

const ICON_SPACE = "http://www.w3.org/2000/svg";
const CROSS = "M2.500 6.500l7 9M9.500 6.500l-7 9";
const DRAWN_IN_LINES = new Set(["superscript", "subscript"]);
const ICONS = {
  bullets: "M3 5h2v2H3zM8 5h9v2H8zM3 9h2v2H3zM8 9h9v2H8zM3 13h2v2H3zM8 13h9v2H8z",
  numbers: "M8 5h9v2H8zM8 9h9v2H8zM8 13h9v2H8zM3.6 3.5h1.2V8H3.6V5l-.8.3v-1zM2.6 13c0-2.6 3.2-2.2 3.2-.4 0 1-1 1.6-1.5 2.2h1.6V16H2.5v-1c.5-.8 1.8-1.6 1.8-2.3 0-.7-.6-.6-.6.3z",
  quote: "M3 10.5C3 7.5 4.6 5.4 7.4 4.6l.6 1.2C6.500 6.500 5.700 7.600 5.600 9H8v5H3zM11 10.500C11 7.500 12.600 5.400 15.400 4.600l.6 1.200c-1.500.7-2.300 1.800-2.400 3.200H16v5h-5z",
  link: "M8.600 12.800 7.200 14.200a1.600 1.600 0 0 1-2.300-2.300L8 8.800a1.600 1.600 0 0 1 2.300 0l1.100-1.100a3.200 3.200 0 0 0-4.500 0L3.700 10.800a3.200 3.200 0 0 0 4.500 4.500l1.500-1.400zM11.400 7.200l1.400-1.400a1.600 1.600 0 0 1 2.300 2.300L12 11.200a1.600 1.600 0 0 1-2.300 0l-1.100 1.100a3.200 3.200 0 0 0 4.500 0l3.200-3.100a3.200 3.200 0 0 0-4.500-4.500L10.300 6.100z",
  superscript: `${CROSS}M12.500 5c.2-2.600 4.300-2.400 4.100.2-.1 1.600-3.900 2.700-4.100 4.300h4.500`,
  subscript: `${CROSS}M12.500 12c.2-2.600 4.300-2.400 4.100.2-.1 1.600-3.900 2.700-4.100 4.300h4.500`,
  clear: "M5 4h10v2h-4l-.5 2.500-1.600-1.600.2-.9H7L5 4zM3.400 3 17 16.600 15.600 18l-5.800-5.800L9 16H7l1.300-5.300L2 4.400z",
  undo: "M7 4 2.500 8.500 7 13v-3h4.500a2.500 2.500 0 0 1 0 5H8v2h3.500a4.500 4.500 0 0 0 0-9H7z",
  redo: "M13 4l4.500 4.500L13 13v-3H8.500a2.500 2.500 0 0 0 0 5H12v2H8.500a4.500 4.500 0 0 1 0-9H13z",
};

const IS_MAC = /mac/i.test(navigator.platform);
const inWords = (keys) => keys.replace("Mod", IS_MAC ? "Cmd" : "Ctrl").replaceAll("+", " + ");
const inAria = (keys) => keys.replace("Mod", IS_MAC ? "Meta" : "Control");

/**
 * The buttons in their groups. `name` is said, `look` is seen (an icon, or words), `keys` its shortcut,
 * `run` what it does to the editor, `isOn` whether the text at the caret has it.
 */
const GROUPS = [
  [
    {name: "Heading", look: "Heading", keys: "Mod+Alt+3", run: (chain) => chain.toggleHeading({level: 3}), isOn: (editor) => editor.isActive("heading", {level: 3})},
    {name: "Subheading", look: "Subheading", keys: "Mod+Alt+4", run: (chain) => chain.toggleHeading({level: 4}), isOn: (editor) => editor.isActive("heading", {level: 4})},
  ],
  [
    {name: "Bold", look: "B", className: "is-bold", keys: "Mod+B", run: (chain) => chain.toggleBold(), isOn: (editor) => editor.isActive("bold")},
    {name: "Italic", look: "I", className: "is-italic", keys: "Mod+I", run: (chain) => chain.toggleItalic(), isOn: (editor) => editor.isActive("italic")},
    {name: "Superscript", icon: "superscript", keys: "Mod+.", run: (chain) => chain.toggleSuperscript(), isOn: (editor) => editor.isActive("superscript")},
    {name: "Subscript", icon: "subscript", keys: "Mod+,", run: (chain) => chain.toggleSubscript(), isOn: (editor) => editor.isActive("subscript")},
  ],
  [
    {name: "Bullets", icon: "bullets", keys: "Mod+Shift+8", run: (chain) => chain.toggleBulletList(), isOn: (editor) => editor.isActive("bulletList")},
    {name: "Numbered list", icon: "numbers", keys: "Mod+Shift+7", run: (chain) => chain.toggleOrderedList(), isOn: (editor) => editor.isActive("orderedList")},
    {name: "Quotation", icon: "quote", keys: "Mod+Shift+B", run: (chain) => chain.toggleBlockquote(), isOn: (editor) => editor.isActive("blockquote")},
  ],
  [
    {name: "Live figure", look: "Figure", keys: "Mod+Shift+F", ask: askFigure, isOn: (editor) => editor.isActive("liveFigure")},
    {name: "Link", icon: "link", keys: "Mod+K", ask: askLink, isOn: (editor) => editor.isActive("link")},
    {name: "Link to a section", look: "Section", ask: askSection},
    {name: "Note mark", look: "Note", ask: askNote},
  ],
  [
    {name: "Clear formatting", icon: "clear", keys: "Mod+\\", run: (chain) => chain.clearNodes().unsetAllMarks()},
    {name: "Undo", icon: "undo", keys: "Mod+Z", run: (chain) => chain.undo(), isOff: (editor) => !editor.can().undo()},
    {name: "Redo", icon: "redo", keys: "Mod+Shift+Z", run: (chain) => chain.redo(), isOff: (editor) => !editor.can().redo()},
  ],
];

/** A toolbar for one editor at a time. A shared one is seen only while one of its editors is in use. */
export class Toolbar {
  constructor(form, {isShared}) {
    this.form = form;
    this.isShared = isShared;
    this.editor = null;
    this.buttons = [];
    this.element = this.draw();
    this.update = () => this.showState();
    this.keydown = (event) => this.readShortcut(event);
    this.changeFigure = () => askFigure(this.editor, this.form);
    this.element.addEventListener("keydown", (event) => this.readKey(event));
    this.element.addEventListener("focusin", ({target}) => this.makeStop(target));
    if (isShared) form.addEventListener("focusout", () => setTimeout(() => this.hideIfLeft()));
  }

  draw() {
    const element = document.createElement("div");
    element.className = this.isShared ? "pw-toolbar pw-toolbar--shared" : "pw-toolbar";
    element.hidden = this.isShared;
    element.setAttribute("role", "toolbar");
    element.setAttribute("aria-label", "Formatting");
    for (const group of GROUPS) {
      const part = document.createElement("div");
      part.className = "pw-toolbar__group";
      part.append(...group.map((button) => this.drawButton(button)));
      element.append(part);
    }
    this.buttons[0].element.tabIndex = 0;
    return element;
  }

  drawButton(button) {
    const element = document.createElement("button");
    element.type = "button";
    element.tabIndex = -1;
    element.className = `pw-toolbar__button ${button.className ?? ""}`.trim();
    element.setAttribute("aria-label", button.name);
    element.title = button.keys ? `${button.name} (${inWords(button.keys)})` : button.name;
    if (button.keys) element.setAttribute("aria-keyshortcuts", inAria(button.keys));
    if (button.isOn) element.setAttribute("aria-pressed", "false");
    if (button.ask) element.setAttribute("aria-haspopup", "dialog");
    element.append(button.icon ? drawIcon(button.icon) : button.look);
    // The text keeps its selection while a button is pressed with the mouse.
    element.addEventListener("mousedown", (event) => event.preventDefault());
    element.addEventListener("click", () => this.press(button));
    this.buttons.push({...button, element});
    return element;
  }

  /** Serve this editor from now on. */
  attach(editor) {
    if (this.isShared) this.element.hidden = false;
    if (!editor || this.editor === editor) return;
    this.detach();
    this.editor = editor;
    this.element.setAttribute("aria-controls", editor.view.dom.id);
    editor.on("transaction", this.update);
    editor.on("changeFigure", this.changeFigure);
    editor.view.dom.addEventListener("keydown", this.keydown, {capture: true});
    this.showState();
  }

  detach() {
    if (!this.editor || this.editor.isDestroyed) return;
    this.editor.off("transaction", this.update);
    this.editor.off("changeFigure", this.changeFigure);
    this.editor.view.dom.removeEventListener("keydown", this.keydown, {capture: true});
  }

  showState() {
    for (const {element, isOn, isOff} of this.buttons) {
      if (isOn) element.setAttribute("aria-pressed", String(isOn(this.editor)));
      if (isOff) element.setAttribute("aria-disabled", String(isOff(this.editor)));
    }
  }

  press({ask, run}) {
    if (!this.editor) return undefined;
    if (ask) return void ask(this.editor, this.form);
    this.editor.view.focus(); // at once: a key that follows belongs to the text
    run(this.editor.chain()).run();
    return undefined;
  }

  /** Move along the toolbar, or back to the text. */
  readKey(event) {
    const at = this.buttons.findIndex(({element}) => element === document.activeElement);
    const last = this.buttons.length - 1;
    const next = {ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last}[event.key];
    if (event.key === "Escape") this.editor?.view.focus();
    else if (next === undefined) return;
    else this.buttons[next].element.focus();
    event.preventDefault();
    event.stopPropagation();
  }

  makeStop(target) {
    const button = target.closest("button");
    for (const {element} of this.buttons) element.tabIndex = element === button ? 0 : -1;
  }

  readShortcut(event) {
    const isMod = (event.ctrlKey || event.metaKey) && !event.altKey;
    const name =
      (event.altKey && event.key === "F10" && "toolbar") ||
      (isMod && !event.shiftKey && event.key.toLowerCase() === "k" && "Link") ||
      (isMod && event.shiftKey && event.key.toLowerCase() === "f" && "Live figure") ||
      (isMod && event.key === "\\" && "Clear formatting");
    if (!name) return;
    event.preventDefault();
    event.stopPropagation();
    if (name === "toolbar") this.element.querySelector("[tabindex='0']").focus();
    else this.press(this.buttons.find((button) => button.name === name));
  }

  hideIfLeft() {
    const active = document.activeElement;
    const isInUse = active?.closest(".pw-text, .pw-toolbar, .pw-chooser");
    if (!isInUse) this.element.hidden = true;
  }
}

function drawIcon(name) {
  const svg = document.createElementNS(ICON_SPACE, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(ICON_SPACE, "path");
  path.setAttribute("d", ICONS[name]);
  path.setAttribute("fill", DRAWN_IN_LINES.has(name) ? "none" : "currentColor");
  if (DRAWN_IN_LINES.has(name)) {
    path.setAttribute("stroke", "currentColor");
    path.setAttribute("stroke-width", "1.6");
  }
  svg.append(path);
  return svg;
}
