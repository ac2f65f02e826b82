"""A plan in which the checks find an error, a warning and advice, for the tests of findings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from accounts.models import OrganisationUnit, User
from plans.checks import Finding
from plans.models import Plan
from plans.services import save_section
from plans.services.findings import find_in_plan
from tests.factories import NOW
from tests.plans.samples import object_of, section_value, store

WRONG_TOTAL = "performance.E001"
PLACEHOLDER = "plans.W052"
SHORT_YEAR = "plans.A030"


def store_faulty(unit: OrganisationUnit, *, by: User) -> Plan:
    """Store a plan with a total that is wrong by one, a placeholder, a year in two digits."""
    words = section_value("narrative", title="Purpose")
    words["content"]["body"] = "<p>The library opens on TBC.</p>"
    table = section_value("activity", title="Loans")
    table["content"]["rows"][-1]["cells"] = {"c1": "21"}
    register = section_value("register", rows=1, title="Decisions")
    register["content"]["columns"][1]["label"] = "Decided"
    register["content"]["rows"][-1]["cells"] = {"name": "Opening hours", "ends": "30/09/08"}
    return store(unit, by=by, sections=[words, table, register])


def find(plan: Plan, check: str) -> Finding:
    """Return what is found now under the id of a check, the first of it."""
    found = [each.finding for each in find_in_plan(plan).found]
    return next(finding for finding in found if finding.id == check)


def change(plan: Plan, key: str, edit: Callable[[dict[str, Any]], object], *, by: User) -> None:
    """Save what `edit` makes of a section's content."""
    section = plan.sections.get(key=key)
    value = object_of(section)
    edit(value["content"])
    base = section.revision
    save_section(section, value, base_revision=base, save_id=f"s{base}", by=by, at=NOW)


def set_total(plan: Plan, text: str, *, by: User) -> None:
    """Type the total of the loans, which is 20."""
    change(plan, "activity", lambda c: c["rows"][-1]["cells"].update(c1=text), by=by)


def set_date(plan: Plan, text: str, *, by: User) -> None:
    """Type when the opening hours are decided."""
    change(plan, "register", lambda c: c["rows"][-1]["cells"].update(ends=text), by=by)
