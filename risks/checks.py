"""Risks: titles, owners, actions that exist, scores that make sense by their scheme."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from plans.checks import (
    Finding,
    PlanView,
    SectionView,
    check_plans,
    check_sections,
    define,
    extract,
)
from plans.checks.completeness import find_nameless
from plans.checks.timing import judge_deadline
from plans.checks.wording import name_row, strip_markup
from plans.content import Path, shorten
from risks.schemes import Scheme, multiply

NO_TITLE = define(
    "risks.W001",
    "A risk has no title",
    "Say in a few words what might go wrong.",
)
NO_ACTION = define(
    "risks.W002",
    "A risk names an action that the plan lacks",
    "Correct the action's number, or add the action.",
)
NO_SCHEME = define(
    "risks.W003",
    "Risks are scored by a scheme that neither the plan nor the council has",
    "Choose one of the schemes offered, or add this one to the plan.",
)
WORSE_TARGET = define(
    "risks.W004",
    "A risk's target is worse than its present score",
    "Put the target or the present score right.",
)
WORSE_NOW = define(
    "risks.W005",
    "A risk is scored higher now than before anything was done about it",
    "Put the inherent or the present score right.",
)
TOLERATED = define(
    "risks.W006",
    "A risk above the tolerance is tolerated",
    "Say how it is treated, or why it is borne.",
)
NOBODY = define(
    "risks.W007",
    "A risk has no owner where others do",
    "Name who owns the risk.",
)
NOBODY_AT_ALL = define(
    "risks.A001",
    "No risk has an owner",
    "Name for each risk who owns it.",
)
UNTREATED = define(
    "risks.A002",
    "A risk is to be treated, and nothing says how",
    "Describe the mitigation, or name the actions that treat it.",
)


@check_sections("risks")
def risks_are_complete(section: SectionView) -> Iterator[Finding]:
    rows = section.raw["content"]["rows"]
    yield from find_nameless(section, "owners", all_of=NOBODY_AT_ALL, one=NOBODY, what="risk")
    for row in rows:
        path: Path = ("content", "rows", row["id"])
        if not row["title"]:
            words = " ".join(strip_markup(row["description"]).split())
            said = shorten(f"{row['ref']} {words}".strip()) or "without any words"
            message = f"The risk “{said}” has no title."
            yield NO_TITLE.at(section.key, (*path, "title"), message)
        if row["response"] == "treat" and not row["mitigation"] and not row["actions"]:
            message = f"“{name_row(row)}” is to be treated, but nothing says how."
            yield UNTREATED.at(section.key, (*path, "mitigation"), message)
        yield from judge_deadline(
            section, (*path, "review"), row["review"], f"The review of “{name_row(row)}”"
        )


@check_sections("risks")
def scores_make_sense(section: SectionView) -> Iterator[Finding]:
    content = section.raw["content"]
    scheme = section.facts.schemes.get(content["scheme"] or "")
    if content["scheme"] and scheme is None:
        message = f"The risks are scored by “{content['scheme']}”, a scheme that nobody keeps."
        yield NO_SCHEME.at(section.key, ("content", "scheme"), message, stated=content["scheme"])
    for row in content["rows"]:
        yield from _compare_stages(section, row)
        if scheme:
            yield from _tolerated(section, row, scheme)


def _compare_stages(section: SectionView, row: Mapping[str, Any]) -> Iterator[Finding]:
    before, now, target = (_score(row, stage) for stage in ("inherent", "current", "target"))
    name, path = name_row(row), ("content", "rows", row["id"])
    if now is not None and target is not None and target > now:
        message = f"“{name}” is to come from {now} to {target}, which is worse."
        yield WORSE_TARGET.at(
            section.key, (*path, "target"), message, stated=str(target), computed=f"at most {now}"
        )
    if now is not None and before is not None and now > before:
        message = f"“{name}” is scored {now} now, but {before} before anything was done about it."
        yield WORSE_NOW.at(
            section.key, (*path, "current"), message, stated=str(now), computed=f"at most {before}"
        )


def _score(row: Mapping[str, Any], stage: str) -> int | None:
    scores = row[stage] or {}
    return multiply(scores.get("likelihood"), scores.get("impact"))


def _tolerated(section: SectionView, row: Mapping[str, Any], scheme: Scheme) -> Iterator[Finding]:
    now, tolerance = _score(row, "current"), scheme.get("tolerance")
    if row["response"] == "tolerate" and now is not None and tolerance and now > tolerance:
        message = (
            f"“{name_row(row)}” is tolerated at a score of {now}, above the tolerance of "
            f"{tolerance}."
        )
        path = ("content", "rows", row["id"], "response")
        yield TOLERATED.at(
            section.key, path, message, stated=str(now), computed=f"at most {tolerance}"
        )


# --- actions that treat risks -------------------------------------------------------------------


@extract("action_numbers", "actions")
def extract_action_numbers(section: SectionView) -> list[str]:
    return [row["number"] for row in section.raw["content"]["rows"]]


@extract("risk_actions", "risks")
def extract_risk_actions(section: SectionView) -> list[tuple[Path, str, str]]:
    """Take out path, risk and number of each action that is to treat a risk."""
    return [
        (("content", "rows", row["id"], "actions", index), name_row(row), number)
        for row in section.raw["content"]["rows"]
        for index, number in enumerate(row["actions"])
    ]


@check_plans
def actions_of_risks_exist(plan: PlanView) -> Iterator[Finding]:
    """A plan without actions, or a reference in words, is not held against any."""
    known = {number for _, numbers in plan.extracted("action_numbers") for number in numbers}
    if not known:
        return
    for key, actions in plan.extracted("risk_actions"):
        for path, risk, number in actions:
            if number not in known and _is_number(number, known):
                message = f"“{risk}” is treated by action {number}, which the plan lacks."
                yield NO_ACTION.at(key, tuple(path), message, stated=number)


def _is_number(number: str, known: set[str]) -> bool:
    """Whether a reference is written as the plan's actions are numbered."""
    return any(number.isdecimal() == other.isdecimal() for other in known) and " " not in number
