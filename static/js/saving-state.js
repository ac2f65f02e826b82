// Says in one place how the saving stands, and at each cell what cannot be saved. What matters is also told
// to screen readers, each thing once; a save that went well is not.

import { namesOf } from "planwright/clashes";
import { clearMark, markCell } from "planwright/cells";
import { indexPlaces, nearestPlace } from "planwright/places";
import { reveal } from "planwright/reveal";

const OFFLINE = "Offline: kept on this page until you are back, do not close it";
const WORDS = {
  saving: () => "Saving …",
  typed: () => "Not saved yet",
  offline: () => OFFLINE,
  busy: () => "The site is busy: kept on this page, and tried again",
  "signed-out": () => "Signed out: sign in again in another tab, then carry on here",
  closed: (saving) => saving.message,
  refused: (saving) => `Not saved: ${saving.message || "you may not write this section any more"}`,
  plain: () => "This page cannot save by itself: use the Save button below",
  faults: (saving) => `Not saved: ${countPlaces(saving)} putting right`,
  kept: (saving) => `Kept from last time, not saved: ${countPlaces(saving)} looking at`,
  clash: ({ refused }) => {
    const clashes = [...refused.values()].filter((each) => "theirs" in each);
    return `${namesOf(clashes)} changed the same place: choose what it should say`;
  },
  saved: (saving) => (saving.savedAt ? `Saved ${saving.savedAt}` : "All changes are saved"),
};
const SOURCE = "saving";
const KEPT = "Kept from last time, not saved yet";
const QUIET = new Set(["saving", "typed", "saved"]);

/** Return how many places were refused: "2 cells need", or places where one of them is in no table. */
function countPlaces({ editor, refused }) {
  const index = indexPlaces(editor);
  const inTables = [...refused.values()].every(({ path }) => nearestPlace(index, path)?.closest("td, th, tr"));
  const noun = inTables ? "cell" : "place";
  return refused.size === 1 ? `1 ${noun} needs` : `${refused.size} ${noun}s need`;
}

/** Shows the state of a saving, and marks what was refused. */
export class SavingState {
  constructor(saving) {
    this.saving = saving;
    this.box = document.querySelector("[data-save-state]");
    this.words = this.box.querySelector("[data-state-words]");
    this.told = this.box.querySelector("[data-state-told]");
    saving.form.addEventListener("pw:state", () => this.show());
    saving.form.addEventListener("pw:saved", () => this.mark());
    saving.form.addEventListener("pw:kept", () => this.mark());
    saving.form.addEventListener("pw:redrawn", () => this.mark());
    this.marked = new Set();
    this.echo = document.createElement("span"); // the same, seen while the page is scrolled
    this.echo.className = "pw-state__echo";
    saving.form.querySelector(".pw-actionbar")?.append(this.echo);
    saving.form.addEventListener("input", ({ target }) => this.unmark(target));
    this.show();
  }

  show() {
    const { state } = this.saving;
    const text = WORDS[state](this.saving);
    if (text === this.text && state === this.state) return;
    const before = this.state;
    [this.text, this.state] = [text, state];
    this.box.dataset.state = state;
    this.words.replaceChildren(text, ...this.waysOut());
    this.echo.dataset.state = state;
    this.echo.replaceChildren(seenOnly(text), ...this.waysOut());
    if (!QUIET.has(state)) this.tell(text);
    else if (state === "saved" && before && !QUIET.has(before)) this.tell(text);
  }

  /** Return what leads on from the present state, to stand behind its words. */
  waysOut() {
    const isRefused = this.state === "faults" || this.state === "kept";
    if (isRefused) return [" ", this.linkTo("Go to the first", () => this.firstFault())];
    if (this.state === "clash") return [" ", this.linkTo("Go to the choice", () => document.querySelector("#clashes h2"))];
    return this.state === "signed-out" ? [" ", signInLink()] : [];
  }

  /** Tell something to those who hear the page. */
  tellResting() {
    this.tell("Nobody wrote here for half an hour: what others change is shown again at the next key.");
    this.words.textContent = "Resting: what others change is shown again at the next key";
    this.text = "";
  }

  tell(text) {
    this.told.textContent = text;
  }

  linkTo(words, find) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "pw-link-button";
    button.textContent = words;
    button.addEventListener("click", () => reveal(find()));
    return button;
  }

  firstFault() {
    const index = indexPlaces(this.saving.editor);
    const found = [...this.saving.refused.values()].map((each) => nearestPlace(index, each.path)).filter(Boolean);
    return found.sort((a, b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1))[0];
  }

  /** Mark each place that was refused, and no other. */
  mark() {
    this.marked.forEach((control) => this.unmark(control));
    const index = indexPlaces(this.saving.editor);
    for (const { path, message, kept } of this.saving.refused.values()) {
      const place = nearestPlace(index, path);
      const control = place?.matches("[data-field]") ? place : place?.querySelector("[data-field]");
      const level = message ? "error" : "warning";
      if (!control || !(message || kept)) continue;
      markCell(control, { level, message: message || KEPT, source: SOURCE });
      this.marked.add(control);
    }
    this.show();
  }

  unmark(control) {
    if (this.marked.delete(control)) clearMark(control, SOURCE);
  }
}

/** Return words for those who see the page; others have heard them. */
function seenOnly(words) {
  const element = document.createElement("span");
  element.setAttribute("aria-hidden", "true");
  element.textContent = words;
  return element;
}

function signInLink() {
  const link = document.createElement("a");
  link.href = "/accounts/login/";
  link.target = "_blank";
  link.className = "govuk-link";
  link.textContent = "Sign in (opens in a new tab)";
  return link;
}
