"""Forty bad plan files and more: each is refused with a sentence, whatever is in it."""

from __future__ import annotations

import copy
import json
import os
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import OrganisationUnit
from documents import codec
from plans.checks import run_checks
from plans.content import Faults
from plans.document import build_document
from plans.planfile import FILE_LIMIT, read_plan, read_plan_file, write_plan_file
from plans.services import store_plan
from tests.factories import NOW
from tests.plans.samples import every_kind, plan_value, section_value

pytestmark = pytest.mark.django_db

SECONDS = 5  # more than any file may take to be refused, on a busy machine


def dumped(value: Any) -> bytes:
    return json.dumps(value).encode()


def with_sections(*sections: Any, **head: Any) -> bytes:
    return dumped(plan_value(sections, **head))


def narrative(**content: Any) -> dict[str, Any]:
    return {**section_value("narrative"), "content": content}


def nested(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = {"post": "P", "reports": [value]} if depth < 60 else [value]
    return value


def chained(count: int) -> list[dict[str, Any]]:
    """Return sections of which each sits under the next and the last under the first."""
    return [
        section_value("narrative", key=f"s{n}", parent=f"s{(n + 1) % count}") for n in range(count)
    ]


def changed(kind: str, change: Callable[[dict[str, Any]], object]) -> bytes:
    section = json.loads(json.dumps(section_value(kind)))
    change(section["content"])
    return with_sections(section)


def circular(content: dict[str, Any]) -> None:
    content["columns"][0]["formula"] = "c2 + 1"
    content["columns"][1]["formula"] = "c1 + 1"


HUGE = "9" * 4000
BAD_FILES: dict[str, bytes] = {
    "nothing": b"",
    "white space": b" \n\t ",
    "half a file": dumped(plan_value(every_kind()))[:-200],
    "two documents": b"{}{}",
    "python": b"{'format': 'operating-plan'}",
    "comments": b"// a plan\n{}",
    "a trailing comma": b'{"format": "operating-plan",}',
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "a zip": b"PK\x03\x04" + b"\x00" * 64,
    "utf-16": json.dumps({}).encode("utf-16"),
    "a byte-order mark alone": b"\xef\xbb\xbf",
    "NUL bytes": b"\x00" * 1000,
    "NaN": dumped(plan_value([narrative(body=float("nan"))])),
    "infinity": b'{"version": Infinity}',
    "a number too long to read": b'{"version": ' + b"9" * 10_000 + b"}",
    "a number too large to count": b'{"version": 1e999}',
    "brackets": b"[" * 1_000_000,
    "braces": b'{"a":' * 100_000,
    "depth within brackets": dumped(nested(500)),
    "many doubled keys": b"{" + b",".join([b'"a":1'] * 100_000) + b"}",
    "a doubled key": b'{"format": "operating-plan", "format": "other"}',
    "too large": b" " * (FILE_LIMIT + 1),
    "a string for a plan": dumped({**plan_value([]), "plan": "plan"}),
    "sections as an object": dumped({**plan_value([]), "sections": {"0": {}}}),
    "sections of nulls": with_sections(None, None),
    "sections of lists": with_sections([[]], []),
    "ten thousand sections": with_sections(*[{}] * 10_000),
    "a kind of a list": with_sections({**section_value("risks"), "kind": ["risks"]}),
    "a kind of an object": with_sections({**section_value("risks"), "kind": {"a": 1}}),
    "a key of a number": with_sections({**section_value("risks"), "key": 5}),
    "a key with a path in it": with_sections(section_value("risks", key="../../etc")),
    "a key with a line end": with_sections(section_value("risks", key="a\n")) .replace(
        b'"a\\n"', b'"a\\nb"'
    ),
    "parents in a circle": with_sections(*chained(200)),
    "units in a circle": with_sections(
        section_value("narrative"),
        units=[{"key": a, "name": a, "part_of": b} for a, b in ("ab", "ba")],
    ),
    "a lone surrogate": with_sections(narrative(body="\ud800")),
    "a lone surrogate in a key": dumped({**plan_value([]), "\udfff": 1}),
    "a control character": with_sections(narrative(body="\u0000")),
    "text of five megabytes": with_sections(narrative(body="x" * 5_000_000)),
    "lists of lists of rich text": with_sections(narrative(body="<ul><li>" * 5_000)),
    "a chart without end": with_sections(narrative(chart=nested(58))),
    "labels of numbers": with_sections({**section_value("risks"), "labels": {"a": {"b": 1}}}),
    "a year of digits": with_sections(section_value("risks"), year=HUGE),
    "a level of four thousand digits": changed(
        "risks", lambda c: c["rows"][0].update(current={"likelihood": int(HUGE), "impact": 1})
    ),
    "a scheme of huge levels": with_sections(
        section_value("risks"), risk_schemes=[{"key": "x", "impact": [{"level": int(HUGE)}]}]
    ),
    "a rating of an object": changed(
        "indicators", lambda c: c["rows"][0].update(ratings={"a0607": {"$ne": 1}})
    ),
    "an amount of four thousand digits": changed(
        "budget", lambda c: c["units"][0]["lines"][0].update(employee=f"{HUGE},1")
    ),
    "an amount in a scale": changed(
        "budget", lambda c: c["units"][0]["lines"][0].update(employee="£1.2m")
    ),
    "formulas in a circle": changed("activity", circular),
    "a formula that calls": changed(
        "activity", lambda c: c["columns"][2].update(formula="__import__('os')")
    ),
    "a formula without end": changed(
        "activity", lambda c: c["columns"][2].update(formula="(" * 1_900)
    ),
    "a sum of itself": changed("activity", lambda c: c["rows"][-1].update(sum_of=["total"])),
    "a span beyond the table": changed(
        "activity",
        lambda c: c.update(spans=[{"row": "r1", "column": "c1", "rows": 10**9, "columns": 10**9}]),
    ),
    "more years than figures": changed("staffing", lambda c: c.update(years=["2007/08"] * 500)),
    "two thousand and one rows": with_sections(section_value("register", rows=2_001)),
    "an id of a path": changed("risks", lambda c: c["rows"][0].update(id="../x")),
    "one id for every row": changed(
        "actions", lambda c: [row.update(id="same") for row in c["rows"]]
    ),
    "columns of one key": changed(
        "register", lambda c: c["columns"].extend([{"key": "name", "label": ""}] * 30)
    ),
    "a later version": dumped({**plan_value([]), "version": 10**50}),
}  # fmt: skip


def test_there_are_forty_bad_files() -> None:
    assert len(BAD_FILES) >= 40


@pytest.mark.parametrize("data", BAD_FILES.values(), ids=BAD_FILES)
def test_a_bad_file_is_refused_with_a_sentence(data: bytes) -> None:
    started = time.monotonic()

    with pytest.raises(Faults) as raised:
        read_plan_file(data)

    assert time.monotonic() - started < SECONDS
    assert raised.value.faults
    for fault in raised.value.faults:
        where, _, sentence = str(fault).partition(": ")
        assert where
        assert sentence
        assert len(str(fault).encode()) < 2_000
        assert str(fault).isprintable()


# --- anything in any place ---------------------------------------------------------------------


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of everything in a JSON value."""
    yield path
    if isinstance(value, dict | list):
        for step, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(item, (*path, step))


WHOLE = json.loads(json.dumps(plan_value(every_kind(rows=1))))
PLACES = [path for path in places(WHOLE) if path]
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=30)
    | st.sampled_from(["", "x", "2008/09", "-", "NA", "<p>", "to be set", "12,48.0", "\x00", "5"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=6,
)


def replace(value: Any, path: tuple[str | int, ...], new: Any) -> None:
    for step in path[:-1]:
        value = value[step]
    value[path[-1]] = new


@settings(
    max_examples=5_000 if os.environ.get("PLANWRIGHT_FULL") else 400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(changes=st.lists(st.tuples(st.sampled_from(PLACES), ANYTHING), min_size=1, max_size=2))
@pytest.mark.slow
def test_anything_in_any_place_is_refused_or_stored_and_printed(
    changes: Any, unit: OrganisationUnit, people: SimpleNamespace
) -> None:
    value = copy.deepcopy(WHOLE)
    for path, new in sorted(changes, key=lambda change: -len(change[0])):
        replace(value, path, new)

    try:
        data = read_plan_file(json.dumps(value).encode())
    except Faults:
        return
    run_checks(data)
    assert codec.to_json(build_document(data))
    with transaction.atomic():
        plan = store_plan(data, organisation_unit=unit, by=people.author, at=NOW)
        written = write_plan_file(read_plan(plan))
        transaction.set_rollback(True)
    assert write_plan_file(read_plan_file(written)) == written
