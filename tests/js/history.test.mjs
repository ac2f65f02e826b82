// Steps go back and come again in order, and at least 200 of them are kept.

import assert from "node:assert/strict";
import { test } from "node:test";

import { History } from "planwright/history";

function counting() {
  const history = new History();
  const page = { value: 0 };
  const add = (amount) => {
    page.value += amount;
    history.push({ undo: () => (page.value -= amount), redo: () => (page.value += amount) });
  };
  return { history, page, add };
}

test("three hundred steps can be undone and done again", () => {
  const { history, page, add } = counting();
  for (let step = 1; step <= 300; step += 1) add(step);
  for (let step = 0; step < 300; step += 1) history.undo();
  assert.equal(page.value, 0);
  assert.equal(history.undo(), null);
  for (let step = 0; step < 300; step += 1) history.redo();
  assert.equal(page.value, 45150);
  assert.equal(history.redo(), null);
});

test("a new step forgets what was undone", () => {
  const { history, page, add } = counting();
  add(1);
  add(10);
  history.undo();
  add(100);
  assert.equal(history.redo(), null);
  history.undo();
  assert.equal(page.value, 1);
});
