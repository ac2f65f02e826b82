// Reads and writes what a spreadsheet puts on the clipboard: text parted by tabs, and HTML tables, which the
// browser's own reader reads without running or fetching anything.
//
// A block is an array of rows of texts. A cell that is null is one to leave alone.

const UNSEEN = "table, style, script, title, select, template";
const LINES = "p, div, li, h1, h2, h3, h4, h5, h6";
const WORKED_OUT = "data-worked-out";
const STYLE_SHEET = /<style\b[\s\S]*?(?:<\/style\s*>|$)/gi;
const TAG = /<[a-z](?:"[^"]*"|'[^']*'|[^<>"'])*>/gi;
const QUOTED_OR_REFUSED = /"[^"]*"|'[^']*'|(?<=[\s/"'])(style|on[a-z]+)(?=\s*=)/gi;

// --- text parted by tabs -----------------------------------------------------------------------

/** Return a spreadsheet's text as a block: cells parted by tabs, rows by line ends, some in double quotes. */
export function parseText(text) {
  const rows = [[]];
  let at = 0;
  const whole = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (;;) {
    const cell = readCell(whole, at);
    rows.at(-1).push(cell.text);
    at = cell.end + 1;
    if (cell.end >= whole.length) return rows;
    if (whole[cell.end] === "\n") rows.push([]);
  }
}

/** Return the cell that begins at `at` and where it ends; quotes count only where they close before a tab or line end. */
function readCell(whole, at) {
  const quoted = /^"((?:[^"]|"")*)"(?=[\t\n]|$)/.exec(whole[at] === '"' ? whole.slice(at) : "");
  if (quoted) return { text: quoted[1].replace(/""/g, '"'), end: at + quoted[0].length };
  const rest = /[\t\n]/g;
  rest.lastIndex = at;
  const end = rest.exec(whole)?.index ?? whole.length;
  return { text: whole.slice(at, end), end };
}

/** Return a block as a spreadsheet's text. */
export function writeText(block) {
  return block.map((row) => row.map(writeCell).join("\t")).join("\r\n");
}

function writeCell(text) {
  return /["\t\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

// --- HTML tables -------------------------------------------------------------------------------

/** Return pasted HTML as a page on which nothing runs; its styles are kept as `data-style`. */
export function readPasted(html) {
  return new DOMParser().parseFromString(withoutStyles(html), "text/html");
}

/** Return HTML whose styles and handlers are data: as such the page's own rules would refuse them, and say so. */
function withoutStyles(html) {
  const renamed = (tag) => tag.replace(QUOTED_OR_REFUSED, (whole, name) => (name ? `data-${name}` : whole));
  return html.replace(STYLE_SHEET, "").replace(TAG, renamed);
}

/**
 * Return the first table of HTML as a block, null if there is none. A merged cell's text stands in its first cell and
 * the others are empty. Cells that `writeHtml` marked as worked out are null.
 */
export function parseHtml(html) {
  const table = readPasted(html).querySelector("table");
  const below = []; // how many rows further down each column is taken by a cell above
  const block = [...(table?.rows ?? [])].map((row) => readRow(row, below)).filter((texts) => texts.length);
  const width = Math.max(0, ...block.map((texts) => texts.length));
  return width ? block.map((texts) => [...texts, ...Array(width - texts.length).fill("")]) : null;
}

function readRow(row, below) {
  const texts = [];
  const skipTaken = () => {
    for (; below[texts.length] > 0; below[texts.length - 1] -= 1) texts.push("");
  };
  for (const cell of row.cells) {
    skipTaken();
    const first = cell.hasAttribute(WORKED_OUT) ? null : tidy(wordsOf(cell));
    for (let column = 0; column < cell.colSpan; column += 1) {
      below[texts.length] = cell.rowSpan - 1;
      texts.push(column ? "" : first);
    }
  }
  skipTaken();
  return texts;
}

/** Return the words of a node as they are read, its paragraphs as lines, what is not seen left out. */
function wordsOf(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data.replace(/[ \t\r\n\f]+/g, " ");
  if (node.nodeType !== Node.ELEMENT_NODE) return "";
  if (node.matches("br")) return "\n";
  return [...node.childNodes].filter((each) => !each.matches?.(UNSEEN)).reduce(addWords, "");
}

/** Add the words of the next node to those before it. */
function addWords(before, node) {
  const isLine = node.matches?.(LINES) && before.trim();
  return `${isLine ? `${before.trimEnd()}\n` : before}${wordsOf(node)}${node.matches?.(LINES) ? "\n" : ""}`;
}

function tidy(text) {
  const lines = text.replace(/\u00a0/g, " ").split("\n");
  return lines.map((line) => line.replace(/ +/g, " ").trim()).join("\n").trim();
}

/** Return a block as an HTML table; `workedOut` says of a row and column that nobody typed what stands there. */
export function writeHtml(block, workedOut = () => false) {
  const rows = block.map((row, at) => {
    const cells = row.map((text, column) => `<td${workedOut(at, column) ? ` ${WORKED_OUT}` : ""}>${encode(text)}</td>`);
    return `<tr>${cells.join("")}</tr>`;
  });
  return `<table><tbody>${rows.join("")}</tbody></table>`;
}

function encode(text) {
  const marks = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "<br>" };
  return text.replace(/\r\n?/g, "\n").replace(/[&<>"\n]/g, (mark) => marks[mark]);
}

// --- putting a block somewhere -----------------------------------------------------------------

/** Return a block as large as a selection where it fits into it a whole number of times, else as it is. */
export function repeatInto(block, { rows, columns }) {
  const fits = rows % block.length === 0 && columns % block[0].length === 0;
  if (!fits || (rows === block.length && columns === block[0].length)) return block;
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (__, column) => block[row % block.length][column % block[0].length]),
  );
}

const YES = new Set(["yes", "y", "x", "1", "true", "on", "✓", "✔", "ticked"]);
const NO = new Set(["", "no", "n", "0", "false", "off", "-"]);

/** Return whether a text ticks a box: true, false, or null where it says neither. */
export function readTick(text) {
  const word = text.trim().toLowerCase();
  if (YES.has(word)) return true;
  return NO.has(word) ? false : null;
}

/** Return the value of the choice that a text names by its value or label, null if there is none. */
export function readChoice(text, choices) {
  const wanted = plain(text);
  const found = choices.find(({ value }) => value === text.trim()) ??
    choices.find(({ value, label }) => plain(label) === wanted || plain(value) === wanted);
  return found ? found.value : null;
}

function plain(text) {
  return text.replace(/\s+/g, " ").trim().toLowerCase();
}
