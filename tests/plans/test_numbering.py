"""Section numbers from a format's signs."""

from __future__ import annotations

from typing import Any

import pytest

from plans.numbering import number_sections, section_depths, show_sign
from plans.planfile import SectionHead

PLAIN = {"levels": ["1", "1", "1"], "prefix": ""}


def head(key: str, parent: str | None = None, **values: Any) -> SectionHead:
    values = {"title": key.title(), "kind": "narrative", **values}
    return SectionHead(key=key, parent=parent, **values)


def test_sections_are_numbered_by_depth_and_order() -> None:
    heads = [head("a"), head("b"), head("c", "b"), head("d", "b"), head("e", "d"), head("f")]

    numbers = number_sections(heads, PLAIN)

    assert numbers == {"a": "1", "b": "2", "c": "2.1", "d": "2.2", "e": "2.2.1", "f": "3"}


def test_a_prefix_stands_before_the_outermost_number_only() -> None:
    numbering = {"levels": ["A", "1"], "prefix": "Section "}

    numbers = number_sections([head("a"), head("b", "a"), head("c", "b")], numbering)

    assert numbers == {"a": "Section A", "b": "A.1", "c": ""}


@pytest.mark.parametrize("values", [{"numbered": False}, {"front": True}, {"title": ""}])
def test_a_section_without_a_number_uses_none_up(values: dict[str, Any]) -> None:
    heads = [head("a"), head("b", **values), head("c", "b"), head("d")]

    assert number_sections(heads, PLAIN) == {"a": "1", "b": "", "c": "", "d": "2"}


def test_a_depth_without_a_sign_lets_the_next_one_count() -> None:
    numbering = {"levels": ["", "1"], "prefix": "Section "}

    numbers = number_sections([head("a"), head("b", "a"), head("c", "a")], numbering)

    assert numbers == {"a": "", "b": "1", "c": "2"}


def test_numbers_run_through_parts() -> None:
    heads = [head("a", part="Section 1"), head("b", part="Section 2")]

    assert number_sections(heads, PLAIN) == {"a": "1", "b": "2"}


@pytest.mark.parametrize(
    ("sign", "shown"),
    [
        ("1", ["1", "2", "9", "27", "40"]),
        ("A", ["A", "B", "I", "AA", "AN"]),
        ("a", ["a", "b", "i", "aa", "an"]),
        ("i", ["i", "ii", "ix", "xxvii", "xl"]),
        ("I", ["I", "II", "IX", "XXVII", "XL"]),
    ],
)
def test_show_sign(sign: str, shown: list[str]) -> None:
    assert [show_sign(count, sign) for count in (1, 2, 9, 27, 40)] == shown


def test_section_depths_counts_the_sections_above() -> None:
    assert section_depths([head("a"), head("b", "a"), head("c", "b"), head("d")]) == {
        "a": 0,
        "b": 1,
        "c": 2,
        "d": 0,
    }
