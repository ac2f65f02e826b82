// What the rich text editor can hold: exactly what documents/richtext.py keeps, and how it is written.

import {
  Blockquote,
  Bold,
  BulletList,
  Document,
  Editor,
  Extension,
  Gapcursor,
  HardBreak,
  Heading,
  History,
  Italic,
  ListItem,
  Mark,
  Node,
  OrderedList,
  Paragraph,
  Plugin,
  Subscript,
  Superscript,
  Text,
  TrailingNode,
  createNodeFromContent,
} from "django-prose-editor/editor";
import {cleanPaste, readPlainPaste} from "planwright/word-paste";

const SECTION_LINK = /^#[a-z0-9-]+$/;
const ADDRESS = /^(https?:\/\/|mailto:)\S+$/i;
const FIGURE_NAME = /^[a-z0-9-]+\.\S.*$/;

/** Return where a link may lead: a web or mail address or #section; "" for anything else. */
export function safeHref(text) {
  const href = text.trim();
  return SECTION_LINK.test(href) || ADDRESS.test(href.replaceAll(" ", "%20")) ? href : "";
}

const Link = Mark.create({
  name: "link",
  priority: 1000, // outermost, as the server writes it
  inclusive: false,
  excludes: "link",
  addAttributes: () => ({
    href: {default: null, parseHTML: (element) => safeHref(element.getAttribute("href") ?? "")},
  }),
  parseHTML: () => [
    {tag: "a[href]", getAttrs: (element) => (safeHref(element.getAttribute("href")) ? null : false)},
  ],
  renderHTML: ({HTMLAttributes}) => ["a", HTMLAttributes, 0],
});

/** Return the node of a live figure; `show(node, element)` draws what stands for it in the text. */
function liveFigure(show) {
  return Node.create({
    name: "liveFigure",
    group: "inline",
    inline: true,
    atom: true,
    draggable: true,
    addAttributes: () => ({
      figure: {
        default: "",
        parseHTML: (element) => element.dataset.figure,
        renderHTML: ({figure}) => ({"data-figure": figure}),
      },
      style: {
        default: "plain",
        parseHTML: (element) => element.dataset.style || "plain",
        renderHTML: ({style}) => ({"data-style": style}),
      },
    }),
    parseHTML: () => [
      {
        tag: "span[data-figure]",
        getAttrs: (element) => (FIGURE_NAME.test(element.dataset.figure) ? null : false),
      },
    ],
    renderHTML: ({HTMLAttributes}) => ["span", HTMLAttributes],
    addKeyboardShortcuts: () => ({
      Enter: ({editor}) => editor.isActive("liveFigure") && Boolean(editor.emit("changeFigure")),
    }),
    renderText: ({node}) => draw(node.attrs, show).textContent,
    addNodeView: () => ({node}) => ({
      dom: draw(node.attrs, show),
      update: (next) => next.eq(node),
      ignoreMutation: () => true,
    }),
  });
}

/** Return the element that stands for a live figure in the text. */
function draw({figure, style}, show) {
  const element = document.createElement("span");
  element.dataset.figure = figure;
  element.dataset.style = style;
  show(element);
  return element;
}

/** Return the extension that brings pasted text into shape; `told` is told of tables. */
function paste(told) {
  return Extension.create({
    name: "cleanPaste",
    priority: 1000,
    addProseMirrorPlugins: () => [
      new Plugin({
        props: {
          transformPastedHTML: (html) => cleanPaste(html, told),
          handlePaste: (view, event) => {
            const text = event.clipboardData?.getData("text/plain") ?? "";
            if (!text || event.clipboardData.getData("text/html")) return false;
            view.pasteHTML(readPlainPaste(text, told));
            return true;
          },
        },
      }),
    ],
  });
}

// Sup and sub exclude each other; as marks of one priority below the others they stand innermost.
const RAISED = {excludes: "superscript subscript", priority: 80};

const startOnly = () => ({
  start: {default: 1, parseHTML: (element) => Number.parseInt(element.getAttribute("start") ?? "1", 10) || 1},
});

function makeExtensions({show, told}) {
  return [
    Document,
    Paragraph,
    Text,
    Heading.configure({levels: [3, 4]}),
    BulletList,
    OrderedList.extend({addAttributes: startOnly}),
    ListItem.extend({content: "block+"}),
    Blockquote,
    HardBreak,
    Link,
    Bold.extend({priority: 900}),
    Italic.extend({priority: 800}),
    Superscript.extend(RAISED),
    Subscript.extend(RAISED),
    liveFigure(show),
    History,
    TrailingNode,
    Gapcursor,
    paste(told),
  ];
}

const CLEAR = {top: 5, right: 5, bottom: 120, left: 5}; // px around the caret: the buttons stay over the page's foot

/**
 * Return an editor of this HTML inside `element`.
 *
 * `show(element)` draws a live figure, `told(sentence)` takes what is to be said of a paste.
 */
export function makeEditor({element, html, attributes, show, told, ...events}) {
  return new Editor({
    element,
    content: html,
    extensions: makeExtensions({show, told}),
    injectCSS: false,
    enableInputRules: true,
    enablePasteRules: false,
    editorProps: {attributes, handleDOMEvents: {keydown: readCaret}, scrollThreshold: CLEAR, scrollMargin: CLEAR},
    ...events,
  });
}

/**
 * Read where the caret is before a key counts: keys may come faster than the browser tells that it moved, and Enter
 * would part the words where it was before. From the first key on, a caret at the very start is meant. Returns whether
 * the key is not for the text: Ctrl+Enter saves the form.
 */
function readCaret(view, {isComposing, key, ctrlKey, metaKey}) {
  if (isComposing) return false;
  view.domObserver.flush();
  view.input.lastFocus = 0;
  return key === "Enter" && (ctrlKey || metaKey);
}

/** Return what the editor holds, written as the server writes it; "" without words. */
export function writeHtml(editor) {
  const template = document.createElement("template");
  template.innerHTML = editor.getHTML();
  const content = template.content;
  for (const block of content.querySelectorAll("p, h3, h4")) {
    if (!block.textContent.trim() && !block.querySelector("[data-figure]")) block.remove();
  }
  for (const block of content.querySelectorAll("p, h3, h4")) {
    trim(block, "firstChild", /^ +/);
    trim(block, "lastChild", / +$/);
  }
  for (const item of content.querySelectorAll("li")) unwrapItem(item);
  removeEmpty(content);
  const holder = document.createElement("div");
  holder.append(content);
  return holder.innerHTML;
}

/** Take away the spaces and line breaks that a block of text begins or ends with: the server keeps none. */
function trim(block, side, spaces) {
  for (let leaf = leafOf(block, side); leaf; leaf = leafOf(block, side)) {
    if (leaf.nodeType === window.Node.TEXT_NODE) leaf.data = leaf.data.replace(spaces, "");
    if (leaf.data || leaf.dataset?.figure) return;
    removeUpTo(block, leaf);
  }
}

/** Return the first or last text, break or figure of a block; null if it is empty. */
function leafOf(block, side) {
  let leaf = block;
  while (leaf[side]) leaf = leaf[side];
  return leaf === block ? null : leaf;
}

function removeUpTo(block, leaf) {
  const above = leaf.parentElement;
  leaf.remove();
  if (above !== block && !above.firstChild) removeUpTo(block, above);
}

/** Let the one paragraph of an item, with or without lists below it, stand bare. */
function unwrapItem(item) {
  const [first, ...rest] = item.children;
  const isBare = first?.matches("p") && rest.every((each) => each.matches("ul, ol"));
  if (isBare) first.replaceWith(...first.childNodes);
}

function removeEmpty(content) {
  for (const element of [...content.querySelectorAll("li, ul, ol, blockquote")].reverse()) {
    if (!element.textContent.trim() && !element.querySelector("[data-figure]")) element.remove();
  }
}

/** Put in text that came from elsewhere: only the blocks that differ, so that the caret stays; not undone. */
export function putHtml(editor, html) {
  if (writeHtml(editor) === html) return;
  const {state, view} = editor;
  const change = state.tr.setMeta("addToHistory", false);
  putBlocks(change, state.doc, createNodeFromContent(html, editor.schema, {slice: false}), 0);
  view.dispatch(change);
}

/** Let the blocks of `holder`, whose content begins at `from`, read as those of `next`. */
function putBlocks(change, holder, next, from) {
  const [before, after] = [listBlocks(holder, from), listBlocks(next, 0)];
  let start = 0;
  while (start < Math.min(before.length, after.length) && isSame(before[start], after[start])) start += 1;
  let [end, nextEnd] = [before.length, after.length];
  while (Math.min(end, nextEnd) > start && isSame(before[end - 1], after[nextEnd - 1])) [end, nextEnd] = [end - 1, nextEnd - 1];
  if (end === nextEnd && before.length) {
    for (let at = end - 1; at >= start; at -= 1) putBlock(change, before[at], after[at].node);
    return;
  }
  const first = before[start]?.from ?? before.at(-1)?.to ?? from;
  const last = before.length ? Math.max(first, before[end - 1]?.to ?? first) : from + holder.content.size;
  change.replaceWith(first, last, after.slice(start, nextEnd).map(({node}) => node));
}

/** Return the blocks in `holder` that hold anything, and where: empty ones are there to be typed in. */
function listBlocks(holder, begin) {
  const blocks = [];
  holder.forEach((node, offset) => {
    if (!isEmpty(node)) blocks.push({node, from: begin + offset, to: begin + offset + node.nodeSize});
  });
  return blocks;
}

function isEmpty(node) {
  return node.isTextblock ? node.content.size === 0 : node.content.content.every(isEmpty);
}

/** Return whether two blocks are the same but for what the server keeps none of: empty blocks, space at the end. */
function isSame({node}, {node: other}) {
  if (!node.sameMarkup(other)) return false;
  if (node.isTextblock) return isSameLine(node, other);
  const [before, after] = [listBlocks(node, 0), listBlocks(other, 0)];
  return before.length === after.length && before.every((block, index) => isSame(block, after[index]));
}

function isSameLine(node, other) {
  const start = node.content.findDiffStart(other.content);
  if (start === null) return true;
  const rest = node.textBetween(start, node.content.size, "", ({type}) => (type.name === "hardBreak" ? " " : "x"));
  return start === other.content.size && !rest.trim();
}

/** Let one block read as `next`. */
function putBlock(change, block, next) {
  const {node, from, to} = block;
  if (isSame(block, {node: next})) return;
  if (!node.sameMarkup(next)) change.replaceWith(from, to, next);
  else if (node.isTextblock) putLine(change, node, next, from + 1);
  else putBlocks(change, node, next, from + 1);
}

function putLine(change, node, next, from) {
  const start = node.content.findDiffStart(next.content);
  const {a: end, b: nextEnd} = node.content.findDiffEnd(next.content);
  const overlap = Math.max(0, start - Math.min(end, nextEnd));
  change.replace(from + start, from + end + overlap, next.slice(start, nextEnd + overlap));
}

/** Return how many words the editor holds, counted as the server counts them. */
export function countWords(editor) {
  const words = editor.state.doc.textBetween(0, editor.state.doc.content.size, "\n", (node) =>
    node.type.name === "hardBreak" ? "\n" : "",
  );
  return words.split(/\s+/).filter(Boolean).length;
}
