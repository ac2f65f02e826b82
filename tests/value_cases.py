"""The cases that documents/values.py and static/js/values.js share, and Python's answers to them.

`python -m tests.value_cases` writes them anew to tests/js/value-cases.json.
"""

import json
from pathlib import Path
from typing import Any

from documents import values
from documents.values import Value
from plans import guard

CASES = Path(__file__).parent / "js" / "value-cases.json"

Case = tuple[str, list[str]]

TEXTS = (
    *("903", "1,440", "1,234,567.89", "12748.0", "007", "0.0", "-0.0", "-102.9", "+5", "(102.9)"),
    *("\u2212102.9", "\u2013102.9", "100.55%", "5 %", "(5%)", "(5)%", "(5%)%", "310 days"),
    *("310\u00a0days", "310days", "£1,234", "-£5", "£-5", "£(5)", "(£5)", "£+5", "Level 3"),
    *(
        "LEVEL 3",
        "band 12",
        "\u017ftage 2",
        "Level  3",
        "48% (2003)",
        "12 (estimate)",
        "12 (a) (b)",
    ),
    *("<10% or >25%", "to be set", "To Be Set", "TBC", "NA", "n/a", "~", "-", "\u2014", "nil", ""),
    *(" ", "\u00a0", "\ufeff5", "\x1c5", "\u20285", "12.5 [note 1]", "12.5[Note 1] [note b]"),
    *("12 [note]", "[note 1]", "5 [note 1", "See note 1", "see  note 12 [note 2]", "see note"),
    *("1st", "4 may", "12 may 2008", "1,23", "12,48.0", "1,2345", "01,234", "0,123", "1 440"),
    *(
        "1'440",
        "(-)55,079",
        "£1.2m",
        "£1.2 m",
        "£500k",
        "£2.3M",
        "2bn",
        "1.2.3",
        "14.3.2008",
        "2007/08",
    ),
    *("1.234,5", "1.234.567", "1.234.567,00", "1.2,3.4", "O.5", "1l", "l2", "1O0", "IO", "S5"),
    *("--5", "5-", "+-5", "(12", "12)", "((12))", "12,5", "12..5", "5.", ".5", "-.5", "£", "£ 5"),
    *("\uff11\uff12", "½", "c. 500", "Approx. £2.9M p/a", "310 days", "5 million", "1e5", "5p"),
    *("tba", "none", "to be confirmed", "soon", "15 to 20", "March 2008", "01322 555 0100", "8 8"),
    *(
        "12 345",
        "12 345 678",
        "12 34",
        "68%",
        "68",
        "1,200",
        "-0.5",
        "2.5",
        "99999999999999999999.99",
    ),
)
SUMS = (
    ["1.05", "3", "-"],
    ["12,748.0", "(24.0)", "NA", ""],
    ["", " "],
    [],
    ["-", ""],
    ["1", "tbc"],
    ["1", "soon"],
    ["5 days", "3 days"],
    ["5 days", "3"],
    ["5 days", "3%"],
    ["1.2m", "5"],
    ["1.2m", "5m"],
    ["5%", "3%"],
    ["0.1"] * 10,
    ["-0.5", "0.5"],
    ["£5", "£6"],
    ["-£5", "£2"],
    ["£5", "6"],
    ["£5", "nil"],
    ["99999999999999999999999999999999.99", "0.01"],
)
HOLDS = (
    *(("money", "", "£000"), ("money", "", "£"), ("money", "", "£m"), ("fte", "", "£000")),
    *(("number", "", "£000"), ("row", "%", "£000"), ("row", "£000", "£"), ("row", "days", "£000")),
    *(("row", "", "£000"), ("unit:number", "", "£000"), ("unit:FTE", "", "£000"), ("", "", "£000")),
)


def shared_cases() -> list[Case]:
    """Return what is asked of both: every text in every way, and sums."""
    return [
        *((ask, [text]) for text in TEXTS for ask in ("parse", "show")),
        *(("propose", [text, unit]) for text in TEXTS for unit in ("£000", "£")),
        *((ask, list(added)) for added in SUMS for ask in ("total", "pounds")),
        *(("question", [text, *holds]) for text in TEXTS for holds in HOLDS[::3]),
    ]


def answer(ask: str, given: list[str]) -> Any:
    """Return Python's answer as JSON data."""
    match ask:
        case "parse":
            return facts(values.parse(given[0]))
        case "show":
            return values.show(values.parse(given[0]))
        case "total":
            return facts(values.total(map(values.parse, given)))
        case "pounds":
            return facts(values.total_of_pounds(map(values.parse, given)))
        case "propose":
            return list(values.propose(*given))
        case _:
            text, holds, row_unit, money_unit = given
            asked = guard.ask(text, holds, row_unit=row_unit, money_unit=money_unit)
            return asked and {"fault": asked.fault, "readings": list(asked.readings)}


def facts(value: Value) -> dict[str, Any]:
    return {
        "text": value.text,
        "status": value.status.value,
        "number": None if value.number is None else f"{value.number:f}",
        "decimals": value.decimals,
        "unit": value.unit,
        "word": value.word,
        "pound": value.pound,
        "remark": value.remark,
        "notes": list(value.notes),
        "computed": value.computed,
    }


def written_cases() -> list[dict[str, Any]]:
    return [
        {"ask": ask, "given": given, "gives": answer(ask, given)} for ask, given in shared_cases()
    ]


if __name__ == "__main__":
    lines = (json.dumps(case, ensure_ascii=True) for case in written_cases())
    CASES.write_text("[\n" + ",\n".join(lines) + "\n]\n")
