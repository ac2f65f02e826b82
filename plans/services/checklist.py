"""The checklist that a plan's format has, and who vouches for which of its lines.

A tick belongs to the words of a line: a line that the format words otherwise is open again, and
shows who ticked it in its earlier words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from plans.checks.names import resemblance, tokens_of
from plans.models import ChecklistTick, Event, Plan
from plans.permissions import can_manage
from plans.services.taking import refuse_unless_open, take_plan

ALIKE = 0.5  # of the words of two lines, from which one is taken for the other's earlier wording


class LineGone(LookupError):
    """The format's checklist has no such line any more."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the checklist: its tick, or who ticked it while it was worded otherwise."""

    words: str
    digest: str
    tick: ChecklistTick | None = None
    earlier: ChecklistTick | None = None


@dataclass(frozen=True, slots=True)
class Checklist:
    """A plan's checklist in the format's order; `lost`: ticks of lines that are not in it."""

    lines: tuple[Line, ...]
    lost: tuple[ChecklistTick, ...] = ()

    @property
    def open_lines(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if not line.tick)

    @property
    def done(self) -> int:
        return len(self.lines) - len(self.open_lines)


def read_checklist(plan: Plan) -> Checklist:
    """Return the plan's checklist with its ticks; one without lines where its format has none."""
    ticks = {tick.digest: tick for tick in plan.ticks.select_related("by")}
    found = [Line(words, digest, ticks.pop(digest, None)) for words, digest in _list_lines(plan)]
    lines = tuple(_with_earlier(found, ticks))
    return Checklist(lines, tuple(ticks.values()))


def _list_lines(plan: Plan) -> list[tuple[str, str]]:
    """Return words and digest of each line of the format's checklist, each line once."""
    lines = dict.fromkeys(plan.format.checklist if plan.format else ())
    return [(words, hashlib.sha256(words.encode()).hexdigest()) for words in lines]


def _with_earlier(lines: Sequence[Line], lost: dict[str, ChecklistTick]) -> Iterator[Line]:
    """Yield the lines, open ones with the tick of their earlier wording, taken out of `lost`."""
    for line in lines:
        words = tokens_of(line.words)
        alike = {d: resemblance(words, tokens_of(lost[d].line)) for d in lost}
        best = max(alike, key=alike.__getitem__, default="")
        if line.tick or not best or alike[best] < ALIKE:
            yield line
        else:
            yield Line(line.words, line.digest, earlier=lost.pop(best))


@transaction.atomic
def tick_line(plan: Plan, digest: str, *, note: str = "", by: User, at: datetime) -> None:
    """Vouch for a line of the checklist; one that somebody ticked stays as it is.

    The tick of the line's earlier wording ends with it.

    :raises LineGone: if the checklist has no line of this digest.
    :raises NotOpen: if the plan is not a draft.
    :raises PermissionDenied: if `by` may not shape the plan.
    """
    plan = _take(plan, by=by)
    line = next((each for each in read_checklist(plan).lines if each.digest == digest), None)
    if line is None:
        raise LineGone(digest)
    if line.tick:
        return
    if line.earlier:
        line.earlier.delete()
    tick = ChecklistTick.objects.create(
        plan=plan, line=line.words, digest=digest, note=note.strip(), by=by, at=at
    )
    _note(plan, "checklist_ticked", tick, by=by, at=at)


@transaction.atomic
def untick_line(plan: Plan, digest: str, *, by: User, at: datetime) -> None:
    """Take a tick away, or let go of one whose line is gone; without one nothing changes.

    :raises NotOpen: if the plan is not a draft.
    :raises PermissionDenied: if `by` may not shape the plan.
    """
    plan = _take(plan, by=by)
    tick = plan.ticks.select_related("by").filter(digest=digest).first()
    if tick:
        tick.delete()
        _note(plan, "checklist_unticked", tick, by=by, at=at)


def _take(plan: Plan, *, by: User) -> Plan:
    plan = take_plan(plan.pk)
    refuse_unless_open(plan)
    if not can_manage(by, plan):
        raise PermissionDenied
    return plan


def _note(plan: Plan, action: str, tick: ChecklistTick, *, by: User, at: datetime) -> None:
    detail = {"line": tick.line, "comment": tick.note, "ticked_by": tick.by.name}
    Event.objects.create(plan=plan, action=action, detail=detail, by=by, at=at)


def dump_ticks(plan: Plan) -> list[dict[str, str]]:
    """Return the checklist for the record, as JSON: `line`, `person`, `post`, `at`, `note`; all
    but `line` "" where a line is open."""
    return [_dump_line(line) for line in read_checklist(plan).lines]


def _dump_line(line: Line) -> dict[str, str]:
    tick = line.tick
    who = {"person": tick.by.name, "post": tick.by.post} if tick else {"person": "", "post": ""}
    when = {"at": tick.at.isoformat(), "note": tick.note} if tick else {"at": "", "note": ""}
    return {"line": line.words, **who, **when}
