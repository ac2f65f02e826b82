"""Typed numbers become live figures: looked at first, many at once, each section saved once."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import OrganisationUnit, User
from plans.checks import Binding, Finding, Level, PlanView
from plans.models import Draft, Event, Plan, Waiver
from plans.permissions import can_write
from plans.planfile import read_head
from plans.services import NotOpen, binding, keep_draft, save_section
from plans.services.binding import Bound, Reason, bind, list_offers
from plans.services.findings import PlanFindings, find_in_plan, with_waivers
from plans.services.history import undo_saves
from tests.factories import NOW
from tests.pages import read_page
from tests.plans.samples import content_of, object_of, section_value, store

pytestmark = pytest.mark.django_db
GROSS = "budget.gross"
LIVE = f'<span data-figure="{GROSS}" data-style="£000"></span>'
INTRO = (
    "<p>All in all. We spend £2,400k on reading. That is £2,400k well spent, and not £2,500k.</p>"
)
AIMS = "<p>Of £2,400k half is for books.</p>"
SUMMARY = [{"label": "Gross budget", "text": "£2,400k"}, {"label": "Motto", "text": "On £2,400k"}]


def narrative(key: str, body: str, **head: Any) -> dict[str, Any]:
    value = section_value("narrative", key=key, title=key.title(), **head)
    return {**value, "content": {"body": body}}


@pytest.fixture
def plan(unit: OrganisationUnit, people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Plan:
    """A draft whose prose and cover state what the budget comes to, £2,400,000; in one place
    another value. What may be bound is found by `find_numbers`."""
    monkeypatch.setattr(binding, "find_in_plan", find_with_numbers)
    sections = [narrative("intro", INTRO), narrative("aims", AIMS), section_value("budget")]
    return store(unit, by=people.author, sections=sections, summary=SUMMARY)


def find_with_numbers(plan: Plan) -> PlanFindings:
    view = find_in_plan(plan).view
    return with_waivers(view, find_numbers(plan, view), plan.waivers.filter(ended_at=None))


def find_numbers(plan: Plan, view: PlanView) -> Iterator[Finding]:
    """Yield, from the last place to the first, what prose and cover state of the budget."""
    for place, fact in reversed(list(enumerate(view.head.summary))):
        if "£2,400k" in fact.text:
            yield offer("", ("summary", place, "text"), "£2,400k")
    for section in plan.sections.filter(kind="narrative").order_by("-position"):
        body = object_of(section)["content"]["body"]
        for typed in ("£2,500k", "£2,400k"):
            for nth in reversed(range(body.count(typed))):
                yield offer(section.key, ("content", "body"), typed, nth)


def offer(section: str, path: tuple[Any, ...], typed: str, nth: int = 0) -> Finding:
    level = Level.ADVICE if typed == "£2,400k" else Level.WARNING
    message = f"{typed}, mention {nth}, is a figure of the plan."
    bound = Binding(GROSS, "£000", typed, nth)
    return Finding("plans.A070", level, section, message, path, typed, "£2,400k", binding=bound)


def prints_of(plan: Plan, *, by: User) -> list[str]:
    offered = list_offers(plan, by=by)
    return [each.finding.fingerprint for group in offered for each in group.offers]


def body_of(plan: Plan, key: str) -> str:
    return str(content_of(plan.sections.get(key=key))["body"])


def bind_all(plan: Plan, people: SimpleNamespace) -> Bound:
    return bind(plan, prints_of(plan, by=people.author), by=people.author, at=NOW)


# --- the service ---------------------------------------------------------------------------------


def test_offers_come_in_reading_order_with_their_sentence(
    plan: Plan, people: SimpleNamespace
) -> None:
    cover, intro, aims = list_offers(plan, by=people.author)

    assert (cover.section, [each.typed for each in cover.offers]) == (None, ["£2,400k"])
    assert [each.typed for each in intro.offers] == ["£2,400k", "£2,400k", "£2,500k"]
    assert intro.offers[0].before == "We spend "
    assert intro.offers[0].shown == "£2,400.0k"
    assert intro.offers[0].after == " on reading."
    assert intro.offers[2].before == "That is £2,400k well spent, and not "
    assert aims.section == plan.sections.get(key="aims")


def test_all_are_bound_with_one_save_a_section(plan: Plan, people: SimpleNamespace) -> None:
    bound = bind_all(plan, people)

    assert bound.count == 5
    assert bound.left == {}
    assert body_of(plan, "intro") == INTRO.replace("£2,400k", LIVE).replace("£2,500k", LIVE)
    assert body_of(plan, "aims") == AIMS.replace("£2,400k", LIVE)
    sections = plan.sections.filter(revision=2)
    assert sorted(section.key for section in sections) == ["aims", "intro"]
    fact, motto = read_head(Plan.objects.get(pk=plan.pk)).summary
    assert (fact.figure, fact.style, fact.text) == (GROSS, "£000", "")
    assert motto.text == "On £2,400k"  # more words than the number
    assert [e.action for e in Event.objects.order_by("pk")[1:]] == ["facts_changed", "save", "save"]


def test_one_of_several_in_a_text_is_bound_where_it_stands(
    plan: Plan, people: SimpleNamespace
) -> None:
    second = list_offers(plan, by=people.author)[1].offers[1].finding

    bound = bind(plan, [second.fingerprint] * 2, by=people.author, at=NOW)

    assert bound.count == 1
    begin, rest = INTRO.split("£2,400k", 1)
    assert body_of(plan, "intro") == f"{begin}£2,400k{rest.replace('£2,400k', LIVE)}"


def test_of_two_figures_in_one_place_one_is_put_in(plan: Plan, people: SimpleNamespace) -> None:
    path = ("content", "body")
    long = Finding("a", Level.ADVICE, "aims", "", path, binding=Binding(GROSS, "£m", "Of £2,400k"))
    short = Finding("b", Level.ADVICE, "aims", "", path, binding=Binding(GROSS, "£000", "£2,400k"))
    value = object_of(plan.sections.get(key="aims"))

    changed, put = binding.put_figures(value, [long, short])

    assert put == [short]
    assert changed["content"]["body"] == AIMS.replace("£2,400k", LIVE)
    assert value["content"]["body"] == AIMS


def test_what_changed_meanwhile_is_left(plan: Plan, people: SimpleNamespace) -> None:
    wanted = prints_of(plan, by=people.author)
    section = plan.sections.get(key="aims")
    value = object_of(section)
    value["content"]["body"] = "<p>Half is for books.</p>"
    save_section(section, value, base_revision=1, save_id="s", by=people.author, at=NOW)

    bound = bind(plan, wanted, by=people.author, at=NOW)

    assert bound.count == 4
    assert list(bound.left.values()) == [Reason.GONE]
    assert plan.sections.get(key="aims").revision == 2


def test_what_somebody_let_stand_meanwhile_is_left(plan: Plan, people: SimpleNamespace) -> None:
    wanted = prints_of(plan, by=people.author)
    [waived] = [f.finding for f in find_with_numbers(plan).found if f.finding.section == "aims"]
    Waiver.objects.create(
        plan=plan,
        section=plan.sections.get(key="aims"),
        fingerprint=waived.fingerprint,
        finding={},
        by=people.author,
        at=NOW,
    )

    bound = bind(plan, wanted, by=people.author, at=NOW)

    assert bound.count == 4
    assert bound.left == {waived.fingerprint: Reason.WAIVED}
    assert body_of(plan, "aims") == AIMS


def test_a_lead_binds_in_their_own_section_alone(plan: Plan, people: SimpleNamespace) -> None:
    wanted = prints_of(plan, by=people.author)
    plan.sections.filter(key="aims").update(assigned_to=people.assigned)

    bound = bind(plan, wanted, by=people.assigned, at=NOW)

    assert bound.count == 1
    assert set(bound.left.values()) == {Reason.NOT_YOURS}
    assert len(bound.left) == 4
    assert body_of(plan, "intro") == INTRO
    writable = [
        (g.section.key, g.may_write) for g in list_offers(plan, by=people.assigned) if g.section
    ]
    assert writable == [("intro", False)]
    assert not can_write(people.assigned, plan.sections.get(key="intro"))


def test_nobodys_draft_is_touched(plan: Plan, people: SimpleNamespace) -> None:
    section = plan.sections.get(key="aims")
    typed = {**object_of(section), "title": "Typed"}
    for user in (people.author, people.planning_officer):
        keep_draft(section, typed, base_revision=1, by=user, at=NOW)

    bind_all(plan, people)

    kept = Draft.objects.filter(section=section)
    assert [draft.section_object["title"] for draft in kept] == ["Typed", "Typed"]


def test_undoing_the_save_brings_the_typed_number_back(plan: Plan, people: SimpleNamespace) -> None:
    bind_all(plan, people)
    section = plan.sections.get(key="intro")

    undo_saves(section, 2, 2, seen_revision=2, save_id="u", by=people.author, at=NOW)

    assert body_of(plan, "intro") == INTRO


def test_a_plan_in_review_is_left_alone(plan: Plan, people: SimpleNamespace) -> None:
    wanted = prints_of(plan, by=people.author)
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.IN_REVIEW)

    with pytest.raises(NotOpen):
        bind(plan, wanted, by=people.author, at=NOW)


def test_what_the_checks_find_is_bound(unit: OrganisationUnit, people: SimpleNamespace) -> None:
    sentence = "<p>Gross expenditure comes to £2.4 million.</p>"
    sections = [narrative("intro", sentence), section_value("budget")]
    summary = [{"label": "Gross expenditure", "text": "£2.4m"}]
    plan = store(unit, by=people.author, sections=sections, summary=summary)

    bound = bind(plan, prints_of(plan, by=people.author), by=people.author, at=NOW)

    assert [len(save.put) for save in bound.saves] == [1, 1]
    assert body_of(plan, "intro") == sentence.replace(
        "£2.4 million", '<span data-figure="budget.gross" data-style="£m"></span>'
    )
    [fact] = read_head(Plan.objects.get(pk=plan.pk)).summary
    assert (fact.figure, fact.style, fact.text) == (GROSS, "£m", "")


# --- the page ------------------------------------------------------------------------------------


@pytest.fixture
def author(people: SimpleNamespace) -> Client:
    browser = Client()
    browser.force_login(people.author)
    return browser


def page_of(plan: Plan) -> str:
    return reverse("plans:bind", args=[plan.pk])


def test_the_page_shows_before_and_after_and_ticks_what_prints_the_same(
    author: Client, plan: Plan
) -> None:
    response = author.get(page_of(plan))

    page = response.content.decode()
    assert "We spend <del>£2,400k</del> on reading." in page
    assert "We spend <ins>£2,400.0k</ins> on reading." in page
    ticked = [[c.is_ticked for c in g.choices] for g in response.context["groups"]]
    assert ticked == [[True], [True, True, False], [True]]
    assert page.count("The table says another value") == 1


def test_what_is_ticked_is_bound_and_can_be_undone(author: Client, plan: Plan) -> None:
    shown = author.get(page_of(plan), {"section": "intro", "next": "/plans/start/"})
    form = read_page(shown.content).form_with("finding")

    response = author.post(page_of(plan), form.data)

    assert response.headers["Location"] == "/plans/start/"
    assert body_of(plan, "intro") == INTRO.replace("£2,400k", LIVE)
    section = plan.sections.get(key="intro")
    undo = reverse("plans:section_undo", args=[plan.pk, section.pk, 2, 2])
    notice = author.get(reverse("plans:findings", args=[plan.pk])).content.decode()
    link = f'<a class="govuk-notification-banner__link" href="{undo}">Undo</a>'
    assert f"2 numbers are live figures now. {link}." in notice


def test_one_finding_is_asked_for_and_then_ticked(author: Client, plan: Plan) -> None:
    differs = author.get(page_of(plan)).context["groups"][1].choices[2].offer.finding

    response = author.get(page_of(plan), {"finding": differs.fingerprint})

    [group] = response.context["groups"]
    assert [choice.is_ticked for choice in group.choices] == [True]
    form = read_page(response.content).form_with("finding")
    back = author.post(page_of(plan), form.data)
    assert back.headers["Location"] == reverse("plans:findings", args=[plan.pk])
    assert "£2,500k" not in body_of(plan, "intro")


def test_what_was_left_is_said(author: Client, plan: Plan) -> None:
    author.post(page_of(plan), {"finding": ["0" * 64]})

    notice = author.get(reverse("plans:findings", args=[plan.pk])).content.decode()
    assert "1 number was left as typed: what was found there has changed." in notice


def test_nothing_ticked_changes_nothing_and_leads_nowhere_else(author: Client, plan: Plan) -> None:
    response = author.post(page_of(plan), {"next": "https://elsewhere.example/"})

    assert response.headers["Location"] == page_of(plan)
    assert not plan.sections.filter(revision__gt=1).exists()


def test_a_page_without_offers_says_so(author: Client, plan: Plan, people: SimpleNamespace) -> None:
    bind_all(plan, people)

    whole = author.get(page_of(plan)).content.decode()
    one = author.get(page_of(plan), {"finding": "0" * 64}).content.decode()

    assert "No typed number is left that you could put a live figure in the place of." in whole
    assert "No typed number is left here" in one


def test_findings_lead_to_binding_all_of_them(author: Client, plan: Plan) -> None:
    sentences = (
        "Gross expenditure comes to £2.4 million.",
        "We allow gross spending of £2.4 million.",
    )
    body = "".join(f"<p>{sentence}</p>" for sentence in sentences)
    section = plan.sections.get(key="aims")
    change = {**object_of(section), "content": {"body": body}}
    by = plan.events.get(action="import").by
    save_section(section, change, base_revision=1, save_id="s", by=by, at=NOW)

    tab = author.get(reverse("plans:findings", args=[plan.pk]))
    panel = author.get(reverse("plans:section_findings", args=[plan.pk, section.pk]))

    assert tab.context["bind_all"].url == page_of(plan)
    assert panel.context["bind_all"].url.startswith(f"{page_of(plan)}?section=aims&next=%2Fplans")
    assert "typed numbers</a>" in panel.content.decode()


def test_a_lead_is_told_of_the_sections_of_others(plan: Plan, people: SimpleNamespace) -> None:
    plan.sections.filter(key="aims").update(assigned_to=people.assigned)
    browser = Client()
    browser.force_login(people.assigned)

    response = browser.get(page_of(plan))

    assert [group.key for group in response.context["groups"]] == ["aims"]
    assert response.context["others"] == [("The plan's cover", 1), ("Intro", 3)]


def test_what_was_waived_is_not_offered(plan: Plan, people: SimpleNamespace) -> None:
    *prints, last = prints_of(plan, by=people.author)
    Waiver.objects.create(plan=plan, fingerprint=last, finding={}, by=people.author, at=NOW)

    assert prints_of(plan, by=people.author) == prints
