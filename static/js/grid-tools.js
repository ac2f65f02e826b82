// What stands around an editor's tables for those who use no keys: row buttons, undo, the list of keys, and what the
// grid says.

import { marksOf } from "planwright/cells";
import { tableOf } from "planwright/rows";

const TOGETHER = 1000; // ms in which what is said belongs to one deed

let status = null;
let saidAt = -TOGETHER;
let bubble = null;
let besideWhat = null; // the control that the bubble stands beside

/** Show words below the form, where they are read out too. */
export function showStatus(words) {
  if (!status || status.textContent === words) return;
  status.textContent = words;
  saidAt = performance.now();
}

/** Show words after those that were said just now, in place of older ones. */
export function addStatus(words) {
  const isFresh = status?.textContent && performance.now() - saidAt < TOGETHER;
  showStatus(isFresh ? `${status.textContent} ${words}` : words);
}

/** Show the messages of a control beside it, those who see it that is; its description holds them for all. */
export function showBubble(control) {
  const marks = control ? marksOf(control) : [];
  const words = marks.some(({ hasBox }) => hasBox) ? "" : marks.map(({ message }) => message).join(" ");
  bubble ??= makeBubble();
  bubble.hidden = !words;
  besideWhat = words ? control : null;
  if (!words) return;
  bubble.textContent = words;
  placeBubble();
}

/** Put the bubble beside its control, wherever that has been scrolled to. */
function placeBubble() {
  if (!besideWhat) return;
  const { left, top, bottom } = besideWhat.getBoundingClientRect();
  const isLow = bottom + bubble.offsetHeight + 8 > window.innerHeight;
  bubble.style.top = `${isLow ? top - bubble.offsetHeight - 6 : bottom + 6}px`;
  bubble.style.left = `${Math.max(4, Math.min(left, window.innerWidth - bubble.offsetWidth - 4))}px`;
}

function makeBubble() {
  const element = document.createElement("div");
  element.className = "pw-bubble";
  element.setAttribute("aria-hidden", "true");
  document.body.append(element);
  document.addEventListener("scroll", placeBubble, { capture: true, passive: true });
  return element;
}

/** Put the tools around a grid's lists, and undo at its form; what is there already stays. */
export function addTools(grid) {
  for (const list of grid.root.querySelectorAll("[data-list]")) if (tableOf(list)) addRowTools(grid, list);
  addKeys(grid.root);
  addUndo(grid);
}

function addRowTools(grid, list) {
  const group = list.querySelector(":scope > .govuk-button-group");
  if (group.querySelector(".pw-row-tool")) return;
  const tools = [
    ["Insert row above", (place) => grid.keys.insertRows(place, "above")],
    ["Insert row below", (place) => grid.keys.insertRows(place, "below")],
    ["Remove rows", (place) => grid.keys.removeRows(place)],
  ];
  group.append(...tools.map(([words, act]) => makeButton(words, "pw-row-tool", () => actAtPlace(grid, list, act))));
}

function actAtPlace(grid, list, act) {
  const { table, anchor } = grid.selection;
  if (table && table === tableOf(list)) act({ table, ...anchor });
  else grid.say("Go to a cell of the table first.");
}

function makeButton(words, look, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = `govuk-button govuk-button--secondary ${look}`;
  button.textContent = words;
  button.addEventListener("click", act);
  return button;
}

function addUndo(grid) {
  const bar = grid.form.querySelector(".pw-actionbar");
  if (bar.querySelector(".pw-undo")) return;
  const group = document.createElement("div");
  group.className = "pw-undo";
  status = document.createElement("p");
  status.className = "pw-undo__said";
  status.setAttribute("role", "status");
  group.append(
    makeButton("Undo", "pw-undo__button", () => grid.go("undo")),
    makeButton("Redo", "pw-undo__button", () => grid.go("redo")),
    status,
  );
  for (const button of group.querySelectorAll("button")) button.hidden = true;
  bar.append(group);
  showUndo(grid);
}

/** Show the buttons that undo once a list is in sight: above nothing but rich text, which has its own, they mislead. */
export function showUndo(grid) {
  const buttons = [...grid.form.querySelectorAll(".pw-undo__button")];
  if (!buttons.some((button) => button.hidden)) return;
  const isInSight = [...grid.root.querySelectorAll("[data-list]")].some((list) => list.checkVisibility());
  for (const button of buttons) button.hidden = !isInSight;
}

function addKeys(root) {
  const list = [...root.querySelectorAll("[data-list]")].find(tableOf);
  if (!list || root.querySelector(".pw-keys")) return;
  const details = document.createElement("details");
  details.className = "govuk-details pw-keys";
  const summary = document.createElement("summary");
  summary.className = "govuk-details__summary";
  const title = document.createElement("span");
  title.className = "govuk-details__summary-text";
  title.textContent = "Keys, and pasting from a spreadsheet";
  summary.append(title);
  const text = document.createElement("div");
  text.className = "govuk-details__text";
  details.append(summary, text);
  details.addEventListener("toggle", () => showKeys(text));
  root.append(details);
}

/** Show the table of keys from the page of all shortcuts, or a link to that page where it cannot be fetched. */
async function showKeys(text) {
  if (text.childElementCount) return;
  const link = document.querySelector("[data-shortcuts]");
  text.replaceChildren(link.cloneNode(true));
  const response = await fetch(link.href).catch(() => null);
  if (!response?.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const keys = page.querySelector("[data-keys='In a table']");
  if (keys) text.replaceChildren(document.adoptNode(keys));
}
