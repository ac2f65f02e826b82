"""The checklist of a plan's format: ticked, unticked, found open, frozen with the version."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import OrganisationUnit
from plans.models import ChecklistTick, Plan, PlanFormat
from plans.services import NotOpen
from plans.services.checklist import (
    Checklist,
    LineGone,
    dump_ticks,
    read_checklist,
    tick_line,
    untick_line,
)
from plans.services.findings import find_in_plan
from plans.workflow import Action, perform
from tests.factories import NOW
from tests.pages import read_page
from tests.plans.samples import section_value, store

pytestmark = pytest.mark.django_db
FINANCE = "Finance has read the budget of every team."
NOBODY = "Nobody can be recognised from what is written."
LATER = NOW + timedelta(days=3)


@pytest.fixture
def plan_format(db: None) -> PlanFormat:
    return PlanFormat.objects.create(slug="short", name="Short plan", checklist=[FINANCE, NOBODY])


@pytest.fixture
def plan(plan_format: PlanFormat, unit: OrganisationUnit, people: SimpleNamespace) -> Plan:
    return store(unit, by=people.author, sections=[section_value("narrative")], plan_format="short")


@pytest.fixture
def author(client: Client, people: SimpleNamespace) -> Client:
    client.force_login(people.author)
    return client


def digest_of(plan: Plan, words: str) -> str:
    return next(line.digest for line in read_checklist(plan).lines if line.words == words)


def tick(plan: Plan, words: str, people: SimpleNamespace, *, at: datetime = NOW, note: str = ""):
    tick_line(plan, digest_of(plan, words), note=note, by=people.author, at=at)


def open_lines(plan: Plan) -> list[str]:
    return [line.words for line in read_checklist(Plan.objects.get(pk=plan.pk)).open_lines]


def reword(plan_format: PlanFormat, *lines: str) -> None:
    PlanFormat.objects.filter(pk=plan_format.pk).update(checklist=list(lines))


def url_of(name: str, plan: Plan) -> str:
    return reverse(f"plans:{name}", args=[plan.pk])


# --- ticks --------------------------------------------------------------------------------------


def test_a_line_is_ticked_by_name_and_date(plan: Plan, people: SimpleNamespace) -> None:
    tick(plan, NOBODY, people, note=" Twice. ")

    checklist = read_checklist(plan)
    assert (checklist.done, open_lines(plan)) == (1, [FINANCE])
    held = checklist.lines[1].tick
    assert (held.by, held.at, held.note) == (people.author, NOW, "Twice.")
    event = plan.events.first()
    assert (event.action, event.detail["line"], event.by) == (
        "checklist_ticked",
        NOBODY,
        people.author,
    )


def test_a_line_that_is_ticked_keeps_its_first_tick(plan: Plan, people: SimpleNamespace) -> None:
    tick(plan, NOBODY, people)
    tick(plan, NOBODY, people, at=LATER, note="Again")

    assert [(each.at, each.note) for each in plan.ticks.all()] == [(NOW, "")]
    assert plan.events.filter(action="checklist_ticked").count() == 1


def test_a_tick_is_taken_away_and_the_history_keeps_it(plan: Plan, people: SimpleNamespace) -> None:
    tick(plan, NOBODY, people)
    for _ in range(2):
        untick_line(plan, digest_of(plan, NOBODY), by=people.planning_officer, at=LATER)

    assert open_lines(plan) == [FINANCE, NOBODY]
    [event] = plan.events.filter(action="checklist_unticked")
    assert event.detail == {"line": NOBODY, "comment": "", "ticked_by": people.author.name}


@pytest.mark.parametrize("role", ["section_lead", "assigned", "approver", "reader"])
def test_who_does_not_shape_the_plan_ticks_nothing(
    plan: Plan, people: SimpleNamespace, role: str
) -> None:
    digest = digest_of(plan, NOBODY)
    for change in (tick_line, untick_line):
        with pytest.raises(PermissionDenied):
            change(plan, digest, by=getattr(people, role), at=NOW)


def test_a_submitted_plan_keeps_its_ticks(plan: Plan, people: SimpleNamespace) -> None:
    tick(plan, FINANCE, people)
    plan = perform(plan, Action.SUBMIT, by=people.author, at=NOW)

    with pytest.raises(NotOpen):
        tick(plan, NOBODY, people)
    with pytest.raises(NotOpen):
        untick_line(plan, digest_of(plan, FINANCE), by=people.author, at=NOW)


def test_a_line_that_the_format_lacks_is_not_ticked(plan: Plan, people: SimpleNamespace) -> None:
    with pytest.raises(LineGone):
        tick_line(plan, "0" * 64, by=people.author, at=NOW)


# --- lines that change --------------------------------------------------------------------------


def test_a_changed_line_is_open_and_knows_who_ticked_it_before(
    plan: Plan, plan_format: PlanFormat, people: SimpleNamespace
) -> None:
    tick(plan, FINANCE, people)
    changed = "Finance has read the budget of every team and service."
    reword(plan_format, NOBODY, changed)
    plan = Plan.objects.get(pk=plan.pk)

    nobody, finance = read_checklist(plan).lines
    assert (nobody.tick, nobody.earlier) == (None, None)
    assert (finance.tick, finance.earlier.line) == (None, FINANCE)
    assert read_checklist(plan).lost == ()

    tick(plan, changed, people, at=LATER)
    assert list(plan.ticks.values_list("line", "at")) == [(changed, LATER)]


def test_a_tick_of_a_line_that_is_gone_counts_for_nothing(
    plan: Plan, plan_format: PlanFormat, people: SimpleNamespace
) -> None:
    tick(plan, FINANCE, people)
    reword(plan_format, NOBODY)

    checklist = read_checklist(Plan.objects.get(pk=plan.pk))
    assert (checklist.done, len(checklist.lines)) == (0, 1)
    assert [each.line for each in checklist.lost] == [FINANCE]


def test_a_line_that_stands_twice_is_one_line(
    plan: Plan, plan_format: PlanFormat, people: SimpleNamespace
) -> None:
    reword(plan_format, NOBODY, NOBODY)

    assert open_lines(plan) == [NOBODY]


@pytest.mark.parametrize("ticks", [0, 2])
def test_the_checklist_costs_one_query(
    plan: Plan,
    people: SimpleNamespace,
    ticks: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for words in [FINANCE, NOBODY][:ticks]:
        tick(plan, words, people)
    plan = Plan.objects.select_related("format").get(pk=plan.pk)

    with django_assert_num_queries(1):
        read_checklist(plan)


# --- findings and versions ----------------------------------------------------------------------


def test_open_lines_are_found_until_they_are_ticked(plan: Plan, people: SimpleNamespace) -> None:
    tick(plan, FINANCE, people)
    [found] = [f.finding for f in find_in_plan(plan).found if f.finding.id == "plans.W080"]
    assert found.message == (
        "1 of the checklist's 2 lines is open: “Nobody can be recognised from what is written”."
    )

    tick(plan, NOBODY, people)
    assert "plans.W080" not in [f.finding.id for f in find_in_plan(plan).found]


def test_a_version_keeps_the_checklist_as_it_was(
    plan: Plan, plan_format: PlanFormat, people: SimpleNamespace
) -> None:
    tick(plan, FINANCE, people, note="By e-mail")
    perform(plan, Action.SUBMIT, by=people.author, at=NOW)
    reword(plan_format, "Another line.")

    version = plan.versions.get()
    assert version.checklist == [
        {
            "line": FINANCE,
            "person": people.author.name,
            "post": people.author.post,
            "at": NOW.isoformat(),
            "note": "By e-mail",
        },
        {"line": NOBODY, "person": "", "post": "", "at": "", "note": ""},
    ]
    assert [row["line"] for row in dump_ticks(Plan.objects.get(pk=plan.pk))] == ["Another line."]


def test_a_plan_without_a_format_has_no_checklist(
    unit: OrganisationUnit, people: SimpleNamespace
) -> None:
    plan = store(unit, by=people.author, sections=[section_value("narrative")])

    assert read_checklist(plan) == Checklist(())
    assert dump_ticks(plan) == []


# --- the page -----------------------------------------------------------------------------------


def test_a_line_is_ticked_and_unticked_on_the_page(
    author: Client, plan: Plan, people: SimpleNamespace
) -> None:
    page = author.get(url_of("checklist", plan)).content.decode()
    assert "0 of 2 ticked" in page
    assert '<p class="govuk-body pw-measure">What a plan of the format' in page

    digest = digest_of(plan, FINANCE)
    sent = {"line": digest, "note": "Read on Monday"}
    response = author.post(url_of("checklist_tick", plan), sent)
    assert response.url == f"{url_of('checklist', plan)}#line-{digest[:12]}"
    page = author.get(url_of("checklist", plan)).content.decode()
    assert "1 of 2 ticked" in page
    assert f"Ticked by {people.author.name}" in page
    assert "<q>Read on Monday</q>" in page

    asked = author.get(url_of("checklist_untick", plan), {"line": digest})
    assert "Take the tick away?" in asked.content.decode()
    assert plan.ticks.count() == 1
    form = read_page(asked.content).form_to("untick/")
    author.post(form.action, {"line": digest})
    assert "0 of 2 ticked" in author.get(url_of("checklist", plan)).content.decode()


def test_the_page_is_told_the_list_and_the_count_alone(author: Client, plan: Plan) -> None:
    htmx = {"HX-Request": "true"}
    sent = {"line": digest_of(plan, FINANCE)}

    part = author.post(url_of("checklist_tick", plan), sent, headers=htmx).content.decode()

    assert part.startswith('<div class="pw-measure" id="checklist"')
    assert 'id="checklist-count" hx-swap-oob="innerHTML">1 of 2 ticked<' in part
    assert "<html" not in part


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"line": "0" * 64}, "this line is not in it any more"),
        ({}, "this line is not in it any more"),
        ({"line": "0" * 64, "note": "x" * 501}, "at most 500 characters"),
    ],
)
def test_what_cannot_be_ticked_is_said(
    author: Client, plan: Plan, sent: dict[str, str], words: str
) -> None:
    response = author.post(url_of("checklist_tick", plan), sent)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not plan.ticks.exists()


def test_the_page_of_a_plan_in_review_only_shows(
    author: Client, plan: Plan, people: SimpleNamespace
) -> None:
    tick(plan, FINANCE, people)
    perform(plan, Action.SUBMIT, by=people.author, at=NOW)

    page = author.get(url_of("checklist", plan)).content.decode()
    assert "its checklist stays as it is" in page
    assert 'name="line"' not in page
    response = author.post(url_of("checklist_tick", plan), {"line": digest_of(plan, NOBODY)})
    assert (response.status_code, plan.ticks.count()) == (422, 1)
    response = author.post(url_of("checklist_untick", plan), {"line": digest_of(plan, FINANCE)})
    assert (response.status_code, plan.ticks.count()) == (422, 1)


def test_somebody_else_sees_the_ticks_and_no_way_to_change_them(
    client: Client, plan: Plan, people: SimpleNamespace
) -> None:
    tick(plan, FINANCE, people)
    client.force_login(people.approver)

    page = client.get(url_of("checklist", plan)).content.decode()
    assert f"Ticked by {people.author.name}" in page
    assert 'name="line"' not in page


def test_a_lost_tick_is_shown_and_let_go(
    author: Client, plan: Plan, plan_format: PlanFormat, people: SimpleNamespace
) -> None:
    tick(plan, FINANCE, people)
    lost = digest_of(plan, FINANCE)
    reword(plan_format, NOBODY)

    assert "Ticks of lines that are gone" in author.get(url_of("checklist", plan)).content.decode()
    author.post(url_of("checklist_untick", plan), {"line": lost})
    page = author.get(url_of("checklist", plan)).content.decode()
    assert "Ticks of lines that are gone" not in page
    assert not ChecklistTick.objects.exists()


def test_approvers_read_the_checklist_as_it_was_submitted(
    client: Client, plan: Plan, people: SimpleNamespace
) -> None:
    tick(plan, FINANCE, people, note="By e-mail")
    perform(plan, Action.SUBMIT, by=people.author, at=NOW)
    client.force_login(people.approver)

    page = client.get(url_of("review", plan)).content.decode()

    assert "1 of 2 lines of the checklist open" in page
    assert f"Ticked by {people.author.name}" in page
    assert "on 1 March 2008: <q>By e-mail</q>" in page


@pytest.mark.parametrize(
    ("slug", "words"),
    [("bare", "The format “Bare” has no checklist."), (None, "This plan follows no format")],
)
def test_an_empty_page_says_why(
    author: Client,
    unit: OrganisationUnit,
    people: SimpleNamespace,
    slug: str | None,
    words: str,
) -> None:
    PlanFormat.objects.create(slug="bare", name="Bare")
    sections = [section_value("narrative")]
    plan = store(unit, by=people.author, sections=sections, plan_format=slug)

    page = author.get(url_of("checklist", plan)).content.decode()
    assert words in page
    assert f'href="{url_of("checklist", plan)}"' not in page


@pytest.mark.parametrize("lines", [1, 3])
def test_the_page_asks_the_same_for_one_line_and_for_three(
    author: Client,
    plan: Plan,
    plan_format: PlanFormat,
    people: SimpleNamespace,
    lines: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    words = [f"Line {number} of the checklist." for number in range(lines)]
    reword(plan_format, *words)
    plan = Plan.objects.get(pk=plan.pk)
    for each in words:
        tick(plan, each, people)
    author.get(url_of("checklist", plan))

    with django_assert_num_queries(7):
        author.get(url_of("checklist", plan))


def test_the_history_names_the_line(author: Client, plan: Plan, people: SimpleNamespace) -> None:
    tick(plan, FINANCE, people, note="Read on Monday")

    page = author.get(url_of("history", plan)).content.decode()
    assert f"ticked in the checklist “{FINANCE}”" in page
