"""Printed plans read back: outline, contents, bookmarks, paper, tables, what travels along."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise, takewhile

import openpyxl
import pikepdf
import pytest

from documents.blocks import COMPARISON, Cell, Document, Heading, Part, Table
from documents.values import Value, show, split_notes
from tests.conformance.plans import EMPTY_BOX
from tests.conformance.press import Printed
from tests.documents.pdf_content import Spot
from tests.documents.pdf_reader import Tag

NAMES = [
    "plan-of-2008",
    "plan-of-2017",
    "odd-plan",
    "redline",
    "10-pages",
    "60-pages",
    pytest.param("300-pages", marks=pytest.mark.full),
]
HEADINGS = ("H1", "H2", "H3", "H4", "H5", "H6")
MARGINS = {False: (56.6, 56.6), True: (45.3, 45.3)}  # points left and right, by landscape
RECORD = "Record of approval"
AROUND = {False: (70.9, 62.4), True: (62.4, 53.9)}  # points above and below
LEAST_FILLED = 0.3  # of a page that is not the last of its chapter; a drawing may not fit below
TALL = 48.0  # points, of a row that may stand alone
SMALLEST = 7.99  # points, for 8 as it is rounded


@pytest.fixture(params=NAMES)
def plan(request: pytest.FixtureRequest, press: dict[str, Printed]) -> Printed:
    return press[request.param]


def tell(plan: Printed, what: str) -> None:
    """Say how much was looked at, for a run that shows it."""
    print(f"{plan.name}, {len(plan.text.pages)} pages: {what}")  # noqa: T201


def ordered_parts(document: Document) -> list[Part]:
    """Return the parts as they stand on paper: those before the contents first."""
    return sorted(document.parts, key=lambda part: not part.front)


def outline(plan: Printed) -> Iterator[tuple[Heading, Part, Tag]]:
    """Yield each heading of the plan's sections, its part, and its tag on paper."""
    tags = iter(plan.tree.all(*HEADINGS))
    for part in ordered_parts(plan.document):
        for heading in part.blocks:
            if isinstance(heading, Heading) and heading.text:
                words = squeeze(spell(heading))
                found = next((tag for tag in tags if squeeze(tag.words()).startswith(words)), None)
                assert found is not None, f"“{words}” is not on paper, or not in its place"
                yield heading, part, found


def spell(heading: Heading) -> str:
    return " ".join(f"{heading.number} {split_notes(heading.text)[0]}".split())


def squeeze(text: str) -> str:
    """Return text without blanks, which lines that break within a word have too many of."""
    return "".join(text.split())


def is_across(plan: Printed, page: int) -> bool:
    box = plan.text.pdf.pages[page].MediaBox
    return float(box[2]) > float(box[3])


# --- outline -------------------------------------------------------------------------------------


def test_there_are_as_many_pages_as_asked_for(plan: Printed) -> None:
    asked = re.match(r"(\d+)-pages", plan.name)
    if asked:
        assert 0.8 < len(plan.text.pages) / int(asked[1]) < 1.4
    assert len(plan.text.pages) > 9


def test_headings_are_those_of_the_plan_and_skip_no_level(plan: Printed) -> None:
    found = [(heading, tag) for heading, _, tag in outline(plan)]
    levels = [int(tag.kind[1]) for tag in plan.tree.all(*HEADINGS)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert [(a, b) for a, b in pairwise(levels) if b - a > 1] == []
    assert [tag.words() for heading, tag in found if int(tag.kind[1]) > heading.level + 1] == []
    tell(plan, f"{len(levels)} headings, {len(found)} of them sections")


def test_contents_name_the_pages_that_the_headings_are_on(plan: Printed) -> None:
    listed = [squeeze(tag.words()) for tag in find_contents(plan)]
    expected = [
        squeeze(f"{spell(heading)} {tell_change(heading)} {tag.pages()[0] + 1}")
        for heading, _, tag in outline(plan)
        if heading.level <= 3
    ]
    assert listed == expected
    tell(plan, f"{len(listed)} entries of the contents")


def tell_change(heading: Heading) -> str:
    return f"({heading.change})" if heading.change else ""


def find_contents(plan: Printed) -> list[Tag]:
    """Return the entries of the contents, which may go on over several pages."""
    tags = [tag for tag in plan.tree.walk() if tag.kind in ("LI", *HEADINGS)]
    start = next(at for at, tag in enumerate(tags) if tag.words() == "Contents") + 1
    return list(takewhile(lambda tag: tag.kind == "LI", tags[start:]))


def test_bookmarks_lead_to_the_pages_of_the_headings(plan: Printed) -> None:
    pages = {page.objgen: number for number, page in enumerate(plan.text.pdf.pages)}
    marked: list[tuple[str, int]] = []

    def walk(items: list[pikepdf.OutlineItem]) -> None:
        for item in items:
            marked.append((squeeze(item.title), pages[item.destination[0].objgen]))
            walk(item.children)

    with plan.text.pdf.open_outline() as opened:
        walk(opened.root)
    expected = [(squeeze(tag.words()), tag.pages()[0]) for _, _, tag in outline(plan)]
    assert [each for each in expected if each not in marked] == []
    order = [each for each in marked if each in expected]
    assert order == expected
    tell(plan, f"{len(marked)} bookmarks")


def test_links_lead_to_places_that_are_there(plan: Printed) -> None:
    names = list(plan.text.pdf.Root.Names.Dests.Names)
    places = {str(name) for name in names[::2]}
    links = [
        note
        for page in plan.text.pdf.pages
        for note in page.get("/Annots", [])
        if note.Subtype == "/Link"
    ]
    inside = [str(link.Dest) for link in links if "/Dest" in link]
    outside = [str(link.A.URI) for link in links if "/A" in link]
    assert len(inside) + len(outside) == len(links)
    assert {name for name in inside if name not in places} == set()
    assert {address for address in outside if not address.startswith("http")} == set()
    assert [link for link in links if not str(link.get("/Contents", "")).strip()] == []
    tell(plan, f"{len(inside)} links inside, {len(outside)} outside")


# --- paper ---------------------------------------------------------------------------------------


def test_sections_lie_as_they_ask(plan: Printed) -> None:
    headed = list(outline(plan))
    turned = [
        (tag.words(), page + 1)
        for _, part, tag in headed
        for page in tag.pages()
        if is_across(plan, page) != (part.orientation == "landscape")
    ]
    assert turned == []
    across = sum(is_across(plan, page) for page in range(len(plan.text.pages)))
    assert (across > 0) == any(part.orientation == "landscape" for part in plan.document.parts)
    tell(plan, f"{across} pages lie across")


def test_no_type_is_smaller_than_eight_points(plan: Printed) -> None:
    small = Counter(
        (round(spot.size, 2), spot.text[:40], spot.page + 1)
        for spot in plan.text.spots
        if spot.text.strip() and spot.size < SMALLEST
    )
    assert small == Counter()
    sizes = Counter(round(spot.size, 1) for spot in plan.text.spots)
    tell(plan, f"{sizes.total()} texts, the smallest of {min(sizes)} points")


def test_no_words_stand_outside_the_margins(plan: Printed) -> None:
    beyond = [
        (spot.page + 1, spot.text[:40], round(spot.left), round(spot.right))
        for spot in plan.text.spots
        if spot.mark is not None and spot.page and not stands_inside(plan, spot)
    ]
    assert beyond == []


def stands_inside(plan: Printed, spot: Spot) -> bool:
    box = plan.text.pdf.pages[spot.page].MediaBox
    left, right = MARGINS[is_across(plan, spot.page)]
    return left <= spot.left + 1 and spot.right - 1 <= float(box[2]) - right


def test_running_head_and_foot_name_plan_section_version_and_page(plan: Printed) -> None:
    of, cover = len(plan.text.pages), plan.document.cover
    around = [tag for tag in plan.tree.all("H2") if tag.words() in ("Contents", RECORD)]
    named = around + [tag for _, _, tag in outline(plan) if tag.kind in ("H2", "H3")]
    last = find_contents(plan)[-1].pages()[-1]
    section = ""
    for page in range(1, of):
        here = [tag.words() for tag in named if tag.pages()[0] == page]
        said = plan.text.artifacts(page)
        assert f"{cover.unit}, {cover.year}" in said
        assert said.endswith(f"Page {page + 1} of {of}")
        assert squeeze(here[0] if here else section) in squeeze(said)
        section = "" if page == last else here[-1] if here else section
    assert "Page" not in plan.text.artifacts(0)


def test_watermark_says_draft_until_published(plan: Printed) -> None:
    said = ["DRAFT" in "".join(plan.text.artifacts(n).split()) for n in range(len(plan.text.pages))]
    assert set(said) == {plan.imprint.state == "Draft"}


def test_page_of_record_is_complete_and_last(plan: Printed) -> None:
    record = plan.text.pages[-1]
    held = RECORD in record
    assert held == bool(plan.imprint.approvals)
    for approval in plan.imprint.approvals:
        for said in (approval.step, approval.person, approval.post, approval.reference):
            assert said in record
        assert f"{approval.at:%-d %B %Y}" in record
    for correction in plan.imprint.corrections:
        assert f"{correction.number} {correction.published_on:%-d %B %Y}" in record
        assert correction.reason in record
    if held:
        assert plan.imprint.digest in record.replace(" ", "")
        assert plan.imprint.branding.statement in record


# --- no heading at the foot, no total alone -------------------------------------------------------


def test_no_heading_stands_at_the_foot_of_a_page(plan: Printed) -> None:
    told = list(leaves(plan.tree))
    alone = [
        (words, page + 1)
        for (kind, words, page), (next_kind, _, next_page) in pairwise(told)
        if kind and next_page != page and has_something(kind, next_kind) and words != EMPTY_BOX
    ]
    assert alone == []


def has_something(kind: str, following: str) -> bool:
    """Say whether anything stands under a heading: words, or a heading of a lower level."""
    return following > kind if following else True


def leaves(tag: Tag) -> Iterator[tuple[str, str, int]]:
    """Yield of every heading its kind, words and page, and of all other words ""."""
    if tag.kind in HEADINGS:
        if tag.pages():
            yield tag.kind, tag.words(), tag.pages()[-1]
        return
    yield from (("", spot.text, spot.page) for spot in tag.spots if spot.text.strip())
    for child in tag.children:
        yield from leaves(child)


def test_no_total_stands_alone_on_a_page(plan: Printed) -> None:
    totals = {
        label_of(row.cells)
        for table in tables(plan.document)
        for row in table.rows
        if row.kind in ("total", "subtotal")
    } - {""}
    alone, count = [], 0
    for table in plan.tree.all("Table"):
        rows = [row for row in table.all("TR") if row.all("TD")]
        labels = {squeeze(head.words()) for row in rows for head in row.all("TH")}
        count += bool(labels & totals)
        if rows and not table.all("Caption") and len(rows) == 1:
            alone += [(words, table.pages()[0] + 1) for words in labels if words in totals]
    assert alone == []
    assert (count > 0) == (plan.name != "plan-of-2017")  # its budget is one line
    tell(plan, f"{count} tables end in totals")


def tables(document: Document) -> Iterator[Table]:
    for part in ordered_parts(document):
        for block in part.blocks:
            if isinstance(block, Table):
                yield block


def label_of(cells: tuple[object, ...]) -> str:
    """Return the words that label a row, as its first head prints them."""
    named = [cell.content for cell in cells if isinstance(cell, Cell) and cell.header]
    return squeeze(spell_label(named[0])) if named else ""


# --- pages are filled, nothing stands alone ------------------------------------------------------


def test_pages_are_filled_but_where_a_chapter_ends(plan: Printed) -> None:
    starts = {tag.pages()[0] for tag in plan.tree.all("H2")}
    listed = {page for entry in find_contents(plan) for page in entry.pages()}
    inner = [
        page
        for page in range(1, len(plan.text.pages) - 1)
        if page + 1 not in starts
        and is_across(plan, page) == is_across(plan, page + 1)
        and (page not in listed or page + 1 in listed)
    ]
    filled = {page + 1: round(measure_filled(plan, page), 2) for page in inner}
    assert {page: share for page, share in filled.items() if share < LEAST_FILLED} == {}
    tell(plan, f"{len(inner)} pages go on, filled from {min(filled.values(), default=1):.0%}")


def measure_filled(plan: Printed, page: int) -> float:
    """Return how much of its height a page's words reach down over, 0 to 1."""
    height = float(plan.text.pdf.pages[page].MediaBox[3])
    above, below = AROUND[is_across(plan, page)]
    words = [spot for spot in plan.text.spots if spot.page == page and spot.mark is not None]
    lowest = min((spot.baseline for spot in words if spot.text.strip()), default=height - above)
    return (height - above - lowest) / (height - above - below)


def test_no_row_stands_alone_at_the_foot_or_head_of_a_page(plan: Printed) -> None:
    found = plan.tree.all("Table")
    torn = [(one, two) for one, two in pairwise(found) if goes_on(one, two)]
    alone = [
        (part.words()[:60], part.pages()[0] + 1)
        for part in {id(part): part for pair in torn for part in pair}.values()
        if len(rows := rows_of(part)) == 1 and measure_height(rows[0]) < TALL
    ]
    assert alone == []
    tell(plan, f"{len(torn)} tables go on over the page")


def goes_on(one: Tag, two: Tag) -> bool:
    """Say whether a table is the rest of the one before it, on the next page."""
    head = head_of(two)
    return (
        not two.all("Caption")
        and two.pages()[0] == one.pages()[0] + 1
        and bool(head)
        and head == head_of(one)
    )


def rows_of(table: Tag) -> list[Tag]:
    return [row for row in table.all("TR") if row.all("TD")]


def measure_height(tag: Tag) -> float:
    lines = [spot.baseline for spot in tag.places()]
    return max(lines, default=0.0) - min(lines, default=0.0)


def test_no_item_of_a_list_stands_alone_at_the_foot_or_head_of_a_page(plan: Printed) -> None:
    boxes = [tag.children for tag in plan.tree.walk() if tag.kind != "LI" and tag.children]
    last = {id(children[-1]) for children in boxes}
    first = {id(children[0]) for children in boxes}
    inside = {id(each) for table in plan.tree.all("Table") for each in table.all("L")}
    torn = [
        (one, two)
        for one, two in pairwise(each for each in plan.tree.all("L") if id(each) not in inside)
        if id(one) in last and id(two) in first and is_over_the_page(one, two)
    ]
    alone = [
        (part.words()[:60], part.pages()[0] + 1)
        for pair in torn
        for part in pair
        if len(part.pages()) == 1
        and sum(child.kind == "LI" for child in part.children) == 1
        and measure_height(part) < TALL
    ]
    assert alone == []
    tell(plan, f"{len(torn)} lists go on over the page")


def is_over_the_page(one: Tag, two: Tag) -> bool:
    """Say whether a part begins on the page after the one that the part before it ends on."""
    pages = one.pages(), two.pages()
    return bool(pages[0] and pages[1]) and pages[1][0] == pages[0][-1] + 1


def test_charts_have_their_figures_on_their_page(plan: Printed) -> None:
    drawn = [tag for tag in plan.tree.walk() if tag.kind in ("Figure", "Table")]
    apart = [
        (figure.pages()[-1] + 1, str(figure.node.Alt)[:60])
        for figure, table in pairwise(drawn)
        if (figure.kind, table.kind) == ("Figure", "Table")
        and re.match(r"(Bar|Line) chart", str(figure.node.get("/Alt", "")))
        and not table.all("Caption")
        and table.pages() != figure.pages()
    ]
    assert apart == []


# --- tables --------------------------------------------------------------------------------------


def test_every_table_is_on_one_page_and_has_its_head_there(plan: Printed) -> None:
    found = plan.tree.all("Table")
    torn = [(each.words()[:60], each.pages()) for each in found if len(each.pages()) != 1]
    assert torn == []
    heads = [head_of(table) for table in found]
    bare = [table.words()[:9] for table, head in zip(found, heads, strict=True) if not head]
    assert bare == (["word word"] if plan.name == "odd-plan" else [])  # its column has no name
    last: list[str] = []
    for table, head in zip(found, heads, strict=True):
        if not table.all("Caption") and last and is_same_band(head, last):
            assert head == last
        last = head
    tell(plan, f"{len(found)} tables, {sum(not each.all('Caption') for each in found)} go on")


def is_same_band(head: list[str], last: list[str]) -> bool:
    """Say whether a table goes on below, not beside: its last column is that of the one before."""
    return bool(head) and head[-1] == last[-1]


def head_of(table: Tag) -> list[str]:
    """Return the words of the rows at the top that have no data cell with words."""
    words: list[str] = []
    for row in table.all("TR"):
        if any(cell.words() for cell in row.all("TD")):
            break
        if any(str(cell.node.A.Scope) == "/Column" for cell in row.all("TH")):
            words += [cell.words() for cell in row.all("TH")]
    return words


def test_every_head_has_a_scope_and_every_figure_its_heads(plan: Printed) -> None:
    ids = list(plan.text.pdf.Root.StructTreeRoot.IDTree.Names)
    named = {str(name) for name in ids[::2]}
    count = 0
    for table in plan.tree.all("Table"):
        heads = {str(head.node.ID): head for head in table.all("TH")}
        assert {str(head.node.A.Scope) for head in heads.values()} <= {"/Row", "/Column"}
        assert set(heads) <= named
        for cell in table.all("TD") if heads else ():
            if not cell.words():
                continue
            headers = [str(name) for name in cell.node.A.get("/Headers", [])]
            assert set(headers) <= set(heads), cell.words()
            scopes = [str(heads[name].node.A.Scope) for name in headers]
            assert "/Column" in scopes, (cell.words(), table.words()[:80])
            count += 1
    tell(plan, f"{count} cells with headers, {len(named)} heads")


def test_each_figure_of_a_budget_names_its_team_unit_year_and_column(plan: Printed) -> None:
    printed = Counter(
        (squeeze(summary_of(table)), squeeze(cell.words()), tuple(map(squeeze, heads)))
        for table in plan.tree.all("Table")
        for cell, heads in heads_of(table)
    )
    expected = Counter(
        each
        for table in tables(plan.document)
        if table.unit and plan.imprint.state != COMPARISON
        for each in figures_of(table)
    )
    assert list((expected - printed).elements())[:3] == []
    assert (plan.name == "redline") or expected.total() > 8
    tell(plan, f"{expected.total()} figures of budgets, each with all of its heads")


def summary_of(table: Tag) -> str:
    return str(table.node.get("/A", {}).get("/Summary", ""))


def heads_of(table: Tag) -> Iterator[tuple[Tag, list[str]]]:
    """Yield every data cell with the words of the heads that it names."""
    words = {str(head.node.ID): head.words() for head in table.all("TH")}
    for cell in table.all("TD"):
        yield cell, [words[str(name)] for name in cell.node.A.get("/Headers", [])]


def figures_of(table: Table) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield of every figure what names it: caption with the unit of measure, figure, heads."""
    caption = squeeze(f"{table.caption} {table.unit}")
    group: list[str] = []
    for row in table.rows:
        labels = [
            spell_label(cell.content)
            for cell in row.cells
            if isinstance(cell, Cell) and cell.header
        ]
        if row.kind in ("group", "total"):
            group = labels if row.kind == "group" else []
        for column, cell in zip(table.columns, row.cells, strict=True):
            if isinstance(cell, Cell) and isinstance(cell.content, Value) and not cell.header:
                heads = (*group, *column.groups, column.label, *labels)
                if show(cell.content):
                    yield caption, squeeze(show(cell.content)), tuple(map(squeeze, heads))


def spell_label(content: object) -> str:
    """Return a row's label as it is printed, the marks of its notes behind it."""
    words, marks = split_notes(content.text if isinstance(content, Value) else str(content))
    return " ".join([words, *marks])


# --- what travels along ----------------------------------------------------------------------


def test_plan_file_and_tables_travel_in_the_file(plan: Printed) -> None:
    attached = {
        name: spec.get_file().read_bytes() for name, spec in plan.text.pdf.attachments.items()
    }
    if plan.plan_file is None:
        assert attached == {}
        return
    assert attached["plan.json"] == plan.plan_file
    book = openpyxl.load_workbook(BytesIO(attached["tables.xlsx"]))
    assert len(book.sheetnames) >= len(list(tables(plan.document)))
    tell(plan, f"{len(attached['plan.json'])} bytes of plan file, {len(book.sheetnames)} sheets")
