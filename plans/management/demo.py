"""The demo: an invented council with its people, formats and three plans, each with a past.

Everything goes the way that it goes on screen: plan files are read as `import_plan` reads them,
states change through `workflow.perform`, only the days are invented. The published plan keeps
the days of its year; the two that are being worked on lie around the day of loading, so that
what is due is due soon.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import OrganisationUnit, User
from accounts.services import create_user, give_role
from plans.models import Job, Plan, PlanYear, Section
from plans.permissions import WRITERS
from plans.planfile import RagRuleEntry, read_plan_file
from plans.registry import keep_rag_rules
from plans.services import (
    assign_section,
    find_or_make_organisation_unit,
    set_status,
    store_plan,
)
from plans.services.checklist import read_checklist, tick_line
from plans.services.findings import find_in_plan
from plans.services.formats import read_format, store_format
from plans.services.waivers import waive
from plans.tasks import run_job
from plans.workflow import Action, perform

FOLDER = settings.BASE_DIR / "demo"
PASSWORD = "wealdshire-plans-2008"  # noqa: S105 published on purpose; never loaded in production
LONDON = ZoneInfo("Europe/London")
OPENED_AT = datetime(2006, 11, 1, 9, tzinfo=LONDON)
Status = Section.Status


def read_people() -> list[dict[str, object]]:
    """Return the demo's people as demo/users.json has them."""
    people: list[dict[str, object]] = json.loads((FOLDER / "users.json").read_bytes())
    return people


def is_loaded() -> bool:
    """Whether the demo is in the database; it is stored as a whole or not at all."""
    emails = [person["email"] for person in read_people()]
    return User.objects.filter(email__in=emails).exists()


@transaction.atomic
def load() -> None:
    """Store the whole demo but for the printing of its edition, for which a job waits.

    :raises Faults: if a plan or format file of the demo cannot be read.
    :raises HasErrors: if a plan of the demo would not pass its checks.
    """
    for path in sorted((FOLDER / "formats").glob("*.json")):
        store_format(read_format(path.read_bytes()))
    plans = {path.stem: path.read_bytes() for path in sorted((FOLDER / "plans").glob("*.json"))}
    for data in plans.values():
        find_or_make_organisation_unit(read_plan_file(data).head)
    add_people()
    keep_rag_rules(read_rag_rules(), by=find("planning"), at=OPENED_AT)
    now = timezone.localtime()
    tell_2007(store("children-social-services-2007-08", at=day(2007, 1, 15)))
    tell_2008(store_now("children-social-services-2008-09", now=now), now=now)
    tell_2017(store_now("specialist-childrens-services-2017-18", now=now), now=now)
    written = Job.objects.filter(kind=Job.Kind.MAIL, by__email__endswith="@wealdshire.example")
    written.delete()  # nobody is at those addresses


def print_waiting_editions() -> None:
    """Print what the demo's plans publish, unless a worker does so already."""
    jobs = Job.objects.filter(kind=Job.Kind.PUBLISH, state=Job.State.WAITING)
    for pk in jobs.values_list("pk", flat=True):
        run_job(pk)


def day(year: int, month: int, number: int, hour: int = 10) -> datetime:
    return datetime(year, month, number, hour, tzinfo=LONDON)


def find(name: str) -> User:
    """Return the person whose address begins with `name`."""
    return User.objects.get(email=f"{name}@wealdshire.example")


def read_rag_rules() -> list[dict[str, object]]:
    """Return the council's RAG rules as demo/rag-rules.json has them, checked as a plan's are."""
    rules = [
        RagRuleEntry.model_validate(entry)
        for entry in json.loads((FOLDER / "rag-rules.json").read_bytes())
    ]
    return [rule.model_dump() for rule in rules]


def add_people() -> None:
    for person in read_people():
        user = create_user(
            email=person["email"],
            name=person["name"],
            post=person["post"],
            password=PASSWORD,
            by=None,
            at=OPENED_AT,
        )
        for held in person["roles"]:
            unit = OrganisationUnit.objects.get(name=held["unit"], level=held["level"])
            give_role(user, held["role"], unit, by=None, at=OPENED_AT)


def store_now(name: str, *, now: datetime) -> Plan:
    """Import a plan that is being worked on: begun three weeks ago, due in two."""
    at = now - timedelta(days=22)
    return store(name, at=at, due_on=now.date() + timedelta(days=14))


def store(name: str, *, at: datetime, due_on: date | None = None) -> Plan:
    """Import one plan file of the demo; the business support officer typed it."""
    data = read_plan_file((FOLDER / "plans" / f"{name}.json").read_bytes())
    begins = int(data.head.year[:4])
    PlanYear.objects.get_or_create(
        year=data.head.year,
        defaults={"opens_on": date(begins - 1, 11, 1), "due_on": date(begins, 3, 7)},
    )
    unit = find_or_make_organisation_unit(data.head)
    return store_plan(data, organisation_unit=unit, by=find("support"), at=at, due_on=due_on)


# --- what happened to each plan ----------------------------------------------------------------


def tell_2007(plan: Plan) -> None:
    """Written, approved in both steps and published before its year began."""
    assign(plan, due_on=date(2007, 2, 16), at=day(2007, 1, 16))
    finish_sections(plan, at=day(2007, 2, 20))
    tick_checklist(plan, at=day(2007, 2, 22))
    perform(plan, Action.SUBMIT, by=find("manager"), at=day(2007, 2, 23, 16))
    perform(
        plan,
        Action.APPROVE,
        by=find("director"),
        at=day(2007, 3, 5, 11),
        comment="Clear about what the districts will do differently. Agreed as it stands.",
    )
    perform(
        plan,
        Action.APPROVE,
        by=find("cabinet"),
        at=day(2007, 3, 19, 14),
        reference="Cabinet, 19 March 2007, minute 24",
    )
    perform(plan, Action.PUBLISH, by=find("planning"), at=day(2007, 3, 26, 9))


def tell_2008(plan: Plan, *, now: datetime) -> None:
    """Half-written: leads are asked, most sections are ready, two tables are late."""
    assign(plan, due_on=now.date() + timedelta(days=5), at=now - timedelta(days=21))
    plan.sections.filter(kind__in=("risks", "staffing")).update(
        due_on=now.date() - timedelta(days=2)
    )
    statuses = (Status.READY, Status.IN_PROGRESS, Status.READY)
    at = now - timedelta(days=2)
    for index, section in enumerate(plan.sections.select_related("assigned_to", "plan")):
        is_late = section.kind in ("risks", "staffing")
        status = Status.IN_PROGRESS if is_late else statuses[index % len(statuses)]
        set_status(section, status, by=section.assigned_to, at=at)
        at += timedelta(minutes=17)
    tick_checklist(plan, first=3, at=at)
    let_stand(
        plan,
        "budgets.W016",
        "staffing",
        reason="The grading list counts in halves; the 7.6 of the budget is exact.",
        by=find("hr"),
        at=at + timedelta(minutes=17),
    )
    find_in_plan(Plan.objects.get(pk=plan.pk))  # so that the first list says how much was found


def tell_2017(plan: Plan, *, now: datetime) -> None:
    """With the director for three days."""
    assign(plan, due_on=now.date() - timedelta(days=4), at=now - timedelta(days=21))
    finish_sections(plan, at=now - timedelta(days=5))
    tick_checklist(plan, first=7, at=now - timedelta(days=4))
    let_stand(
        plan,
        "plans.W033",
        "commissioning",
        reason="The framework runs on under its present terms until the new contracts begin; "
        "only their award waits for March.",
        by=find("commissioning"),
        at=now - timedelta(days=4, hours=-1),
    )
    let_stand(
        plan,
        "performance.W103",
        "kpis",
        reason="Few children are adopted in a year, so one long search moves the average by "
        "weeks. The year before was better than we can promise again.",
        by=find("performance"),
        at=now - timedelta(days=4, hours=-2),
    )
    perform(
        plan,
        Action.SUBMIT,
        by=find("manager"),
        at=now - timedelta(days=3),
        comment="Complete but for the targets that wait for the outturn in May.",
    )


def assign(plan: Plan, *, due_on: date, at: datetime) -> None:
    """Ask for every section the person whose post leads it; tables of activity and whatever
    nobody's post leads fall to the authors."""
    writers = {user.post: user for user in writers_of(plan)}
    posts = {**writers, "Performance Manager": find("performance")}
    for section in plan.sections.all():
        fallback = find("support" if section.kind == "activity" else "manager")
        assign_section(
            section,
            assigned_to=posts.get(section.lead, fallback),
            due_on=due_on,
            reserved=False,
            by=find("manager"),
            at=at,
        )


def finish_sections(plan: Plan, *, at: datetime) -> None:
    for section in plan.sections.select_related("assigned_to", "plan"):
        set_status(section, Status.READY, by=section.assigned_to, at=at)


def tick_checklist(plan: Plan, *, first: int | None = None, at: datetime) -> None:
    """Let the manager tick the first lines of the checklist, all of them unless it is said."""
    for line in read_checklist(plan).lines[:first]:
        tick_line(plan, line.digest, by=find("manager"), at=at)


def let_stand(plan: Plan, check: str, section: str, *, reason: str, by: User, at: datetime) -> None:
    """Waive the one finding of a check in a section.

    :raises ValueError: if there is not exactly one.
    """
    found = [each.finding for each in find_in_plan(plan).found]
    [fingerprint] = [f.fingerprint for f in found if (f.id, f.section) == (check, section)]
    waive(plan, fingerprint, reason=reason, by=by, at=at)


def writers_of(plan: Plan) -> Iterator[User]:
    """Yield everyone who may be asked for a section of the plan."""
    roles = ("section_lead", *WRITERS)
    units = plan.organisation_unit.ancestors
    users = User.objects.filter(memberships__unit__in=units, memberships__role__in=roles)
    yield from users.distinct()
