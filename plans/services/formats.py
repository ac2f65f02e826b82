"""Reading plan format files, the templates that plans start from, into the database."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.db import transaction

from plans.content import Content, Fault, Faults, Field, Key, Plain, Rich, repeated
from plans.models import FormatSection, PlanFormat
from plans.planfile import (
    SECTION_LIMIT,
    Charts,
    SchemeEntry,
    chart_faults,
    parse_json,
    validate,
)
from plans.registry import kinds

Sign = Literal["1", "A", "a", "i", "I", ""]


class Numbering(Content):
    levels: list[Sign] = ["1", "1", "1"]
    prefix: str = ""  # kept with the space that it ends in


class ApprovalStep(Content):
    role: Literal["approver", "cabinet_member"]
    title: Plain


class FormatSectionEntry(Content):
    """A section of a format; `content` is read as the plan file's when a plan is started."""

    key: Key
    title: Plain
    kind: Plain
    parent: Key | None = None
    part: Plain | None = None
    lead: Plain = ""
    orientation: Literal["portrait", "landscape", ""] = ""
    numbered: bool = True
    front: bool = False
    caption: Plain = ""
    charts: Charts = []
    labels: dict[Plain, Plain] = {}
    guidance: Rich = ""
    example: Rich = ""
    words: Annotated[list[int], Field(min_length=2, max_length=2)] | None = None
    required: bool = True
    content: dict[str, Any] | None = None


class FormatFile(Content):
    """One plan format as data, as `demo/formats/README.md` describes it."""

    slug: Annotated[Key, Field(max_length=50)]
    name: Annotated[Plain, Field(max_length=200)]
    summary: Plain = ""
    numbering: Numbering = Numbering()
    labels: dict[Plain, dict[Plain, Plain]] = {}
    approval_steps: list[ApprovalStep] = []
    people: list[Plain] = []
    risk_schemes: list[SchemeEntry] = []
    checklist: list[Plain] = []
    sections: Annotated[list[FormatSectionEntry], Field(min_length=1, max_length=SECTION_LIMIT)]


def read_format(data: bytes) -> FormatFile:
    """Return the format that a format file holds.

    :raises Faults: listing every fault with its path.
    """
    faults: list[Fault] = []
    file = validate(FormatFile, parse_json(data), (), faults)
    if file is not None:
        faults += _section_faults(file)
    if file is None or faults:
        raise Faults(faults)
    return file


def _section_faults(file: FormatFile) -> list[Fault]:
    """Return repeated keys, unknown kinds, and parents that do not stand before their sections."""
    keys = [(("sections", i, "key"), section.key) for i, section in enumerate(file.sections)]
    faults = list(repeated(keys, "section key"))
    known = {kind.slug for kind in kinds()}
    before: set[str] = set()
    for i, section in enumerate(file.sections):
        if section.kind not in known:
            message = f'there is no section kind "{section.kind}"'
            faults.append(Fault(("sections", i, "kind"), message))
        else:
            faults += chart_faults(section.kind, section.charts, ("sections", i, "charts"))
        if section.parent is not None and section.parent not in before:
            message = f'no section "{section.parent}" stands before this one'
            faults.append(Fault(("sections", i, "parent"), message))
        before.add(section.key)
    return faults


@transaction.atomic
def store_format(file: FormatFile) -> PlanFormat:
    """Store the format under its slug; one that is there already gets this file's content."""
    values = file.model_dump(by_alias=True, exclude={"slug", "sections"})
    plan_format, _ = PlanFormat.objects.update_or_create(slug=file.slug, defaults=values)
    plan_format.sections.all().delete()
    FormatSection.objects.bulk_create(
        _format_section(plan_format, section, position)
        for position, section in enumerate(file.sections)
    )
    return plan_format


def _format_section(
    plan_format: PlanFormat, section: FormatSectionEntry, position: int
) -> FormatSection:
    values = section.model_dump()
    for name in ("parent", "part"):
        values[name] = values[name] or ""
    return FormatSection(format=plan_format, position=position, **values)
