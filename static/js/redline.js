// Leads through the changes of a redline one by one: by two buttons, or F8 and Shift+F8, which say which of how many it is.
// A section, table or list that was added or removed whole is one change.

import {unfold} from "planwright/reveal";

const CHANGES = "del, ins, .remark:not(h2 > *, h3 > *, h4 > *, h5 > *, h6 > *), .is-added, .is-removed, .is-moved, .is-changed";
const PLACES = "tr, h2, h3, h4, h5, h6, li, p, blockquote";
const WHOLE_HEADING = ":scope > :is(h2, h3, h4, h5, h6):not(.part, .within):has(> :is(ins, del))";
const ASIDES = ".remark, .say, [aria-hidden]";

const bar = document.querySelector("[data-redline-steps]");
const told = bar.querySelector("[role='status']");
const places = findPlaces();
let present = -1;

/** Return what holds a change, each once and in reading order, without the summary in front. */
function findPlaces() {
  const found = [...document.querySelectorAll(".document section")]
    .filter((section) => !section.querySelector("#what-changed"))
    .flatMap((section) => headOfWhole(section) ?? findInSection(section));
  return [...new Set(found)];
}

/** Return what heads a section that was added or removed whole, undefined of any other. */
function headOfWhole(section) {
  return section.closest("[data-whole]")?.querySelector("summary") ?? section.querySelector(WHOLE_HEADING) ?? undefined;
}

/** Return the places of the changes within a section, those of a whole table or list as one. */
function findInSection(section) {
  const tables = [...section.querySelectorAll("table")].filter(isWholeTable);
  const lists = [...section.querySelectorAll(":is(ul, ol):not(table *)")].filter(isWholeList);
  const wholes = new Map([...tables.map((table) => [table, headOfTable(table)]), ...lists.map((list) => [list, list])]);
  return [...section.querySelectorAll(CHANGES)].map((change) => outermost(change, wholes) ?? placeOf(change));
}

/** Return the place of the outermost whole table or list around a change, undefined where there is none. */
function outermost(change, wholes) {
  let found;
  for (let around = change; around; around = around.parentElement) found = wholes.get(around) ?? found;
  return found;
}

function placeOf(change) {
  return change.closest("tr") ?? change.closest(PLACES) ?? change;
}

/** Say whether every row was added, or every one removed. */
function isWholeTable(table) {
  const rows = [...table.tBodies].flatMap((body) => [...body.rows]);
  return rows.length > 0 && ["is-added", "is-removed"].some((name) => rows.every((row) => row.classList.contains(name)));
}

/** Return the line in front of a table that says what became of it, the table where there is none. */
function headOfTable(table) {
  const line = (table.closest(".table-scroll") ?? table).previousElementSibling;
  return line?.matches("p:has(> .remark:only-child)") ? line : table;
}

/** Say whether all words of a list were added, or all of them removed. */
function isWholeList(list) {
  const walker = document.createTreeWalker(list, NodeFilter.SHOW_TEXT);
  const around = new Set();
  while (walker.nextNode()) {
    const {data, parentElement} = walker.currentNode;
    if (data.trim() && !parentElement.closest(ASIDES)) around.add(parentElement.closest("ins, del")?.localName);
  }
  return around.size === 1 && !around.has(undefined);
}

/** Go on or back by one change, from where the reader is. */
function step(by) {
  if (!places.length) return;
  const next = present < 0 ? findFrom(by) : present + by;
  present = (next + places.length) % places.length;
  const place = places[present];
  unfold(place);
  if (!place.matches("summary")) place.tabIndex = -1;
  place.focus({ preventScroll: true });
  place.scrollIntoView({ block: place.offsetHeight > innerHeight / 2 ? "start" : "center", inline: "nearest" });
  told.textContent = `Change ${present + 1} of ${places.length}`;
}

/** Return the first change below the top of the window, or the last above it. */
function findFrom(by) {
  const below = places.findIndex((place) => place.checkVisibility() && place.getBoundingClientRect().top > 0);
  if (below < 0) return by > 0 ? 0 : places.length - 1;
  return by > 0 ? below : below - 1;
}

if (places.length) {
  bar.hidden = false;
  told.textContent = `${places.length} change${places.length === 1 ? "" : "s"}`;
  bar.querySelector("[data-step='1']").addEventListener("click", () => step(1));
  bar.querySelector("[data-step='-1']").addEventListener("click", () => step(-1));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "F8" || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    step(event.shiftKey ? -1 : 1);
  });
}
