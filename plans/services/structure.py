"""The shape of a plan: its sections' order and nesting, who writes them by when, its own facts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from plans.content import Fault, Faults
from plans.merge import changes, merge
from plans.models import Event, Plan, PlanFormat, PlanYear, Section
from plans.permissions import can_manage, can_write
from plans.planfile import (
    SECTION_LIMIT,
    PlanHead,
    SectionHead,
    head_faults,
    plan_facts,
    read_head,
    read_section,
    section_object,
    section_objects,
    validate,
)
from plans.registry import PlanFacts, get_kind
from plans.services.saving import Conflict, Saved, save_section
from plans.services.storing import apply_plan_head, store_sections
from plans.services.taking import refuse_unless_open, take_plan, take_section

Direction = Literal["up", "down", "in", "out"]


ADDED = "Added"  # the milestone of a section that nobody wrote in yet


class CannotMove(ValueError):
    """The section is already first, last, outermost or has nothing to go under."""


def _take_plan(plan: Plan, *, by: User) -> Plan:
    """Return the plan as it is now, held until this transaction ends.

    :raises NotOpen: if it is not a draft.
    :raises PermissionDenied: if `by` may not shape it.
    """
    plan = take_plan(plan.pk)
    refuse_unless_open(plan)
    if not can_manage(by, plan):
        raise PermissionDenied
    return plan


def _note(
    plan: Plan,
    action: str,
    *,
    by: User,
    at: datetime,
    section: Section | None = None,
    **detail: Any,
) -> None:
    Event.objects.create(plan=plan, section=section, action=action, detail=detail, by=by, at=at)
    Plan.objects.filter(pk=plan.pk).update(changed_at=at)


@transaction.atomic
def add_section(
    plan: Plan,
    *,
    kind: str,
    title: str,
    parent: Section | None = None,
    by: User,
    at: datetime,
) -> Section:
    """Add an empty section at the end, or as the last one under `parent`.

    :raises Faults: if the title cannot be stored, `parent` is not in the plan any more, or the
        plan has as many sections as it may.
    """
    plan = _take_plan(plan, by=by)
    facts = plan_facts(read_head(plan))
    head = _new_head(plan, kind=kind, title=title, parent=parent)
    data = read_section(head, get_kind(kind).empty(facts), facts)
    [section] = store_sections(
        plan,
        [data],
        by=by,
        at=at,
        status=Section.Status.NOT_STARTED,
        milestone=ADDED,
        first_position=plan.sections.count(),
    )
    _write_order(plan, _flatten(_tree(list(plan.sections.present()))))
    _note(plan, "section_added", by=by, at=at, section=section, title=title, kind=kind)
    return section


def _new_head(plan: Plan, *, kind: str, title: str, parent: Section | None) -> SectionHead:
    section_kind = get_kind(kind)
    values = {
        "key": free_key(title or section_kind.name, plan.sections.values_list("key", flat=True)),
        "title": title,
        "kind": kind,
        "parent": parent.key if parent else None,
        "orientation": section_kind.orientation,
    }
    faults: list[Fault] = []
    head = validate(SectionHead, values, (), faults)
    faults += _room_faults(plan, more=1)
    if parent and not plan.sections.present().filter(pk=parent.pk).exists():
        faults.append(Fault(("parent",), f"“{parent}” is not in the plan any more"))
    if head is None or faults:
        raise Faults(faults)
    return head


def _room_faults(plan: Plan, *, more: int) -> Iterator[Fault]:
    if plan.sections.present().count() + more > SECTION_LIMIT:
        yield Fault((), f"a plan has at most {SECTION_LIMIT} sections")


def free_key(title: str, taken: Iterable[str]) -> str:
    """Return a section key made from the title that is not `taken`."""
    stem = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60] or "section"
    used = set(taken)
    key, number = stem, 2
    while key in used:
        key, number = f"{stem}-{number}", number + 1
    return key


def rename_section(section: Section, *, title: str, by: User, at: datetime) -> Saved:
    """Give the section another title, as a revision like any other."""
    change = {**section_object(section), "title": title}
    return save_section(
        section,
        change,
        base_revision=section.revision,
        save_id=uuid4().hex,
        by=by,
        at=at,
        ends_draft=False,
    )


@transaction.atomic
def remove_section(section: Section, *, by: User, at: datetime) -> list[Section]:
    """Take the section and all under it out of the plan; `bring_back` undoes it.

    Returns what was removed; nothing, if somebody else removed it a moment ago.
    """
    plan = _take_plan(section.plan, by=by)
    branch = next((b for b in _branches(plan) if b[0].pk == section.pk), [])
    if not branch:
        return []
    Section.objects.filter(pk__in=[s.pk for s in branch]).update(removed_at=at)
    _note(
        plan,
        "section_removed",
        by=by,
        at=at,
        section=section,
        title=section.title,
        with_sections=len(branch) - 1,
    )
    return branch


@transaction.atomic
def bring_back(section: Section, *, by: User, at: datetime) -> None:
    """Put a removed section back, with what was removed together with it.

    :raises Faults: if another section took its key, or the plan lost a unit that it needs.
    """
    plan = _take_plan(section.plan, by=by)
    together = plan.sections.filter(removed_at=section.removed_at, removed_at__isnull=False)
    _refuse_return(plan, list(together))
    gone = plan.sections.filter(removed_at__isnull=False).exclude(removed_at=section.removed_at)
    together.filter(parent__in=gone).update(parent=None)
    together.update(removed_at=None)
    _write_order(plan, _flatten(_tree(list(plan.sections.present()))))
    _note(plan, "section_brought_back", by=by, at=at, section=section, title=section.title)


def _refuse_return(plan: Plan, sections: Sequence[Section]) -> None:
    """Raise Faults for removed sections that the plan as it is now cannot hold."""
    present = set(plan.sections.present().values_list("key", flat=True))
    faults = [
        Fault(("key",), f'another section is called "{section.key}" by now')
        for section in sections
        if section.key in present
    ]
    faults += _room_faults(plan, more=len(sections))
    faults += _unit_faults(plan, sections, plan_facts(read_head(plan)))
    if faults:
        raise Faults(faults)


@transaction.atomic
def move_section(section: Section, direction: Direction, *, by: User, at: datetime) -> None:
    """Move the section, and all under it, one place up or down, or one level in or out.

    :raises CannotMove: if there is no such place.
    """
    plan = _take_plan(section.plan, by=by)
    sections = list(plan.sections.present())
    tree = _tree(sections)
    here = next((s for s in sections if s.pk == section.pk), None)
    if here is None:
        raise CannotMove("it was removed a moment ago")
    siblings = tree[here.parent_id]
    index = siblings.index(here)
    if direction in ("up", "down"):
        other = index + (1 if direction == "down" else -1)
        if not 0 <= other < len(siblings):
            raise CannotMove(f"{here} is already {'last' if direction == 'down' else 'first'}")
        siblings[index], siblings[other] = siblings[other], siblings[index]
    elif direction == "in":
        if not index:
            raise CannotMove("there is no section above it to go under")
        _change_parent(tree, here, siblings[index - 1].pk)
    else:
        _move_out(tree, here, sections)
    _write_order(plan, _flatten(tree))
    _note(plan, "section_moved", by=by, at=at, section=here, title=here.title, direction=direction)


def _move_out(
    tree: dict[int | None, list[Section]], here: Section, sections: Sequence[Section]
) -> None:
    if here.parent_id is None:
        raise CannotMove("it is not under another section")
    above = next(s for s in sections if s.pk == here.parent_id)
    tree[above.pk].remove(here)
    beside = tree[above.parent_id]
    beside.insert(beside.index(above) + 1, here)
    here.parent_id = above.parent_id


def _change_parent(tree: dict[int | None, list[Section]], here: Section, parent: int) -> None:
    tree[here.parent_id].remove(here)
    tree.setdefault(parent, []).append(here)
    here.parent_id = parent


def _tree(sections: Sequence[Section]) -> dict[int | None, list[Section]]:
    """Return sections by the primary key of the one they sit under, in order."""
    known = {section.pk for section in sections}
    tree: dict[int | None, list[Section]] = {None: []}
    for section in sections:
        parent = section.parent_id if section.parent_id in known else None
        tree.setdefault(parent, []).append(section)
    return tree


def _flatten(
    tree: Mapping[int | None, Sequence[Section]], parent: int | None = None
) -> list[Section]:
    return [
        inner
        for section in tree.get(parent, ())
        for inner in (section, *_flatten(tree, section.pk))
    ]


def _branches(plan: Plan) -> list[list[Section]]:
    """Return, for each present section, itself and all under it."""
    tree = _tree(list(plan.sections.present()))
    return [[section, *_flatten(tree, section.pk)] for section in _flatten(tree)]


def _write_order(plan: Plan, ordered: Sequence[Section]) -> None:
    for position, section in enumerate(ordered):
        section.position = position
    Section.objects.bulk_update(ordered, ["position", "parent"])


@transaction.atomic
def set_due_date(plan: Plan, due_on: date | None, *, by: User, at: datetime) -> None:
    """Say by when the whole draft is due; None for no date."""
    plan = _take_plan(plan, by=by)
    if plan.due_on == due_on:
        return
    before, plan.due_on = plan.due_on, due_on
    plan.save(update_fields=["due_on"])
    _note(plan, "due_date", by=by, at=at, old=before, new=due_on)


@transaction.atomic
def assign_section(
    section: Section,
    *,
    assigned_to: User | None,
    due_on: date | None,
    reserved: bool,
    by: User,
    at: datetime,
) -> None:
    """Say who is asked for the section and by when."""
    plan = _take_plan(section.plan, by=by)
    section.assigned_to, section.due_on, section.reserved = assigned_to, due_on, reserved
    section.save(update_fields=["assigned_to", "due_on", "reserved"])
    who = str(assigned_to) if assigned_to else None
    _note(
        plan,
        "section_assigned",
        by=by,
        at=at,
        section=section,
        title=section.title,
        to=who,
        due_on=due_on,
        reserved=reserved,
    )


@transaction.atomic
def set_status(section: Section, status: Section.Status, *, by: User, at: datetime) -> None:
    """Say how far the section is.

    :raises NotOpen: if the plan is not a draft.
    :raises PermissionDenied: if `by` may not write the section.
    """
    section = take_section(section)
    refuse_unless_open(section.plan)
    if section.removed_at or not can_write(by, section):
        raise PermissionDenied
    before = section.status
    if before == status:
        return
    Section.objects.filter(pk=section.pk).update(status=status)
    _note(
        section.plan,
        "section_status",
        by=by,
        at=at,
        section=section,
        title=section.title,
        old=before,
        new=status,
    )


@transaction.atomic
def save_head(
    plan: Plan, change: Mapping[str, Any], *, base: Mapping[str, Any], by: User, at: datetime
) -> None:
    """Store the plan's own facts: cover, people, units, money unit; merged like a section.

    `base`: the facts that the change was made from.

    :raises Faults: if they are not valid, or drop a unit that a section needs.
    :raises Conflict: if somebody else changed the same facts.
    """
    plan = _take_plan(plan, by=by)
    now = read_head(plan).model_dump(by_alias=True)
    faults: list[Fault] = []
    mine = validate(PlanHead, dict(change), (), faults)
    if mine is None:
        raise Faults(faults)
    merged = merge(dict(base), now, mine.model_dump(by_alias=True))
    if merged.clashes:
        raise Conflict(merged.clashes, base=base, theirs=now, mine=change, revision=0)
    head = PlanHead.model_validate(merged.merged)
    _refuse_bad_head(plan, head)
    patch = changes(now, head.model_dump(by_alias=True))
    if not patch:
        return
    apply_plan_head(plan, head)
    plan.format = PlanFormat.objects.filter(slug=plan.format_slug).first()
    plan.plan_year, _ = PlanYear.objects.get_or_create(year=head.year)
    plan.save()
    _note(plan, "facts_changed", by=by, at=at, changes=patch)


def _refuse_bad_head(plan: Plan, head: PlanHead) -> None:
    """Raise Faults for units that are missing, circular or still used by a section."""
    faults = [Fault(fault.path[1:], fault.message) for fault in head_faults(head)]
    faults += _unit_faults(plan, list(plan.sections.present()), plan_facts(head))
    if faults:
        raise Faults(faults)


def _unit_faults(plan: Plan, sections: Sequence[Section], facts: PlanFacts) -> Iterator[Fault]:
    """Yield what sections of the plan hold that does not go with these facts."""
    keys = dict(plan.sections.values_list("pk", "key"))
    objects = section_objects(sections, keys=keys)
    for section in sections:
        kind = get_kind(section.kind)
        content = kind.schema.model_validate(objects[section.pk]["content"])
        if section.unit and section.unit not in facts.unit_names:
            yield Fault(("units",), f'"{section}" is about the unit "{section.unit}"')
        for fault in kind.faults(content, facts):
            yield Fault(("units",), f'"{section}" would no longer be right: {fault.message}')
