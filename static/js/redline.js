// Leads through the changes of a redline one by one: by two buttons, or F8 and Shift+F8, which say which of how many it is.

import {unfold} from "planwright/reveal";

const CHANGES = "del, ins, .remark, .is-added, .is-removed, .is-moved, .is-changed";
const PLACES = "tr, h2, h3, h4, h5, h6, li, p, blockquote";

const bar = document.querySelector("[data-redline-steps]");
const told = bar.querySelector("[role='status']");
const places = findPlaces();
let present = -1;

/** Return what holds a change, each once and in reading order, without the summary in front. */
function findPlaces() {
  const found = [...document.querySelectorAll(".document section")]
    .filter((section) => !section.querySelector("#what-changed"))
    .flatMap((section) => [...section.querySelectorAll(CHANGES)])
    .map((change) => change.closest("tr") ?? change.closest(PLACES) ?? change);
  return [...new Set(found)];
}

/** Go on or back by one change, from where the reader is. */
function step(by) {
  if (!places.length) return;
  const next = present < 0 ? findFrom(by) : present + by;
  present = (next + places.length) % places.length;
  const place = places[present];
  unfold(place);
  place.tabIndex = -1;
  place.focus({ preventScroll: true });
  place.scrollIntoView({ block: "center", inline: "nearest" });
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
