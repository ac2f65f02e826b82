"""The life of a plan: every action by every role in every state, and what each leaves behind."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection, models, transaction
from django.db.models import ProtectedError

from accounts.models import Membership, OrganisationUnit, User
from documents import codec
from plans.migrations import _frozen_rows
from plans.models import (
    Decision,
    Edition,
    EditionFile,
    Event,
    FormatSection,
    Job,
    Plan,
    PlanFormat,
    Section,
    Version,
)
from plans.planfile import read_plan, read_plan_file, write_plan_file
from plans.services import add_section, save_section, section_at, start_plan
from plans.tasks import run_job
from plans.workflow import (
    TRANSITIONS,
    Action,
    HasErrors,
    NotAllowed,
    ReasonMissing,
    allowed_actions,
    current_step,
    is_own_work,
    may_ever,
    perform,
)
from tests.factories import NOW, make_member
from tests.plans.samples import make_edition, section_value, store

pytestmark = pytest.mark.django_db

State, Role = Plan.State, Membership.Role
STEPS = [
    {"role": "approver", "title": "Director"},
    {"role": "cabinet_member", "title": "Cabinet Member"},
]
LATER = NOW + timedelta(days=1)
PEOPLE = (
    "author",
    "section_lead",
    "assigned",
    "approver",
    "cabinet_member",
    "planning_officer",
    "reader",
)


@pytest.fixture
def draft(unit: OrganisationUnit, people: SimpleNamespace) -> Plan:
    """A short plan whose format asks the director, then the Cabinet Member."""
    PlanFormat.objects.create(slug="two-steps", name="Two steps", approval_steps=STEPS)
    sections = [section_value("narrative"), section_value("budget")]
    return store(unit, by=people.section_lead, sections=sections, plan_format="two-steps")


def bring_to(plan: Plan, place: str, people: SimpleNamespace) -> Plan:
    """Take the plan to "draft", "director", "cabinet", "approved" or a later state."""
    steps = [
        (Action.SUBMIT, people.author),
        (Action.APPROVE, people.approver),
        (Action.APPROVE, people.cabinet_member),
    ]
    count = {"draft": 0, "director": 1, "cabinet": 2}.get(place, 3)
    for action, by in steps[: 0 if place == "archived" else count]:
        plan = perform(plan, action, by=by, at=NOW)
    if place in ("published", "superseded", "archived"):
        Plan.objects.filter(pk=plan.pk).update(state=place)
    return Plan.objects.get(pk=plan.pk)


# --- the table ---------------------------------------------------------------------------------

ALLOWED: dict[str, dict[str, set[Action]]] = {
    "draft": {
        "author": {Action.SUBMIT, Action.ARCHIVE},
        "planning_officer": {Action.SUBMIT, Action.ARCHIVE},
    },
    "director": {
        "author": {Action.WITHDRAW},
        "approver": {Action.APPROVE, Action.RETURN},
    },
    "cabinet": {
        "author": {Action.WITHDRAW},
        "cabinet_member": {Action.APPROVE, Action.RETURN},
    },
    "approved": {"planning_officer": {Action.PUBLISH, Action.AMEND}},
    "published": {"planning_officer": {Action.AMEND, Action.SUPERSEDE}},
    "superseded": {},
    "archived": {},
}


@pytest.mark.parametrize("place", ALLOWED)
def test_every_action_by_every_role_in_every_state(
    place: str, draft: Plan, people: SimpleNamespace
) -> None:
    plan = bring_to(draft, place, people)

    taken = 0
    for name in PEOPLE:
        by = getattr(people, name)
        allowed = ALLOWED[place].get(name, set())
        assert set(allowed_actions(plan, by)) == allowed
        for action in Action:
            assert takes(plan, action, by=by) == (action in allowed), (place, name, action)
            taken += 1

    assert taken == len(PEOPLE) * len(TRANSITIONS) == 56


def takes(plan: Plan, action: Action, *, by: User) -> bool:
    """Try the action and take it back; return whether it was allowed."""
    events = plan.events.count()
    with transaction.atomic():
        try:
            perform(plan, action, by=by, at=LATER, comment="Because")
        except NotAllowed:
            assert plan.events.count() == events
            return False
        transaction.set_rollback(True)
        return True


def test_a_stranger_takes_no_action(draft: Plan, unit: OrganisationUnit) -> None:
    beside = OrganisationUnit.objects.create(name="Other", level="division", parent=unit.parent)
    strangers = [make_member(f"Other {role}", role, beside) for role in Role]
    strangers.append(User.objects.create_superuser("root@example.org", name="Root"))

    assert [allowed_actions(draft, by) for by in strangers] == [[]] * len(strangers)


@pytest.mark.parametrize("action", Action)
def test_may_ever_knows_whoever_may_in_some_state(
    action: Action, draft: Plan, people: SimpleNamespace
) -> None:
    ever = {name for name in PEOPLE if may_ever(getattr(people, name), action, draft)}

    assert ever == {n for table in ALLOWED.values() for n, may in table.items() if action in may}


@pytest.mark.parametrize(
    ("place", "action", "by", "state", "step"),
    [
        ("draft", Action.SUBMIT, "author", State.IN_REVIEW, 0),
        ("draft", Action.ARCHIVE, "author", State.ARCHIVED, 0),
        ("director", Action.APPROVE, "approver", State.IN_REVIEW, 1),
        ("director", Action.RETURN, "approver", State.DRAFT, 0),
        ("director", Action.WITHDRAW, "author", State.DRAFT, 0),
        ("cabinet", Action.APPROVE, "cabinet_member", State.APPROVED, 0),
        ("cabinet", Action.RETURN, "cabinet_member", State.DRAFT, 0),
        ("cabinet", Action.WITHDRAW, "author", State.DRAFT, 0),
        ("approved", Action.PUBLISH, "planning_officer", State.APPROVED, 0),
        ("approved", Action.AMEND, "planning_officer", State.DRAFT, 0),
        ("published", Action.AMEND, "planning_officer", State.DRAFT, 0),
        ("published", Action.SUPERSEDE, "planning_officer", State.SUPERSEDED, 0),
    ],
)
def test_where_each_action_leads(
    place: str,
    action: Action,
    by: str,
    state: State,
    step: int,
    draft: Plan,
    people: SimpleNamespace,
) -> None:
    plan = bring_to(draft, place, people)

    after = perform(plan, action, by=getattr(people, by), at=LATER, comment="Because")

    event = plan.events.first()
    stored = Plan.objects.get(pk=plan.pk)
    assert (after.state, after.step) == (stored.state, stored.step) == (state, step)
    assert stored.correction == (1 if action == Action.AMEND else 0)
    assert stored.changed_at == LATER
    assert (event.action, event.by, event.at) == (action, getattr(people, by), LATER)
    assert event.detail["comment"] == "Because"


@pytest.mark.parametrize("action", [Action.RETURN, Action.AMEND])
def test_some_actions_ask_for_a_reason(
    action: Action, draft: Plan, people: SimpleNamespace
) -> None:
    place, by = {
        Action.RETURN: ("director", people.approver),
        Action.AMEND: ("approved", people.planning_officer),
    }[action]
    plan = bring_to(draft, place, people)

    with pytest.raises(ReasonMissing):
        perform(plan, action, by=by, at=LATER, comment="  ")

    assert Plan.objects.get(pk=plan.pk).state == plan.state


# --- nobody decides their own ------------------------------------------------------------------


def test_who_submitted_does_not_decide(draft: Plan, people: SimpleNamespace) -> None:
    Membership.objects.create(
        user=people.approver, unit=draft.organisation_unit, role=Role.AUTHOR, started_at=NOW
    )
    plan = perform(draft, Action.SUBMIT, by=people.approver, at=NOW)

    for action in (Action.APPROVE, Action.RETURN):
        with pytest.raises(NotAllowed, match="Nobody decides a version that they submitted"):
            perform(plan, action, by=people.approver, at=LATER, comment="x")


def test_who_wrote_everything_does_not_decide(
    unit: OrganisationUnit, people: SimpleNamespace
) -> None:
    plan = store(unit, by=people.approver, sections=[section_value("narrative")])
    plan = perform(plan, Action.SUBMIT, by=people.author, at=NOW)

    assert is_own_work(people.approver, plan)
    assert allowed_actions(plan, people.approver) == []


def test_only_saves_since_the_last_version_make_it_ones_own(
    draft: Plan, people: SimpleNamespace
) -> None:
    give_authorship(people.approver, draft)
    plan = bring_to(draft, "director", people)
    plan = perform(plan, Action.RETURN, by=people.approver, at=LATER, comment="Say more")
    write(plan, by=people.approver, at=LATER + timedelta(hours=1))

    plan = perform(plan, Action.SUBMIT, by=people.author, at=LATER + timedelta(hours=2))
    assert is_own_work(people.approver, plan)

    plan = perform(plan, Action.WITHDRAW, by=people.author, at=LATER + timedelta(hours=3))
    write(plan, by=people.author, at=LATER + timedelta(hours=4))
    plan = perform(plan, Action.SUBMIT, by=people.planning_officer, at=LATER + timedelta(hours=5))
    assert not is_own_work(people.approver, plan)
    assert is_own_work(people.author, plan)


def test_to_start_a_plan_or_add_a_section_is_not_to_write_it(
    unit: OrganisationUnit, people: SimpleNamespace
) -> None:
    plan_format = PlanFormat.objects.create(slug="short", name="Short")
    FormatSection.objects.create(
        format=plan_format, position=0, key="purpose", title="Purpose", kind="narrative"
    )
    officer = people.planning_officer
    plan = start_plan(
        plan_format, organisation_unit=unit, year="2008/09", title="Plan", by=officer, at=NOW
    )
    add_section(plan, kind="risks", title="Risks", by=officer, at=NOW)
    give_authorship(people.approver, plan)
    write(plan, by=people.approver, at=LATER)

    plan = perform(plan, Action.SUBMIT, by=people.author, at=LATER + timedelta(hours=1))

    assert is_own_work(people.approver, plan)


def give_authorship(user: User, plan: Plan) -> None:
    Membership.objects.create(
        user=user, unit=plan.organisation_unit, role=Role.AUTHOR, started_at=NOW
    )


def write(plan: Plan, *, by: User, at: datetime) -> None:
    section = plan.sections.get(kind="narrative")
    change = {**section_at(section, section.revision), "lead": f"Written at {at}"}
    number = section.revision
    save_section(section, change, base_revision=number, save_id=str(at), by=by, at=at)


# --- what submission freezes -------------------------------------------------------------------


def test_submission_freezes_the_plan(draft: Plan, people: SimpleNamespace) -> None:
    before = write_plan_file(read_plan(draft)).decode()

    perform(draft, Action.SUBMIT, by=people.author, at=NOW)
    version = draft.versions.get()

    assert (version.number, version.correction, version.submitted_by) == (1, 0, people.author)
    assert version.plan_file == before
    assert version.digest == hashlib.sha256((before + version.tree).encode()).hexdigest()
    assert codec.to_json(codec.from_json(version.tree.encode())).decode() == version.tree
    assert version.revisions == {str(s.pk): s.revision for s in draft.sections.all()}


def test_a_version_outlasts_what_is_written_later(draft: Plan, people: SimpleNamespace) -> None:
    plan = bring_to(draft, "director", people)
    version = plan.versions.get()
    plan = perform(plan, Action.WITHDRAW, by=people.author, at=NOW)
    write(plan, by=people.author, at=LATER)

    perform(plan, Action.SUBMIT, by=people.author, at=LATER)

    first, second = Version.objects.filter(plan=plan).order_by("number")
    assert (first.number, second.number) == (1, 2)
    assert (first.plan_file, first.tree) == (version.plan_file, version.tree)
    assert first.digest != second.digest
    assert read_plan_file(first.plan_file.encode()).sections[0].head.lead == ""


def test_submission_marks_each_sections_revision(draft: Plan, people: SimpleNamespace) -> None:
    write(draft, by=people.author, at=NOW)

    perform(draft, Action.SUBMIT, by=people.author, at=NOW)

    revision = draft.sections.get(kind="narrative").revisions.first()
    assert (revision.number, revision.milestone) == (2, "Version 1")
    assert revision.snapshot["lead"] == f"Written at {NOW}"


def test_a_plan_with_errors_is_not_submitted(draft: Plan, people: SimpleNamespace) -> None:
    section = draft.sections.get(kind="narrative")
    body = '<p><span data-figure="nowhere.gross" data-style="£m"></span></p>'
    change = {**section_at(section, 1), "closing": body}
    save_section(section, change, base_revision=1, save_id="a", by=people.author, at=NOW)

    with pytest.raises(HasErrors) as raised:
        perform(draft, Action.SUBMIT, by=people.author, at=NOW)

    assert [(f.id, f.section) for f in raised.value.findings] == [("plans.E002", "narrative")]
    assert not Version.objects.exists()
    assert Plan.objects.get(pk=draft.pk).state == State.DRAFT


# --- decisions ---------------------------------------------------------------------------------


def test_a_decision_says_who_as_what_when_and_why(draft: Plan, people: SimpleNamespace) -> None:
    User.objects.filter(pk=people.cabinet_member.pk).update(post="Cabinet Member for Libraries")
    plan = bring_to(draft, "cabinet", people)
    member = User.objects.get(pk=people.cabinet_member.pk)

    perform(plan, Action.APPROVE, by=member, at=LATER, comment=" Agreed ", reference=" Minute 32 ")

    decision = Decision.objects.get(step=1)
    assert (decision.person, decision.post, decision.at) == (
        "Libraries cabinet_member",
        "Cabinet Member for Libraries",
        LATER,
    )
    assert (decision.step_title, decision.outcome) == ("Cabinet Member", "approved")
    assert (decision.comment, decision.reference) == ("Agreed", "Minute 32")


def test_a_return_reopens_the_sections_that_it_names(draft: Plan, people: SimpleNamespace) -> None:
    draft.sections.update(status=Section.Status.READY)
    plan = bring_to(draft, "director", people)
    reasons = [{"key": "budget", "title": "Budget", "comment": "Where are the posts?"}]

    perform(plan, Action.RETURN, by=people.approver, at=LATER, sections=reasons)

    assert dict(plan.sections.values_list("key", "status")) == {
        "narrative": "ready",
        "budget": "in_progress",
    }
    assert Decision.objects.get().section_comments == reasons


def test_a_decision_on_a_version_no_longer_before_one_is_refused(
    draft: Plan, people: SimpleNamespace
) -> None:
    plan = bring_to(draft, "director", people)
    plan = perform(plan, Action.WITHDRAW, by=people.author, at=NOW)
    plan = perform(plan, Action.SUBMIT, by=people.author, at=LATER)

    with pytest.raises(NotAllowed, match="A newer version was submitted"):
        perform(plan, Action.APPROVE, by=people.approver, at=LATER, version=1)

    perform(plan, Action.APPROVE, by=people.approver, at=LATER, version=2)
    assert Decision.objects.get().version.number == 2


def test_a_plan_without_a_format_asks_the_director_alone(
    unit: OrganisationUnit, people: SimpleNamespace
) -> None:
    plan = store(unit, by=people.section_lead, sections=[section_value("narrative")])
    plan = perform(plan, Action.SUBMIT, by=people.author, at=NOW)
    assert current_step(plan) == {"role": "approver", "title": "Director"}

    plan = perform(plan, Action.APPROVE, by=people.approver, at=LATER)

    assert plan.state == State.APPROVED
    assert current_step(plan) is None


# --- e-mail ------------------------------------------------------------------------------------


def mailed() -> dict[str, str]:
    """Return the subjects in the outbox by recipient."""
    jobs = Job.objects.filter(kind=Job.Kind.MAIL).order_by("pk")
    return {job.detail["to"].split("@")[0]: job.detail["subject"] for job in jobs}


@pytest.mark.parametrize(
    ("place", "action", "by", "subjects"),
    [
        ("draft", Action.SUBMIT, "author", {"libraries.approver": "For your decision: {}"}),
        ("director", Action.WITHDRAW, "author",
         {"libraries.approver": "Withdrawn from review: {}"}),
        ("director", Action.RETURN, "approver",
         {"libraries.author": "Returned with reasons: {}"}),
        ("director", Action.APPROVE, "approver",
         {"libraries.author": "Approved by the Director: {}",
          "libraries.cabinet_member": "For your decision: {}"}),
        ("cabinet", Action.APPROVE, "cabinet_member",
         {"libraries.author": "Approved by the Cabinet Member: {}",
          "libraries.planning_officer": "Ready to publish: {}"}),
        ("published", Action.AMEND, "planning_officer",
         {"libraries.author": "To be corrected: {}"}),
        ("published", Action.SUPERSEDE, "planning_officer", {}),
    ],
)  # fmt: skip
def test_who_is_told_of_what(
    place: str,
    action: Action,
    by: str,
    subjects: dict[str, str],
    draft: Plan,
    people: SimpleNamespace,
) -> None:
    plan = bring_to(draft, place, people)
    Job.objects.all().delete()

    perform(plan, action, by=getattr(people, by), at=LATER, comment="Because of <this>")

    name = "Annual Operating Plan 2008/09, Libraries"
    assert mailed() == {to: subject.format(name) for to, subject in subjects.items()}
    for job in Job.objects.all():
        assert f"{settings.SITE_ADDRESS}/plans/{plan.pk}/" in job.detail["body"]


def test_a_mail_carries_the_reasons_as_they_were_written(
    draft: Plan, people: SimpleNamespace
) -> None:
    plan = bring_to(draft, "director", people)
    Job.objects.all().delete()
    reasons = [{"key": "budget", "title": "Budget", "comment": "Gross < net & odd"}]

    perform(plan, Action.RETURN, by=people.approver, at=LATER, comment="Almost.", sections=reasons)

    body = Job.objects.get().detail["body"]
    assert "Almost.\n" in body
    assert "Budget: Gross < net & odd\n" in body


def test_a_mail_waits_for_its_transaction_and_is_sent_once(
    draft: Plan, people: SimpleNamespace, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        perform(draft, Action.SUBMIT, by=people.author, at=NOW)
        assert mail.outbox == []

    [message] = mail.outbox
    job = Job.objects.get()
    assert message.to == ["libraries.approver@example.org"]
    assert message.from_email == settings.DEFAULT_FROM_EMAIL
    assert (job.state, job.attempts) == (Job.State.DONE, 1)
    assert run_job(job.pk) == "not free"
    assert len(mail.outbox) == 1


def test_someone_deactivated_is_not_written_to(draft: Plan, people: SimpleNamespace) -> None:
    User.objects.filter(pk=people.approver.pk).update(is_active=False)

    perform(draft, Action.SUBMIT, by=people.author, at=NOW)

    assert mailed() == {}


# --- rows that never change --------------------------------------------------------------------


@pytest.fixture
def frozen(draft: Plan, people: SimpleNamespace) -> dict[str, models.Model]:
    """A version, a decision and an edition of one plan, by table."""
    plan = bring_to(draft, "approved", people)
    version = plan.versions.get()
    edition = make_edition(version, by=people.planning_officer)
    form = EditionFile(edition=edition, format="html", digest="0" * 64, bytes=4)
    form.file.save("edition-1.html", ContentFile(b"<p/>"), save=False)
    form.save(force_insert=True)
    rows = [version, version.decisions.first(), edition, form]
    return {row._meta.db_table: row for row in rows}


COLUMNS = {
    "plans_version": "digest",
    "plans_decision": "person",
    "plans_edition": "reason",
    "plans_editionfile": "digest",
}


@pytest.mark.parametrize("table", _frozen_rows.TABLES)
def test_a_frozen_row_is_not_changed_through_its_model(
    table: str, frozen: dict[str, models.Model]
) -> None:
    row = frozen[table]

    setattr(row, COLUMNS[table], "forged")
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        row.save()
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        type(row).objects.update(**{COLUMNS[table]: "forged"})

    assert getattr(type(row).objects.get(pk=row.pk), COLUMNS[table]) != "forged"


@pytest.mark.parametrize("table", _frozen_rows.TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = 'forged'", "DELETE FROM {}"])
def test_a_frozen_row_is_not_changed_by_sql(
    statement: str, table: str, frozen: dict[str, models.Model]
) -> None:
    sql = statement.format(table, COLUMNS[table])

    with (
        pytest.raises(IntegrityError, match="never changes"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)

    assert type(frozen[table]).objects.count() >= 1


def test_an_edition_is_not_deleted_through_its_model(frozen: dict[str, models.Model]) -> None:
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        frozen["plans_editionfile"].delete()
    with pytest.raises(ProtectedError), transaction.atomic():
        frozen["plans_edition"].delete()

    assert Edition.objects.count() == 1


def test_every_frozen_table_has_its_triggers_after_all_migrations(db: None) -> None:
    sql = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.vendor]

    with connection.cursor() as cursor:
        cursor.execute(sql)
        names = {name for (name,) in cursor.fetchall()}

    assert names == {
        _frozen_rows.trigger_name(table, event)
        for table in _frozen_rows.TABLES
        for event in _frozen_rows.EVENTS
    }
    assert len(names) == 8


def test_events_hold_json_that_can_be_read_again(draft: Plan, people: SimpleNamespace) -> None:
    bring_to(draft, "approved", people)

    actions = [e.action for e in Event.objects.filter(plan=draft).order_by("pk")]

    assert actions == ["import", "submit", "approve", "approve"]
    assert all(json.dumps(e.detail) for e in draft.events.all())
