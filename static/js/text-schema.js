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
    editorProps: {attributes},
    ...events,
  });
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

/** Put in text that came from elsewhere: only what differs, so that the caret stays; not undone. */
export function putHtml(editor, html) {
  if (writeHtml(editor) === html) return; // what is typed last may end in space that HTML has not
  const next = createNodeFromContent(html, editor.schema, {slice: false});
  const {state, view} = editor;
  const start = state.doc.content.findDiffStart(next.content);
  if (start === null) return;
  let {a: end, b: nextEnd} = state.doc.content.findDiffEnd(next.content);
  const overlap = start - Math.min(end, nextEnd);
  if (overlap > 0) {
    end += overlap;
    nextEnd += overlap;
  }
  const change = state.tr.replace(start, end, next.slice(start, nextEnd));
  view.dispatch(change.setMeta("addToHistory", false));
}

/** Return how many words the editor holds, counted as the server counts them. */
export function countWords(editor) {
  const words = editor.state.doc.textBetween(0, editor.state.doc.content.size, "\n", (node) =>
    node.type.name === "hardBreak" ? "\n" : "",
  );
  return words.split(/\s+/).filter(Boolean).length;
}
