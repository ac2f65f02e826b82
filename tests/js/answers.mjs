// Answers questions about cells as tests/value_cases.py does in Python, so that the two can be compared.

import { question } from "planwright/guard-questions";
import * as values from "planwright/values";

const ANSWERS = {
  parse: ([text]) => facts(values.parse(text)),
  show: ([text]) => values.show(values.parse(text)),
  total: (texts) => facts(values.total(texts.map(values.parse))),
  pounds: (texts) => facts(values.totalOfPounds(texts.map(values.parse))),
  propose: ([text, unit]) => values.propose(text, unit),
  question: ([text, holds, rowUnit, moneyUnit]) => question(text, holds, { rowUnit, moneyUnit }),
};

export function answer(ask, given) {
  return ANSWERS[ask](given);
}

function facts(value) {
  const { text, status, number, decimals, unit, word, pound, remark, notes, computed } = value;
  return { text, status, number: number && exactly(number), decimals, unit, word, pound, remark, notes, computed };
}

function exactly({ digits, power }) {
  const sign = digits < 0n ? "-" : "";
  const size = (digits < 0n ? -digits : digits).toString();
  if (power >= 0) return sign + (size === "0" ? size : size + "0".repeat(power));
  const all = size.padStart(1 - power, "0");
  return `${sign}${all.slice(0, power)}.${all.slice(power)}`;
}
