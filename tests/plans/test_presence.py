"""Who is in a section: told in words, forgotten after a while, and nobody is kept out."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import OrganisationUnit, User
from plans.editor import find_place, section_grid
from plans.models import Plan, Presence, Section
from plans.planfile import plan_facts, read_head
from plans.services import save_section
from plans.services.places import name_places
from plans.services.presence import THERE_FOR, note_presence
from tests.factories import NOW, make_member
from tests.plans.cells import find_cell
from tests.plans.samples import KINDS, object_of, section_value, store

pytestmark = pytest.mark.django_db

ALONE = 8  # signing in 3, access 2, presence 2, comments 1
TOGETHER = 11  # and the section's set-up 1, the rows that people are in 1, their numbers 1


@pytest.fixture
def register(plan: Plan) -> Section:
    return plan.sections.get(key="register")


@pytest.fixture
def author(client: Client, people: SimpleNamespace) -> Iterator[User]:
    """The author, signed in."""
    client.force_login(people.author)
    return people.author


def say(client: Client, section: Section, value: Any) -> HttpResponse:
    """Send one word of a page; `value` as JSON, bytes as they are."""
    url = reverse("plans:section_here", args=[section.plan_id, section.pk])
    body = value if isinstance(value, bytes) else json.dumps(value)
    return client.post(url, body, content_type="application/json")


def hear(client: Client, section: Section, path: list[Any] | None = None) -> dict[str, Any]:
    """Say where one is, at the present revision, and return the answer."""
    section.refresh_from_db()
    response = say(client, section, {"revision": section.revision, "path": path or []})
    assert response.status_code == 200, response.content
    return response.json()


def put(user: User, section: Section, *, path: list[Any], ago: timedelta = timedelta()) -> None:
    note_presence(section, path=tuple(path), by=user, at=timezone.now() - ago)


def cell_of(section: Section, row: int) -> list[str]:
    return ["content", "rows", object_of(section)["content"]["rows"][row]["id"], "cells", "name"]


def test_presence_is_kept_once_a_person(client: Client, author: User, register: Section) -> None:
    hear(client, register)
    path = cell_of(register, 1)
    hear(client, register, path)
    assert [(p.user, p.path) for p in Presence.objects.all()] == [(author, path)]


def test_nobody_else_is_there(client: Client, author: User, register: Section) -> None:
    assert hear(client, register) == {
        "revision": register.revision,
        "others": [],
        "redraw": False,
        "people": [],
        "comments": 0,
    }


def test_somebody_else_is_told_with_their_place_in_words(
    client: Client, author: User, register: Section, people: SimpleNamespace
) -> None:
    path = cell_of(register, 1)
    put(people.planning_officer, register, path=path)
    officer = people.planning_officer
    place = "row 2: Rows › Contract › Name"
    assert hear(client, register)["people"] == [
        {"name": officer.name, "post": officer.post, "place": place, "path": path}
    ]


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ([], ""),
        (["intro"], "Introduction"),
        (["content", "rows", "l0st0row"], "Rows › a row that is gone"),
    ],
)
def test_places_that_are_no_row(
    client: Client,
    author: User,
    register: Section,
    people: SimpleNamespace,
    path: list[Any],
    place: str,
) -> None:
    put(people.planning_officer, register, path=path)
    assert [each["place"] for each in hear(client, register)["people"]] == [place]


@pytest.mark.parametrize("kind", KINDS)
def test_a_place_is_named_as_the_whole_section_would(
    kind: str, unit: OrganisationUnit, people: SimpleNamespace
) -> None:
    plan = store(unit, by=people.author, sections=[section_value(kind, rows=30)])
    section = plan.sections.get()
    value = object_of(section)
    grid = section_grid(value, plan_facts(read_head(plan)))
    cell = tuple(find_cell(section).path)
    ways = [cell[:length] for length in range(len(cell) + 1)]
    lost = [(*way[:-1], "l0st0row") for way in ways if way]
    paths = [*ways, *lost, ("intro",), ("title", "x")]

    named = name_places(section, paths)

    for path, words in zip(paths, named, strict=True):
        place = find_place(path, grid, (value,))
        is_said = bool(place.field or place.rows)
        assert words.partition(": ")[2] or words == str(place) if is_said else words == ""
        assert not is_said or words.endswith(str(place))
    row = [step for step in cell if isinstance(step, str) and len(step) == 8][-1:]
    assert named[len(cell)].startswith("row 16: " if row else "Text")


def test_places_of_many_rows_are_named_quickly(
    unit: OrganisationUnit, people: SimpleNamespace, django_assert_num_queries: Any
) -> None:
    plan = store(unit, by=people.author, sections=[section_value("budget", rows=900)])
    section = Section.objects.select_related("parent", "plan__plan_year").get(plan=plan)
    content = object_of(section)["content"]
    lines = [
        ("content", "units", u["id"], "lines", r["id"])
        for u in content["units"][:1]
        for r in u["lines"]
    ]
    spent = []

    for _ in range(5):
        before = time.process_time()
        with django_assert_num_queries(5):  # the set-up, units and lines, and the numbers of both
            named = name_places(section, [lines[0], lines[899]])
        spent.append(time.process_time() - before)

    assert [words.partition(":")[0] for words in named] == ["row 1", "row 900"]
    assert min(spent) < 0.012


@pytest.mark.parametrize("path", [[0, 0], ["you have won"] * 12, ["content", 3], ["title", "x"]])
def test_a_place_that_no_page_names_is_not_said(
    path: list[Any], client: Client, author: User, people: SimpleNamespace, register: Section
) -> None:
    put(people.planning_officer, register, path=path)
    [person] = hear(client, register)["people"]
    assert person["place"] == ""


def test_a_place_in_a_list_of_a_row_counts_the_inner_row(
    client: Client, author: User, plan: Plan, people: SimpleNamespace
) -> None:
    budget = plan.sections.get(key="budget")
    unit = object_of(budget)["content"]["units"][0]
    path = ["content", "units", unit["id"], "lines", unit["lines"][1]["id"], "running"]
    put(people.planning_officer, budget, path=path)
    [there] = hear(client, budget)["people"]
    assert there["place"].startswith("row 2: Units › North Team › ")


def test_who_said_nothing_for_a_while_is_gone(
    client: Client, author: User, register: Section, people: SimpleNamespace
) -> None:
    put(people.planning_officer, register, path=[], ago=THERE_FOR + timedelta(seconds=1))
    assert hear(client, register)["people"] == []
    put(people.planning_officer, register, path=[], ago=THERE_FOR - timedelta(seconds=5))
    assert len(hear(client, register)["people"]) == 1


def test_who_leaves_is_gone_at_once(client: Client, author: User, register: Section) -> None:
    hear(client, register)
    assert say(client, register, {"leaving": True}).status_code == 200
    assert not Presence.objects.exists()


def test_presence_keeps_nobody_out(
    client: Client, author: User, register: Section, people: SimpleNamespace
) -> None:
    put(people.planning_officer, register, path=cell_of(register, 1))
    change = {**object_of(register), "caption": "Contracts"}
    saved = save_section(
        register, change, base_revision=register.revision, save_id="one", by=author, at=NOW
    )
    assert saved.revision == register.revision + 1


def test_what_others_changed_is_told(client: Client, author: User, register: Section) -> None:
    before = register.revision
    change = {**object_of(register), "caption": "Contracts"}
    save_section(register, change, base_revision=before, save_id="one", by=author, at=NOW)
    told = say(client, register, {"revision": before, "path": []}).json()
    assert (told["revision"], told["redraw"]) == (before + 1, False)
    assert told["others"] == [{"path": ["caption"], "text": "Contracts"}]


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"\xff",
        b"[" * 5000,
        [],
        {},
        {"leaving": False},
        {"leaving": True, "revision": 1},
        {"revision": 1},
        {"revision": True, "path": []},
        {"revision": -1, "path": []},
        {"revision": 2**31, "path": []},
        {"revision": "1", "path": []},
        {"revision": 1, "path": "content"},
        {"revision": 1, "path": [None]},
        {"revision": 1, "path": [["content"]]},
        {"revision": 1, "path": ["x"] * 13},
        {"revision": 1, "path": ["x" * 201]},
        {"revision": 1, "path": ["\0"]},
        {"revision": 1, "path": ["\ud800"]},
        {"revision": 1, "path": [10_000]},
        {"revision": 1, "path": [], "more": 1},
    ],
)
def test_what_is_not_understood_is_refused(
    client: Client, author: User, register: Section, value: Any
) -> None:
    response = say(client, register, value)
    assert response.status_code == 400
    assert list(response.json()) == ["message"]
    assert not Presence.objects.exists()


def test_a_word_that_is_too_long_is_refused(
    client: Client, author: User, register: Section
) -> None:
    assert say(client, register, b" " * 20_000).status_code == 413
    assert not Presence.objects.exists()


@pytest.mark.parametrize(("others", "queries"), [(0, ALONE), (1, TOGETHER), (3, TOGETHER)])
def test_presence_costs_a_fixed_number_of_queries(
    client: Client,
    author: User,
    register: Section,
    people: SimpleNamespace,
    django_assert_num_queries: DjangoAssertNumQueries,
    others: int,
    queries: int,
) -> None:
    for number in range(others):
        person = make_member(f"Person {number}", "author", register.plan.organisation_unit)
        put(person, register, path=cell_of(register, 1))
    hear(client, register)  # the first word makes the row
    word = {"revision": register.revision, "path": []}
    with django_assert_num_queries(queries):
        assert len(say(client, register, word).json()["people"]) == others


# --- told to those who read ----------------------------------------------------------------------


def read(client: Client, page: str, section: Section) -> str:
    if page == "plan":
        url = reverse("plans:detail", args=[section.plan_id])
    else:
        url = reverse("plans:section", args=[section.plan_id, section.pk])
    return client.get(url).content.decode()


def told_on(html: str) -> list[str]:
    """Return whom a page tells of, each in one line of words."""
    items = re.findall(r'<li class="pw-present__person">(.*?)</li>', html)
    return [re.sub(r"<[^>]*>", "", item) for item in items]


def test_pages_tell_who_writes_where(
    client: Client, author: User, register: Section, people: SimpleNamespace, plan: Plan
) -> None:
    people.assigned.post = "Head of Libraries"
    people.assigned.save()
    risks = plan.sections.get(key="risks")
    put(people.assigned, risks, path=[])
    put(people.section_lead, register, path=cell_of(register, 1))
    put(author, register, path=[])
    put(people.approver, register, path=[], ago=THERE_FOR + timedelta(seconds=1))
    of_plan = read(client, "plan", register)
    in_order = sorted([risks, register], key=lambda section: section.position)
    words = {
        risks: f"Libraries assigned (Head of Libraries) is in {risks}",
        register: f"Libraries section_lead is in {register}",
    }
    assert told_on(of_plan) == [words[section] for section in in_order]
    assert f'is in <a class="govuk-link" href="{risks.get_absolute_url()}">' in of_plan
    assert told_on(read(client, "section", register)) == [
        "Libraries section_lead is writing in this section now"
    ]


def test_pages_do_not_tell_of_a_section_taken_out(
    client: Client, author: User, register: Section, people: SimpleNamespace
) -> None:
    put(people.assigned, register, path=[])
    register.removed_at = timezone.now()
    register.save(update_fields=["removed_at"])
    assert told_on(read(client, "plan", register)) == []


@pytest.mark.parametrize(("page", "queries"), [("plan", 21), ("section", 14)])
@pytest.mark.parametrize("others", [0, 1, 3])
def test_telling_who_is_there_costs_a_fixed_number_of_queries(
    client: Client,
    author: User,
    register: Section,
    django_assert_num_queries: DjangoAssertNumQueries,
    page: str,
    queries: int,
    others: int,
) -> None:
    for number in range(others):
        person = make_member(f"Person {number}", "author", register.plan.organisation_unit)
        put(person, register, path=[])
    read(client, page, register)  # what the checks read is kept
    with django_assert_num_queries(queries):
        assert len(told_on(read(client, page, register))) == others
