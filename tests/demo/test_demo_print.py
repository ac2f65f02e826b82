"""The demo plans on paper: in pieces as in one go, by the rules of PDF/UA and PDF/A."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from PIL import ImageChops

from documents.blocks import Document, Imprint
from documents.formats import Attachment, Supplies
from documents.renderers import pdf
from documents.renderers.pieces import write_pieces
from plans.models import Plan
from plans.services.versions import plan_document
from tests.demo.conftest import PLAN_2008, PLAN_2017, plan_path
from tests.verapdf import check, needs_java

DRAFT = Imprint("Draft", 1, date(2017, 4, 3))
PLAN_FILE = Attachment("plan.json", "application/json", "The plan as data", b"{}")

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def print_both(document: Document, *, archive: bool = False) -> tuple[bytes, bytes]:
    """Return the document printed in pieces, and in one go."""
    printing = pdf.Printing(document, DRAFT, Supplies(attachments=(PLAN_FILE,)), archive=archive)
    printing.pieces = write_pieces(document, DRAFT)
    return printing.print_in_pieces(), printing.print_whole()


@needs_java
def test_plan_of_2017_breaks_no_rule(import_file: Callable[[Path], Plan], tmp_path: Path) -> None:
    document = plan_document(import_file(plan_path(PLAN_2017)))
    for name, data in zip(("pieces", "whole"), print_both(document), strict=True):
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(data)
        report = check(path, "ua1")
        assert report.rules_checked > 100
        assert report.failed == {}


@needs_java
def test_archive_of_2017_breaks_no_rule_of_either_kind(
    import_file: Callable[[Path], Plan], tmp_path: Path
) -> None:
    document = plan_document(import_file(plan_path(PLAN_2017)))
    path = tmp_path / "archive.pdf"
    path.write_bytes(print_both(document, archive=True)[0])
    assert check(path, "3a").failed == {}
    assert check(path, "ua1").failed == {}


@pytest.mark.parametrize("name", [PLAN_2008, PLAN_2017])
def test_pages_have_the_same_pixels_as_in_one_go(
    name: str, import_file: Callable[[Path], Plan]
) -> None:
    drawn = [
        [page.render(scale=1).to_pil().convert("L") for page in pypdfium2.PdfDocument(data)]
        for data in print_both(plan_document(import_file(plan_path(name))))
    ]
    pairs = zip(*drawn, strict=True)
    differing = [n for n, (a, b) in enumerate(pairs, 1) if ImageChops.difference(a, b).getbbox()]
    assert differing == []
