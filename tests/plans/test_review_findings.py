"""Findings where people decide and where they see what waits: review, versions, lists."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import OrganisationUnit, User
from plans import workflow
from plans.models import Plan, Section, Version, Waiver
from plans.planfile import section_object
from plans.services import freeze, save_section
from plans.services.findings import find_in_plan
from plans.services.tallies import Tally, count_rows, kept_tally
from plans.services.waivers import end_waiver, waive
from plans.templatetags.plan_screens import as_of
from plans.views.work import list_to_decide, list_waiting
from plans.workflow import Action
from tests.factories import NOW
from tests.pages import read_page
from tests.plans.found import WRONG_TOTAL, find, store_faulty
from tests.plans.samples import section_value, store

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 5)
REASON = "The credit note is booked here"
WARNED = "budgets.W004"


def lines_below_zero(*activities: str) -> list[dict[str, str]]:
    return [
        {"activity": each, "fte": "1.0", "employee": "100.0", "running": "-5.0"}
        for each in activities
    ]


def store_plan_with(unit: OrganisationUnit, author: User, *activities: str, **head: Any) -> Plan:
    """Store a plan that has a warning for each activity of its budget."""
    budget = section_value("budget", title="Revenue budget")
    budget["content"]["units"][0]["lines"] = lines_below_zero(*activities)
    return store(unit, by=author, sections=[section_value("narrative"), budget], **head)


@pytest.fixture
def plan(unit: OrganisationUnit, people: SimpleNamespace) -> Plan:
    """A draft with three warnings, one of which is waived."""
    plan = store_plan_with(unit, people.author, "Books", "Vans", "Maps")
    User.objects.filter(pk=people.planning_officer.pk).update(post="Corporate Planning Officer")
    people.planning_officer.refresh_from_db()
    waive_first(plan, people.planning_officer)
    return plan


def waive_first(plan: Plan, by: User) -> Waiver:
    found = next(f.finding for f in find_in_plan(plan).found if f.finding.id == WARNED)
    at = datetime(2026, 3, 5, 9, tzinfo=UTC)
    return waive(plan, found.fingerprint, reason=REASON, by=by, at=at)


def submit(plan: Plan, people: SimpleNamespace) -> Plan:
    return workflow.perform(plan, Action.SUBMIT, by=people.author, at=timezone.now())


def send_back(plan: Plan, people: SimpleNamespace, **words: Any) -> Plan:
    return workflow.perform(plan, Action.RETURN, by=people.approver, at=timezone.now(), **words)


def change_intro(section: Section, *, by: User) -> None:
    value = section_object(section) | {"intro": "<p>Other words.</p>"}
    at, revision = NOW + timedelta(minutes=1), section.revision
    save_section(section, value, base_revision=revision, save_id="i", by=by, at=at)


def review(plan: Plan, person: User, **asked: str) -> Any:
    browser = Client()
    browser.force_login(person)
    return browser.get(reverse("plans:review", args=[plan.pk]), asked)


def listed(person: User, **asked: str) -> str:
    browser = Client()
    browser.force_login(person)
    return browser.get(reverse("plans:list"), asked).content.decode()


# --- review -------------------------------------------------------------------------------------


def test_the_review_says_how_much_was_found_and_what_was_let_stand(
    plan: Plan, people: SimpleNamespace
) -> None:
    response = review(submit(plan, people), people.approver)
    record, page = response.context["record"], read_page(response.content)

    assert record.tally.words == "0 errors, 2 warnings, 1 waiver"
    [waived] = record.waived
    assert (waived.name, [shown.finding.path[-1] for shown in waived.shown]) == (
        "2 Revenue budget",
        ["running"],
    )
    assert waived.shown[0].waiver.by == "Libraries planning_officer, Corporate Planning Officer"
    words = " ".join(page.text.split())
    assert "What was let stand, and why" in words
    assert f"{REASON} Libraries planning_officerCorporate Planning Officer 05/03/2026" in words
    assert "It has 0 errors, 2 warnings, 1 waiver." in words
    record_url = reverse("plans:version_findings", args=[plan.pk, 1])
    assert record_url in [href for href, _ in page.links]
    assert len(page.ids) == len(set(page.ids))


def test_warnings_stand_beside_their_section_in_the_redline(
    plan: Plan, people: SimpleNamespace
) -> None:
    send_back(submit(plan, people), people, comment="Again.")
    change_intro(plan.sections.get(key="budget"), by=people.author)
    response = review(submit(plan, people), people.approver)

    found = {
        line.reviewed.key: [shown.finding.message for shown in line.found]
        for run in response.context["runs"]
        for line in run.lines
    }
    assert found["narrative"] == []
    assert [message.partition(":")[0] for message in found["budget"]] == [
        "North Team, Vans",
        "North Team, Maps",
    ]
    words = " ".join(read_page(response.content).text.split())
    assert "1 section changed · 0 errors, 2 warnings, 1 waiver" in words
    assert "· 2 findings" in words


def test_places_are_read_by_the_approver_where_they_stand(
    plan: Plan, people: SimpleNamespace
) -> None:
    response = review(submit(plan, people), people.approver)
    section = plan.sections.get(key="budget")
    [standing] = response.context["record"].standing
    row = section_object(section)["content"]["units"][0]["lines"][1]["id"]
    assert standing.shown[0].place.url == f"{section.get_absolute_url()}#row-{row}"
    assert standing.shown[0].place.words == (
        "Units › North Team › Budget lines › Vans › Running costs"
    )
    assert not standing.shown[0].may_waive


def test_what_was_found_stays_as_it_was_when_it_was_submitted(
    plan: Plan, people: SimpleNamespace
) -> None:
    send_back(submit(plan, people), people, comment="Again.")
    end_waiver(plan.waivers.get(), by=people.planning_officer, at=NOW)
    plan.sections.filter(key="budget").update(removed_at=NOW)

    record = review(plan, people.approver).context["record"]

    assert record.tally.words == "0 errors, 2 warnings, 1 waiver"
    assert [shown.place.url for each in record.standing for shown in each.shown] == ["", ""]


def test_a_version_without_findings_says_that_none_were_recorded(
    plan: Plan, people: SimpleNamespace
) -> None:
    now = Plan.objects.get(pk=plan.pk)
    version = freeze(now, by=people.author, at=NOW)
    old = Version(
        **{
            field.name: getattr(version, field.name)
            for field in Version._meta.concrete_fields
            if field.name not in ("id", "number", "findings")
        },
        number=2,
    )
    old.save()
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.IN_REVIEW)

    response = review(plan, people.approver)

    assert response.context["record"].tally is None
    assert "No findings were recorded with this version" in response.content.decode()


def test_versions_are_listed_with_how_much_was_found(plan: Plan, people: SimpleNamespace) -> None:
    freeze(plan, by=people.author, at=NOW)
    browser = Client()
    browser.force_login(people.author)
    for name, args in (("versions", [plan.pk]), ("version", [plan.pk, 1])):
        page = browser.get(reverse(f"plans:{name}", args=args)).content.decode()
        assert "0 errors, 2 warnings, 1 waiver" in page
        assert reverse("plans:version_findings", args=[plan.pk, 1]) in page


# --- counts that are kept -----------------------------------------------------------------------


def test_a_plan_keeps_how_much_was_found(plan: Plan) -> None:
    found = find_in_plan(plan)
    kept = kept_tally(Plan.objects.get(pk=plan.pk))

    assert kept is not None
    assert kept.whole == Tally(warnings=2, waivers=1)
    assert kept.sections == {"budget": Tally(warnings=2, waivers=1)}
    assert len(found.found) == 3


def test_counts_are_written_only_where_they_are_new(plan: Plan, people: SimpleNamespace) -> None:
    find_in_plan(plan)
    before = kept_tally(plan)
    again = Plan.objects.get(pk=plan.pk)
    find_in_plan(again)
    assert kept_tally(again) == before

    change_intro(plan.sections.get(key="narrative"), by=people.author)
    changed = Plan.objects.get(pk=plan.pk)
    find_in_plan(changed)
    after = kept_tally(changed)
    assert before is not None
    assert after is not None
    assert (after.whole, after.at > before.at) == (before.whole, True)


def test_rows_of_a_version_are_counted_alike(plan: Plan, people: SimpleNamespace) -> None:
    version = freeze(plan, by=people.author, at=NOW)
    assert version.findings is not None
    assert count_rows(version.findings) == Tally(warnings=2, waivers=1)


def test_an_error_that_was_waived_is_not_passed_over(plan: Plan, people: SimpleNamespace) -> None:
    faulty = store_faulty(plan.organisation_unit, by=people.author)
    error = find(faulty, WRONG_TOTAL)
    waive(faulty, error.fingerprint, reason=REASON, by=people.planning_officer, at=NOW)
    version = freeze(faulty, by=people.author, at=NOW)
    assert version.findings is not None
    kept = kept_tally(Plan.objects.get(pk=faulty.pk))
    assert kept is not None
    for tally in (kept.whole, count_rows(version.findings)):
        assert tally.words == "0 errors (1 waived), 1 warning, 1 waiver"
        assert tally.standing == "0 errors, 1 warning"
    assert "0 errors (1 waived), 1 warning" in listed(people.author)


def test_counts_from_before_waived_errors_were_counted_are_read(plan: Plan) -> None:
    find_in_plan(plan)
    plan = Plan.objects.get(pk=plan.pk)
    del plan.tally["whole"]["waived_errors"]
    kept = kept_tally(plan)
    assert kept is not None
    assert kept.whole.words == "0 errors, 2 warnings, 1 waiver"


def test_of_when_counts_are_is_said_by_hour_or_day() -> None:
    now = timezone.now()
    local = timezone.localtime(now)
    assert as_of(now) == f"as of {local:%H:%M}"
    assert as_of(datetime(2008, 3, 3, 12, tzinfo=UTC)) == "as of 3 March 2008"


# --- lists --------------------------------------------------------------------------------------


def test_the_list_says_how_much_was_found_and_of_when(plan: Plan, people: SimpleNamespace) -> None:
    Plan.objects.update(tally=None)
    assert "Not counted yet" in listed(people.author)
    find_in_plan(Plan.objects.get(pk=plan.pk))
    page = listed(people.author)
    assert "0 errors, 2 warnings" in page
    assert as_of(timezone.now())[:8] in page
    assert f'href="{reverse("plans:findings", args=[plan.pk])}"' in page


def test_sections_wait_for_who_leads_them_the_most_urgent_first(
    plan: Plan, people: SimpleNamespace
) -> None:
    plan.sections.update(assigned_to=people.assigned, status=Section.Status.READY)
    find_in_plan(plan)
    [found] = list_waiting(people.assigned, today=TODAY)
    assert (found.section.key, found.found.standing) == ("budget", "0 errors, 2 warnings")

    plan.sections.filter(key="narrative").update(
        status=Section.Status.IN_PROGRESS, due_on=TODAY - timedelta(days=2)
    )
    waiting = list_waiting(people.assigned, today=TODAY)
    assert [(each.section.key, each.is_overdue) for each in waiting] == [
        ("narrative", True),
        ("budget", False),
    ]
    assert list_waiting(people.author, today=TODAY) == []


def test_what_was_returned_is_said_until_the_section_is_ready(
    plan: Plan, people: SimpleNamespace
) -> None:
    plan.sections.update(assigned_to=people.assigned)
    reason = {"key": "narrative", "title": "Narrative", "comment": "Say for whom."}
    send_back(submit(plan, people), people, sections=[reason])
    first, second = list_waiting(people.assigned, today=TODAY)
    assert (first.section.key, first.reasons) == ("narrative", ("Say for whom.",))
    assert second.reasons == ()
    assert "Say for whom." in listed(people.assigned)

    plan.sections.filter(key="narrative").update(status=Section.Status.READY)
    assert [each.section.key for each in list_waiting(people.assigned, today=TODAY)] == ["budget"]
    submit(plan, people)
    assert list_waiting(people.assigned, today=TODAY) == []


def test_plans_to_decide_say_what_changed_and_how_much_was_found(
    plan: Plan, people: SimpleNamespace
) -> None:
    submit(plan, people)
    [first] = list_to_decide(people.approver)
    assert (first.step, first.since, first.version.number) == ("Director", None, 1)
    assert first.kept is not None
    assert first.kept.whole.words == "0 errors, 2 warnings, 1 waiver"

    send_back(Plan.objects.get(pk=plan.pk), people, comment="Again.")
    change_intro(plan.sections.get(key="narrative"), by=people.author)
    submit(plan, people)
    [second] = list_to_decide(people.approver)
    assert (second.since, second.changed, second.version.number) == (1, 1, 2)
    page = " ".join(read_page(listed(people.approver)).text.split())
    assert "1 section changed since version 1 · 0 errors, 2 warnings, 1 waiver" in page
    for other in (people.author, people.assigned, people.reader, people.cabinet_member):
        assert list_to_decide(other) == []


def test_nobody_is_asked_to_decide_what_they_submitted(plan: Plan, people: SimpleNamespace) -> None:
    submit(plan, people)
    submitter = people.author
    submitter.memberships.update(role="approver")
    assert list_to_decide(User.objects.get(pk=submitter.pk)) == []


def test_who_has_nothing_to_do_is_told_so(unit: OrganisationUnit, people: SimpleNamespace) -> None:
    store_plan_with(unit, people.author, "Books")
    assert "Nothing waits for you" in listed(people.author)
    assert "Nothing waits for you" not in listed(people.author, show="all")
    assert "Nothing waits for you" not in listed(people.author, state="draft")


@pytest.mark.parametrize("count", [1, 3])
def test_what_waits_costs_the_same_for_one_and_for_three(
    unit: OrganisationUnit, people: SimpleNamespace, count: int
) -> None:
    for number in range(count):
        draft = store_plan_with(unit, people.author, "Books", title=f"Draft {number}")
        draft.sections.update(assigned_to=people.approver)
        find_in_plan(draft)
        asked = store_plan_with(unit, people.author, "Books", title=f"Asked {number}")
        submit(send_back(submit(asked, people), people, comment="Again."), people)
    browser = Client()
    browser.force_login(people.approver)
    browser.get(reverse("plans:list"))
    with CaptureQueriesContext(connection) as queries:
        response = browser.get(reverse("plans:list"))
    assert len(response.context["to_decide"]) == count
    assert len(response.context["waiting_for_you"]) == 2 * count
    assert len(queries) == 15
