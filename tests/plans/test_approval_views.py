"""The screens of submitting, deciding and publishing; versions, editions, jobs and downloads."""

from __future__ import annotations

import hashlib
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from plans import workflow
from plans.models import Job, Plan, Section
from plans.planfile import read_plan_file
from plans.services.prints import keep_print
from plans.views.plans import name_sections
from plans.workflow import Action
from tests.pages import Page, read_page


@pytest.fixture
def sign_in(client: Client) -> Any:
    """Sign a person in and return the browser."""

    def as_person(person: User) -> Client:
        client.force_login(person)
        return client

    return as_person


@pytest.fixture
def submitted(plan: Plan, people: SimpleNamespace) -> Plan:
    """A plan that waits for the director."""
    return workflow.perform(plan, Action.SUBMIT, by=people.author, at=timezone.now())


@pytest.fixture
def approved(submitted: Plan, people: SimpleNamespace) -> Plan:
    return workflow.perform(submitted, Action.APPROVE, by=people.approver, at=timezone.now())


def said(response: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def url_of(name: str, plan: Plan, *args: int | str) -> str:
    return reverse(f"plans:{name}", args=[plan.pk, *args])


def act(client: Client, plan: Plan, action: str, comment: str = "") -> HttpResponse:
    """Open the page that asks before an action, and send its form."""
    url = url_of("action", plan, action)
    form = read_page(client.get(url).content).form_with("comment")
    return client.post(url, {**form.data, "comment": comment})


def state(plan: Plan) -> str:
    return Plan.objects.get(pk=plan.pk).state


def open_review(client: Client, plan: Plan) -> Page:
    return read_page(client.get(url_of("review", plan)).content)


# --- actions ------------------------------------------------------------------------------------


def test_the_author_submits_and_withdraws(sign_in: Any, plan: Plan, people: Any) -> None:
    client = sign_in(people.author)
    response = act(client, plan, "submit", "All there.")
    assert said(response) == ["Submitted. Those who decide next have been told by e-mail."]
    assert (state(plan), plan.versions.get().submitted_by) == ("in_review", people.author)
    assert plan.events.first().detail == {"version": 1, "comment": "All there."}
    assert said(act(client, plan, "withdraw"))[-1] == "Withdrawn. The plan is a draft again."
    assert state(plan) == "draft"


def test_a_plan_with_errors_is_not_submitted_and_each_is_listed(
    sign_in: Any, plan: Plan, people: Any
) -> None:
    client = sign_in(people.author)
    section = plan.sections.get(key="narrative")
    figure = '<p>It costs <span data-figure="budget.nothing" data-style="£m"></span>.</p>'
    section.narrative.body = figure
    section.narrative.save()
    response = client.post(url_of("action", plan, "submit"), {"comment": "All there."})
    assert (response.status_code, state(plan), plan.versions.count()) == (422, "draft", 0)
    page = read_page(response.content)
    assert "All there." in page.text  # what was written is not lost
    editor = reverse("plans:section_edit", args=[plan.pk, section.pk])
    assert [href for href, _ in page.summary] == [f"{editor}?at=content-body#id_content-body"]
    assert "budget.nothing" in page.summary[0][1]


@pytest.mark.parametrize("action", ["approve", "return", "nonsense", "save"])
def test_other_words_are_no_action(sign_in: Any, plan: Plan, people: Any, action: str) -> None:
    client = sign_in(people.planning_officer)
    assert client.get(url_of("action", plan, action)).status_code == 404
    assert client.post(url_of("action", plan, action), {"comment": "x"}).status_code == 404


@pytest.mark.parametrize("action", ["withdraw", "publish", "amend", "supersede"])
def test_an_action_that_does_not_fit_the_state_says_so(
    sign_in: Any, plan: Plan, people: Any, action: str
) -> None:
    client = sign_in(people.author if action == "withdraw" else people.planning_officer)
    page = read_page(client.get(url_of("action", plan, action)).content)
    assert "You cannot take this step now" in page.text
    response = client.post(url_of("action", plan, action), {"comment": "Now"})
    assert (response.url, said(response)) == (
        plan.get_absolute_url(),
        ["The plan is “Draft” by now."],
    )
    assert state(plan) == "draft"


def test_an_amendment_asks_for_its_reason(sign_in: Any, approved: Plan, people: Any) -> None:
    client = sign_in(people.planning_officer)
    response = act(client, approved, "amend", "   ")
    assert (response.status_code, state(approved)) == (422, "approved")
    assert act(client, approved, "amend", "A wrong total").status_code == 302
    assert state(approved) == "draft"


@pytest.mark.parametrize("comment", ["a\0b", "a\x07b"])
def test_a_reason_is_text(sign_in: Any, plan: Plan, people: Any, comment: str) -> None:
    client = sign_in(people.author)
    response = client.post(url_of("action", plan, "submit"), {"comment": comment})
    assert (response.status_code, state(plan)) == (422, "draft")


def test_an_archived_draft_leaves_the_list(sign_in: Any, plan: Plan, people: Any) -> None:
    client = sign_in(people.author)
    assert act(client, plan, "archive").url == reverse("plans:list")
    assert state(plan) == "archived"


# --- review -------------------------------------------------------------------------------------


def test_the_director_approves_the_version_on_the_page(
    sign_in: Any, submitted: Plan, people: Any
) -> None:
    client = sign_in(people.approver)
    page = open_review(client, submitted)
    assert len(page.ids) == len(set(page.ids))
    form = page.form_to("/approve/")
    sent = {**form.data, "reference": "Cabinet, 14 April 2008, minute 32", "comment": "Good."}
    response = client.post(form.action, sent)
    assert said(response) == ["Approved in every step. The plan can now be published."]
    decision = submitted.versions.get().decisions.get()
    assert (decision.by, decision.outcome, decision.reference) == (
        people.approver,
        "approved",
        "Cabinet, 14 April 2008, minute 32",
    )
    assert state(submitted) == "approved"


def test_the_approver_reads_the_note_written_when_the_plan_was_submitted(
    sign_in: Any, plan: Plan, people: Any
) -> None:
    words = "Look at the risks first."
    workflow.perform(plan, Action.SUBMIT, by=people.author, at=timezone.now(), comment=words)
    client = sign_in(people.approver)
    assert words in open_review(client, plan).text
    workflow.perform(plan, Action.WITHDRAW, by=people.author, at=timezone.now())
    workflow.perform(plan, Action.SUBMIT, by=people.author, at=timezone.now())
    assert words not in open_review(client, plan).text


def test_the_director_returns_with_reasons_section_by_section(
    sign_in: Any, submitted: Plan, people: Any
) -> None:
    Section.objects.update(status=Section.Status.READY)
    client = sign_in(people.approver)
    form = open_review(client, submitted).form_to("/return/")
    section = submitted.sections.get(key="budget")
    reason = {f"at-{section.pk}": "on", f"section-{section.pk}": "Check the sum."}
    response = client.post(form.action, {**form.data, **reason})
    assert said(response) == ["Returned. The authors have been told, with your reasons."]
    assert state(submitted) == "draft"
    assert submitted.versions.get().decisions.get().section_comments == [
        {"key": "budget", "title": "Budget", "comment": "Check the sum."}
    ]
    section.refresh_from_db()
    assert section.status == Section.Status.IN_PROGRESS
    returned = client.get(submitted.get_absolute_url()).content.decode()
    returned = returned.partition('id="returned-heading"')[2].partition("</section>")[0]
    assert f'href="{section.get_absolute_url()}"' in returned


def test_sections_of_one_title_are_told_apart_by_their_numbers(
    sign_in: Any, plan: Plan, people: Any
) -> None:
    plan.sections.update(title="Family support", status=Section.Status.IN_PROGRESS)
    named = [name for _, name in name_sections(plan)]
    assert len(set(named)) == plan.sections.count() > 1
    unready = read_page(sign_in(people.author).get(url_of("action", plan, "submit")).content)
    workflow.perform(plan, Action.SUBMIT, by=people.author, at=timezone.now())
    review = open_review(sign_in(people.approver), plan)
    for name in named:
        assert name in unready.text
        assert f"What has to change in “{name}”" in review.text


def test_a_return_without_a_reason_is_refused_at_the_field(
    sign_in: Any, submitted: Plan, people: Any
) -> None:
    client = sign_in(people.approver)
    form = open_review(client, submitted).form_to("/return/")
    response = client.post(form.action, form.data)
    assert (response.status_code, state(submitted)) == (422, "in_review")
    page = read_page(response.content)
    assert [href.removeprefix("#") in page.ids for href, _ in page.summary] == [True]


def test_a_section_that_is_chosen_needs_its_reason_and_nothing_typed_is_lost(
    sign_in: Any, submitted: Plan, people: Any
) -> None:
    client = sign_in(people.approver)
    form = open_review(client, submitted).form_to("/return/")
    [one, other] = submitted.sections.filter(key__in=["budget", "narrative"])
    typed = {"comment": "Shorter.", f"at-{one.pk}": "on", f"section-{other.pk}": "Half a word"}
    response = client.post(form.action, {**form.data, **typed})
    assert (response.status_code, state(submitted)) == (422, "in_review")
    page = read_page(response.content)
    assert [href for href, _ in page.summary] == [f"#id_return_section-{one.pk}"]
    again = page.form_to("/return/").data
    assert {name: again[name] for name in typed} == typed
    assert f"at-{other.pk}" not in again


def test_a_reason_at_a_section_that_is_not_chosen_is_not_sent(
    sign_in: Any, submitted: Plan, people: Any
) -> None:
    client = sign_in(people.approver)
    form = open_review(client, submitted).form_to("/return/")
    section = submitted.sections.get(key="budget")
    sent = {**form.data, "comment": "Shorter.", f"section-{section.pk}": "Taken back."}
    client.post(form.action, sent)
    decision = submitted.versions.get().decisions.get()
    assert (decision.comment, decision.section_comments) == ("Shorter.", [])


def test_nobody_decides_their_own_work(sign_in: Any, plan: Plan, people: Any) -> None:
    from tests.factories import make_membership

    make_membership(people.author, "approver", plan.organisation_unit)
    workflow.perform(plan, Action.SUBMIT, by=people.author, at=timezone.now())
    client = sign_in(people.author)
    assert [f.action for f in open_review(client, plan).forms if "/approve/" in f.action] == []
    response = client.post(url_of("approve", plan), {"version": "1"})
    assert said(response) == ["Nobody decides a version that they submitted or wrote alone."]
    assert state(plan) == "in_review"


def test_a_decision_on_an_older_version_is_refused(
    sign_in: Any, submitted: Plan, people: Any
) -> None:
    client = sign_in(people.approver)
    sent = open_review(client, submitted).form_to("/approve/").data
    for action in (Action.WITHDRAW, Action.SUBMIT):
        workflow.perform(submitted, action, by=people.author, at=timezone.now())
    response = client.post(url_of("approve", submitted), sent)
    assert said(response) == ["A newer version was submitted since you opened this page."]
    assert state(submitted) == "in_review"


@pytest.mark.parametrize("version", ["", "x", "-1", "²", "1.0", "9" * 30, "\0"])
@pytest.mark.parametrize("answer", ["approve", "return"])
def test_a_decision_on_no_version_is_refused(
    sign_in: Any, submitted: Plan, people: Any, answer: str, version: str
) -> None:
    client = sign_in(people.approver)
    sent = {"version": version, "comment": "Because"}
    assert client.post(url_of(answer, submitted), sent).status_code == 400
    assert state(submitted) == "in_review"


@pytest.mark.parametrize("role", ["author", "planning_officer", "cabinet_member", "section_lead"])
def test_others_read_the_review_but_do_not_decide(
    sign_in: Any, submitted: Plan, people: Any, role: str
) -> None:
    client = sign_in(getattr(people, role))
    page = open_review(client, submitted)
    assert not [form for form in page.forms if form.action.endswith(("/approve/", "/return/"))]
    for answer in ("approve", "return"):
        sent = {"version": "1", "comment": "Because"}
        assert client.post(url_of(answer, submitted), sent).status_code == 403
    assert state(submitted) == "in_review"


def test_there_is_no_review_before_a_submission(sign_in: Any, plan: Plan, people: Any) -> None:
    client = sign_in(people.approver)
    assert client.get(url_of("review", plan)).status_code == 404
    assert client.post(url_of("approve", plan), {"version": "1"}).status_code == 302
    assert client.post(url_of("approve", plan), {"reference": "x" * 301}).status_code == 404


# --- versions -----------------------------------------------------------------------------------


def test_a_version_is_read_and_downloaded_as_it_was_hashed(
    sign_in: Any, submitted: Plan, people: Any
) -> None:
    client = sign_in(people.section_lead)
    version = submitted.versions.get()
    assert "Version 1" in read_page(client.get(url_of("versions", submitted)).content).text
    assert "Paragraph 2." in read_page(client.get(url_of("version", submitted, 1)).content).text
    response = client.get(url_of("version_data", submitted, 1))
    digest = hashlib.sha256(response.content + version.tree.encode()).hexdigest()
    assert digest == version.digest
    assert read_plan_file(response.content).head.title == "Annual Operating Plan"
    assert (response["Content-Type"], response["Content-Disposition"]) == (
        "application/json",
        'attachment; filename="libraries-2008-09-version-1.json"',
    )


# --- jobs ---------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_draft_is_printed_and_downloaded(sign_in: Any, plan: Plan, people: Any) -> None:
    client = sign_in(people.section_lead)
    response = client.post(url_of("print", plan))
    job = plan.jobs.get()
    assert (response.url, job.state) == (url_of("job", plan, job.pk), Job.State.DONE)
    assert client.get(response.url).status_code == 200
    file = client.get(url_of("job_file", plan, job.pk))
    assert b"".join(file.streaming_content).startswith(b"%PDF-1.7")
    assert (file["Content-Type"], file["Content-Disposition"]) == (
        "application/pdf",
        'attachment; filename="libraries-2008-09-draft.pdf"',
    )


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_plan_is_published_and_its_edition_is_everybodys(
    sign_in: Any, approved: Plan, people: Any
) -> None:
    client = sign_in(people.planning_officer)
    job = approved.jobs.filter(kind=Job.Kind.PUBLISH)
    assert act(client, approved, "publish").url == url_of("job", approved, job.get().pk)
    edition = approved.editions.get()
    assert state(approved) == "published"
    client = sign_in(people.reader)
    assert client.get(approved.get_absolute_url()).url == url_of("edition", approved, 1)
    for name in ("edition", "edition_page"):
        assert client.get(url_of(name, approved, 1)).status_code == 200
    file = client.get(url_of("edition_file", approved, 1, "pdf"))
    assert hashlib.sha256(b"".join(file.streaming_content)).hexdigest() == edition.pdf_digest
    assert file["Content-Disposition"] == 'attachment; filename="libraries-2008-09-edition-1.pdf"'
    data = client.get(url_of("edition_file", approved, 1, "json"))
    assert data.content.decode() == edition.version.plan_file


def make_job(plan: Plan, by: User, **values: Any) -> Job:
    wanted = {"kind": Job.Kind.PRINT, "state": Job.State.WAITING, **values}
    return Job.objects.create(plan=plan, by=by, created_at=timezone.now(), **wanted)


@pytest.mark.parametrize(
    "values",
    [
        {"state": Job.State.WAITING},
        {"state": Job.State.FAILED, "error": "It broke."},
        {"state": Job.State.DONE, "kind": Job.Kind.PUBLISH, "detail": {"file": "x"}},
    ],
)
def test_a_job_without_a_file_has_none_to_download(
    sign_in: Any, plan: Plan, people: Any, values: dict[str, Any]
) -> None:
    client = sign_in(people.author)
    job = make_job(plan, people.author, **values)
    assert client.get(url_of("job", plan, job.pk)).status_code == 200
    assert client.get(url_of("job_file", plan, job.pk)).status_code == 404


def test_a_job_is_asked_about_by_a_piece_of_its_page(sign_in: Any, plan: Plan, people: Any) -> None:
    client = sign_in(people.author)
    job = make_job(plan, people.author)
    response = client.get(url_of("job", plan, job.pk), headers={"HX-Request": "true"})
    assert (response.status_code, b"<html" in response.content) == (200, False)


@pytest.mark.parametrize("ended", [Job.State.CANCELLED, Job.State.FAILED])
def test_publishing_that_came_to_nothing_shows_the_way_to_do_it_again(
    sign_in: Any, approved: Plan, people: Any, ended: str
) -> None:
    job = make_job(approved, people.planning_officer, kind=Job.Kind.PUBLISH, state=ended)
    page = read_page(sign_in(people.planning_officer).get(url_of("job", approved, job.pk)).content)
    assert "Go to the plan, to publish it again" in page.text


def test_a_cancelled_publishing_is_said_once_and_in_its_own_words(
    sign_in: Any, approved: Plan, people: Any
) -> None:
    client = sign_in(people.planning_officer)
    job = make_job(approved, people.planning_officer, kind=Job.Kind.PUBLISH)
    response = client.post(url_of("job_cancel", approved, job.pk), follow=True)
    page = read_page(response.content).text
    assert (page.lower().count("cancelled"), page.count("No edition was made")) == (1, 1)
    assert "printed" not in page


def test_the_heading_of_a_job_follows_it(sign_in: Any, plan: Plan, people: Any) -> None:
    client = sign_in(people.author)
    job = make_job(plan, people.author, state=Job.State.DONE, finished_at=timezone.now())
    job.detail = {"file": keep_print(job, b"%PDF", suffix=".pdf")}
    job.save()
    whole = client.get(url_of("job", plan, job.pk)).content.decode()
    piece = client.get(url_of("job", plan, job.pk), headers={"HX-Request": "true"})
    assert '<h1 class="govuk-heading-l" id="job-title">PDF: ready</h1>' in whole
    assert 'id="job-title" hx-swap-oob="true">PDF: ready</h1>' in piece.content.decode()


def test_an_e_mail_is_no_job_to_watch(sign_in: Any, plan: Plan, people: Any) -> None:
    client = sign_in(people.author)
    job = make_job(plan, people.author, kind=Job.Kind.MAIL, detail={"to": "a@example.org"})
    for name in ("job", "job_file"):
        assert client.get(url_of(name, plan, job.pk)).status_code == 404


def test_only_what_failed_is_tried_again(sign_in: Any, plan: Plan, people: Any) -> None:
    client = sign_in(people.author)
    failed = make_job(plan, people.author, state=Job.State.FAILED)
    waiting = make_job(plan, people.author)
    response = client.post(url_of("job_retry", plan, waiting.pk))
    assert said(response) == ["There is nothing to try again."]
    response = client.post(url_of("job_retry", plan, failed.pk))
    latest = plan.jobs.first()
    assert response.url == url_of("job", plan, latest.pk)
    assert latest.pk not in (failed.pk, waiting.pk)
