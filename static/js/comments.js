// Comments: what was said about a section beside its editor, marks on the cells and words it is about, and a
// list of people to mention. Every page of comments works without it.

import {indexPlaces, pathOf, placeNamed} from "planwright/places";
import {reveal} from "planwright/reveal";
import {asText, countIn, findWords, pageOf, readWords} from "planwright/words";

const MENTION = /(^|[\s(])@([^@\n]{0,40})$/;
const MOST_PEOPLE = 8;
const MOST_WORDS = 500;

// --- being told ----------------------------------------------------------------------------------

const status = document.createElement("p");
status.className = "govuk-visually-hidden";
status.setAttribute("role", "status");
document.body.append(status);

function say(words) {
  status.textContent = words;
}

function focusOn(element) {
  if (!element) return;
  if (element.tabIndex < 0) element.tabIndex = -1;
  element.focus();
  element.scrollIntoView({ block: "nearest" });
}

/** What a change was answered with: say it, and go to the comment that was changed. */
document.addEventListener("commented", ({ detail }) => {
  say(detail.words);
  focusOn(document.getElementById(detail.focus) ?? document.querySelector("[data-comments] a"));
  editor?.mark(detail.places);
});

/** A part of the page was exchanged without a change: go to what there is to do in it. */
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  const part = detail.elt;
  if (!part.isConnected || !part.closest("[data-comments]")) return;
  const wrong = part.querySelector("[aria-invalid=true]");
  const typed = part.matches(".pw-comment") && (part.querySelector("textarea") ?? part);
  if (wrong || typed) focusOn(wrong || typed);
  else if (document.activeElement === document.body) {
    focusOn(part.querySelector("[aria-current]") ?? part.querySelector("[tabindex]") ?? part);
  }
});

document.addEventListener("htmx:responseError", ({ target }) => {
  if (target.closest("[data-comments]")) say("That could not be done. Reload the page and try again.");
});

// --- people to mention ---------------------------------------------------------------------------

/** The list of people that opens under a text when @ is typed in it. */
class People {
  constructor(text) {
    this.text = text;
    this.list = document.createElement("ul");
    this.list.id = `${text.id}-names`;
    this.list.className = "pw-mentions";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "People to mention");
    this.list.hidden = true;
    text.after(this.list);
    text.setAttribute("aria-autocomplete", "list");
    text.addEventListener("input", () => this.offer());
    text.addEventListener("keydown", (event) => this.press(event));
    text.addEventListener("blur", () => this.close());
  }

  /** Return the names that fit what follows the @ before the caret. */
  names() {
    const found = MENTION.exec(this.text.value.slice(0, this.text.selectionStart));
    if (!found) return [];
    this.typed = found[2];
    const start = this.typed.toLowerCase();
    const options = [...this.text.form.elements.people.options].filter((option) => option.value);
    const names = [...new Set(options.map((option) => option.text))];
    const fits = (name) => ` ${name.toLowerCase()}`.includes(` ${start}`);
    return names.filter(fits).slice(0, MOST_PEOPLE);
  }

  offer() {
    const names = this.names();
    this.list.replaceChildren(...names.map((name, index) => this.option(name, index)));
    if (names.length === 0) return this.close();
    this.text.setAttribute("aria-controls", this.list.id);
    if (this.list.hidden) say(`${names.length} to choose from: arrow keys, then Enter.`);
    this.list.hidden = false;
    this.choose(0);
  }

  option(name, index) {
    const item = document.createElement("li");
    item.id = `${this.list.id}-${index}`;
    item.setAttribute("role", "option");
    item.textContent = name;
    item.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.take(name);
    });
    return item;
  }

  choose(index) {
    const items = [...this.list.children];
    this.chosen = (index + items.length) % items.length;
    items.forEach((item, at) => item.setAttribute("aria-selected", String(at === this.chosen)));
    this.text.setAttribute("aria-activedescendant", items[this.chosen].id);
  }

  press(event) {
    if (this.list.hidden) return;
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) this.choose(this.chosen + moves[event.key]);
    else if (event.key === "Enter" || event.key === "Tab") this.take(this.list.children[this.chosen].textContent);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  take(name) {
    const caret = this.text.selectionStart;
    this.text.setRangeText(`${name} `, caret - this.typed.length, caret, "end");
    this.close();
    this.text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  close() {
    this.list.hidden = true;
    this.text.removeAttribute("aria-activedescendant");
    this.text.removeAttribute("aria-controls");
  }
}

const listed = new WeakSet();

document.addEventListener("focusin", ({ target }) => {
  if (!target.matches("[data-comments] textarea, .pw-comment textarea") || listed.has(target)) return;
  listed.add(target);
  new People(target);
});

// --- words ---------------------------------------------------------------------------------------

/** Return the selected words inside an element and which of their occurrences they are, or null. */
function selectedWords(root) {
  const selection = document.getSelection();
  if (selection.isCollapsed || !root.contains(selection.anchorNode) || !root.contains(selection.focusNode)) return null;
  const range = selection.getRangeAt(0);
  const quote = asText(readWords(range.cloneContents())).trim();
  if (!quote || quote.length > MOST_WORDS) return null;
  const before = document.createRange();
  before.setStart(root, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const text = asText(readWords(before.cloneContents()));
  return { quote, occurrence: countIn(text, quote) };
}

// --- in the editor -------------------------------------------------------------------------------

/** Return the control or row that a comment at an element would be about; undefined or null where there is none. */
function placeOf(element) {
  if (element?.isContentEditable) return element.closest(".pw-text").querySelector("textarea[data-field]");
  return element?.closest("[data-field], [data-row]");
}

/** Return the path of a list, row or control as an address names it. */
function nameOf(element) {
  return pathOf(element).join("-");
}

/** The comments of a section that is being edited: marks in its form, and the part of the page that shows them. */
class EditorComments {
  constructor(bar) {
    this.bar = bar;
    this.url = bar.dataset.commentsUrl;
    this.form = document.querySelector("[data-section-form]");
    this.origin = null;
    bar.hidden = false;
    this.form.addEventListener("focusin", ({ target }) => {
      if (target.matches(".pw-comment-marker")) return;
      this.origin = target;
      this.tellPlace();
    });
    document.addEventListener("keydown", (event) => this.press(event));
    document.addEventListener("click", (event) => this.click(event));
    this.mark(JSON.parse(bar.dataset.commentPlaces));
    this.open = Number(bar.dataset.openComments);
    document.addEventListener("pw:comments", ({ detail }) => this.hear(detail.open));
    new MutationObserver((changes) => this.heed(changes)).observe(this.form, { childList: true, subtree: true });
    const help = document.querySelector("[data-help]");
    if (help) new MutationObserver(() => window.htmx.process(help)).observe(help, { childList: true, subtree: true });
    const at = new URLSearchParams(location.search).get("at");
    if (at) this.goTo(at);
  }

  press(event) {
    if (event.ctrlKey && event.altKey && event.code === "KeyM") {
      event.preventDefault();
      this.comment(this.form.contains(document.activeElement) ? document.activeElement : this.origin);
    } else if (event.key === "Escape" && this.origin && event.target.closest("[data-comments]")) {
      event.preventDefault();
      this.goBack();
    }
  }

  click(event) {
    const { target } = event;
    const link = target.closest("[data-comments] [data-go-to]");
    if (link && this.goTo(link.dataset.goTo)) event.preventDefault();
    else if (target.closest("[data-comment-here]")) this.comment(this.origin);
    else if (target.closest(".pw-comment-marker")) this.showPlace(target.closest(".pw-comment-marker"));
    else if (target.closest("[data-leave-comment]")) this.goBack();
  }

  /** Say on the button what a comment would be about: “A2, Target 2008/09”. */
  tellPlace() {
    const words = this.bar.querySelector("[data-comment-on]");
    const place = placeOf(this.origin);
    const name = place ? labelOf(place) : "this section";
    if (words.textContent !== name) words.textContent = name;
  }

  goBack() {
    if (this.origin?.isConnected) this.origin.focus();
  }

  // --- places --------------------------------------------------------------------------------------

  /** Put the focus on a place, what is folded around it unfolded; returns whether it is there. */
  goTo(name) {
    const place = placeNamed(this.form, name);
    if (!place) return false;
    reveal(place);
    return true;
  }

  /** Return what a comment at this element would be about: its place, and the words chosen in it. */
  about(element) {
    const place = placeOf(element);
    if (!place) return {};
    const words = element.isContentEditable ? selectedWords(pageOf(place)) : this.chosenWords(place);
    return { at: nameOf(place), ...words };
  }

  /** Return the words chosen in a text of several lines; a cell is always meant as a whole. */
  chosenWords(control) {
    if (control.tagName !== "TEXTAREA" || control.dataset.html !== undefined) return {};
    const { value, selectionStart: start, selectionEnd: end } = control;
    const plain = (text) => text.replace(/\s+/g, " ");
    const quote = plain(value.slice(start, end)).trim();
    if (!quote || end - start === value.length || quote.length > MOST_WORDS) return {};
    return { quote, occurrence: countIn(plain(value.slice(0, start)), quote) };
  }

  // --- beside the editor ---------------------------------------------------------------------------

  comment(element) {
    this.origin = element;
    const asked = new URLSearchParams(Object.entries(this.about(element)));
    this.show(asked.size ? `?${asked}` : "", (part) => {
      part.querySelector("[data-new-comment]").open = true;
      part.querySelector("[data-new-comment] textarea").focus();
    });
  }

  showPlace(marker) {
    this.origin = marker;
    this.show(`?${new URLSearchParams({ show: "open", place: marker.dataset.place })}`, (part) => {
      const threads = [...part.querySelectorAll("[data-thread]")];
      focusOn(threads.find((each) => each.dataset.path === marker.dataset.place)?.querySelector(".pw-comment"));
    });
  }

  /** Show the comments beside the editor, then call `then` with them. */
  async show(query, then) {
    const part = this.part();
    const fresh = await this.load(query);
    if (!fresh) return say("The comments could not be loaded. Try again.");
    this.put(part, fresh);
    part.scrollIntoView({ block: "nearest" });
    then(fresh);
    if (fresh.querySelector("[data-asked-in-vain]")) this.askAgain(query, then);
  }

  /** Return the comments as the server draws them, null if they did not come. */
  async load(query) {
    const answer = await fetch(this.url + query, { headers: { "X-Fragment": "comments" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html").body.firstElementChild;
  }

  put(part, fresh) {
    part.replaceChildren(fresh);
    window.htmx.process(part);
  }

  /** Ask again once the page says that it is saved: the place may have been added just now. */
  askAgain(query, then) {
    const state = document.querySelector("[data-save-state]");
    if (!state) return;
    const watch = new MutationObserver(() => {
      if (!state.textContent.includes("Saved")) return;
      watch.disconnect();
      this.show(query, then);
    });
    watch.observe(state, { childList: true, subtree: true, characterData: true });
    setTimeout(() => watch.disconnect(), 15_000);
  }

  /** Return where comments are shown: the help's own part, or a place of their own under the bar. */
  part() {
    const tab = document.querySelector('[data-help-tab="comments"]');
    tab?.dispatchEvent(new CustomEvent("pw:show-part", { bubbles: true }));
    const known = document.querySelector("#help-comments, [data-comments-part]");
    if (known) return known;
    const part = document.createElement("div");
    part.dataset.commentsPart = "";
    part.className = "pw-comments-part";
    this.bar.after(part);
    return part;
  }

  // --- what others say -----------------------------------------------------------------------------

  /** Take how many comments are open now: where that is news, ask for their places and show them. */
  async hear(count) {
    if (count !== this.open) {
      const answer = await fetch(`${this.url}?format=json`).catch(() => null);
      if (!answer?.ok || answer.redirected) return;
      const { open, places } = await answer.json();
      this.open = open;
      this.isNews = true;
      this.mark(places);
      showCount(open);
    }
    if (this.isNews && (await this.refresh())) this.isNews = false;
  }

  /** Show the comments anew beside the editor, unless somebody reads or writes there; returns whether it is done. */
  async refresh() {
    const part = document.querySelector("#help-comments, [data-comments-part]");
    if (!part?.querySelector("[data-comments]")) return true;
    if (part.contains(document.activeElement) || [...part.querySelectorAll("textarea")].some(({ value }) => value)) {
      return false;
    }
    const chosen = part.querySelector("[aria-current]")?.search ?? "";
    const fresh = await this.load(chosen);
    if (fresh) this.put(part, fresh);
    return Boolean(fresh);
  }

  // --- marks ---------------------------------------------------------------------------------------

  /** Mark these places, [{path, quote, occurrence}], and none else. */
  mark(places) {
    this.places = places;
    this.counts = new Map();
    for (const { path } of places) this.counts.set(path, (this.counts.get(path) ?? 0) + 1);
    this.drawMarks();
  }

  /** Mark places again after rows came or a text got its editor; not while words are typed in one. */
  heed(changes) {
    const isTyped = ({ target }) => target.isContentEditable || target.closest?.("td, th");
    if (this.counts.size === 0 || this.isWaiting || changes.every(isTyped)) return;
    this.isWaiting = true;
    requestAnimationFrame(() => {
      this.isWaiting = false;
      this.drawMarks();
    });
  }

  drawMarks() {
    for (const marker of this.form.querySelectorAll(".pw-comment-marker")) {
      if (Number(marker.dataset.count) !== this.counts.get(marker.dataset.place)) marker.remove();
    }
    if (this.counts.size === 0) return this.lightWords(new Map());
    const elements = new Map([...indexPlaces(this.form)].map(([key, each]) => [JSON.parse(key).join("-"), each]));
    for (const [name, count] of this.counts) this.drawMark(name, count, elements.get(name));
    this.form.dispatchEvent(new CustomEvent("pw:marked"));
    this.lightWords(elements);
  }

  drawMark(name, count, place) {
    if (!place || this.form.querySelector(`.pw-comment-marker[data-place="${CSS.escape(name)}"]`)) return;
    const marker = document.createElement("button");
    marker.type = "button";
    marker.className = "pw-comment-marker";
    marker.dataset.place = name;
    marker.dataset.count = count;
    const words = `${count} comment${count === 1 ? "" : "s"}`;
    const home = homeOf(place);
    marker.textContent = home.matches("td, th") ? count : words;
    marker.setAttribute("aria-label", `${words} on ${labelOf(place)}`);
    home.append(marker);
  }

  /** Light up the words that are commented on, where the browser can. */
  lightWords(elements) {
    if (!window.Highlight) return;
    const ranges = this.places
      .filter(({ quote }) => quote)
      .map((place) => [pageOf(elements.get(place.path)), place])
      .map(([root, place]) => root && findWords(root, place));
    CSS.highlights.set("pw-commented", new Highlight(...ranges.filter(Boolean)));
  }
}

/** Show on the tab of the comments how many are open. */
function showCount(open) {
  const tab = document.querySelector('[data-help-tab="comments"]');
  if (!tab) return;
  tab.querySelector(".pw-help__count")?.remove();
  if (open === 0) return;
  const count = document.createElement("span");
  count.className = "pw-help__count";
  const hidden = document.createElement("span");
  hidden.className = "govuk-visually-hidden";
  hidden.textContent = " open";
  count.append(String(open), hidden);
  tab.append(" ", count);
}

/** Return what a control or row is called on the page. */
function labelOf(place) {
  const ids = place.getAttribute("aria-labelledby")?.split(" ") ?? [];
  const words = ids.map((id) => document.getElementById(id)?.textContent ?? "").join(", ").trim();
  const row = place.querySelector?.('[id$="-name"], .pw-card__title')?.textContent;
  return words || place.labels?.[0]?.textContent.trim() || row || "this place";
}

/** Return where the mark of a place stands: its cell, the buttons of its row, or beside its field. */
function homeOf(place) {
  if (place.dataset.row !== undefined) return place.querySelector(".pw-row-actions, .pw-card__actions") ?? place;
  return place.closest("td, th, .govuk-form-group") ?? place.parentElement;
}

const bar = document.querySelector("[data-comment-places]");
const editor = bar ? new EditorComments(bar) : null;
if (!editor && location.hash.startsWith("#comment-")) focusOn(document.getElementById(location.hash.slice(1)));
