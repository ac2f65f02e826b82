// values.js reads and prints as documents/values.py does, by the cases that the two share.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { answer } from "./answers.mjs";

const CASES = JSON.parse(readFileSync(new URL("value-cases.json", import.meta.url), "utf8"));

for (const ask of new Set(CASES.map((each) => each.ask))) {
  test(`${ask}: as Python answers`, () => {
    for (const { given, gives } of CASES.filter((each) => each.ask === ask)) {
      assert.deepEqual(answer(ask, given), gives, JSON.stringify(given));
    }
  });
}
