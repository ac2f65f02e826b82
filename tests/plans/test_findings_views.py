"""The Findings tab: grouped, filtered, each finding with its place, ways on and waiver."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import OrganisationUnit, User
from plans.checks import Finding, Level
from plans.models import Plan, Section
from plans.services.comments import add_comment
from plans.services.waivers import waive
from plans.views.findings import Group, Shown, Spot
from plans.workflow import Action, perform
from tests.factories import NOW
from tests.plans.found import (
    PLACEHOLDER,
    SHORT_YEAR,
    WRONG_TOTAL,
    change,
    find,
    set_date,
    store_faulty,
)
from tests.plans.samples import object_of, section_value, store

pytestmark = pytest.mark.django_db
REASON = "The minutes write it so; Cabinet agreed to that in May 2007."


@pytest.fixture
def plan(unit: OrganisationUnit, people: SimpleNamespace) -> Plan:
    return store_faulty(unit, by=people.author)


@pytest.fixture
def author(client: Client, people: SimpleNamespace) -> User:
    client.force_login(people.author)
    return people.author


def tab(client: Client, plan: Plan, **asked: str) -> HttpResponse:
    response = client.get(reverse("plans:findings", args=[plan.pk]), asked)
    assert response.status_code == 200
    return response


def ids(groups: list[Group]) -> dict[str, list[str]]:
    return {group.key: [each.finding.id for each in group.shown] for group in groups}


def shown_ids(client: Client, plan: Plan, **asked: str) -> dict[str, list[str]]:
    return ids(tab(client, plan, **asked).context["groups"])


def counts(response: Any, name: str) -> dict[str, int]:
    return {choice.words: choice.count for choice in response.context[name]}


EVERY = {"narrative": [PLACEHOLDER], "activity": [WRONG_TOTAL], "register": [SHORT_YEAR]}


# --- what is shown -------------------------------------------------------------------------------


def test_findings_stand_by_section_in_the_plan_s_order_with_counts(
    client: Client, plan: Plan, author: User
) -> None:
    response = tab(client, plan)

    groups = response.context["groups"]
    assert list(ids(groups).items()) == list(EVERY.items())
    assert [group.counts for group in groups] == ["1 warning", "1 error", "1 piece of advice"]
    assert response.context["summary"] == "1 error, 1 warning, 1 piece of advice"
    assert (
        '<p class="govuk-body pw-findings__summary">1 error, 1 warning, 1 piece of advice.</p>'
        in (response.content.decode())
    )


def test_what_concerns_the_whole_plan_stands_first_and_leads_to_the_cover(
    client: Client, unit: OrganisationUnit, people: SimpleNamespace, author: User
) -> None:
    fact = {"label": "Budget", "figure": "budget.none", "style": "£m"}
    plan = store(unit, by=author, sections=[section_value("narrative")], summary=[fact])
    by_author = tab(client, plan).context["groups"]
    client.force_login(people.approver)
    by_approver = tab(client, plan).context["groups"]

    assert ids(by_author) == {"": ["plans.E002"]}
    assert by_author[0].shown[0].place.url == reverse("plans:facts", args=[plan.pk])
    assert by_approver[0].shown[0].place.url == ""


def test_each_finding_says_level_both_values_what_to_do_and_leads_to_its_cell(
    client: Client, plan: Plan, author: User
) -> None:
    response = tab(client, plan, section="activity")

    [group] = response.context["groups"]
    [shown] = group.shown
    section = plan.sections.get(key="activity")
    row = object_of(section)["content"]["rows"][-1]["id"]
    edit = reverse("plans:section_edit", args=[plan.pk, section.pk])
    assert shown.place.words == "Activity › All › 2006/07"
    assert shown.place.url == f"{edit}?at=content-rows-{row}-cells-c1#id_content-rows-2-cells-c1"
    assert 'id="id_content-rows-2-cells-c1"' in client.get(edit).content.decode()
    words = response.content.decode()
    assert '<span aria-hidden="true">✕</span> Error</strong>' in words
    assert "All, “2006/07”: 21 is typed, but its rows add up to 20." in words
    assert shown.advice in words


def test_open_comments_lead_to_the_comments_of_their_section(
    client: Client, plan: Plan, author: User
) -> None:
    section = plan.sections.get(key="narrative")
    add_comment(section, text="Which day?", by=author, at=NOW)

    [group] = tab(client, plan, section="narrative").context["groups"]

    [open_comments] = [each for each in group.shown if each.finding.id == "plans.A080"]
    url = reverse("plans:comments", args=[plan.pk, section.pk])
    assert (open_comments.place.words, open_comments.place.url) == ("Its comments", url)


def test_who_is_asked_to_write_a_section_leads_it(
    client: Client, plan: Plan, author: User, people: SimpleNamespace
) -> None:
    def without_lead() -> list[str]:
        found = shown_ids(client, plan)
        return [key for key, names in found.items() if "plans.A052" in names]

    plan.sections.filter(key="activity").update(lead="Head of Libraries")
    assert without_lead() == ["narrative", "register"]
    plan.sections.filter(key="register").update(assigned_to=people.assigned)
    assert without_lead() == ["narrative"]


def test_who_may_not_write_is_led_to_where_it_is_read_and_waives_nothing(
    client: Client, plan: Plan, people: SimpleNamespace
) -> None:
    client.force_login(people.approver)

    response = tab(client, plan)

    [_, activity, _] = response.context["groups"]
    section = plan.sections.get(key="activity")
    row = object_of(section)["content"]["rows"][-1]["id"]
    assert activity.shown[0].place.url == f"{section.get_absolute_url()}#row-{row}"
    assert [each.may_waive for group in response.context["groups"] for each in group.shown] == [
        False,
        False,
        False,
    ]
    assert "Waive<" not in response.content.decode()


def test_an_error_is_the_planning_officer_s_to_waive(
    client: Client, plan: Plan, people: SimpleNamespace, author: User
) -> None:
    def may_waive() -> dict[str, bool]:
        groups = tab(client, plan).context["groups"]
        return {each.finding.id: each.may_waive for group in groups for each in group.shown}

    by_author = may_waive()
    client.force_login(people.planning_officer)

    assert by_author == {PLACEHOLDER: True, WRONG_TOTAL: False, SHORT_YEAR: True}
    assert may_waive() == {PLACEHOLDER: True, WRONG_TOTAL: True, SHORT_YEAR: True}


def test_nothing_can_be_waived_while_others_decide(
    client: Client, plan: Plan, people: SimpleNamespace, author: User
) -> None:
    change(plan, "activity", lambda c: c["rows"][-1]["cells"].update(c1="20"), by=author)
    perform(plan, Action.SUBMIT, by=author, at=NOW)

    groups = tab(client, plan).context["groups"]

    assert ids(groups) == {"narrative": [PLACEHOLDER], "register": [SHORT_YEAR]}
    assert [each.may_waive for group in groups for each in group.shown] == [False, False]


def test_two_values_stand_beside_each_other(client: Client, plan: Plan, author: User) -> None:
    words = tab(client, plan).content.decode()

    assert "<dt>Written there</dt><dd>21</dd>" in words
    assert "<dt>Expected</dt><dd>20</dd>" in words
    assert "<dd>TBC</dd>" not in words


@pytest.mark.parametrize(
    ("level", "stated", "computed", "stand_beside"),
    [
        (Level.ERROR, "21", "20", True),
        (Level.WARNING, "£101m", "£100.8m", True),
        (Level.ROUNDING, "33.4%", "33.3%", True),
        (Level.ADVICE, "£100.8 million", "£100.8m", False),
        (Level.WARNING, "20", "20", False),
        (Level.WARNING, "TBC", "", False),
        (Level.ERROR, "", "20", False),
    ],
)
def test_values_stand_beside_each_other_where_one_has_to_give_way(
    level: Level, stated: str, computed: str, stand_beside: bool
) -> None:
    finding = Finding("plans.W070", level, "aims", "A sentence.", (), stated, computed)
    shown = Shown(finding, "", Spot("", ""), (), 0, None, (), may_waive=False, bind_url="")

    assert shown.has_values_beside is stand_beside


def test_the_owner_is_named_beside(
    client: Client, plan: Plan, people: SimpleNamespace, author: User
) -> None:
    Section.objects.filter(plan=plan, key="narrative").update(assigned_to=people.assigned)
    Section.objects.filter(plan=plan, key="activity").update(lead="Head of Lending")

    words = " ".join(tab(client, plan).content.decode().split())

    assert '<p class="pw-findings__owner">Libraries assigned ·' in words
    assert '<p class="pw-findings__owner">Head of Lending ·' in words
    assert '<p class="pw-findings__owner">Nobody leads this section ·' in words


def test_a_clean_plan_says_that_nothing_was_found(
    client: Client, unit: OrganisationUnit, author: User
) -> None:
    plan = store(unit, by=author, sections=[section_value("narrative", rows=1)])

    words = tab(client, plan).content.decode()

    assert "Nothing was found. The checks have read every section" in words


# --- waivers -------------------------------------------------------------------------------------


def test_a_waived_finding_stands_grey_with_its_reason_and_leaves_what_is_left(
    client: Client, plan: Plan, author: User
) -> None:
    waive(plan, find(plan, PLACEHOLDER).fingerprint, reason=REASON, by=author, at=NOW)

    response = tab(client, plan)
    left = client.get(reverse("plans:left", args=[plan.pk])).content.decode()

    assert response.context["summary"] == "1 error, 1 piece of advice, 1 waived"
    words = response.content.decode()
    assert f"Waived on 1 March 2008 by Libraries author: {REASON}" in words
    assert "Take the waiver back" in words
    assert "still says" not in left


def test_a_lapsed_waiver_stands_on_top_of_what_it_was_about(
    client: Client, plan: Plan, author: User
) -> None:
    waiver = waive(plan, find(plan, SHORT_YEAR).fingerprint, reason=REASON, by=author, at=NOW)
    set_date(plan, "30/11/08", by=author)

    response = tab(client, plan)

    [shown] = response.context["groups"][-1].shown
    assert [(each.waiver, each.may_end) for each in shown.lapsed] == [(waiver, True)]
    assert response.context["summary"].endswith("1 waiver lapsed")
    words = response.content.decode()
    assert "“Opening hours, Decided” writes the year of 30/09/08 with two digits." in words
    assert "The values have changed since: waive it again, or let go." in words
    assert reverse("plans:end_waiver", args=[plan.pk, waiver.pk]) in words
    assert shown_ids(client, plan, show="waived") == {"register": [SHORT_YEAR]}


def test_a_waiver_of_what_is_gone_stands_at_its_section(
    client: Client, plan: Plan, author: User
) -> None:
    waiver = waive(plan, find(plan, SHORT_YEAR).fingerprint, reason=REASON, by=author, at=NOW)
    set_date(plan, "30/09/2008", by=author)

    groups = {group.key: group for group in tab(client, plan).context["groups"]}

    assert [each.waiver for each in groups["register"].lapsed] == [waiver]
    assert groups["register"].shown == ()
    assert shown_ids(client, plan, show="errors") == {"activity": [WRONG_TOTAL]}


# --- filters -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ({"show": "errors"}, {"activity": [WRONG_TOTAL]}),
        ({"show": "warnings"}, {"narrative": [PLACEHOLDER]}),
        ({"show": "advice"}, {"register": [SHORT_YEAR]}),
        ({"show": "waived"}, {}),
        ({"show": "mine"}, {"narrative": [PLACEHOLDER]}),
        ({"show": "nonsense"}, EVERY),
        ({"section": "activity"}, {"activity": [WRONG_TOTAL]}),
        ({"section": ""}, {}),
        ({"section": "gone"}, {}),
        ({"owner": "Head of Lending"}, {"activity": [WRONG_TOTAL]}),
        ({"owner": "nobody"}, {}),
        ({"owner": "Head of Lending", "show": "warnings"}, {}),
    ],
)
def test_a_filter_leaves_what_it_says(
    client: Client,
    plan: Plan,
    people: SimpleNamespace,
    asked: dict[str, str],
    left: dict[str, list[str]],
) -> None:
    sections = Section.objects.filter(plan=plan)
    sections.filter(key="narrative").update(assigned_to=people.assigned, lead="Head of Branches")
    sections.filter(key="activity").update(lead="Head of Lending")
    sections.filter(key="register").update(lead="Head of Decisions")
    client.force_login(people.assigned)

    assert shown_ids(client, plan, **asked) == left


def test_each_filter_says_how_much_it_would_leave_within_the_others(
    client: Client, plan: Plan, people: SimpleNamespace, author: User
) -> None:
    Section.objects.filter(plan=plan, key="narrative").update(assigned_to=people.assigned)

    everything = tab(client, plan)
    of_one = tab(client, plan, section="activity")

    assert counts(everything, "shows") == {
        "All": 3,
        "Mine": 0,
        "Errors": 1,
        "Warnings": 1,
        "Advice": 1,
        "Waived": 0,
    }
    assert counts(everything, "by_section") == {
        "All sections": 3,
        "1 Purpose": 1,
        "2 Loans": 1,
        "3 Decisions": 1,
    }
    assert counts(everything, "by_owner") == {
        "Everybody": 3,
        "Nobody in particular": 2,
        "Libraries assigned": 1,
    }
    assert counts(of_one, "shows")["All"] == 1
    assert counts(of_one, "shows")["Warnings"] == 0
    assert [each.words for each in of_one.context["by_section"] if each.is_current] == ["2 Loans"]


def test_a_filter_keeps_the_others_in_its_address(client: Client, plan: Plan, author: User) -> None:
    response = tab(client, plan, show="errors", section="activity")

    urls = {choice.words: choice.url for choice in response.context["shows"]}
    page = reverse("plans:findings", args=[plan.pk])
    assert urls["Warnings"] == f"{page}?show=warnings&section=activity"
    assert urls["All"] == f"{page}?section=activity"


def test_an_empty_filter_leads_back_and_is_said_to_who_cannot_see_it(
    client: Client, plan: Plan, author: User
) -> None:
    url = reverse("plans:findings", args=[plan.pk])

    page = client.get(f"{url}?show=waived").content.decode()
    part = client.get(f"{url}?show=errors", headers={"HX-Request": "true"}).content.decode()

    assert "Nothing of this sort was found." in page
    assert 'role="status" id="findings-said"></p>' in page
    assert 'role="status" id="findings-said">1 error</p>' in part


# --- many ----------------------------------------------------------------------------------------


@pytest.fixture
def many(unit: OrganisationUnit, author: User) -> Plan:
    """A plan with 160 costs below 0 in one section, and a placeholder in another."""
    long = section_value("budget", rows=160)
    for line in long["content"]["units"][0]["lines"]:
        line["running"] = "-12.0"
    short = section_value("narrative")
    short["content"]["body"] = "<p>The library opens on TBC.</p>"
    return store(unit, by=author, sections=[long, short])


def test_a_plan_with_many_findings_is_shown_as_sections_with_counts(
    client: Client, many: Plan
) -> None:
    response = tab(client, many, show="warnings")

    groups = response.context["groups"]
    page = reverse("plans:findings", args=[many.pk])
    assert [(group.key, group.counts, group.shown) for group in groups] == [
        ("budget", "160 warnings", ()),
        ("narrative", "1 warning", ()),
    ]
    assert groups[0].url == f"{page}?show=warnings&section=budget"
    assert 'class="govuk-pagination"' not in response.content.decode()


def test_a_section_with_many_findings_is_shown_in_pages(client: Client, many: Plan) -> None:
    first = tab(client, many, show="warnings", section="budget")
    second = tab(client, many, show="warnings", section="budget", page="2")

    [group], [rest] = first.context["groups"], second.context["groups"]
    assert (len(group.shown), len(rest.shown)) == (100, 60)
    assert group.counts == "160 warnings"
    assert "?show=warnings&amp;section=budget&amp;page=2" in first.content.decode()


def test_what_is_left_names_the_first_of_many_and_leads_to_the_others(
    client: Client, many: Plan
) -> None:
    response = client.get(reverse("plans:left", args=[many.pk]))

    [tasks] = [
        each.tasks for each in response.context["others"] if each.entry.section.key == "budget"
    ]
    page = reverse("plans:findings", args=[many.pk])
    found = [task for task in tasks if "below 0" in task.words or "finding" in task.words]
    assert len(found) == 21
    assert (found[-1].words, found[-1].url) == (
        "… and 140 more findings",
        f"{page}?section=budget",
    )


# --- counts elsewhere ----------------------------------------------------------------------------


def test_the_plan_s_page_counts_what_stands_and_leads_there(
    client: Client, plan: Plan, author: User
) -> None:
    words = client.get(plan.get_absolute_url()).content.decode()

    page = reverse("plans:findings", args=[plan.pk])
    assert f'<a class="govuk-link" href="{page}">1 error, 1 warning</a>' in words
    assert f'href="{page}?section=activity">1 error<span' in words
    assert f'href="{page}?section=register"' not in words
