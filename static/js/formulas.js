// Formulas over the columns of a table, read and worked out exactly as performance/formulas.py does: to 100 figures,
// a half to the even neighbour. No text is ever run.

import {
  BLANK,
  Status,
  TO_BE_SET,
  WHITE,
  ZERO,
  add,
  computed,
  countsAsNothing,
  isScaleWord,
  negate,
  readDigits,
  tenTo,
} from "planwright/values";

const LENGTH_LIMIT = 500;
const NESTING_LIMIT = 20;
const PRECISION = 100;
const LARGEST = { digits: 1n, power: 30 };
const HUNDRED = { digits: 100n, power: 0 };
const TOKEN = new RegExp(`[${WHITE}]*(?:([0-9]+(?:\\.[0-9]+)?)|([a-z][a-z0-9_]*)|([-+*/()%]))`, "uy");
const BINDING = { "+": 1, "-": 1, "*": 2, "/": 2 };

export const NOT_APPLICABLE = Object.freeze({ ...BLANK, text: "N/A", status: Status.NOT_APPLICABLE, computed: true });

// --- reading -------------------------------------------------------------------------------

/** Read a formula: {steps, names, isPercent}; null if it is none. */
export function readFormula(text) {
  const tokens = [...text].length > LENGTH_LIMIT ? null : readTokens(text);
  if (!tokens) return null;
  const isPercent = tokens.at(-1)?.sign === "%";
  if (isPercent) tokens.pop();
  const reader = { tokens, at: 0, steps: [] };
  if (!readSum(reader, 0, 0) || reader.at < tokens.length) return null;
  const names = new Set(reader.steps.filter((step) => step.column).map((step) => step.column));
  return { steps: reader.steps, names: [...names], isPercent };
}

/** Return {number}, {column} and {sign} in order; null where the text holds anything else. */
function readTokens(text) {
  const plain = text.trimEnd();
  const tokens = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < plain.length) {
    const match = TOKEN.exec(plain);
    if (!match) return null;
    const [, number, column, sign] = match;
    tokens.push(number ? { number: readDigits(number) } : column ? { column } : { sign });
  }
  return tokens;
}

/** Read terms joined by signs that bind more tightly than `binding`; false if there are none. */
function readSum(reader, binding, depth) {
  if (depth > NESTING_LIMIT || !readTerm(reader, depth)) return false;
  for (let sign = peek(reader); BINDING[sign] > binding; sign = peek(reader)) {
    reader.at += 1;
    if (!readSum(reader, BINDING[sign], depth + 1)) return false;
    reader.steps.push({ sign });
  }
  return true;
}

function readTerm(reader, depth) {
  const token = reader.tokens[reader.at];
  reader.at += 1;
  if (token?.sign === "(") {
    const isRead = readSum(reader, 0, depth + 1) && peek(reader) === ")";
    reader.at += 1;
    return isRead;
  }
  if (token?.sign === "-") {
    const isRead = readSum(reader, BINDING["*"], depth + 1);
    reader.steps.push({ sign: "negate" });
    return isRead;
  }
  if (!token || token.sign) return false;
  reader.steps.push(token);
  return true;
}

function peek(reader) {
  return reader.tokens[reader.at]?.sign;
}

// --- working out ---------------------------------------------------------------------------

/** Return what the formula gives for a row, whose values `valueOf` gives by column; `decimals` null: as cells have. */
export function workOut(formula, valueOf, decimals) {
  const values = formula.names.map((name) => valueOf(name) ?? TO_BE_SET);
  if (values.length && values.every((value) => value.status === Status.BLANK)) return BLANK;
  if (values.some((value) => value.number === null && !countsAsNothing(value))) return TO_BE_SET;
  const result = run(formula, new Map(formula.names.map((name, index) => [name, values[index]])));
  if (result === "mixed") return TO_BE_SET;
  if (result === "no answer" || isBeyond(result.number)) return NOT_APPLICABLE;
  return computed(result.number, decimals ?? decimalsOf(formula, values), result.unit);
}

function decimalsOf(formula, values) {
  if (formula.isPercent) return 1;
  const most = values.reduce((found, value) => Math.max(found, value.decimals), 0);
  return formula.steps.some((step) => step.sign === "/") ? Math.max(most, 1) : most;
}

/** Return {number, unit}, or why there is none: "mixed" units, "no answer" after a division by 0. */
function run(formula, cells) {
  const stack = [];
  for (const step of formula.steps) {
    const result = take(step, stack, cells);
    if (typeof result === "string") return result;
    stack.push(result);
  }
  const result = stack.pop();
  return formula.isPercent ? { number: multiply(result.number, HUNDRED), unit: "%" } : result;
}

function take(step, stack, cells) {
  if (step.number) return { number: step.number, unit: "" };
  if (step.column) {
    const value = cells.get(step.column);
    return { number: value.number ?? ZERO, unit: value.unit };
  }
  const right = stack.pop();
  if (step.sign === "negate") return { number: precisely(negate(right.number)), unit: right.unit };
  return join(step.sign, stack.pop(), right);
}

function join(sign, left, right) {
  if (sign === "+" || sign === "-") {
    const unit = sharedUnit(left, right);
    if (unit === null) return "mixed";
    const added = sign === "+" ? right.number : negate(right.number);
    return { number: precisely(add(left.number, added)), unit };
  }
  if (sign === "*") {
    const unit = !right.unit ? left.unit : !left.unit ? right.unit : "";
    return { number: multiply(left.number, right.number), unit };
  }
  if (!right.number.digits) return "no answer";
  return { number: divide(left.number, right.number), unit: left.unit === right.unit || right.unit ? "" : left.unit };
}

/** Return the unit of a sum: one unit, or one and none; null for "5" and "1.2m". 0 has any. */
function sharedUnit(left, right) {
  const units = new Set([left, right].filter((each) => each.number.digits).map((each) => each.unit));
  const named = [...units].filter((unit) => unit);
  if (named.length > 1 || (units.size > 1 && named.some(isScaleWord))) return null;
  return named[0] ?? (left.unit || right.unit);
}

function multiply(one, other) {
  return precisely({ digits: one.digits * other.digits, power: one.power + other.power });
}

/** Return the quotient to 100 figures. */
function divide(left, right) {
  const shift = Math.max(0, PRECISION + 2 - (lengthOf(left.digits) - lengthOf(right.digits)));
  const scaled = left.digits * tenTo(shift);
  const quotient = scaled / right.digits;
  const power = left.power - right.power - shift;
  if (scaled % right.digits === 0n) return precisely({ digits: quotient, power });
  // What is left over is more than nothing: a 1 further on keeps a seeming half from being one.
  const isNegative = left.digits < 0n !== right.digits < 0n;
  return precisely({ digits: quotient * 10n + (isNegative ? -1n : 1n), power: power - 1 });
}

/** Round to 100 figures, a half to the even neighbour. */
function precisely(number) {
  const over = lengthOf(number.digits) - PRECISION;
  if (over <= 0) return number;
  const divisor = tenTo(over);
  const size = number.digits < 0n ? -number.digits : number.digits;
  const rest = (size % divisor) * 2n;
  const kept = size / divisor;
  const rounded = rest > divisor || (rest === divisor && kept % 2n === 1n) ? kept + 1n : kept;
  return { digits: number.digits < 0n ? -rounded : rounded, power: number.power + over };
}

function lengthOf(digits) {
  return (digits < 0n ? -digits : digits).toString().length;
}

function isBeyond(number) {
  const size = number.digits < 0n ? negate(number) : number;
  return add(size, negate(LARGEST)).digits > 0n;
}
