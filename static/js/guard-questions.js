// What the number guard asks about a cell, as plans/guard.py does: pure, no page.

import { Status, computed, parse, plainly, propose, show } from "planwright/values";

const AMOUNTS = new Set(["money", "fte"]);
const MONEY = new Set(["£", "£000", "£k", "£m"]);
const POSTS = new Set(["fte", "ftes", "wte"]);
const PERCENT = /%|per ?cent/i;
const SCALES = new Set(["k", "m", "bn"]);
const LONGEST = 40;
const NUMBER_LIKE =
  /^[-+()£ ]*(?=[OoIl.,' ]*[0-9])[0-9OoIl.,' ]+(?:%|k|m|bn|thousand|million|billion)?[-+()% ]*$/i;
const NO_NUMBER = /^(?:[0-9]+(?:\.[0-9]{1,2})+\.(?:[0-9]{1,2}|[0-9]{4})|0[0-9]+ [0-9 ]+|.*[0-9] (?![0-9]{3}(?![0-9]))[0-9].*)$/;

/** Return what to ask about a cell, {fault, readings}; null if it can stand as it is. */
export function question(text, holds, { rowUnit = "", moneyUnit = "£000" } = {}) {
  if (!holds) return null;
  const [counted, unit] = whatCounts(holds, rowUnit, moneyUnit);
  const value = parse(text);
  if (value.number) {
    const fault = misfit(value, counted, rowUnit);
    return fault ? { fault, readings: readingsOf(value, unit) } : null;
  }
  if (value.status !== Status.TEXT || !(AMOUNTS.has(holds) || isNumberLike(text))) return null;
  if (counted === "number" && parse(text.toLowerCase()).number) return null; // £2.3M where anything is counted
  const readings = propose(text, unit);
  return readings.length ? { fault: "is not written as a number", readings } : null;
}

/** Return what a cell counts (money, fte, percent, count, number) and in which money unit. */
export function whatCounts(holds, rowUnit, moneyUnit) {
  if (holds === "money") return ["money", moneyUnit];
  if (holds === "fte" || holds === "number") return [holds, ""];
  return ofUnit(holds === "row" ? rowUnit : holds.replace(/^unit:/u, ""));
}

function ofUnit(unit) {
  const plain = unit.trim();
  if (MONEY.has(plain)) return ["money", plain];
  if (POSTS.has(plain.toLowerCase())) return ["fte", ""];
  if (PERCENT.test(plain)) return ["percent", ""];
  return [plain ? "count" : "number", ""];
}

function misfit(value, counted, rowUnit) {
  const said = value.unit || value.word;
  if (said && said === rowUnit.trim()) return "";
  const isStrange = AMOUNTS.has(counted) || SCALES.has(value.unit) || (counted === "count" && said === "%");
  if (said && isStrange && counted !== "number") return `has “${said}”, which does not belong here`;
  if (value.pound && counted !== "money" && counted !== "number") return "has “£”, which does not belong here";
  return "";
}

function readingsOf(value, unit) {
  const readings = propose(value.text, unit);
  return readings.length ? readings : [show(computed(value.number, value.decimals))];
}

function isNumberLike(text) {
  const plain = plainly(text);
  return [...plain].length <= LONGEST && NUMBER_LIKE.test(plain) && !NO_NUMBER.test(plain);
}
