"""What a plan still lacks: empty sections, words, rows, owners."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from documents import values
from documents.values import Status
from plans.checks.findings import Check, Finding
from plans.checks.guides import GuideSection
from plans.checks.names import resemblance, tokens_of
from plans.checks.placeholders import is_status
from plans.checks.registry import check_plans, check_sections, define, extract
from plans.checks.running import PlanView, SectionView
from plans.checks.wording import Wording, column_of, name_place, name_row, row_of
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
EMPTY_TABLE = define(
    "plans.W055",
    "A table holds nothing but its headings",
    "Fill it in, or delete the section if the plan does not need the table.",
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
EMPTY_FACT = define(
    "plans.A056",
    "A fact of the cover says nothing",
    "Choose its figure or type its words, or take the fact out.",
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


@check_plans
def facts_of_the_cover_say_something(plan: PlanView) -> Iterator[Finding]:
    for fact in plan.head.summary:
        figure = plan.figures.get(fact.figure) if fact.figure else None
        if figure and figure.value.status is Status.BLANK:
            message = f"The cover's “{fact.label}” shows “{figure.label}”, which is empty."
            yield EMPTY_FACT.at("", (), message, stated=fact.figure)
        elif not fact.figure and not fact.text:
            yield EMPTY_FACT.at("", (), f"The cover names “{fact.label}” and says nothing of it.")


# --- tables -------------------------------------------------------------------------------------


@check_plans
def tables_have_rows(plan: PlanView) -> Iterator[Finding]:
    """One that holds nothing at all is an empty section; over other sections it is a heading."""
    parents = {head.parent for head in plan.heads}
    heads = {head.key: head for head in plan.heads}
    for key, measure in plan.extracted("measure"):
        is_table = heads[key].kind != "narrative" and key not in parents
        if is_table and not measure["rows"] and (measure["words"] or measure["besides"]):
            title = shorten(heads[key].title or key)
            yield EMPTY_TABLE.at(key, (), f"The table “{title}” has no rows.")


@check_sections("activity", "indicators", "register")
def tables_are_filled_in(section: SectionView) -> Iterator[Finding]:
    """Rows that only bear their names are headings too."""
    rows = section.raw["content"]["rows"]
    cells = [row["cells"] for row in rows if "cells" in row]
    if cells and not any(text.strip() for row in cells for text in row.values()):
        title = shorten(section.head.title or section.key)
        message = f"None of the {len(cells)} rows of “{title}” holds anything but its name."
        yield EMPTY_TABLE.at(section.key, ("content", "rows"), message)


@check_sections("activity", "register", "budget", "staffing")
def cells_are_set(section: SectionView) -> Iterator[Finding]:
    """Say once how many cells of a table are still to be set while no note says when."""
    pending = [each for each in section.wordings if is_status(each)]
    silent = [each for each in pending if not _has_note(section, each)]
    if silent:
        first = name_place(section.raw, silent[0].path)
        many = f"{len(silent)} cells, the first of them {first}, are"
        said = many if len(silent) > 1 else f"{first} is"
        message = f"{said} still to be set, and no note says when."
        yield TO_BE_SET.at(section.key, silent[0].path, message, stated=str(len(silent)))


def _has_note(section: SectionView, wording: Wording) -> bool:
    """Whether a note hangs on a cell, on its row's name or on its column's."""
    column = column_of(section.raw, wording.path)
    named = [row_of(section.raw, wording.path).get(key, "") for key in ("label", "title")]
    texts = [wording.words, *named, column["label"] if column else ""]
    return any(values.split_notes(text)[1] for text in texts)


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
    """A plan that names no leads at all works without them. Who is asked to write a section leads
    it, though the plan prints nobody's post."""
    assigned = plan.progress.assigned if plan.progress else frozenset()
    if any(head.lead for head in plan.heads):
        for head in plan.heads:
            if not head.lead and head.key not in assigned:
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
