"""The annex of findings and waivers: what was found in one state of a plan, kept for the record.

A document of its own beside the plan, never a part of it. See docs/checking.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from documents.blocks import (
    RECORD,
    Block,
    Cell,
    Column,
    Cover,
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
from plans.checks import Finding, Level
from plans.content import Path
from plans.editor import find_place, section_grid
from plans.models import Job, Plan, Version
from plans.numbering import number_sections
from plans.planfile import PlanData, PlanHead, plan_facts, read_plan
from plans.registry import PlanFacts
from plans.services.checklist import dump_ticks
from plans.services.findings import dump_found, find_in_plan, load_finding
from plans.services.imprints import branding_of, local_day
from plans.services.printing import render_form
from plans.services.reviewing import find_name
from plans.services.tallies import Tally, count_findings, is_lapsed
from plans.services.versions import format_rules, version_document

TITLE = "Findings and waivers"
LEVELS = {
    Level.ERROR: "Errors",
    Level.WARNING: "Warnings",
    Level.ADVICE: "Advice",
    Level.ROUNDING: "Rounding",
}
WHOLE = "The plan as a whole"
GONE = "A section that the plan has no more"
UNRECORDED = (
    "No findings were recorded with this version: it was submitted before the checks of plans "
    "were kept."
)


@dataclass(frozen=True, slots=True)
class RecordedWaiver:
    """Who let a finding stand, why and when, as it was recorded."""

    reason: str
    person: str
    post: str
    at: datetime

    @property
    def by(self) -> str:
        """Name and post, as they were then."""
        return ", ".join(filter(None, (self.person, self.post)))


@dataclass(frozen=True, slots=True)
class Recorded:
    """A finding as it was recorded, and its waiver. `section` and `place` say in words where it
    was; `raw` is that section as it stood, None for the plan as a whole."""

    finding: Finding
    section: str
    place: str
    raw: Mapping[str, Any] | None
    waiver: RecordedWaiver | None = None


@dataclass(frozen=True, slots=True)
class RecordedLapse:
    """A waiver that lapsed and that nobody let go: what it was for, in words. `now`: the one
    finding of its sort that was at its place when this was recorded, if there was one."""

    was: Finding
    section: str
    waiver: RecordedWaiver
    now: Finding | None = None

    @property
    def since(self) -> str:
        """What became of it, in a sentence."""
        if self.now is None:
            return "This is not found there any more."
        return f"The values have changed since: {self.now.message}"


@dataclass(frozen=True, slots=True)
class Record:
    """What was found in one state of a plan; `found` is None where that was not recorded.
    `lapsed`: waivers that held no more then; of early versions they were not recorded.

    `of` names the state in words; `keys` its sections in order. `checklist`: its lines as
    `dump_ticks` has them. `version` is None for the working copy, which is told as it stood at
    `at`.
    """

    plan: Plan
    of: str
    at: datetime
    cover: Cover
    title: str
    keys: tuple[str, ...]
    found: tuple[Recorded, ...] | None
    lapsed: tuple[RecordedLapse, ...] = ()
    checklist: Sequence[Mapping[str, str]] = ()
    version: Version | None = None

    @property
    def tally(self) -> Tally | None:
        """How much was found; None where that was not recorded."""
        return None if self.found is None else tally_recorded(self.found)

    @property
    def waived(self) -> tuple[Recorded, ...]:
        return tuple(each for each in self.found or () if each.waiver)

    def standing(self, least: Level = Level.WARNING) -> tuple[Recorded, ...]:
        """Return what nobody waived of at least this level."""
        found = self.found or ()
        return tuple(e for e in found if e.waiver is None and e.finding.level >= least)


def tally_recorded(found: Iterable[Recorded]) -> Tally:
    return count_findings((each.finding, each.waiver is not None) for each in found)


# --- reading -----------------------------------------------------------------------------------


def record_of_version(version: Version) -> Record:
    """Return what was found in a version when it was submitted."""
    frozen = json.loads(version.plan_file)
    document = version_document(version)
    names = {part.key: find_name(part) for part in document.parts}
    raws = {section["key"]: section for section in frozen["sections"]}
    facts = plan_facts(PlanHead.model_validate(frozen["plan"]))
    rows = version.findings
    return Record(
        plan=version.plan,
        of=f"Version {version.number}",
        at=version.submitted_at,
        cover=_bare_cover(document.cover),
        title=document.title,
        keys=tuple(raws),
        found=None if rows is None else tuple(_read_rows(rows, names, raws, facts)),
        lapsed=tuple(_read_lapsed(rows or (), names)),
        checklist=version.checklist,
        version=version,
    )


def record_of_draft(plan: Plan, *, at: datetime) -> Record:
    """Return what the checks find in the working copy, read at `at`."""
    data = read_plan(plan)
    found = find_in_plan(plan)
    names = _name_sections(plan, data)
    raws = _write_sections(data, {each.finding.section for each in found.found})
    rows, head = dump_found(found), data.head
    return Record(
        plan=plan,
        of="The working copy",
        at=at,
        cover=Cover(head.council, head.directorate, head.unit, head.year),
        title=head.title,
        keys=tuple(names),
        found=tuple(_read_rows(rows, names, raws, data.facts)),
        lapsed=tuple(_read_lapsed(rows, names)),
        checklist=dump_ticks(plan),
    )


def _bare_cover(cover: Cover) -> Cover:
    return Cover(cover.council, cover.directorate, cover.unit, cover.year)


def _name_sections(plan: Plan, data: PlanData) -> dict[str, str]:
    heads = [section.head for section in data.sections]
    numbers = number_sections(heads, format_rules(plan).numbering)
    return {head.key: f"{numbers[head.key]} {head.title}".strip() for head in heads}


def _write_sections(data: PlanData, keys: set[str]) -> dict[str, dict[str, Any]]:
    return {each.head.key: each.as_dict() for each in data.sections if each.head.key in keys}


def _read_rows(
    rows: Iterable[Mapping[str, Any]],
    names: Mapping[str, str],
    raws: Mapping[str, Mapping[str, Any]],
    facts: PlanFacts,
) -> Iterator[Recorded]:
    """Yield findings as `dump_found` wrote them, with their section and place in words."""
    grid_of = cache(lambda key: section_grid(raws[key], facts))
    for row in rows:
        if is_lapsed(row):
            continue
        finding = load_finding(row)
        raw = raws.get(finding.section)
        section = names.get(finding.section) or WHOLE
        place = ""
        if raw and finding.path:
            place = str(find_place(finding.path, grid_of(finding.section), [raw]))
        waiver = row["waiver"]
        yield Recorded(finding, section, place, raw, _read_waiver(waiver) if waiver else None)


def _read_lapsed(
    rows: Sequence[Mapping[str, Any]], names: Mapping[str, str]
) -> Iterator[RecordedLapse]:
    """Yield the waivers that lapsed among such rows; their places may be gone."""
    now: dict[tuple[str, str, Path], list[Finding]] = {}
    for row in rows:
        if not is_lapsed(row):
            finding = load_finding(row)
            now.setdefault(finding.place, []).append(finding)
    for row in filter(is_lapsed, rows):
        was = load_finding(row)
        there = now.get(was.place, [])
        section = names.get(was.section, GONE) if was.section else WHOLE
        only = there[0] if len(there) == 1 else None
        yield RecordedLapse(was, section, _read_waiver(row["waiver"]), only)


def _read_waiver(row: Mapping[str, str]) -> RecordedWaiver:
    at = datetime.fromisoformat(row["at"])
    return RecordedWaiver(row["reason"], row["person"], row["post"], at)


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


def read_record(job: Job) -> Record:
    """Return what a job that prints an annex prints: of its version, or the working copy now."""
    if job.version_id:
        return record_of_version(Version.objects.select_related("plan").get(pk=job.version_id))
    return record_of_draft(job.plan, at=timezone.now())
