// Says what a change touches elsewhere in the plan, as soon as the changed cell is left: in a request of its own, which
// no save waits for. Shown in one line below the form, and in full beside the editor.

import { showFindings } from "planwright/findings";
import { isUpgraded, keyOf, pathOf, textOf } from "planwright/places";
import { jsonHeaders } from "planwright/saving";

const PAUSE = 120; // milliseconds: cells that are left one after another are asked about together
const TIMEOUT = 15_000;
const MOST = 900_000; // characters; who changes more at once reads the list of findings

/** Follow the changes of a form that `saving` saves; null where nobody answers. */
export function startImpact(saving) {
  return saving.form.dataset.impactUrl ? new ImpactLine(saving) : null;
}

class ImpactLine {
  constructor(saving) {
    this.saving = saving;
    this.form = saving.form;
    this.editor = saving.editor;
    this.room = document.querySelector("[data-impact-room]");
    this.isTouched = false;
    this.entered = null; // the control that somebody is in, its place, and what it held before
    this.left = null; // the change that was made in the control left last
    this.draw();
    this.listen();
  }

  listen() {
    this.editor.addEventListener("focusin", ({ target }) => this.enter(controlAround(target)));
    this.editor.addEventListener("focusout", () => this.leave());
    for (const told of ["input", "change"]) this.editor.addEventListener(told, (event) => this.touch(event));
    this.editor.addEventListener("pw:rows", () => this.askSoon());
    this.form.addEventListener("pw:redrawn", () => this.redrawn());
  }

  // --- when ----------------------------------------------------------------------------------------

  enter(control) {
    if (control === this.entered?.control) return;
    const key = control && keyOf(pathOf(control));
    if (key && key === this.entered?.key) this.entered.control = control; // drawn anew while somebody is in it
    else this.entered = control && { control, key, ...holds(control), revision: this.saving.revision };
  }

  redrawn() {
    if (this.entered && !this.entered.control.isConnected) this.enter(controlAround(document.activeElement));
  }

  /** Something was typed, which counts once its cell is left; pasted or undone, it counts at once. */
  touch({ target }) {
    this.isTouched = true;
    if (target !== this.entered?.control) this.askSoon();
  }

  leave() {
    const { entered } = this;
    this.entered = null;
    if (!this.isTouched) return;
    this.left = entered && changeOf(entered);
    this.askSoon();
  }

  askSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  // --- asking --------------------------------------------------------------------------------------

  /** Return what to ask about: what is not saved, and what was saved while somebody was in its cell still. */
  pending() {
    const changes = this.saving.unsaved();
    const own = this.left;
    const isSaved = own && !changes.some(({ path }) => keyOf(path) === keyOf(own.change.path));
    if (!isSaved) return { base_revision: this.saving.revision, changes };
    return { base_revision: own.revision, changes: [...changes, own.change] };
  }

  async ask() {
    const patch = this.pending();
    this.isTouched = false;
    this.left = null;
    const body = JSON.stringify(patch);
    if (!patch.changes.length || body.length > MOST || !navigator.onLine) return;
    this.asked?.abort();
    const asked = (this.asked = new AbortController());
    try {
      const html = await this.fetch(body, asked.signal);
      if (asked === this.asked) this.show(html);
    } catch (error) {
      if (!asked.signal.aborted) console.info("What this change touches could not be found out.", error);
    }
  }

  /** Return what is touched as HTML, "" for nothing. */
  async fetch(body, signal) {
    const answer = await fetch(this.form.dataset.impactUrl, {
      method: "POST",
      headers: { ...jsonHeaders(this.form), Accept: "text/html" },
      body,
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]),
    });
    if (!answer.ok) throw new Error(`answered ${answer.status}`);
    return answer.text();
  }

  // --- showing -------------------------------------------------------------------------------------

  draw() {
    this.line = document.createElement("div");
    this.line.className = "pw-impact-line";
    this.words = document.createElement("p");
    this.words.setAttribute("role", "status");
    const open = makeButton("Show what", "pw-link-button", () => this.open());
    const close = makeButton("×", "pw-icon-button", () => this.show(""));
    close.setAttribute("aria-label", "Close what this change touches");
    this.buttons = [open, close];
    this.line.append(this.words, ...this.buttons);
    this.form.querySelector(".pw-actionbar").prepend(this.line);
    this.show("");
  }

  show(html) {
    const shown = html && new DOMParser().parseFromString(html, "text/html").querySelector("[data-impact]");
    if (!shown && this.line.contains(document.activeElement)) this.form.querySelector(".pw-actionbar .govuk-button").focus();
    this.say(shown ? shown.dataset.impact : "");
    this.room.replaceChildren(...(shown ? [document.adoptNode(shown)] : []));
  }

  say(words) {
    this.words.textContent = words;
    this.line.classList.toggle("is-shown", words !== "");
    for (const button of this.buttons) button.hidden = words === "";
  }

  /** Go to the whole of it beside the editor; the line has said what it had to. */
  async open() {
    await showFindings();
    const title = this.room.querySelector("#impact-title");
    title?.focus();
    title?.scrollIntoView({ block: "nearest" });
    this.say("");
  }
}

function makeButton(words, look, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = look;
  button.textContent = words;
  button.addEventListener("click", act);
  return button;
}

// --- a control -------------------------------------------------------------------------------------

/** Return the control that an element is, or in whose place it stands; null outside. */
function controlAround(element) {
  return element.closest("[data-field]") ?? element.closest(".pw-text")?.querySelector("textarea[data-field]") ?? null;
}

function holds(control) {
  return isUpgraded(control) ? { text: control.dataset.html, html: true } : { text: textOf(control), html: false };
}

/** Return what was changed in a control since it was entered, and the revision from before; null for nothing. */
function changeOf({ control, text, html, revision }) {
  const now = holds(control);
  const isRow = control.closest("[data-list]")?.dataset.identified === "false";
  if (isRow || now.html !== html || now.text === text) return null;
  return { revision, change: { path: pathOf(control), ...(html && { html }), old: text, new: now.text } };
}
