"""The words that content is made of: years, texts, keys, ids and faults."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.content import (
    Content,
    Fault,
    Faults,
    FinancialYear,
    Identified,
    Key,
    Plain,
    Rich,
    give_ids,
    identified_rows,
    in_column_order,
    new_id,
    printable,
    read_plan_year,
    read_year,
    repeated_ids,
    show_path,
    unknown_columns,
)
from plans.planfile import validate


class Entry(Identified):
    title: Plain = ""


class Sample(Content):
    text: Plain = ""
    rich: Rich = ""
    key: Key = "k"
    year: FinancialYear = "2008/09"
    flag: bool = False
    count: int = 0
    rows: list[Entry] = []


def faults_of(value: Any) -> list[str]:
    faults: list[Fault] = []
    validate(Sample, value, (), faults)
    return [str(fault) for fault in faults]


def read(**values: Any) -> Sample:
    return Sample.model_validate(values)


@pytest.mark.parametrize(
    ("written", "year"),
    [
        ("2008/09", "2008/09"),
        ("2008-09", "2008/09"),
        ("2008/9", "2008/09"),
        ("2008/2009", "2008/09"),
        ("2008–09", "2008/09"),
        ("2008 / 09", "2008/09"),
        ("1999/00", "1999/00"),
        ("1999/2000", "1999/00"),
        ("2009/10", "2009/10"),
    ],
)
def test_read_year_takes_every_spelling(written: str, year: str) -> None:
    assert read_year(written) == year


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("2007/09", '"2007/09" is not a financial year: 2008 follows 2007'),
        ("2008-11", '"2008-11" is not a financial year: 2009 follows 2008'),
        ("2008/2010", '"2008/2010" is not a financial year: 2009 follows 2008'),
        ("2009/1", '"2009/1" is not a financial year: 2010 follows 2009'),
        ("2008", '"2008" is not a financial year such as 2008/09'),
        ("0008/09", '"0008/09" is not a financial year such as 2008/09'),
        ("08/09", '"08/09" is not a financial year such as 2008/09'),
        ("", '"" is not a financial year such as 2008/09'),
    ],
)
def test_read_year_refuses_what_is_not_two_years_running(written: str, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as raised:
        read_year(written)

    assert str(raised.value) == message


@pytest.mark.parametrize(("written", "year"), [("1900/01", "1900/01"), ("2199-00", "2199/00")])
def test_a_plan_is_for_a_year_around_which_years_can_be_named(written: str, year: str) -> None:
    assert read_plan_year(written) == year


@pytest.mark.parametrize("written", ["1899/00", "2200/01", "1000/01", "2999/00"])
def test_a_plan_is_for_no_year_that_has_no_neighbours(written: str) -> None:
    with pytest.raises(ValueError, match=f'^"{written}" is no year that a plan can be for$'):
        read_plan_year(written)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  two  words \n", "two  words"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("a\tb", "a\tb"),
        ("a < b & c", "a < b & c"),
        ("\N{NO-BREAK SPACE}é\N{ZERO WIDTH SPACE}", "é\N{ZERO WIDTH SPACE}"),
    ],
)
def test_plain_text_keeps_all_but_outer_space(written: str, kept: str) -> None:
    assert read(text=written).text == kept


@pytest.mark.parametrize(
    ("value", "faults"),
    [
        ({"text": 5}, ["text: must be text, not 5"]),
        ({"text": None}, ["text: must be text, not null"]),
        ({"text": True}, ["text: must be text, not true"]),
        ({"text": ["a"]}, ["text: must be text, not a list"]),
        ({"text": {"a": 1}}, ["text: must be text, not an object"]),
        ({"text": "a\x00b"}, ["text: holds a control character (U+0000)"]),
        ({"text": "\x1f"}, ["text: holds a control character (U+001F)"]),
        ({"text": "a\x85"}, ["text: holds a control character (U+0085)"]),
        ({"text": "\ud800"}, ["text: holds half a character (U+D800)"]),
        ({"rich": "<p>\x07</p>"}, ["rich: holds a control character (U+0007)"]),
        ({"text": "x" * 2001}, ["text: is 2,001 characters long; at most 2,000 are kept"]),
        ({"rich": "x" * 200_001}, ["rich: is 200,001 characters long; at most 200,000 are kept"]),
        ({"rich": "<" * 60_000}, ["rich: is 240,007 characters long; at most 200,000 are kept"]),
        ({"key": "Not a key"}, ['key: "Not a key" is not a key: use a to z, 0 to 9 and hyphens']),
        ({"key": ""}, ['key: "" is not a key: use a to z, 0 to 9 and hyphens']),
        ({"key": "k" * 101}, ["key: is 101 characters long; at most 100 are kept"]),
        ({"year": "2008"}, ['year: "2008" is not a financial year such as 2008/09']),
        ({"flag": 1}, ["flag: must be true or false, not 1"]),
        ({"flag": "yes"}, ['flag: must be true or false, not "yes"']),
        ({"count": 1.5}, ["count: must be a whole number, not 1.5"]),
        ({"count": True}, ["count: must be a whole number, not true"]),
        ({"rows": {}}, ["rows: must be a list, not an object"]),
        ({"rows": ["a"]}, ['rows[0]: must be an object, not "a"']),
        ({"rows": [{"name": ""}]}, ["rows[0].name: is not a key that is known here"]),
        ({"a\nb": 1}, ["a b: is not a key that is known here"]),
        (
            {"rows": [{"id": "NO"}]},
            ['rows[0].id: "NO" is not a row id: use 1 to 12 of a to z and 0 to 9'],
        ),
        (
            {"text": 5, "flag": 5},
            ["text: must be text, not 5", "flag: must be true or false, not 5"],
        ),
        ([], ["file: must be an object, not a list"]),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_fault_says_where_and_what(value: Any, faults: list[str]) -> None:
    assert faults_of(value) == faults


def test_rich_text_is_kept_as_cleaned() -> None:
    assert read(rich="<p onclick='x'>a<script>b()</script></p>").rich == "<p>a</p>"


def test_show_path_writes_indexes_in_brackets() -> None:
    assert show_path(("sections", 3, "content", "rows", 0, "title")) == (
        "sections[3].content.rows[0].title"
    )


@given(st.text())
def test_printable_text_can_be_sent_on_one_line(text: str) -> None:
    shown = printable(text)

    assert shown.encode().decode() == shown
    assert len(shown.splitlines()) <= 1


def test_faults_list_every_reason_on_a_line() -> None:
    faults = Faults([Fault(("a",), "is one"), Fault(("b", 0), "is two")])

    assert str(faults) == "a: is one\nb[0]: is two"


def test_in_column_order_fills_missing_cells() -> None:
    cells = in_column_order({"b": "2"}, ["a", "b"])

    assert list(cells.items()) == [("a", ""), ("b", "2")]


def test_unknown_columns_names_each() -> None:
    faults = list(unknown_columns({"a": "", "z": ""}, ["a"], ("cells",)))

    assert faults == [Fault(("cells", "z"), 'there is no column "z"')]


def test_give_ids_leaves_ids_and_never_repeats_one() -> None:
    section = {"rows": [{"id": "kept"}, *({"id": ""} for _ in range(500))], "notes": [{"id": ""}]}

    give_ids(section, taken={"taken"})

    ids = [row["id"] for _, row in identified_rows(section)]
    assert ids[0] == "kept"
    assert len(set(ids)) == 502
    assert "taken" not in ids
    assert "" not in ids


def test_new_id_is_taken_at_once() -> None:
    taken: set[str] = set()

    fresh = {new_id(taken) for _ in range(100)}

    assert fresh == taken
    assert len(taken) == 100


def test_repeated_ids_are_faults_anywhere_in_a_section() -> None:
    section = {"notes": [{"id": "a"}], "content": {"rows": [{"id": "a"}, {"id": ""}, {"id": ""}]}}

    assert list(repeated_ids(section)) == [
        Fault(("content", "rows", 0, "id"), 'the row id "a" is used twice')
    ]
