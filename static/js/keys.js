// The keys of every page: to the section before and after, to the search box, to the list of keys. Single keys never act
// while something is typed, and can be switched off on the list of keys; without this module its links do the same.

const SWITCH = "planwright.single-keys";
const FIELDS = "input, select, textarea, [contenteditable]:not([contenteditable='false']), [role='textbox']";
const IS_MAC = /mac/i.test(navigator.platform);
const NEIGHBOURS = { ArrowLeft: "prev", ArrowRight: "next" };
const SINGLE = { "?": openList, "/": goToSearch };

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey) return;
  const isTyping = Boolean(event.target.closest?.(FIELDS));
  const isDone =
    event.altKey && event.shiftKey
      ? !(IS_MAC && isTyping) && goToNeighbour(NEIGHBOURS[event.key]) // on a Mac these keys select a word
      : !event.altKey && !isTyping && areSingleKeysOn() && SINGLE[event.key]?.();
  if (isDone) event.preventDefault();
});

/** Follow the link to the section before or after, if the page has one. */
function goToNeighbour(way) {
  const link = way && document.querySelector(`.pw-neighbours a[rel="${way}"]`);
  link?.click();
  return Boolean(link);
}

function openList() {
  const link = document.querySelector("[data-shortcuts]");
  link?.click();
  return Boolean(link);
}

function goToSearch() {
  const box = document.querySelector("[data-search]");
  box?.focus();
  box?.select();
  return Boolean(box);
}

function areSingleKeysOn() {
  try {
    return localStorage.getItem(SWITCH) !== "off";
  } catch {
    return true; // the browser keeps nothing for this site
  }
}

/** Let the list of keys switch single keys off and on, for this browser. */
function startSwitch(part) {
  const box = part.querySelector("input");
  box.checked = areSingleKeysOn();
  box.addEventListener("change", () => {
    localStorage.setItem(SWITCH, box.checked ? "on" : "off");
    part.querySelector("[role='status']").textContent = box.checked
      ? "Single keys are on in this browser."
      : "Single keys are off in this browser.";
  });
  part.hidden = false;
}

const part = document.querySelector("[data-single-keys]");
if (part) startSwitch(part);
