"""Going back: a section as it was, or without some of its saves, stored as a new revision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from plans.merge import Clash, merge
from plans.models import Section
from plans.planfile import STRUCTURE, section_object
from plans.services.saving import Saved, name_save, save_section, section_at
from plans.services.taking import take_section


class MovedOn(Exception):
    """Somebody saved the section since the person looked at what going back would change."""


@dataclass(frozen=True, slots=True)
class Return:
    """A way back: what the section would hold, and the places where later saves stand against it.

    `clashes` name what was before, what is there now and what would come back.
    """

    now: Mapping[str, Any]
    then: Mapping[str, Any]
    clashes: tuple[Clash, ...] = ()

    @property
    def changes_nothing(self) -> bool:
        return not self.clashes and self.now == self.then


def plan_restoring(section: Section, number: int) -> Return:
    """Return what restoring revision `number` would do; the plan's structure stays as it is.

    :raises SectionRevision.DoesNotExist: if there is no such revision.
    """
    now = section_object(section)
    return Return(now, _within(now, section_at(section, number)))


def plan_undoing(section: Section, first: int, last: int) -> Return:
    """Return what taking back the saves `first` to `last` would do, later ones kept.

    :raises SectionRevision.DoesNotExist: if there are no such revisions, or none before them.
    """
    now = section_object(section)
    done, before = section_at(section, last), section_at(section, first - 1)
    merged = merge(_within(now, done), now, _within(now, before))
    return Return(now, merged.merged, merged.clashes)


def _within(now: Mapping[str, Any], then: Mapping[str, Any]) -> dict[str, Any]:
    """Return a state of the past at the place that the section has in the plan now."""
    return {**then, **{name: now[name] for name in STRUCTURE}}


@transaction.atomic
def restore_section(
    section: Section, number: int, *, seen_revision: int, save_id: str, by: User, at: datetime
) -> Saved:
    """Store the section as revision `number` left it, as a new revision and a milestone.

    `seen_revision`: the present one when the person looked; nothing is merged.

    :raises MovedOn: if somebody saved since.
    :raises Faults: if what it held then does not fit its kind or its plan any more.
    :raises NotOpen: if the plan is not a draft.
    """
    section = take_section(section)
    revision = section.revisions.get(number=number)
    way = plan_restoring(section, number)
    milestone = f"Restored the section of {show_moment(revision.at)}"
    return _store(section, way, milestone, seen_revision, save_id=save_id, by=by, at=at)


@transaction.atomic
def undo_saves(
    section: Section,
    first: int,
    last: int,
    *,
    seen_revision: int,
    save_id: str,
    by: User,
    at: datetime,
) -> Saved:
    """Take back what the saves `first` to `last` changed, as a new revision and a milestone.

    :raises MovedOn: if somebody saved since the person looked, or later saves stand against it.
    :raises Faults: if what results does not fit its kind or its plan.
    :raises NotOpen: if the plan is not a draft.
    """
    section = take_section(section)
    way = plan_undoing(section, first, last)
    if way.clashes:
        raise MovedOn
    revision = section.revisions.get(number=last)
    milestone = f"Undid the change of {show_moment(revision.at)}"
    return _store(section, way, milestone, seen_revision, save_id=save_id, by=by, at=at)


def _store(
    section: Section,
    way: Return,
    milestone: str,
    seen_revision: int,
    *,
    save_id: str,
    by: User,
    at: datetime,
) -> Saved:
    """Save a way back in a section that was taken; one sent twice is stored once."""
    name = name_save(save_id, way.then, by=by)
    is_repeated = section.revisions.filter(save_id=name).exists()
    if section.revision != seen_revision and not is_repeated:
        raise MovedOn
    return save_section(
        section,
        way.then,
        base_revision=seen_revision,
        save_id=save_id,
        by=by,
        at=at,
        ends_draft=False,
        milestone=milestone,
    )


def show_moment(at: datetime) -> str:
    """Return a time as "14 March 2008, 14:05"."""
    return date_format(timezone.localtime(at), "j F Y, H:i")
