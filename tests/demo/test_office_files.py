"""The demo's plans as LibreOffice opens them: every total reckoned anew, pages as they lie."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from pypdf import PdfReader

from documents.blocks import (
    COMPARISON,
    Chart,
    Document,
    Heading,
    Imprint,
    OrgChart,
    RiskMatrix,
    Signatures,
)
from documents.formats import render
from documents.redline import redline
from documents.values import split_notes
from plans.document import build_document
from plans.models import Plan
from plans.planfile import read_plan_file
from plans.services.versions import plan_document
from tests.demo.conftest import PLAN_2007, PLAN_2008, PLAN_2017, plan_path
from tests.documents.office import convert, forget_figures
from tests.documents.word_reader import list_lines, settle

PLANS = {PLAN_2008: 421, PLAN_2017: 2}  # formulas of each
DRAWN = (Chart, OrgChart, RiskMatrix, Signatures)
DRAFT = Imprint("Draft", 1, date(2008, 3, 14))

pytestmark = [pytest.mark.slow, pytest.mark.any_database]


@pytest.fixture(params=PLANS)
def document(request: pytest.FixtureRequest, import_file: Callable[[Path], Plan]) -> Document:
    return plan_document(import_file(plan_path(request.param)))


@pytest.fixture
def formula_count(request: pytest.FixtureRequest) -> int:
    return PLANS[request.node.callspec.params["document"]]


def formulas(book: Any) -> list[tuple[str, str]]:
    return [
        (sheet.title, cell.coordinate)
        for sheet in book
        for cells in sheet.iter_rows()
        for cell in cells
        if cell.data_type == "f"
    ]


def test_every_formula_comes_to_what_is_printed(
    document: Document, formula_count: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = render(document, "xlsx", DRAFT)

    reckoned = convert(forget_figures(file), "xlsx", "xlsx", tmp_path)

    places = formulas(openpyxl.load_workbook(BytesIO(file)))
    printed = openpyxl.load_workbook(BytesIO(file), data_only=True)
    found = openpyxl.load_workbook(BytesIO(reckoned), data_only=True)
    wrong = [
        (sheet, at, printed[sheet][at].value, found[sheet][at].value)
        for sheet, at in places
        if printed[sheet][at].value != found[sheet][at].value
    ]
    with capsys.disabled():
        sys.stdout.write(f" {len(places)} formulas reckoned anew, {len(wrong)} wrong ")
    assert wrong == []
    assert len(places) == formula_count


def test_word_opens_with_its_headings_and_landscape_pages(
    document: Document, tmp_path: Path
) -> None:
    pdf = PdfReader(BytesIO(convert(render(document, "docx", DRAFT), "docx", "pdf", tmp_path)))

    pages = [" ".join(page.extract_text().split()) for page in pdf.pages]
    lying = {page.mediabox.width > page.mediabox.height for page in pdf.pages}
    outline = iter(list(read_outline(pdf.outline)))
    wanted = [
        (f"{block.number} {split_notes(block.text)[0]}".strip(), block.level)
        for part in document.parts
        for block in part.blocks
        if isinstance(block, Heading) and block.text
    ]
    assert [each for each in wanted if each not in outline] == []
    assert lying == {True, False}
    assert [number for number, page in enumerate(pages, 1) if len(page) < 150] == []
    assert sum("Page numbers are added when this list is updated" in page for page in pages) == 1
    assert f"Page {len(pages)} of {len(pages)}" in pages[-1]
    assert all("Draft, version 1, 14 March 2008" in page for page in pages)


@pytest.mark.parametrize("accept", [True, False])
def test_a_years_redline_holds_both_years_line_by_line(db: None, accept: bool) -> None:
    """Without sections that draw or are signed: what those say is not lines of text."""
    old, new = (build_document(read_plan_file(plan_path(name).read_bytes()))
                for name in (PLAN_2007, PLAN_2008))  # fmt: skip
    drawn = {p.key for p in (*old.parts, *new.parts) if any(isinstance(b, DRAWN) for b in p.blocks)}
    old, new = (keep_parts(side, drawn, new) for side in (old, new))
    compared = redline(old, new)
    body = read_body(replace(compared, parts=compared.parts[1:]))

    settle(body, accept=accept)

    lines, wanted = (list(map(unnumber, filter(is_line, list_lines(each))))
                     for each in (body, read_body(new if accept else old)))  # fmt: skip
    assert lines == wanted
    assert len(wanted) > (300 if accept else 30)


def keep_parts(document: Document, left_out: set[str], like: Document) -> Document:
    parts = tuple(part for part in document.parts if part.key not in left_out)
    return replace(document, parts=parts, cover=like.cover)


def read_body(document: Document) -> Any:
    imprint = Imprint(COMPARISON, 0, date(2008, 4, 1))
    return docx.Document(BytesIO(render(document, "docx", imprint))).element.body


def is_line(line: str | list[str]) -> bool:
    return isinstance(line, str)


def unnumber(line: str) -> str:
    """Return a heading without its number, which is that of the new year."""
    return re.sub(r"^[0-9.]+ ", "", line)


def read_outline(entries: list[Any], level: int = 1) -> Iterator[tuple[str, int]]:
    """Yield title and level of each bookmark in order."""
    for entry in entries:
        if isinstance(entry, list):
            yield from read_outline(entry, level + 1)
        else:
            yield entry.title, level
