// Writing together: what others changed is put into the page, who else is here is shown, and a place that two
// people changed is put to the choice. Nobody is kept out, and neither focus nor caret is moved.

import { ClashPanel } from "planwright/clashes";
import { fetchDerived, startDerived } from "planwright/derived";
import { startButtons } from "planwright/save-buttons";
import {
  indexPlaces, isSame, isStructural, isUpgraded, keyOf, nearestPlace, pathOf, putText, readPage, textOf,
} from "planwright/places";
import { fetchEditor, redraw } from "planwright/redraw";
import { Saving, jsonHeaders } from "planwright/saving";
import { SavingState } from "planwright/saving-state";

const POLL_MILLISECONDS = 10_000;
const IDLE_MILLISECONDS = 30 * 60_000;
const SHOWN_MILLISECONDS = 4000;

/** Let the form save by itself and show what others do; returns the saving. */
export function startTogether(form) {
  const saving = new Saving(form);
  const state = new SavingState(saving);
  startButtons(saving, state);
  startDerived(saving);
  new Together(saving, state).start();
  startFromKept(saving);
  form.dataset.savesItself = "";
  return saving;
}

/** Where the page shows what was typed earlier, learn what is saved: what differs is kept, or not saved yet. */
async function startFromKept(saving) {
  if (!("unsaved" in saving.form.dataset)) return;
  const fetched = await fetchEditor(saving.form, saving.revision);
  if (!fetched) return;
  const notice = document.querySelector("[data-kept]");
  if (notice) {
    const kept = saving.keep(fetched.reading);
    saving.form.addEventListener("pw:saved", () => saving.hasDraft || notice.remove());
    const answer = await fetchDerived(saving, kept);
    if (answer) saving.blame(answer.faults);
  } else {
    saving.restart(fetched.reading, saving.revision);
    saving.touch();
  }
}

class Together {
  constructor(saving, state) {
    this.saving = saving;
    this.state = state;
    this.form = saving.form;
    this.editor = saving.editor;
    this.list = document.querySelector("[data-present]");
    this.clashes = new ClashPanel(saving);
    this.people = [];
    this.deferred = new Map();
    this.lastKey = performance.now();
    this.isAsleep = false;
    this.needsRedraw = false;
  }

  start() {
    this.form.addEventListener("pw:saved", ({ detail }) => this.take(detail.answer, detail.job));
    for (const name of ["keydown", "pointerdown", "focusin"]) {
      document.addEventListener(name, () => this.wake());
    }
    this.form.addEventListener("focusout", ({ target }) => this.settleText(target));
    this.form.addEventListener("pw:redrawn", () => this.markPlaces());
    document.addEventListener("visibilitychange", () => this.poll());
    window.addEventListener("focus", () => this.poll());
    window.addEventListener("online", () => this.poll());
    window.addEventListener("pagehide", () => this.leave());
    window.addEventListener("pageshow", ({ persisted }) => persisted && this.poll());
    this.poll();
  }

  // --- who is here ---------------------------------------------------------------------------------

  /** Somebody is at the page again: after a long rest, ask at once. */
  wake() {
    this.lastKey = performance.now();
    if (!this.isAsleep) return;
    this.isAsleep = false;
    this.poll();
  }

  async poll() {
    clearTimeout(this.timer);
    if (document.visibilityState === "hidden" || this.isAsking) return;
    if (performance.now() - this.lastKey > Number(this.form.dataset.hereIdle ?? IDLE_MILLISECONDS)) {
      this.fallAsleep();
      return;
    }
    this.isAsking = true;
    const asked = this.saving.revision;
    const answer = await this.say({ revision: asked, path: this.place() }).catch(() => null);
    this.isAsking = false;
    if (answer) this.hear(answer, asked);
    this.timer = setTimeout(() => this.poll(), Number(this.form.dataset.herePause ?? POLL_MILLISECONDS));
  }

  fallAsleep() {
    this.isAsleep = true;
    this.leave();
    this.show([]);
    this.state.tellResting();
  }

  leave() {
    this.say({ leaving: true }).catch(() => null);
  }

  async say(word) {
    const response = await fetch(this.form.dataset.hereUrl, {
      method: "POST",
      headers: jsonHeaders(this.form),
      body: JSON.stringify(word),
      redirect: "manual",
      keepalive: true,
    });
    return response.ok ? response.json() : null;
  }

  /** Return the path of the place where the person is, [] outside the editor. */
  place() {
    const place = document.activeElement?.closest("[data-field], [data-row]");
    return place && this.editor.contains(place) ? pathOf(place) : [];
  }

  /** Take what is said of others; what changed is left to the next word if a save was answered meanwhile. */
  hear(answer, asked) {
    this.show(answer.people);
    document.dispatchEvent(new CustomEvent("pw:comments", { detail: { open: answer.comments } }));
    if (this.saving.job || asked !== this.saving.revision) return;
    if (this.saving.unsaved().some(isStructural)) return; // saving them brings the same
    if (answer.revision > this.saving.revision) this.take(answer);
    else if (this.needsRedraw) this.drawAnew();
  }

  show(people) {
    if (JSON.stringify(people) === JSON.stringify(this.people)) return;
    this.people = people;
    this.list.replaceChildren(...people.map(presenceItem));
    this.markPlaces();
  }

  /** Mark the row or cell in which each of the others is, by initials and a title. */
  markPlaces() {
    this.form.querySelectorAll(".pw-here").forEach((each) => each.remove());
    const index = indexPlaces(this.editor);
    for (const person of this.people) {
      const place = person.path.length > 0 && nearestPlace(index, person.path);
      if (place) markHolder(place)?.append(presenceMark(person));
    }
  }

  // --- what others changed -------------------------------------------------------------------------

  /** Take an answer of the server: put in what others changed, draw anew what cannot be put in. */
  async take(answer, job = null) {
    if (!job) this.saving.restart(this.saving.saved, answer.revision);
    const changed = this.putIn(answer.others, job);
    if (changed) this.tellChanged(changed);
    if (job) this.clashes.show(answer.clashes);
    this.needsRedraw ||= answer.redraw;
    if (this.needsRedraw) await this.drawAnew();
  }

  /** Put in what others changed; returns at how many places. */
  putIn(others, job) {
    const index = indexPlaces(this.editor);
    const page = others.length ? readPage(this.editor) : null;
    const sent = new Set(job?.changes.map((change) => keyOf(change.path)));
    let changed = 0;
    for (const other of others) {
      const key = keyOf(other.path);
      const now = page.texts.get(key);
      if (!now) this.needsRedraw = true;
      else if (sent.has(key)) this.putOwn(index.get(key), now, other, job.reading.texts.get(key));
      else changed += this.putTheirs(index.get(key), now, other);
    }
    return changed;
  }

  /** The server holds what was typed here in another way: show it when the person is done with it. */
  putOwn(control, now, other, sent) {
    if (!isSame(sent, now)) return;
    const isMerged = other.html && withoutSpace(other.text) !== withoutSpace(sent.text);
    if (isMerged || !isInside(control)) this.putNow(control, other);
    else if (other.html) this.deferred.set(keyOf(other.path), other);
    else this.saving.know(other.path, { text: other.text, typed: now.text });
  }

  /** Returns 1 if the text of somebody else was put in, 0 if the person typed there: saving finds the clash. */
  putTheirs(control, now, other) {
    if (!isSame(this.saving.saved.texts.get(keyOf(other.path)), now)) return 0;
    const isNews = now.text !== other.text;
    this.putNow(control, other);
    if (isNews) flash(control);
    return isNews ? 1 : 0;
  }

  putNow(control, other) {
    this.deferred.delete(keyOf(other.path));
    if (other.html && !isUpgraded(control)) {
      this.needsRedraw = true;
      return;
    }
    putText(control, other.text, { html: Boolean(other.html) });
    this.saving.know(other.path, { text: other.text, html: Boolean(other.html), typed: textNow(control) });
  }

  /** A control was left: what waited for that is put in now, unless it was typed in since. */
  settleText(target) {
    const control = target.closest("[data-field]") ?? fieldAround(target);
    if (!control || !this.editor.contains(control)) return;
    const key = keyOf(pathOf(control));
    const saved = this.saving.saved.texts.get(key);
    const other = this.deferred.get(key);
    const now = textNow(control);
    if (other && saved?.text === now) this.putNow(control, other);
    else if (saved?.typed === now && saved.text !== now && !saved.html) putText(control, saved.text);
    this.deferred.delete(key);
  }

  /** Draw the editor anew once nothing of its rows is unsaved and no choice is open. */
  async drawAnew() {
    if (this.isDrawing || this.clashes.isOpen) return;
    this.isDrawing = true;
    const isReady = !this.saving.unsaved().some(isStructural);
    const fetched = isReady && (await fetchEditor(this.form));
    const isStale = fetched && fetched.revision < this.saving.revision;
    if (fetched && redraw(this.saving, fetched)) this.needsRedraw = false;
    this.isDrawing = false;
    if (isStale) await this.drawAnew();
  }

  tellChanged(count) {
    const who = this.people.length === 1 ? this.people[0].name : "Somebody else";
    this.state.tell(`${who} changed ${count === 1 ? "1 place" : `${count} places`}`);
  }
}

/** Return whether the person is in a control, or in the editor that stands in its place. */
function isInside(control) {
  const focused = document.activeElement;
  return control === focused || (isUpgraded(control) && fieldAround(focused) === control);
}

/** Return the rich textarea in whose place the editor stands that holds an element, or null. */
function fieldAround(element) {
  const around = element?.closest("td, th, .govuk-form-group, .pw-field");
  return around?.querySelector("[data-upgraded]") ?? null;
}

/** Return HTML without its white space, of which the server keeps less than an editor. */
function withoutSpace(html) {
  return html.replace(/\s|&nbsp;/g, "");
}

function textNow(control) {
  return isUpgraded(control) ? control.dataset.html : textOf(control);
}

function flash(control) {
  const holder = control.closest("td, th, .govuk-form-group") ?? control;
  holder.classList.add("is-news");
  setTimeout(() => holder.classList.remove("is-news"), SHOWN_MILLISECONDS);
}

// --- who is here -----------------------------------------------------------------------------------

function presenceItem({ name, post, place }) {
  const item = document.createElement("li");
  item.className = "pw-present__person";
  const who = post && post !== name ? `${name} (${post})` : name;
  item.textContent = `${who} is in this section${place ? `, ${place}` : ""}`;
  item.title = item.textContent; // it may stand on one line, cut short
  return item;
}

/** Return what can hold the mark of a person at a place: its cell or field, or the first cell of its row. */
function markHolder(place) {
  if (place.matches("tr")) return place.cells[0];
  if (place.matches("details")) return place.querySelector("summary");
  return place.closest("td, th, .govuk-form-group, .pw-field");
}

function presenceMark({ name }) {
  const mark = document.createElement("span");
  mark.className = "pw-here";
  mark.title = `${name} is here`;
  mark.setAttribute("aria-hidden", "true"); // the list above the form says it in words
  mark.textContent = initials(name);
  return mark;
}

function initials(name) {
  const words = name.split(/\s+/).filter(Boolean);
  return [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => word?.[0] ?? "").join("").toUpperCase();
}
