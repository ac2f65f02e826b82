"""What was found in one state of a plan and what of it was waived, read back from where it is kept.

See docs/checking.md; `services/annex.py` writes it as a document.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.utils import timezone

from documents.blocks import Cover
from plans.checks import Finding, Level
from plans.content import Path
from plans.editor import find_place, section_grid
from plans.models import Job, Plan, Version
from plans.numbering import number_sections
from plans.planfile import PlanData, PlanHead, plan_facts, read_plan
from plans.registry import PlanFacts
from plans.services.checklist import dump_ticks
from plans.services.findings import dump_found, find_in_plan, load_finding
from plans.services.reviewing import find_name
from plans.services.tallies import Tally, count_findings, is_lapsed
from plans.services.versions import format_rules, version_document

WHOLE = "The plan as a whole"
GONE = "A section that the plan has no more"


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


def read_record(job: Job) -> Record:
    """Return what a job that prints an annex prints: of its version, or the working copy now."""
    if job.version_id:
        return record_of_version(Version.objects.select_related("plan").get(pk=job.version_id))
    return record_of_draft(job.plan, at=timezone.now())
