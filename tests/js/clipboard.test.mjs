// What spreadsheets put on the clipboard as text, and what goes back there; HTML is tried in tests/journeys/test_paste.py.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  parseText,
  readChoice,
  readTick,
  repeatInto,
  writeText,
} from "planwright/clipboard";

test("cells parted by tabs, some in quotes with tabs and line ends", () => {
  const text = 'one\t"two\nlines"\t"say ""so"""\r\n\t"a\tb"\t5" pipe\r\n';
  assert.deepEqual(parseText(text), [
    ["one", "two\nlines", 'say "so"'],
    ["", "a\tb", '5" pipe'],
  ]);
});

test("a quote that never closes is a quote", () => {
  assert.deepEqual(parseText('"open\tb\nc'), [['"open', "b"], ["c"]]);
});

test("one value is a block of one cell, and an empty text too", () => {
  assert.deepEqual(parseText("1,234"), [["1,234"]]);
  assert.deepEqual(parseText(""), [[""]]);
});

test("an empty last row that was copied is kept", () => {
  assert.deepEqual(parseText("a\n\n"), [["a"], [""]]);
});

test("what is written is read back", () => {
  const block = [
    ["a\tb", 'say "so"', "two\nlines"],
    ["", "<b>&", "£1.2"],
  ];
  assert.deepEqual(parseText(writeText(block)), block);
});

test("300 rows of 12 cells are read in less than half a second", () => {
  const block = Array.from({ length: 300 }, (_, row) => Array.from({ length: 12 }, (__, column) => `${row}.${column}`));
  const before = performance.now();
  assert.deepEqual(parseText(writeText(block)), block);
  assert.ok(performance.now() - before < 500);
});

test("a block is repeated where it fits a whole number of times", () => {
  assert.deepEqual(repeatInto([["x"]], { rows: 2, columns: 2 }), [
    ["x", "x"],
    ["x", "x"],
  ]);
  assert.deepEqual(repeatInto([["a", "b"]], { rows: 2, columns: 3 }), [["a", "b"]]);
  assert.deepEqual(repeatInto([["a"], ["b"]], { rows: 4, columns: 1 }), [["a"], ["b"], ["a"], ["b"]]);
});

test("boxes are ticked by plain words", () => {
  assert.deepEqual(["Yes", " x ", "1", "TRUE"].map(readTick), [true, true, true, true]);
  assert.deepEqual(["no", "0", "", "FALSE"].map(readTick), [false, false, false, false]);
  assert.equal(readTick("perhaps"), null);
});

test("a choice is found by its value or its label", () => {
  const choices = [
    { value: "", label: "" },
    { value: "up", label: "Higher is better" },
    { value: "down", label: "Lower is better" },
  ];
  assert.equal(readChoice(" lower  IS better", choices), "down");
  assert.equal(readChoice("up", choices), "up");
  assert.equal(readChoice("", choices), "");
  assert.equal(readChoice("sideways", choices), null);
});
