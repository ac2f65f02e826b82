"""What a change would touch, before it is saved: a dry run that writes nothing."""

from __future__ import annotations

from dataclasses import replace

from plans.checks import read_section
from plans.checks.impact import Impact, weigh
from plans.editor.sent import Patch
from plans.models import Section
from plans.services.findings import view_working_copy
from plans.services.patching import meet_patch


def foresee(section: Section, patch: Patch) -> Impact:
    """Return what the plan would read otherwise, had the patch been saved.

    What of the patch cannot be saved is left out, as a save would.
    """
    now = view_working_copy(section.plan)
    changed = meet_patch(section, patch).result
    reading = read_section(changed, now.facts)
    heads = [changed.head if head.key == section.key else head for head in now.heads]
    then = replace(now, heads=heads, readings={**now.readings, section.key: reading})
    return weigh(now, then)
