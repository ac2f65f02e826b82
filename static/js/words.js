// The words of a text on the page, as the server reads them: where they stand, so that they can be marked or gone to.

const BLOCKS = "p, li, h1, h2, h3, h4, h5, h6, td, th, blockquote, br, div";

/** Return the element in which the words of a rich text are typed; undefined before its editor is at work. */
export function pageOf(area) {
  return area?.closest(".pw-text")?.querySelector("[contenteditable]");
}

/** Return the words below a node as the server reads them, single spaces between, and where each letter stands. */
export function readWords(root) {
  const letters = [];
  const push = (letter, node, offset) => {
    const isSpace = /\s/.test(letter);
    if (isSpace && (letters.length === 0 || letters.at(-1).letter === " ")) return;
    letters.push({ letter: isSpace ? " " : letter, node, offset });
  };
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) [...node.data].reduce((at, l) => (push(l, node, at), at + l.length), 0);
    if (node.nodeType !== Node.ELEMENT_NODE && node !== root) return;
    if (node !== root && node.matches("[data-figure], .pw-comment-marker")) return;
    const isBlock = node !== root && node.matches(BLOCKS);
    if (isBlock) push(" ", node, 0);
    node.childNodes.forEach(walk);
    if (isBlock) push(" ", node, 0);
  };
  walk(root);
  return letters;
}

/** Return letters that `readWords` read as a text. */
export function asText(letters) {
  return letters.map(({ letter }) => letter).join("");
}

/** Return how often words stand in a text, overlapping ones counted too. */
export function countIn(text, words) {
  let count = 0;
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) count += 1;
  return count;
}

/** Return the range of an occurrence of words inside an element; null if they are not there. */
export function findWords(root, { quote, occurrence }) {
  const letters = readWords(root);
  const text = letters.map(({ letter }) => letter[0]).join("");
  let at = text.indexOf(quote);
  for (let count = 0; count < occurrence && at >= 0; count += 1) {
    const next = text.indexOf(quote, at + 1);
    if (next < 0) break;
    at = next;
  }
  if (at < 0) return null;
  const [first, last] = [letters[at], letters[at + quote.length - 1]];
  const range = document.createRange();
  range.setStart(first.node, first.offset);
  range.setEnd(last.node, Math.min(last.offset + 1, last.node.length ?? 0));
  return range;
}
