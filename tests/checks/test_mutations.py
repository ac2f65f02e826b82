"""How many of 500 random single faults in the demo's plans the checks find, by class and sort.

What a fault is and where it may be put is told in tests/checks/mutations. `-rP` shows the table.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from plans.checks import run_checks
from plans.planfile import read_plan, read_plan_file, write_plan_file
from plans.services import find_or_make_organisation_unit, store_plan
from tests.checks.mutations import Subject, draw_faults
from tests.demo.conftest import PLAN_2007, PLAN_2008, PLAN_2017, plan_path
from tests.factories import NOW, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

NAMES = (PLAN_2007, PLAN_2008, PLAN_2017)
FLOORS = {"arithmetic": 0.95, "references": 0.90, "dates": 0.90}
COUNTS = {"arithmetic": 200, "references": 150, "dates": 150}
FEW = 30  # of each class, in the quick run
SEED = 2008


@cache
def subjects() -> tuple[Subject, ...]:
    return tuple(Subject(name, read_plan_file(plan_path(name).read_bytes())) for name in NAMES)


def share_found(of_class: str, *, count: int) -> float:
    """Put faults into the plans, print how many of each sort are found, return the whole share."""
    drawn = draw_faults(of_class, subjects(), count=count, seed=SEED)
    assert len(drawn) == count
    put = Counter(sort for sort, _, _ in drawn)
    found = Counter(sort for sort, subject, fault in drawn if subject.finds(fault))
    for sort in put:
        print(f"{sort:<62}{found[sort]:>4} of {put[sort]:>3}")  # noqa: T201 seen with pytest -rP
    share = found.total() / count
    print(f"{of_class:<62}{found.total():>4} of {count:>3}{share:>8.1%}")  # noqa: T201
    return share


@pytest.mark.slow
@pytest.mark.parametrize("of_class", FLOORS)
def test_faults_are_found(of_class: str) -> None:
    assert share_found(of_class, count=COUNTS[of_class]) >= FLOORS[of_class]


@pytest.mark.parametrize("of_class", FLOORS)
def test_most_of_some_faults_are_found(of_class: str) -> None:
    assert share_found(of_class, count=FEW) >= 0.9


@pytest.mark.parametrize("name", NAMES)
def test_a_copy_in_a_file_has_the_same_findings(name: str) -> None:
    plan = read_plan_file(plan_path(name).read_bytes())

    copied = read_plan_file(write_plan_file(plan))

    assert run_checks(copied) == run_checks(plan)


@pytest.mark.parametrize("name", NAMES)
def test_a_copy_in_the_database_has_the_same_findings(name: str) -> None:
    plan = read_plan_file(plan_path(name).read_bytes())
    author = make_user("An Author")
    unit = find_or_make_organisation_unit(plan.head)
    stored = store_plan(plan, organisation_unit=unit, by=author, at=NOW)

    found = run_checks(read_plan(stored), pictures=frozenset())

    assert found == run_checks(plan, pictures=frozenset())
