// Saves what is typed by itself, as docs/editing-protocol.md has it: changed places travel as a patch, one
// request at a time, and are sent again until the server has answered. Says in one place how it stands.
//
// Listeners on the form: `pw:saved` after each answer, its detail {answer, job}; `pw:state` when it stands
// otherwise than before. Times in milliseconds may be set on the form, as data-saving-pause and the like.

import { diffReadings, isStructural, keyOf, readDrawn, readPage } from "planwright/places";

const TIMES = { pause: 2000, longest: 8000, leaving: 400, retry: 1000, timeout: 30000, derived: 3000 };
const RETRIES = [1, 2, 5, 10, 30];
const KEEPALIVE_LIMIT = 60_000;

/** Return a name for one save; `crypto.randomUUID` is not there on addresses without https. */
function makeSaveId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Return the headers of a request that carries JSON and the sign-in's own token, as it is now. */
export function jsonHeaders(form) {
  const cookie = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie);
  const token = cookie ? cookie[1] : form.elements.csrfmiddlewaretoken.value;
  return { "Content-Type": "application/json", "X-CSRFToken": token, Accept: "application/json" };
}

/** The saving of one form. `revision` is what the page holds; `problem` says why it cannot save, if so. */
export class Saving {
  constructor(form) {
    this.form = form;
    this.editor = form.querySelector("[data-editor]");
    this.revision = Number(form.dataset.revision);
    this.saved = readDrawn(this.editor);
    this.refused = new Map();
    this.withdrawn = new Map(); // paths by key, of what was refused and is not there any more
    this.hasDraft = false;
    this.problem = "";
    this.message = "";
    this.savedAt = "";
    this.job = null;
    this.failures = 0;
    this.timer = null;
    this.firstTouch = 0;
    this.isSending = false; // the form itself is on its way
    this.listen();
    if (this.unsaved().length) this.touch(); // typed before this script had come
  }

  /** Return one of the times above, as the form sets it. */
  time(name) {
    const own = this.form.dataset[`saving${name[0].toUpperCase()}${name.slice(1)}`];
    return Number(own ?? TIMES[name]);
  }

  // --- when ----------------------------------------------------------------------------------------

  listen() {
    const touched = () => this.touch();
    this.form.addEventListener("input", touched);
    this.form.addEventListener("change", touched);
    this.form.addEventListener("pw:rows", touched);
    this.form.addEventListener("focusout", () => this.hurry());
    window.addEventListener("online", () => this.tryAgain());
    window.addEventListener("focus", () => this.tryAgain());
    window.addEventListener("pagehide", () => this.leave());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.leave();
      else this.tryAgain();
    });
    window.addEventListener("beforeunload", (event) => {
      if (!this.leave()) event.preventDefault();
    });
  }

  /** Something may have been typed: save after a pause, and at the latest some time after the first key. */
  touch() {
    this.firstTouch ||= performance.now();
    const rest = this.firstTouch + this.time("longest") - performance.now();
    this.schedule(Math.max(0, Math.min(this.time("pause"), rest)));
    this.tell();
  }

  /** A field was left: save soon what was typed in it. */
  hurry() {
    if (this.firstTouch) this.schedule(Math.min(this.time("leaving"), this.time("pause")));
  }

  schedule(milliseconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.start(), milliseconds);
  }

  /** Send again at once what waits to be sent again. */
  tryAgain() {
    if (this.job && this.isWaiting) this.send(this.job);
  }

  // --- what ----------------------------------------------------------------------------------------

  /** Return the changes that no save has been answered for, given what a save under way carries. */
  unsaved() {
    const from = this.job ? this.job.reading : this.saved;
    return diffReadings(from, readPage(this.editor)).filter((change) => !this.isRefused(change));
  }

  isRefused(change) {
    const before = this.refused.get(keyOf(change.path));
    return before !== undefined && before.change === JSON.stringify(change);
  }

  /** Begin to save what is on the page, unless a save is under way; `isAsked`: also what was refused before. */
  start({ isAsked = false } = {}) {
    clearTimeout(this.timer);
    if (this.job || this.problem) return this.job?.done ?? Promise.resolve();
    const reading = readPage(this.editor);
    const all = diffReadings(this.saved, reading);
    const fresh = all.filter((change) => !this.isRefused(change));
    const again = all.filter((change) => this.isRefused(change) && this.goesAgain(change));
    this.forgetRefused(all);
    this.firstTouch = 0;
    if (!fresh.length && !this.withdrawn.size && !(isAsked && again.length)) {
      this.tell();
      return Promise.resolve();
    }
    return this.begin(all.filter((change) => fresh.includes(change) || again.includes(change)), reading);
  }

  /** Whether a refused change is sent along, so that the draft keeps it: rows that clash wait for a choice. */
  goesAgain(change) {
    return !isStructural(change) || !("theirs" in this.refused.get(keyOf(change.path)));
  }

  get hasClash() {
    return [...this.refused.values()].some((each) => "theirs" in each);
  }

  /** Forget what was refused and does not stand there any more: the draft need not keep it any longer. */
  forgetRefused(changes) {
    const still = new Set(changes.filter((change) => this.isRefused(change)).map((change) => keyOf(change.path)));
    for (const key of this.refused.keys()) {
      if (!still.has(key)) this.withdraw(key);
    }
  }

  /** Let go of what was refused at a place: the next save tells the server that it need not keep it. */
  withdraw(key) {
    const refusal = this.refused.get(key);
    if (refusal) this.withdrawn.set(key, refusal.path);
    this.refused.delete(key);
  }

  begin(changes, reading) {
    const saveId = makeSaveId();
    const withdrawn = [...this.withdrawn.values()];
    const body = { save_id: saveId, base_revision: this.revision, withdrawn, changes };
    const job = { changes, reading, body: JSON.stringify(body) };
    this.withdrawn.clear();
    job.done = new Promise((resolve) => (job.finish = resolve));
    this.job = job;
    this.send(job);
    return job.done;
  }

  // --- sending -------------------------------------------------------------------------------------

  async send(job) {
    clearTimeout(this.retryTimer);
    this.isWaiting = false;
    this.tell();
    const response = await this.post(this.form.dataset.saveUrl, job.body).catch(() => null);
    if (this.job === job) await this.hear(job, response);
  }

  post(url, body) {
    return fetch(url, {
      method: "POST",
      headers: jsonHeaders(this.form),
      body,
      redirect: "manual",
      keepalive: body.length < KEEPALIVE_LIMIT,
      signal: AbortSignal.timeout(this.time("timeout")),
    });
  }

  async hear(job, response) {
    const status = response?.type === "opaqueredirect" ? 401 : (response?.status ?? 0);
    if (status === 200) {
      const answer = await response.json().catch(() => null);
      return answer ? this.accept(job, answer) : this.wait(job, "offline");
    }
    if (status === 401) return this.wait(job, "signed-out");
    if ([400, 403, 404, 409, 413].includes(status)) {
      const { message } = await response.json().catch(() => ({}));
      const isOutdated = status === 403 && !message; // the sign-in that this page was drawn for has ended
      return isOutdated ? this.wait(job, "signed-out") : this.stop(job, status, message);
    }
    return this.wait(job, status ? "busy" : "offline");
  }

  /** Send the same again later: what the server did not answer may have been saved all the same. */
  wait(job, trouble) {
    this.trouble = trouble;
    this.isWaiting = true;
    const seconds = RETRIES[Math.min(this.failures, RETRIES.length - 1)];
    this.failures += 1;
    this.retryTimer = setTimeout(() => this.send(job), seconds * this.time("retry"));
    this.tell();
    job.finish(false);
  }

  /** Nothing more can be saved by this page, which says why. */
  stop(job, status, message = "") {
    this.problem = { 409: "closed", 400: "plain", 413: "plain" }[status] ?? "refused";
    this.message = message;
    this.job = null;
    if (status === 409) this.saved = job.reading; // kept as a draft
    this.tell();
    job.finish(false);
  }

  accept(job, answer) {
    this.job = null;
    this.failures = 0;
    this.trouble = "";
    this.revision = answer.revision;
    this.savedAt = answer.saved_at;
    this.form.dataset.revision = answer.revision;
    this.keepFormReady();
    this.settle(job, answer);
    this.form.dispatchEvent(new CustomEvent("pw:saved", { detail: { answer, job } }));
    if (!this.unsaved().length) this.firstTouch = 0; // what was typed meanwhile was taken back
    else this.touch();
    this.tell();
    job.finish(true);
  }

  /** Let the form be sent whole after all: with the revision it stands on, as a save of its own. */
  keepFormReady() {
    const { base_revision: base, save_id: saveId } = this.form.elements;
    if (base) base.value = this.revision;
    if (saveId) saveId.value = makeSaveId();
  }

  /** Take what was sent as saved, but for what was refused. */
  settle(job, { faults, clashes }) {
    const before = this.saved;
    this.saved = job.reading;
    this.refused.clear();
    for (const refusal of [...faults, ...clashes]) {
      const change = job.changes.find((each) => meet(each.path, refusal.path));
      if (change) this.refuse(change, refusal, before);
    }
    this.hasDraft = this.refused.size > 0;
  }

  refuse(change, refusal, before) {
    const inside = change.added && keyOf(change.path) !== keyOf(refusal.path);
    const key = inside ? keyOf(refusal.path) : keyOf(change.path);
    restore(this.saved, change, before, key);
    const now = inside ? diffReadings(this.saved, readPage(this.editor)).find((c) => keyOf(c.path) === key) : change;
    this.refused.set(key, { ...refusal, change: JSON.stringify(now ?? change) });
  }

  /** Take `text` as what is saved at a place: what the page holds there is compared with it from now on. */
  know(path, entry) {
    const key = keyOf(path);
    const old = this.saved.texts.get(key);
    if (old) this.saved.texts.set(key, { ...old, typed: undefined, ...entry });
  }

  /** Take what the page shows as kept from last time: it differs from what is `saved` and is not sent by itself; returns how. */
  keep(reading) {
    this.saved = reading;
    const changes = diffReadings(reading, readPage(this.editor));
    for (const change of changes) {
      this.refused.set(keyOf(change.path), { path: change.path, change: JSON.stringify(change), kept: true });
    }
    this.hasDraft = true;
    this.tellKept();
    return changes;
  }

  /** Take why some of what is kept from last time cannot be saved, `faults` as a save answers them. */
  blame(faults) {
    for (const fault of faults) {
      const kept = [...this.refused].find(([, each]) => each.kept && meet(each.path, fault.path));
      if (kept) this.refused.set(kept[0], { ...kept[1], ...fault });
    }
    this.tellKept();
  }

  tellKept() {
    this.form.dispatchEvent(new CustomEvent("pw:kept"));
    this.tell();
  }

  /** Take the page as it is drawn now as what is saved, at this revision. */
  restart(reading, revision) {
    this.saved = reading;
    this.revision = revision;
    this.form.dataset.revision = revision;
    this.keepFormReady();
  }

  // --- leaving -------------------------------------------------------------------------------------

  /** Send what is unsaved with the page's last breath; returns whether it is safe to go. */
  leave() {
    if (this.isSending) return true;
    if (this.problem) return this.unsaved().length === 0;
    const rest = this.unsaved();
    if (!rest.length) return !this.isWaiting;
    if (this.isWaiting || !navigator.onLine) return false;
    if (!this.job) {
      this.start();
      return this.job === null || this.job.body.length < KEEPALIVE_LIMIT;
    }
    return this.sendBehind(rest);
  }

  /** Send what was typed while a save is under way without waiting for its answer. */
  sendBehind(changes) {
    const body = JSON.stringify({
      save_id: makeSaveId(),
      base_revision: this.revision,
      changes,
    });
    if (body.length + this.job.body.length >= KEEPALIVE_LIMIT) return false;
    this.post(this.form.dataset.saveUrl, body).catch(() => null);
    return true;
  }

  /** Save everything now; the promise tells whether nothing is left to save or put right. */
  async flush() {
    if (this.job && !(await this.hurryJob())) return false;
    if (!this.problem) await this.start({ isAsked: true });
    while (!this.problem && !this.isWaiting && this.unsaved().length) await this.start();
    return !this.problem && !this.isWaiting && !this.refused.size;
  }

  hurryJob() {
    const { done } = this.job;
    if (!this.isWaiting) return done;
    return new Promise((resolve) => {
      this.job.finish = resolve;
      this.send(this.job);
    });
  }

  // --- saying --------------------------------------------------------------------------------------

  /** How it stands: "problem", "signed-out", "offline", "busy", "clash", "kept", "faults", "saving", "typed" or "saved". */
  get state() {
    if (this.problem) return this.problem;
    if (this.isWaiting) return this.trouble;
    if (!navigator.onLine && this.firstTouch) return "offline";
    const refusals = [...this.refused.values()];
    if (this.hasClash) return "clash";
    if (this.job) return "saving";
    if (refusals.some((each) => each.kept)) return "kept";
    if (refusals.length) return "faults";
    return this.firstTouch ? "typed" : "saved";
  }

  tell() {
    this.form.dispatchEvent(new CustomEvent("pw:state"));
  }
}

/** Return whether one path leads to the other, or on from it. */
function meet(one, other) {
  const length = Math.min(one.length, other.length);
  return one.slice(0, length).join("\n") === other.slice(0, length).join("\n");
}

/** Take back in a reading what one change says, as it was before; `key` names the place that was refused. */
function restore(reading, change, before, key) {
  const list = keyOf(change.path.slice(0, -1));
  if (key !== keyOf(change.path) || !isStructural(change)) restoreText(reading, before, key);
  else if (change.rows) reading.lists.set(key, before.lists.get(key));
  else if (change.added) leaveOut(reading.lists.get(list), change.path.at(-1));
  else if (change.removed) putBack(reading.lists.get(list), before.lists.get(list), change.path.at(-1));
  else reading.lists.get(list).ids = [...before.lists.get(list).ids];
}

function restoreText(reading, before, key) {
  const now = reading.texts.get(key);
  reading.texts.set(key, before.texts.get(key) ?? { ...now, text: "", other: "" });
}

function leaveOut(list, id) {
  list.ids = list.ids.filter((each) => each !== id);
}

function putBack(list, before, id) {
  const above = before.ids[before.ids.indexOf(id) - 1];
  list.ids.splice(list.ids.indexOf(above) + 1, 0, id);
}
