"""One section alone, printed again after a change: the same pages as printed anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pypdfium2
import pytest
from PIL import ImageChops

from documents.blocks import Block, Heading, Paragraph, Part, Prose, Run, Table
from documents.formats import PieceStore, Supplies, print_part
from documents.renderers.bundles import pack, unpack
from documents.renderers.pieces import write_single_piece
from documents.renderers.print_client import printer
from documents.renderers.runs import (
    Cut,
    cut_section,
    describe_cuts,
    find_cuts,
    name_light,
    space_out,
    write_runs,
)
from tests.documents import samples
from tests.documents.samples import DRAFT, bullets, prose

pytestmark = pytest.mark.slow


class Kept(dict[str, bytes]):
    """A store of pieces in memory."""

    def put(self, key: str, piece: bytes) -> None:
        self[key] = piece


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that is told what the printing process is asked for."""
    asked: list[str] = []
    perform_all = printer.perform_all

    def listen(tasks: list[bytes], *args: object) -> Iterator[object]:
        asked.extend(map(name_task, tasks))
        return perform_all(tasks, *args)

    monkeypatch.setattr(printer, "perform_all", listen)
    return asked


def name_task(task: bytes) -> str:
    """Return "run", "whole" for all of a section, or "append"."""
    head = unpack(task).head
    is_whole = head["task"] == "print_section" and not head["skipped"] and not head["until"]
    return "whole" if is_whole else head["task"].replace("print_section", "run")


def make_section(chapters: int = 6) -> Part:
    """Return a section of headings, words, lists, and tables with notes, over some eleven pages."""
    blocks: list[Block] = [Heading("Finance & staff", 1, "s", "4")]
    for n in range(chapters):
        table = replace(samples.make_indicators(), key=f"kpi-{n}")
        rows = [replace(table.rows[0], key=f"r{at}") for at in range(9 + 2 * n)]
        blocks += [
            Heading(f"Below <{n}>", 2, f"s{n}", f"4.{n}"),
            prose(*[f"Paragraph {at} of {n}. " + "Many words follow. " * 25 for at in range(4)]),
            Prose((bullets("One", "Two", "Three"),)),
            Prose((Paragraph((Run(f"The table of {n}:"),)),)),
            replace(table, rows=tuple(rows)),
        ]
    return Part("s", tuple(blocks))


def change(part: Part, at: int) -> Part:
    """Return the section with other words, as long, in a block."""
    blocks, block = list(part.blocks), part.blocks[at]
    match block:
        case Heading():
            blocks[at] = replace(block, text="Other words")
        case Table():
            blocks[at] = replace(block, caption="Other words")
        case _:
            blocks[at] = prose("Other words.", *["Many words follow. " * 25] * 3)
    return replace(part, blocks=tuple(blocks))


def print_again(part: Part, store: PieceStore) -> bytes:
    return print_part(part, DRAFT, Supplies(pieces=store), lasting="section 1")


def assert_same_pages(found: bytes, part: Part) -> None:
    """Fail unless the pages show what those of the section do that are printed anew."""
    pairs = zip(read(found), read(print_part(part, DRAFT)), strict=True)
    for number, (ours, anew) in enumerate(pairs, 1):
        assert ours[0] == anew[0], f"page {number}"
        assert not ImageChops.difference(ours[1], anew[1]).getbbox(), f"page {number}"


def read(data: bytes) -> list[tuple[str, object]]:
    """Return the words of each page and its picture."""
    return [
        (page.get_textpage().get_text_bounded(), page.render(scale=1).to_pil().convert("L"))
        for page in pypdfium2.PdfDocument(data)
    ]


def test_pages_are_those_printed_anew_wherever_the_change_is(tasks: list[str]) -> None:
    part, store = make_section(), Kept()
    print_again(part, store)
    places = (0, 1, 5, 6, 10, 14, 15, 16, len(part.blocks) - 1)
    again = 0
    for at in places:
        changed = change(part, at)
        tasks.clear()
        found = print_again(changed, store)
        again += "whole" not in tasks
        assert_same_pages(found, changed)
    assert again > len(places) / 2


def test_only_the_run_that_changed_is_printed(tasks: list[str]) -> None:
    part, store = make_section(), Kept()
    print_again(part, store)
    changed = change(part, len(part.blocks) - 1)
    tasks.clear()
    print_again(changed, store)
    assert tasks == ["run", "append"]
    tasks.clear()
    assert print_again(changed, store) == print_again(changed, store)
    assert tasks == []


def test_section_is_printed_whole_where_pages_move(tasks: list[str]) -> None:
    part, store = make_section(), Kept()
    print_again(part, store)
    longer = replace(part, blocks=(part.blocks[0], prose(*["Words. " * 60] * 9), *part.blocks[1:]))
    tasks.clear()
    assert_same_pages(print_again(longer, store), longer)
    assert "whole" in tasks
    tasks.clear()
    print_again(change(longer, len(longer.blocks) - 1), store)  # and it is known anew
    assert tasks == ["run", "append"]


@pytest.mark.parametrize("moved", [-1, 1])
def test_what_is_kept_may_be_wrong(moved: int) -> None:
    part, store = make_section(), Kept()
    print_again(part, store)
    piece = write_single_piece(part)
    section = cut_section(piece.markup, piece.sheet)
    [key] = [key for key, kept in store.items() if set(unpack(kept).head) == {"cuts"}]
    cuts = find_cuts(section, unpack(store[key]).head)
    wrong = [Cut(cut.block + moved, cut.page) for cut in cuts]
    changed = change(part, 6)
    for told in (
        pack(describe_cuts(section, wrong)),
        pack(describe_cuts(section, [Cut(cut.block, cut.page + moved) for cut in cuts])),
        pack({"cuts": [["no such block", 3], 4]}),
        b"no bundle",
    ):
        store[key] = told
        store = Kept({key: told})
        assert_same_pages(print_again(changed, store), changed)


def test_what_is_kept_of_a_section_does_not_grow_with_its_previews() -> None:
    part, store = make_section(), Kept()
    print_again(part, store)
    before = len(store)
    for at in (1, 6):
        print_again(change(part, at), store)
    assert len(store) <= before + 2 * 3  # the file, and the runs that it changes


def test_short_section_is_kept_as_one_file() -> None:
    store = Kept()
    part = Part("s", make_section().blocks[:4])
    assert_same_pages(print_again(part, store), part)
    assert len(store) == 1


def test_runs_are_cut_as_the_section_was_written() -> None:
    piece = write_single_piece(make_section())
    section = cut_section(piece.markup, piece.sheet)
    inner = "".join(block.markup for block in section.blocks)
    assert f"{section.opening}{inner}{section.closing}" == piece.markup
    heading = next(at for at, block in enumerate(section.blocks) if block.name == "s2")
    first, second = write_runs(section, [Cut(heading, 4)])
    assert (first.until, first.pages, first.skipped) == ("s2", 4, 0)
    assert 'id="s2"' in first.markup
    assert 'id="s3"' not in first.markup
    assert (second.until, second.pages, second.skipped) == ("", None, 1)
    assert 'data-section="4.1 Below &lt;1&gt;"' in second.markup
    assert "counter-reset: page 4" in second.rules
    empty = cut_section('<div class="portrait"><section></section></div>', "portrait")
    assert (empty.opening, empty.blocks) == ('<div class="portrait"><section>', ())


def test_section_is_not_cut_where_much_would_be_printed_twice() -> None:
    table = replace(samples.make_budget(60), key="large")
    part = Part("s", (*make_section(2).blocks, Heading("Money", 2, "money", "4.9"), table))
    piece = write_single_piece(part)
    light = name_light(cut_section(piece.markup, piece.sheet))
    assert "s1" in light
    assert not {"money", "s-table-large"} & set(light)
    assert space_out([("s1", 2)], 5) == []
    assert space_out([("s1", 2), ("s2", 3), ("s3", 5), ("s4", 7)], 8) == [("s1", 2), ("s3", 5)]
