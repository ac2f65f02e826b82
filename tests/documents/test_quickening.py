"""What the engine does quickly comes out as what it does by itself: the same file, to the byte."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]

PRINT = """
import hashlib, sys
from io import BytesIO
from weasyprint import HTML
import pikepdf
from documents.redline import redline
from documents.renderers import engine
from documents.renderers.paper import draw_watermark, write_page_rules
from documents.renderers.pieces import write_print_page
from tests.documents.samples import DRAFT, PICTURES, make_document
from tests.documents.test_pdf_pieces import make_chapters

if sys.argv[1] == "slowly":
    engine.quicken, engine._Page._ua_stylesheets = lambda: None, HTML._ua_stylesheets
sample, chapters = make_document(), make_chapters(5)
for document in (sample, chapters, redline(sample, chapters)):
    page = write_print_page(document, DRAFT, PICTURES)
    rules = write_page_rules(document, DRAFT)
    for tagged in (True, False):
        job = engine.Job(page, rules, draw_watermark(DRAFT).decode(), PICTURES, tagged=tagged)
        laid_out, pdf = engine.print_job(job)
        file, target = pikepdf.open(BytesIO(pdf)), BytesIO()
        spelt_out = pikepdf.StreamDecodeLevel.generalized
        file.save(
            target, compress_streams=False, stream_decode_level=spelt_out, static_id=True, qdf=True
        )
        told = repr(engine.describe_pages(laid_out)).encode() + target.getvalue()
        print(len(laid_out.pages), hashlib.sha256(told).hexdigest())
"""


def print_samples(how: str) -> list[str]:
    """Return pages and digest of each sample, as printed "quickly" or by the engine itself."""
    ended = subprocess.run(
        [sys.executable, "-c", PRINT, how],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "0"},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    return ended.stdout.splitlines()


def test_quick_printing_gives_the_same_files_as_slow_printing() -> None:
    quickly = print_samples("quickly")
    assert len(quickly) == 6
    assert quickly == print_samples("slowly")
