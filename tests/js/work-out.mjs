// Reads editors as the server drew them, types edits, and writes what the rules make of them. In: a list of
// {html, edits: [[name, text], …], expected: the page after the edits as the server draws it}; out: for each the
// figures drawn, worked out anew, worked out after the edits, and expected, by place.

import { readFileSync } from "node:fs";

import { recalculate } from "planwright/rules";

import { readHtml } from "./page.mjs";

const pages = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(pages.map(workOut)));

function workOut({ html, edits, expected }) {
  const root = readHtml(html);
  const controls = new Map(root.querySelectorAll("[data-field]").map((each) => [each.attributes.name, each]));
  const drawn = figures(root);
  recalculate(root);
  const first = figures(root);
  for (const [name, text] of edits) {
    const control = controls.get(name);
    control.value = text;
    recalculate(root, control);
  }
  return { drawn, first, after: figures(root), expected: figures(readHtml(expected)) };
}

/** Return every figure by its place: the text of derived cells and totals, what stands in empty controls. */
function figures(root) {
  const shown = root.querySelectorAll("[data-derived], [data-total]");
  const controls = root.querySelectorAll("[data-field]");
  return Object.fromEntries([
    ...shown.map((each) => [placeOf(each), each.textContent]),
    ...controls.map((each) => [each.attributes.name, each.value.trim() ? "" : each.placeholder]),
  ]);
}

function placeOf(element) {
  const { derived, total } = element.dataset;
  if (derived === undefined) return `${element.closest("[data-list]").attributes.id} total ${total}`;
  return `${element.closest("[data-row]")?.attributes.id ?? ""} ${derived}`;
}
