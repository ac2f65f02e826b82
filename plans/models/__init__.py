"""A plan, its sections, everything that happened to them, and what was made of them."""

from plans.models.checks import ChecklistTick, Reading, Waiver
from plans.models.comments import Comment, Notice
from plans.models.contents import Narrative, Picture, Register, RegisterRow, picture_path
from plans.models.events import Event, Job
from plans.models.formats import FormatSection, PlanFormat, PlanYear
from plans.models.plans import (
    ROLES_THAT_SEE_DRAFTS,
    Draft,
    Plan,
    PlanQuerySet,
    Presence,
    Section,
    SectionQuerySet,
    SectionRevision,
)
from plans.models.rows import LABEL, RowBase
from plans.models.versions import Decision, Edition, EditionFile, Version, edition_path

__all__ = [
    "LABEL",
    "ROLES_THAT_SEE_DRAFTS",
    "ChecklistTick",
    "Comment",
    "Decision",
    "Draft",
    "Edition",
    "EditionFile",
    "Event",
    "FormatSection",
    "Job",
    "Narrative",
    "Notice",
    "Picture",
    "Plan",
    "PlanFormat",
    "PlanQuerySet",
    "PlanYear",
    "Presence",
    "Reading",
    "Register",
    "RegisterRow",
    "RowBase",
    "Section",
    "SectionQuerySet",
    "SectionRevision",
    "Version",
    "Waiver",
    "edition_path",
    "picture_path",
]
