// Two readings of a page and what is sent to get from one to the other.

import assert from "node:assert/strict";
import { test } from "node:test";

import { diffReadings, isSame, isStructural, keyOf, nearestPlace } from "planwright/places";

const ROWS = ["content", "rows"];

/** Return a reading of one list: its rows as {id: {field: text}}, and texts outside rows by name. */
function reading(rows, { texts = {}, variants = {}, inner = {} } = {}) {
  const made = { texts: new Map(), lists: new Map() };
  addList(made, ROWS, rows, variants);
  for (const [id, lines] of Object.entries(inner)) addList(made, [...ROWS, id, "lines"], lines, {});
  for (const [name, text] of Object.entries(texts)) addText(made, [name], name, "", text);
  return made;
}

function addList(made, path, rows, variants) {
  const ids = Object.keys(rows);
  const sorts = new Map(ids.map((id) => [id, variants[id] ?? ""]));
  made.lists.set(keyOf(path), { path, row: "", ids, identified: true, variants: sorts, rows: [] });
  for (const id of ids) {
    const row = keyOf([...path, id]);
    for (const [field, text] of Object.entries(rows[id])) {
      addText(made, [...path, id, ...field.split("-")], field, row, text);
    }
  }
}

function addText(made, path, field, row, text) {
  const entry = typeof text === "string" ? { text, html: false } : text;
  made.texts.set(keyOf(path), { path, field, row, ...entry });
}

const A = { ref: "1", "cells-c1": "10" };
const B = { ref: "2", "cells-c1": "20" };

test("the same page sends nothing", () => {
  assert.deepEqual(diffReadings(reading({ a: A, b: B }), reading({ a: A, b: B })), []);
});

test("a changed cell is sent with what was known to be saved", () => {
  assert.deepEqual(diffReadings(reading({ a: A }), reading({ a: { ...A, "cells-c1": "12" } })), [
    { path: [...ROWS, "a", "cells", "c1"], old: "10", new: "12" },
  ]);
});

test("an added row is sent behind the row before it, with its texts", () => {
  const after = reading({ a: A, n: { ref: "9", "cells-c1": "" }, b: B }, { variants: { n: "0" } });
  assert.deepEqual(diffReadings(reading({ a: A, b: B }), after), [
    { path: [...ROWS, "n"], added: true, after: "a", variant: "0", fields: { ref: "9", "cells-c1": "" } },
  ]);
});

test("rows added one behind the other keep their order without another change", () => {
  const changes = diffReadings(reading({ a: A }), reading({ m: {}, n: {}, a: A, o: {} }));
  assert.deepEqual(changes.map(({ path, after }) => [path.at(-1), after]), [["m", null], ["n", "m"], ["o", "a"]]);
});

test("a removed row is sent once, without its texts", () => {
  assert.deepEqual(diffReadings(reading({ a: A, b: B }), reading({ b: B })), [{ path: [...ROWS, "a"], removed: true }]);
});

test("moved rows are sent as an order", () => {
  assert.deepEqual(diffReadings(reading({ a: A, b: B }), reading({ b: B, a: A })), [
    { path: [...ROWS, "@order"], new: ["b", "a"] },
  ]);
});

test("a row taken out and another moved are both sent", () => {
  const changes = diffReadings(reading({ a: A, b: B, c: {} }), reading({ c: {}, a: A }));
  assert.deepEqual(changes, [
    { path: [...ROWS, "b"], removed: true },
    { path: [...ROWS, "@order"], new: ["c", "a"] },
  ]);
});

test("a row inside an added row is an added row of its own, after it", () => {
  const inner = { n: { l: { activity: "Rent" } } };
  const changes = diffReadings(reading({}), reading({ n: { ref: "9" } }, { inner }));
  assert.deepEqual(changes.map(({ path, added }) => [path, added]), [
    [[...ROWS, "n"], true],
    [[...ROWS, "n", "lines", "l"], true],
  ]);
});

test("the inner rows of a removed row are not sent", () => {
  const before = reading({ a: A, b: B }, { inner: { a: { l: { activity: "Rent" } } } });
  assert.deepEqual(diffReadings(before, reading({ b: B })), [{ path: [...ROWS, "a"], removed: true }]);
});

test("a list whose rows bear no id is sent whole", () => {
  const before = reading({});
  const after = reading({});
  const path = ["content", "scale"];
  const list = { path, row: "", ids: [], identified: false, variants: new Map() };
  before.lists.set(keyOf(path), { ...list, rows: [{ level: "1" }] });
  after.lists.set(keyOf(path), { ...list, rows: [{ level: "1" }, { level: "2" }] });
  assert.deepEqual(diffReadings(before, after), [{ path, rows: [{ level: "1" }, { level: "2" }] }]);
});

const PLAIN = { text: "One", html: false, other: "<p>One</p>" };
const HTML = { text: "<p>One</p>", html: true, other: "One" };

test("a rich text whose editor has come since is the same", () => {
  assert.ok(isSame(PLAIN, HTML) && isSame(HTML, PLAIN));
  assert.deepEqual(diffReadings(reading({}, { texts: { intro: PLAIN } }), reading({}, { texts: { intro: HTML } })), []);
});

test("rich text is sent as HTML, from the HTML that is saved", () => {
  const after = { text: "<p>Two</p>", html: true, other: "One" };
  assert.deepEqual(diffReadings(reading({}, { texts: { intro: PLAIN } }), reading({}, { texts: { intro: after } })), [
    { path: ["intro"], html: true, old: "<p>One</p>", new: "<p>Two</p>" },
  ]);
});

test("the rich text of an added row is a change of its own", () => {
  const changes = diffReadings(reading({}), reading({ n: { ref: "9", text: HTML } }));
  assert.deepEqual(changes, [
    { path: [...ROWS, "n"], added: true, after: null, variant: "", fields: { ref: "9" } },
    { path: [...ROWS, "n", "text"], html: true, old: "", new: "<p>One</p>" },
  ]);
});

test("what the server holds in another way is the same until it is typed on", () => {
  const saved = { text: "10", html: false, typed: " 10" };
  assert.ok(isSame(saved, { text: " 10", html: false }));
  assert.ok(isSame(saved, { text: "10", html: false }));
  assert.ok(!isSame(saved, { text: " 101", html: false }));
});

test("only texts have what was saved before them", () => {
  const changes = [{ path: ["a"], old: "", new: "" }, { path: ["a"], removed: true }, { path: ["a"], rows: [] }];
  assert.deepEqual(changes.map(isStructural), [false, true, true]);
});

test("the nearest place of a path is the path's own, or one above it", () => {
  const index = new Map([[keyOf(ROWS), "list"], [keyOf([...ROWS, "a"]), "row"]]);
  assert.equal(nearestPlace(index, [...ROWS, "a", "cells", "c1"]), "row");
  assert.equal(nearestPlace(index, [...ROWS, "gone"]), "list");
  assert.equal(nearestPlace(index, ["title"]), null);
});

test("4,200 texts are compared in a few milliseconds", () => {
  const rows = Object.fromEntries(
    Array.from({ length: 300 }, (_, r) => [`r${r}`, Object.fromEntries(Array.from({ length: 14 }, (_, c) => [`cells-c${c}`, `${r * c}`]))]),
  );
  const [before, after] = [reading(rows), reading(rows)];
  const begun = performance.now();
  for (let time = 0; time < 10; time += 1) diffReadings(before, after);
  assert.ok((performance.now() - begun) / 10 < 50);
});
