// Pasted text brought into the few shapes that rich text has: from Word, Outlook, web pages, sheets, plain text.
//
// What comes in is read piece by piece and written anew, so that nothing unknown gets through.

import {readPasted} from "planwright/clipboard";

const UNSEEN = "head, style, script, title, meta, link, xml, img, svg, object, iframe, del, template, [hidden]";
const BULLET = /^[\s\u00a0]*[•·▪●◦‣■□§\u00b7\uf0b7\uf0a7][\s\u00a0]*/;
const NUMBER = /^[\s\u00a0]*\(?(\d{1,5}|[a-z]{1,4})[.)][\s\u00a0]*$/i;
const HEADINGS = {H1: "h3", H2: "h3", H3: "h3", H4: "h4", H5: "h4", H6: "h4"};
const BLOCKS = new Set(
  ("ADDRESS ARTICLE ASIDE BODY CENTER DD DIV DL DT FIELDSET FIGCAPTION FIGURE FOOTER FORM H1 H2 H3 H4 H5 H6 HEADER " +
    "HR LI MAIN NAV OL P PRE SECTION TABLE UL BLOCKQUOTE").split(" "),
);
const CELLS_PARTED_BY = " | ";

export const TABLE_TOLD = "A table was pasted as lines of text, its cells parted by |. Tables belong in a table section.";

/** Return pasted HTML in the shapes of rich text; `told(sentence)` hears when a table lost its shape. */
export function cleanPaste(html, told = () => {}) {
  if (html.includes("data-pm-slice") && !HAS_REFUSED.test(html)) return html; // copied from such an editor
  const page = readPasted(html);
  removeUnseen(page);
  const writer = new Writer(told);
  writer.readInside(page.body, NO_MARKS);
  return writer.finish();
}

const HAS_REFUSED = /<style\b|[\s/"'](?:style|on[a-z]+)\s*=/i; // in words too: what is read anew loses nothing

function removeUnseen(page) {
  for (const element of page.querySelectorAll(UNSEEN)) element.remove();
  for (const element of page.querySelectorAll("[data-style]")) {
    const style = styleOf(element);
    if (/display:\s*none|mso-hide:\s*all|mso-element:\s*comment/.test(style)) element.remove();
  }
  // Word's comments: their marks in the text and the list of them at the end.
  for (const element of page.querySelectorAll(".MsoCommentReference, .msocomanchor, .msocomtxt")) element.remove();
}

const styleOf = (element) => (element.dataset.style ?? "").toLowerCase();

const NO_MARKS = {strong: false, em: false, raised: "", href: ""};

/** Return the marks inside an element, given those around it. */
function marksInside(element, marks) {
  const style = styleOf(element);
  const inside = {...marks};
  if (/^(B|STRONG)$/.test(element.tagName)) inside.strong = true;
  if (/^(I|EM|CITE|DFN)$/.test(element.tagName)) inside.em = true;
  if (/^(SUP|SUB)$/.test(element.tagName)) inside.raised = element.tagName.toLowerCase();
  const weight = /(?:^|[;\s])font-weight:\s*(bold|normal|[1-9]00)/.exec(style)?.[1];
  if (weight) inside.strong = weight === "bold" || Number(weight) >= 600;
  const slant = /(?:^|[;\s])font-style:\s*(italic|normal)/.exec(style)?.[1];
  if (slant) inside.em = slant === "italic";
  const raised = /(?:^|[;\s])vertical-align:\s*(super|sub)\b/.exec(style)?.[1];
  if (raised) inside.raised = raised === "super" ? "sup" : "sub";
  if (element.tagName === "A") inside.href = outsideHref(element);
  return inside;
}

/** Return where a pasted link leads; places within the page it came from mean nothing here. */
function outsideHref(link) {
  const href = (link.getAttribute("href") ?? "").trim();
  return /^(https?:\/\/|mailto:)\S+$/i.test(href) ? href : "";
}

/** Writes blocks one after the other; `at` is the element that takes the next one. */
class Writer {
  constructor(told) {
    this.told = told;
    this.root = document.createElement("div");
    this.at = this.root;
    this.line = null;
    this.tag = "p";
    this.wordLists = []; // the open lists of a run of Word's list paragraphs, outermost first
  }

  finish() {
    this.endLine();
    for (const element of this.root.querySelectorAll("li, ul, ol, blockquote")) {
      if (!element.textContent.trim()) element.remove();
    }
    return this.root.innerHTML;
  }

  readInside(element, marks) {
    for (const child of [...element.childNodes]) {
      if (child.nodeType === Node.TEXT_NODE) this.readText(child.data, marks);
      else if (child.nodeType === Node.ELEMENT_NODE) this.readElement(child, marks);
    }
  }

  readElement(element, marks) {
    const tag = element.tagName;
    if (tag === "BR") this.breakLine();
    else if (tag === "TABLE") this.readTable(element, marks);
    else if (tag === "UL" || tag === "OL") this.readList(element, marks);
    else if (tag === "LI" && this.at.matches("ul, ol")) this.readContainer(element, "li", marks);
    else if (tag === "BLOCKQUOTE") this.readContainer(element, "blockquote", marks);
    else if (tag === "PRE") this.readLines(element);
    else if (/mso-list:\s*l\d/.test(styleOf(element))) this.readWordItem(element, marks);
    else if (BLOCKS.has(tag)) this.readBlock(element, marks);
    else this.readInside(element, marksInside(element, marks));
  }

  /** Read a paragraph, a heading or what merely holds some. */
  readBlock(element, marks) {
    this.endLine();
    const isBulleted = element.tagName === "P" && BULLET.test(element.textContent);
    if (!isBulleted && element.textContent.trim()) this.wordLists = [];
    if (isBulleted) {
      this.openWordItem(1, false, 1);
      cutStart(element, BULLET);
    }
    const before = this.tag;
    this.tag = headingOf(element) ?? before;
    this.readInside(element, this.tag === "p" ? marks : NO_MARKS);
    this.endLine();
    this.tag = before;
    if (isBulleted) this.at = this.wordLists[0].parentElement;
  }

  readContainer(element, tag, marks) {
    this.endLine();
    const outer = this.at;
    this.at = outer.appendChild(document.createElement(tag));
    this.readInside(element, marks);
    this.endLine();
    this.at = outer;
  }

  /** Read a list; one that stands straight in another belongs to the item before it. */
  readList(element, marks) {
    this.endLine();
    this.wordLists = [];
    const outer = this.at;
    if (outer.matches("ul, ol")) this.at = outer.lastElementChild ?? outer.appendChild(document.createElement("li"));
    const tag = element.tagName.toLowerCase();
    const start = Number(element.getAttribute("start") ?? 1);
    this.readContainer(element, tag, marks);
    if (tag === "ol" && start > 1) this.at.lastElementChild.setAttribute("start", start);
    this.at = outer;
  }

  /** Read a paragraph that Word calls an item of a list: its level in the style, its sign in a span. */
  readWordItem(element, marks) {
    this.endLine();
    const level = Number(/level(\d)/.exec(styleOf(element))?.[1] ?? 1);
    const signs = [...element.querySelectorAll("[data-style]")].filter((each) => /mso-list:\s*ignore/.test(styleOf(each)));
    const sign = NUMBER.exec(signs[0]?.textContent ?? "");
    for (const each of signs) each.remove();
    this.openWordItem(level, sign !== null, Number(sign?.[1]) || 1);
    this.readInside(element, marks);
    this.endLine();
    this.at = this.wordLists[0].parentElement;
  }

  /** Open an item at this level of the present run of list paragraphs, or begin one. */
  openWordItem(level, isOrdered, start) {
    const tag = isOrdered ? "ol" : "ul";
    const lists = this.wordLists;
    lists.length = Math.min(lists.length, level);
    if (lists.length === level && lists.at(-1).localName !== tag) lists.pop();
    while (lists.length < level) {
      const list = document.createElement(tag);
      if (isOrdered && start > 1) list.setAttribute("start", start);
      const outer = lists.at(-1);
      const holder = outer ? (outer.lastElementChild ?? outer.appendChild(document.createElement("li"))) : this.at;
      holder.append(list);
      lists.push(list);
    }
    this.at = lists.at(-1).appendChild(document.createElement("li"));
  }

  /** Read a table as a line for each row; one that only lays out a page gives what it holds. */
  readTable(table, marks) {
    this.endLine();
    const rows = [...table.rows].map((row) => [...row.cells]);
    if (rows.every((cells) => cells.length < 2)) {
      for (const cell of rows.flat()) this.readContents(cell, marks);
      return;
    }
    for (const cells of rows) {
      const words = cells.map((cell) => cell.textContent.replace(/[\s\u00a0]+/g, " ").trim());
      if (words.some(Boolean)) this.readText(words.join(CELLS_PARTED_BY), NO_MARKS);
      this.endLine();
    }
    this.told(TABLE_TOLD);
  }

  readContents(element, marks) {
    this.readInside(element, marks);
    this.endLine();
  }

  /** Read text that is set line by line. */
  readLines(element) {
    this.endLine();
    for (const words of element.textContent.split("\n")) {
      this.readText(words, NO_MARKS);
      if (words.trim()) this.breakLine();
      else this.endLine();
    }
    this.endLine();
  }

  readText(text, marks) {
    const words = text.replace(/\u00a0*[ \t\r\n]+\u00a0*|\u00a0{2,}/g, " ");
    if (!words.trim() && !this.line) return;
    this.currentLine().append(marked(this.line.childNodes.length ? words : words.trimStart(), marks));
  }

  currentLine() {
    this.line ??= this.at.appendChild(document.createElement(this.tag));
    return this.line;
  }

  /** End a line within the paragraph; a second time in a row it ends the paragraph. */
  breakLine() {
    if (this.line?.lastChild?.nodeName === "BR") this.endLine();
    else this.line?.append(document.createElement("br"));
  }

  endLine() {
    while (this.line?.lastChild?.nodeName === "BR") this.line.lastChild.remove();
    if (this.line && !this.line.textContent.trim()) this.line.remove();
    this.line = null;
  }
}

function headingOf(element) {
  if (element.closest("td, th, li")) return undefined;
  if (element.classList.contains("MsoTitle")) return "h3";
  if (element.classList.contains("MsoSubtitle")) return "h4";
  return HEADINGS[element.tagName];
}

/** Take the first characters that match off the text of an element, wherever they stand in it. */
function cutStart(element, pattern) {
  let left = pattern.exec(element.textContent)[0].length;
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (left > 0 && texts.nextNode()) {
    const cut = Math.min(left, texts.currentNode.data.length);
    texts.currentNode.data = texts.currentNode.data.slice(cut);
    left -= cut;
  }
}

/** Return text inside the elements of its marks, in the order in which the server writes them. */
function marked(words, marks) {
  const tags = [marks.raised, marks.em && "em", marks.strong && "strong", marks.href && "a"].filter(Boolean);
  return tags.reduce((inner, tag) => {
    const element = document.createElement(tag);
    if (tag === "a") element.setAttribute("href", marks.href);
    element.append(inner);
    return element;
  }, document.createTextNode(words));
}

// --- plain text ----------------------------------------------------------------------------------

const PLAIN_BULLET = /^(\s*)([•·▪●◦‣■*–-]|o(?=\t))[\s\u00a0]+(\S.*)$/;
const PLAIN_NUMBER = /^(\s*)(\d{1,3})[.)](?:\t|\s+)(\S.*)$/;

/** Return pasted plain text as HTML: paragraphs, lists by their signs, the cells of a sheet in lines. */
export function readPlainPaste(text, told = () => {}) {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const isParted = /\n\s*\n/.test(text.trim());
  const writer = new PlainWriter(isParted);
  const isSheet = lines.filter((line) => line.trim()).every((line) => line.includes("\t") && !PLAIN_BULLET.test(line) && !PLAIN_NUMBER.test(line));
  if (isSheet) told(TABLE_TOLD);
  const isNumbered = lines.filter((line) => PLAIN_NUMBER.test(line)).length > 1 || /^\s*\d{1,3}[.)]\t/.test(text);
  for (const line of lines) {
    const bullet = PLAIN_BULLET.exec(line);
    const number = isNumbered && PLAIN_NUMBER.exec(line);
    if (bullet) writer.addItem(bullet[1] + bullet[2], "ul", bullet[3]);
    else if (number) writer.addItem(`${number[1]}1`, "ol", number[3], Number(number[2]));
    else writer.addLine(isSheet ? line.split("\t").join(CELLS_PARTED_BY) : line);
  }
  return writer.root.innerHTML;
}

/** Writes lines of text; lists nest by the signs of their items. */
class PlainWriter {
  constructor(isParted) {
    this.isParted = isParted; // blank lines part the paragraphs; else each line is one
    this.root = document.createElement("div");
    this.paragraph = null;
    this.lists = []; // {sign, list}, outermost first
  }

  addLine(line) {
    const words = line.replace(/[\t ]+/g, " ").trim();
    if (!words) {
      this.paragraph = null;
      if (!this.isParted) this.lists = [];
      return;
    }
    this.lists = [];
    if (this.paragraph && this.isParted) this.paragraph.append(document.createElement("br"));
    else this.paragraph = this.root.appendChild(document.createElement("p"));
    this.paragraph.append(words);
  }

  addItem(sign, tag, words, start = 1) {
    this.paragraph = null;
    const known = this.lists.findIndex((each) => each.sign === sign);
    if (known >= 0) this.lists.length = known + 1;
    else this.openList(sign, tag, start);
    const item = this.lists.at(-1).list.appendChild(document.createElement("li"));
    item.appendChild(document.createElement("p")).append(words.replace(/\s+/g, " ").trim());
  }

  openList(sign, tag, start) {
    const list = document.createElement(tag);
    if (start > 1) list.setAttribute("start", start);
    (this.lists.at(-1)?.list.lastElementChild ?? this.root).append(list);
    this.lists.push({sign, list});
  }
}
