"""The demo's plan files: they survive the product, show all of it, and copy no one's prose."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from documents import richtext
from plans.checks import Level, run_checks
from plans.models import Plan
from plans.planfile import read_plan, read_plan_file, write_plan_file
from plans.registry import kinds
from tests.demo.conftest import (
    FORMATS,
    PLAN_2007,
    PLAN_2008,
    PLAN_2017,
    PLANS,
    SOURCE,
    export_plan_file,
    plan_path,
)

NAMES = [PLAN_2007, PLAN_2008, PLAN_2017]
RUN_LENGTH = 10  # words; the longest name of a law or a programme is nine
# What holds prose, by its key; anything else is a title, a label or a figure.
PROSE = {
    "intro",
    "closing",
    "body",
    "statement",
    "progress",
    "description",
    "cause",
    "impacts",
    "mitigation",
    "text",
    "outcome",
    "guidance",
    "example",
}
BLOCK = re.compile(r"</?(?:p|h3|h4|ul|ol|li|blockquote|br)\b[^>]*>")
TAG = re.compile(r"</?[a-z][^>]*>")


@pytest.mark.parametrize("name", NAMES)
def test_export_of_an_import_is_the_same_to_the_byte(
    name: str, import_file: Callable[[Path], Plan], tmp_path: Path
) -> None:
    first = export_plan_file(import_file(plan_path(name)), "json", tmp_path / "first.json")

    second = export_plan_file(import_file(tmp_path / "first.json"), "json", tmp_path / "2.json")

    assert second == first


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_file_says_what_the_product_writes_of_it(name: str) -> None:
    typed = plan_path(name).read_bytes()

    written = write_plan_file(read_plan_file(typed))

    assert list(differences(json.loads(typed), json.loads(written))) == []
    assert write_plan_file(read_plan_file(written)) == written


def differences(typed: Any, written: Any, path: str = "") -> Iterator[str]:
    """Yield where a typed value is not what was written; a key may be left out of `typed`."""
    if isinstance(typed, dict) and isinstance(written, dict):
        for key, value in typed.items():
            yield from differences(value, written.get(key), f"{path}.{key}")
    elif isinstance(typed, list) and isinstance(written, list) and len(typed) == len(written):
        for i, (one, other) in enumerate(zip(typed, written, strict=True)):
            yield from differences(one, other, f"{path}[{i}]")
    elif typed != written:
        yield f"{path}: {typed!r} became {written!r}"


@pytest.mark.parametrize("name", NAMES)
def test_nothing_stops_its_submission(name: str, import_file: Callable[[Path], Plan]) -> None:
    plan = read_plan(import_file(plan_path(name)))

    assert [f for f in run_checks(plan) if f.level >= Level.ERROR] == []


def test_plan_of_2008_has_a_section_of_every_kind() -> None:
    plan = json.loads(plan_path(PLAN_2008).read_bytes())

    assert {section["kind"] for section in plan["sections"]} == {kind.slug for kind in kinds()}


@pytest.mark.skipif(not SOURCE.is_dir(), reason="the source plans are not beside this clone")
@pytest.mark.parametrize("path", sorted([*PLANS.glob("*.json"), *FORMATS.glob("*.json")]), ids=str)
def test_prose_is_not_copied_from_the_sources(path: Path) -> None:
    theirs = {
        run
        for source in SOURCE.glob("*.txt")
        for run in runs_of_words(TAG.sub(" ", source.read_text()))
    }

    ours = [run for text in prose(json.loads(path.read_bytes())) for run in runs_of_words(text)]

    assert len(theirs) > 10_000
    assert ours
    assert [" ".join(run) for run in ours if run in theirs] == []


@pytest.mark.parametrize("path", sorted(FORMATS.glob("*.json")), ids=lambda path: path.stem)
def test_every_section_of_a_format_has_guidance_and_an_example(path: Path) -> None:
    sections = json.loads(path.read_text(encoding="utf-8"))["sections"]
    without = [
        (section["key"], key)
        for section in sections
        for key in ("guidance", "example")
        if not (section[key] and richtext.is_clean(section[key]))
    ]
    assert without == []


def prose(value: Any, key: str = "") -> Iterator[str]:
    """Yield each paragraph and list item of rich text in a plan or format file."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from prose(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from prose(item, key)
    elif isinstance(value, str) and (key in PROSE or "<" in value):
        yield from (TAG.sub(" ", part) for part in BLOCK.split(value))


def runs_of_words(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9]+", text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    for start in range(len(words) - RUN_LENGTH + 1):
        yield tuple(words[start : start + RUN_LENGTH])
