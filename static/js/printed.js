// Shows a printed page at reading size over everything, and leads to the next and the one before by button or key.
//
// Without this module a page's link leads to the same page on the preview's own page, where all stand below each other.

let reader = null;

/** A dialog that shows one page of a preview at a time. */
class Reader {
  constructor() {
    this.title = make("h2", {id: "reader-title", "aria-live": "polite"});
    this.before = makeButton("‹ Previous", () => this.step(-1));
    this.next = makeButton("Next ›", () => this.step(1));
    const close = makeButton("Close", () => this.dialog.close());
    const bar = make("div", {class: "pw-reader__bar"});
    bar.append(this.title, this.before, this.next, close);
    this.picture = make("img", {});
    this.picture.addEventListener("load", () => {
      this.picture.classList.toggle("is-upright", this.picture.naturalHeight > this.picture.naturalWidth);
    });
    this.frame = make("div", {class: "pw-reader__page", tabindex: "0", role: "region", "aria-labelledby": "reader-title"});
    this.frame.append(this.picture);
    this.dialog = make("dialog", {class: "pw-reader", "aria-labelledby": "reader-title"});
    this.dialog.append(bar, this.frame);
    this.dialog.addEventListener("keydown", (event) => this.readKey(event));
    this.dialog.addEventListener("close", () => this.leave());
    document.body.append(this.dialog);
  }

  open(link) {
    this.links = [...document.querySelectorAll("a[data-page]")];
    this.show(this.links.indexOf(link));
    this.dialog.showModal();
    this.frame.focus();
  }

  /** Show the page of this place, if there is one. */
  show(at) {
    const link = this.links[at];
    if (!link) return;
    this.at = at;
    const {src, alt} = link.querySelector("img");
    this.picture.src = src;
    this.picture.alt = alt;
    this.title.textContent = `Page ${at + 1} of ${this.links.length}`;
    this.before.disabled = at === 0;
    this.next.disabled = at === this.links.length - 1;
    this.frame.scrollTo(0, 0);
  }

  step(by) {
    this.show(this.at + by);
    if ((by < 0 ? this.before : this.next).disabled) this.frame.focus(); // its button can hold it no more
  }

  readKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const {scrollWidth, clientWidth} = this.frame;
    if (scrollWidth > clientWidth && event.key.startsWith("Arrow")) return; // these move a page that is wider
    const at = {ArrowRight: this.at + 1, ArrowLeft: this.at - 1, Home: 0, End: this.links.length - 1}[event.key];
    if (at === undefined) return;
    event.preventDefault();
    this.show(at);
  }

  /** Go back to the page that was shown last, among the small ones. */
  leave() {
    const link = this.links[this.at];
    const present = link.isConnected ? link : document.querySelector(`a[data-page="${this.at + 1}"]`);
    present?.focus();
  }
}

function make(tag, attributes) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

function makeButton(words, run) {
  const button = make("button", {type: "button", class: "govuk-button govuk-button--secondary"});
  button.textContent = words;
  button.addEventListener("click", run);
  return button;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-page]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  reader ??= new Reader();
  reader.open(link);
});
