"""The demo's plans compared: with edited copies of themselves, last year's, and a foreign one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import process_time

import pikepdf
import pytest

from documents import redline
from documents.blocks import COMPARISON, Cell, Document, Imprint, Prose, Table
from documents.formats import render
from documents.prose import leaves
from documents.values import Status, Value, parse
from plans.document import build_document
from plans.planfile import read_plan_file
from tests.demo.conftest import PLAN_2007, PLAN_2008, PLAN_2017, plan_path
from tests.verapdf import check

pytestmark = pytest.mark.django_db  # a risk section knows the council's schemes
IMPRINT = Imprint(COMPARISON, 0, date(2008, 4, 1))


def read(name: str) -> Document:
    return build_document(read_plan_file(plan_path(name).read_bytes()))


def edit(document: Document) -> tuple[Document, int]:
    """Return a copy with the first figure of every row one higher, and how many rows that are."""
    parts, count = [], 0
    for part in document.parts:
        blocks = []
        for block in part.blocks:
            rows = [_raise(row) for row in block.rows] if isinstance(block, Table) else []
            if isinstance(block, Table):
                count += sum(a is not b for a, b in zip(rows, block.rows, strict=True))
            blocks.append(replace(block, rows=tuple(rows)) if rows else block)
        parts.append(replace(part, blocks=tuple(blocks)))
    return replace(document, parts=tuple(parts)), count


def _raise(row):
    for place, cell in enumerate(row.cells):
        value = cell.content if isinstance(cell, Cell) else None
        if isinstance(value, Value) and value.status is Status.NUMBER and not cell.header:
            pound = "£" if value.pound else ""
            text = f"{pound}{value.number + 1} {value.unit}".strip()
            raised = replace(cell, content=parse(text))
            return replace(row, cells=(*row.cells[:place], raised, *row.cells[place + 1 :]))
    return row


def remarks(document: Document) -> Iterator[str]:
    """Yield every difference that a cell tells."""
    for part in document.parts[1:]:
        for table in (block for block in part.blocks if isinstance(block, Table)):
            for row in table.rows:
                for cell in row.cells:
                    if isinstance(cell, Cell) and isinstance(cell.content, Prose):
                        runs = [run for leaf in leaves(cell.content.elements) for run in leaf.runs]
                        yield from (r.text for r in runs if r.text.startswith(" ("))


@pytest.mark.parametrize("name", [PLAN_2007, PLAN_2008, PLAN_2017])
def test_an_edited_copy_shows_each_edit_and_nothing_else(name: str) -> None:
    before = read(name)
    after, count = edit(before)
    found = redline.compare(before, after, only_changes=True)
    assert dict(found.summary.rows) == {"changed": count}
    told = list(remarks(found.document))
    assert len(told) == count > 0
    assert all(text.startswith((" (+1", " (+£1")) for text in told)


@pytest.mark.parametrize(
    ("old", "new"), [(PLAN_2017, PLAN_2008), (PLAN_2008, PLAN_2017), (PLAN_2007, PLAN_2008)]
)
def test_any_two_plans_can_be_compared_in_a_second(old: str, new: str) -> None:
    before, after = read(old), read(new)
    start = process_time()
    found = redline.compare(before, after)
    page = render(found.document, "html", IMPRINT)
    assert process_time() - start < 2
    assert len(found.document.parts) - 1 == len(found.summary.sections) + found.summary.same
    assert page.count(b"<ins>") > 100


def test_last_years_figures_meet_this_years() -> None:
    summary = redline.summarise(read(PLAN_2007), read(PLAN_2008))
    by_key = {section.key: section for section in summary.sections}
    assert by_key["indicators"].rows["changed"] == 14
    assert by_key["child-protection"].rows["changed"] == 15
    assert by_key["budget"].rows["changed"] > 60
    assert [fact.label for fact in summary.facts] == [
        "Gross expenditure",
        "Controllable expenditure",
        "Staff (FTE)",
    ]


@pytest.mark.slow
@pytest.mark.any_database
def test_the_printed_comparison_conforms_and_says_its_changes(tmp_path: Path) -> None:
    path = tmp_path / "redline.pdf"
    document = redline.redline(read(PLAN_2007), read(PLAN_2008), only_changes=True)
    path.write_bytes(render(document, "pdf", IMPRINT))
    assert check(path, "ua1").failed == {}
    with pikepdf.open(path) as pdf:
        said = {
            str(each["/ActualText"])
            for each in pdf.objects
            if isinstance(each, pikepdf.Dictionary) and "/ActualText" in each
        }
    assert "changed from 1,998.7 to 1,612.3 (-386.4)" in {
        text.replace("\N{NO-BREAK SPACE}", " ") for text in said
    }
