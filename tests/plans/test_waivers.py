"""Letting findings stand: who may, how long it holds, and what happens when two are at it."""

from __future__ import annotations

from types import SimpleNamespace
from urllib.parse import quote, urlencode

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import OrganisationUnit, User
from plans.models import Plan, Section, Waiver
from plans.services import NotOpen
from plans.services.findings import find_in_plan
from plans.services.waivers import AlreadyWaived, FindingGone, end_waiver, waive
from plans.workflow import Action, HasErrors, perform
from tests.factories import NOW
from tests.pages import read_page
from tests.plans.found import (
    PLACEHOLDER,
    SHORT_YEAR,
    WRONG_TOTAL,
    find,
    set_date,
    set_total,
    store_faulty,
)

pytestmark = pytest.mark.django_db
REASON = "The minutes write it so; Cabinet agreed to that in May 2007."


@pytest.fixture
def plan(unit: OrganisationUnit, people: SimpleNamespace) -> Plan:
    plan = store_faulty(unit, by=people.author)
    return Plan.objects.select_related("organisation_unit").get(pk=plan.pk)


def let_stand(plan: Plan, check: str, *, by: User) -> Waiver:
    return waive(plan, find(plan, check).fingerprint, reason=REASON, by=by, at=NOW)


def waived(plan: Plan) -> list[str]:
    return [each.finding.id for each in find_in_plan(plan).found if each.waiver]


def lapsed(plan: Plan) -> list[str]:
    return [waiver.finding["id"] for waiver in find_in_plan(plan).lapsed]


def as_user(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


# --- how long it holds ---------------------------------------------------------------------------


def test_a_waiver_lapses_when_the_value_changes_and_holds_again_when_it_changes_back(
    plan: Plan, people: SimpleNamespace
) -> None:
    let_stand(plan, SHORT_YEAR, by=people.author)
    assert (waived(plan), lapsed(plan)) == ([SHORT_YEAR], [])

    set_date(plan, "30/11/08", by=people.author)
    assert (waived(plan), lapsed(plan)) == ([], [SHORT_YEAR])

    set_date(plan, "30/09/08", by=people.author)
    assert (waived(plan), lapsed(plan)) == ([SHORT_YEAR], [])


def test_a_waiver_whose_finding_was_put_right_has_lapsed_and_belongs_to_no_finding(
    plan: Plan, people: SimpleNamespace
) -> None:
    waiver = let_stand(plan, SHORT_YEAR, by=people.author)

    set_date(plan, "30/09/2008", by=people.author)

    assert find_in_plan(plan).match_lapsed() == ({}, [waiver])


def test_waiving_anew_ends_the_waiver_that_lapsed_there(
    plan: Plan, people: SimpleNamespace
) -> None:
    first = let_stand(plan, SHORT_YEAR, by=people.author)
    set_date(plan, "30/11/08", by=people.author)
    assert find_in_plan(plan).match_lapsed() == (
        {find(plan, SHORT_YEAR).fingerprint: [first]},
        [],
    )

    let_stand(plan, SHORT_YEAR, by=people.author)

    first.refresh_from_db()
    assert (first.ended_at, first.ended_by) == (NOW, people.author)
    assert (waived(plan), lapsed(plan)) == ([SHORT_YEAR], [])
    set_date(plan, "30/09/08", by=people.author)
    assert (waived(plan), lapsed(plan)) == ([], [SHORT_YEAR])


def test_a_waived_error_does_not_stop_submission_until_its_waiver_ends(
    plan: Plan, people: SimpleNamespace
) -> None:
    with pytest.raises(HasErrors):
        perform(plan, Action.SUBMIT, by=people.author, at=NOW)
    waiver = let_stand(plan, WRONG_TOTAL, by=people.planning_officer)
    end_waiver(waiver, by=people.planning_officer, at=NOW)
    with pytest.raises(HasErrors):
        perform(plan, Action.SUBMIT, by=people.author, at=NOW)
    let_stand(plan, WRONG_TOTAL, by=people.planning_officer)

    perform(plan, Action.SUBMIT, by=people.author, at=NOW)

    plan.refresh_from_db()
    assert plan.state == Plan.State.IN_REVIEW


def test_waiving_and_ending_are_told_in_the_history(plan: Plan, people: SimpleNamespace) -> None:
    waiver = let_stand(plan, PLACEHOLDER, by=people.author)
    end_waiver(waiver, by=people.author, at=NOW)
    end_waiver(waiver, by=people.author, at=NOW)

    page = as_user(people.author).get(reverse("plans:history", args=[plan.pk]), {"what": "waivers"})

    told = plan.events.filter(action__in=["waive", "end_waiver"]).values_list("action", flat=True)
    assert list(told) == ["end_waiver", "waive"]
    assert f"<p>“Purpose” still says “TBC”.</p><p>“{REASON}”</p>" in page.content.decode()


# --- who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "check", "may"),
    [
        ("author", PLACEHOLDER, True),
        ("author", SHORT_YEAR, True),
        ("author", WRONG_TOTAL, False),
        ("assigned", PLACEHOLDER, True),
        ("assigned", SHORT_YEAR, False),
        ("section_lead", PLACEHOLDER, False),
        ("approver", PLACEHOLDER, False),
        ("cabinet_member", PLACEHOLDER, False),
        ("planning_officer", PLACEHOLDER, True),
        ("planning_officer", WRONG_TOTAL, True),
    ],
)
def test_who_may_waive(
    plan: Plan, people: SimpleNamespace, role: str, check: str, may: bool
) -> None:
    Section.objects.filter(plan=plan, key="narrative").update(assigned_to=people.assigned)
    user, finding = getattr(people, role), find(plan, check)
    url = reverse("plans:waive", args=[plan.pk])

    asked = as_user(user).get(url, {"finding": finding.fingerprint})
    sent = as_user(user).post(url, {"finding": finding.fingerprint, "reason": REASON})

    assert (asked.status_code, sent.status_code) == ((200, 302) if may else (403, 403))
    assert plan.waivers.count() == may


def test_the_service_refuses_who_may_not(plan: Plan, people: SimpleNamespace) -> None:
    waiver = let_stand(plan, WRONG_TOTAL, by=people.planning_officer)

    with pytest.raises(PermissionDenied):
        let_stand(plan, PLACEHOLDER, by=people.approver)
    with pytest.raises(PermissionDenied):
        end_waiver(waiver, by=people.author, at=NOW)


def test_a_reader_of_the_edition_sees_no_findings(plan: Plan, people: SimpleNamespace) -> None:
    urls = [reverse(f"plans:{name}", args=[plan.pk]) for name in ("findings", "waive")]

    assert [as_user(people.reader).get(url).status_code for url in urls] == [404, 404]


# --- the page ------------------------------------------------------------------------------------


def test_the_page_shows_the_finding_and_asks_why(plan: Plan, people: SimpleNamespace) -> None:
    finding = find(plan, WRONG_TOTAL)
    url = reverse("plans:waive", args=[plan.pk])

    page = as_user(people.planning_officer).get(url, {"finding": finding.fingerprint})

    assert "All, “2006/07”: 21 is typed, but its rows add up to 20." in page.content.decode()
    assert "Why may it stand?" in page.content.decode()
    assert page.context["shown"].place.words == "Activity › All › 2006/07"


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("", "Say why it may stand, so that the approver can judge it"),
        ("  ", "Say why it may stand, so that the approver can judge it"),
        ("It is ok", "Say it in a few words more: so short, it tells the approver nothing"),
    ],
)
def test_a_reason_is_needed_and_what_was_typed_stays(
    plan: Plan, people: SimpleNamespace, reason: str, says: str
) -> None:
    url = reverse("plans:waive", args=[plan.pk])
    sent = {"finding": find(plan, PLACEHOLDER).fingerprint, "reason": reason}

    page = as_user(people.author).post(url, sent)

    assert page.status_code == 422
    assert page.context["form"].errors["reason"] == [says]
    assert page.context["shown"].finding == find(plan, PLACEHOLDER)
    assert not plan.waivers.exists()


def test_waiving_leads_back_to_the_finding_with_its_waiver(
    plan: Plan, people: SimpleNamespace
) -> None:
    finding = find(plan, PLACEHOLDER)

    page = as_user(people.author).post(
        reverse("plans:waive", args=[plan.pk]),
        {"finding": finding.fingerprint, "reason": REASON},
        follow=True,
    )

    [(address, _)] = page.redirect_chain
    assert address.endswith(f"/findings/?section=narrative#finding-{finding.fingerprint[:16]}")
    assert f"by Libraries author: {REASON}" in page.content.decode()


def test_waiving_leads_back_to_where_it_was_asked_for_with_its_filter(
    plan: Plan, people: SimpleNamespace
) -> None:
    browser, url = as_user(people.author), reverse("plans:waive", args=[plan.pk])
    tab = reverse("plans:findings", args=[plan.pk]) + "?show=warnings&section=narrative"
    finding = find(plan, PLACEHOLDER)
    link = next(h for h, _ in read_page(browser.get(tab).content.decode()).links if url in h)
    assert link == f"{url}?finding={finding.fingerprint}&{urlencode({'next': tab}, safe='/')}"

    asked = browser.get(link)
    assert [h for h, t in read_page(asked.content.decode()).links if t == "Cancel"] == [tab]
    empty = browser.post(url, {"finding": finding.fingerprint, "reason": "", "next": tab})
    assert empty.context["back"] == tab
    sent = browser.post(url, {"finding": finding.fingerprint, "reason": REASON, "next": tab})
    again = browser.get(link)
    end = reverse("plans:end_waiver", args=[plan.pk, plan.waivers.get().pk])
    ended = browser.post(end, {"next": f"{tab}#found-in-plan"})

    assert (sent.url, again.url) == (f"{tab}#finding-{finding.fingerprint[:16]}", tab)
    assert ended.url == f"{tab}#found-in-plan"


def test_the_editor_s_panel_is_come_back_to(plan: Plan, people: SimpleNamespace) -> None:
    section = plan.sections.get(key="narrative")
    browser, args = as_user(people.author), [plan.pk, section.pk]
    headers = {"X-Fragment": "findings"}

    panel = browser.get(reverse("plans:section_findings", args=args), headers=headers)

    back = quote(reverse("plans:section_edit", args=args) + "#help=findings")
    assert f'&amp;next={back}">Waive<' in panel.content.decode()


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "javascript:x"])
def test_nobody_is_led_to_another_site(plan: Plan, people: SimpleNamespace, elsewhere: str) -> None:
    browser, url = as_user(people.author), reverse("plans:waive", args=[plan.pk])
    finding = find(plan, PLACEHOLDER)
    sent = {"finding": finding.fingerprint, "reason": REASON, "next": elsewhere}

    asked, done = browser.get(url, sent), browser.post(url, sent)
    end = reverse("plans:end_waiver", args=[plan.pk, plan.waivers.get().pk])
    ended = browser.post(end, {"next": elsewhere})

    page = f"{reverse('plans:findings', args=[plan.pk])}?section=narrative#"
    assert (asked.status_code, done.url[: len(page)], ended.url[: len(page)]) == (200, page, page)
    assert elsewhere not in asked.content.decode()


def test_what_somebody_waived_meanwhile_is_said_and_the_reason_kept(
    plan: Plan, people: SimpleNamespace
) -> None:
    finding = find(plan, PLACEHOLDER)
    let_stand(plan, PLACEHOLDER, by=people.planning_officer)
    sent = {"finding": finding.fingerprint, "reason": "It is decided in March 2008."}

    page = as_user(people.author).post(reverse("plans:waive", args=[plan.pk]), sent)

    words = page.content.decode()
    assert page.status_code == 409
    assert page.context["why_not"] == f"Libraries planning_officer waived it meanwhile: {REASON}"
    assert "It is decided in March 2008." in words
    assert plan.waivers.count() == 1
    with pytest.raises(AlreadyWaived):
        let_stand(plan, PLACEHOLDER, by=people.author)


def test_where_the_values_changed_meanwhile_the_new_ones_are_shown_with_the_reason(
    plan: Plan, people: SimpleNamespace
) -> None:
    browser, url = as_user(people.author), reverse("plans:waive", args=[plan.pk])
    before = find(plan, SHORT_YEAR).fingerprint
    about = browser.get(url, {"finding": before}).context["about"]
    set_date(plan, "30/11/08", by=people.planning_officer)

    page = browser.post(url, {"finding": before, "about": about, "reason": REASON})

    assert page.status_code == 409
    assert page.context["shown"].finding.stated == "30/11/08"
    assert page.context["form"]["reason"].value() == REASON
    assert not plan.waivers.exists()
    now = page.context["shown"].finding.fingerprint
    assert f'name="finding" value="{now}"' in page.content.decode()
    sent = browser.post(url, {"finding": now, "about": about, "reason": REASON})
    assert (sent.status_code, waived(plan)) == (302, [SHORT_YEAR])


def test_what_was_put_right_meanwhile_is_said_and_the_reason_kept(
    plan: Plan, people: SimpleNamespace
) -> None:
    browser, url = as_user(people.author), reverse("plans:waive", args=[plan.pk])
    finding = find(plan, SHORT_YEAR)
    set_date(plan, "30/09/2008", by=people.planning_officer)

    page = browser.post(url, {"finding": finding.fingerprint, "reason": REASON})

    assert page.status_code == 409
    assert page.context["why_not"].startswith("That finding is not found any more")
    assert REASON in page.content.decode()
    assert browser.get(url, {"finding": finding.fingerprint}).status_code == 302
    with pytest.raises(FindingGone):
        waive(plan, finding.fingerprint, reason=REASON, by=people.author, at=NOW)


def test_nothing_is_waived_or_ended_while_others_decide_and_the_reason_is_kept(
    plan: Plan, people: SimpleNamespace
) -> None:
    waiver = let_stand(plan, WRONG_TOTAL, by=people.planning_officer)
    finding = find(plan, PLACEHOLDER)
    perform(plan, Action.SUBMIT, by=people.author, at=NOW)
    browser = as_user(people.planning_officer)

    page = browser.post(
        reverse("plans:waive", args=[plan.pk]),
        {"finding": finding.fingerprint, "reason": REASON},
    )
    end = browser.post(reverse("plans:end_waiver", args=[plan.pk, waiver.pk]))

    assert page.status_code == 409
    assert page.context["why_not"].startswith("The plan is “In review”")
    assert REASON in page.content.decode()
    waiver.refresh_from_db()
    assert (end.status_code, waiver.ended_at) == (302, None)
    with pytest.raises(NotOpen):
        end_waiver(waiver, by=people.planning_officer, at=NOW)


def test_taking_back_is_asked_first(plan: Plan, people: SimpleNamespace) -> None:
    waiver = let_stand(plan, PLACEHOLDER, by=people.author)
    browser, url = as_user(people.author), reverse("plans:end_waiver", args=[plan.pk, waiver.pk])

    asked = browser.get(url)
    assert "Take the waiver back?" in asked.content.decode()
    assert waived(plan) == [PLACEHOLDER]
    done, again = browser.post(url), browser.post(url)

    assert (done.status_code, again.status_code, waived(plan)) == (302, 302, [])


def test_a_lapsed_waiver_is_let_go_or_made_again_with_its_reason(
    plan: Plan, people: SimpleNamespace
) -> None:
    waiver = let_stand(plan, SHORT_YEAR, by=people.author)
    set_date(plan, "30/11/08", by=people.author)
    browser = as_user(people.author)

    again = browser.get(
        reverse("plans:waive", args=[plan.pk]), {"finding": find(plan, SHORT_YEAR).fingerprint}
    )
    asked = browser.get(reverse("plans:end_waiver", args=[plan.pk, waiver.pk]))

    assert again.context["form"]["reason"].value() == REASON
    assert "Let go of the lapsed waiver?" in asked.content.decode()


def test_a_waiver_of_another_plan_is_not_found(
    plan: Plan, unit: OrganisationUnit, people: SimpleNamespace
) -> None:
    waiver = let_stand(plan, PLACEHOLDER, by=people.author)
    other = store_faulty(unit, by=people.author)

    page = as_user(people.author).post(reverse("plans:end_waiver", args=[other.pk, waiver.pk]))

    assert page.status_code == 404


def test_the_total_is_put_right_without_its_waiver(plan: Plan, people: SimpleNamespace) -> None:
    let_stand(plan, WRONG_TOTAL, by=people.planning_officer)

    set_total(plan, "20", by=people.author)

    assert lapsed(plan) == [WRONG_TOTAL]
    perform(plan, Action.SUBMIT, by=people.author, at=NOW)
