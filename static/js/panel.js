// The panel beside the editor: its tabs show pages of their own within it, and stay chosen from section to section.
//
// Without this module each tab is a link to its page. The chosen tab stands in the address as #help=last-year.

import {addHtml} from "planwright/rich-text";

const help = document.querySelector("[data-help]");
const HASH = /^#help=([a-z-]+)$/;

/** Return the tabs as {name, link, url, part}: `part` is what the tab shows, drawn on first need. */
function readTabs() {
  return [...help.querySelectorAll("[data-help-tab]")].map((link) => {
    const name = link.dataset.helpTab;
    return {name, link, url: link.href, part: help.querySelector(`[data-help-tab-part="${name}"]`)};
  });
}

/** Let the links act as tabs of one panel. */
function makeTabs(tabs) {
  const list = help.querySelector(".pw-help__tabs ul");
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", "Help with this section");
  const frame = help.querySelector(".pw-help__tabs");
  frame.setAttribute("role", "presentation");
  frame.removeAttribute("aria-label");
  for (const tab of tabs) {
    tab.part ??= makePart(tab);
    tab.part.setAttribute("role", "tabpanel");
    tab.part.setAttribute("aria-labelledby", `help-tab-${tab.name}`);
    tab.part.tabIndex = 0;
    tab.link.id = `help-tab-${tab.name}`;
    tab.link.setAttribute("role", "tab");
    tab.link.setAttribute("aria-controls", tab.part.id);
    tab.link.parentElement.setAttribute("role", "presentation");
    tab.link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      choose(tabs, tab);
    });
  }
  list.addEventListener("keydown", (event) => moveAmong(tabs, event));
}

function makePart({name}) {
  const part = document.createElement("div");
  part.className = "pw-help__part";
  part.id = `help-${name}`;
  help.append(part);
  return part;
}

function moveAmong(tabs, event) {
  const at = tabs.findIndex(({link}) => link === document.activeElement);
  const last = tabs.length - 1;
  const next = {ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last}[event.key];
  if (event.key === " ") choose(tabs, tabs[at]);
  else if (next === undefined || at < 0) return;
  else tabs[next].link.focus();
  event.preventDefault();
}

/** Show a tab, and remember it in the address; `isKept` leaves the address as it is. */
function choose(tabs, tab, {isKept = false} = {}) {
  for (const each of tabs) {
    const isChosen = each === tab;
    each.link.setAttribute("aria-selected", String(isChosen));
    each.link.tabIndex = isChosen ? 0 : -1;
    each.part.hidden = !isChosen;
  }
  if (!isKept) history.replaceState(history.state, "", `#help=${tab.name}`);
  if (tab.name !== "guidance") load(tab);
}

/** Fetch the page of a tab and show the part of it that is meant for the panel. */
async function load(tab) {
  if (tab.isLoaded) return;
  tab.isLoaded = true;
  tab.part.setAttribute("aria-busy", "true");
  const page = await readPage(tab.url);
  const shown = page?.querySelector("[data-help-part]");
  const room = tab.part.querySelector("[data-help-room]") ?? tab.part; // of a part that shows more than the page
  room.replaceChildren(shown ? document.adoptNode(shown) : linkTo(tab));
  tab.part.removeAttribute("aria-busy");
  tab.isLoaded = Boolean(shown);
  if (tab.name === "figures") addFilter(tab.part);
}

async function readPage(url) {
  const response = await fetch(url, {credentials: "same-origin"}).catch(() => null);
  if (!response?.ok || response.redirected) return null;
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

/** Return what stands in the panel when a page could not be fetched. */
function linkTo(tab) {
  const words = document.createElement("p");
  const link = document.createElement("a");
  link.className = "govuk-link";
  link.href = tab.url;
  link.textContent = `Open “${tab.link.textContent.trim()}” as a page`;
  words.append("This cannot be shown here just now. ", link);
  return words;
}

// --- the printed pages ---------------------------------------------------------------------------

const SETTLING = 400; // milliseconds after a save: the next one often follows at once

/** Print the section again after each save while its pages are looked at, else when they are next. */
function followSaves(tabs) {
  const printed = tabs.find(({name}) => name === "printed");
  let waiting = 0;
  document.addEventListener(
    "pw:saved",
    () => {
      printed.isLoaded = false;
      clearTimeout(waiting);
      if (!printed.part.hidden && printed.part.checkVisibility()) waiting = setTimeout(load, SETTLING, printed);
    },
    {capture: true}, // the form's own event does not bubble
  );
}

/** Let the table of figures be searched within the panel. */
function addFilter(part) {
  const label = document.createElement("label");
  label.className = "govuk-label";
  label.htmlFor = "help-figure-words";
  label.textContent = "Find a figure";
  const field = document.createElement("input");
  field.className = "govuk-input";
  field.id = label.htmlFor;
  field.type = "search";
  field.autocomplete = "off";
  const told = document.createElement("p");
  told.className = "pw-muted";
  told.setAttribute("role", "status");
  field.addEventListener("input", () => (told.textContent = filterFigures(part, field.value)));
  part.prepend(label, field, told);
}

/** Hide the lines in which some word is not found; returns how many are left, in words. */
function filterFigures(part, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const table of part.querySelectorAll("table")) {
    const title = table.caption.textContent;
    for (const row of table.tBodies[0].rows) {
      const all = `${title} ${row.textContent}`.toLowerCase();
      row.hidden = !words.every((word) => all.includes(word));
      if (!row.hidden) count += 1;
    }
    table.hidden = [...table.tBodies[0].rows].every((row) => row.hidden);
  }
  return words.length ? `${count} figure${count === 1 ? "" : "s"}` : "";
}

/** Put last year's text into the section's main text. */
async function copyText(button) {
  const textarea = document.querySelector("textarea[data-field=content-body][data-html]");
  if (!textarea) return;
  await addHtml(textarea, button.dataset.copied);
  textarea.closest(".pw-text").querySelector(".pw-text__told").textContent =
    "Last year’s text was put in at the end. Undo takes it out again.";
}

// --- the fold of wide sections -------------------------------------------------------------------

/** Where a table takes the width, the panel is opened by a button and stands at the right. */
function makeFold(fold, tabs) {
  fold.addEventListener("toggle", () => {
    document.body.classList.toggle("has-help", fold.open);
    const chosen = tabs.find(({link}) => link.getAttribute("aria-selected") === "true");
    if (fold.open) {
      history.replaceState(history.state, "", `#help=${chosen.name}`);
      if (chosen.name !== "guidance") load(chosen);
    }
    else if (HASH.test(location.hash)) history.replaceState(history.state, "", location.pathname + location.search);
  });
  const close = () => {
    fold.open = false;
    fold.querySelector("summary").focus();
  };
  help.prepend(makeCloser(close));
  fold.addEventListener("keydown", ({key}) => key === "Escape" && fold.open && close());
}

function makeCloser(close) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "pw-icon-button pw-help__close";
  button.setAttribute("aria-label", "Close the help");
  button.textContent = "×";
  button.addEventListener("click", close);
  return button;
}

/** Take the chosen tab along to the sections that are edited next. */
function keepTab(event) {
  const link = event.target.closest?.("a[href]");
  if (!link || !HASH.test(location.hash)) return;
  if (link.origin === location.origin && link.pathname.endsWith("/edit/") && !link.hash) link.hash = location.hash;
}

function start() {
  const tabs = readTabs();
  makeTabs(tabs);
  const named = HASH.exec(location.hash)?.[1];
  const chosen = tabs.find(({name}) => name === named) ?? tabs[0];
  choose(tabs, chosen, {isKept: true});
  followSaves(tabs);
  const fold = help.closest("details");
  if (fold) {
    makeFold(fold, tabs);
    if (named) fold.open = true;
  }
  help.addEventListener("click", ({target}) => {
    if (target.matches("[data-copy-text]")) copyText(target);
  });
  // Another module brings what the tab shows; it is not fetched as well.
  help.addEventListener("pw:show-part", ({target}) => {
    const tab = tabs.find(({link}) => link === target);
    tab.isLoaded = true;
    choose(tabs, tab);
    if (fold) fold.open = true;
  });
  document.addEventListener("click", keepTab);
}

if (help) start();
