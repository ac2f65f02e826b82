"""Two documents as one: every kind of change, in order, by words, and in bounded time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents import codec, redline
from documents.blocks import (
    COMPARISON,
    COVERED,
    Cell,
    Change,
    Chart,
    Column,
    Cover,
    Document,
    Heading,
    Imprint,
    List,
    Note,
    Paragraph,
    Part,
    Person,
    Picture,
    Prose,
    Quadrants,
    Row,
    Run,
    Series,
    Signatures,
    SubHeading,
    Table,
)
from documents.formats import render
from documents.prose import leaves
from documents.redline.prose import redline_prose
from documents.redline.tables import redline_table
from documents.values import parse
from tests.documents import samples, strategies
from tests.documents.samples import paragraph, prose

BLANK = Document("Plan", Cover("Council", "", "Unit", "2008/09"), ())


def section(*blocks: object, key: str = "s", title: str = "Section", level: int = 1) -> Part:
    return Part(key, (Heading(title, level, key), *blocks))


def plan(*parts: Part) -> Document:
    return replace(BLANK, parts=parts)


def compare_blocks(old: object, new: object, *, only_changes: bool = False) -> tuple[object, ...]:
    """Return the blocks below the heading of a section that held `old` and holds `new`."""
    before, after = (plan(section(*([b] if b else []))) for b in (old, new))
    found = redline.redline(before, after, only_changes=only_changes)
    return found.parts[1].blocks[1:] if len(found.parts) > 1 else ()


def told(runs: Iterable[Run]) -> str:
    """Return runs with their changes: "-gone-", "+come+", "(a remark)"."""
    marks: dict[Change, str] = {"removed": "-{}-", "added": "+{}+", "changed": "<{}>"}
    return "".join(marks.get(run.change, "{}").format(run.text) for run in runs)


def told_cell(cell: Cell) -> str:
    if isinstance(cell.content, Prose):
        return "|".join(told(leaf.runs) for leaf in leaves(cell.content.elements))
    return getattr(cell.content, "text", str(cell.content))


def told_prose(*blocks: object) -> list[str]:
    found = [block for block in blocks if isinstance(block, Prose)]
    return [told(leaf.runs) for block in found for leaf in leaves(block.elements)]


def told_table(table: Table) -> list[tuple[str, ...]]:
    return [
        (row.change, *("" if cell is COVERED else told_cell(cell) for cell in row.cells))
        for row in table.rows
    ]


def make_table(*rows: tuple[str, ...], columns: str = "Name Value", keys: bool = True) -> Table:
    """Return a table; the first of each row is its key, the second its label."""
    heads = [Column(name.lower(), name) for name in columns.split()]
    made = [
        Row(
            key if keys else f"{key}{len(rows)}",
            (Cell(label, header=True), *(Cell(parse(text)) for text in texts)),
        )
        for key, label, *texts in rows
    ]
    return Table(tuple(heads), tuple(made), caption="Table", key="t")


# --- words ----------------------------------------------------------------------------------------


def test_words_are_compared_one_by_one() -> None:
    old = prose("The service will meet every child within ten working days of the call.")
    new = prose("The service shall meet every child within ten working days of the call.")
    assert told_prose(redline_prose(old, new)) == [
        "The service -will-+shall+ meet every child within ten working days of the call."
    ]


def test_a_word_that_stays_alone_between_changes_reads_as_part_of_them() -> None:
    old = prose("We wrote to each parent of the children who had left their school last year.")
    new = prose("We spoke to every parent of the children who had left their school last year.")
    assert told_prose(redline_prose(old, new)) == [
        "We -wrote to each-+spoke to every+ parent of the children who had left "
        "their school last year."
    ]


def test_a_figure_in_a_sentence_is_said_with_its_difference() -> None:
    old = prose("The division spends £148.3m on all of its work for children and for families.")
    new = prose("The division spends £150.0m on all of its work for children and for families.")
    [line] = told_prose(redline_prose(old, new))
    assert "-£148.3m-<\N{NO-BREAK SPACE}→ >+£150.0m+< (+£1.7m)>" in line


def test_a_year_has_no_difference() -> None:
    old = prose("In 2007 the division moved to new offices in the middle of the town for good.")
    new = prose("In 2008 the division moved to new offices in the middle of the town for good.")
    [line] = told_prose(redline_prose(old, new))
    assert line.startswith("In -2007-+2008+ the")


def test_style_stays_on_each_side() -> None:
    bold = Prose((Paragraph((Run("Nobody waits "), Run("longer than a week", strong=True))),))
    new = Prose((Paragraph((Run("Nobody waits "), Run("longer than a month", strong=True))),))
    [line] = redline_prose(bold, new).elements
    assert isinstance(line, Paragraph)
    assert [(r.text, r.strong, r.change) for r in line.runs] == [
        ("Nobody waits ", False, ""),
        ("longer than a ", True, ""),
        ("week", True, "removed"),
        ("month", True, "added"),
    ]


def test_a_change_of_style_alone_is_said() -> None:
    new = Prose((Paragraph((Run("One", strong=True),)),))
    assert told_prose(redline_prose(prose("One"), new)) == ["One< (style or link changed)>"]


def test_a_live_figure_typed_by_hand_is_no_change() -> None:
    live = Prose((Paragraph((Run("12", figure="budget.gross"),)),))
    assert told_prose(redline_prose(live, prose("12"))) == ["12"]


def test_paragraphs_items_and_headings_come_and_go_at_their_place() -> None:
    old = Prose(
        (
            paragraph("Stays here."),
            SubHeading((Run("Gone heading"),)),
            List(((paragraph("First thing to do"),), (paragraph("Second thing to do"),))),
        )
    )
    new = Prose(
        (
            paragraph("Stays here."),
            List(((paragraph("Second thing to do"),), (paragraph("Entirely other words"),))),
            paragraph("Comes."),
        )
    )
    assert told_prose(redline_prose(old, new)) == [
        "Stays here.",
        "-Gone heading-",
        "-First thing to do-",
        "Second thing to do",
        "+Entirely other words+",
        "+Comes.+",
    ]


# --- reading one side -----------------------------------------------------------------------------


def read_side(block: Prose, leave_out: str) -> list[str]:
    """Return the paragraphs of one side, without the redline's own words."""
    texts = (
        "".join(run.text for run in leaf.runs if run.change not in (leave_out, "changed"))
        for leaf in leaves(block.elements)
    )
    return [text for text in texts if text]


def plain(block: Prose) -> list[str]:
    return [text for leaf in leaves(block.elements) if (text := "".join(r.text for r in leaf.runs))]


SENTENCES = st.lists(
    st.sampled_from(["one", "two", "three", "£12.5m", "2008/09", ",", "the", "a\n"]), max_size=12
).map(" ".join)
PARAGRAPHS = st.lists(SENTENCES.map(paragraph), max_size=6).map(lambda some: Prose(tuple(some)))


@given(old=PARAGRAPHS | strategies.prose, new=PARAGRAPHS | strategies.prose)
@settings(max_examples=150)
def test_each_side_can_be_read_out_of_the_redline(old: Prose, new: Prose) -> None:
    both = redline_prose(old, new)
    assert read_side(both, "added") == plain(old)
    assert read_side(both, "removed") == plain(new)


@pytest.mark.slow
@given(old=strategies.documents(), new=strategies.documents())
@settings(max_examples=60)
def test_any_two_documents_can_be_compared_stored_and_shown(old: Document, new: Document) -> None:
    for only_changes in (False, True):
        found = redline.redline(old, new, only_changes=only_changes)
        assert codec.from_json(codec.to_json(found)) == found
        render(found, "html", Imprint(COMPARISON, 0, date(2008, 4, 1)))


@given(same=strategies.documents())
@settings(max_examples=30)
def test_a_document_compared_with_itself_has_no_change(same: Document) -> None:
    assert redline.summarise(same, same).is_empty
    whole = redline.redline(same, same)
    assert whole.parts[1:] == same.parts
    assert len(redline.redline(same, same, only_changes=True).parts) == 1


def test_a_plan_without_redline_stores_no_change() -> None:
    assert b"change" not in codec.to_json(samples.make_document())


# --- rows and cells -------------------------------------------------------------------------------


def test_rows_meet_by_key_and_figures_show_their_difference() -> None:
    old = make_table(("a", "Stable homes", "97.4"), ("b", "Visits", "12"), ("c", "Calls", "3"))
    new = make_table(("a", "Stable homes", "98.1"), ("d", "Letters", "5"), ("b", "Visits", "12"))
    table, left_out = redline_table(old, new)
    arrow = "<\N{NO-BREAK SPACE}→ >"
    assert told_table(table) == [
        ("changed", "Stable homes", f"-97.4-{arrow}+98.1+< (+0.7)>"),
        ("added", "<Added: >Letters", "5"),
        ("", "Visits", "12"),
        ("removed", "<Removed: >Calls", "3"),
    ]
    assert left_out == 0


def test_a_moved_row_says_where_it_was() -> None:
    rows = [("a", "One", "1"), ("b", "Two", "2"), ("c", "Three", "3")]
    table, _ = redline_table(make_table(*rows), make_table(rows[2], rows[0], rows[1]))
    assert told_table(table)[0] == ("moved", "<Moved, was row 3: >Three", "3")
    assert [row.change for row in table.rows] == ["moved", "", ""]


def test_rows_of_another_year_meet_by_label_and_by_reference() -> None:
    columns = "Row-Ref Label Target"
    old = make_table(("a", "K1", "Placed near home", "80"), columns=columns, keys=False)
    old = replace(
        old, rows=(*old.rows, *make_table(("b", "K2", "Old name", "5"), columns=columns).rows)
    )
    new = make_table(
        ("x", "K1", "Placed near home", "85"), ("y", "K2", "New name", "5"), columns=columns
    )  # fmt: skip
    table, _ = redline_table(old, new)
    assert [row.change for row in table.rows] == ["changed", "changed"]


def test_rows_of_one_label_meet_within_their_group() -> None:
    def groups(*keys: str) -> Table:
        rows = []
        for group, key, value in zip(("North", "South"), keys, ("1", "2"), strict=True):
            heading = Cell(group, header=True, column_span=2)
            rows.append(Row(f"{key}-g", (heading, COVERED), kind="group"))
            rows.append(Row(key, (Cell("Total", header=True), Cell(parse(value)))))
        return Table((Column("n", "Name"), Column("v", "Value")), tuple(rows))

    old, new = groups("a", "b"), groups("x", "y")
    table, _ = redline_table(old, replace(new, rows=(*new.rows[2:], *new.rows[:2])))
    assert {row.change for row in table.rows} == {"", "moved"}


def test_columns_meet_by_key_label_and_place_and_say_what_they_were() -> None:
    old = make_table(("a", "Grade", "4", "5"), columns="Name 2006/07 2007/08")
    new = make_table(("a", "Grade", "5", "6"), columns="Name 2007/08 2008/09")
    table, _ = redline_table(old, new)
    assert [column.label for column in table.columns] == [
        "Name",
        "2006/07 (removed)",
        "2007/08",
        "2008/09 (added)",
    ]
    assert told_table(table) == [("", "Grade", "4", "5", "6")]
    assert [cell.change for cell in table.rows[0].cells] == ["", "removed", "", "added"]


def test_a_column_that_only_changed_its_year_is_the_same() -> None:
    old = Table((Column("n", "Name"), Column("a0607", "Target 2006/07")), ())
    new = Table((Column("n", "Name"), Column("a0708", "Target 2007/08")), ())
    table, _ = redline_table(old, new)
    assert [column.label for column in table.columns] == [
        "Name",
        "Target 2007/08 (was: Target 2006/07)",
    ]


def test_a_spanning_cell_stays_one_where_rows_come() -> None:
    def steps(*keys: str) -> Table:
        first = Cell("Action", header=True, row_span=len(keys))
        rows = [
            Row(key, ((first if place == 0 else COVERED), Cell(f"step {key}")))
            for place, key in enumerate(keys)
        ]
        return Table((Column("t", "Title"), Column("s", "Step")), tuple(rows))

    table, _ = redline_table(steps("a", "b"), steps("a", "n", "b"))
    assert table.rows[0].cells[0].row_span == 3
    assert [row.change for row in table.rows] == ["", "added", ""]


def test_dates_texts_ratings_and_notes_of_cells() -> None:
    columns = tuple(Column(name, name) for name in ("n", "d", "t", "r"))

    def row(day: date, text: str, rating: str, mark: str) -> Table:
        cells = (
            Cell(parse(f"1 [note {mark}]"), header=True),
            Cell(day),
            Cell(text),
            Cell("", rating=strategies.Rating(rating)),
        )
        return Table(columns, (Row("a", cells),), notes=(Note(mark, prose(f"Note {mark}.")),))

    table, _ = redline_table(
        row(date(2008, 3, 1), "Head of Care", "Good", "1"),
        row(date(2008, 3, 3), "Head of Homes", "Poor", "2"),
    )
    arrow = "<\N{NO-BREAK SPACE}→ >"
    assert told_table(table)[0] == (
        "changed",
        "1-1-+2+",
        f"-1 March 2008-{arrow}+3 March 2008+< (+2 days)>",
        f"-Head of Care-{arrow}+Head of Homes+",
        f"-Good-{arrow}+Poor+",
    )
    assert [(note.mark, told_prose(note.text)) for note in table.notes] == [
        ("1", ["-Note 1.-"]),
        ("2", ["+Note 2.+"]),
    ]


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("12", "see note 1", "-12-<\N{NO-BREAK SPACE}→ >+see note 1+"),
        ("see note 1", "see note 2", "-see note 1-<\N{NO-BREAK SPACE}→ >+see note 2+"),
        ("see note 1", "see note 1 [note 2]", "see note 1+2+"),
    ],
)
def test_a_cell_that_only_cites_a_note_names_it_once(old: str, new: str, shown: str) -> None:
    before, after = (make_table(("a", "Visits", text)) for text in (old, new))

    table, _ = redline_table(before, after)

    assert told_table(table) == [("changed", "Visits", shown)]


def test_only_changed_rows_with_their_group_are_kept_and_the_rest_counted() -> None:
    rows = [(f"k{number}", f"Row {number}", str(number)) for number in range(20)]
    changed = [*rows[:7], ("k7", "Row 7", "99"), *rows[8:]]
    table, left_out = redline_table(make_table(*rows), make_table(*changed), only_changes=True)
    assert ([row.key for row in table.rows], left_out) == (["k7"], 19)
    blocks = compare_blocks(make_table(*rows), make_table(*changed), only_changes=True)
    assert told_prose(*blocks) == ["19 rows without change are left out."]


# --- other blocks ---------------------------------------------------------------------------------


def test_rows_with_figures_in_a_new_column_are_shown_among_the_changes() -> None:
    old = make_table(("a", "Visits", "1"), ("b", "Calls", "2"))
    new = make_table(("a", "Visits", "1", "7"), ("b", "Calls", "2", ""), columns="Name Value More")

    said, table, left_out = compare_blocks(old, new, only_changes=True)

    assert told_prose(said, left_out) == [
        "<The heads of this table changed.>", "1 row without change is left out."]  # fmt: skip
    assert told_table(table) == [("", "Visits", "1", "7")]
    assert [cell.change for cell in table.rows[0].cells] == ["", "", "added"]


def test_a_unit_that_changed_is_said() -> None:
    old = make_table(("a", "Visits", "1"))
    name, value = old.columns
    new = replace(old, unit="£m", columns=(name, replace(value, unit="days")))
    before = replace(old, unit="£000", columns=(name, replace(value, unit="%")))
    said = (
        "<The heads of this table changed: “£000” is now “£m”, “Value (%)” is now “Value (days)”.>"
    )

    whole = compare_blocks(before, new)
    changes = compare_blocks(before, new, only_changes=True)

    assert told_prose(*whole) == [said]
    assert told_prose(*changes) == [said, "1 row without change is left out."]


def test_a_chart_whose_unit_changed_is_drawn_and_says_so() -> None:
    bars = Chart("bar", ("Homes",), (Series("", (parse("4"),)),), "Places", unit="%")
    days = replace(bars, unit="days")

    found = compare_blocks(bars, days, only_changes=True)

    assert days in found
    assert told_prose(*found) == [
        "<This chart changed: Places>",
        "<The heads of this table changed: “Value (%)” is now “Value (days)”.>",
    ]


def test_a_chart_that_changed_shows_its_figures() -> None:
    old = Chart("bar", ("2007", "2008"), (Series("Actual", (parse("5"), parse("6"))),), "Visits")
    new = replace(old, series=(Series("Actual", (parse("5"), parse("8"))),))
    said, table = compare_blocks(old, new, only_changes=True)
    assert told_prose(said) == ["<This chart changed: Visits>"]
    assert isinstance(table, Table)
    assert told_table(table) == [("changed", "2008", "-6-<\N{NO-BREAK SPACE}→ >+8+< (+2)>")]


@pytest.mark.parametrize("block", [samples.BAR, samples.ORG, samples.MATRIX])
def test_drawings_come_and_go_in_words(block: object) -> None:
    assert compare_blocks(None, block)[-1] == block
    [gone, table] = compare_blocks(block, None)
    assert " was removed" in told_prose(gone)[0]
    assert isinstance(table, Table)
    assert {row.change for row in table.rows} == {"removed"}


def test_pictures_boxes_and_signatures() -> None:
    picture = Picture("map.png", "A map", "The county", digest="a" * 64)
    swapped = compare_blocks(picture, replace(picture, digest="b" * 64, caption="The town"))
    assert told_prose(*swapped) == [
        "<This picture was replaced by another.>",
        "<Caption of this picture: >The -county-+town+",
    ]
    boxes = compare_blocks(
        Quadrants((("Money", prose("Balanced.")), ("People", prose("Trained.")))),
        Quadrants((("Money", prose("Overspent.")), ("Homes", prose("Near.")))),
    )[-1]
    assert isinstance(boxes, Quadrants)
    assert [(title, told_prose(words)) for title, words in boxes.boxes] == [
        ("Money", ["-Balanced.-", "+Overspent.+"]),
        ("People (removed)", ["-Trained.-"]),
        ("Homes (added)", ["+Near.+"]),
    ]
    signed = compare_blocks(
        Signatures((("Ana Pell", "Head"),)), Signatures((("Maya Okafor", "Director"),))
    )
    assert told_prose(*signed)[1:] == ["-Ana Pell--, Head-", "+Maya Okafor++, Director+"]


# --- sections -------------------------------------------------------------------------------------


def headings(document: Document) -> list[tuple[str, Change]]:
    return [
        (block.text, block.change)
        for part in document.parts[1:]
        for block in part.blocks
        if isinstance(block, Heading)
    ]


def test_sections_come_go_move_and_are_renamed_at_their_place() -> None:
    one, two, three = (
        section(prose(f"Text {n}."), key=n, title=n) for n in ("one", "two", "three")
    )
    renamed = replace(two, blocks=(Heading("deux", 1, "two"), *two.blocks[1:]))
    fresh = section(prose("New."), key="new", title="new")
    found = redline.redline(plan(one, two, three), plan(three, renamed, fresh))
    assert headings(found) == [
        ("three", "moved"),
        ("one", "removed"),
        ("deux", "changed"),
        ("new", "added"),
    ] or headings(found) == [
        ("one", "removed"),
        ("three", "moved"),
        ("deux", "changed"),
        ("new", "added"),
    ]
    changed = next(part for part in found.parts if part.key == "two")
    assert told_prose(*changed.blocks)[0] == "<The heading was changed from >-two-< to >+deux+"


def test_sections_of_another_year_meet_by_title() -> None:
    old = plan(section(prose("Text."), key="a", title="Review of 2006/07"))
    new = plan(section(prose("Text."), key="b", title="Review of 2007/08"))
    assert headings(redline.redline(old, new)) == [("Review of 2007/08", "changed")]


def test_numbers_that_shift_are_no_change() -> None:
    old = section(prose("Text."))
    new = replace(old, blocks=(replace(old.blocks[0], number="3"), *old.blocks[1:]))
    assert redline.summarise(plan(old), plan(new)).is_empty


def test_only_changes_keeps_the_headings_above_and_counts_the_rest() -> None:
    parent = section(key="p", title="Parent")
    child = section(prose("Old words."), key="c", title="Child", level=2)
    other = section(prose("Same."), key="o", title="Other")
    after = replace(child, blocks=(child.blocks[0], prose("New words.")))
    found = redline.redline(
        plan(parent, child, other), plan(parent, after, other), only_changes=True
    )
    assert headings(found) == [("Parent", ""), ("Child", "changed")]
    assert told_prose(*found.parts[0].blocks)[1:] == [
        "Child: text changed in 1 place",
        "2 sections without change are left out.",
    ]


def test_the_cover_is_compared_in_front() -> None:
    cover = replace(BLANK.cover, facts=(("Gross", "£100.0m"),), people=(Person("Director", "A B"),))
    after = replace(cover, facts=(("Gross", "£101.2m"),))
    found = redline.compare(replace(BLANK, cover=cover), replace(BLANK, cover=after))
    table = found.document.parts[0].blocks[-1]
    assert isinstance(table, Table)
    assert told_table(table) == [
        ("changed", "Gross", "-£100.0m-<\N{NO-BREAK SPACE}→ >+£101.2m+< (+£1.2m)>")
    ]
    assert [(fact.label, fact.percent) for fact in found.summary.facts] == [
        ("Gross", Decimal("1.2"))
    ]
    assert found.summary.is_cover_changed


def test_the_summary_counts_rows_by_section() -> None:
    rows = [("a", "One", "1"), ("b", "Two", "2"), ("c", "Three", "3")]
    old = plan(section(make_table(*rows)))
    new = plan(section(make_table(("a", "One", "9"), rows[2], ("d", "Four", "4"))))
    [found] = redline.summarise(old, new).sections
    assert dict(found.rows) == {"changed": 1, "removed": 1, "added": 1}
    assert dict(found.columns) == {"Value": 1}
    assert found.words == "1 row changed, 1 row added, 1 row removed"


# --- as markup ------------------------------------------------------------------------------------


def test_changes_are_said_in_words_and_drawn_as_lines() -> None:
    words = "The service will meet every child within ten working days of the call."
    old, new = prose(words), prose(words.replace("will", "shall"))
    table = make_table(("a", "Stable homes", "97.4"))
    after = make_table(("a", "Stable homes", "98.1"))
    found = redline.redline(plan(section(old, table)), plan(section(new, after)))
    markup = render(found, "html", Imprint(COMPARISON, 0, date(2008, 4, 1))).decode()
    assert (
        '<span class="say">[removed: </span><del>will</del><span class="say">]</span> '
        '<span class="say">[added: </span><ins>shall</ins><span class="say">]</span>'
    ) in markup
    assert (
        '<span class="say">[changed from </span><del>97.4</del>'
        '<span aria-hidden="true">\N{NO-BREAK SPACE}→ </span><span class="say"> to </span>'
        '<ins>98.1</ins><span class="say">]</span> <span class="remark">(+0.7)</span>'
    ) in markup
    assert '<span class="remark">(changed)</span></h2>' in markup
    assert "Comparison, 1 April 2008" in markup


# --- time -----------------------------------------------------------------------------------------


def took(old: Document, new: Document) -> float:
    start = process_time()
    redline.redline(old, new)
    return process_time() - start


def write_pages(pages: int, word: str) -> Document:
    """Return a plan of about so many pages: text and a table on each, none like another."""
    parts = []
    for page in range(pages):
        lines = [
            " ".join(f"{word}{(page * 7 + line * 13 + place) % 97}" for place in range(60))
            for line in range(6)
        ]
        rows = [(f"{page}-{y}", f"{word} {y}", str(page + y)) for y in range(25)]
        parts.append(
            section(
                Prose(tuple(map(paragraph, lines))),
                make_table(*rows),
                key=f"s{page}",
                title=f"{word} {page}",
            )
        )
    return plan(*parts)


@pytest.mark.slow
def test_a_plan_twice_as_long_takes_about_twice_as_long() -> None:
    short = took(write_pages(60, "old"), write_pages(60, "new"))
    long = took(write_pages(240, "old"), write_pages(240, "new"))
    assert long < 8 * short + 0.2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (["again"] * 4_000, ["again"] * 3_999 + ["other"]),
        ([f"word {n}" for n in range(3_000)], [f"other {n}" for n in range(3_000)]),
        (["no " * 40_000], ["no " * 39_999 + "yes"]),
        (["x" * 1_000_000], ["x" * 999_999 + "y"]),
    ],
    ids=["equal paragraphs", "unlike paragraphs", "one word again", "one long word"],
)
def test_hostile_texts_take_bounded_time(old: list[str], new: list[str]) -> None:
    before, after = (Prose(tuple(map(paragraph, texts))) for texts in (old, new))
    assert took(plan(section(before)), plan(section(after))) < 5
