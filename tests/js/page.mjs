// A page small enough for tests: just as much of a document as the modules of the grid ask for.

const VOID = new Set(["input", "br", "hr", "img"]);
const ENTITIES = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'", "&amp;": "&" };
const TAG = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z-]+(?:="[^"]*")?)*)\s*>/gu;
const ATTRIBUTE = /([a-zA-Z-]+)(?:="([^"]*)")?/gu;

/** Read HTML as the server draws it; what stands in templates is left out. */
export function readHtml(html) {
  const root = new Node("root", {});
  let here = root;
  let at = 0;
  let templates = 0;
  for (const match of html.matchAll(TAG)) {
    const [whole, closes, name, attributes] = match;
    if (!templates) here.append(unescape(html.slice(at, match.index)));
    at = match.index + whole.length;
    if (name === "template") templates += closes ? -1 : 1;
    if (templates || name === "template") continue;
    if (closes) {
      if (here.name !== name) throw new Error(`</${name}> closes <${here.name}>`);
      here = here.parentElement;
    } else {
      const node = here.append(new Node(name, readAttributes(attributes)));
      if (!VOID.has(name)) here = node;
    }
  }
  return root;
}

function readAttributes(text) {
  return Object.fromEntries([...text.matchAll(ATTRIBUTE)].map(([, name, value = ""]) => [name, unescape(value)]));
}

function unescape(text) {
  return text.replace(/&(?:lt|gt|quot|#x27|amp);/gu, (entity) => ENTITIES[entity]);
}

class Node {
  constructor(name, attributes) {
    Object.assign(this, { name, attributes, children: [], parentElement: null, listeners: {} });
    this.dataset = dataOf(attributes);
  }

  append(child) {
    if (child instanceof Node) child.parentElement = this;
    if (child !== "") this.children.push(child);
    return child;
  }

  get textContent() {
    return this.children.map((child) => child.textContent ?? child).join("");
  }

  set textContent(text) {
    this.children = text === "" ? [] : [text];
  }

  get type() {
    return this.attributes.type ?? (this.name === "input" ? "text" : this.name);
  }

  get value() {
    return this.typed ?? valueOf(this);
  }

  set value(text) {
    this.typed = text;
  }

  get checked() {
    return this.isTicked ?? "checked" in this.attributes;
  }

  set checked(ticked) {
    this.isTicked = ticked;
  }

  get placeholder() {
    return this.attributes.placeholder ?? "";
  }

  set placeholder(text) {
    this.attributes.placeholder = text;
  }

  get labels() {
    return [];
  }

  hasAttribute(name) {
    return name in this.attributes;
  }

  setAttribute(name, value) {
    this.attributes[name] = value;
  }

  get title() {
    return this.attributes.title ?? "";
  }

  set title(text) {
    this.attributes.title = text;
  }

  removeAttribute(name) {
    delete this.attributes[name];
  }

  addEventListener(kind, listener) {
    this.listeners[kind] = listener;
  }

  *descendants() {
    for (const child of this.children.filter((each) => each instanceof Node)) {
      yield child;
      yield* child.descendants();
    }
  }

  /** Know lists of `[name]`, `[name="value"]`, `name` and `ancestor descendant`. */
  matches(selector) {
    return selector.split(", ").some((each) => matchesPath(this, each.trim()));
  }

  closest(selector) {
    if (this.matches(selector)) return this;
    return this.parentElement ? this.parentElement.closest(selector) : null;
  }

  querySelectorAll(selector) {
    return [...this.descendants()].filter((each) => each.matches(selector));
  }

  querySelector(selector) {
    return this.querySelectorAll(selector)[0] ?? null;
  }
}

function dataOf(attributes) {
  const named = Object.entries(attributes).filter(([name]) => name.startsWith("data-"));
  const camel = (name) => name.slice(5).replace(/-([a-z])/gu, (_, letter) => letter.toUpperCase());
  return Object.fromEntries(named.map(([name, value]) => [camel(name), value]));
}

function valueOf(node) {
  if (node.name === "textarea") return node.textContent.replace(/^\n/u, "");
  if (node.name !== "select") return node.attributes.value ?? "";
  const options = [...node.descendants()].filter((each) => each.name === "option");
  return (options.find((each) => "selected" in each.attributes) ?? options[0])?.attributes.value ?? "";
}

function matchesPath(node, selector) {
  const split = selector.match(/^(\S+) (\[.*\])$/u);
  if (!split) return matchesOne(node, selector);
  return matchesOne(node, split[2]) && Boolean(node.parentElement?.closest(split[1]));
}

function matchesOne(node, selector) {
  const match = selector.match(/^\[([a-z-]+)(?:="(.*)")?\]$/u);
  if (!match) return node.name === selector;
  const [, name, value] = match;
  return value === undefined ? name in node.attributes : node.attributes[name] === value;
}
