"""What was found in a version when it was submitted, as those read it who decide on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from plans.checks import Level
from plans.checks.paths import count_rows
from plans.models import Section, Version
from plans.services.records import Record, Recorded, record_of_version
from plans.services.tallies import Tally
from plans.views.findings import Shown, Spot
from plans.views.plans import reading_address


@dataclass(frozen=True, slots=True)
class RecordedSection:
    """What was found in one section, or in the plan as a whole, by the name it had then."""

    key: str
    name: str
    shown: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class ShownRecord:
    """A version's findings: what nobody waived, by section, and what somebody did.

    `tally` is None where none were recorded; then all else is empty.
    """

    tally: Tally | None
    standing: tuple[RecordedSection, ...]
    waived: tuple[RecordedSection, ...]

    def in_section(self, key: str) -> tuple[Shown, ...]:
        """Return the errors and warnings that stand in one section."""
        return next((each.shown for each in self.standing if each.key == key), ())


def show_record(version: Version, sections: Sequence[Section]) -> ShownRecord:
    """Return errors and warnings of a version, and what was waived in it; `sections` are those
    that the plan has now, in which the places are looked up."""
    if version.findings is None:
        return ShownRecord(None, (), ())
    record = record_of_version(version)
    by_key = {section.key: section for section in sections}
    return ShownRecord(
        record.tally,
        _group(record.standing(Level.WARNING), record, by_key),
        _group(record.waived, record, by_key),
    )


def _group(
    found: Iterable[Recorded], record: Record, sections: Mapping[str, Section]
) -> tuple[RecordedSection, ...]:
    """Return findings by section in the plan's order, what concerns the whole plan first."""
    order = {key: place for place, key in enumerate(record.keys)}
    placed = sorted(found, key=lambda each: order.get(each.finding.section, -1))
    return tuple(
        RecordedSection(key, run[0].section, tuple(_show(each, sections.get(key)) for each in run))
        for key, grouped in groupby(placed, key=lambda each: each.finding.section)
        for run in [list(grouped)]
    )


def _show(each: Recorded, section: Section | None) -> Shown:
    """Return a finding to be read: nobody puts it right or waives it in a version."""
    return Shown(
        finding=each.finding,
        advice="",
        place=Spot(each.place or "The whole section", _address(each, section) if section else ""),
        causes=(),
        more_causes=0,
        waiver=each.waiver,
        lapsed=(),
        may_waive=False,
        bind_url="",
    )


def _address(each: Recorded, section: Section) -> str:
    path = each.finding.path
    counted = count_rows(each.raw, path)
    return reading_address(section, named=path[: len(counted)], counted=counted)
