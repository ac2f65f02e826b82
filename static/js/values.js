// Reads and prints cells exactly as documents/values.py does: numbers with their decimals and unit, statuses, sums,
// and what a cell that is nearly a number may mean. Shared cases in tests/js/ hold the two together. Numbers are
// exact: {digits, power} is the BigInt `digits` times ten to `power`.

export const Status = Object.freeze({
  NUMBER: "number",
  BLANK: "blank",
  NIL: "nil",
  NOT_APPLICABLE: "not_applicable",
  TO_BE_SET: "to_be_set",
  SEE_NOTE: "see_note",
  TEXT: "text",
});

const STATUSES = new Map([
  ["", Status.BLANK],
  ["-", Status.NIL],
  ["~", Status.NIL],
  ["nil", Status.NIL],
  ["na", Status.NOT_APPLICABLE],
  ["n/a", Status.NOT_APPLICABLE],
  ["to be set", Status.TO_BE_SET],
  ["tbc", Status.TO_BE_SET],
  ["to be provided", Status.TO_BE_SET],
  ["to be established", Status.TO_BE_SET],
]);

// What Python calls white space; \s of JavaScript is not quite the same.
export const WHITE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const RUN_OF_WHITE = new RegExp(`[${WHITE}]+`, "gu");
const LEADING_WHITE = new RegExp(`^[${WHITE}]+`, "u");
const DASHES = /[\u2010-\u2014\u2212]/gu;

const DIGITS = "(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)(?:\\.[0-9]+)?";
const WORDS = "[Ll][Ee][Vv][Ee][Ll]|[Bb][Aa][Nn][Dd]|[Gg][Rr][Aa][Dd][Ee]|[Ss\u017f][Tt][Aa][Gg][Ee]";
const NUMBER = new RegExp(
  `^(?:(?<word>${WORDS}) )?` +
    `(?:(?<open>£?\\(£?)(?<bracketed>${DIGITS})(?<inner>%)?\\)|(?<sign>[-+]£?|£[-+]?)?(?<bare>${DIGITS}))` +
    "(?: ?(?<unit>%|[a-z]+))?(?: ?\\((?<remark>[^()]+)\\))?$",
  "u",
);
const NOTE = new RegExp(`^note[${WHITE}]+([^${WHITE}\\[\\]]+)[${WHITE}]*$`, "iu");
const SEE_NOTE = new RegExp(`^see note ([^${WHITE}\\[\\]]+)$`, "iu");

// Lower-case words that follow a number without measuring it: months and the ends of ordinals.
const NEVER_UNITS = new Set(
  (
    "january february march april may june july august september october november december " +
    "jan feb mar apr jun jul aug sep sept oct nov dec st nd rd th"
  ).split(" "),
);

const NOTHING = { number: null, decimals: 0, unit: "", word: "", pound: false, remark: "", notes: [], computed: false };
export const BLANK = Object.freeze({ ...NOTHING, text: "", status: Status.BLANK });
export const TO_BE_SET = Object.freeze({ ...NOTHING, text: "to be set", status: Status.TO_BE_SET });

// --- reading -------------------------------------------------------------------------------

/** Read a cell. Never fails: what is neither a number nor a status is text. */
export function parse(text) {
  const [words, notes] = splitNotes(text);
  const plain = withHyphens(words);
  const status = STATUSES.get(plain.toLowerCase());
  if (status) return { ...NOTHING, text, status, notes };
  const seen = SEE_NOTE.exec(plain);
  if (seen) return { ...NOTHING, text, status: Status.SEE_NOTE, notes: [seen[1], ...notes] };
  const match = NUMBER.exec(plain)?.groups;
  if (match && isNumber(match)) return readNumber(text, match, notes);
  return { ...NOTHING, text, status: Status.TEXT, notes };
}

/** Return the text without the note markers it ends in, and their marks in order of writing. */
export function splitNotes(text) {
  let rest = trimEnd(text);
  const marks = [];
  while (rest.endsWith("]")) {
    const start = rest.lastIndexOf("[");
    const match = start < 0 ? null : NOTE.exec(rest.slice(start + 1, -1));
    if (!match) break;
    marks.push(match[1]);
    rest = trimEnd(rest.slice(0, start));
  }
  return [marks.length ? rest : text, marks.reverse()];
}

/** Return a cell's words without notes, dashes as hyphens, white space as single spaces. */
export function plainly(text) {
  return withHyphens(splitNotes(text)[0]);
}

function withHyphens(words) {
  return trim(words.replace(DASHES, "-").replace(RUN_OF_WHITE, " "));
}

function trim(text) {
  return trimEnd(text.replace(LEADING_WHITE, ""));
}

function trimEnd(text) {
  let end = text.length;
  while (end && isWhite(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

const WHITE_CODES = new Set([0x20, 0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000]);

function isWhite(code) {
  return (
    WHITE_CODES.has(code) ||
    (code >= 9 && code <= 13) ||
    (code >= 0x1c && code <= 0x1f) ||
    (code >= 0x2000 && code <= 0x200a)
  );
}

function isNumber(match) {
  return !(match.inner && match.unit) && !NEVER_UNITS.has(match.unit);
}

function readNumber(text, match, notes) {
  const number = readDigits(match.bracketed ?? match.bare);
  const isNegative = match.open !== undefined || (match.sign ?? "").includes("-");
  return {
    text,
    status: Status.NUMBER,
    number: isNegative ? negate(number) : number,
    decimals: 0 - number.power,
    unit: match.inner ?? match.unit ?? "",
    word: capitalize(match.word ?? ""),
    pound: (match.open ?? match.sign ?? "").includes("£"),
    remark: trim(match.remark ?? ""),
    notes,
    computed: false,
  };
}

function capitalize(word) {
  return word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase();
}

// --- exact numbers ---------------------------------------------------------------------------

export const ZERO = Object.freeze({ digits: 0n, power: 0 });

/** Read digits with commas and at most one point: "1,234.50". */
export function readDigits(text) {
  const [whole, fraction = ""] = text.replaceAll(",", "").split(".");
  return { digits: BigInt(whole + fraction), power: fraction ? -fraction.length : 0 };
}

export function negate(number) {
  return { digits: -number.digits, power: number.power };
}

/** Add two numbers exactly. */
export function add(one, other) {
  const power = Math.min(one.power, other.power);
  return { digits: digitsAt(one, power) + digitsAt(other, power), power };
}

export function tenTo(power) {
  return 10n ** BigInt(power);
}

function digitsAt(number, power) {
  return number.power === power ? number.digits : number.digits * tenTo(number.power - power);
}

/** Return how many ten-to-minus-`decimals` the number comes to; a half goes away from zero. */
function roundHalfUp(number, decimals) {
  if (number.power >= -decimals) return digitsAt(number, -decimals);
  const divisor = tenTo(-decimals - number.power);
  const size = number.digits < 0n ? -number.digits : number.digits;
  const rounded = (size + divisor / 2n) / divisor;
  return number.digits < 0n ? -rounded : rounded;
}

// --- computing and printing ------------------------------------------------------------------

/** Return a derived value, printed with thousands commas at so many decimals. */
export function computed(number, decimals, unit = "") {
  const printed = unit && unit !== "%" ? ` ${unit}` : unit;
  const text = withCommas(number, decimals) + printed;
  return { ...NOTHING, text, status: Status.NUMBER, number, decimals, unit, computed: true };
}

function withCommas(number, decimals) {
  const rounded = roundHalfUp(number, decimals);
  const sign = rounded < 0n ? "-" : "";
  const all = (rounded < 0n ? -rounded : rounded).toString().padStart(decimals + 1, "0");
  const whole = all.slice(0, all.length - decimals).replace(/\B(?=(?:[0-9]{3})+$)/gu, ",");
  return sign + whole + (decimals ? `.${all.slice(-decimals)}` : "");
}

/** Return how the value prints: as typed, without note markers. */
export function show(value) {
  return value.computed ? value.text : trim(splitNotes(value.text)[0]);
}

const COUNTS_AS_NOTHING = new Set([Status.BLANK, Status.NIL, Status.NOT_APPLICABLE]);
const SCALE_WORDS = new Map([
  ["k", 3],
  ["m", 6],
  ["bn", 9],
]);

export function countsAsNothing(value) {
  return COUNTS_AS_NOTHING.has(value.status);
}

export function isScaleWord(unit) {
  return SCALE_WORDS.has(unit);
}

/**
 * Add values exactly, at the most decimals written; the order does not matter.
 *
 * Nil, blank and not applicable count as 0, all blank stays blank; anything else, and numbers of different units,
 * make the sum TO_BE_SET, never 0.
 */
export function total(values) {
  if (values.every((value) => value.status === Status.BLANK)) return BLANK;
  const counted = values.filter((value) => !countsAsNothing(value));
  const units = new Set(counted.map((value) => value.unit));
  if (counted.some((value) => value.number === null) || !canBeAdded(units)) return TO_BE_SET;
  const amount = counted.reduce((sum, value) => add(sum, value.number), ZERO);
  const decimals = counted.reduce((most, value) => Math.max(most, value.decimals), 0);
  const unit = [...units].reduce((last, each) => (each > last ? each : last), "");
  return computed(amount, decimals, unit);
}

/** Return the total, with a £ where every number added is written with one. */
export function totalOfPounds(values) {
  const whole = total(values);
  const numbers = values.filter((value) => value.number !== null);
  if (whole.number === null || !numbers.length || !numbers.every((value) => value.pound)) return whole;
  const text = whole.text.startsWith("-") ? `-£${whole.text.slice(1)}` : `£${whole.text}`;
  return { ...whole, text, pound: true };
}

/** Say whether units agree: one unit or none, and no "5" beside a "1.2m". */
function canBeAdded(units) {
  const named = [...units].filter((unit) => unit);
  return named.length <= 1 && !(units.size > 1 && named.some(isScaleWord));
}

// --- the number guard --------------------------------------------------------------------------

const LONGEST_GUESS = 60;
const MONEY_UNITS = new Map([
  ["£", 0],
  ["£000", 3],
  ["£k", 3],
  ["£m", 6],
]);
const SCALE_NAMES = new Map([...SCALE_WORDS, ["thousand", 3], ["million", 6], ["mn", 6], ["billion", 9], ["b", 9]]);
const STATUS_NAMES = new Map([
  ["to be confirmed", "tbc"],
  ["to be agreed", "to be set"],
  ["tba", "tbc"],
  ["not applicable", "N/A"],
  ["none", "nil"],
]);
const NEARLY = /^(?<before>[^0-9]*?)(?<digits>[.,]?[0-9](?:[0-9.,' ]*[0-9])?)(?<after>[^0-9]*)$/u;
const POINTED = /^[0-9]{1,3}(?:\.[0-9]{3}){2,}$/u;
const WITH_LETTERS = /(?<![A-Za-z])[0-9OoIl.,']*[0-9][0-9OoIl.,']*(?![A-Za-z])/gu;

/**
 * Return what a cell that is no plain number may mean, likeliest first; [] if it is one already or there is nothing to
 * guess. Scale words are brought to the money unit.
 */
export function propose(text, moneyUnit = "£000") {
  const plain = plainly(text);
  const cleared = isGuessable(plain) ? withDigits(plain) : plain;
  const meant = cleared === plain ? [] : guess(cleared, moneyUnit);
  if (cleared !== plain && !meant.length) meant.push(...asPrinted(cleared));
  return [...new Set([...meant, ...guess(plain, moneyUnit)])];
}

function isGuessable(plain) {
  return plain.length <= LONGEST_GUESS || [...plain].length <= LONGEST_GUESS;
}

/** Return the text with digits where letters, or signs of another keyboard, stand for them. */
function withDigits(plain) {
  const narrow = plain.replace(/[\uff01-\uff5e]/gu, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0));
  return narrow.replace(WITH_LETTERS, (run) => run.replace(/[Oo]/gu, "0").replace(/[Il]/gu, "1"));
}

function asPrinted(plain) {
  const value = parse(plain);
  return value.number ? [withCommas(value.number, value.decimals)] : [];
}

function guess(plain, moneyUnit) {
  const value = parse(plain);
  if (value.number) {
    return value.unit || value.word ? [scaled(value.number, value.decimals, value.unit, moneyUnit)] : [];
  }
  if (value.status !== Status.TEXT || !isGuessable(plain)) return [];
  const status = STATUS_NAMES.get(plain.toLowerCase());
  if (status) return [status];
  const match = NEARLY.exec(plain)?.groups;
  return match ? readings(match, moneyUnit) : [];
}

function readings({ before, digits, after }, moneyUnit) {
  const isNegative =
    before.includes("-") || trim(after).startsWith("-") || (before.includes("(") && after.includes(")"));
  const isHalfOpen = !isNegative && (opens(before) || closes(after));
  const scale = trim(after.toLowerCase().replace(/^[ \-().]+|[ \-().]+$/gu, "")).split(" ")[0];
  const signs = isHalfOpen ? [true, false] : [isNegative];
  const found = digitReadings(digits).flatMap((reading) => {
    const number = readDigits(reading);
    const decimals = 0 - number.power;
    return signs.map((sign) => scaled(sign ? negate(number) : number, decimals, scale, moneyUnit));
  });
  return [...new Set(found)];
}

function opens(before) {
  return count(before, "(") > count(before, ")");
}

function closes(after) {
  return count(after, ")") > count(after, "(");
}

function count(text, sign) {
  return text.split(sign).length - 1;
}

function scaled(number, decimals, scale, moneyUnit) {
  const power = SCALE_NAMES.get(scale);
  if (power === undefined) return withCommas(number, decimals);
  const shift = power - (MONEY_UNITS.get(moneyUnit) ?? 0);
  const moved = { digits: number.digits, power: number.power + shift };
  const amount = withCommas(moved, Math.max(0, decimals - shift));
  return amount.includes(".") ? amount.replace(/0+$/u, "").replace(/\.+$/u, "") : amount;
}

/** Return digits with stray separators as plain decimals, every way they can be read. */
function digitReadings(digits) {
  const joined = digits.replace(/[ ']/gu, "");
  const firstPoint = joined.indexOf(".");
  const lastComma = joined.lastIndexOf(",");
  if (firstPoint >= 0 && firstPoint < lastComma) {
    return [`${digitsOf(joined.slice(0, lastComma))}.${digitsOf(joined.slice(lastComma + 1))}`]; // 1.234,5
  }
  if (POINTED.test(joined)) return [digitsOf(joined)];
  const lastPoint = joined.lastIndexOf(".");
  const whole = lastPoint < 0 ? joined : joined.slice(0, lastPoint);
  const fraction = lastPoint < 0 ? "" : joined.slice(lastPoint);
  const [first, ...groups] = whole.split(",");
  const wholes = [digitsOf(whole) || "0"];
  if (groups.length && groups.every((group) => [1, 2, 3].includes(group.length))) {
    wholes.push(digitsOf(first + groups.map((group) => group.padEnd(3, "0")).join("")));
  }
  const found = wholes.map((each) => each + fraction);
  if (groups.length === 1 && !fraction && (groups[0].length !== 3 || first === "" || first === "0")) {
    found.push(`${first || 0}.${groups[0]}`);
  }
  return found;
}

function digitsOf(text) {
  return text.replace(/[^0-9]/gu, "");
}
