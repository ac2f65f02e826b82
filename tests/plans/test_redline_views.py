"""Any two states of a plan compared: what can be picked, by whom, what is shown and printed."""

from __future__ import annotations

import io
import re
from collections import Counter
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader
from pytest_django import DjangoAssertNumQueries

from accounts.models import OrganisationUnit
from documents.redline import FactChange, SectionChange, Summary
from plans import workflow
from plans.models import Job, Plan, Section
from plans.planfile import section_object
from plans.services import freeze, save_section
from plans.services.redlining import list_sides, pick_sides, tell_summary, version_seen
from plans.workflow import Action
from tests.factories import NOW
from tests.pages import read_page
from tests.plans.samples import make_edition, section_value, store

pytestmark = pytest.mark.django_db
OLD = "<p>The service will meet every child within ten working days of the call.</p>"
NEW = OLD.replace("will", "shall")


def words(body: str) -> dict[str, Any]:
    value = section_value("narrative", key="aims", title="Aims")
    return value | {"content": {"body": body}}


@pytest.fixture
def aims(unit: OrganisationUnit, people: SimpleNamespace) -> Plan:
    """A draft whose version 1 says that the service will, and which says now that it shall."""
    plan = store(unit, by=people.author, sections=[words(OLD), section_value("risks")])
    freeze(plan, by=people.author, at=NOW)
    change(plan.sections.get(key="aims"), body=NEW, by=people.author)
    return plan


def change(section: Section, *, body: str, by: Any) -> None:
    value = section_object(section) | {"content": {"body": body}}
    revision = section.revision
    save_section(section, value, base_revision=revision, save_id=body, by=by, at=NOW)


def address(plan: Plan, name: str = "compare", **query: str) -> str:
    asked = "&".join(f"{key.rstrip('_')}={value}" for key, value in query.items())
    return f"{reverse(f'plans:{name}', args=[plan.pk])}{'?' if asked else ''}{asked}"


def values(plan: Plan, user: Any) -> list[str]:
    return [side.value for side in list_sides(plan, by=user)]


# --- what can be picked ---------------------------------------------------------------------------


def test_the_last_version_and_the_draft_are_compared_at_first(
    client: Client, aims: Plan, people: SimpleNamespace
) -> None:
    client.force_login(people.author)
    response = client.get(address(aims))
    picked = response.context["picked"]
    assert (picked.old.value, picked.new.value, picked.whole) == ("version-1", "now", False)
    assert response.context["told"] == ["1 section changed"]
    page = response.content.decode()
    assert "<del>will</del>" in page
    assert "<ins>shall</ins>" in page
    assert "1 section without change is left out." in page


def test_two_versions_can_be_picked_whole(
    client: Client, aims: Plan, people: SimpleNamespace
) -> None:
    freeze(aims, by=people.author, at=NOW)
    client.force_login(people.author)
    response = client.get(address(aims, from_="version-2", to="version-1", show="all"))
    page = response.content.decode()
    assert "<del>shall</del>" in page
    assert "<ins>will</ins>" in page
    assert "left out" not in page
    assert len(response.context["summary"].sections) == 1


@pytest.mark.parametrize("asked", ["version-9", "plan-1", "else", "now&to=version-x"])
def test_a_state_that_is_not_there_is_not_found(
    client: Client, aims: Plan, people: SimpleNamespace, asked: str
) -> None:
    client.force_login(people.author)
    assert client.get(f"{address(aims)}?from={asked}").status_code == 404


def test_equal_states_say_so(client: Client, aims: Plan, people: SimpleNamespace) -> None:
    freeze(aims, by=people.author, at=NOW)
    client.force_login(people.author)
    same = client.get(address(aims, from_="version-2", to="now")).content.decode()
    assert "read the same: nothing was added, removed or changed." in same
    one = client.get(address(aims, from_="now", to="now")).content.decode()
    assert "Both are the same state of the plan. Choose another to compare with." in one


def test_a_first_draft_has_nothing_to_compare_with(
    client: Client, unit: OrganisationUnit, people: SimpleNamespace
) -> None:
    plan = store(unit, by=people.author, sections=[words(OLD)])
    client.force_login(people.author)
    assert "There is nothing to compare with yet." in client.get(address(plan)).content.decode()


def test_last_years_edition_is_compared_where_there_is_no_version(
    client: Client, unit: OrganisationUnit, people: SimpleNamespace
) -> None:
    before = store(unit, by=people.author, sections=[words(OLD)], year="2007/08")
    make_edition(freeze(before, by=people.author, at=NOW), by=people.planning_officer)
    plan = store(unit, by=people.author, sections=[words(NEW)])
    client.force_login(people.author)
    response = client.get(address(plan))
    picked = response.context["picked"]
    assert (picked.old.words, picked.new.value) == ("2007/08, edition 1", "now")
    assert "<ins>shall</ins>" in response.content.decode()


def test_who_sees_editions_alone_picks_among_them(
    client: Client, aims: Plan, people: SimpleNamespace, unit: OrganisationUnit
) -> None:
    store(unit, by=people.author, sections=[words(OLD)], year="2007/08")
    assert values(aims, people.reader) == []
    make_edition(aims.versions.get(), by=people.planning_officer)
    freeze(aims, by=people.author, at=NOW)
    assert values(aims, people.reader) == ["version-1"]
    client.force_login(people.reader)
    assert client.get(address(aims)).status_code == 200
    assert client.get(address(aims, from_="now", to="version-1")).status_code == 404
    assert client.get(address(aims, from_="version-2")).status_code == 404


def test_versions_in_review_are_compared_not_the_working_copy(
    aims: Plan, people: SimpleNamespace
) -> None:
    freeze(aims, by=people.author, at=NOW)
    aims.state = Plan.State.IN_REVIEW
    old, new = pick_sides(aims, list_sides(aims, by=people.approver))
    assert (old.value, new.value) == ("version-1", "version-2")


@pytest.mark.parametrize("versions", [1, 3])
def test_the_page_costs_as_many_queries_for_any_number_of_versions(
    client: Client,
    aims: Plan,
    people: SimpleNamespace,
    versions: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(versions):
        freeze(aims, by=people.author, at=NOW)
    client.force_login(people.author)
    with django_assert_num_queries(13):
        client.get(address(aims, from_="version-1", to="version-2"))


# --- what can be taken away -----------------------------------------------------------------------


def test_it_can_be_had_as_a_web_page(client: Client, aims: Plan, people: SimpleNamespace) -> None:
    client.force_login(people.author)
    response = client.get(address(aims, "compare_page", from_="version-1", to="now"))
    name = 'filename="libraries-2008-09-changes-version-1-to-now.html"'
    assert name in response["Content-Disposition"]
    page = response.content.decode()
    assert "What changed from “Version 1, submitted " in page
    assert "Comparison, " in page
    assert "<del>will</del>" in page


def test_it_can_be_had_as_a_pdf(
    client: Client,
    aims: Plan,
    people: SimpleNamespace,
    django_capture_on_commit_callbacks: Any,
) -> None:
    client.force_login(people.author)
    form = read_page(client.get(address(aims)).content).form_to("/compare/print/")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(form.action, form.data)
    job = Job.objects.get(kind=Job.Kind.PRINT)
    assert job.state == Job.State.DONE, job.error
    compared = job.detail["compare"]
    assert compared["old"]["words"].startswith("Version 1, submitted ")
    assert (compared["new"]["words"], compared["only_changes"]) == ("Now: draft", True)
    shown = client.get(reverse("plans:job", args=[aims.pk, job.pk])).content.decode()
    assert "to “Now: draft”" in shown
    response = client.get(reverse("plans:job_file", args=[aims.pk, job.pk]))
    assert "libraries-2008-09-changes-version-1-to-now.pdf" in response["Content-Disposition"]
    pages = PdfReader(io.BytesIO(b"".join(response.streaming_content))).pages
    text = " ".join(" ".join(page.extract_text().split()) for page in pages)
    assert "[removed: will] [added: shall]" in text
    assert "Comparison, " in text
    assert "DRAFT" not in text


def test_a_printing_of_changes_that_failed_is_tried_again_as_such(
    client: Client, aims: Plan, people: SimpleNamespace
) -> None:
    client.force_login(people.author)
    client.post(address(aims, "compare_print"), {"from": "version-1", "to": "now"})
    first = Job.objects.get(kind=Job.Kind.PRINT)
    Job.objects.filter(pk=first.pk).update(state=Job.State.FAILED)
    client.post(reverse("plans:job_retry", args=[aims.pk, first.pk]))
    again = Job.objects.filter(kind=Job.Kind.PRINT).exclude(pk=first.pk).get()
    assert again.detail == first.detail


def test_the_command_writes_what_changed(aims: Plan, tmp_path: Any) -> None:
    path = tmp_path / "changes.html"
    arguments = ["--compare-with", "1", "--only-changes", "--output", str(path)]
    call_command("export_plan", str(aims.pk), "--format", "html", *arguments)
    assert "<ins>shall</ins>" in path.read_text(encoding="utf-8")
    with pytest.raises(CommandError, match=r"What changed cannot be written as json\."):
        call_command("export_plan", str(aims.pk), "--format", "json", *arguments)


# --- who decides ----------------------------------------------------------------------------------


def submit(plan: Plan, people: SimpleNamespace) -> Plan:
    return workflow.perform(plan, Action.SUBMIT, by=people.author, at=timezone.now())


@pytest.fixture
def decided(unit: OrganisationUnit, people: SimpleNamespace) -> Plan:
    """A plan in review again: version 1 was returned, version 2 withdrawn, version 3 waits."""
    plan = store(unit, by=people.author, sections=[words(OLD), section_value("risks")])
    act = {"at": timezone.now()}
    plan = submit(plan, people)
    plan = workflow.perform(plan, Action.RETURN, by=people.approver, version=1, comment="No", **act)
    change(plan.sections.get(key="aims"), body=NEW, by=people.author)
    plan = workflow.perform(submit(plan, people), Action.WITHDRAW, by=people.author, **act)
    return submit(plan, people)


def review(client: Client, plan: Plan, by: Any, **query: str) -> Any:
    client.force_login(by)
    return client.get(address(plan, "review", **query))


def test_the_review_shows_what_changed_since_the_version_that_was_decided(
    client: Client, decided: Plan, people: SimpleNamespace
) -> None:
    latest = decided.versions.first()
    assert latest.number == 3
    assert version_seen(latest, by=people.approver).number == 1
    assert version_seen(latest, by=people.author).number == 2
    response = review(client, decided, people.approver)
    page = response.content.decode()
    assert "Since version 1, which" in page
    assert response.context["told"] == ["1 section changed"]
    folds = [
        (run.is_changed, [(line.reviewed.name, line.reviewed.words) for line in run.lines])
        for run in response.context["runs"]
    ]
    assert folds == [
        (True, [("1 Aims", "text changed in 1 place")]),
        (False, [("2 Risks", "")]),
    ]
    assert "<del>will</del>" in page
    assert "<ins>shall</ins>" in page
    assert f"{address(decided)}?from=version-1&amp;to=version-3" in page
    ids = read_page(page).ids
    assert len(ids) == len(set(ids))


def test_the_review_marks_the_sections_that_came_or_went_whole(
    client: Client, aims: Plan, people: SimpleNamespace
) -> None:
    aims.sections.filter(key="risks").update(key="dangers", title="Dangers")
    response = review(client, submit(aims, people), people.approver)
    whole = [
        line.reviewed.words
        for run in response.context["runs"]
        for line in run.lines
        if line.reviewed.is_whole
    ]
    assert sorted(whole) == ["added", "removed"]
    assert response.content.decode().count(" data-whole") == 2


def test_tables_without_captions_are_told_apart_by_their_sections(
    client: Client, unit: OrganisationUnit, people: SimpleNamespace
) -> None:
    tables = [section_value("activity", key=key, title="Loans", caption="") for key in ("a", "b")]
    plan = submit(store(unit, by=people.author, sections=[words(OLD), *tables]), people)
    act = {"at": timezone.now()}
    workflow.perform(plan, Action.RETURN, by=people.approver, version=1, comment="No", **act)
    change(plan.sections.get(key="aims"), body=NEW, by=people.author)
    plan = submit(plan, people)

    for page in (
        review(client, plan, people.approver, show="all"),
        client.get(address(plan, from_="version-1", to="version-2", show="all")),
    ):
        names = re.findall(r'class="table-scroll".*?aria-label="([^"]*)"', page.content.decode())
        assert len(names) == len(set(names)) == 2
        assert all("Loans" in name for name in names)


def test_the_review_shows_other_bases_the_whole_or_the_plan_as_it_reads(
    client: Client, decided: Plan, people: SimpleNamespace
) -> None:
    since_2 = review(client, decided, people.approver, since="version-2")
    assert since_2.context["summary"].is_empty
    assert [run.is_changed for run in since_2.context["runs"]] == [False]
    whole = review(client, decided, people.approver, show="all").content.decode()
    assert '<details class="pw-review__same" open>' in whole
    plain = review(client, decided, people.approver, show="read").content.decode()
    assert "The service shall meet every child" in plain
    odd = review(client, decided, people.approver, show="x", since="version-3")
    assert (odd.context["shown"].show, odd.context["shown"].base.value) == ("changes", "version-1")


def test_a_refused_answer_shows_the_same_again(
    client: Client, decided: Plan, people: SimpleNamespace
) -> None:
    page = review(client, decided, people.approver, show="all", since="version-2").content
    form = read_page(page).form_to("/return/")
    shown = client.post(form.action, form.data).context["shown"]
    assert (shown.show, shown.base.value) == ("all", "version-2")


def test_a_first_version_is_shown_with_what_changed_since_last_year(
    client: Client, unit: OrganisationUnit, people: SimpleNamespace
) -> None:
    before = store(unit, by=people.author, sections=[words(OLD)], year="2007/08")
    make_edition(freeze(before, by=people.author, at=NOW), by=people.planning_officer)
    plan = submit(store(unit, by=people.author, sections=[words(NEW)]), people)
    page = review(client, plan, people.approver).content.decode()
    assert "Since last year’s plan (2007/08, edition 1)" in page
    assert "<ins>shall</ins>" in page


def test_a_first_version_without_a_plan_before_is_shown_as_it_reads(
    client: Client, unit: OrganisationUnit, people: SimpleNamespace
) -> None:
    plan = submit(store(unit, by=people.author, sections=[words(NEW)]), people)
    page = review(client, plan, people.approver).content.decode()
    assert "This is the first version: all of it is new." in page
    assert "The service shall meet every child" in page


@pytest.mark.parametrize("sections", [1, 3])
def test_the_review_costs_as_many_queries_for_any_number_of_sections(
    client: Client,
    unit: OrganisationUnit,
    people: SimpleNamespace,
    sections: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    values = [words(OLD) | {"key": f"aims-{number}"} for number in range(sections)]
    plan = submit(store(unit, by=people.author, sections=values), people)
    for _ in range(sections):
        plan = workflow.perform(plan, Action.WITHDRAW, by=people.author, at=timezone.now())
        plan = submit(plan, people)
    client.force_login(people.approver)
    with django_assert_num_queries(35):
        client.get(address(plan, "review"))


def test_the_summary_in_words() -> None:
    kinds = {"kpi": "indicators", "risks": "risks", "money": "budget"}
    changes = (
        SectionChange(
            "kpi", "1", "", "changed", Counter(changed=3), Counter({"2008/09 Target": 2})
        ),
        SectionChange("risks", "2", "", "changed", Counter(added=1)),
        SectionChange("money", "3", "", "changed", Counter(changed=5)),
        SectionChange("aims", "4", "", "added"),
    )
    facts = (
        FactChange("Gross", "£100.0m", "£101.2m", Decimal("1.2")),
        FactChange("Lead", "A", "B", None),
    )
    assert tell_summary(Summary(changes, 4, facts), kinds) == [
        "3 sections changed",
        "1 section added",
        "Gross +1.2 %",
        "Lead from A to B",
        "2 indicators retargeted",
        "1 indicator changed",
        "1 risk new",
    ]
