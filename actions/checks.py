"""Objectives and actions: links that lead somewhere, deadlines in order, people who answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from actions.links import Reference, read_link
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
from plans.checks.dates import overall, read_periods
from plans.checks.names import abbreviate
from plans.checks.timing import judge_deadline
from plans.checks.wording import name_row
from plans.content import Path, shorten

NO_PRIORITY = define(
    "actions.W001",
    "An action answers to a priority that this year's objectives lack",
    "Link the action to one of this year's priorities, or add the priority to the objectives.",
)
NO_TARGET = define(
    "actions.W002",
    "An action answers to a target that its priority lacks",
    "Link the action to one of the priority's targets, or add the target to the objectives.",
)
NOBODY = define(
    "actions.W003",
    "An action names nobody responsible where others do",
    "Name who is responsible for it.",
)
NO_DATE = define(
    "actions.W004",
    "An action has no date",
    "Give the action a date, or each of its deliverables.",
)
AFTER_ITS_ACTION = define(
    "actions.W005",
    "A deliverable is due after its action",
    "Bring the deliverable forward, or give the action the later date.",
)
NOBODY_FOR_TARGET = define(
    "actions.W006",
    "A target names nobody responsible where others do",
    "Name who is responsible for it.",
)
NOBODY_AT_ALL = define(
    "actions.A001",
    "No action names who is responsible",
    "Name for each action who is responsible.",
)
NO_DELIVERABLE = define(
    "actions.A002",
    "An action says nothing of what it will deliver",
    "Say what will be there when the action is done.",
)
NO_LINK = define(
    "actions.A003",
    "An action answers to none of this year's priorities",
    "Link it to the priority that it serves, or say why it is in the plan.",
)


# --- links to objectives ------------------------------------------------------------------------


@extract("objectives", "objectives")
def extract_objectives(section: SectionView) -> dict[str, Any]:
    """Take out the framework's names and its year, and each priority with its targets."""
    content = section.raw["content"]
    rows = [[row["ref"], [target["ref"] for target in row["targets"]]] for row in content["rows"]]
    names = [content["short"], content["framework"]]
    return {"names": names, "year": content["year"], "rows": rows}


@extract("action_links", "actions")
def extract_links(section: SectionView) -> list[tuple[Path, str, str]]:
    """Take out path, action and text of each link."""
    return [
        (("content", "rows", row["id"], "links", index), name_row(row), link)
        for row in section.raw["content"]["rows"]
        for index, link in enumerate(row["links"])
    ]


@dataclass(frozen=True)
class Objectives:
    """This year's priorities with their targets, and by which names links may call the plans
    that these come from."""

    targets: Mapping[str, frozenset[str]]
    names: frozenset[str]

    @cached_property
    def stems(self) -> frozenset[str]:
        """What stands before the numbers of the priorities: "p", "priority"."""
        return frozenset(map(_stem, self.targets))

    def lacks(self, reference: Reference) -> bool:
        return reference.priority not in self.targets

    def lacks_target(self, reference: Reference) -> bool:
        known = self.targets.get(reference.priority)
        return bool(known is not None and reference.target and reference.target not in known)


@check_plans
def links_lead_to_objectives(plan: PlanView) -> Iterator[Finding]:
    """A plan without objectives of its year gives links nothing to lead to."""
    objectives = plan.shared(gather_objectives)
    if not objectives.targets:
        return
    for key, links in plan.extracted("action_links"):
        for path, action, text in links:
            references = read_own_references(text, objectives)
            yield from _missing_priorities(key, tuple(path), action, text, references, objectives)
            yield from _missing_targets(key, tuple(path), action, text, references, objectives)


@extract("actions", "actions")
def extract_actions(section: SectionView) -> list[tuple[Path, str, list[str]]]:
    """Take out path, name and links of each action."""
    return [
        (("content", "rows", row["id"], "links"), name_row(row), row["links"])
        for row in section.raw["content"]["rows"]
    ]


@check_plans
def actions_answer_to_priorities(plan: PlanView) -> Iterator[Finding]:
    """Where some actions answer to this year's priorities, the others should too."""
    objectives = plan.shared(gather_objectives)
    if not objectives.targets:
        return
    found = [
        (key, tuple(path), name, _answers(links, objectives))
        for key, actions in plan.extracted("actions")
        for path, name, links in actions
    ]
    if any(answers for *_, answers in found):
        for key, path, name, answers in found:
            if not answers:
                message = f"“{name}” answers to none of this year's priorities."
                yield NO_LINK.at(key, path, message)


def _answers(links: Sequence[str], objectives: Objectives) -> bool:
    """Whether one of the links means a priority, be it one that is missing."""
    return any(read_own_references(link, objectives) for link in links)


def gather_objectives(plan: PlanView) -> Objectives:
    """Return the objectives of the plan's own year, from all of its sections."""
    targets: dict[str, set[str]] = {}
    names: set[str] = set()
    for _, framework in plan.extracted("objectives"):
        if framework["year"] in (None, plan.facts.year):
            for ref, inner in framework["rows"]:
                targets.setdefault(ref, set()).update(inner)
            for name in filter(None, framework["names"]):
                names |= {name.casefold(), abbreviate(name).casefold()}
    found = {ref: frozenset(inner) for ref, inner in targets.items() if ref}
    return Objectives(found, frozenset(names))


def read_own_references(text: str, objectives: Objectives) -> tuple[Reference, ...]:
    """Return what a link says of this plan's objectives; none if it names another plan's."""
    link = read_link(text, priorities=objectives.targets)
    own = tuple(ref for ref in link.references if _stem(ref.priority) in objectives.stems)
    return own if own and not _names_another_plan(text, own[0], objectives) else ()


_NUMBER = re.compile(r"[\d.]+[a-z]?$")  # of a priority's reference


def _stem(ref: str) -> str:
    return _NUMBER.sub("", ref).strip().casefold()


def _names_another_plan(text: str, first: Reference, objectives: Objectives) -> bool:
    """Whether words stand before the first reference that are no name of the plan's objectives."""
    number = _NUMBER.search(first.priority)
    stem = first.priority[: number.start()] if number else first.priority
    shown = number[0] if number else ""
    place = re.search(rf"{re.escape(stem.rstrip())}\s*{re.escape(shown)}", text)
    before = text[: place.start()].strip(" ,;:-–").casefold() if place else ""
    return bool(before) and before not in objectives.names


def _missing_priorities(
    key: str,
    path: Path,
    action: str,
    text: str,
    references: Sequence[Reference],
    objectives: Objectives,
) -> Iterator[Finding]:
    missing = list(dict.fromkeys(r.priority for r in references if objectives.lacks(r)))
    if missing:
        said = _join(missing)
        message = f"“{action}” answers to {said}, which this year's objectives lack."
        yield NO_PRIORITY.at(key, path, message, stated=text, computed=f"without {said}")


def _missing_targets(
    key: str,
    path: Path,
    action: str,
    text: str,
    references: Sequence[Reference],
    objectives: Objectives,
) -> Iterator[Finding]:
    by_priority: dict[str, list[str]] = {}
    for reference in references:
        if objectives.lacks_target(reference):
            by_priority.setdefault(reference.priority, []).append(reference.target)
    for priority, targets in by_priority.items():
        word = "target" if len(targets) == 1 else "targets"
        known = _join(sorted(objectives.targets[priority] - {""}, key=_by_number))
        one = "target" if len(objectives.targets[priority] - {""}) == 1 else "targets"
        has = f"has only {one} {known} this year" if known else "has no targets this year"
        message = f"“{action}” answers to {word} {_join(targets)} of {priority}, which {has}."
        yield NO_TARGET.at(key, path, message, stated=text, computed=f"{priority} {known}".strip())


def _by_number(ref: str) -> tuple[int, str]:
    return (int(ref), "") if ref.isdecimal() else (0, ref)


def _join(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


# --- dates and people ---------------------------------------------------------------------------


@check_sections("actions")
def deadlines_are_this_years(section: SectionView) -> Iterator[Finding]:
    for row in section.raw["content"]["rows"]:
        path: Path = ("content", "rows", row["id"])
        yield from judge_deadline(section, (*path, "due"), row["due"], f"“{name_row(row)}”")
        for deliverable in row["deliverables"]:
            inner = (*path, "deliverables", deliverable["id"], "due")
            place = f"“{name_row(row)}”, “{name_row(deliverable)}”,"
            yield from judge_deadline(section, inner, deliverable["due"], place)
            yield from _after_its_action(section, inner, row, deliverable)


def _after_its_action(
    section: SectionView, path: Path, row: Mapping[str, Any], deliverable: Mapping[str, Any]
) -> Iterator[Finding]:
    year = section.facts.year
    action = overall(read_periods(row["due"], year=year))
    span = overall(read_periods(deliverable["due"], year=year))
    if action and span and span[0] > action[1]:
        message = (
            f"“{name_row(deliverable)}” is due {deliverable['due']}, after its action "
            f"“{name_row(row)}” ({row['due']})."
        )
        yield AFTER_ITS_ACTION.at(
            section.key,
            path,
            message,
            stated=deliverable["due"],
            computed=row["due"],
            causes=((section.key, ("content", "rows", row["id"], "due")),),
        )


@check_sections("actions")
def actions_are_complete(section: SectionView) -> Iterator[Finding]:
    rows = section.raw["content"]["rows"]
    yield from find_nameless(section, "leads", all_of=NOBODY_AT_ALL, one=NOBODY, what="action")
    for row in rows:
        path: Path = ("content", "rows", row["id"])
        name = shorten(name_row(row))
        if not row["due"] and not any(each["due"] for each in row["deliverables"]):
            message = f"The action “{name}” has no date, nor has any of its deliverables."
            yield NO_DATE.at(section.key, (*path, "due"), message)
        if not row["outcome"] and not any(each["text"] for each in row["deliverables"]):
            message = f"The action “{name}” says nothing of what it will deliver."
            yield NO_DELIVERABLE.at(section.key, path, message)


@check_sections("objectives")
def targets_name_people(section: SectionView) -> Iterator[Finding]:
    """A target's priority may name somebody for all of its targets."""
    targets = [(row, target) for row in section.raw["content"]["rows"] for target in row["targets"]]
    nameless = [(row, target) for row, target in targets if not row["leads"] + target["leads"]]
    if len(nameless) == len(targets):
        return
    for row, target in nameless:
        path = ("content", "rows", row["id"], "targets", target["id"], "leads")
        message = f"Target “{name_row(target)}” of “{name_row(row)}” names nobody responsible."
        yield NOBODY_FOR_TARGET.at(section.key, path, message)
