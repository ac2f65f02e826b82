"""What a change touches is foreseen while it is typed, by the writers of its section alone."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import OrganisationUnit
from plans.checks.impact import Mention, list_sentences
from plans.models import Plan, Reading, SectionRevision
from plans.services import remove_section
from plans.views.impact import say_impact
from tests.factories import NOW
from tests.plans.samples import object_of, section_value, store

pytestmark = pytest.mark.django_db

GROSS = '<span data-figure="budget.gross" data-style="£m"></span>'
NET = '<span data-figure="budget.net" data-style="£m"></span>'
BODY = (
    f"<p>Two teams. The gross budget is {GROSS}, which is {NET} after income. Nobody else pays.</p>"
    f"<p>A share of {GROSS} goes north.</p><p>It never changes.</p>"
)
SUMMARY = [
    {"label": "Gross", "figure": "budget.gross", "style": "£m"},
    {"label": "Director", "text": "The director"},
]


def budget_value(rows: int) -> dict[str, Any]:
    value = section_value("budget", rows=rows)
    value["content"]["units"][0]["stated"] = {"controllable": {"gross": f"{rows * 1200}.0"}}
    return value


@pytest.fixture
def plan(unit: OrganisationUnit, people: SimpleNamespace) -> Plan:
    """A draft whose narrative and cover quote its budget; the totals stated there are right."""
    aims = {**section_value("narrative", key="aims", title="Aims"), "content": {"body": BODY}}
    return store(unit, by=people.author, sections=[aims, budget_value(2)], summary=SUMMARY)


@pytest.fixture
def author(people: SimpleNamespace) -> Client:
    browser = Client()
    browser.force_login(people.author)
    return browser


def ask(browser: Client, plan: Plan, patch: Any, *, key: str = "budget") -> HttpResponse:
    url = reverse("plans:impact", args=[plan.pk, plan.sections.get(key=key).pk])
    return browser.post(url, json.dumps(patch), content_type="application/json")


def retype(plan: Plan, field: str, new: str, *, revision: int = 1) -> dict[str, Any]:
    """Return the patch that types `new` into a field of the budget's first line."""
    budget = object_of(plan.sections.get(key="budget"))["content"]["units"][0]
    path = ["content", "units", budget["id"], "lines", budget["lines"][0]["id"], field]
    old = budget["lines"][0][field]
    changes = [{"path": path, "old": old, "new": new}]
    return {"base_revision": revision, "changes": changes}


def shown(response: HttpResponse) -> Any:
    assert response.status_code == 200
    return response.context["touched"]


def words(pieces: Any) -> str:
    signs = {"same": "{}", "removed": "[-{}-]", "added": "[+{}+]"}
    return "".join(signs[piece.sort].format(piece.text) for piece in pieces)


def test_a_change_tells_the_sentences_cover_figures_and_findings_that_it_touches(
    author: Client, plan: Plan
) -> None:
    aims = plan.sections.get(key="aims")

    touched = shown(ask(author, plan, retype(plan, "employee", "101,200.0")))

    edit = reverse("plans:section_edit", args=[plan.pk, aims.pk])
    assert [(each.place, each.url, words(each.pieces)) for each in touched.sentences] == [
        (
            "Aims",
            f"{edit}?at=content-body",
            "The gross budget is [-£2.4m-][+£102.4m+], which is [-£2.4m-][+£102.4m+] after income.",
        ),
        ("Aims", f"{edit}?at=content-body", "A share of [-£2.4m-][+£102.4m+] goes north."),
    ]
    assert [(each.place, words(each.pieces)) for each in touched.cover] == [
        ("Cover", "Gross: [-£2.4m-][+£102.4m+]")
    ]
    assert touched.cover[0].url == reverse("plans:facts", args=[plan.pk])
    labels = [each.place for each in touched.figures]
    assert labels[:2] == ["Employee costs", "Gross expenditure"]
    assert words(touched.figures[0].pieces) == "[-2,400.0-][+102,400.0+]"
    assert touched.figures[0].url == reverse("plans:figure", args=[plan.pk, "budget.employee"])
    [finding] = [each for each in touched.appeared if each.finding.id == "budgets.W001"]
    assert finding.url.startswith(
        reverse("plans:section_edit", args=[plan.pk, plan.sections.get(key="budget").pk]) + "?at="
    )
    assert touched.settled == []
    assert touched.words.startswith(
        f"This changes 2 sentences, the cover and {len(labels)} figures. It brings "
    )


def test_the_fragment_marks_old_and_new_and_bears_the_sentence_to_read_out(
    author: Client, plan: Plan
) -> None:
    page = ask(author, plan, retype(plan, "employee", "101,200.0")).content.decode()

    assert page.startswith('<section class="pw-impact" data-impact="This changes 2 sentences, ')
    assert (
        'The gross budget is <del><span class="govuk-visually-hidden">removed </span>£2.4m</del>'
    ) in page
    assert '<ins><span class="govuk-visually-hidden">added </span>£102.4m</ins>' in page


def test_a_change_that_puts_a_total_right_settles_its_finding(author: Client, plan: Plan) -> None:
    plan.sections.get(key="budget").budget_units.update(
        stated={"controllable": {"gross": "2,500.0"}}
    )

    touched = shown(ask(author, plan, retype(plan, "employee", "1,300.0")))

    assert [each.finding.id for each in touched.settled] == ["budgets.W001"]
    assert "settles 1 finding" in touched.words


def test_a_cell_that_nothing_uses_touches_nothing(author: Client, plan: Plan) -> None:
    response = ask(author, plan, retype(plan, "activity", "Another line"))

    assert (response.status_code, response.content) == (204, b"")


def test_a_save_that_was_quicker_changes_nothing_in_the_answer(author: Client, plan: Plan) -> None:
    patch = retype(plan, "employee", "101,200.0")
    before = shown(ask(author, plan, patch))
    save = reverse("plans:section_save", args=[plan.pk, plan.sections.get(key="budget").pk])
    answer = author.post(
        save, json.dumps({**patch, "save_id": "one"}), content_type="application/json"
    )
    assert answer.json()["revision"] == 2

    after = shown(ask(author, plan, patch))

    assert after == before


def test_nothing_is_written_but_what_the_checks_keep(author: Client, plan: Plan) -> None:
    ask(author, plan, retype(plan, "employee", "101,200.0"))

    assert SectionRevision.objects.filter(section__plan=plan, number__gt=1).count() == 0
    assert set(Reading.objects.values_list("revision", flat=True)) == {1}


def test_what_cannot_be_saved_is_left_out(author: Client, plan: Plan) -> None:
    patch = retype(plan, "employee", "101,200.0")
    lost = {"path": ["content", "units", "nowhere1", "title"], "old": "", "new": "x"}

    touched = shown(ask(author, plan, {**patch, "changes": [lost, *patch["changes"]]}))

    assert len(touched.sentences) == 2


def test_who_cannot_go_to_a_place_is_led_to_where_it_is_read(
    plan: Plan, people: SimpleNamespace
) -> None:
    """A section lead writes the budget alone."""
    budget = plan.sections.get(key="budget")
    budget.assigned_to = people.assigned
    budget.save()
    browser = Client()
    browser.force_login(people.assigned)

    touched = shown(ask(browser, plan, retype(plan, "employee", "101,200.0")))

    assert touched.sentences[0].url == plan.sections.get(key="aims").get_absolute_url()
    assert touched.cover[0].url == reverse("plans:detail", args=[plan.pk])


@pytest.mark.parametrize(
    ("role", "status"),
    [("author", 204), ("planning_officer", 204), ("assigned", 403), ("approver", 403)],
)
def test_writers_alone_are_told(
    plan: Plan, people: SimpleNamespace, role: str, status: int
) -> None:
    browser = Client()
    browser.force_login(getattr(people, role))

    assert ask(browser, plan, {"base_revision": 1, "changes": []}).status_code == status


def test_a_section_that_was_taken_out_has_no_impact(
    author: Client, plan: Plan, people: SimpleNamespace
) -> None:
    patch = retype(plan, "employee", "101,200.0")
    remove_section(plan.sections.get(key="budget"), by=people.author, at=NOW)

    assert ask(author, plan, patch).status_code == 404


@pytest.mark.parametrize(
    "patch", [{}, [], {"base_revision": 1}, {"base_revision": 1, "changes": 3}]
)
def test_what_is_no_patch_is_refused(author: Client, plan: Plan, patch: Any) -> None:
    response = ask(author, plan, patch)

    assert response.status_code == 400
    assert response.json()["message"]


def test_too_much_at_once_is_refused(author: Client, plan: Plan) -> None:
    patch = retype(plan, "activity", "x" * (1024 * 1024))

    assert ask(author, plan, patch).status_code == 413


@pytest.mark.parametrize("rows", [1, 3])
def test_queries(
    unit: OrganisationUnit,
    people: SimpleNamespace,
    author: Client,
    rows: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    aims = {**section_value("narrative", key="aims", title="Aims"), "content": {"body": BODY}}
    plan = store(unit, by=people.author, sections=[aims, budget_value(rows)], summary=SUMMARY)
    patch = retype(plan, "employee", "101,200.0")
    ask(author, plan, patch)  # from here on the readings are kept

    with django_assert_num_queries(20):
        ask(author, plan, patch)


# --- sentences -----------------------------------------------------------------------------------


def mention(lead: str, rest: str, *, path: tuple[str, ...] = ("body",)) -> Mention:
    return Mention("aims", path, lead, "1", "2", rest)


def test_figures_of_one_sentence_are_one_sentence() -> None:
    first = mention("We have ", " staff, … teams and … posts. More.")
    last = mention("We have … staff, … teams and ", " posts. More.")

    [sentence] = list_sentences([first, last])

    assert words(sentence.pieces) == "We have [-1-][+2+] staff, … teams and [-1-][+2+] posts."


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (mention("It is ", ". It costs …."), mention("It is …. It costs ", ".")),
        (mention("It is ", " here."), mention("It is ", " here.", path=("intro",))),
        (mention("It is ", " here."), mention("That is ", " here.")),
    ],
)
def test_figures_of_two_sentences_are_two(one: Mention, two: Mention) -> None:
    assert len(list_sentences([one, two])) == 2


def test_a_long_sentence_is_cut_between_words() -> None:
    lead, rest = "word " * 16, " word" * 16

    [sentence] = list_sentences([mention(f"x{lead}"[-80:], rest)])

    assert words(sentence.pieces).startswith("… word word")
    assert words(sentence.pieces).endswith("word …")


# --- in words ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ((2, True, 1, 0, 0), "This changes 2 sentences, the cover and 1 figure."),
        ((1, False, 0, 0, 0), "This changes 1 sentence."),
        ((0, True, 0, 1, 2), "This changes the cover. It brings 1 finding and settles 2 findings."),
        ((0, False, 0, 1, 0), "This brings 1 finding."),
        ((0, False, 0, 0, 1), "This settles 1 finding."),
    ],
)
def test_an_impact_is_said_in_words(counts: Any, sentence: str) -> None:
    assert say_impact(*counts) == sentence
