"""What a plan still lacks: empty sections, words, owners, and what was only put there for now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from documents import values
from documents.values import Status
from plans.checks.findings import Check, Finding
from plans.checks.guides import GuideSection
from plans.checks.names import resemblance, tokens_of
from plans.checks.registry import check_plans, check_sections, define, extract
from plans.checks.running import PlanView, SectionView
from plans.checks.wording import Wording, holds_any, name_place, name_row
from plans.content import Path, shorten
from plans.measures import rows_of

EMPTY_SECTION = define(
    "plans.W050",
    "A section is empty",
    "Write it, or delete it if the plan does not need it.",
)
NOT_THERE = define(
    "plans.W051",
    "The plan lacks a section that its format requires",
    "Add the section, or ask a planning officer whether this plan may leave it out.",
)
PLACEHOLDER = define(
    "plans.W052",
    "A placeholder was left standing",
    "Put what belongs there in its place.",
)
NOT_FINAL = define(
    "plans.W053",
    "Something is called a draft or provisional",
    "Before approval put the final figure or text there, and take the word out.",
    at_approval=True,
)
NO_PERSON = define(
    "plans.W054",
    "A row names nobody where others name who is responsible",
    "Name who is responsible for it.",
)
TOO_SHORT = define(
    "plans.A050",
    "A section has fewer words than its format asks for",
    "Say more, or leave it if nothing is missing.",
)
TOO_LONG = define(
    "plans.A051",
    "A section has more words than its format asks for",
    "Cut it to what readers need.",
)
NO_LEAD = define(
    "plans.A052",
    "A section has no lead",
    "Name who writes the section and answers for it.",
)
NAMELESS_POST = define(
    "plans.A053",
    "A post on the cover has no name",
    "Name the person who holds the post, or take the post out.",
)
NO_ALTERNATIVE = define(
    "plans.A054",
    "A picture is not described",
    "Say in words what it shows, for readers who cannot see it.",
)
TO_BE_SET = define(
    "plans.A055",
    "Cells are still to be set",
    "Fill them in, or say in a note when they will be.",
)

OPEN_LINES = define(
    "plans.W080",
    "The checklist has open lines",
    "Tick what has been done, or say in a note to the approver why it has not.",
    at_approval=True,
)
NOT_STARTED = define(
    "plans.W081",
    "A section holds only what it was started with",
    "Write it, or mark it as ready if it may stay as it is.",
    at_approval=True,
)
OPEN_COMMENTS = define(
    "plans.A080",
    "A section has open comments",
    "Answer and resolve them, or leave them to the approver knowingly.",
    at_approval=True,
)

_PLACEHOLDER = re.compile(
    r"""
    \b(?:(?i:lorem\s+ipsum)|TBC|TBA|TODO|XX+|FIXME)\b
  | (?:£|\b)[xX]{2,}(?:%|\b)
  | \bto\ be\ (?:confirmed|completed|inserted|added\ (?:here|later))\b
  | \[\s*(?:insert|add|enter|name|date|amount|figure|number|text|title|x+)\b[^\[\]]*\]
  | <\s*(?:insert|add|enter|name|date|amount|figure)\b[^<>]*>
  | \b(?:insert|enter|type)\s+(?:text|name|date|figure|title|details)\s+here\b
  | \bclick\s+(?:or\s+tap\s+)?(?:here\s+)?to\s+(?:enter|add)\s+(?:text|a\s+title|a\s+date)\b
  | \b(?:dd|DD)/(?:mm|MM)/(?:yy|YY){1,2}\b
  | \?{3,}
  | _{4,}
  | \.{6,}
    """,
    re.VERBOSE,
)
_PLACEHOLDER_HINTS = (
    *("orem", "OREM", "TBC", "TBA", "TODO", "FIXME", "XX", "xx", "[", "<", " here", "to enter"),
    *("to be confirmed", "to be completed", "to be inserted", "to be added", "to add"),
    *("dd/mm", "DD/MM", "???", "____", "......"),
)
_NOT_FINAL = re.compile(
    r"\bDRAFT\b"
    r"|\b(?i:provisional|indicative)\s+(?:(?:total|gross|net)\s+)?"
    r"(?:budgets?|figures?|allocations?|outturn|targets?|amounts?|totals?|estimates?)\b"
    r"|\b(?i:draft)\s+(?:(?:annual|operating|business|final)\s+)?"
    r"(?:plan|budget(?!\s+book)|figures?|version|targets?)\b"
    r"|(?i:\(draft\))"
)
_NOT_FINAL_HINTS = ("DRAFT", "draft", "Draft", "rovisional", "ndicative", "ROVISIONAL")
# Keys of a row that hold people, dates and names, which are no cells.
_NAMES = frozenset({"lead", "leads", "owners", "due", "title", "label", "activity", "review"})


# --- empty sections, and what the format asks for ------------------------------------------------


@extract("measure")
def extract_measure(section: SectionView) -> dict[str, int]:
    """Take out the counts of words and rows, as `measure_section`, and of what stands besides."""
    content = section.raw["content"]
    prose = [w for w in section.wordings if w.rich and w.path[0] != "notes"]
    return {
        "words": sum(len(wording.words.split()) for wording in prose),
        "rows": sum(1 for _ in rows_of(content)),
        "besides": bool(content.get("chart")) + len(content.get("signatures") or ()),
    }


@check_plans
def sections_hold_something(plan: PlanView) -> Iterator[Finding]:
    """A heading over other sections may be all that a section is."""
    parents = {head.parent for head in plan.heads}
    titles = {head.key: head.title or head.key for head in plan.heads}
    for key, measure in plan.extracted("measure"):
        is_empty = not (measure["words"] or measure["rows"] or measure["besides"])
        if is_empty and key not in parents:
            yield EMPTY_SECTION.at(key, (), f"“{shorten(titles[key])}” is empty.")


@check_plans
def sections_keep_to_their_length(plan: PlanView) -> Iterator[Finding]:
    if plan.guide is None:
        return
    wanted = {section.key: section.words for section in plan.guide.sections if section.words}
    titles = {head.key: head.title or head.key for head in plan.heads}
    for key, measure in plan.extracted("measure"):
        count, (fewest, most) = measure["words"], wanted.get(key) or (0, measure["words"])
        if not count or fewest <= count <= most:
            continue
        check, bound = (TOO_SHORT, fewest) if count < fewest else (TOO_LONG, most)
        limit = "at least" if count < fewest else "at most"
        words = "word" if count == 1 else "words"
        message = f"“{shorten(titles[key])}” has {count} {words}; {limit} {bound} are asked for."
        yield check.at(key, (), message, stated=str(count), computed=f"{limit} {bound}")


@check_plans
def required_sections_are_there(plan: PlanView) -> Iterator[Finding]:
    """A section that was renamed is known by its kind and the words of its title."""
    for wanted in plan.guide.sections if plan.guide else ():
        if wanted.required and not any(_answers(head, wanted) for head in plan.heads):
            message = f"The plan's format requires a section “{wanted.title}”, which is missing."
            yield NOT_THERE.at("", (), message, computed=wanted.title)


def _answers(head: Any, wanted: GuideSection) -> bool:
    if head.key == wanted.key:
        return True
    same_kind = head.kind == wanted.kind
    return same_kind and resemblance(tokens_of(head.title), tokens_of(wanted.title)) >= 0.5


# --- words put there for now --------------------------------------------------------------------


@check_sections()
def nothing_is_a_placeholder(section: SectionView) -> Iterator[Finding]:
    """A cell that is "to be set" is no placeholder: it says so in the way the product reads."""
    for wording in section.wordings:
        hinted = holds_any(wording.words, _PLACEHOLDER_HINTS)
        match = _PLACEHOLDER.search(wording.words) if hinted else None
        if match and not _is_status(wording):
            place = name_place(section.raw, wording.path)
            message = f"{place} still says “{match[0]}”."
            yield PLACEHOLDER.at(section.key, wording.path, message, stated=match[0])


def _is_status(wording: Wording) -> bool:
    """Whether a text is a cell's own way to say that its value is still to come."""
    is_cell = wording.path[0] == "content" and not wording.rich
    named = any(step in _NAMES for step in wording.path if isinstance(step, str))
    return is_cell and not named and _is_pending(wording.words)


def _is_pending(text: str) -> bool:
    return (
        text[:1] in ("t", "T") and len(text) < 60 and values.parse(text).status is Status.TO_BE_SET
    )


@check_sections()
def nothing_is_provisional(section: SectionView) -> Iterator[Finding]:
    for wording in section.wordings:
        hinted = holds_any(wording.words, _NOT_FINAL_HINTS)
        if match := _NOT_FINAL.search(wording.words) if hinted else None:
            place = name_place(section.raw, wording.path)
            message = f"{place} speaks of “{match[0]}”."
            yield NOT_FINAL.at(section.key, wording.path, message, stated=match[0])


@check_sections("activity", "register")
def cells_are_set(section: SectionView) -> Iterator[Finding]:
    """Say once how many cells of a table are still to be set."""
    pending = [
        wording
        for wording in section.wordings
        if "cells" in wording.path and not wording.rich and _is_pending(wording.words)
    ]
    if pending:
        first = name_place(section.raw, pending[0].path)
        many = f"{len(pending)} cells, the first of them {first}, are"
        said = many if len(pending) > 1 else f"{first} is"
        message = f"{said} still to be set."
        yield TO_BE_SET.at(section.key, pending[0].path, message, stated=str(len(pending)))


# --- people -------------------------------------------------------------------------------------


def find_nameless(
    section: SectionView, key: str, *, all_of: Check, one: Check, what: str
) -> Iterator[Finding]:
    """Yield a finding for each row of content.rows that names nobody under `key`; where none of
    them names anybody, one of the sort `all_of` for the whole."""
    rows = section.raw["content"]["rows"]
    nameless = [row for row in rows if not any(row[key])]
    if len(rows) > 1 and len(nameless) == len(rows):
        message = f"None of the {len(rows)} {what}s names anybody responsible."
        yield all_of.at(section.key, ("content", "rows"), message)
        return
    for row in nameless:
        path: Path = ("content", "rows", row["id"], key)
        yield one.at(section.key, path, f"The {what} “{name_row(row)}” names nobody responsible.")


@check_sections("register")
def register_rows_name_people(section: SectionView) -> Iterator[Finding]:
    """A column of people that some rows fill is to be filled in all."""
    content = section.raw["content"]
    rows = [row for row in content["rows"] if row.get("cells")]
    for column in content["columns"]:
        empty = [row for row in rows if not row["cells"].get(column["key"], "").strip()]
        if column["type"] == "people" and len(empty) < len(rows):
            for row in empty:
                path = ("content", "rows", row["id"], "cells", column["key"])
                message = f"“{name_row(row)}” has nobody under “{column['label']}”."
                yield NO_PERSON.at(section.key, path, message)


@check_plans
def sections_have_leads(plan: PlanView) -> Iterator[Finding]:
    """A plan that names no leads at all works without them."""
    if any(head.lead for head in plan.heads):
        for head in plan.heads:
            if not head.lead:
                message = f"“{shorten(head.title or head.key)}” has no lead."
                yield NO_LEAD.at(head.key, ("lead",), message)


@check_plans
def posts_of_the_cover_have_names(plan: PlanView) -> Iterator[Finding]:
    for person in plan.head.people:
        if person.role and not person.name:
            message = f"The cover names the post “{person.role}” without a name."
            yield NAMELESS_POST.at("", (), message, stated=person.role)


@check_sections("narrative")
def pictures_are_described(section: SectionView) -> Iterator[Finding]:
    for figure in section.raw["content"]["figures"]:
        if not figure["alt"]:
            path = ("content", "figures", figure["id"], "alt")
            message = f"The picture “{shorten(figure['name'])}” is not described in words."
            yield NO_ALTERNATIVE.at(section.key, path, message)


# --- how far the work is, which weighs when the plan is to be approved ---------------------------


@check_plans
def checklist_is_ticked(plan: PlanView) -> Iterator[Finding]:
    if plan.guide is None or plan.progress is None:
        return
    lines = tuple(dict.fromkeys(plan.guide.checklist))
    missing = [line for line in lines if line not in plan.progress.ticked]
    if missing:
        are = "is open" if len(missing) == 1 else "are open, the first of them"
        named = f"“{shorten(missing[0].rstrip('.'))}”"
        message = f"{len(missing)} of the checklist's {len(lines)} lines {are}: {named}."
        stated = f"{len(lines) - len(missing)} of {len(lines)} ticked"
        yield OPEN_LINES.at("", (), message, stated=stated)


@check_plans
def sections_were_started(plan: PlanView) -> Iterator[Finding]:
    """One that is empty besides is found as that."""
    if plan.progress is None:
        return
    titles = {head.key: head.title or head.key for head in plan.heads}
    for key, measure in plan.extracted("measure"):
        holds = measure["words"] or measure["rows"] or measure["besides"]
        if holds and key in plan.progress.not_started:
            message = (
                f"“{shorten(titles[key])}” is still marked “Not started”, with what it began with."
            )
            yield NOT_STARTED.at(key, (), message)


@check_plans
def comments_are_resolved(plan: PlanView) -> Iterator[Finding]:
    threads = plan.progress.threads if plan.progress else {}
    for head in plan.heads:
        if count := threads.get(head.key, 0):
            comments = "comment" if count == 1 else "comments"
            message = f"“{shorten(head.title or head.key)}” has {count} open {comments}."
            yield OPEN_COMMENTS.at(head.key, (), message, stated=str(count))
