"""The demo's longest section, printed again after a change of a unit: the same pages as anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from documents.blocks import Part, Table
from plans.models import Plan
from plans.services.versions import plan_document
from tests.demo.conftest import PLAN_2008, plan_path
from tests.documents.test_previews import Kept, assert_same_pages, print_again

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.any_database]


def change_unit(part: Part, at: int) -> Part:
    """Return the budget with another name for the first row of a unit's table."""
    table = part.blocks[at]
    assert isinstance(table, Table)
    first, *others = table.rows
    cells = [replace(cell, content="Another name") if cell.header else cell for cell in first.cells]
    blocks = list(part.blocks)
    blocks[at] = replace(table, rows=(replace(first, cells=tuple(cells)), *others))
    return replace(part, blocks=tuple(blocks))


def test_budget_is_printed_again_as_anew(import_file: Callable[[Path], Plan]) -> None:
    document = plan_document(import_file(plan_path(PLAN_2008)))
    [budget] = [part for part in document.parts if part.key == "budget"]
    tables = [at for at, block in enumerate(budget.blocks) if isinstance(block, Table)]
    store = Kept()
    assert_same_pages(print_again(budget, store), budget)
    begun = len(store)
    assert begun > 4  # its runs, where they begin, the file
    for at in (tables[0], tables[2], tables[len(tables) // 2], tables[-1]):
        changed = change_unit(budget, at)
        assert_same_pages(print_again(changed, store), changed)
    assert len(store) <= begun + 4 * 3
