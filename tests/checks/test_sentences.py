"""Sentences of findings that depend on how many things they are about."""

from __future__ import annotations

import pytest

from tests.checks import cases_budgets, cases_performance
from tests.checks.cases import Case, Change, PlanValue

pytestmark = pytest.mark.django_db


def costs_are_stated(plan: PlanValue) -> None:
    cases_budgets.stated(plan)["controllable"] = {"employee": "99,999.0", "gross": "99,999.0"}


def test_several_things_are_stated_and_one_is() -> None:
    _, found = Case("budgets.W001", costs_are_stated).read(failing=True)

    said = [each.message.partition(", but")[0] for each in found]
    assert said == [
        "North Team: employee costs are stated as 99,999.0",
        "North Team: gross expenditure is stated as 99,999.0",
    ]


def one_row_is_to_be_set(plan: PlanValue) -> None:
    cases_performance.cells(plan, 0)["c2"] = "to be set"
    cases_performance.cells(plan, 2)["c2"] = "0.0"


def both_rows_are_to_be_set(plan: PlanValue) -> None:
    one_row_is_to_be_set(plan)
    cases_performance.cells(plan, 1)["c2"] = "to be set"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (one_row_is_to_be_set, "but 1 of the 2 rows that it adds has no number yet."),
        (both_rows_are_to_be_set, "but none of the 2 rows that it adds has a number yet."),
    ],
)
def test_rows_without_a_number_are_counted(change: Change, said: str) -> None:
    _, found = Case("performance.W002", change).read(failing=True)

    assert [each.message for each in found if each.message.endswith(said)]
