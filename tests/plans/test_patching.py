"""Saving changed places: what can be saved is, the rest is answered and kept as a draft."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from plans.models import Draft, Event, Plan, Section
from tests.plans.samples import content_of

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
