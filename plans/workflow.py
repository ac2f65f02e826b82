"""The life of a plan: its actions, who may take them, and from which state.

draft -submit-> in review -approve (each step)-> approved -publish-> published -supersede->
  ^-----return, withdraw------'                      '----amend (correction + 1)----> draft

An action that is taken leaves an event; one that is not allowed changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction

from accounts.models import Membership, User
from accounts.permissions import has_role
from documents import codec
from plans.checks import Finding, Level
from plans.models import Decision, Event, Job, Plan, Section, SectionRevision, Version
from plans.permissions import can_manage, is_author, is_planning_officer
from plans.services.findings import find_in_plan
from plans.services.imprints import make_imprint
from plans.services.jobs import add_job
from plans.services.mail import holders, post_mail
from plans.services.storing import STARTED
from plans.services.structure import ADDED
from plans.services.taking import take_plan
from plans.services.versions import freeze
from plans.tasks import queue

State = Plan.State
Role = Membership.Role


class Action(models.TextChoices):
    SUBMIT = "submit", "Submit for review"
    WITHDRAW = "withdraw", "Withdraw"
    RETURN = "return", "Return with reasons"
    APPROVE = "approve", "Approve"
    PUBLISH = "publish", "Publish"
    AMEND = "amend", "Amend"
    SUPERSEDE = "supersede", "Mark as superseded"
    ARCHIVE = "archive", "Archive"


class NotAllowed(Exception):
    """The plan is in another state, or the person may not take this action; the reason is said."""


class HasErrors(Exception):
    """The plan has findings that stop submission; they are in `findings`."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(f"{len(findings)} errors")
        self.findings = tuple(findings)


class ReasonMissing(ValueError):
    """The action asks for a reason in words and was given none."""


@dataclass(frozen=True, slots=True)
class Request:
    """One wish to act. `sections`: reasons by section, [{"key", "title", "comment"}]."""

    plan: Plan
    by: User
    at: datetime
    comment: str = ""
    reference: str = ""
    sections: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Transition:
    sources: tuple[State, ...]
    may: Callable[[User, Plan], bool]
    take: Callable[[Request], list[Job]]
    needs_reason: bool = False


# --- who ---------------------------------------------------------------------------------------


def _is_asked(user: User, plan: Plan) -> bool:
    """Whether the present step asks for a role that `user` holds, and the work is not their own."""
    step = current_step(plan)
    if step is None or not has_role(user, plan.organisation_unit_id, step["role"]):
        return False
    return not is_own_work(user, plan)


def _may_publish(user: User, plan: Plan) -> bool:
    return is_planning_officer(user, plan) and publishing_job(plan) is None


def may_ever(user: User, action: Action, plan: Plan) -> bool:
    """Whether `user` holds a role that takes `action`, whatever the plan's state and history."""
    if action in (Action.APPROVE, Action.RETURN):
        roles = [step["role"] for step in plan.approval_steps]
    elif action in (Action.SUBMIT, Action.ARCHIVE):
        roles = [Role.AUTHOR, Role.PLANNING_OFFICER]
    else:
        roles = [Role.AUTHOR] if action == Action.WITHDRAW else [Role.PLANNING_OFFICER]
    return has_role(user, plan.organisation_unit_id, *roles)


def current_step(plan: Plan) -> dict[str, str] | None:
    """Return the approval step that the plan waits at; None outside review."""
    steps = plan.approval_steps
    return steps[plan.step] if plan.state == State.IN_REVIEW and plan.step < len(steps) else None


def is_own_work(user: User, plan: Plan) -> bool:
    """Whether `user` submitted the latest version, or made every save since the one before.

    Starting the plan and adding an empty section are not saves; a version that was submitted
    again as it stood is not the one before.
    """
    version, *earlier = plan.versions.only("submitted_by", "submitted_at", "revisions", "plan")
    if version.submitted_by_id == user.pk:
        return True
    before = next((other for other in earlier if other.revisions != version.revisions), None)
    since = {"at__gt": before.submitted_at} if before else {}
    revisions = SectionRevision.objects.filter(section__plan=plan, **since)
    saves = revisions.exclude(milestone__in=(STARTED, ADDED))
    return saves.exists() and not saves.exclude(by=user).exists()


def publishing_job(plan: Plan) -> Job | None:
    """Return the job that is publishing the plan now; None if there is none."""
    active = [Job.State.WAITING, Job.State.RUNNING]
    return plan.jobs.filter(kind=Job.Kind.PUBLISH, state__in=active).first()


def allowed_actions(plan: Plan, user: User) -> list[Action]:
    """Return what `user` may do with the plan as it stands, in the order of TRANSITIONS."""
    return [
        action
        for action, transition in TRANSITIONS.items()
        if plan.state in transition.sources and transition.may(user, plan)
    ]


# --- what --------------------------------------------------------------------------------------


def _submit(request: Request) -> list[Job]:
    plan = request.plan
    errors = find_in_plan(plan).standing(Level.ERROR)
    if errors:
        raise HasErrors(errors)
    version = freeze(plan, by=request.by, at=request.at)
    plan.state, plan.step = State.IN_REVIEW, 0
    _note(request, Action.SUBMIT, version=version.number)
    return _ask_next(request)


def _withdraw(request: Request) -> list[Job]:
    asked = _asked_people(request.plan)
    request.plan.state, request.plan.step = State.DRAFT, 0
    _note(request, Action.WITHDRAW)
    return _mail(request, "withdrawn", asked)


def _return(request: Request) -> list[Job]:
    _decide(request, Decision.Outcome.RETURNED)
    request.plan.state, request.plan.step = State.DRAFT, 0
    _reopen_sections(request)
    _note(request, Action.RETURN)
    return _mail(request, "returned", _authors(request.plan), sections=list(request.sections))


def _approve(request: Request) -> list[Job]:
    plan = request.plan
    decision = _decide(request, Decision.Outcome.APPROVED)
    plan.step += 1
    _note(request, Action.APPROVE, step=decision.step_title, reference=request.reference)
    last = plan.step >= len(plan.approval_steps)
    jobs = _mail(request, "approved", _authors(plan), decision=decision, last=last)
    if not last:
        return [*jobs, *_ask_next(request)]
    plan.state, plan.step = State.APPROVED, 0
    officers = holders(Role.PLANNING_OFFICER, plan.organisation_unit)
    return [*jobs, *_mail(request, "to_publish", officers)]


def _publish(request: Request) -> list[Job]:
    version = _latest_version(request.plan)
    imprint = make_imprint(version, at=request.at, reason=_reason_for_correction(request.plan))
    detail = {
        "imprint": codec.dump_imprint(imprint),
        "reason": _reason_for_correction(request.plan),
    }
    _note(request, Action.PUBLISH, version=version.number)
    job = add_job(
        Job.Kind.PUBLISH,
        by=request.by,
        at=request.at,
        plan=request.plan,
        version=version,
        detail=detail,
    )
    return [job]


def _amend(request: Request) -> list[Job]:
    plan = request.plan
    plan.state, plan.step = State.DRAFT, 0
    plan.correction += 1
    _note(request, Action.AMEND, correction=plan.correction)
    return _mail(request, "amended", _authors(plan))


def _supersede(request: Request) -> list[Job]:
    request.plan.state = State.SUPERSEDED
    _note(request, Action.SUPERSEDE)
    return []


def _archive(request: Request) -> list[Job]:
    request.plan.state = State.ARCHIVED
    _note(request, Action.ARCHIVE)
    return []


TRANSITIONS: dict[Action, Transition] = {
    Action.SUBMIT: Transition((State.DRAFT,), can_manage, _submit),
    Action.APPROVE: Transition((State.IN_REVIEW,), _is_asked, _approve),
    Action.RETURN: Transition((State.IN_REVIEW,), _is_asked, _return, needs_reason=True),
    Action.WITHDRAW: Transition((State.IN_REVIEW,), is_author, _withdraw),
    Action.PUBLISH: Transition((State.APPROVED,), _may_publish, _publish),
    Action.AMEND: Transition(
        (State.APPROVED, State.PUBLISHED), _may_publish, _amend, needs_reason=True
    ),
    Action.SUPERSEDE: Transition((State.PUBLISHED,), is_planning_officer, _supersede),
    Action.ARCHIVE: Transition((State.DRAFT,), can_manage, _archive),
}


@transaction.atomic
def perform(
    plan: Plan,
    action: Action,
    *,
    by: User,
    at: datetime,
    comment: str = "",
    reference: str = "",
    sections: Sequence[dict[str, str]] = (),
    version: int | None = None,
) -> Plan:
    """Take `action` on `plan` and return it as it then is, or raise and change nothing.

    `version`: the number of the version that the person looked at; a decision on any other is
    refused. `sections`: reasons section by section, for a return.

    :raises NotAllowed: if the plan's state, its version or the person's role forbids it.
    :raises HasErrors: on submit, if a check finds an error.
    :raises ReasonMissing: if the action needs a reason and none is given.
    """
    plan = take_plan(plan.pk)
    transition = TRANSITIONS[action]
    if plan.state not in transition.sources:
        raise NotAllowed(f"The plan is “{plan.get_state_display()}” by now.")
    if version is not None and _latest_version(plan).number != version:
        raise NotAllowed("A newer version was submitted since you opened this page.")
    if not transition.may(by, plan):
        raise NotAllowed(_why_not(plan, action, by))
    comment = comment.strip()
    if transition.needs_reason and not comment and not sections:
        raise ReasonMissing("Say why, so that the authors know what to do.")
    request = Request(plan, by, at, comment, reference.strip(), tuple(sections))
    jobs = transition.take(request)
    plan.changed_at = at
    plan.save(update_fields=["state", "step", "correction", "changed_at"])
    queue(jobs)
    return plan


def _why_not(plan: Plan, action: Action, by: User) -> str:
    if action in (Action.APPROVE, Action.RETURN):
        step = current_step(plan)
        if step and has_role(by, plan.organisation_unit_id, step["role"]):
            return "Nobody decides a version that they submitted or wrote alone."
        return f"This step asks the {step['title'] if step else 'approver'}."
    if action == Action.PUBLISH and publishing_job(plan):
        return "The plan is being published already."
    return f"You may not take this action: {action.label}."


def _latest_version(plan: Plan) -> Version:
    version = plan.versions.first()
    if version is None:
        raise NotAllowed("The plan has not been submitted yet.")
    return version


def _decide(request: Request, outcome: Decision.Outcome) -> Decision:
    step = current_step(request.plan)
    return Decision.objects.create(
        version=_latest_version(request.plan),
        step=request.plan.step,
        step_title=step["title"] if step else "",
        outcome=outcome,
        by=request.by,
        person=request.by.name,
        post=request.by.post,
        at=request.at,
        comment=request.comment,
        reference=request.reference,
        section_comments=list(request.sections),
    )


def _reopen_sections(request: Request) -> None:
    """Put the sections that were returned by name back to "In progress"."""
    keys = [entry["key"] for entry in request.sections]
    named = request.plan.sections.present().filter(key__in=keys)
    named.update(status=Section.Status.IN_PROGRESS)


def _reason_for_correction(plan: Plan) -> str:
    event = plan.events.filter(action=Action.AMEND).first()
    return event.detail.get("comment", "") if event else ""


def _note(request: Request, action: Action, **detail: Any) -> None:
    if request.comment:
        detail["comment"] = request.comment
    Event.objects.create(
        plan=request.plan, action=action.value, detail=detail, by=request.by, at=request.at
    )


# --- mail --------------------------------------------------------------------------------------


def _authors(plan: Plan) -> list[User]:
    return holders(Role.AUTHOR, plan.organisation_unit)


def _asked_people(plan: Plan) -> list[User]:
    step = current_step(plan)
    return holders(step["role"], plan.organisation_unit) if step else []


def _ask_next(request: Request) -> list[Job]:
    step = current_step(request.plan)
    return _mail(request, "asked", _asked_people(request.plan), step=step)


def _mail(request: Request, template: str, to: Sequence[User], **context: Any) -> list[Job]:
    others = [user for user in to if user.pk != request.by.pk]
    values = {"comment": request.comment, "reference": request.reference, **context}
    return post_mail(
        template, to=others, plan=request.plan, by=request.by, at=request.at, context=values
    )
