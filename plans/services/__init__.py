"""Every change to a plan's content and structure: one transaction each, with an event."""

from plans.services.patching import changes_since, keep_patch, save_patch, work_out
from plans.services.saving import (
    Conflict,
    Saved,
    drop_draft,
    keep_draft,
    save_section,
    save_with_choices,
    section_at,
)
from plans.services.storing import (
    find_council,
    find_or_make_organisation_unit,
    find_organisation_unit,
    start_plan,
    store_plan,
)
from plans.services.structure import (
    CannotMove,
    add_section,
    assign_section,
    bring_back,
    move_section,
    remove_section,
    rename_section,
    save_head,
    set_due_date,
    set_status,
)
from plans.services.taking import NotOpen, Removed
from plans.services.versions import (
    format_rules,
    freeze,
    plan_document,
    printable,
    printable_section,
    version_document,
)

__all__ = [
    "CannotMove",
    "Conflict",
    "NotOpen",
    "Removed",
    "Saved",
    "add_section",
    "assign_section",
    "bring_back",
    "changes_since",
    "drop_draft",
    "find_council",
    "find_or_make_organisation_unit",
    "find_organisation_unit",
    "format_rules",
    "freeze",
    "keep_draft",
    "keep_patch",
    "move_section",
    "plan_document",
    "printable",
    "printable_section",
    "remove_section",
    "rename_section",
    "save_head",
    "save_patch",
    "save_section",
    "save_with_choices",
    "section_at",
    "set_due_date",
    "set_status",
    "start_plan",
    "store_plan",
    "version_document",
    "work_out",
]
