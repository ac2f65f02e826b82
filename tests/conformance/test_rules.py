"""Printed plans against the rules of PDF/UA and PDF/A, and in pieces against in one go."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageChops

from tests.conformance.press import Printed
from tests.verapdf import Flavour, check_all, needs_java

NAMES = ["plan-of-2008", "plan-of-2017", "odd-plan", "redline"]
PICTURED = ["plan-of-2017", "odd-plan"]
LARGE = ["plan-of-2008", "redline"]


@needs_java
def test_no_rule_of_pdf_ua_is_broken(press: dict[str, Printed], tmp_path: Path) -> None:
    files = {name: press[name].pdf for name in NAMES}
    files["plan-of-2017-in-one-go"] = press["plan-of-2017"].whole
    files["archive-of-2017"] = press["plan-of-2017"].archive
    check_files(files, "ua1", tmp_path)


@needs_java
@pytest.mark.parametrize("names", [PICTURED, pytest.param(LARGE, marks=pytest.mark.full)])
def test_no_rule_of_pdf_a_is_broken_by_the_archive(
    names: list[str], press: dict[str, Printed], tmp_path: Path
) -> None:
    check_files({name: press[name].archive for name in names}, "3a", tmp_path)


def check_files(files: dict[str, bytes], flavour: Flavour, folder: Path) -> None:
    paths = [folder / f"{name}.pdf" for name in files]
    for path, data in zip(paths, files.values(), strict=True):
        path.write_bytes(data)
    reports = check_all(paths, flavour)
    assert {name: report.failed for name, report in reports.items()} == {
        path.name: {} for path in paths
    }
    assert min(report.rules_checked for report in reports.values()) > 100
    assert min(report.checks for report in reports.values()) > 50_000


@pytest.mark.parametrize("name", [*NAMES[:-1], pytest.param("redline", marks=pytest.mark.full)])
def test_pieces_have_the_text_and_pixels_of_one_go(name: str, press: dict[str, Printed]) -> None:
    pieces, whole = (pypdfium2.PdfDocument(data) for data in (press[name].pdf, press[name].whole))
    assert len(pieces) == len(whole)
    pairs = list(zip(pieces, whole, strict=True))
    assert [n for n, (a, b) in enumerate(pairs, 1) if read(a) != read(b)] == []
    assert [n for n, (a, b) in enumerate(pairs, 1) if differ(draw(a), draw(b))] == []
    print(f"{name}: {len(pieces)} pages alike in text and pixels")  # noqa: T201


def read(page: pypdfium2.PdfPage) -> str:
    """Return the characters of a page without blanks, which a reader of PDFs guesses."""
    return "".join(page.get_textpage().get_text_bounded().split())


def draw(page: pypdfium2.PdfPage) -> Image.Image:
    return page.render(scale=1).to_pil().convert("L")


def differ(one: Image.Image, other: Image.Image) -> bool:
    return one.size != other.size or ImageChops.difference(one, other).getbbox() is not None
