"""Who may do what with a plan: rules as functions of a person, a plan and a section.

Read-only questions; the database is asked through the person's roles, once a request.
"""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import Membership, User
from accounts.permissions import has_role, units_with_role
from plans.models import ROLES_THAT_SEE_DRAFTS, Comment, Job, Plan, Section

Role = Membership.Role
WRITERS = (Role.AUTHOR, Role.PLANNING_OFFICER)
APPROVERS = (Role.APPROVER, Role.CABINET_MEMBER)
ERROR = 30  # plans.checks.Level.ERROR, which permissions may not import


def can_read_draft(user: User, plan: Plan) -> bool:
    """Whether `user` reads the working copy and versions, not only editions."""
    return has_role(user, plan.organisation_unit_id, *ROLES_THAT_SEE_DRAFTS)


def readers_of_draft(plan: Plan) -> QuerySet[User]:
    """Return everybody who reads the working copy, by name."""
    units = [unit.pk for unit in plan.organisation_unit.ancestors]
    held = Membership.objects.active().filter(role__in=ROLES_THAT_SEE_DRAFTS, unit__in=units)
    return User.objects.filter(pk__in=held.values("user"), is_active=True)


def can_comment(user: User, plan: Plan) -> bool:
    """Whether `user` reads and writes comments: whoever reads the draft, whatever its state."""
    return can_read_draft(user, plan)


def can_change_comment(user: User, comment: Comment) -> bool:
    """Whether `user` may edit or remove a comment: only one's own, while one may comment at all."""
    is_own = comment.by_id == user.pk and comment.removed_at is None
    return is_own and can_comment(user, comment.section.plan)


def can_manage(user: User, plan: Plan) -> bool:
    """Whether `user` shapes the plan: its sections, leads, due dates and facts."""
    return is_author(user, plan) or is_planning_officer(user, plan)


def is_author(user: User, plan: Plan) -> bool:
    return has_role(user, plan.organisation_unit_id, Role.AUTHOR)


def is_planning_officer(user: User, plan: Plan) -> bool:
    return has_role(user, plan.organisation_unit_id, Role.PLANNING_OFFICER)


def can_write(user: User, section: Section) -> bool:
    """Whether `user` may ever save this section; the plan's state is another question.

    The assigned person may, while they hold a role there; authors and planning officers may, but
    authors not in a section that is reserved to somebody else.
    """
    plan = section.plan
    if section.assigned_to_id == user.pk:
        return has_role(user, plan.organisation_unit_id, Role.SECTION_LEAD, *WRITERS)
    if is_planning_officer(user, plan):
        return True
    return is_author(user, plan) and not (section.reserved and section.assigned_to_id)


def can_waive(user: User, plan: Plan, section: Section | None, level: int) -> bool:
    """Whether `user` may let a finding stand: a planning officer any, whoever writes the section
    what is no error. `section` is None for a finding about the whole plan."""
    if is_planning_officer(user, plan):
        return True
    if level >= ERROR:
        return False
    return can_write(user, section) if section else is_author(user, plan)


def can_cancel(user: User, job: Job) -> bool:
    """Whether `user` may end a job of a plan: a printing of their own, or any as an officer."""
    plan = job.plan
    if plan is None:
        return False
    is_own = job.kind == Job.Kind.PRINT and job.by_id == user.pk
    return (is_own and can_read_draft(user, plan)) or is_planning_officer(user, plan)


def is_open(plan: Plan) -> bool:
    """Whether the plan's sections may change at all."""
    return plan.state == Plan.State.DRAFT


def units_to_start_in(user: User) -> set[int]:
    """Return the organisation units in which `user` may start or import a plan."""
    return units_with_role(user, *WRITERS)
