"""A section's history: its saves folded, two states compared, restored, undone."""

from __future__ import annotations

import time
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import OrganisationUnit, User
from plans.models import Draft, Plan, Section, SectionRevision
from plans.planfile import section_object
from plans.services import save_head, save_section, section_at
from plans.services.history import MovedOn, restore_section, undo_saves
from plans.workflow import Action, perform
from tests.factories import NOW
from tests.pages import read_page
from tests.plans.samples import KINDS, content_of, object_of, section_value, store

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(client: Client, people: SimpleNamespace) -> User:
    client.force_login(people.author)
    return people.author


@pytest.fixture
def section(unit: OrganisationUnit, people: SimpleNamespace) -> Section:
    """A register of two rows, saved once."""
    plan = store(unit, by=people.author, sections=[section_value("register")])
    return fresh(plan.sections.get())


def fresh(section: Section) -> Section:
    return Section.objects.select_related("plan__plan_year", "parent").get(pk=section.pk)


def url_of(name: str, section: Section, *more: int) -> str:
    return reverse(f"plans:section_{name}", args=[section.plan_id, section.pk, *more])


def save(section: Section, by: User, *, minute: float = 0, **content: Any) -> None:
    """Save the section as it is now, with another content where it is named."""
    change = object_of(section)
    change["content"] |= content
    save_section(
        fresh(section),
        change,
        base_revision=fresh(section).revision,
        save_id=uuid4().hex,
        by=by,
        at=NOW + timedelta(minutes=minute),
    )


def type_name(section: Section, name: str, by: User, *, row: int = 1, minute: float = 0) -> None:
    """Save another name in one row of the register."""
    rows = content_of(section)["rows"]
    rows[row]["cells"]["name"] = name
    save(section, by, minute=minute, rows=rows)


def name_in(section: Section, row: int = 1) -> str:
    return content_of(section)["rows"][row]["cells"]["name"]


def said(response: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


# --- the list ------------------------------------------------------------------------------------


def lines_of(client: Client, section: Section, **query: Any) -> list[tuple[Any, ...]]:
    response = client.get(url_of("revisions", section), query)
    assert response.status_code == 200
    return [
        (line.fold.first.number, line.fold.last.number, str(line.by), line.summary)
        for line in response.context["lines"]
    ]


def test_small_saves_of_one_person_are_one_line(
    client: Client, section: Section, author: User, people: SimpleNamespace
) -> None:
    for minute, name in enumerate(["A", "An", "Ano"], 1):
        type_name(section, name, author, minute=minute)
    type_name(section, "B", people.planning_officer, row=2, minute=4)
    type_name(section, "Anoth", author, minute=5)
    officer = str(people.planning_officer)
    assert lines_of(client, section) == [
        (6, 6, str(author), "1 cell"),
        (5, 5, officer, "1 cell"),
        (2, 4, str(author), "1 cell"),
        (1, 1, str(author), "nothing in the end"),
    ]
    assert lines_of(client, section, by=people.planning_officer.pk) == [(5, 5, officer, "1 cell")]
    assert lines_of(client, section, since=1)[-1][0] == 2
    assert lines_of(client, section, by=987654) == []
    page = read_page(client.get(url_of("revisions", section)).content)
    assert "3 saves, 1 cell" in " ".join(page.text.split())
    assert "removed Contract added Ano" in " ".join(page.text.split())


def test_the_milestones_of_section_and_plan_stand_first(
    client: Client, section: Section, author: User, people: SimpleNamespace
) -> None:
    type_name(section, "A", author, minute=1)
    later = [NOW + timedelta(minutes=m) for m in (2, 3)]
    perform(section.plan, Action.SUBMIT, by=author, at=later[0])
    perform(section.plan, Action.RETURN, by=people.approver, at=later[1], comment="Too short.")
    marks = client.get(url_of("revisions", section)).context["history"].marks
    assert [(mark.words, mark.number, mark.comment) for mark in marks] == [
        ("Returned", 2, "Too short."),
        ("Submitted", 2, ""),
        ("Version 1", 2, ""),
        ("Imported", 1, ""),
    ]


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "{{ 7*7 }}"])
def test_what_was_typed_is_shown_as_text(
    client: Client, section: Section, author: User, text: str
) -> None:
    type_name(section, text, author)
    for name in ("revisions", "compare"):
        content = client.get(url_of(name, section)).content.decode()
        assert text.replace("<", "&lt;").replace(">", "&gt;") in content
        assert "<script>alert" not in content


def count_queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("saves", [1, 3, 45])
def test_the_pages_ask_the_same_for_few_saves_and_for_many(
    client: Client, section: Section, author: User, saves: int
) -> None:
    for number in range(saves):
        type_name(section, f"Name {number}", author, minute=40 * number)
    found = [count_queries(client, url_of(name, section)) for name in ("revisions", "compare")]
    found.append(count_queries(client, url_of("restore", section, 1)))
    found.append(count_queries(client, url_of("undo", section, 2, 2)))
    assert found == [14, 14, 12, 15]


def test_a_long_history_is_25_lines_a_page(client: Client, section: Section, author: User) -> None:
    for number in range(30):
        type_name(section, f"Name {number}", author, minute=40 * number)
    assert len(lines_of(client, section)) == 25
    assert len(lines_of(client, section, page=2)) == 6


@pytest.mark.slow
def test_500_small_saves_are_read_back_quickly(section: Section, author: User) -> None:
    for number in range(2, 502):
        type_name(section, f"Name {number}", author, minute=number)
    snapshots = section.revisions.filter(snapshot__isnull=False).order_by("number")
    assert list(snapshots.values_list("number", flat=True)) == [*range(1, 502, 50)]
    section = fresh(section)
    took = []
    for number in (1, 2, 49, 100, 250, 499, 501):
        began = time.perf_counter()
        value = section_at(section, number)
        took.append(time.perf_counter() - began)
        expected = "Contract" if number == 1 else f"Name {number}"
        assert value["content"]["rows"][1]["cells"]["name"] == expected
    print(f"section_at: at most {1000 * max(took):.1f} ms")  # noqa: T201 seen with pytest -rP
    assert max(took) < 0.25


# --- two states beside each other ----------------------------------------------------------------


def test_any_two_states_are_compared(client: Client, section: Section, author: User) -> None:
    type_name(section, "A", author, minute=1)
    type_name(section, "B", author, minute=2)
    response = client.get(url_of("compare", section), {"from": "1", "to": "2"})
    [table] = response.context["comparison"].tables
    assert [(row.name, [piece.text for cell in row.cells for piece in cell.pieces])
            for row in table.rows] == [("A", ["Contract", "A"])]  # fmt: skip
    assert response.context["picked"] == ["1", "2"]
    whole = client.get(url_of("compare", section), {"from": "1", "show": "all"})
    assert len(whole.context["comparison"].tables[0].rows) == 3
    assert client.get(url_of("compare", section), {"from": "3"}).context["comparison"].is_empty


@pytest.mark.parametrize("query", [{"from": "99"}, {"to": "0"}, {"from": "x"}, {"to": "²"}])
@pytest.mark.usefixtures("author")
def test_a_save_that_is_not_there_is_not_found(
    client: Client, section: Section, query: dict[str, str]
) -> None:
    assert client.get(url_of("compare", section), query).status_code == 404


# --- ways back -----------------------------------------------------------------------------------


def go_back(client: Client, name: str, section: Section, *saves: int) -> HttpResponse:
    """Open the page that asks, and confirm."""
    url = url_of(name, section, *saves)
    response = client.get(url)
    assert response.status_code == 200
    return client.post(url, read_page(response.content).form_with("seen_revision").data)


@pytest.mark.parametrize("kind", KINDS)
def test_a_section_of_any_kind_is_restored_whole(
    client: Client, plan: Plan, author: User, kind: str
) -> None:
    section = plan.sections.get(key=kind)
    before = object_of(section)
    change = {**object_of(section), "title": "Another", "intro": "<p>New.</p>"}
    change["content"] = empty_rows(change["content"])
    save_section(
        fresh(section), change, base_revision=1, save_id="a", by=author, at=NOW, ends_draft=False
    )

    response = go_back(client, "restore", section, 1)

    assert (response.status_code, object_of(section)) == (302, before)
    latest = section.revisions.first()
    assert (latest.number, latest.milestone) == (
        3, "Restored the section of 1 March 2008, 09:30",
    )  # fmt: skip
    assert latest.snapshot == before
    go_back(client, "restore", section, 2)
    assert object_of(section)["title"] == "Another"


def empty_rows(content: dict[str, Any]) -> dict[str, Any]:
    return {
        key: [] if key in ("rows", "units") else "<p>Other.</p>" if key == "body" else value
        for key, value in content.items()
    }


def test_restoring_keeps_what_somebody_has_not_saved_yet(
    client: Client, section: Section, author: User
) -> None:
    type_name(section, "A", author)
    Draft.objects.create(
        section=section, user=author, base_revision=2, section_object=object_of(section), at=NOW
    )
    go_back(client, "restore", section, 1)
    assert (name_in(section), Draft.objects.count()) == ("Contract", 1)


def test_a_confirmation_sent_twice_restores_once(
    client: Client, section: Section, author: User
) -> None:
    type_name(section, "A", author)
    for name, saves in (("restore", (1,)), ("undo", (3, 3))):
        url = url_of(name, section, *saves)
        sent = read_page(client.get(url).content).form_with("seen_revision").data
        assert [client.post(url, sent).status_code for _ in range(2)] == [302, 302]
    assert (fresh(section).revision, name_in(section)) == (4, "A")


def test_restoring_merges_nothing(
    client: Client, section: Section, author: User, people: SimpleNamespace
) -> None:
    type_name(section, "A", author)
    url = url_of("restore", section, 1)
    sent = read_page(client.get(url).content).form_with("seen_revision").data
    type_name(section, "B", people.planning_officer, row=2)
    response = client.post(url, sent)
    assert (response.status_code, fresh(section).revision) == (409, 3)
    assert "Somebody saved the section since" in response.content.decode()
    again = read_page(response.content).form_with("seen_revision").data
    assert client.post(url, again).status_code == 302
    assert (name_in(section), name_in(section, 2)) == ("Contract", "Contract")


def test_what_no_longer_fits_the_plan_is_refused_in_words(
    client: Client, unit: OrganisationUnit, author: User
) -> None:
    plan = store(unit, by=author, sections=[section_value("staffing")])
    section = plan.sections.get()
    save(section, author, units=[])
    head = {"units": []}
    facts = read_facts(plan)
    save_head(plan, {**facts, **head}, base=facts, by=author, at=NOW)
    response = go_back(client, "restore", section, 1)
    assert (response.status_code, fresh(section).revision) == (422, 2)
    page = read_page(response.content)
    assert 'the plan has no unit "north"' in page.text
    assert "units ›" not in page.text


def read_facts(plan: Plan) -> dict[str, Any]:
    from plans.planfile import read_head

    return read_head(plan).model_dump(by_alias=True)


@pytest.mark.parametrize(("name", "saves"), [("restore", (1,)), ("undo", (2, 2))])
def test_a_plan_that_is_no_draft_is_not_taken_back(
    client: Client, section: Section, author: User, name: str, saves: tuple[int, ...]
) -> None:
    type_name(section, "A", author)
    url = url_of(name, section, *saves)
    sent = read_page(client.get(url).content).form_with("seen_revision").data
    perform(section.plan, Action.SUBMIT, by=author, at=NOW)
    for response in (client.get(url), client.post(url, sent)):
        assert response.status_code == 302
        assert "sections cannot change now" in said(response)[-1]
    assert name_in(section) == "A"


@pytest.mark.parametrize(("name", "saves"), [("restore", (9,)), ("undo", (1, 1)), ("undo", (2, 9)),
                                             ("undo", (3, 2))])  # fmt: skip
def test_ways_back_to_what_is_not_there_are_not_found(
    client: Client, section: Section, author: User, name: str, saves: tuple[int, ...]
) -> None:
    type_name(section, "A", author)
    assert client.get(url_of(name, section, *saves)).status_code == 404


def test_one_change_is_undone_and_later_ones_stay(
    client: Client, section: Section, author: User
) -> None:
    type_name(section, "A", author, minute=1)
    type_name(section, "B", author, minute=2, row=2)
    go_back(client, "undo", section, 2, 2)
    assert (name_in(section), name_in(section, 2)) == ("Contract", "B")
    assert section.revisions.first().milestone == "Undid the change of 1 March 2008, 09:31"


def test_a_change_that_others_built_on_is_not_undone(
    client: Client, section: Section, author: User
) -> None:
    type_name(section, "A", author)
    type_name(section, "B", author)
    response = client.get(url_of("undo", section, 2, 2))
    assert [str(place) for place in response.context["clashes"]] == ["Rows › B › Name"]
    with pytest.raises(MovedOn):
        undo_saves(fresh(section), 2, 2, seen_revision=3, save_id="x", by=author, at=NOW)
    assert name_in(section) == "B"


def test_a_restored_row_keeps_its_id(section: Section, author: User) -> None:
    rows = content_of(section)["rows"]
    save(section, author, rows=rows[:1])
    restore_section(fresh(section), 1, seen_revision=2, save_id="a", by=author, at=NOW)
    assert content_of(section)["rows"] == rows
    assert section_object(fresh(section)) == section_at(fresh(section), 1)
    assert SectionRevision.objects.filter(section=section).count() == 3


# --- the plan's log ------------------------------------------------------------------------------


def log(client: Client, plan: Plan, **query: Any) -> list[tuple[str, str, int]]:
    """Return who did what, and how many saves a line stands for."""
    response = client.get(reverse("plans:history", args=[plan.pk]), query)
    assert response.status_code == 200
    return [
        (str(line.happening.event.by), line.happening.event.action, line.count)
        for line in response.context["lines"]
    ]


def test_the_log_folds_saves_by_person_and_section(
    client: Client, plan: Plan, author: User, people: SimpleNamespace
) -> None:
    section, officer = plan.sections.get(key="register"), people.planning_officer
    for minute in range(1, 4):
        type_name(section, f"A{minute}", author, minute=minute)
        type_name(section, f"B{minute}", officer, row=2, minute=minute + 0.5)
    perform(plan, Action.SUBMIT, by=author, at=NOW + timedelta(minutes=5))
    names = str(author), str(officer)
    folded = [(names[1], "save", 3), (names[0], "save", 3)]
    submitted, imported = (names[0], "submit", 1), (names[0], "import", 1)

    assert log(client, plan) == [submitted, *folded, imported]
    assert log(client, plan, by=officer.pk) == folded[:1]
    assert log(client, plan, what="milestones") == [submitted, imported]
    assert log(client, plan, section=section.pk) == folded
    assert log(client, plan, section=plan.sections.get(key="risks").pk) == []
    assert log(client, plan, what="nonsense", by="x") == [submitted, *folded, imported]
    response = client.get(reverse("plans:history", args=[plan.pk]))
    assert [mark for mark, _ in response.context["milestones"]] == ["Submitted", "Imported"]
    url = response.context["lines"][1].compare_url
    assert url.endswith("?from=2&to=7")
    assert client.get(url).status_code == 200


@pytest.mark.parametrize("saves", [1, 3, 30])
def test_the_log_asks_the_same_for_few_events_and_for_many(
    client: Client, section: Section, author: User, saves: int
) -> None:
    for number in range(saves):
        type_name(section, f"Name {number}", author, minute=40 * number)
    assert count_queries(client, reverse("plans:history", args=[section.plan_id])) == 11
