"""The demo's plans as LibreOffice opens them: every total reckoned anew, pages as they lie."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader

from documents.blocks import Document, Heading, Imprint
from documents.formats import render
from documents.values import split_notes
from plans.models import Plan
from plans.services.versions import plan_document
from tests.demo.conftest import PLAN_2008, PLAN_2017, plan_path
from tests.documents.office import convert, forget_figures

PLANS = {PLAN_2008: 421, PLAN_2017: 2}  # formulas of each
DRAFT = Imprint("Draft", 1, date(2008, 3, 14))

pytestmark = pytest.mark.slow


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
    assert f"Page {len(pages)} of {len(pages)}" in pages[-1]
    assert all("Draft, version 1, 14 March 2008" in page for page in pages)


def read_outline(entries: list[Any], level: int = 1) -> Iterator[tuple[str, int]]:
    """Yield title and level of each bookmark in order."""
    for entry in entries:
        if isinstance(entry, list):
            yield from read_outline(entry, level + 1)
        else:
            yield entry.title, level
