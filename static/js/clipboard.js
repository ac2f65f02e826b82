// Reads and writes what a spreadsheet puts on the clipboard: text parted by tabs, and HTML tables. It knows no page,
// so that it is tested without one.
//
// A block is an array of rows of texts. A cell that is null is one to leave alone.

const NAMED = {
  amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " ", pound: "£", euro: "€", cent: "¢", yen: "¥", sect: "§",
  copy: "©", reg: "®", trade: "™", deg: "°", plusmn: "±", times: "×", divide: "÷", micro: "µ", middot: "·", bull: "•",
  frac12: "½", frac14: "¼", frac34: "¾", sup2: "²", sup3: "³", ndash: "–", mdash: "—", minus: "−", hellip: "…",
  lsquo: "‘", rsquo: "’", ldquo: "“", rdquo: "”", laquo: "«", raquo: "»", ge: "≥", le: "≤", ne: "≠", auml: "ä",
  ouml: "ö", uuml: "ü", Auml: "Ä", Ouml: "Ö", Uuml: "Ü", szlig: "ß", eacute: "é", egrave: "è", agrave: "à",
  ccedil: "ç", ensp: " ", emsp: " ", thinsp: " ", zwnj: "", zwj: "", shy: "",
};
const UNSEEN = new Set(["style", "script", "title", "head", "xml", "select", "template"]);
const LINES = new Set(["p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6"]);
const SPAN_LIMIT = 1000;
const WORKED_OUT = "data-worked-out";

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

/**
 * Return the first table of HTML as a block, null if there is none. A merged cell's text stands in its first cell and
 * the others are empty. Cells that `writeHtml` marked as worked out are null.
 */
export function parseHtml(html) {
  const begin = html.search(/<table[\s>]/i);
  if (begin < 0) return null;
  const reader = new TableReader();
  const tokens = /<!--[\s\S]*?(?:-->|$)|<!\[[\s\S]*?\]>|<(\/?)([a-z][a-z0-9:]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>|[^<]+|</gi;
  tokens.lastIndex = begin;
  for (let token = tokens.exec(html); token && !reader.isDone; token = tokens.exec(html)) {
    if (token[2]) reader.tag(token[2].toLowerCase(), { closes: token[1] === "/", attributes: token[3] });
    else if (!token[0].startsWith("<!")) reader.words(token[0]);
  }
  return reader.finish();
}

class TableReader {
  rows = [];
  depth = 0;
  unseen = "";
  cell = null;
  below = []; // how many rows further down each column is taken by a cell above
  isDone = false;

  tag(name, { closes, attributes }) {
    if (this.unseen) {
      if (closes && name === this.unseen) this.unseen = "";
    } else if (UNSEEN.has(name)) {
      if (!closes && !attributes.endsWith("/")) this.unseen = name;
    } else if (name === "table") {
      this.depth += closes ? -1 : 1;
      if (this.depth === 0) this.isDone = true;
    } else if (this.depth === 1) {
      this.inTable(name, closes, attributes);
    }
  }

  inTable(name, closes, attributes) {
    if (name === "tr" || name === "td" || name === "th") this.endCell();
    if (name === "tr" && !closes) this.startRow();
    if ((name === "td" || name === "th") && !closes) this.startCell(attributes);
    if (name === "br" && this.cell) this.cell.text += "\n";
    if (LINES.has(name) && this.cell?.text.trim()) this.cell.text = `${this.cell.text.trimEnd()}\n`;
  }

  startRow() {
    this.rows.push([]);
    this.below = this.below.map((rows) => Math.max(0, rows - 1));
    this.skipTaken();
  }

  skipTaken() {
    const row = this.rows.at(-1);
    while (this.below[row.length] > 0) row.push("");
  }

  startCell(attributes) {
    if (!this.rows.length) this.startRow();
    this.cell = { text: "", across: span(attributes, "colspan"), down: span(attributes, "rowspan") };
    this.cell.isWorkedOut = attributes.includes(WORKED_OUT);
  }

  words(text) {
    if (this.cell && this.depth === 1 && !this.unseen) this.cell.text += decode(text.replace(/[ \t\r\n\f]+/g, " "));
  }

  endCell() {
    if (!this.cell) return;
    const { text, across, down, isWorkedOut } = this.cell;
    const row = this.rows.at(-1);
    for (let column = 0; column < across; column += 1) {
      this.below[row.length] = down;
      row.push(column > 0 ? "" : isWorkedOut ? null : tidy(text));
    }
    this.cell = null;
    this.skipTaken();
  }

  finish() {
    this.endCell();
    const rows = this.rows.filter((row) => row.length);
    const width = Math.max(0, ...rows.map((row) => row.length));
    return rows.length ? rows.map((row) => [...row, ...Array(width - row.length).fill("")]) : null;
  }
}

function span(attributes, name) {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*["']?(\\d+)`, "i").exec(attributes);
  return Math.min(Math.max(1, found ? Number(found[1]) : 1), SPAN_LIMIT);
}

function decode(text) {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z0-9]+));?/gi, (whole, hex, decimal, name) => {
    if (name) return NAMED[name] ?? whole;
    const code = parseInt(hex ?? decimal, hex ? 16 : 10);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "";
  });
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
