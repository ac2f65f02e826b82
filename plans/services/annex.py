"""The annex of findings and waivers: what was found in one state of a plan, kept for the record.

A document of its own beside the plan, never a part of it. See docs/checking.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format

from documents.blocks import (
    RECORD,
    Block,
    Cell,
    Column,
    Document,
    Heading,
    Imprint,
    Paragraph,
    Part,
    Prose,
    Row,
    Run,
    Table,
)
from documents.values import parse
from plans.checks import Level
from plans.models import Plan, Version
from plans.services.findings import dump_found, find_in_plan
from plans.services.imprints import branding_of, local_day
from plans.services.printing import render_form
from plans.services.records import Record, Recorded, RecordedLapse, RecordedWaiver

TITLE = "Findings and waivers"
LEVELS = {
    Level.ERROR: "Errors",
    Level.WARNING: "Warnings",
    Level.ADVICE: "Advice",
    Level.ROUNDING: "Rounding",
}
UNRECORDED = (
    "No findings were recorded with this version: it was submitted before the checks of plans "
    "were kept."
)


# --- the document ------------------------------------------------------------------------------


def build_annex(record: Record) -> Document:
    """Return the annex as a tree: how much was found, then a table for each level."""
    parts = [_build_summary(record), *_build_levels(record.found or ())]
    if record.lapsed:
        parts.append(_build_lapsed(record.lapsed))
    if record.checklist:
        parts.append(_build_checklist(record.checklist))
    subtitle = f"{record.title}: {_lower_first(record.of)}"
    return Document(title=TITLE, subtitle=subtitle, cover=record.cover, parts=tuple(parts))


def _lower_first(words: str) -> str:
    return f"{words[:1].lower()}{words[1:]}"


def _build_summary(record: Record) -> Part:
    blocks: list[Block] = [
        Heading("How much was found", level=1, key="summary"),
        Prose(tuple(_paragraph(words) for words in _tell_record(record))),
    ]
    if record.found is not None:
        blocks.append(_build_counts(record.found))
    return Part("summary", tuple(blocks))


def _tell_record(record: Record) -> Iterator[str]:
    """Yield what the annex is of, in sentences."""
    day = date_format(timezone.localtime(record.at), "j F Y, H:i")
    version = record.version
    if version:
        yield f"{record.of} of the plan, as {version.submitted_by} submitted it on {day}."
        yield f"SHA-256 hash of that version: {version.digest}"
    else:
        yield f"{record.of} of the plan, as it stood on {day}."
    yield record.tally.words.capitalize() + "." if record.tally else UNRECORDED
    if record.lapsed:
        count = len(record.lapsed)
        have = "1 waiver has" if count == 1 else f"{count} waivers have"
        yield f"{have} lapsed, and nobody has let go of what holds no more."


def _build_counts(found: Sequence[Recorded]) -> Table:
    columns = (
        Column("level", "Level", width=0.4),
        Column("standing", "Not waived", align="right", width=0.3),
        Column("waived", "Waived", align="right", width=0.3),
    )
    rows = [
        Row(level.word, (Cell(name, header=True), _number(standing), _number(waived)))
        for level, name in LEVELS.items()
        for standing, waived in [_split(found, level)]
    ]
    return Table(columns, tuple(rows), caption="Findings by level", key="counts")


def _split(found: Sequence[Recorded], level: Level) -> tuple[int, int]:
    """Return how many findings of a level stand, and how many were waived."""
    waived = [each.waiver is not None for each in found if each.finding.level == level]
    return len(waived) - sum(waived), sum(waived)


def _number(count: int) -> Cell:
    return Cell(parse(str(count)))


def _build_levels(found: Sequence[Recorded]) -> Iterator[Part]:
    for level, name in LEVELS.items():
        own = [each for each in found if each.finding.level == level]
        if own:
            heading = Heading(name, level=1, key=level.word)
            yield Part(level.word, (heading, _build_table(own, level)), orientation="landscape")


COLUMNS = (
    Column("section", "Section", width=0.14),
    Column("place", "Place", width=0.14),
    Column("found", "What was found", width=0.34),
    Column("stated", "Stated", width=0.08),
    Column("computed", "Computed", width=0.1),
    Column("waiver", "Waiver", width=0.2),
)


def _build_table(found: Sequence[Recorded], level: Level) -> Table:
    rows = [
        Row(f"{level.word}-{number}", _build_cells(each)) for number, each in enumerate(found, 1)
    ]
    standing, waived = _split(found, level)
    caption = f"{standing} not waived, {waived} waived"
    return Table(COLUMNS, tuple(rows), caption=caption, key=f"findings-{level.word}")


def _build_cells(each: Recorded) -> tuple[Cell, ...]:
    finding = each.finding
    words = (each.place, f"{finding.message} ({finding.id})", finding.stated, finding.computed)
    return (Cell(each.section, header=True), *map(_cell, words), _waiver_cell(each.waiver))


def _cell(words: str) -> Cell:
    """Return a cell of words as they were written, in which no mark leads to a note."""
    return Cell(Prose((_paragraph(words),)) if words else "")


def _waiver_cell(waiver: RecordedWaiver | None) -> Cell:
    if waiver is None:
        return Cell("")
    return Cell(Prose((_paragraph(waiver.reason), _paragraph(f"{waiver.by}, {_day(waiver.at)}"))))


def _day(at: datetime) -> str:
    return date_format(timezone.localtime(at), "j F Y")


def _build_lapsed(lapsed: Sequence[RecordedLapse]) -> Part:
    """Return the waivers that lapsed, each with what was let stand and what became of it."""
    columns = (
        Column("section", "Section", width=0.14),
        Column("was", "What was waived", width=0.32),
        Column("waiver", "Waiver", width=0.24),
        Column("since", "Since then", width=0.3),
    )
    rows = [
        Row(
            f"lapsed-{number}",
            (
                Cell(each.section, header=True),
                _cell(f"{each.was.message} ({each.was.id})"),
                _waiver_cell(each.waiver),
                _cell(each.since),
            ),
        )
        for number, each in enumerate(lapsed, 1)
    ]
    table = Table(columns, tuple(rows), caption="Waivers that hold no more", key="lapsed")
    heading = Heading("Waivers that lapsed", level=1, key="lapsed")
    return Part("lapsed", (heading, table), orientation="landscape")


def _build_checklist(lines: Sequence[Mapping[str, str]]) -> Part:
    """Return the checklist of the plan's format, each line with who ticked it."""
    rows = [
        Row(f"line-{number}", (_cell(line["line"]), _tick_cell(line), _cell(line["note"])))
        for number, line in enumerate(lines, 1)
    ]
    columns = (
        Column("line", "Asked", width=0.5),
        Column("tick", "Ticked by", width=0.25),
        Column("note", "Note", width=0.25),
    )
    ticked = sum(bool(line["at"]) for line in lines)
    caption = f"{ticked} of {len(lines)} ticked"
    table = Table(columns, tuple(rows), caption=caption, key="checklist")
    return Part("checklist", (Heading("Checklist", level=1, key="checklist"), table))


def _tick_cell(line: Mapping[str, str]) -> Cell:
    if not line["at"]:
        return Cell("Open")
    who = ", ".join(filter(None, (line["person"], line["post"])))
    return _cell(f"{who}, {_day(datetime.fromisoformat(line['at']))}")


def _paragraph(words: str) -> Paragraph:
    return Paragraph((Run(words),))


# --- files -------------------------------------------------------------------------------------


def describe_annex(plan: Plan, version: Version | None = None) -> dict[str, str]:
    """Return what a job stores of an annex that it prints: the same in words."""
    of = f"version {version.number}" if version else "the working copy"
    return {"words": f"{TITLE}: {of} of the plan"}


def annex_imprint(record: Record) -> Imprint:
    """Return what a printed annex says of itself: of a version the same at any time."""
    return Imprint(
        state=RECORD,
        version=record.version.number if record.version else 0,
        printed_on=local_day(record.at),
        branding=branding_of(record.plan.organisation_unit),
    )


def export_annex(record: Record, fmt: str) -> bytes:
    """Return the annex in one of `documents.formats.FORMATS`.

    :raises PrintFailed: with a sentence, if it cannot be printed.
    """
    return render_form(build_annex(record), fmt, annex_imprint(record), plan_file=None)


def dump_record(record: Record) -> bytes:
    """Return the findings as JSON rows, as `check_plan` gives them, each with its waiver,
    and the waivers that lapsed."""
    rows = record.version.findings if record.version else dump_found(find_in_plan(record.plan))
    return f"{json.dumps(rows or [], ensure_ascii=False, indent=1)}\n".encode()
