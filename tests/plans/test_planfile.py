"""The plan file: every rule and limit with its sentence, and one canonical form."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest
from django.core.management import CommandError, call_command

from accounts.models import OrganisationUnit
from documents.richtext import clean
from plans.content import Faults, identified_rows
from plans.management.commands import plan_file_schema
from plans.management.schema import plan_file_schema as make_schema
from plans.planfile import (
    parse_json,
    read_plan,
    read_plan_dict,
    read_plan_file,
    write_plan_file,
)
from plans.services import store_plan
from risks.models import RiskScheme
from tests.factories import NOW
from tests.plans.samples import KINDS, plan_value, section_value

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
DEMO_PLANS = sorted((ROOT / "demo" / "plans").glob("*.json"))
WRITTEN = Path(__file__).with_name("every-kind.json")  # as a person writes it, defaults left out
EXPORTED = ROOT / "docs" / "plan-file.example.json"

BAD_VERSION = "version: must be the number of a format version, 1 or more"
LATER = "version: is {}; this product reads plan files up to version 1"
Change = Callable[[dict[str, Any]], object]


def faults_of(value: Any) -> list[str]:
    with pytest.raises(Faults) as raised:
        read_plan_dict(value)
    return [str(fault) for fault in raised.value.faults]


def every_kind() -> dict[str, Any]:
    return json.loads(WRITTEN.read_bytes())


def place(value: dict[str, Any], kind: str) -> int:
    return next(i for i, section in enumerate(value["sections"]) if section["kind"] == kind)


def content(value: dict[str, Any], kind: str) -> Any:
    return value["sections"][place(value, kind)]["content"]


# --- bytes that are not a plan file ------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "file: is not JSON: Expecting value (line 1, column 1)"),
        (b"{\n oops}", "file: is not JSON: Expecting property name enclosed in double quotes "
         "(line 2, column 2)"),
        (b"\xff{}", "file: is not UTF-8 (byte 0)"),
        ('{"a": "é"}'.encode("latin-1"), "file: is not UTF-8 (byte 7)"),
        ("{}".encode("utf-16"), "file: is not UTF-8 (byte 0)"),
        (b'{"a": NaN}', "file: holds NaN, which is no JSON value"),
        (b'{"a": -Infinity}', "file: holds -Infinity, which is no JSON value"),
        (b'{"a": %s}' % (b"9" * 5000), "file: holds a number of 5,000 digits"),
        (b"[" * 61 + b"]" * 61, "file: is nested deeper than 60 levels"),
        (b"[" * 200_000, "file: is nested deeper than 60 levels"),
        (b'{"a": ' * 5_000 + b"1" + b"}" * 5_000, "file: is nested deeper than 60 levels"),
        (b'"' + b" " * (20 * 1024 * 1024) + b'"', "file: is larger than 20 MB"),
        (b"[]", "file: is not a plan file: it must hold one JSON object"),
        (b"null", "file: is not a plan file: it must hold one JSON object"),
        (b'"plan"', "file: is not a plan file: it must hold one JSON object"),
    ],
    ids=lambda value: str(value)[:24],
)  # fmt: skip
def test_bytes_that_are_no_plan_file_are_refused(data: bytes, message: str) -> None:
    with pytest.raises(Faults) as raised:
        read_plan_file(data)

    assert [str(fault) for fault in raised.value.faults] == [message]


def test_a_key_twice_in_one_object_is_named_with_its_path() -> None:
    data = b'{"a": 1, "b": [{"c": 1}, {"c": 1, "d": 2, "c": 3}], "a": 2, "a": 3}'

    with pytest.raises(Faults) as raised:
        parse_json(data)

    assert [str(fault) for fault in raised.value.faults] == [
        "a: this key stands twice in one object",
        "b[1].c: this key stands twice in one object",
    ]


def test_sixty_levels_are_read() -> None:
    assert parse_json(b"[" * 60 + b"]" * 60)


def test_a_byte_order_mark_is_read_past() -> None:
    data = b"\xef\xbb\xbf" + WRITTEN.read_bytes()

    assert read_plan_file(data).head.title == "Annual Operating Plan"


# --- envelope and plan -------------------------------------------------------------------------


def put(where: str, value: Any, document: dict[str, Any]) -> None:
    """Set a value by its path: "plan.units[0].key"."""
    *steps, last = where.replace("]", "").replace("[", ".").split(".")
    here: Any = document
    for step in steps:
        here = here[int(step) if isinstance(here, list) else step]
    here[int(last) if isinstance(here, list) else last] = value


def drop(name: str, document: dict[str, Any], *, of: str = "") -> None:
    del (document[of] if of else document)[name]


def unit(key: str, **values: Any) -> dict[str, Any]:
    return {"key": key, "name": key.title(), **values}


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        (partial(put, "format", "x"), ['format: must be "operating-plan"']),
        (partial(put, "version", 2), [LATER.format(2)]),
        (
            lambda value: value.update(version=7, new_in_seven=[], plan="unreadable"),
            [LATER.format(7)],
        ),
        (partial(put, "version", "1"), [BAD_VERSION]),
        (partial(put, "version", True), [BAD_VERSION]),
        (partial(put, "version", 0), [BAD_VERSION]),
        (partial(put, "plan", []), ["plan: must be an object"]),
        (partial(put, "sections", {}), ["sections: must be a list"]),
        (partial(put, "sections", []), ["sections: may not be empty"]),
        (partial(put, "extra", 1), ["extra: is not a key that is known here"]),
        (partial(drop, "format"), ["format: is required"]),
        (partial(drop, "plan"), ["plan: is required"]),
        (partial(drop, "title", of="plan"), ["plan.title: is required"]),
        (partial(drop, "year", of="plan"), ["plan.year: is required"]),
        (partial(put, "plan.year", "2007/09"),
         ['plan.year: "2007/09" is not a financial year: 2008 follows 2007']),
        (partial(put, "plan.title", 5), ["plan.title: must be text, not 5"]),
        (partial(put, "plan.colour", "red"), ["plan.colour: is not a key that is known here"]),
        (partial(put, "plan.people", [{"post": "x"}]),
         ["plan.people[0].post: is not a key that is known here"]),
        (partial(put, "plan.summary", [{"text": "x"}]), ["plan.summary[0].label: is required"]),
        (partial(put, "plan.units", [unit("a"), unit("a")]),
         ['plan.units[1].key: the unit "a" is used twice']),
        (partial(put, "plan.units", [unit("gross")]),
         ['plan.units[0].key: "gross" is the name of a figure; choose another']),
        (partial(put, "plan.units", [unit("a", part_of="z")]),
         ['plan.units[0].part_of: the plan has no unit "z"']),
        (partial(put, "plan.units", [unit("a", part_of="b"), unit("b", part_of="a")]),
         ['plan.units[0].part_of: "a" is part of itself in the end',
          'plan.units[1].part_of: "b" is part of itself in the end']),
        (partial(put, "plan.risk_schemes", [{"key": "s"}, {"key": "s"}]),
         ['plan.risk_schemes[1].key: the risk scheme "s" is used twice']),
        (partial(put, "plan.risk_schemes", [{"key": "s", "impact": [{"level": 1.5}]}]),
         ["plan.risk_schemes[0].impact[0].level: must be a whole number or a text of at most 9 "
          "characters"]),
    ],
    ids=lambda value: str(value)[:60] if isinstance(value, list) else "",
)  # fmt: skip
def test_faults_of_the_plan_are_named(change: Change, faults: list[str]) -> None:
    value = plan_value([section_value("narrative")], units=[])

    change(value)

    assert faults_of(value) == faults


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        (partial(put, "sections[0]", "text"), ["sections[0]: must be an object"]),
        (partial(put, "sections[0].key", "Not a key"),
         ['sections[0].key: "Not a key" is not a key: use a to z, 0 to 9 and hyphens']),
        (partial(put, "sections[0].key", "second"),
         ['sections[1].key: the section key "second" is used twice']),
        (partial(put, "sections[0].kind", "poem"),
         ['sections[0].kind: there is no section kind "poem"']),
        (partial(put, "sections[0].kind", 5), ["sections[0].kind: must be text, not 5"]),
        (partial(put, "sections[0].parent", "nowhere"),
         ['sections[0].parent: there is no section "nowhere"']),
        (partial(put, "sections[0].parent", "first"),
         ['sections[0].parent: "first" sits under itself in the end']),
        (
            lambda value: (put("sections[0].parent", "second", value),
                           put("sections[1].parent", "first", value)),
            ['sections[0].parent: "first" sits under itself in the end',
             'sections[1].parent: "second" sits under itself in the end'],
        ),
        (partial(put, "sections[0].unit", "nobody"),
         ['sections[0].unit: the plan has no unit "nobody"']),
        (partial(put, "sections[0].orientation", "sideways"),
         ['sections[0].orientation: must be "portrait" or "landscape", not "sideways"']),
        (partial(put, "sections[0].numbered", "no"),
         ['sections[0].numbered: must be true or false, not "no"']),
        (partial(put, "sections[0].labels", {"a": None}),
         ["sections[0].labels.a: must be text, not null"]),
        (partial(put, "sections[0].notes", [{"text": "x"}]),
         ["sections[0].notes[0].mark: is required"]),
        (partial(put, "sections[0].notes", [{"mark": "1", "id": "a"}, {"mark": "2", "id": "a"}]),
         ['sections[0].notes[1].id: the row id "a" is used twice']),
        (lambda value: drop("title", value["sections"][0]), ["sections[0].title: is required"]),
        (lambda value: drop("content", value["sections"][0]), ["sections[0].content: is required"]),
        (partial(put, "sections[0].content", None),
         ["sections[0].content: must be an object, not null"]),
        (
            lambda value: (drop("title", value["sections"][0]), drop("year", value["plan"]),
                           put("sections[0].content.verse", 1, value)),
            ["plan.year: is required", "sections[0].title: is required",
             "sections[0].content.verse: is not a key that is known here"],
        ),
    ],
    ids=lambda value: str(value)[:60] if isinstance(value, list) else "",
)  # fmt: skip
def test_faults_of_a_section_are_named(change: Change, faults: list[str]) -> None:
    sections = [section_value("narrative", key=key) for key in ("first", "second")]
    value = plan_value(sections)

    change(value)

    assert faults_of(value) == faults


@pytest.mark.parametrize(
    ("kind", "where", "bad", "message"),
    [
        ("narrative", "signatures", "x", 'must be a list, not "x"'),
        ("narrative", "chart", "x", 'must be an object, not "x"'),
        ("objectives", "rows[0].targets", 5, "must be a list, not 5"),
        ("objectives", "rows[0].leads", "Head", 'must be a list, not "Head"'),
        ("indicators", "columns", [], "may not be empty"),
        ("indicators", "rows[0].cells.zz", "5", 'there is no column "zz"'),
        ("indicators", "rows[0].cells.a0607", 5, "must be text, not 5"),
        ("indicators", "rows[0].ratings.a0607", 9, "the scale has no level 9"),
        ("indicators", "rows[0].ratings.a0607", "9", 'must be a whole number, not "9"'),
        ("indicators", "rows[0].polarity", "up",
         'must be "higher", "lower", "band" or "none", not "up"'),
        ("indicators", "columns[0].key", "0607",
         '"0607" is not a column key: a letter, then a to z, 0 to 9 and _'),
        ("activity", "columns[2].formula", "zz + 1", 'there is no column "zz"'),
        ("activity", "rows[0].cells.zz", "5", 'there is no column "zz"'),
        ("budget", "units[0].unit", "nobody", 'the plan has no unit "nobody"'),
        ("budget", "units[0].lines[0].employee", "12,48.0",
         '"12,48.0" is not a number; did you mean 1,248.0 or 12,480.0?'),
        ("budget", "units[0].lines[0].employee", 1248, "must be text, not 1248"),
        ("budget", "layout", "wide", 'must be "full" or "compact", not "wide"'),
        ("staffing", "units[0].bands[0].fte", ["1", "2", "3"], "has 3 figures for 2 years"),
        ("staffing", "units[0].unit", "nobody", 'the plan has no unit "nobody"'),
        ("actions", "rows[0].deliverables[0].when", "x", "is not a key that is known here"),
        ("actions", "rows[0].number", 10, "must be text, not 10"),
        ("risks", "rows[0].current.likelihood", 9,
         '9 is not a level of likelihood in the scheme "5x5"'),
        ("risks", "rows[0].response", "avoid",
         'must be "treat", "tolerate", "transfer", "terminate" or empty, not "avoid"'),
        ("risks", "rows[0].emerging", "no", 'must be true or false, not "no"'),
        ("register", "rows[1].cells.zz", "5", 'there is no column "zz"'),
        ("register", "rows[1].cells.sort", "Other",
         '"Other" is not offered; the choices are "Block", "Spot"'),
        ("register", "columns[0].type", "colour", 'must be "text", "rich", "date", "choice", '
         '"yes_no", "money" or "people", not "colour"'),
        ("register", "columns[1].key", "name", 'the column "name" is used twice'),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_faults_of_content_are_named(kind: str, where: str, bad: Any, message: str) -> None:
    value = plan_value([section_value(kind)])

    put(f"sections[0].content.{where}", bad, value)

    assert f"sections[0].content.{where}: {message}" in faults_of(value)


def test_content_that_is_a_row_too_many_is_a_fault() -> None:
    value = plan_value([section_value("actions", rows=2001)])

    assert faults_of(value) == [
        "sections[0].content.rows: has 2,001 entries; at most 2,000 are kept"
    ]


def test_content_that_is_a_column_too_many_is_a_fault() -> None:
    value = plan_value([section_value("register")])
    columns = [{"key": f"c{n}", "label": ""} for n in range(61)]
    value["sections"][0]["content"] = {"columns": columns, "rows": []}

    assert faults_of(value) == ["sections[0].content.columns: has 61 entries; at most 60 are kept"]


def test_a_plan_of_too_many_sections_is_a_fault() -> None:
    value = plan_value([section_value("narrative", key=f"s{n}") for n in range(201)])

    assert faults_of(value) == ["sections: has 201 sections; at most 200 are kept"]


@pytest.mark.parametrize("kind", KINDS)
def test_unknown_keys_of_every_kind_are_faults(kind: str) -> None:
    value = plan_value([section_value(kind)])
    value["sections"][0]["content"]["unheard_of"] = 1

    assert faults_of(value) == ["sections[0].content.unheard_of: is not a key that is known here"]


def test_row_ids_repeated_in_one_section_are_faults_and_across_sections_are_not() -> None:
    sections = [section_value("actions", key="a"), section_value("actions", key="b")]
    value = json.loads(json.dumps(plan_value(sections)))
    for section in value["sections"]:
        section["content"]["rows"][0]["id"] = "same"
    read_plan_dict(value)
    value["sections"][1]["content"]["rows"][1]["deliverables"][0]["id"] = "same"

    assert faults_of(value) == [
        'sections[1].content.rows[1].deliverables[0].id: the row id "same" is used twice'
    ]


# --- what is left out, and in what order -------------------------------------------------------


def test_the_least_that_a_file_must_hold_is_read_with_every_default() -> None:
    data = read_plan_dict(
        {
            "format": "operating-plan",
            "version": 1,
            "plan": {"title": "Plan", "year": "2008-9"},
            "sections": [{"key": "words", "title": "", "kind": "narrative", "content": {}}],
        }
    )

    assert data.as_dict() == {
        "format": "operating-plan",
        "version": 1,
        "plan": {
            "title": "Plan",
            "subtitle": "",
            "council": "",
            "directorate": "",
            "unit": "",
            "year": "2008/09",
            "money_unit": "£000",
            "plan_format": None,
            "people": [],
            "summary": [],
            "units": [],
            "risk_schemes": [],
        },
        "sections": [
            {
                "key": "words",
                "title": "",
                "kind": "narrative",
                "parent": None,
                "part": None,
                "unit": None,
                "lead": "",
                "intro": "",
                "closing": "",
                "caption": "",
                "labels": {},
                "numbered": True,
                "front": False,
                "notes": [],
                "orientation": "portrait",
                "content": {
                    "body": "",
                    "quadrants": [],
                    "figures": [],
                    "signatures": [],
                    "chart": None,
                },
            }
        ],
    }


@pytest.mark.parametrize(
    ("kind", "orientation"),
    [("narrative", "portrait"), ("budget", "landscape"), ("risks", "landscape")],
)
def test_orientation_left_out_is_the_kinds_own(kind: str, orientation: str) -> None:
    [section] = read_plan_dict(plan_value([section_value(kind)])).sections

    assert section.head.orientation == orientation


def test_cells_are_written_in_column_order_whatever_order_they_came_in() -> None:
    value = plan_value([section_value("indicators")])
    value["sections"][0]["content"]["rows"][0]["cells"] = {"t0809": "2", "a0607": "1"}
    value["sections"][0]["content"]["rows"][1]["cells"] = {"t0809": "2"}

    rows = read_plan_dict(value).sections[0].as_dict()["content"]["rows"]

    assert [list(row["cells"].items()) for row in rows] == [
        [("a0607", "1"), ("t0809", "2")],
        [("a0607", ""), ("t0809", "2")],
    ]


def test_cells_are_kept_as_they_are_written() -> None:
    cells = [
        "903", "1,440", "-102.9", "(102.9)", "£-6,883.4", "100.55%", "310 days", "Level 3",
        "48% (2003)", "<10% or >25%", "to be set", "NA", "~", "", "April 2008", "12 [note 1]",
    ]  # fmt: skip
    value = plan_value([section_value("indicators", rows=len(cells))])
    for row, cell in zip(value["sections"][0]["content"]["rows"], cells, strict=True):
        row["cells"] = {"a0607": cell}

    rows = read_plan_dict(value).sections[0].as_dict()["content"]["rows"]

    assert [row["cells"]["a0607"] for row in rows] == cells


# --- canonical bytes ---------------------------------------------------------------------------


def through_database(data: bytes, unit: OrganisationUnit, people: SimpleNamespace) -> bytes:
    plan = store_plan(read_plan_file(data), organisation_unit=unit, by=people.author, at=NOW)
    return write_plan_file(read_plan(plan))


@pytest.mark.parametrize("path", [WRITTEN, EXPORTED, *DEMO_PLANS], ids=lambda path: path.name)
def test_a_plan_survives_the_database_byte_for_byte(
    path: Path, unit: OrganisationUnit, people: SimpleNamespace
) -> None:
    first = through_database(path.read_bytes(), unit, people)

    second = through_database(first, unit, people)

    assert second == first


def without_ids(value: Any) -> Any:
    value = copy.deepcopy(value)
    for _, row in identified_rows(value):
        row["id"] = ""
    return value


def test_the_published_example_is_the_products_own_export(
    unit: OrganisationUnit, people: SimpleNamespace
) -> None:
    exported = EXPORTED.read_bytes()

    assert through_database(exported, unit, people) == exported


def test_the_published_example_says_what_the_written_one_says() -> None:
    written = read_plan_file(WRITTEN.read_bytes()).as_dict()
    exported = json.loads(EXPORTED.read_bytes())

    carried = exported["plan"].pop("risk_schemes")

    assert written["plan"].pop("risk_schemes") == []
    assert [scheme["key"] for scheme in carried] == ["5x5"]
    assert without_ids(exported) == without_ids(written)


def missing_from(written: Any, exported: Any, path: str = "") -> list[str]:
    """Return the paths of what `written` says and `exported` does not; rich text as cleaned."""
    if isinstance(written, dict):
        return [
            line
            for key, value in written.items()
            for line in missing_from(value, exported.get(key, "absent"), f"{path}.{key}")
        ]
    if isinstance(written, list) and len(written) == len(exported):
        pairs = zip(written, exported, strict=True)
        return [x for i, (a, b) in enumerate(pairs) for x in missing_from(a, b, f"{path}[{i}]")]
    return [] if written == exported or clean(written) == exported else [path]


def test_nothing_that_the_example_writes_is_lost_or_changed() -> None:
    assert missing_from(every_kind(), json.loads(EXPORTED.read_bytes())) == []


def test_the_example_holds_every_kind() -> None:
    assert {section["kind"] for section in every_kind()["sections"]} == set(KINDS)


def test_a_file_ends_in_one_line_end_and_escapes_nothing_that_it_need_not() -> None:
    data = write_plan_file(read_plan_dict(plan_value([section_value("indicators")])))

    assert data.endswith(b"\n}\n")
    assert "●●".encode() in data
    assert b'\n  "format": "operating-plan",\n  "version": 1,\n' in data


def test_labels_are_written_by_name_on_every_database() -> None:
    value = plan_value([section_value("narrative", labels={"leads": "L", "controllable": "C"})])

    [section] = read_plan_dict(value).sections

    assert list(section.as_dict()["labels"].items()) == [("controllable", "C"), ("leads", "L")]


def test_an_exported_plan_carries_the_councils_schemes_that_it_uses(
    unit: OrganisationUnit, people: SimpleNamespace
) -> None:
    RiskScheme.objects.exclude(key="5x5").delete()
    RiskScheme.objects.create(key="other", name="Other", definition={"likelihood": []})
    value = plan_value([section_value("risks"), section_value("narrative")])

    data = through_database(json.dumps(value).encode(), unit, people)

    assert [s["key"] for s in json.loads(data)["plan"]["risk_schemes"]] == ["5x5"]


def test_ids_are_given_once_and_then_kept(unit: OrganisationUnit, people: SimpleNamespace) -> None:
    first = through_database(WRITTEN.read_bytes(), unit, people)

    ids = [row["id"] for _, row in identified_rows(json.loads(first))]
    again = through_database(first, unit, people)

    assert all(ids)
    assert [row["id"] for _, row in identified_rows(json.loads(again))] == ids


# --- JSON Schema -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(plan_file_schema.PATH.read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("path", [WRITTEN, EXPORTED, *DEMO_PLANS], ids=lambda path: path.name)
def test_the_schema_takes_what_the_product_takes(
    path: Path, validator: jsonschema.Draft202012Validator
) -> None:
    assert list(validator.iter_errors(json.loads(path.read_bytes()))) == []


@pytest.mark.parametrize(
    "change",
    [
        partial(put, "version", 2),
        partial(put, "sections", []),
        partial(put, "plan.title", 5),
        partial(put, "plan.year", "2008"),
        partial(put, "plan.colour", "red"),
        partial(put, "sections[0].kind", "poem"),
        partial(put, "sections[0].key", "Not a key"),
        partial(put, "sections[0].content.verse", 1),
        partial(put, "sections[0].notes", [{"mark": "1", "id": "NOT"}]),
        partial(drop, "format"),
    ],
)
def test_the_schema_refuses_what_the_product_refuses(
    change: Change, validator: jsonschema.Draft202012Validator
) -> None:
    value = plan_value([section_value("narrative")])

    change(value)

    assert not validator.is_valid(value)
    assert faults_of(value)


def test_the_schema_is_up_to_date() -> None:
    call_command("plan_file_schema", "--check")


def test_the_schema_check_fails_when_it_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_file_schema, "PATH", tmp_path / "schema.json")

    with pytest.raises(CommandError, match="out of date"):
        call_command("plan_file_schema", "--check")
    call_command("plan_file_schema")
    call_command("plan_file_schema", "--check")

    assert json.loads((tmp_path / "schema.json").read_bytes()) == make_schema()


# --- charts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("charts", "written"),
    [([], None), (["trend", "comparison", "trend"], ["comparison", "trend"])],
)
def test_charts_are_written_once_each_and_only_where_there_are_any(
    charts: list[str], written: list[str] | None
) -> None:
    value = every_kind()
    value["sections"][place(value, "indicators")]["charts"] = charts
    again = json.loads(write_plan_file(read_plan_dict(value)))
    assert again["sections"][place(value, "indicators")].get("charts") == written


def test_a_chart_that_the_kind_does_not_draw_is_a_fault() -> None:
    value = every_kind()
    at = place(value, "indicators")
    value["sections"][at]["charts"] = ["pie"]
    assert faults_of(value) == [
        f'sections[{at}].charts: the kind "indicators" has no chart "pie"; '
        "it has trend and comparison"
    ]
