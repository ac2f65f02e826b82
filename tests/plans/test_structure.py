"""The shape of a plan: sections added, moved, nested, removed and brought back; its own facts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import OrganisationUnit
from plans.content import Faults, identified_rows
from plans.models import Event, Plan, PlanFormat, Section
from plans.planfile import SECTION_LIMIT, read_head, read_plan, read_plan_file, write_plan_file
from plans.registry import kinds
from plans.services import (
    CannotMove,
    Conflict,
    NotOpen,
    add_section,
    assign_section,
    bring_back,
    keep_draft,
    move_section,
    remove_section,
    rename_section,
    save_head,
    set_status,
)
from tests.factories import NOW
from tests.plans.samples import KINDS, object_of, section_value, store

pytestmark = pytest.mark.django_db
Status = Section.Status


def shape(plan: Plan) -> str:
    """Return the present sections as "a (b c) d": what sits under a section in brackets."""
    sections = list(plan.sections.present())

    def below(parent: int | None) -> str:
        here = [s for s in sections if s.parent_id == parent]
        parts = [f"{s.key} ({below(s.pk)})" if below(s.pk) else s.key for s in here]
        return " ".join(parts)

    return below(None)


@pytest.fixture
def nested(unit: OrganisationUnit, people: SimpleNamespace) -> Plan:
    """A plan of texts: a (b (c)) d e."""
    parents = {"a": None, "b": "a", "c": "b", "d": None, "e": None}
    sections = [
        section_value("narrative", key=key, parent=parent) for key, parent in parents.items()
    ]
    return store(unit, by=people.author, sections=sections)


def get(plan: Plan, key: str) -> Section:
    return plan.sections.get(key=key, removed_at=None)


def events(plan: Plan) -> list[str]:
    return [e.action for e in plan.events.order_by("pk")]


# --- naming ------------------------------------------------------------------------------------


def test_a_new_title_leaves_what_was_typed_but_not_saved(
    plan: Plan, people: SimpleNamespace
) -> None:
    section = get(plan, "budget")
    keep_draft(section, {"typed": "12,48.0"}, base_revision=1, by=people.author, at=NOW)

    rename_section(section, title="Money", by=people.author, at=NOW)

    assert object_of(section)["title"] == "Money"
    assert [draft.section_object for draft in section.drafts.all()] == [{"typed": "12,48.0"}]


# --- adding ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_section_of_every_kind_can_be_added(
    kind: str, nested: Plan, people: SimpleNamespace
) -> None:
    section = add_section(nested, kind=kind, title="New one", by=people.author, at=NOW)

    assert shape(nested) == "a (b (c)) d e new-one"
    assert (section.status, section.revision) == (Status.NOT_STARTED, 1)
    assert object_of(section)["kind"] == kind
    assert write_plan_file(read_plan_file(write_plan_file(read_plan(nested))))
    assert events(nested) == ["import", "section_added"]


def test_every_kind_that_is_installed_is_sampled() -> None:
    assert {kind.slug for kind in kinds()} == set(KINDS)


def test_a_section_added_under_another_is_its_last(nested: Plan, people: SimpleNamespace) -> None:
    add_section(
        nested, kind="narrative", title="B", parent=get(nested, "a"), by=people.author, at=NOW
    )

    assert shape(nested) == "a (b (c) b-2) d e"


@pytest.mark.parametrize(
    ("title", "key"),
    [("Ä – Plan!", "plan"), ("", "text"), ("???", "section"), ("A", "a-2"), ("x" * 99, "x" * 60)],
)
def test_a_new_section_gets_a_free_key(
    title: str, key: str, nested: Plan, people: SimpleNamespace
) -> None:
    section = add_section(nested, kind="narrative", title=title, by=people.author, at=NOW)

    assert section.key == key


def test_a_title_that_cannot_be_stored_is_a_fault(nested: Plan, people: SimpleNamespace) -> None:
    with pytest.raises(Faults) as raised:
        add_section(nested, kind="narrative", title="a\x00b", by=people.author, at=NOW)

    assert str(raised.value) == "title: holds a control character (U+0000)"


def test_a_full_plan_takes_no_more_sections(
    unit: OrganisationUnit, people: SimpleNamespace
) -> None:
    sections = [section_value("narrative", key=f"s{n}", rows=0) for n in range(SECTION_LIMIT)]
    plan = store(unit, by=people.author, sections=sections)

    with pytest.raises(Faults) as raised:
        add_section(plan, kind="narrative", title="One more", by=people.author, at=NOW)

    assert str(raised.value) == "file: a plan has at most 200 sections"


# --- moving ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "direction", "result"),
    [
        ("d", "up", "d a (b (c)) e"),
        ("a", "down", "d a (b (c)) e"),
        ("d", "down", "a (b (c)) e d"),
        ("d", "in", "a (b (c) d) e"),
        ("e", "in", "a (b (c)) d (e)"),
        ("b", "out", "a b (c) d e"),
        ("c", "out", "a (b c) d e"),
    ],
)
def test_a_section_moves_with_all_under_it(
    key: str, direction: Any, result: str, nested: Plan, people: SimpleNamespace
) -> None:
    move_section(get(nested, key), direction, by=people.author, at=NOW)

    assert shape(nested) == result
    assert events(nested) == ["import", "section_moved"]


@pytest.mark.parametrize(
    ("key", "direction", "message"),
    [
        ("a", "up", "A is already first"),
        ("e", "down", "E is already last"),
        ("b", "up", "B is already first"),
        ("a", "in", "there is no section above it to go under"),
        ("a", "out", "it is not under another section"),
    ],
)
def test_a_section_that_has_no_place_to_go_stays(
    key: str, direction: Any, message: str, nested: Plan, people: SimpleNamespace
) -> None:
    section = get(nested, key)
    Section.objects.filter(pk=section.pk).update(title=key.upper())

    with pytest.raises(CannotMove, match=message):
        move_section(section, direction, by=people.author, at=NOW)

    assert shape(nested) == "a (b (c)) d e"


# --- removing and bringing back ----------------------------------------------------------------


def test_a_section_is_removed_with_all_under_it_and_comes_back(
    nested: Plan, people: SimpleNamespace
) -> None:
    before = write_plan_file(read_plan(nested))
    section = get(nested, "b")

    gone = remove_section(section, by=people.author, at=NOW)
    assert [s.key for s in gone] == ["b", "c"]
    assert shape(nested) == "a d e"

    section.refresh_from_db()
    bring_back(section, by=people.author, at=NOW)

    assert shape(nested) == "a (b (c)) d e"
    assert write_plan_file(read_plan(nested)) == before
    assert events(nested) == ["import", "section_removed", "section_brought_back"]


def test_a_section_whose_parent_was_removed_since_comes_back_outermost(
    nested: Plan, people: SimpleNamespace
) -> None:
    inner, outer = get(nested, "c"), get(nested, "a")
    remove_section(inner, by=people.author, at=NOW)
    remove_section(outer, by=people.author, at=NOW.replace(hour=12))

    inner.refresh_from_db()
    bring_back(inner, by=people.author, at=NOW)

    assert shape(nested) == "c d e"


def test_a_section_does_not_come_back_over_one_that_took_its_key(
    nested: Plan, people: SimpleNamespace
) -> None:
    section = get(nested, "d")
    remove_section(section, by=people.author, at=NOW)
    Section.objects.filter(plan=nested, key="e").update(key="d")
    section.refresh_from_db()

    with pytest.raises(Faults, match='another section is called "d" by now'):
        bring_back(section, by=people.author, at=NOW)

    assert shape(nested) == "a (b (c)) d"


def test_removing_twice_removes_once(nested: Plan, people: SimpleNamespace) -> None:
    section = get(nested, "d")

    remove_section(section, by=people.author, at=NOW)

    assert remove_section(section, by=people.author, at=NOW) == []
    assert events(nested) == ["import", "section_removed"]


def test_row_ids_outlast_every_change_of_structure(plan: Plan, people: SimpleNamespace) -> None:
    def ids() -> dict[str, list[str]]:
        return {
            data.head.key: [row["id"] for _, row in identified_rows(data.as_dict())]
            for data in read_plan(plan).sections
        }

    before = ids()
    for key, direction in (("risks", "up"), ("budget", "in"), ("actions", "down")):
        move_section(get(plan, key), direction, by=people.author, at=NOW)
    removed = get(plan, "objectives")
    remove_section(removed, by=people.author, at=NOW)
    removed.refresh_from_db()
    bring_back(removed, by=people.author, at=NOW)

    assert ids() == before
    assert all(before[key] for key in KINDS if key != "narrative")


# --- leads, dates, status ----------------------------------------------------------------------


def test_a_section_is_assigned(plan: Plan, people: SimpleNamespace) -> None:
    section = get(plan, "budget")

    assign_section(
        section,
        assigned_to=people.assigned,
        due_on=date(2008, 2, 15),
        reserved=True,
        by=people.author,
        at=NOW,
    )

    section.refresh_from_db()
    assert (section.assigned_to, section.due_on, section.reserved) == (
        people.assigned,
        date(2008, 2, 15),
        True,
    )
    assert Event.objects.get(action="section_assigned").detail == {
        "title": "Budget",
        "to": "Libraries assigned",
        "due_on": "2008-02-15",
        "reserved": True,
    }


def test_a_status_is_set_by_those_who_write(plan: Plan, people: SimpleNamespace) -> None:
    section = get(plan, "budget")

    set_status(section, Status.READY, by=people.author, at=NOW)
    set_status(section, Status.READY, by=people.author, at=NOW)

    section.refresh_from_db()
    assert section.status == Status.READY
    assert Event.objects.get(action="section_status").detail == {
        "title": "Budget",
        "old": "in_progress",
        "new": "ready",
    }
    with pytest.raises(PermissionDenied):
        set_status(section, Status.IN_PROGRESS, by=people.reader, at=NOW)


# --- who and when ------------------------------------------------------------------------------

CHANGES: dict[str, Callable[[Plan, Any], object]] = {
    "add": lambda plan, by: add_section(plan, kind="narrative", title="x", by=by, at=NOW),
    "move": lambda plan, by: move_section(get(plan, "risks"), "up", by=by, at=NOW),
    "remove": lambda plan, by: remove_section(get(plan, "risks"), by=by, at=NOW),
    "bring back": lambda plan, by: bring_back(get(plan, "risks"), by=by, at=NOW),
    "assign": lambda plan, by: assign_section(
        get(plan, "risks"), assigned_to=None, due_on=None, reserved=False, by=by, at=NOW
    ),
    "facts": lambda plan, by: save_head(
        plan, {**head_of(plan), "title": "x"}, base=head_of(plan), by=by, at=NOW
    ),
}


def head_of(plan: Plan) -> dict[str, Any]:
    return read_head(Plan.objects.get(pk=plan.pk)).model_dump(by_alias=True)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize(
    "role", ["reader", "section_lead", "assigned", "approver", "cabinet_member"]
)
def test_only_authors_and_planning_officers_shape_a_plan(
    change: Callable[[Plan, Any], object], role: str, plan: Plan, people: SimpleNamespace
) -> None:
    with pytest.raises(PermissionDenied):
        change(plan, getattr(people, role))

    assert events(plan) == ["import"]


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_plan_in_review_keeps_its_shape(
    change: Callable[[Plan, Any], object], plan: Plan, people: SimpleNamespace
) -> None:
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.IN_REVIEW)

    with pytest.raises(NotOpen):
        change(plan, people.author)

    assert events(plan) == ["import"]


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_planning_officer_may_shape_a_draft(
    change: Callable[[Plan, Any], object], plan: Plan, people: SimpleNamespace
) -> None:
    change(plan, people.planning_officer)

    assert write_plan_file(read_plan(plan))


# --- the plan's own facts ----------------------------------------------------------------------


def test_facts_are_merged_like_a_section(plan: Plan, people: SimpleNamespace) -> None:
    base = head_of(plan)
    save_head(plan, {**base, "title": "Theirs"}, base=base, by=people.planning_officer, at=NOW)

    save_head(plan, {**base, "subtitle": "Mine"}, base=base, by=people.author, at=NOW)

    assert (head_of(plan)["title"], head_of(plan)["subtitle"]) == ("Theirs", "Mine")
    with pytest.raises(Conflict):
        save_head(plan, {**base, "title": "Mine"}, base=base, by=people.author, at=NOW)


def test_a_changed_year_or_format_moves_the_plan_there(plan: Plan, people: SimpleNamespace) -> None:
    plan_format = PlanFormat.objects.create(slug="short", name="Short")
    base = head_of(plan)

    change = {**base, "year": "2009-10", "plan_format": "short"}
    save_head(plan, change, base=base, by=people.author, at=NOW)

    plan = Plan.objects.get(pk=plan.pk)
    assert (plan.year, plan.format) == ("2009/10", plan_format)


def test_a_unit_that_sections_need_cannot_be_dropped(plan: Plan, people: SimpleNamespace) -> None:
    base = head_of(plan)

    with pytest.raises(Faults) as raised:
        save_head(plan, {**base, "units": []}, base=base, by=people.author, at=NOW)

    assert [str(fault) for fault in raised.value.faults] == [
        'units: "Budget" would no longer be right: the plan has no unit "north"',
        'units: "Staffing" would no longer be right: the plan has no unit "north"',
    ]
    assert head_of(plan) == base


def test_a_section_that_needs_a_dropped_unit_is_not_brought_back(
    plan: Plan, people: SimpleNamespace
) -> None:
    section = get(plan, "budget")
    for gone in (section, get(plan, "staffing")):
        remove_section(gone, by=people.author, at=NOW)
    base = head_of(plan)
    save_head(plan, {**base, "units": []}, base=base, by=people.author, at=NOW)

    section.refresh_from_db()
    with pytest.raises(Faults, match='would no longer be right: the plan has no unit "north"'):
        bring_back(section, by=people.author, at=NOW)

    assert not plan.sections.present().filter(key="budget").exists()


def test_a_section_does_not_go_under_one_that_was_just_removed(
    nested: Plan, people: SimpleNamespace
) -> None:
    parent = get(nested, "d")
    remove_section(parent, by=people.author, at=NOW)

    with pytest.raises(Faults, match="is not in the plan any more"):
        add_section(nested, kind="risks", title="R", parent=parent, by=people.author, at=NOW)
