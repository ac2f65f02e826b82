"""Hostile and absurd plans the whole way: a sentence, bounded time and memory, the rest intact."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plans.services.pictures import NotAPicture, read_type
from tests.plans.samples import plan_value, section_value

ROOT = Path(__file__).resolve().parents[2]
SECRET = "TOPSECRET"
CPU, MEMORY = 60, 900  # seconds of one plan in all formats; megabytes of a printing process


def words(body: str) -> dict[str, Any]:
    return {**section_value("narrative", key="bad", title="Bad"), "content": {"body": body}}


def table(rows: int, columns: int) -> dict[str, Any]:
    names = [f"c{n}" for n in range(columns)]
    cells = [{name: f"{row} {name}" for name in names} for row in range(rows)]
    content = {
        "columns": [{"key": name, "label": name} for name in names],
        "rows": [{"cells": each} for each in cells],
    }
    return {**section_value("register", key="bad", title="Bad"), "content": content}


def pictured() -> dict[str, Any]:
    figures = [{"name": "map.png", "alt": "A map", "caption": "", "source": ""}]
    return {**section_value("narrative", key="bad", title="Bad"), "content": {"figures": figures}}


def make_png(side: int) -> bytes:
    """Return a white square of one bit a point: a hundred million points are a few kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checked

    packer = zlib.compressobj(9)
    row = b"\0" + b"\xff" * (side // 8)
    lines = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


def make_svg(address: str) -> bytes:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink" '
        f'width="90" height="90"><image x:href="{address}" width="9" height="9"/>'
        f'<use x:href="{address}#a"/></svg>'
    ).encode()


NESTED = "<ul><li>" * 2_000 + "deep" + "</li></ul>" * 2_000
GONE = '<p><span data-figure="budget.nothing" data-style="£m"></span> a year.</p>'
CASES: dict[str, Callable[[], dict[str, Any]]] = {
    "nested": lambda: words(NESTED),
    "a-word-of-a-megabyte": lambda: words(f"<p>{'x' * 1_000_000}</p>"),
    "a-word-that-is-kept": lambda: words(f"<p>{'x' * 150_000}</p>"),
    "a-figure-that-is-gone": lambda: words(GONE),
    "a-picture-that-is-gone": pictured,
    "a-picture-of-100-megapixels": pictured,
    "a-picture-of-a-false-type": pictured,
    "a-drawing-that-reads-files": pictured,
    "a-drawing-that-asks-the-network": pictured,
    "sixty-columns": lambda: table(40, 60),
    "two-thousand-rows": lambda: table(2_000, 4),
    "two-thousand-rows-and-one": lambda: table(2_001, 4),
}


def make_pictures(secret: Path) -> dict[str, bytes]:
    return {
        "a-picture-of-100-megapixels": make_png(10_000),
        "a-picture-of-a-false-type": b"GIF89a" + bytes(60),
        "a-drawing-that-reads-files": make_svg(secret.as_uri()),
        "a-drawing-that-asks-the-network": make_svg("http://127.0.0.1:9/x.svg"),
    }


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Return what came of each case, all in one process without the tests' own database."""
    folder = tmp_path_factory.mktemp("bad")
    secret = folder / "secret.svg"
    secret.write_text(f'<svg xmlns="http://www.w3.org/2000/svg"><text>{SECRET}</text></svg>')
    for name, make in CASES.items():
        plan = plan_value([make(), section_value("narrative", key="good", title="Good")])
        (folder / f"{name}.json").write_text(json.dumps(plan), encoding="utf-8")
    for name, data in make_pictures(secret).items():
        (folder / f"{name}.picture").write_bytes(data)
    ended = subprocess.run(
        [sys.executable, "-m", "tests.conformance.whole_way", str(folder)],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    told = [json.loads(line) for line in ended.stdout.splitlines()]
    return {each["name"]: each for each in told}


@pytest.mark.parametrize("name", CASES)
def test_bad_input_takes_bounded_time_and_memory(
    name: str, taken: dict[str, dict[str, Any]]
) -> None:
    case = taken[name]
    print(  # noqa: T201
        f"{name}: {case['cpu']:.1f} s of processor, {case['memory']} MB so far, "
        f"{len(case['pages'])} pages; {[*case['faults'], *case['refused'].values()]}"
    )
    assert case["cpu"] < CPU
    assert case["memory"] < MEMORY


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_refused_with_a_sentence_or_printed_with_the_rest(
    name: str, taken: dict[str, dict[str, Any]]
) -> None:
    case = taken[name]
    said = [*case["faults"], *case["refused"].values()]
    assert bool(case["pages"]) == (not case["faults"] and "pdf" not in case["refused"])
    for sentence in said:
        assert len(sentence) < 400
        assert "Traceback" not in sentence
    if case["pages"]:
        printed = " ".join(case["pages"])
        assert "Good Paragraph 1." in printed
        assert SECRET not in printed


EXPECTED = {
    "nested": "are nested more than 60 levels deep",
    "a-word-of-a-megabyte": "at most 200,000 are kept",
    "a-word-that-is-kept": "In “Bad”, one paragraph has 150,000 characters",
    "two-thousand-rows-and-one": "2,001",
}


@pytest.mark.parametrize("name", EXPECTED)
def test_what_is_refused_says_what_is_wrong(name: str, taken: dict[str, dict[str, Any]]) -> None:
    case = taken[name]
    assert EXPECTED[name] in " ".join([*case["faults"], *case["refused"].values()])


FOUND = {
    "a-figure-that-is-gone": ["“budget.nothing” names nothing in this plan"],
    "a-picture-that-is-gone": ["The picture “map.png” is not stored with this plan"],
    "sixty-columns": [],
    "two-thousand-rows": [],
}


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("a-figure-that-is-gone", "[no figure budget.nothing] a year."),
        ("a-picture-that-is-gone", "The picture “map.png” is missing. It shows: A map."),
        ("sixty-columns", "39 c59"),
        ("two-thousand-rows", "1999 c3"),
    ],
)
def test_what_is_printed_says_what_is_missing_and_loses_nothing(
    name: str, printed: str, taken: dict[str, dict[str, Any]]
) -> None:
    assert printed in " ".join(taken[name]["pages"])
    assert taken[name]["refused"] == {}
    assert len(taken[name]["findings"]) == len(FOUND[name])
    assert all(map(str.__contains__, taken[name]["findings"], FOUND[name]))


@pytest.mark.parametrize("name", [name for name in CASES if "drawing" in name or "type" in name])
def test_what_is_no_picture_prints_its_words(name: str, taken: dict[str, dict[str, Any]]) -> None:
    """Nobody can upload one; should one get past, its words stand in its place."""
    assert "1 Bad A map" in " ".join(taken[name]["pages"])
    assert taken[name]["refused"] == {}


def test_pictures_that_cannot_be_printed_are_not_taken(tmp_path: Path) -> None:
    for data in make_pictures(tmp_path / "x").values():
        with pytest.raises(NotAPicture, match=r"million points|not a PNG or JPEG"):
            read_type("map.png", data)
