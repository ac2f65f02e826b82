"""What RAG rules say of values: the outcome and the sentence that gives the reason."""

from typing import Any

import pytest

from documents.values import BLANK, parse
from performance.models import Indicator
from performance.rag import COLOURS, SHAPES, choose_rule, judge, judge_table, read_rule
from plans.planfile import RagColour, RagShape
from tests.performance.rules import rule_entry


def say(
    value: str, target: str, polarity: str = "higher", *, floor: str = "", unit: str = "", **of: Any
) -> tuple[str | None, str]:
    rule = read_rule(rule_entry(**of))
    judgement = judge(parse(value), parse(target), polarity, rule, floor=parse(floor), unit=unit)
    return judgement.grade, judgement.why


@pytest.mark.parametrize(
    ("value", "target", "grade", "why"),
    [
        ("94%", "94.0%", "on_target", "94% is the target."),
        ("95.5%", "94%", "on_target", "95.5% is 1.5 points above the target of 94%."),
        (
            "92.4%",
            "94.0%",
            "near",
            "92.4% is 1.6 points below the target of 94.0%, within the tolerance of 2 points.",
        ),
        (
            "92%",
            "94%",
            "near",
            "92% is 2 points below the target of 94%, within the tolerance of 2 points.",
        ),
        (
            "91.99%",
            "94%",
            "off_target",
            "91.99% is 2.01 points below the target of 94%, beyond the tolerance of 2 points.",
        ),
        (
            "93%",
            "94%",
            "near",
            "93% is 1 point below the target of 94%, within the tolerance of 2 points.",
        ),
    ],
)
def test_higher_is_better_within_a_tolerance(value: str, target: str, grade: str, why: str) -> None:
    assert say(value, target) == (grade, why)


@pytest.mark.parametrize(
    ("value", "grade", "why"),
    [
        ("310 days", "on_target", "310 days is 90 days below the target of 400 days."),
        (
            "440 days",
            "near",
            "440 days is 40 days above the target of 400 days, within the tolerance of 10%.",
        ),
        (
            "440.1 days",
            "off_target",
            "440.1 days is 40.1 days above the target of 400 days, beyond the tolerance of 10%.",
        ),
    ],
)
def test_lower_is_better_within_per_cent_of_the_target(value: str, grade: str, why: str) -> None:
    rule = {"tolerance": "10", "tolerance_in": "percent"}
    assert say(value, "400 days", "lower", **rule) == (grade, why)


def test_the_indicators_own_floor_goes_before_the_tolerance() -> None:
    near = "67% is 3 points below the target of 70%, not past the floor of 65%."
    past = "64% is 6 points below the target of 70%, past the floor of 65%."

    assert say("67%", "70%", floor="65%") == ("near", near)
    assert say("64%", "70%", floor="65%") == ("off_target", past)
    assert say("530 days", "426 days", "lower", floor="518 days")[0] == "off_target"
    assert say("500 days", "426 days", "lower", floor="518 days")[0] == "near"


def test_what_is_past_the_rules_floor_is_never_near() -> None:
    rule = read_rule(rule_entry(floor="49.5"))
    judgement = judge(parse("49%"), parse("50%"), "higher", rule, floor=parse("40%"))
    assert judgement.grade == "off_target"
    assert (
        judgement.why == "49% is 1 point below the target of 50%, past the rule's floor of 49.5%."
    )


@pytest.mark.parametrize(
    ("value", "target", "grade", "why"),
    [
        ("20%", "<15 or >20", "on_target", "20% is between 15% and 20%, as it should be."),
        ("12", "15 to 20", "off_target", None),
        (
            "21%",
            "15 to 20",
            "near",
            "21% is 1 point above 20%, where the target ends, within the tolerance of 2 points.",
        ),
        ("3", ">5", "on_target", "3 is no more than 5, as it should be."),
        ("17", "16", "on_target", "17 is between 15 and 17, as it should be."),
    ],
)
def test_between_two_values_the_edges_count(
    value: str, target: str, grade: str, why: str | None
) -> None:
    said = say(value, target, "band", band="1")
    assert said[0] == grade
    assert why is None or said[1] == why


def test_a_band_has_a_floor_of_two_zones() -> None:
    assert say("23%", "<15 or >20", "band", floor="<10% or >25%") == (
        "near",
        "23% is 3 points above 20%, where the target ends, not past the floor of <10% or >25%.",
    )


@pytest.mark.parametrize(
    ("value", "target", "polarity", "why"),
    [
        ("to be set", "94%", "higher", "Nothing is judged: the value is to be set."),
        ("", "94%", "higher", "Nothing is judged: the value is empty."),
        ("~", "94%", "higher", "Nothing is judged: the value is nil."),
        ("NA", "94%", "higher", "Nothing is judged: the value is not applicable."),
        ("good", "94%", "higher", "Nothing is judged: the value is “good”."),
        ("94%", "See note 1", "lower", "Nothing is judged: the target is in a note."),
        ("94%", "", "lower", "Nothing is judged: the target is empty."),
        ("94%", "95%", "none", "Nothing is judged: nobody has said which way is better."),
        ("94%", "16", "band", "Nothing is judged: the target is “16”, not a range."),
        (
            "94%",
            "95 days",
            "higher",
            "Nothing is judged: the value counts in % and the target in days.",
        ),
    ],
)
def test_what_cannot_be_judged_is_not_and_says_why(
    value: str, target: str, polarity: str, why: str
) -> None:
    assert say(value, target, polarity) == (None, why)


def test_without_a_tolerance_only_the_target_counts() -> None:
    why = "93.9 is 0.1 below the target of 94."
    assert say("93.9", "94", tolerance="") == ("off_target", why)


def test_a_number_counts_in_the_unit_of_its_measure() -> None:
    why = "92.4% is 1.6 points below the target of 94.0%, within the tolerance of 2 points."
    assert say("92.4", "94.0", unit="%") == ("near", why)


def test_thousandths_are_exact() -> None:
    assert say("0.3", "0.1", "lower", tolerance="0.2", units=[])[0] == "near"


# --- which rule ----------------------------------------------------------------------------

RULES = {
    each["key"]: each
    for each in (
        rule_entry("percent", units=["%"]),
        rule_entry("days", units=["days"]),
        rule_entry("rest", units=[], default=True),
        rule_entry("own", units=[]),
    )
}


@pytest.mark.parametrize(
    ("named", "unit", "key"),
    [
        ("", "%", "percent"),
        ("", "per cent", "percent"),
        ("", "Days", "days"),
        ("", "posts", "rest"),
        ("", "", "rest"),
        ("own", "%", "own"),
        ("gone", "%", None),
    ],
)
def test_a_named_rule_goes_before_that_of_the_unit_and_the_default(
    named: str, unit: str, key: str | None
) -> None:
    rule = choose_rule(RULES, named=named, unit=unit)
    assert (rule.key if rule else None) == key


def test_without_a_default_other_units_are_not_judged() -> None:
    assert choose_rule({"percent": RULES["percent"]}, named="", unit="days") is None


@pytest.mark.parametrize(
    ("title", "unit", "polarity", "cells", "said"),
    [
        ("Percentage seen", "", "higher", {"e": "93", "t": "94"}, "▲ Amber, near target"),
        (
            "Percentage seen",
            "",
            "higher",
            {"e": "93", "t2": "93"},
            "For 2008/09: ● Green, on target",
        ),
        ("Reviews in time", "%", "higher", {"e": "80", "t": "94"}, "■ Red, off target"),
        ("Reviews in time", "%", "none", {"e": "80", "t": "94"}, ""),
        ("Reviews in time", "%", "higher", {"t": "94"}, ""),
    ],
)
def test_the_latest_value_is_judged_by_its_years_target_or_says_the_year(
    title: str, unit: str, polarity: str, cells: dict[str, str], said: str
) -> None:
    columns = [
        {"key": "e", "role": "estimate", "year": "2007/08"},
        {"key": "t", "role": "target", "year": "2007/08"},
        {"key": "t2", "role": "target", "year": "2008/09"},
    ]
    row = {"title": title, "unit": unit, "polarity": polarity, "cells": cells}
    [judged] = judge_table({"columns": columns, "rows": [row]}, RULES)
    assert str(judged) == said


def test_every_shape_and_colour_of_a_plan_file_is_known() -> None:
    assert tuple(SHAPES) == RagShape.__args__  # type: ignore[attr-defined]
    assert RagColour.__args__ == COLOURS  # type: ignore[attr-defined]


def test_every_polarity_can_be_judged_or_says_why() -> None:
    grades = {p: say("16%", "15 to 20" if p == "band" else "16%", p)[0] for p in Indicator.Polarity}
    assert grades == {
        "higher": "on_target",
        "lower": "on_target",
        "band": "on_target",
        "none": None,
    }
    assert judge(BLANK, BLANK, "higher", read_rule(rule_entry())).outcome is None
