"""Rows of a file without ids become the rows of the section that they are."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from plans.content import identified_rows
from plans.matching import match_ids
from plans.planfile import read_plan_dict
from tests.plans.samples import KINDS, plan_value, section_value

pytestmark = pytest.mark.django_db  # the council's risk schemes


def sample(kind: str) -> dict[str, Any]:
    notes = [{"mark": "1", "text": "<p>One.</p>"}]
    value = plan_value([section_value(kind, rows=3, notes=notes)])
    return read_plan_dict(value).sections[0].as_dict()


def without_ids(section: dict[str, Any]) -> dict[str, Any]:
    bare = deepcopy(section)
    for _, row in identified_rows(bare):
        row["id"] = ""
    return bare


def rows(*pairs: tuple[str, str]) -> dict[str, Any]:
    return {"rows": [{"id": row_id, "ref": "", "title": title} for row_id, title in pairs]}


def ids(section: dict[str, Any]) -> list[str]:
    return [row["id"] for row in section["rows"]]


@pytest.mark.parametrize("kind", KINDS)
def test_every_row_of_a_kind_is_found_again(kind: str) -> None:
    section = sample(kind)
    bare = without_ids(section)

    match_ids(bare, section)

    assert bare == section


def test_rows_are_found_by_ref_wherever_they_stand() -> None:
    section = sample("risks")
    bare = without_ids(section)
    bare["content"]["rows"].reverse()
    bare["content"]["rows"][0]["title"] = "Called otherwise"

    match_ids(bare, section)

    found = {row["ref"]: row["id"] for row in bare["content"]["rows"]}
    assert found == {row["ref"]: row["id"] for row in section["content"]["rows"]}


def test_rows_alike_are_matched_in_their_order() -> None:
    new = rows(("", "Other"), ("", "Other"), ("", "Other"))

    match_ids(new, rows(("a", "Other"), ("b", "Fees"), ("c", "Other")))

    assert ids(new) == ["a", "c", ""]


def test_an_id_of_the_file_is_kept_and_given_to_nobody_else() -> None:
    new = rows(("", "Fees"), ("a", "Renamed"))

    match_ids(new, rows(("a", "Fees"), ("b", "Staff")))

    assert ids(new) == ["", "a"]
