"""Who has a section open to write, and at which place; nobody is kept out by it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from accounts.models import User
from plans.content import Path
from plans.models import Plan, Presence, Section

THERE_FOR = timedelta(seconds=40)
"""How long somebody is taken to be there after their page last said so."""


def note_presence(section: Section, *, path: Path, by: User, at: datetime) -> None:
    """Keep that `by` has the section open and is at the place with this path, () for none."""
    values = {"path": list(path), "at": at}
    if not Presence.objects.filter(section=section, user=by).update(**values):
        Presence.objects.update_or_create(section=section, user=by, defaults=values)


def leave(section: Section, *, by: User) -> None:
    Presence.objects.filter(section=section, user=by).delete()


def others_present(section: Section, *, but: User, at: datetime) -> Sequence[Presence]:
    """Return who else writes in the section now, with their users, by name."""
    there = section.present.filter(at__gt=at - THERE_FOR).exclude(user=but)
    return list(there.select_related("user").order_by("user__name", "user_id"))


def present_in_plan(plan: Plan, *, but: User, at: datetime) -> Sequence[Presence]:
    """Return who else writes in the plan now, with users and sections, in the plan's order."""
    there = Presence.objects.filter(
        section__plan=plan, section__removed_at=None, at__gt=at - THERE_FOR
    ).exclude(user=but)
    ordered = there.order_by("section__position", "user__name", "user_id")
    return list(ordered.select_related("user", "section"))
