"""What a change would touch, before it is saved: a dry run that stores nothing of the change."""

from __future__ import annotations

from dataclasses import replace

from plans.checks import PlanView, read_section
from plans.checks.impact import Impact, weigh
from plans.editor.sent import Patch
from plans.models import Section
from plans.planfile import SectionData, section_from_dict
from plans.services.findings import view_working_copy
from plans.services.patching import meet_patch


def foresee(section: Section, patch: Patch) -> Impact:
    """Return what the plan reads otherwise with the patch than at the patch's base revision.

    What of the patch cannot be saved is left out, as a save would. A save that was quicker than
    this question changes nothing in the answer.
    """
    now = view_working_copy(section.plan)
    section.refresh_from_db(fields=["revision"])  # or a save meanwhile would be taken for the base
    meeting = meet_patch(section, patch)
    then = _with_section(now, meeting.result)
    if meeting.base is None or meeting.base is meeting.now:
        return weigh(now, then)
    return weigh(_with_section(now, section_from_dict(meeting.base)), then)


def _with_section(view: PlanView, section: SectionData) -> PlanView:
    """Return a plan as its checks see it, one section of it read anew."""
    key = section.head.key
    heads = [section.head if head.key == key else head for head in view.heads]
    readings = {**view.readings, key: read_section(section, view.facts)}
    return replace(view, heads=heads, readings=readings)
