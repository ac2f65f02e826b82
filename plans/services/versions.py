"""Freezing a plan as a version, and keeping what was printed from it as an edition."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from accounts.models import User
from documents import codec
from documents.blocks import Document, Part
from plans.document import FormatRules, build_document, build_section
from plans.figures import lazy_resolver
from plans.models import Plan, Section, SectionRevision, Version
from plans.planfile import (
    PlanData,
    SectionHead,
    plan_facts,
    read_head,
    read_plan,
    section_from_dict,
    section_object,
    write_plan_file,
)
from plans.services.checklist import dump_ticks
from plans.services.findings import dump_found, find_in_plan
from plans.services.pictures import part_with_pictures, with_pictures


def format_rules(plan: Plan) -> FormatRules:
    """Return how the plan's format numbers and words its sections."""
    if plan.format is None:
        return FormatRules(numbering={}, labels={})
    return FormatRules(numbering=plan.format.numbering, labels=plan.format.labels)


def plan_document(plan: Plan) -> Document:
    """Return the working copy of the plan as a document tree."""
    return printable(plan, read_plan(plan))


def printable(plan: Plan, data: PlanData) -> Document:
    """Return the plan's data as a tree that names the plan's pictures by their bytes."""
    return with_pictures(build_document(data, format_rules(plan)), plan.pictures.all())


def printable_section(section: Section) -> Part:
    """Return one section of the working copy as it prints in the whole.

    The other sections are read only if this one quotes a figure.
    """
    plan = section.plan
    head = read_head(plan)
    part = build_section(
        section_from_dict(section_object(section)),
        heads=bare_heads(plan.sections.present().select_related("parent")),
        facts=plan_facts(head),
        rules=format_rules(plan),
        resolve=lazy_resolver(lambda: read_plan(plan)),
    )
    return part_with_pictures(part, plan.pictures.all())


def bare_heads(sections: Iterable[Section]) -> list[SectionHead]:
    """Return what numbering asks of sections, without reading their texts."""
    return [
        SectionHead.model_construct(
            key=section.key,
            title=section.title,
            kind=section.kind,
            parent=section.parent.key if section.parent else None,
            numbered=section.numbered,
            front=section.front,
        )
        for section in sections
    ]


def freeze(plan: Plan, *, by: User, at: datetime) -> Version:
    """Store the plan as it reads now, as its next version; a milestone in every section."""
    data = read_plan(plan)
    plan_file = write_plan_file(data).decode()
    tree = codec.to_json(printable(plan, data)).decode()
    revisions = dict(plan.sections.present().values_list("pk", "revision"))
    last = plan.versions.first()
    version = Version.objects.create(
        plan=plan,
        number=last.number + 1 if last else 1,
        correction=plan.correction,
        plan_file=plan_file,
        tree=tree,
        digest=digest_of(plan_file, tree),
        revisions=revisions,
        findings=dump_found(find_in_plan(plan)),
        checklist=dump_ticks(plan),
        submitted_by=by,
        submitted_at=at,
    )
    _mark_milestones(plan, data, version)
    return version


def digest_of(plan_file: str, tree: str) -> str:
    """Return the SHA-256, in hex, of the canonical plan file followed by the tree's JSON."""
    return hashlib.sha256(plan_file.encode() + tree.encode()).hexdigest()


def _mark_milestones(plan: Plan, data: PlanData, version: Version) -> None:
    """Keep each section's present revision whole, so that history reaches a version in one step."""
    objects = {section.head.key: section.as_dict() for section in data.sections}
    current = SectionRevision.objects.filter(
        section__in=plan.sections.present(), number=F("section__revision"), milestone=""
    )
    marked = list(current.select_related("section"))
    for revision in marked:
        revision.snapshot = objects[revision.section.key]
        revision.milestone = f"Version {version.number}"
    SectionRevision.objects.bulk_update(marked, ["snapshot", "milestone"])


def version_document(version: Version) -> Document:
    """Return the frozen tree of a version."""
    return codec.from_json(version.tree.encode())


@dataclass(frozen=True, slots=True)
class Names:
    """What a version calls its plan, whatever the working copy is called by now."""

    title: str
    unit: str
    directorate: str


def read_names(plan_file: str) -> Names:
    """Return what a frozen plan file calls its plan."""
    head = json.loads(plan_file)["plan"]
    return Names(head["title"], head["unit"], head["directorate"])
