// Rich text in the section form: puts an editor in the place of a textarea that bears its text as HTML.
//
// The section's main text gets its editor at once, other texts when they come into sight or are entered. The
// HTML is kept in the textarea's data-html and told of by `input`; docs/editing-protocol.md has the whole.

import {loadFigures, refreshFigures, showFigure} from "planwright/figures";
import {Toolbar} from "planwright/text-toolbar";

const RICH = "textarea[data-type=rich][data-html]";
const editors = new WeakMap(); // textarea -> editor
const pending = new WeakMap(); // textarea -> promise of its editor
const NEAR = "300px";

let schema = null; // the module planwright/text-schema, when it is loaded

const loadSchema = async () => (schema ??= await import("planwright/text-schema"));

/** Return the HTML that a rich textarea stands for now. */
export function getHtml(textarea) {
  return textarea.dataset.html ?? "";
}

/** Put HTML from elsewhere into a rich textarea, the caret kept; it is not told of as typed. */
export async function setHtml(textarea, html) {
  textarea.dataset.html = html;
  const editor = editors.get(textarea);
  if (!editor) return void (await upgrade(textarea));
  editor.isTaking = true;
  schema.putHtml(editor, html);
  editor.isTaking = false;
  tellCount(textarea);
}

/** Put HTML at the end of a text, as if it were typed: it can be undone. */
export async function addHtml(textarea, html) {
  const editor = await upgrade(textarea);
  const end = editor.state.doc.content.size;
  if (editor.state.doc.textContent) editor.chain().focus().insertContentAt(end, html).run();
  else editor.chain().focus().selectAll().insertContent(html).run();
  editor.commands.scrollIntoView();
}

/** Return the editor of a textarea, made on the first call; null if its notation was typed in meanwhile. */
export function upgrade(textarea) {
  if (!pending.has(textarea)) pending.set(textarea, makeEditorOf(textarea));
  return pending.get(textarea);
}

async function makeEditorOf(textarea) {
  const typed = textarea.value;
  const {makeEditor} = await loadSchema();
  if (textarea.value !== typed || !textarea.isConnected) return null;
  const form = textarea.form;
  const caret = document.activeElement === textarea ? textarea.selectionStart : null; // moving it ends the focus
  const frame = makeFrame(textarea);
  const editor = makeEditor({
    element: frame.querySelector(".pw-text__page"),
    html: getHtml(textarea),
    attributes: describe(textarea),
    show: (element) => showFigure(form, element),
    told: (sentence) => tell(frame, sentence),
    onUpdate: () => keep(textarea),
    onFocus: () => toolbarOf(textarea).attach(editors.get(textarea)),
  });
  editors.set(textarea, editor);
  Object.assign(editor, {textarea, frame, written: schema.writeHtml(editor)});
  textarea.dataset.upgraded = "";
  textarea.focus = () => editor.view.focus();
  if (isMain(textarea)) toolbarOf(textarea).attach(editor);
  if (caret !== null) enter(editor, caret);
  textarea.hidden = true;
  tellCount(textarea);
  if (editor.view.dom.querySelector("[data-figure]")) loadFigures(form).then(() => refreshFigures(form));
  return editor;
}

/** Go to about where the caret was: a place in plain words is one further in, and blank lines count alike. */
function enter(editor, caret) {
  editor.view.focus();
  editor.commands.setTextSelection(Math.min(caret + 1, editor.state.doc.content.size));
}

const isMain = (textarea) => textarea.dataset.field === "content-body" && !textarea.closest("[data-list]");

/** Put a frame around the textarea: room for a toolbar, the page to write on, and what is to be told. */
function makeFrame(textarea) {
  const frame = document.createElement("div");
  frame.className = isMain(textarea) ? "pw-text pw-text--main" : "pw-text";
  frame.classList.toggle("is-error", textarea.getAttribute("aria-invalid") === "true");
  const page = document.createElement("div");
  page.className = "pw-text__page";
  const told = document.createElement("p");
  told.className = "pw-text__told";
  told.setAttribute("role", "status");
  frame.append(page, told);
  textarea.before(frame);
  frame.append(textarea);
  return frame;
}

/** Return what the editor is called and described by, as its textarea is. */
function describe(textarea) {
  const label = textarea.labels?.[0];
  if (label && !label.id) label.id = `${textarea.id}_label`;
  label?.addEventListener("click", () => textarea.focus());
  const names = textarea.getAttribute("aria-labelledby") ?? label?.id;
  const described = textarea.getAttribute("aria-describedby");
  return {
    id: `${textarea.id}_text`,
    class: "pw-text__words",
    role: "textbox",
    "aria-multiline": "true",
    "aria-keyshortcuts": "Alt+F10",
    ...(names ? {"aria-labelledby": names} : {"aria-label": "Text"}),
    ...(described && {"aria-describedby": described}),
    ...(textarea.getAttribute("aria-invalid") === "true" && {"aria-invalid": "true"}),
  };
}

/** Keep what was typed in the textarea's data-html, and tell the form of it. */
function keep(textarea) {
  const editor = editors.get(textarea);
  const html = schema.writeHtml(editor);
  if (html === editor.written) return;
  editor.written = html;
  if (editor.isTaking) return;
  textarea.dataset.html = html;
  textarea.dispatchEvent(new Event("input", {bubbles: true}));
  tellCount(textarea);
}

// --- toolbars ------------------------------------------------------------------------------------

const toolbars = new WeakMap(); // textarea or form -> its toolbar

/** Return the toolbar of a text: the main one has its own above it, all others share one. */
function toolbarOf(textarea) {
  const holder = isMain(textarea) ? textarea : textarea.form;
  if (!toolbars.has(holder)) {
    const toolbar = new Toolbar(textarea.form, {isShared: holder !== textarea});
    if (holder === textarea) textarea.closest(".pw-text").prepend(toolbar.element);
    else textarea.form.prepend(toolbar.element);
    toolbars.set(holder, toolbar);
  }
  return toolbars.get(holder);
}

// --- what is told --------------------------------------------------------------------------------

function tell(frame, sentence) {
  frame.querySelector(".pw-text__told").textContent = sentence;
}

const PAUSE = 1500;
let saying = null;

/** Show how many words the main text has, and say it when the typing pauses. */
function tellCount(textarea) {
  if (!isMain(textarea)) return;
  const help = document.querySelector("[data-help]");
  const count = schema.countWords(editors.get(textarea));
  const sentence = countInWords(count, help?.dataset.words);
  const seen = countLine(textarea.closest(".pw-text"));
  seen.textContent = sentence;
  for (const element of document.querySelectorAll("[data-word-count]")) element.textContent = `Now: ${count}.`;
  clearTimeout(saying);
  saying = setTimeout(() => (seen.nextElementSibling.textContent = sentence), PAUSE);
}

/** Return a count of words beside what is expected: "132 of 150 to 400 words". */
export function countInWords(count, range) {
  if (!range) return `${count} word${count === 1 ? "" : "s"}`;
  const [fewest, most] = range.split(" ").map(Number);
  const over = count > most ? `, ${count - most} too many` : "";
  return `${count} of ${fewest} to ${most} words${over}`;
}

/** Return the line below the text that shows the count; the one that is read out follows it. */
function countLine(frame) {
  const present = frame.querySelector(".pw-text__count");
  if (present) return present;
  const seen = document.createElement("p");
  seen.className = "pw-text__count";
  seen.setAttribute("aria-hidden", "true");
  const said = document.createElement("p");
  said.className = "govuk-visually-hidden";
  said.setAttribute("role", "status");
  frame.append(seen, said);
  return seen;
}

// --- the form ------------------------------------------------------------------------------------

/** Find the form's rich texts anew: the main one now, the others as they come into sight. */
function scan(form, watcher) {
  for (const textarea of form.querySelectorAll(RICH)) {
    if (editors.has(textarea)) continue;
    if (isMain(textarea)) upgrade(textarea);
    else if (!textarea.closest(".pw-grid")) watcher.observe(textarea);
  }
}

/** Send the HTML of each editor when the form itself is sent. */
function addToForm(form, data) {
  for (const textarea of form.querySelectorAll(RICH)) {
    if (!editors.has(textarea)) continue;
    data.set(textarea.name, getHtml(textarea));
    data.set(`${textarea.name}-html`, "1");
  }
}

/** Go to the text that the address names, as the page of a figure does. */
function goToNamed() {
  const named = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!named || !named.matches(RICH)) return;
  for (let fold = named.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  upgrade(named).then((editor) => {
    named.focus();
    editor?.view.dom.scrollIntoView({block: "center"});
  });
}

function start(form) {
  const watcher = new IntersectionObserver(
    (seen) => {
      for (const {isIntersecting, target} of seen) {
        if (!isIntersecting) continue;
        watcher.unobserve(target);
        upgrade(target);
      }
    },
    {rootMargin: NEAR},
  );
  form.addEventListener("focusin", ({target}) => {
    if (!target.matches(RICH) || editors.has(target)) return;
    requestAnimationFrame(() => upgrade(target)); // a click has placed the caret by then
  });
  form.addEventListener("pw:put", ({target, detail}) => {
    if (detail.html && target.matches(RICH)) setHtml(target, getHtml(target));
  });
  form.addEventListener("pw:redrawn", () => {
    scan(form, watcher);
    loadFigures(form, {again: true}).then(() => refreshFigures(form));
  });
  form.addEventListener("formdata", ({formData}) => addToForm(form, formData));
  scan(form, watcher);
  goToNamed();
}

for (const form of document.querySelectorAll("form[data-section-form]")) start(form);
