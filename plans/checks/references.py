"""References inside a plan: repeated ones, typed page numbers, words in place of a link, pictures.

Links from actions to objectives are the business of the app that keeps both.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from plans.checks.findings import Finding
from plans.checks.registry import check_plans, check_sections, define, extract
from plans.checks.running import PlanView, SectionView
from plans.checks.wording import holds_any, list_rows, name_place, name_row
from plans.content import Path, shorten
from plans.editor import name_rows
from plans.registry import get_kind

REPEATED_REF = define(
    "plans.W010",
    "Two rows bear the same reference",
    "Give one of them another reference, and see which one the links to it mean.",
)
TYPED_PAGE = define(
    "plans.W011",
    "A page number is typed",
    "Link to the section instead: its number and page are printed, and stay right.",
)
NO_PICTURE = define(
    "plans.E004",
    "A picture is named that is not stored with the plan",
    "Store the picture under Pictures, or choose another in the section.",
)
NO_FORMAT = define(
    "plans.W012",
    "The plan names a format that the council does not keep",
    "Choose one of the council's formats, or let the plan have none.",
)
TYPED_SECTION = define(
    "plans.A010",
    "A section number is typed",
    "Link to the section instead: its number is printed, and stays right.",
)
CLICK_HERE = define(
    "plans.A011",
    "A reader is told to click",
    "Say what stands there and link those words: on paper nobody can click.",
)

_PAGE = re.compile(
    r"\b(?:on|see|at|from|to|and)?\s*(?:pages?|pp?\.)\s?(?P<page>[0-9]{1,3})\b"
    r"(?!\s*(?:of|in)\b|\s*(?:words|long|A4))",
    re.IGNORECASE,
)
# A page of something else is no page of this plan.
_COUNTED = re.compile(r"\b(?:a|per|each|every|[0-9]+)\s*$", re.IGNORECASE)
_SECTION = re.compile(
    r"\bsee (?:also )?section (?P<number>[A-Z](?![\w'’])|[0-9]{1,2}(?:\.[0-9]{1,2})*)\b(?!\s+of\b)",
    re.IGNORECASE,
)
_CLICK = re.compile(r"\bclick (?:on )?(?:here|this link|the link)\b", re.IGNORECASE)
_TYPED_HINTS = ("page", "Page", "PAGE", " pp", " p.", "ee section", "ee also section", "lick ")
_REF_COLUMN = re.compile(r"(?:ref(?:erence)?(?: ?(?:no|number))?|no|number|id)\.?", re.IGNORECASE)


# --- repeated references ------------------------------------------------------------------------


@check_sections()
def references_are_unique(section: SectionView) -> Iterator[Finding]:
    """Rows of one list are told apart by `ref` or `number`, register rows by a column so named."""
    for path, rows in list_rows(section.raw["content"], ("content",)):
        for key in ("ref", "number"):
            yield from _repeated(section, path, (key,), [(row, row.get(key)) for row in rows])
    for column in section.raw["content"].get("columns") or ():
        if _REF_COLUMN.fullmatch(column["label"].strip()):
            rows = section.raw["content"]["rows"]
            cells = [(row, (row.get("cells") or {}).get(column["key"])) for row in rows]
            yield from _repeated(section, ("content", "rows"), ("cells", column["key"]), cells)


def _repeated(
    section: SectionView,
    path: Path,
    inner: Path,
    rows: Sequence[tuple[Mapping[str, Any], str | None]],
) -> Iterator[Finding]:
    first: dict[str, Mapping[str, Any]] = {}
    for row, ref in rows:
        plain = "".join((ref or "").split()).casefold()
        if not plain:
            continue
        if plain in first:
            one, two = name_row(first[plain]), name_row(row)
            message = f"“{two}” bears the reference {ref}, as “{one}” does."
            causes = ((section.key, (*path, first[plain]["id"], *inner)),)
            at = (*path, row["id"], *inner)
            yield REPEATED_REF.at(section.key, at, message, stated=str(ref), causes=causes)
        first.setdefault(plain, row)


# --- references that are typed ------------------------------------------------------------------


@check_sections()
def pages_and_sections_are_linked(section: SectionView) -> Iterator[Finding]:
    """Page and section numbers move; "page 12 of the guidance" is another document's."""
    for wording in section.wordings:
        words = wording.words
        if not holds_any(words, _TYPED_HINTS):
            continue
        for match in _PAGE.finditer(words):
            if not _COUNTED.search(words[max(0, match.start() - 20) : match.start()]):
                place, said = name_place(section.raw, wording.path), match[0].strip()
                message = f"{place} says “{said}”; pages move, and nothing keeps this number right."
                yield TYPED_PAGE.at(section.key, wording.path, message, stated=match["page"])
        for match in _SECTION.finditer(words):
            place = name_place(section.raw, wording.path)
            message = f"{place} says “{match[0]}”; sections are numbered anew when one is added."
            yield TYPED_SECTION.at(section.key, wording.path, message, stated=match["number"])
        if click := _CLICK.search(words):
            place = name_place(section.raw, wording.path)
            message = f"{place} says “{click[0]}”, which leads nowhere on paper."
            yield CLICK_HERE.at(section.key, wording.path, message, stated=click[0])


# --- pictures and the format --------------------------------------------------------------------


@extract("pictures")
def extract_pictures(section: SectionView) -> list[tuple[Path, str]]:
    """Take out path and file name of each picture that the section shows."""
    return [(name_rows(path, section.raw), name) for path, name in list_pictures(section.raw)]


def list_pictures(section: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Yield path, rows by index, and file name of each picture that a section object names."""
    find = get_kind(section["kind"]).pictures
    for path, name in find(section["content"]) if find else ():
        if name:
            yield ("content", *path), name


def missing_pictures(
    section: Mapping[str, Any], stored: Collection[str]
) -> Iterator[tuple[Path, str]]:
    """Yield path, rows by index, and a sentence for each picture that is not stored."""
    for path, name in list_pictures(section):
        if name not in stored:
            yield path, say_missing_picture(name)


@check_plans
def pictures_are_stored(plan: PlanView) -> Iterator[Finding]:
    """A picture that is named and not stored would print as a box that says so."""
    if plan.pictures is None:
        return
    for key, pictures in plan.extracted("pictures"):
        for path, name in pictures:
            if name not in plan.pictures:
                yield NO_PICTURE.at(key, tuple(path), say_missing_picture(name), stated=name)


def say_missing_picture(name: str) -> str:
    return (
        f"The picture “{shorten(name)}” is not stored with this plan: store it under Pictures, "
        "or choose another here."
    )


@check_plans
def the_format_is_known(plan: PlanView) -> Iterator[Finding]:
    if plan.guide and not plan.guide.exists:
        slug = plan.guide.slug
        message = f"The plan follows the format “{slug}”, which the council does not keep."
        yield NO_FORMAT.at("", (), message, stated=slug)
