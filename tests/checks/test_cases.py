"""Every sort of finding: found where it is, not found where it is not, and told in the guide."""

import os

import pytest

from plans.checks import checks, get_check
from plans.checks.paths import path_in_file
from tests.checks import all_cases
from tests.checks.cases import Case
from tests.checks.guide import GUIDE, write_guide

pytestmark = pytest.mark.django_db
PARAMETERS = [pytest.param(each, id=f"{each.check} {each.fails.__name__}") for each in all_cases()]


def test_every_sort_of_finding_has_a_case() -> None:
    assert {each.check for each in all_cases()} == {check.id for check in checks()}


@pytest.mark.parametrize("case", PARAMETERS)
def test_a_good_plan_has_no_such_finding(case: Case) -> None:
    assert case.read(failing=False)[1] == []


@pytest.mark.parametrize("case", PARAMETERS)
def test_a_failing_plan_has_it_at_a_place(case: Case) -> None:
    plan, found = case.read(failing=True)

    assert found
    for finding in found:
        assert finding.level is get_check(case.check).level
        assert finding.message.endswith((".", "?"))
        top = 2 if finding.section else bool(finding.path)
        assert len(path_in_file(finding, plan)) == len(finding.path) + top


def test_the_guide_is_what_the_checks_make_it() -> None:
    page = write_guide(all_cases())
    if os.environ.get("WRITE_GUIDE"):
        GUIDE.write_text(page, encoding="utf-8")

    assert GUIDE.read_text(encoding="utf-8") == page
