// Reads questions as JSON from the standard input and writes their answers.

import { readFileSync } from "node:fs";

import { answer } from "./answers.mjs";

const questions = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(questions.map(({ ask, given }) => answer(ask, given))));
