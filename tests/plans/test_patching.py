"""Saving changed places: what can be saved is, the rest is answered and kept as a draft."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import OrganisationUnit, User
from budgets.models import Posts
from plans.content import Path
from plans.editor import section_grid
from plans.editor.patches import Patch, Patched, Places, Typed
from plans.editor.reading import show_value
from plans.grid import Field, FieldType, Grid, RowList, RowOverride, value_at
from plans.models import Draft, Event, Plan, Section
from plans.planfile import plan_facts, read_head, section_object
from plans.registry import get_kind
from plans.services import save_section, section_at
from plans.services.cells import find_rows, save_cells
from tests.factories import NOW
from tests.plans.samples import KINDS, content_of, object_of, section_value, store

pytestmark = pytest.mark.django_db

Send = Callable[..., Any]


def section_of(plan: Plan, kind: str) -> Section:
    return plan.sections.get(kind=kind)


@pytest.fixture
def send(people: SimpleNamespace) -> Send:
    """Send a patch as the author, or `by`, and return the answer; `status` is what it has."""

    def send(
        section: Section,
        *changes: dict[str, Any],
        by: User | None = None,
        status: int = 200,
        **more: Any,
    ) -> Any:
        client = Client()
        client.force_login(by or people.author)
        body = {"save_id": "s1", "base_revision": 1, "changes": list(changes), **more}
        url = reverse("plans:section_save", args=[section.plan_id, section.pk])
        response = client.post(url, json.dumps(body), content_type="application/json")
        assert response.status_code == status, response.content
        return response.json()

    return send


def typed(path: list[Any], old: str, new: str, **more: Any) -> dict[str, Any]:
    return {"path": path, "old": old, "new": new, **more}


def row_id(section: Section, *places: Any) -> str:
    """Return the id of the row at a path of the content."""
    here: Any = content_of(section)
    for place in places:
        here = here[place]
    return here["id"]


def test_a_cell_is_saved(plan: Plan, people: SimpleNamespace, send: Send) -> None:
    section = section_of(plan, "indicators")
    path = ["content", "rows", row_id(section, "rows", 1), "cells", "a0607"]

    answer = send(section, typed(path, "2.5", "3.5"))

    assert {**answer, "saved_at": ""} == {
        "revision": 2,
        "saved_at": "",
        "changed": 1,
        "others": [],
        "faults": [],
        "clashes": [],
        "redraw": False,
    }
    assert content_of(section)["rows"][1]["cells"]["a0607"] == "3.5"
    assert section.revisions.get(number=2).patch == [{"path": path, "old": "2.5", "new": "3.5"}]
    assert Event.objects.filter(action="save").count() == 1


def test_what_is_faulty_is_left_out_and_kept(
    plan: Plan, people: SimpleNamespace, send: Send
) -> None:
    section = section_of(plan, "budget")
    unit, line = row_id(section, "units", 0), row_id(section, "units", 0, "lines", 0)
    at = ["content", "units", unit, "lines", line]

    answer = send(
        section,
        typed([*at, "employee"], "1,200.0", "12,48.0"),
        typed([*at, "running"], "", "5.0"),
        ends_draft=True,
    )

    assert answer["changed"] == 1
    assert answer["faults"] == [
        {
            "path": [*at, "employee"],
            "message": '"12,48.0" is not a number; did you mean 1,248.0 or 12,480.0?',
            "proposal": "1,248.0",
        }
    ]
    kept = Draft.objects.get(section=section, user=people.author)
    stored = content_of(section)["units"][0]["lines"][0]
    assert (stored["employee"], stored["running"]) == ("1,200.0", "5.0")
    drafted = kept.section_object["content"]["units"][0]["lines"][0]
    assert (drafted["employee"], drafted["running"]) == ("12,48.0", "5.0")
    assert kept.base_revision == 1

    answer = send(
        section,
        typed([*at, "employee"], "1,200.0", "1,248.0"),
        save_id="s2",
        base_revision=2,
        ends_draft=True,
    )
    assert answer["faults"] == []
    assert not Draft.objects.exists()


def test_rows_are_added_moved_and_removed(plan: Plan, send: Send) -> None:
    section = section_of(plan, "actions")
    first, second = row_id(section, "rows", 0), row_id(section, "rows", 1)
    at = ["content", "rows"]

    answer = send(
        section,
        {
            "path": [*at, "newrow01"],
            "added": True,
            "after": first,
            "variant": "",
            "fields": {"number": "9", "title": "Added", "leads": "One\nTwo"},
        },
        {
            "path": [*at, "newrow01", "deliverables", "newrow02"],
            "added": True,
            "after": None,
            "variant": "",
            "fields": {"text": "It works", "due": "May"},
        },
        {"path": [*at, second], "removed": True},
        {"path": [*at, "@order"], "new": ["newrow01", first]},
    )

    assert (answer["faults"], answer["clashes"], answer["redraw"]) == ([], [], False)
    added, kept = content_of(section)["rows"]
    assert (added["id"], kept["id"]) == ("newrow01", first)
    assert (added["title"], added["leads"]) == ("Added", ["One", "Two"])
    assert added["deliverables"] == [{"id": "newrow02", "text": "<p>It works</p>", "due": "May"}]


def test_a_clash_is_answered_and_decided_by_a_new_change(
    plan: Plan, people: SimpleNamespace, send: Send
) -> None:
    section = section_of(plan, "actions")
    path = ["content", "rows", row_id(section, "rows", 0), "title"]
    send(section, typed(path, "Action 1", "Theirs"), by=people.planning_officer)

    answer = send(section, typed(path, "Action 1", "Mine"))

    assert answer["clashes"] == [
        {
            "path": path,
            "place": "Actions › Theirs › Project or key action",
            "base": "Action 1",
            "theirs": "Theirs",
            "mine": "Mine",
        }
    ]
    assert (answer["changed"], answer["revision"], answer["others"]) == (0, 2, [])
    assert Draft.objects.get().section_object["content"]["rows"][0]["title"] == "Mine"

    decided = send(
        section, typed(path, "Theirs", "Mine"), save_id="s2", base_revision=2, ends_draft=True
    )

    assert decided["changed"] == 1
    assert content_of(section)["rows"][0]["title"] == "Mine"
    assert not Draft.objects.exists()


def test_what_others_changed_comes_back(plan: Plan, people: SimpleNamespace, send: Send) -> None:
    section = section_of(plan, "actions")
    first, second = (["content", "rows", row_id(section, "rows", n)] for n in (0, 1))
    send(
        section,
        typed([*first, "title"], "Action 1", "Theirs"),
        typed([*first, "outcome"], "", "*Good*"),
        by=people.planning_officer,
    )

    answer = send(section, typed([*second, "title"], "Action 2", "  Mine "))

    assert answer["revision"] == 3
    assert answer["others"] == [
        {"path": [*first, "title"], "text": "Theirs"},
        {"path": [*first, "outcome"], "text": "<p><em>Good</em></p>", "html": True},
        {"path": [*second, "title"], "text": "Mine"},
    ]
    assert answer["redraw"] is False


# --- a row saved alone reads like a whole save ---------------------------------------------------

Place = tuple[list[Any], Field, Any]


def find_alone(section: Section) -> list[Place]:
    """Return the path, field and value of each place that is saved by its row alone."""
    value = object_of(section)
    grid = section_grid(value, plan_facts(read_head(section.plan)))
    kind = get_kind(section.kind)
    found: list[Place] = []

    def walk(
        holder: Any, described: Grid | RowList, at: list[Any], without: frozenset[Path]
    ) -> None:
        for field in described.fields:
            path = [*at, *field.path]
            is_typed = field.type not in (FieldType.DERIVED, FieldType.HIDDEN)
            is_alone = field.path not in without and find_rows(kind, [tuple(path)]) is not None
            if is_typed and is_alone:
                found.append((path, field, value_at(holder, field.path)))
        for rows in described.lists:
            for place, row in enumerate(value_at(holder, rows.path) or ()):
                if rows.identified:
                    own = rows.rows.get(place, RowOverride())
                    walk(row, rows, [*at, *rows.path, row["id"]], own.without)

    walk(value, grid, [], frozenset())
    return found


def another_text(field: Field, value: Any) -> str:
    """Return a text that the field takes and that says something else than `value`."""
    shown = show_value(field, value)
    if field.type is FieldType.CHECK:
        return "" if value else "on"
    if field.type is FieldType.CHOICE:
        return next((choice for choice, _ in field.choices if choice != shown), shown)
    if field.type is FieldType.LINES:
        return "c1" if field.path == ("blank",) else "One\nTwo"
    return "7.25" if field.type is FieldType.CELL else "Other *words*"


def outcome(section: Section) -> dict[str, Any]:
    """Return all that a save leaves behind, down to the columns of each row."""
    section = Section.objects.select_related("parent").get(pk=section.pk)
    models = [store.model for store in get_kind(section.kind).stores]
    rows = [list(model.objects.filter(section=section).order_by("pk").values()) for model in models]
    posts = list(Posts.objects.filter(band__section=section).values())
    revision = section.revisions.get(number=section.revision)
    return {
        "object": section_object(section),
        "rows": [*rows, posts],
        "measure": section.measure,
        "status": section.status,
        "changed_at": (section.changed_at, section.plan.changed_at),
        "patch": revision.patch,
        "was": section_at(section, section.revision - 1),
        "event": section.events.latest("pk").detail,
    }


def save_alone(section: Section, change: Typed, by: User) -> dict[str, Any]:
    patch = Patch((change,), section.revision, "s", ends_draft=True)
    with transaction.atomic():
        saved = save_cells(section, patch, save_id="s", by=by, at=NOW)
        assert saved is not None, change
        left = outcome(section)
        transaction.set_rollback(True)
    return left


def save_with_all(section: Section, change: Typed, by: User) -> dict[str, Any]:
    places = Places(section_grid(object_of(section), plan_facts(read_head(section.plan))))
    patched = Patched(object_of(section), places, is_judged=False)
    patched.put(change)
    with transaction.atomic():
        save_section(
            section, patched.value, base_revision=section.revision, save_id="s", by=by, at=NOW
        )
        left = outcome(section)
        transaction.set_rollback(True)
    return left


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_saved_alone_reads_like_a_whole_save(
    kind: str, unit: OrganisationUnit, people: SimpleNamespace
) -> None:
    plan = store(unit, by=people.author, sections=[section_value(kind, rows=1)])
    pk = plan.sections.get().pk
    places = find_alone(plan.sections.get())
    tried = set()

    for path, field, value in places:
        text = another_text(field, value)
        change = Typed(tuple(path), show_value(field, value), text)
        if text == change.old:
            continue
        section = Section.objects.select_related("parent", "plan__plan_year").get(pk=pk)
        alone = save_alone(section, change, people.author)
        section = Section.objects.select_related("parent", "plan__plan_year").get(pk=pk)
        assert alone == save_with_all(section, change, people.author), path
        tried.add(tuple(field.path))

    typed = {name for store in get_kind(kind).stores for name in store.alone}
    reached = {str(path[0]) for path in tried} | {str(path[-1]) for path in tried}
    assert typed - reached <= NOT_SHOWN[kind]


# Keys that may be saved alone, but that the sample's grid has no field for.
NOT_SHOWN: dict[str, set[str]] = {
    **{kind: set() for kind in KINDS},
    "budget": {"staffing", "non_staffing", "grants"},
    "narrative": {"quadrants", "figures"},
}
