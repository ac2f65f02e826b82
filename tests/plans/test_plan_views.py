"""The screens of a whole plan: list, start, contents, facts, people, structure, history, data."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import OrganisationUnit, User
from plans.models import FormatSection, Plan, PlanFormat, Section
from plans.planfile import read_head, read_plan, read_plan_file
from plans.services import add_section, freeze, save_head
from plans.services.archives import read_upload
from tests.factories import NOW
from tests.pages import Page, read_page
from tests.plans.samples import KINDS, make_edition, section_value, store


@pytest.fixture
def author(client: Client, people: SimpleNamespace) -> User:
    """The author, signed in."""
    client.force_login(people.author)
    return people.author


@pytest.fixture
def plan_format(db: None) -> PlanFormat:
    """A format of two sections, a year in the second's title."""
    made = PlanFormat.objects.create(slug="unit-plan", name="Unit plan", people=["Director"])
    FormatSection.objects.create(
        format=made, position=0, key="purpose", title="Purpose", kind="narrative"
    )
    FormatSection.objects.create(
        format=made, position=1, key="money", title="Budget {year}", kind="budget", parent="purpose"
    )
    return made


def said(response: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def url_of(name: str, plan: Plan, *args: int) -> str:
    return reverse(f"plans:{name}", args=[plan.pk, *args])


def open_page(client: Client, url: str) -> Page:
    response = client.get(url)
    assert response.status_code == 200
    return read_page(response.content)


# --- list ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("author")
def test_the_list_counts_what_is_ready(client: Client, plan: Plan) -> None:
    plan.sections.filter(kind="budget").update(status=Section.Status.READY)
    [listed] = client.get(reverse("plans:list")).context["page"]
    assert (listed.section_count, listed.ready_count) == (len(KINDS), 1)


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ({}, 1),
        ({"year": "2008/09"}, 1),
        ({"year": "2009/10"}, 0),
        ({"state": "draft"}, 1),
        ({"state": "approved"}, 0),
        ({"state": "nonsense"}, 0),
        ({"unit": "x"}, 1),
        ({"unit": "²"}, 1),
        ({"unit": "9" * 30}, 1),
        ({"year": "\0", "state": "\0", "unit": "\0"}, 1),
        ({"page": "x"}, 1),
        ({"page": "-1"}, 1),
        ({"show": "all"}, 1),
        ({"show": "mine"}, 1),
    ],
)
@pytest.mark.usefixtures("author", "plan")
def test_the_list_is_filtered(client: Client, chosen: dict[str, str], found: int) -> None:
    response = client.get(reverse("plans:list"), chosen)
    assert (response.status_code, len(response.context["page"])) == (200, found)


@pytest.mark.usefixtures("author")
def test_archived_plans_are_listed_when_asked_for(client: Client, plan: Plan) -> None:
    Plan.objects.update(state=Plan.State.ARCHIVED)
    assert len(client.get(reverse("plans:list")).context["page"]) == 0
    assert len(client.get(reverse("plans:list"), {"state": "archived"}).context["page"]) == 1


@pytest.mark.usefixtures("author")
def test_the_list_says_whom_a_plan_waits_for(client: Client, plan: Plan, people: Any) -> None:
    Plan.objects.update(state=Plan.State.IN_REVIEW)
    assert "Waits for the Director" in client.get(reverse("plans:list")).content.decode()
    client.force_login(people.approver)
    assert "Waits for you" in client.get(reverse("plans:list")).content.decode()


def test_the_list_tells_readers_of_the_edition_only(
    client: Client, plan: Plan, people: Any
) -> None:
    version = freeze(plan, by=people.author, at=NOW)
    make_edition(version, by=people.planning_officer)
    Plan.objects.update(title="Secret new title", state=Plan.State.DRAFT)
    client.force_login(people.reader)
    words = client.get(reverse("plans:list")).content.decode()
    assert "Edition 1" in words
    assert "Draft</strong>" not in words
    page = client.get(reverse("plans:edition", args=[plan.pk, 1])).content.decode()
    assert "Draft</strong>" not in page


# --- start --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("author")
def test_a_plan_is_started_from_a_format(
    client: Client, plan_format: PlanFormat, unit: OrganisationUnit
) -> None:
    form = open_page(client, reverse("plans:start")).form_with("title")
    assert form.radios["plan_format"] == [str(plan_format.pk)]
    sent = {
        **form.data,
        "plan_format": plan_format.pk,
        "organisation_unit": unit.pk,
        "year": "2009-10",
        "due_on": "14/03/2009",
    }
    response = client.post(reverse("plans:start"), sent)
    plan = Plan.objects.get()
    assert response.url == plan.get_absolute_url()
    assert (plan.title, plan.year, plan.unit) == ("Annual Operating Plan", "2009/10", "Libraries")
    assert [(s.key, s.title, s.status) for s in plan.sections.all()] == [
        ("purpose", "Purpose", "not_started"),
        ("money", "Budget 2009/10", "not_started"),
    ]
    assert str(plan.due_on) == "2009-03-14"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("year", "2009"),
        ("year", "2009/11"),
        ("year", "0000/01"),
        ("year", "9999/00"),
        ("year", "²⁰⁰⁹/10"),
        ("year", ""),
        ("title", ""),
        ("title", "x" * 201),
        ("title", "a\0b"),
        ("title", "a\x07b"),
        ("due_on", "31/02/2009"),
        ("due_on", "soon"),
        ("plan_format", "0"),
        ("plan_format", "x"),
        ("plan_format", "9" * 30),
        ("organisation_unit", "0"),
    ],
)
@pytest.mark.usefixtures("author")
def test_a_plan_is_not_started_from_what_cannot_be_read(
    client: Client, plan_format: PlanFormat, unit: OrganisationUnit, field: str, value: str
) -> None:
    sent = {
        "plan_format": plan_format.pk,
        "organisation_unit": unit.pk,
        "year": "2009/10",
        "title": "A plan",
        field: value,
    }
    response = client.post(reverse("plans:start"), sent)
    assert (response.status_code, Plan.objects.count()) == (422, 0)
    assert list(response.context["form"].errors) == [field]
    page = read_page(response.content)
    assert {href.removeprefix("#") for href, _ in page.summary} <= set(page.ids)


# --- contents and history -----------------------------------------------------------------------


@pytest.mark.usefixtures("author")
def test_the_contents_number_every_section(client: Client, plan: Plan) -> None:
    response = client.get(plan.get_absolute_url())
    assert [(e.number, e.section.key) for e in response.context["entries"]] == [
        (str(n), kind) for n, kind in enumerate(KINDS, 1)
    ]
    assert response.context["left"]["total"] == len(KINDS)


@pytest.mark.usefixtures("author")
def test_the_history_tells_who_did_what(client: Client, plan: Plan) -> None:
    section = plan.sections.get(key="risks")
    client.post(url_of("section_status", plan, section.pk), {"status": "ready"})
    response = client.get(url_of("history", plan))
    happenings = [line.happening for line in response.context["lines"]]
    assert [(h.event.action, h.words, h.title) for h in happenings] == [
        ("section_status", "changed the status of", "Risks"),
        ("import", "imported the plan", ""),
    ]


@pytest.mark.usefixtures("author")
def test_the_working_copy_is_previewed_and_downloaded(client: Client, plan: Plan) -> None:
    page = open_page(client, url_of("preview", plan))
    assert "Paragraph 2." in page.text
    response = client.get(url_of("data", plan))
    assert (response["Content-Type"], response["Content-Disposition"]) == (
        "application/json",
        'attachment; filename="libraries-2008-09.json"',
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert read_plan_file(response.content) == read_plan(plan)


# --- the plan's facts ---------------------------------------------------------------------------


SUMMARY = [
    {"label": "Gross budget", "figure": "budget.gross", "style": "£m", "text": ""},
    {"label": "Branches", "figure": "", "style": "", "text": "75"},
    {"label": "Renamed", "figure": "budget.grosss", "style": "£m", "text": ""},
    {"label": "Unsaid", "figure": "", "style": "", "text": ""},
]
LACKS = {
    "No figure is called “budget.grosss”": "#id_summary-2-figure",
    "Nothing is said": "#id_summary-3-text",
}


def words_of(page: Page) -> str:
    return " ".join(page.text.split())


@pytest.fixture
def summed(unit: OrganisationUnit, people: SimpleNamespace) -> Plan:
    """A plan with a budget of £2,400,000, whose summary box has facts that say nothing."""
    return store(unit, by=people.author, sections=[section_value("budget")], summary=SUMMARY)


@pytest.mark.parametrize("name", ["preview", "facts"])
@pytest.mark.usefixtures("author")
def test_the_summary_box_is_shown_as_it_will_print(client: Client, summed: Plan, name: str) -> None:
    page = open_page(client, url_of(name, summed))
    assert "Gross budget £2.4m Branches 75 Renamed No figure is called" in words_of(page)
    form = url_of("facts", summed)
    lacks = {words: href.removeprefix(form) for href, words in page.links if words in LACKS}
    assert lacks == LACKS
    ids = open_page(client, form).ids
    assert {href.removeprefix("#") for href in LACKS.values()} <= set(ids)


def test_who_may_not_change_the_facts_is_told_what_they_lack(
    client: Client, summed: Plan, people: SimpleNamespace
) -> None:
    client.force_login(people.approver)
    page = open_page(client, url_of("preview", summed))
    assert "Renamed No figure is called “budget.grosss” Unsaid Nothing is said" in words_of(page)
    assert not LACKS.keys() & {words for _, words in page.links}


@pytest.mark.usefixtures("author")
def test_an_empty_figure_of_the_summary_box_leads_to_the_figure(
    client: Client, unit: OrganisationUnit, people: SimpleNamespace
) -> None:
    sections = [section_value("activity", key="loans")]
    del sections[0]["content"]["rows"][0]["cells"]["c1"]
    fact = {"label": "Loans", "figure": "loans.r1.c1", "style": "plain"}
    plan = store(unit, by=people.author, sections=sections, summary=[fact])
    page = open_page(client, url_of("preview", plan))
    [href] = [href for href, words in page.links if words == "not given"]
    assert "loans.r1.c1" in open_page(client, href).text


@pytest.mark.usefixtures("author")
def test_facts_that_are_not_saved_yet_are_shown_as_they_will_read(
    client: Client, summed: Plan
) -> None:
    sent = {**facts_form(client, summed), "summary-0-style": "£000", "do": "add:people"}
    page = read_page(client.post(url_of("facts", summed), sent).content)
    assert "As the summary box will read Gross budget £2,400.0k" in words_of(page)
    page = open_page(client, url_of("facts", summed))
    assert "As the summary box reads now Gross budget £2.4m" in words_of(page)


def facts_form(client: Client, plan: Plan) -> dict[str, Any]:
    return open_page(client, url_of("facts", plan)).form_with("base").data


@pytest.mark.usefixtures("author")
def test_saving_the_facts_as_they_were_drawn_changes_nothing(client: Client, plan: Plan) -> None:
    before, events = read_head(plan), plan.events.count()
    response = client.post(url_of("facts", plan), facts_form(client, plan))
    assert response.status_code == 302
    plan.refresh_from_db()
    assert (read_head(plan), plan.events.count()) == (before, events)


@pytest.mark.usefixtures("author")
def test_facts_are_changed_and_rows_added_by_buttons(client: Client, plan: Plan) -> None:
    sent = {**facts_form(client, plan), "subtitle": "A new one", "do": "add:people"}
    response = client.post(url_of("facts", plan), sent)
    assert response.status_code == 200
    sent = read_page(response.content).form_with("base").data
    sent |= {"people-0-role": "Director", "people-0-name": "A Name"}
    assert client.post(url_of("facts", plan), sent).status_code == 302
    plan.refresh_from_db()
    assert plan.subtitle == "A new one"
    assert plan.people == [{"role": "Director", "name": "A Name", "initials": ""}]
    assert plan.events.first().action == "facts_changed"


@pytest.mark.usefixtures("author")
def test_a_team_that_a_budget_needs_cannot_be_removed(client: Client, plan: Plan) -> None:
    sent = {**facts_form(client, plan), "do": "remove:units-0"}
    sent = read_page(client.post(url_of("facts", plan), sent).content).form_with("base").data
    assert sent["units-count"] == "1"
    sent["units-0-part_of"] = ""
    response = client.post(url_of("facts", plan), sent)
    assert response.status_code == 422
    page = read_page(response.content)
    assert "north" in page.text
    assert {href.removeprefix("#") for href, _ in page.summary} <= set(page.ids)
    plan.refresh_from_db()
    assert [unit["key"] for unit in plan.units] == ["north", "south"]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("units-0-key", "North Team", "is not a key"),
        ("units-1-key", "north", "used twice"),
        ("units-1-part_of", "west", "no unit"),
        ("title", "x" * 2001, "2,001 characters"),
        ("council", "a\0b", "control character"),
    ],
)
@pytest.mark.usefixtures("author")
def test_facts_that_cannot_be_kept_are_refused_at_their_place(
    client: Client, plan: Plan, field: str, value: str, sentence: str
) -> None:
    before = read_head(plan)
    response = client.post(url_of("facts", plan), {**facts_form(client, plan), field: value})
    assert response.status_code == 422
    page = read_page(response.content)
    assert sentence in page.text
    assert field in page.invalid
    assert page.form_with("base").data[field] == value
    plan.refresh_from_db()
    assert read_head(plan) == before


@pytest.mark.usefixtures("author")
def test_facts_that_somebody_else_changed_too_are_shown_and_saved_on_purpose(
    client: Client, plan: Plan, people: SimpleNamespace
) -> None:
    sent = {**facts_form(client, plan), "title": "Mine", "council": "Mine alone"}
    head = read_head(plan).model_dump(by_alias=True)
    theirs = {**head, "title": "Theirs", "directorate": "Theirs alone"}
    save_head(plan, theirs, base=head, by=people.planning_officer, at=NOW)
    response = client.post(url_of("facts", plan), sent)
    assert response.status_code == 409
    page = read_page(response.content)
    assert page.invalid == ["title"]
    assert "Theirs" in page.text
    plan.refresh_from_db()
    assert plan.title == "Theirs"
    assert client.post(url_of("facts", plan), page.form_with("base").data).status_code == 302
    plan.refresh_from_db()
    assert (plan.title, plan.council, plan.directorate) == ("Mine", "Mine alone", "Theirs alone")


@pytest.mark.parametrize("base", ["", "x", "a:b:c", "\0"])
@pytest.mark.usefixtures("author")
def test_facts_on_no_base_are_refused(client: Client, plan: Plan, base: str) -> None:
    sent = {**facts_form(client, plan), "base": base, "title": "New"}
    assert client.post(url_of("facts", plan), sent).status_code == 400
    plan.refresh_from_db()
    assert plan.title == "Annual Operating Plan"


@pytest.mark.usefixtures("author")
def test_facts_on_the_base_of_another_plan_are_refused(
    client: Client, plan: Plan, unit: OrganisationUnit, people: SimpleNamespace
) -> None:
    other = store(unit, by=people.author, title="Another")
    sent = {**facts_form(client, plan), "base": facts_form(client, other)["base"]}
    assert client.post(url_of("facts", plan), sent).status_code == 400


# --- people and dates ---------------------------------------------------------------------------


@pytest.mark.usefixtures("author")
def test_a_section_is_given_to_a_person(
    client: Client, plan: Plan, people: SimpleNamespace
) -> None:
    section = plan.sections.get(key="budget")
    url = url_of("section_assign", plan, section.pk)
    form = open_page(client, url).form_with("assigned_to")
    sent = {**form.data, "assigned_to": people.assigned.pk, "due_on": "1.2.2009", "reserved": "on"}
    assert client.post(url, sent).url == url_of("people", plan)
    section.refresh_from_db()
    assert (section.assigned_to, str(section.due_on), section.reserved) == (
        people.assigned,
        "2009-02-01",
        True,
    )
    assert open_page(client, url_of("people", plan)).text.count(people.assigned.name) == 1


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"reserved": "on"}, "reserved"),
        ({"due_on": "tomorrow"}, "due_on"),
        ({"assigned_to": "x"}, "assigned_to"),
        ({"assigned_to": "0"}, "assigned_to"),
    ],
)
@pytest.mark.usefixtures("author")
def test_a_section_is_not_given_to_nobody_known(
    client: Client, plan: Plan, sent: dict[str, str], wrong: str
) -> None:
    section = plan.sections.get(key="budget")
    response = client.post(url_of("section_assign", plan, section.pk), sent)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [wrong])


# --- structure ----------------------------------------------------------------------------------


def keys(plan: Plan) -> list[tuple[str, str | None]]:
    sections = plan.sections.present().select_related("parent")
    return [(s.key, s.parent.key if s.parent else None) for s in sections]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.usefixtures("author")
def test_a_section_of_any_kind_is_added_and_opens(client: Client, plan: Plan, kind: str) -> None:
    form = open_page(client, url_of("structure", plan)).form_with("kind")
    parent = plan.sections.get(key="narrative")
    sent = {**form.data, "title": "Brand new", "kind": kind, "parent": parent.pk}
    response = client.post(url_of("structure", plan), sent)
    section = plan.sections.get(key="brand-new")
    assert response.url == f"{url_of('structure', plan)}#section-{section.pk}"
    assert keys(plan)[1] == ("brand-new", "narrative")
    page = open_page(client, url_of("section_edit", plan, section.pk))
    sent = page.form_with("base_revision").data
    assert client.post(url_of("section_edit", plan, section.pk), sent).status_code == 302
    section.refresh_from_db()
    assert section.revision == 1


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"title": "a\0"}, "title"),
        ({"title": "a\x1b"}, "title"),
        ({"kind": "poem"}, "kind"),
        ({"parent": "x"}, "parent"),
        ({"parent": "0"}, "parent"),
    ],
)
@pytest.mark.usefixtures("author")
def test_a_section_that_cannot_be_is_not_added(
    client: Client, plan: Plan, sent: dict[str, str], wrong: str
) -> None:
    response = client.post(
        url_of("structure", plan), {"title": "New", "kind": "narrative", "parent": "", **sent}
    )
    assert (response.status_code, list(response.context["form"].errors)) == (422, [wrong])
    assert plan.sections.count() == len(KINDS)


@pytest.mark.usefixtures("author")
def test_sections_move_and_nest(
    client: Client, unit: OrganisationUnit, people: SimpleNamespace
) -> None:
    sections = [section_value("narrative", key=key) for key in ("a", "b", "c")]
    plan = store(unit, by=people.author, sections=sections)

    def move(key: str, direction: str) -> list[tuple[str, str | None]]:
        section = plan.sections.get(key=key)
        sent = {"direction": direction}
        assert client.post(url_of("section_move", plan, section.pk), sent).status_code == 302
        return keys(plan)

    assert move("b", "up") == [("b", None), ("a", None), ("c", None)]
    assert move("a", "in") == [("b", None), ("a", "b"), ("c", None)]
    assert move("b", "down") == [("c", None), ("b", None), ("a", "b")]
    assert move("a", "out") == [("c", None), ("b", None), ("a", None)]
    assert move("c", "up") == move("c", "out") == move("c", "in") == keys(plan)


@pytest.mark.parametrize("direction", ["", "sideways", "\0", "UP"])
@pytest.mark.usefixtures("author")
def test_a_section_does_not_move_sideways(client: Client, plan: Plan, direction: str) -> None:
    before = keys(plan)
    url = url_of("section_move", plan, plan.sections.get(key="risks").pk)
    assert client.post(url, {"direction": direction}).status_code == 400
    assert keys(plan) == before


@pytest.mark.usefixtures("author")
def test_a_section_is_removed_with_what_is_under_it_and_brought_back(
    client: Client, plan: Plan, people: SimpleNamespace
) -> None:
    top = plan.sections.get(key="risks")
    add_section(plan, kind="narrative", title="Inner", parent=top, by=people.author, at=NOW)
    before = keys(plan)
    page = open_page(client, url_of("section_remove", plan, top.pk))
    assert "Inner" in page.text
    response = client.post(url_of("section_remove", plan, top.pk))
    assert said(response) == ["Removed “Risks” with 1 under it. You can bring it back below."]
    assert keys(plan) == [pair for pair in before if "risks" not in pair]
    assert "Risks" in open_page(client, url_of("structure", plan)).text
    response = client.post(url_of("section_bring_back", plan, top.pk))
    assert said(response) == ["“Risks” is back."]
    assert keys(plan) == before


@pytest.mark.usefixtures("author")
def test_a_plan_of_deeply_nested_sections_still_opens(
    client: Client, unit: OrganisationUnit, people: SimpleNamespace
) -> None:
    plan = store(unit, by=people.author, sections=[section_value("narrative", key="top")])
    parent = plan.sections.get()
    for number in range(12):
        sent = {"title": f"Level {number}", "kind": "narrative", "parent": parent.pk}
        assert client.post(url_of("structure", plan), sent).status_code in (302, 422)
        parent = plan.sections.last()
    for name in ("detail", "structure", "people", "preview", "data"):
        assert client.get(url_of(name, plan)).status_code == 200
    assert client.get(parent.get_absolute_url()).status_code == 200


# --- every screen -------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.any_database
@pytest.mark.parametrize("role", ["planning_officer", "author", "section_lead", "approver"])
def test_every_link_leads_somewhere_and_every_id_stands_once(
    client: Client, plan: Plan, people: SimpleNamespace, role: str
) -> None:
    """Follow every link from the list of plans."""
    client.force_login(getattr(people, role))
    freeze(plan, by=people.author, at=NOW)
    Plan.objects.update(state=Plan.State.IN_REVIEW)
    waiting, seen, wrong = [reverse("plans:list")], set(), []
    while waiting:
        url = waiting.pop()
        seen.add(url)
        response = client.get(url, follow=True)
        if response.status_code != 200:
            wrong.append((url, response.status_code))
        if response["Content-Type"].startswith("text/html"):
            page = read_page(response.content)
            wrong += [(url, href, words) for href, words in page.links if not is_live(href, page)]
            wrong += [(url, each) for each in set(page.ids) if page.ids.count(each) > 1]
            links = {href.partition("#")[0] for href, _ in page.links if href.startswith("/")}
            waiting += links - seen - set(waiting)
    assert wrong == []
    assert len(seen) > 25


def is_live(href: str, page: Page) -> bool:
    return href[1:] in page.ids if href.startswith("#") else bool(href)


# --- how much is asked of the database ----------------------------------------------------------


def count_queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("plans", [1, 3])
@pytest.mark.usefixtures("author")
def test_the_list_asks_the_same_for_one_plan_and_for_three(
    client: Client, unit: OrganisationUnit, people: SimpleNamespace, plans: int
) -> None:
    for number in range(plans):
        store(unit, by=people.author, title=f"Plan {number}")
    assert count_queries(client, reverse("plans:list")) == 12


QUERIES = {
    "detail": 23,
    "people": 7,
    "structure": 9,
    "history": 11,
    "versions": 8,
    "facts": 14,
    "pictures": 8,
}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.usefixtures("author")
def test_a_page_of_a_plan_asks_the_same_for_one_of_each_and_for_three(
    client: Client, unit: OrganisationUnit, people: SimpleNamespace, name: str, rows: int
) -> None:
    sections = [section_value("narrative", key=f"s{n}") for n in range(rows)]
    plan = store(unit, by=people.author, sections=sections)
    for section in plan.sections.all():
        section.assigned_to = people.assigned
        section.save()
    for _ in range(rows):
        freeze(plan, by=people.author, at=NOW)
    assert count_queries(client, url_of(name, plan)) == QUERIES[name]


@pytest.mark.usefixtures("author")
def test_the_preview_asks_the_same_for_two_sections_of_a_kind_and_for_six(
    client: Client, unit: OrganisationUnit, people: SimpleNamespace
) -> None:
    counts = []
    for times in (2, 6):
        sections = [section_value(k, key=f"{k}-{n}") for k in KINDS for n in range(times)]
        plan = store(unit, by=people.author, sections=sections)
        counts.append(count_queries(client, url_of("preview", plan)))
    assert counts == [43, 43]


# --- due date -----------------------------------------------------------------------------------


def test_the_draft_is_given_another_due_date(client: Client, plan: Plan, author: User) -> None:
    url = url_of("due", plan)
    assert client.post(url, {"due_on": "31/02/2008"}).status_code == 422
    assert client.post(url, {"due_on": "14/03/2008"}).status_code == 302
    plan.refresh_from_db()
    assert plan.due_on == date(2008, 3, 14)
    assert plan.events.filter(action="due_date").count() == 1
    assert "14 March 2008" in open_page(client, url_of("people", plan)).text


def test_the_working_copy_is_taken_away_with_its_pictures(
    client: Client, plan: Plan, author: User
) -> None:
    response = client.get(url_of("data", plan), {"with": "pictures"})
    assert response["Content-Type"] == "application/zip"
    assert read_upload(response.content).plan.head.title == plan.title
