"""Comments: who may say what where, what becomes of their place, and who is told by e-mail."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import Membership, OrganisationUnit, User
from accounts.permissions import forget_roles
from accounts.services import end_role
from plans import tasks
from plans.editor import find_target, list_targets, section_grid
from plans.models import Comment, Event, Job, Notice, Plan, Section
from plans.permissions import readers_of_draft
from plans.planfile import plan_facts, read_head, read_plan, section_object, write_plan_file
from plans.services import assign_section, remove_section, save_section
from plans.services.comments import (
    TEXT_LIMIT,
    NotAComment,
    add_comment,
    answer_comment,
    change_comment,
    remove_comment,
    reopen_thread,
    resolve_thread,
)
from plans.services.jobs import ATTEMPTS
from plans.services.notices import people_to_tell, post_digest
from plans.services.threads import count_open, count_open_by_section, open_places, read_threads
from plans.templatetags.comments import comment_text
from tests.factories import NOW, make_member, make_user
from tests.pages import read_page
from tests.plans.samples import World, make_world, object_of, section_value, store

pytestmark = pytest.mark.django_db

DRAFTERS = (
    "author",
    "section_lead",
    "assigned",
    "approver",
    "cabinet_member",
    "planning_officer",
)
LATER = NOW + timedelta(hours=1)
NEXT_DAY = NOW + timedelta(days=1)


@pytest.fixture
def section(plan: Plan) -> Section:
    """The indicators of the plan: rows with cells, an introduction."""
    return with_intro(plan, "indicators", "<p>We did well. We did it <b>early</b>.</p>")


def with_intro(plan: Plan, key: str, intro: str) -> Section:
    section = plan.sections.select_related("parent", "assigned_to").get(key=key)
    section.plan = plan
    write(section, {"intro": intro})
    return section


def write(section: Section, change: dict[str, Any]) -> None:
    """Save a section with these parts of it changed, as its author."""
    author = section.plan.created_by
    forget_roles(author)
    value = {**section_object(section), **change}
    name = f"save-{section.revision}"
    save_section(section, value, base_revision=section.revision, save_id=name, by=author, at=LATER)
    plan = section.plan
    section.refresh_from_db()
    section.plan = plan


def target(section: Section, *path: str | int) -> Any:
    value = section_object(section)
    return find_target(path, section_grid(value, plan_facts(read_head(section.plan))), value)


def cell(section: Section, row: int = 0, column: str = "a0607") -> Any:
    """Return a cell of the indicators as a target."""
    row_id = section_object(section)["content"]["rows"][row]["id"]
    return target(section, "content", "rows", row_id, "cells", column)


def say(section: Section, by: User, text: str = "Is that right?", **about: Any) -> Comment:
    return add_comment(section, text=text, by=by, at=about.pop("at", NOW), **about).comment


def thread_of(section: Section, first: Comment) -> Any:
    [thread] = read_threads([section], only=first.pk)
    return thread


def events(plan: Plan) -> list[tuple[str, User]]:
    found = plan.events.filter(action__startswith="comment").order_by("pk")
    return [(event.action, event.by) for event in found.select_related("by")]


# --- who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [Plan.State.DRAFT, Plan.State.IN_REVIEW, Plan.State.PUBLISHED])
@pytest.mark.parametrize("role", DRAFTERS)
def test_whoever_reads_the_draft_comments_and_answers(
    section: Section, people: SimpleNamespace, role: str, state: Plan.State
) -> None:
    Plan.objects.filter(pk=section.plan_id).update(state=state)
    section.plan.refresh_from_db()
    person = getattr(people, role)
    first = say(section, person)
    answer_comment(first, text="Yes.", by=person, at=LATER)
    resolve_thread(first, by=person, at=LATER)
    reopen_thread(first, by=person, at=LATER)
    assert len(thread_of(section, first).comments) == 2


CHANGES: dict[str, Callable[[Comment, User], Any]] = {
    "say": lambda first, by: say(first.section, by),
    "answer": lambda first, by: answer_comment(first, text="Yes.", by=by, at=NOW),
    "resolve": lambda first, by: resolve_thread(first, by=by, at=NOW),
    "reopen": lambda first, by: reopen_thread(first, by=by, at=NOW),
}


@pytest.mark.parametrize("change", CHANGES)
def test_readers_of_editions_and_strangers_do_not(
    section: Section, people: SimpleNamespace, change: str
) -> None:
    first = say(section, people.author)
    for person in (people.reader, make_user("No Role")):
        with pytest.raises(PermissionDenied):
            CHANGES[change](first, person)
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("role", DRAFTERS[1:])
def test_only_the_writer_changes_and_removes(
    section: Section, people: SimpleNamespace, role: str
) -> None:
    first = say(section, people.author)
    other = getattr(people, role)
    with pytest.raises(PermissionDenied):
        change_comment(first, text="Mine now.", by=other, at=LATER)
    with pytest.raises(PermissionDenied):
        remove_comment(first, by=other, at=LATER)
    assert Comment.objects.get().text == "Is that right?"


def test_a_writer_whose_role_has_ended_changes_nothing(
    section: Section, people: SimpleNamespace
) -> None:
    first = say(section, people.section_lead)
    end_role(people.section_lead.memberships.get(), by=people.planning_officer, at=LATER)
    with pytest.raises(PermissionDenied):
        change_comment(first, text="Still me.", by=people.section_lead, at=LATER)


# --- threads -------------------------------------------------------------------------------------


def test_a_thread_is_written_answered_resolved_and_reopened(
    section: Section, people: SimpleNamespace
) -> None:
    first = say(section, people.approver)
    reply = answer_comment(first, text="It is.", by=people.author, at=LATER).comment
    assert count_open(section) == 1
    resolve_thread(first, by=people.author, at=LATER)
    resolve_thread(first, by=people.approver, at=NEXT_DAY)  # it is already
    thread = thread_of(section, first)
    assert thread.comments == (first, reply)
    assert (thread.is_open, thread.first.resolved_by, thread.first.resolved_at) == (
        False,
        people.author,
        LATER,
    )
    assert count_open(section) == 0
    reopen_thread(first, by=people.approver, at=NEXT_DAY)
    assert thread_of(section, first).is_open
    assert events(section.plan) == [
        ("comment_added", people.approver),
        ("comment_answered", people.author),
        ("comment_resolved", people.author),
        ("comment_reopened", people.approver),
    ]


def test_a_reply_opens_a_resolved_thread_again(section: Section, people: SimpleNamespace) -> None:
    first = say(section, people.author)
    resolve_thread(first, by=people.author, at=LATER)
    answer_comment(first, text="Not yet.", by=people.approver, at=NEXT_DAY)
    assert thread_of(section, first).is_open
    assert events(section.plan)[2:] == [
        ("comment_reopened", people.approver),
        ("comment_answered", people.approver),
    ]


def test_a_reply_cannot_be_resolved(section: Section, people: SimpleNamespace) -> None:
    first = say(section, people.author)
    reply = answer_comment(first, text="Yes.", by=people.author, at=LATER).comment
    resolve_thread(reply, by=people.author, at=LATER)
    assert thread_of(section, first).is_open
    with pytest.raises(IntegrityError), transaction.atomic():
        Comment.objects.filter(pk=reply.pk).update(resolved_at=NOW, resolved_by=people.author)


def test_open_threads_stand_first_then_the_latest(
    section: Section, people: SimpleNamespace
) -> None:
    early = say(section, people.author, at=NOW)
    done = say(section, people.author, at=NEXT_DAY)
    late = say(section, people.author, at=LATER)
    resolve_thread(done, by=people.author, at=NEXT_DAY)
    assert [thread.first for thread in read_threads([section])] == [late, early, done]


def test_a_comment_is_changed(section: Section, people: SimpleNamespace) -> None:
    first = say(section, people.author)
    change_comment(first, text="Is that so?", by=people.author, at=LATER)
    changed = Comment.objects.get()
    assert (changed.text, changed.edited_at, changed.at) == ("Is that so?", LATER, NOW)


def test_a_lone_comment_is_removed_wholly(section: Section, people: SimpleNamespace) -> None:
    remove_comment(say(section, people.author), by=people.author, at=LATER)
    assert not Comment.objects.exists()
    assert events(section.plan)[-1] == ("comment_removed", people.author)


def test_a_removed_comment_stays_without_its_words_while_it_has_replies(
    section: Section, people: SimpleNamespace
) -> None:
    first = say(section, people.author, text="Ask @Libraries approver.", target=cell(section))
    reply = answer_comment(first, text="Why?", by=people.approver, at=LATER).comment
    remove_comment(first, by=people.author, at=NEXT_DAY)
    gone = thread_of(section, first).first
    assert (gone.text, gone.removed_at, list(gone.mentions.all())) == ("", NEXT_DAY, [])
    assert not gone.notices.exists()
    with pytest.raises(PermissionDenied):
        change_comment(first, text="Back.", by=people.author, at=NEXT_DAY)
    remove_comment(reply, by=people.approver, at=NEXT_DAY)
    assert not Comment.objects.exists()


def test_a_thread_that_is_gone_cannot_be_answered(
    section: Section, people: SimpleNamespace
) -> None:
    first = say(section, people.author)
    remove_comment(Comment.objects.select_related("section__plan").get(), by=people.author, at=NOW)
    with pytest.raises(NotAComment, match="removed meanwhile"):
        answer_comment(first, text="Yes.", by=people.approver, at=LATER)


# --- places --------------------------------------------------------------------------------------


def test_a_cell_is_found_after_its_row_moved_and_was_renamed(
    section: Section, people: SimpleNamespace
) -> None:
    first = say(section, people.author, target=cell(section, 1))
    assert first.place == "Indicators › Indicator 2 › Actual 2006/07"
    content = section_object(section)["content"]
    content["rows"].reverse()
    content["rows"][0]["title"] = "Second"
    write(section, {"content": content})
    thread = thread_of(section, first)
    assert (thread.gone, str(thread.target)) == ("", "Indicators › Second › Actual 2006/07")
    assert thread.target.indexed[:3] == ("content", "rows", 0)


def test_a_comment_stays_when_its_row_goes(section: Section, people: SimpleNamespace) -> None:
    first = say(section, people.author, target=cell(section, 1))
    content = section_object(section)["content"]
    del content["rows"][1]
    write(section, {"content": content})
    thread = thread_of(section, first)
    assert (thread.gone, thread.target) == ("place", None)
    assert thread.first.place == "Indicators › Indicator 2 › Actual 2006/07"


def test_a_comment_stays_when_its_column_goes(section: Section, people: SimpleNamespace) -> None:
    first = say(section, people.author, target=cell(section, 0, "t0809"))
    content = section_object(section)["content"]
    content["columns"] = content["columns"][:1]
    for row in content["rows"]:
        row["cells"].pop("t0809", None)
    write(section, {"content": content})
    assert thread_of(section, first).gone == "place"


def test_words_are_found_again_where_the_text_around_them_changed(
    section: Section, people: SimpleNamespace
) -> None:
    intro = target(section, "intro")
    first = say(section, people.author, target=intro, quote="We  did\nit early")
    assert first.quote == "We did it early"
    write(section, {"intro": "<p>New start.</p><p>Last year we ran. We did it <i>early</i>.</p>"})
    assert thread_of(section, first).gone == ""
    write(section, {"intro": "<p>We did it late.</p>"})
    assert thread_of(section, first).gone == "words"
    write(section, {"intro": ""})
    assert thread_of(section, first).gone == "words"


def test_words_that_do_not_stand_there_are_refused(
    section: Section, people: SimpleNamespace
) -> None:
    for about in (target(section, "intro"), None):
        with pytest.raises(NotAComment, match="do not stand"):
            say(section, people.author, target=about, quote="never written")
    with pytest.raises(NotAComment, match="at most 500"):
        say(section, people.author, target=target(section, "intro"), quote="x" * 501)


def test_every_place_that_is_offered_is_found(plan: Plan) -> None:
    facts = plan_facts(read_head(plan))
    counts = {}
    for section in plan.sections.select_related("parent"):
        value = section_object(section)
        grid = section_grid(value, facts)
        offered = list(list_targets(grid, value))
        for _, place, fields in offered:
            assert find_target(place.path, grid, value).path == place.path
            texts = [str(step) for step in place.path]  # as an address holds them
            assert find_target(texts, grid, value).path == place.path
            for field in fields:
                path = (*place.path, *field.path)
                assert find_target(path, grid, value).path == path
        counts[section.kind] = sum(bool(fields) for _, _, fields in offered)
    assert counts == {
        "narrative": 0,
        "objectives": 4,
        "indicators": 2,
        "activity": 3,
        "budget": 4,
        "staffing": 3,
        "actions": 4,
        "risks": 2,
        "register": 3,
    }


@pytest.mark.parametrize(
    "path",
    [
        ("content",),
        ("content", "rows"),
        ("content", "rows", "nobody"),
        ("content", "rows", "@order"),
        ("__class__",),
        ("",),
        (),
        ("content",) * 40,
    ],
)
def test_what_is_no_place_is_not_found(section: Section, path: tuple[str, ...]) -> None:
    assert target(section, *path) is None


# --- texts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Write what"),
        (" \r\n\t ", "Write what"),
        ("x" * (TEXT_LIMIT + 1), "at most 10,000 characters; these are 10,001"),
        ("bell\x07", "control characters"),
        ("null\x00", "control characters"),
        ("escape \x1b[31m", "control characters"),
        ("\u202egnp.exe", "control characters"),
        ("\u2067turned", "control characters"),
    ],
)
def test_what_is_no_text_is_refused(
    section: Section, people: SimpleNamespace, text: str, sentence: str
) -> None:
    with pytest.raises(NotAComment, match=sentence):
        say(section, people.author, text=text)
    assert not Comment.objects.exists()


def test_the_longest_text_and_any_letters_are_kept(
    section: Section, people: SimpleNamespace
) -> None:
    long = "x" * TEXT_LIMIT
    assert say(section, people.author, text=long).text == long
    letters = "a\r\nb\rc 中文 עברית 😀\n\n- d"
    assert say(section, people.author, text=letters).text == "a\nb\nc 中文 עברית 😀\n\n- d"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("a\nb\n\nc", "a<br>b<br><br>c"),
        (
            "see https://example.org/a?b=1&c=2.",
            'see <a class="govuk-link" href="https://example.org/a?b=1&amp;c=2" '
            'rel="nofollow noopener noreferrer">https://example.org/a?b=1&amp;c=2</a>.',
        ),
        ("http://example.org javascript:alert(1)", "http://example.org javascript:alert(1)"),
        ("https://council.gov.uk@evil.example", "https://council.gov.uk@evil.example"),
        ("https://[ https:///x", "https://[ https:///x"),
        (
            'https://example.org/"onmouseover="alert(1)',
            '<a class="govuk-link" href="https://example.org/" rel="nofollow noopener noreferrer">'
            "https://example.org/</a>&quot;onmouseover=&quot;alert(1)",
        ),
        (
            "@Libraries approver, @Libraries approvers @Somebody",
            '<strong class="pw-mention">@Libraries approver</strong>, @Libraries approvers '
            "@Somebody",
        ),
    ],
)
def test_a_text_is_shown_safely(
    section: Section, people: SimpleNamespace, text: str, shown: str
) -> None:
    assert comment_text(say(section, people.author, text=text)) == shown


# --- mentions ------------------------------------------------------------------------------------


def test_readers_of_the_draft_are_those_with_a_role_that_sees_it(
    plan: Plan, people: SimpleNamespace
) -> None:
    User.objects.filter(pk=people.cabinet_member.pk).update(is_active=False)
    end_role(people.section_lead.memberships.get(), by=people.author, at=NOW)
    expected = {people.approver, people.assigned, people.author, people.planning_officer}
    assert set(readers_of_draft(plan)) == expected


def test_people_are_mentioned_by_name_or_chosen(section: Section, people: SimpleNamespace) -> None:
    text = "Ask @Libraries approver and not someone@Libraries author"
    first = say(section, people.section_lead, text=text, mentions=[people.assigned])
    assert set(first.mentions.all()) == {people.approver, people.assigned}
    change_comment(first, text="Ask @Libraries author", by=people.section_lead, at=LATER)
    assert set(first.mentions.all()) == {people.author, people.assigned}


def test_only_readers_can_be_mentioned(section: Section, people: SimpleNamespace) -> None:
    with pytest.raises(NotAComment, match="Only people who may read"):
        say(section, people.author, mentions=[people.reader])
    assert not Comment.objects.exists()
    first = say(section, people.author, text="@Libraries reader, look")
    assert not first.mentions.exists()


def test_of_two_names_the_longer_is_meant(section: Section, people: SimpleNamespace) -> None:
    unit = section.plan.organisation_unit
    ann, anna = (make_member(name, "author", unit) for name in ("Ann Lee", "Ann Lee Marsh"))
    assert set(say(section, people.author, text="@Ann Lee Marsh").mentions.all()) == {anna}
    assert set(say(section, people.author, text="@Ann Lee: ?").mentions.all()) == {ann}


# --- what is told --------------------------------------------------------------------------------


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Any:
    """Return a context in which what waits for the commit is done."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def choose_mail(user: User, choice: str) -> None:
    User.objects.filter(pk=user.pk).update(comment_mail=choice)
    user.refresh_from_db()


def posted(client: Client, section: Section, by: User, text: str) -> None:
    client.force_login(by)
    url = reverse("plans:comments", args=[section.plan_id, section.pk])
    assert client.post(url, {"text": text}).status_code == 302


def recipients() -> list[str]:
    return sorted(to for message in mail.outbox for to in message.to)


def test_the_mentioned_the_writers_and_who_is_asked_are_told_at_once(
    section: Section, people: SimpleNamespace
) -> None:
    assign_section(
        section,
        assigned_to=people.assigned,
        due_on=None,
        reserved=False,
        by=people.author,
        at=NOW,
    )
    section.refresh_from_db()
    first = add_comment(section, text="@Libraries approver?", by=people.author, at=NOW)
    assert {job.detail["to"] for job in first.mails} == {
        people.approver.email,
        people.assigned.email,
    }
    reply = answer_comment(first.comment, text="Yes.", by=people.section_lead, at=NOW)
    assert {job.detail["to"] for job in reply.mails} == {people.author.email, people.assigned.email}
    again = answer_comment(first.comment, text="Good.", by=people.author, at=NOW)
    assert {job.detail["to"] for job in again.mails} == {
        people.section_lead.email,
        people.assigned.email,
    }
    assert set(Notice.objects.values_list("sent_at", flat=True)) == {NOW}


def test_nobody_is_told_of_what_they_wrote_themselves(
    section: Section, people: SimpleNamespace
) -> None:
    first = add_comment(section, text="Note to @Libraries author", by=people.author, at=NOW)
    answer_comment(first.comment, text="Done.", by=people.author, at=NOW)
    assert not Notice.objects.exists()


def test_the_mail_says_who_where_what_and_how_to_change_it(
    client: Client, section: Section, people: SimpleNamespace, committed: Any
) -> None:
    with committed():
        posted(client, section, people.author, "@Libraries approver\nis it <right> & good?")
    [message] = mail.outbox
    comment = Comment.objects.get()
    assert message.to == [people.approver.email]
    assert message.subject == f"Libraries author commented: Indicators, {section.plan}"
    assert "> is it <right> & good?\n" in message.body
    assert f"/plans/{section.plan_id}/comments/{comment.pk}/\n" in message.body
    assert reverse("accounts:profile") in message.body


def test_a_new_mention_in_a_changed_comment_is_told_once(
    section: Section, people: SimpleNamespace
) -> None:
    first = add_comment(section, text="@Libraries approver", by=people.author, at=NOW).comment
    text = "@Libraries approver and @Libraries assigned"
    changed = change_comment(first, text=text, by=people.author, at=LATER)
    assert [job.detail["to"] for job in changed.mails] == [people.assigned.email]
    same = change_comment(first, text=f"{text}!", by=people.author, at=LATER)
    assert same.mails == ()


def test_who_wants_none_gets_none(section: Section, people: SimpleNamespace) -> None:
    choose_mail(people.approver, "never")
    add_comment(section, text="@Libraries approver", by=people.author, at=NOW)
    assert not Notice.objects.exists()
    assert not Job.objects.filter(kind=Job.Kind.MAIL).exists()


def test_what_may_not_be_read_any_more_when_it_is_sent_is_not_sent(
    section: Section, people: SimpleNamespace
) -> None:
    [job] = add_comment(section, text="@Libraries approver", by=people.author, at=NOW).mails
    end_role(people.approver.memberships.get(), by=people.planning_officer, at=LATER)
    assert tasks.run_job(job.pk) == "done"
    job.refresh_from_db()
    assert (mail.outbox, job.state, job.detail["withheld"]) == ([], Job.State.DONE, True)


def test_a_mail_that_fails_is_tried_again_and_sent_once(
    section: Section, people: SimpleNamespace, settings: Settings
) -> None:
    [job] = add_comment(section, text="@Libraries approver", by=people.author, at=NOW).mails
    working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "tests.nowhere.Backend"
    results = [tasks.run_job(job.pk) for _ in range(ATTEMPTS - 1)]
    assert results == ["failed"] * 3
    settings.EMAIL_BACKEND = working
    assert tasks.run_job(job.pk) == "done"
    assert tasks.run_job(job.pk) == "not free"
    assert recipients() == [people.approver.email]


# --- once a day ----------------------------------------------------------------------------------


@pytest.fixture
def daily(people: SimpleNamespace) -> User:
    """The approver, who wants one mail a day."""
    choose_mail(people.approver, "daily")
    return people.approver


def test_a_day_of_comments_is_one_mail_and_only_one(
    section: Section, people: SimpleNamespace, daily: User
) -> None:
    for text in ("One, @Libraries approver", "Two, @Libraries approver"):
        assert add_comment(section, text=text, by=people.author, at=NOW).mails == ()
    assert list(people_to_tell()) == [daily]
    job = post_digest(daily, at=NEXT_DAY)
    assert job is not None
    assert tasks.run_job(job.pk) == "done"
    [message] = mail.outbox
    assert message.subject == "2 comments on plans of yours"
    assert [f"> {n}, @Libraries approver" in message.body for n in ("One", "Two")] == [True, True]
    assert post_digest(daily, at=NEXT_DAY) is None
    assert list(people_to_tell()) == []


def test_a_second_run_on_the_same_day_waits_for_the_next(
    section: Section, people: SimpleNamespace, daily: User
) -> None:
    add_comment(section, text="@Libraries approver", by=people.author, at=NOW)
    assert post_digest(daily, at=NEXT_DAY)
    add_comment(section, text="@Libraries approver again", by=people.author, at=NEXT_DAY)
    assert post_digest(daily, at=NEXT_DAY + timedelta(hours=2)) is None
    following = post_digest(daily, at=NEXT_DAY + timedelta(days=1))
    assert following is not None
    assert following.detail["subject"] == "1 comment on plans of yours"


def test_a_digest_that_breaks_off_is_done_again_whole(
    section: Section,
    people: SimpleNamespace,
    daily: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    choose_mail(people.assigned, "daily")
    text = "@Libraries approver @Libraries assigned"
    add_comment(section, text=text, by=people.author, at=NOW)
    calls: list[Any] = []

    def break_off(jobs: Any) -> None:
        calls.append(jobs)
        if len(calls) == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(tasks, "queue", break_off)
        with pytest.raises(KeyboardInterrupt):
            tasks.post_digests(at=NEXT_DAY)
    assert Job.objects.filter(kind=Job.Kind.MAIL).count() == 1
    assert Notice.objects.filter(sent_at__isnull=True).count() == 1
    assert tasks.post_digests(at=NEXT_DAY) == 1
    assert tasks.post_digests(at=NEXT_DAY) == 0
    to = Job.objects.filter(kind=Job.Kind.MAIL).values_list("detail__to", flat=True)
    assert sorted(to) == sorted([daily.email, people.assigned.email])


def test_a_digest_leaves_out_what_is_removed_or_may_not_be_read(
    section: Section, people: SimpleNamespace, daily: User
) -> None:
    first = add_comment(section, text="@Libraries approver", by=people.author, at=NOW).comment
    answer_comment(first, text="Aha.", by=people.assigned, at=NOW)
    remove_comment(first, by=people.author, at=LATER)
    assert post_digest(daily, at=NEXT_DAY) is None
    add_comment(section, text="@Libraries approver", by=people.author, at=NOW)
    end_role(daily.memberships.get(), by=people.planning_officer, at=LATER)
    assert post_digest(User.objects.get(pk=daily.pk), at=NEXT_DAY) is None
    assert not Notice.objects.filter(sent_at__isnull=True).exists()


def test_a_digest_leaves_out_a_plan_that_was_closed_to_its_reader_meanwhile() -> None:
    ada, first, second = make_reader_of_two()
    [section] = first.sections.all()
    [other] = second.sections.all()
    for each in (section, other):
        each.plan = {first.pk: first, second.pk: second}[each.plan_id]
        text = f"@Ada Wide, about {each.plan.unit}"
        add_comment(each, text=text, by=each.plan.created_by, at=NOW)
    job = post_digest(ada, at=NEXT_DAY)
    assert job is not None
    end_role(
        ada.memberships.get(unit=first.organisation_unit),
        by=first.created_by,
        at=NEXT_DAY,
    )
    assert tasks.run_job(job.pk) == "done"
    [message] = mail.outbox
    assert (f"about {second.unit}" in message.body, f"about {first.unit}" in message.body) == (
        True,
        False,
    )


def make_reader_of_two() -> tuple[User, Plan, Plan]:
    """Return somebody who approves at two divisions and wants one mail a day, and their plans."""
    world: World = make_world()
    ada = make_member("Ada Wide", "approver", world.libraries.unit, comment_mail="daily")
    Membership.objects.create(user=ada, role="approver", unit=world.roads.unit, started_at=NOW)
    plans = [
        store(division.unit, by=division.people.author, sections=[section_value("narrative")])
        for division in (world.libraries, world.roads)
    ]
    return ada, plans[0], plans[1]


def test_the_command_posts_what_waits(
    section: Section, people: SimpleNamespace, daily: User, capsys: pytest.CaptureFixture[str]
) -> None:
    add_comment(section, text="@Libraries approver", by=people.author, at=timezone.now())
    call_command("send_digests")
    call_command("send_digests")
    assert capsys.readouterr().out == "Posted 1 e-mail.\nPosted 0 e-mails.\n"


def test_who_turns_it_off_gets_no_digest(
    section: Section, people: SimpleNamespace, daily: User
) -> None:
    add_comment(section, text="@Libraries approver", by=people.author, at=NOW)
    choose_mail(daily, "never")
    assert post_digest(daily, at=NEXT_DAY) is None
    assert list(people_to_tell()) == []


# --- pages ---------------------------------------------------------------------------------------

TEXTS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7|add:7 }} {% now 'Y' %}",
    "javascript:alert(1)",
)


def page_url(section: Section) -> str:
    return reverse("plans:comments", args=[section.plan_id, section.pk])


@pytest.fixture
def author(client: Client, people: SimpleNamespace) -> Client:
    client.force_login(people.author)
    return client


def one_url(name: str, comment: Comment) -> str:
    return reverse(f"plans:{name}", args=[comment.section.plan_id, comment.pk])


def test_a_comment_is_written_on_a_chosen_cell(author: Client, section: Section) -> None:
    form = read_page(author.get(page_url(section)).content).form_with("place")
    row = section_object(section)["content"]["rows"][1]["id"]
    sent = {
        **form.data,
        "text": "Too low?",
        "place": f"content-rows-{row}",
        "column": "cells-a0607",
    }
    response = author.post(page_url(section), sent)
    comment = Comment.objects.get()
    assert response.url == f"{page_url(section)}?to={comment.pk}#comment-{comment.pk}"
    assert comment.path == ["content", "rows", row, "cells", "a0607"]
    page = author.get(response.url).content.decode()
    assert "Indicators › Indicator 2 › Actual 2006/07" in page
    assert f'at=content-rows-{row}-cells-a0607#id_content-rows-1-cells-a0607"' in page


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"text": ""}, "text"),
        ({"text": "x" * (TEXT_LIMIT + 1)}, "text"),
        ({"text": "\x00"}, "text"),
        ({"text": "ok", "place": "content-rows-nobody"}, "place"),
        ({"text": "ok", "place": "intro", "column": "cells-a0607"}, "column"),
        ({"text": "ok", "place": "intro", "quote": "not there"}, "quote"),
        ({"text": "ok", "quote": "x" * 501}, "quote"),
        ({"text": "ok", "occurrence": "-1"}, "occurrence"),
        ({"text": "ok", "occurrence": "9" * 30}, "occurrence"),
        ({"text": "ok", "people": "reader"}, "people"),
        ({"text": "ok", "people": "nobody"}, "people"),
    ],
)
def test_what_cannot_be_stored_stays_on_the_page(
    author: Client,
    people: SimpleNamespace,
    section: Section,
    sent: dict[str, str],
    wrong: str,
) -> None:
    sent = {k: str(people.reader.pk) if v == "reader" else v for k, v in sent.items()}
    response = author.post(page_url(section), sent)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [wrong]
    assert not Comment.objects.exists()


def test_a_place_in_the_address_is_commented_on(author: Client, section: Section) -> None:
    asked = {"at": "intro", "quote": "We did", "occurrence": "1"}
    page = author.get(page_url(section), asked)
    form = read_page(page.content).form_with("quote")
    assert form.data["place"] == "intro"
    assert "Introduction" in page.content.decode()
    author.post(form.action, {**form.data, "text": "Both times?"})
    comment = Comment.objects.get()
    assert (comment.path, comment.quote, comment.occurrence) == (["intro"], "We did", 1)


@pytest.mark.parametrize("at", ["content-rows-nobody", "-", "<script>", "x" * 5000])
def test_a_place_that_is_not_there_is_told(author: Client, section: Section, at: str) -> None:
    response = author.get(page_url(section), {"at": at})
    assert response.context["form"].asked_in_vain is True
    assert "That place is not saved yet, or is gone." in response.content.decode()


def test_a_thread_is_answered_changed_resolved_and_removed_on_pages(
    author: Client, section: Section, people: SimpleNamespace
) -> None:
    first = say(section, people.author)
    back = f"{page_url(section)}?to={first.pk}#comment-{first.pk}"
    url = author.post(one_url("comment_reply", first), {"text": "Yes."}).url
    reply = first.replies.get()
    assert url == f"{page_url(section)}?to={reply.pk}#comment-{reply.pk}"
    assert author.post(one_url("comment_edit", first), {"text": "Is it?"}).url == back
    assert author.post(one_url("comment_resolve", first)).url == back
    assert not thread_of(section, first).is_open
    author.post(one_url("comment_reopen", first))
    thread = thread_of(section, first)
    assert [comment.text for comment in thread.comments] == ["Is it?", "Yes."]
    asked = author.get(one_url("comment_remove", first)).content.decode()
    assert "Remove this comment for good?" in asked
    author.post(one_url("comment_remove", first))
    assert "Removed by its writer" in author.get(page_url(section)).content.decode()
    assert author.get(one_url("comment", first)).url == back


def test_a_reply_has_no_thread_of_its_own(
    author: Client, section: Section, people: SimpleNamespace
) -> None:
    first = say(section, people.author)
    reply = answer_comment(first, text="Yes.", by=people.author, at=LATER).comment
    for name in ("comment_reply", "comment_resolve", "comment_reopen"):
        assert author.post(one_url(name, reply), {"text": "x"}).status_code == 404


def test_the_fragment_is_what_the_page_holds(
    author: Client, section: Section, people: SimpleNamespace
) -> None:
    say(section, people.approver, target=cell(section))
    for headers in ({"HX-Request": "true"}, {"X-Fragment": "comments"}):
        fragment = author.get(page_url(section), headers=headers).content.decode()
        assert fragment.startswith('<div class="pw-comments"')
        page = author.get(page_url(section)).content.decode()
        assert without_tokens(fragment).strip() in without_tokens(page)


def test_an_editor_is_told_which_places_are_commented_on(
    author: Client, section: Section, people: SimpleNamespace
) -> None:
    url = f"{page_url(section)}?format=json"
    say(section, people.author)
    assert author.get(url).json() == {"open": 1, "places": []}
    place = cell(section)
    say(section, people.author, target=place)
    path = "-".join(map(str, place.path))
    assert author.get(url).json() == {
        "open": 2,
        "places": [{"path": path, "quote": "", "occurrence": 0}],
    }


def without_tokens(html: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html)


def test_htmx_is_answered_with_the_thread_and_what_to_say(
    author: Client, section: Section, people: SimpleNamespace
) -> None:
    first = say(section, people.author, target=cell(section))
    answer = author.post(one_url("comment_reply", first), {"text": "Yes."}, headers=HTMX)
    assert answer.content.decode().startswith(f'<article class="pw-thread" id="thread-{first.pk}"')
    told = json.loads(answer["HX-Trigger-After-Settle"])["commented"]
    path = "-".join(first.path)
    assert told["words"] == "Your reply has been added."
    assert told["places"] == [{"path": path, "quote": "", "occurrence": 0}]
    refused = author.post(one_url("comment_reply", first), {"text": ""}, headers=HTMX)
    assert (refused.status_code, "Write what you want to say." in refused.content.decode()) == (
        422,
        True,
    )
    reply = first.replies.get()
    author.post(one_url("comment_remove", reply), headers=HTMX)
    gone = author.post(one_url("comment_remove", first), headers=HTMX)
    assert (gone.status_code, gone.content) == (200, b"")
    assert json.loads(gone["HX-Trigger-After-Settle"])["commented"]["places"] == []


HTMX = {"HX-Request": "true"}


def test_comments_are_filtered(author: Client, section: Section, people: SimpleNamespace) -> None:
    mine = say(section, people.approver, text="For @Libraries author")
    other = say(section, people.approver)
    done = say(section, people.approver)
    resolve_thread(done, by=people.approver, at=LATER)
    shown = {
        show: [
            c.first for c in author.get(page_url(section), {"show": show}).context["conversations"]
        ]
        for show in ("", "open", "resolved", "mine", "nonsense")
    }
    assert shown == {
        "": [other, mine, done],
        "open": [other, mine],
        "resolved": [done],
        "mine": [mine],
        "nonsense": [other, mine, done],
    }


def shown(response: Any) -> list[Comment]:
    return [each.first for each in response.context["conversations"]]


def test_comments_come_a_page_at_a_time(
    author: Client, plan: Plan, section: Section, people: SimpleNamespace
) -> None:
    said = [say(section, people.approver, text=f"Comment {n}") for n in range(30)][::-1]
    place = say(section, people.approver, target=cell(section))
    resolve_thread(said[0], by=people.approver, at=LATER)
    ordered = [place, *said[1:], said[0]]
    url = page_url(section)

    assert shown(author.get(url)) == ordered[:25]
    assert shown(author.get(url, {"page": 2})) == ordered[25:]
    assert shown(author.get(url, {"page": "x"})) == ordered[:25]
    assert shown(author.get(url, {"to": said[-1].pk})) == ordered[25:]
    assert shown(author.get(url, {"to": 999_999, "page": 2})) == ordered[25:]
    at = "-".join(map(str, place.path))
    assert shown(author.get(url, {"place": at, "show": "open"})) == ordered[:25]
    page = author.get(url, {"show": "open"}, headers=HTMX).content.decode()
    assert f'hx-get="{url}?show=open&amp;page=2"' in page
    whole = author.get(reverse("plans:plan_comments", args=[plan.pk]), {"page": 2})
    assert shown(whole) == ordered[25:]


def test_a_resolved_thread_is_folded_until_it_is_asked_for(
    author: Client, section: Section, people: SimpleNamespace
) -> None:
    done, other = say(section, people.approver), say(section, people.approver)
    resolve_thread(done, by=people.approver, at=LATER)
    reply = answer_comment(other, text="Also", by=people.author, at=LATER).comment
    resolve_thread(other, by=people.approver, at=LATER)

    def folded(**asked: Any) -> list[Comment]:
        response = author.get(page_url(section), asked)
        count = response.content.decode().count("pw-thread__fold")
        found = [c.first for c in response.context["conversations"] if c.is_folded]
        assert count == len(found)
        return found

    assert folded() == [other, done]
    assert folded(to=reply.pk) == [done]
    assert folded(show="resolved") == []


def test_the_plans_page_holds_them_section_by_section(
    author: Client, plan: Plan, section: Section, people: SimpleNamespace
) -> None:
    risks = plan.sections.get(key="risks")
    last, first = say(risks, people.author), say(section, people.author)
    response = author.get(reverse("plans:plan_comments", args=[plan.pk]))
    assert [c.first for c in response.context["conversations"]] == [first, last]
    remove_section(risks, by=people.author, at=LATER)
    response = author.get(reverse("plans:plan_comments", args=[plan.pk]))
    assert [c.first for c in response.context["conversations"]] == [first]
    assert author.get(one_url("comment", last)).status_code == 404


def test_the_contents_count_open_comments(
    author: Client, plan: Plan, section: Section, people: SimpleNamespace
) -> None:
    say(section, people.author)
    resolve_thread(say(section, people.author), by=people.author, at=NOW)
    page = author.get(plan.get_absolute_url()).content.decode()
    hidden = '<span class="govuk-visually-hidden"> on Indicators</span>'
    assert f'{page_url(section)}?show=open">1 comment{hidden}</a>' in page
    assert 'Comments (1<span class="govuk-visually-hidden"> open</span>)' in page
    assert count_open_by_section(plan) == {section.pk: 1}


def test_who_may_not_write_is_led_to_where_it_is_read(
    client: Client, section: Section, people: SimpleNamespace
) -> None:
    say(section, people.author, target=target(section, "intro"), quote="did it early")
    say(section, people.author, target=cell(section))
    client.force_login(people.approver)
    urls = [c.place_url for c in client.get(page_url(section)).context["conversations"]]
    base = section.get_absolute_url()
    row = object_of(section)["content"]["rows"][0]["id"]
    assert urls == [f"{base}#row-{row}:~:text=Indicator%201", f"{base}#:~:text=did%20it%20early"]
    assert f'<tr id="row-{row}">' in client.get(base).content.decode()


@pytest.mark.parametrize("text", TEXTS)
def test_hostile_texts_are_shown_as_they_are(
    author: Client, section: Section, people: SimpleNamespace, text: str
) -> None:
    write(section, {"intro": f"<p>{escape(text)} here</p>"})
    say(section, people.author, text=text, target=target(section, "intro"), quote=text)
    page = author.get(page_url(section)).content.decode()
    assert escape(text) in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_nothing_of_it_is_in_the_plan_file(
    plan: Plan, section: Section, people: SimpleNamespace
) -> None:
    before = write_plan_file(read_plan(plan))
    say(section, people.author, text="Unmistakable words", target=cell(section))
    assert write_plan_file(read_plan(plan)) == before


def test_the_events_tell_no_words_of_it(section: Section, people: SimpleNamespace) -> None:
    say(section, people.author, text="Unmistakable words")
    assert Event.objects.filter(action="comment_added").get().detail == {"title": "Indicators"}


@pytest.mark.parametrize("threads", [1, 3, 30])
def test_pages_take_a_fixed_number_of_queries(
    author: Client,
    plan: Plan,
    section: Section,
    people: SimpleNamespace,
    threads: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(threads):
        first = say(section, people.approver, target=cell(section, number % 2))
        answer_comment(first, text="@Libraries author", by=people.section_lead, at=LATER)
    urls = {
        "section": page_url(section),
        "plan": reverse("plans:plan_comments", args=[plan.pk]),
        "contents": plan.get_absolute_url(),
    }
    for url in urls.values():
        author.get(url)
    with django_assert_num_queries(QUERIES["section"]):
        author.get(urls["section"])
    with django_assert_num_queries(QUERIES["plan"]):
        author.get(urls["plan"])
    with django_assert_num_queries(QUERIES["contents"]):
        author.get(urls["contents"])
    with django_assert_num_queries(1):
        open_places(section)


QUERIES = {"section": 16, "plan": 13, "contents": 21}


@pytest.mark.parametrize("count", [1, 3])
def test_more_sections_take_no_more_queries(
    author: Client,
    unit: OrganisationUnit,
    people: SimpleNamespace,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    values = [section_value("indicators", key=f"indicators-{n}") for n in range(count)]
    plan = store(unit, by=people.author, sections=values)
    for section in plan.sections.select_related("parent"):
        section.plan = plan
        say(section, people.author, target=cell(section))
    url = reverse("plans:plan_comments", args=[plan.pk])
    author.get(url)
    with django_assert_num_queries(QUERIES["plan"]):
        author.get(url)
