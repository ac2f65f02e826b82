"""Whole states kept among a section's revisions, so that going back undoes fifty saves at most."""

from __future__ import annotations

from django.db import transaction

from plans.models import Section
from plans.services.saving import SNAPSHOT_EVERY, section_at
from plans.services.taking import take_section


@transaction.atomic
def keep_snapshots(section: Section) -> int:
    """Keep the states that saves of a few cells left out; returns how many.

    Such a save reads no more than its rows. What is missing can be worked out at any time, so a
    call that never comes is made good by the next.
    """
    section = take_section(section)
    due = range(1, section.revision + 1, SNAPSHOT_EVERY)
    missing = section.revisions.filter(number__in=due, snapshot__isnull=True)
    numbers = list(missing.order_by("-number").values_list("number", flat=True))
    for number in numbers:
        state = section_at(section, number)
        section.revisions.filter(number=number).update(snapshot=state)
    return len(numbers)
