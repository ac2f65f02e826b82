"""Hypothesis strategies for document trees, shared by the tests of the codec and the renderers.

Every tree is one that a plan could make: text is printable, spans fit their table, outlines skip
no level.
"""

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import strategies as st

from documents import values
from documents.blocks import (
    COVERED,
    Approval,
    Cell,
    CellRef,
    Chart,
    Column,
    Correction,
    Cover,
    Document,
    FormulaRule,
    Heading,
    Imprint,
    List,
    MatrixCell,
    Note,
    OrgChart,
    Paragraph,
    Part,
    Person,
    Picture,
    Post,
    Prose,
    Quadrants,
    Quote,
    Rating,
    RiskMatrix,
    Row,
    Run,
    Series,
    Signatures,
    SubHeading,
    SumRule,
    Table,
)

# --- words and values ------------------------------------------------------------------

characters = st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp"))
texts = st.text(characters, max_size=12)
words = st.text(st.characters(codec="latin-1", categories=("L", "N", "P")), min_size=1, max_size=8)
keys = st.from_regex(r"[a-z][a-z0-9-]{0,7}", fullmatch=True)
days = st.dates(date(1990, 1, 1), date(2050, 12, 31))
numbers = st.decimals(-(10**9), 10**9, places=4)

WRITTEN = (
    *("903", "1,440", "-102.9", "(102.9)", "£-6,883.4", "100.55%", "310 days", "Level 3"),
    *("48% (2003)", "<10% or >25%", "to be set", "NA", "~", "", "12.5 [note 1]", "See note 1"),
)
written = st.sampled_from(WRITTEN)
cell_values = st.one_of(
    st.builds(values.parse, written | texts),
    st.builds(values.computed, numbers, st.integers(0, 4), st.sampled_from(["", "%", "days"])),
    st.just(values.TO_BE_SET),
)

hrefs = st.sampled_from(
    ["", "", "", "https://example.org/a?b=c", "mailto:a@example.org", "#budget"]
)
runs = st.builds(
    Run,
    texts | st.just("\n"),
    strong=st.booleans(),
    emphasis=st.booleans(),
    raised=st.sampled_from(["", "", "sup", "sub"]),
    href=hrefs,
    figure=st.sampled_from(["", "", "", "budget.gross"]),
)
lines = st.lists(runs, min_size=1, max_size=3).map(tuple)
leaves = st.builds(Paragraph, lines) | st.builds(SubHeading, lines, st.sampled_from([1, 2]))


def _nesting(elements):
    some = st.lists(elements, min_size=1, max_size=2).map(tuple)
    items = st.lists(some, min_size=1, max_size=3).map(tuple)
    return st.builds(Quote, some) | st.builds(List, items, st.booleans(), st.integers(1, 12))


elements = st.recursive(leaves, _nesting, max_leaves=5)
prose = st.lists(elements, min_size=1, max_size=3).map(lambda some: Prose(tuple(some)))

# --- tables ------------------------------------------------------------------------------

ratings = st.builds(
    Rating, words, st.sampled_from(["", "●●●"]), st.sampled_from(["", "good", "warn", "bad"])
)
cells = st.builds(
    Cell,
    cell_values | days | texts | prose,
    rating=st.none() | ratings,
    emphasis=st.booleans(),
)
row_kinds = st.sampled_from(["row", "row", "subtotal", "total", "of_which", "memorandum"])
GROUPS = [(), (), ("Targets",), ("Costs", "Direct"), ("Costs", "Direct", "Staff")]


@st.composite
def columns(draw, number):
    return Column(
        f"c{number}",
        draw(words),
        groups=draw(st.sampled_from(GROUPS)),
        align=draw(st.sampled_from(["left", "right", "center"])),
        unit=draw(st.sampled_from(["", "%", "£000"])),
        decimals=draw(st.none() | st.integers(0, 2)),
    )


@st.composite
def rules(draw, width, height):
    if draw(st.booleans()):
        return FormulaRule("(c0 + c0) / 2")
    refs = st.builds(
        CellRef,
        st.integers(0, height - 1).map(lambda y: f"r{y}"),
        st.integers(0, width - 1).map(lambda x: f"c{x}"),
    )
    return SumRule(tuple(draw(st.lists(refs, min_size=1, max_size=3))))


@st.composite
def grids(draw, width, height):
    """Rows of cells; the first of each row is its label, one rectangle may be spanned."""
    grid = [[draw(cells) for _ in range(width)] for _ in range(height)]
    for row in grid:
        row[0] = Cell(draw(words), header=True)
    grid[-1][-1] = replace(grid[-1][-1], rule=draw(st.none() | rules(width, height)))
    x = draw(st.integers(0, width - 1))
    y = draw(st.integers(0, height - 1))
    across = draw(st.integers(1, width - x))
    down = draw(st.integers(1, height - y))
    grid[y][x] = replace(grid[y][x], row_span=down, column_span=across)
    for dy in range(down):
        for dx in range(across):
            if dx or dy:
                grid[y + dy][x + dx] = COVERED
    return grid


@st.composite
def tables(draw):
    width = draw(st.integers(1, 4))
    height = draw(st.integers(1, 4))
    return Table(
        columns=tuple(draw(columns(number)) for number in range(width)),
        rows=tuple(
            Row(f"r{y}", tuple(row), draw(row_kinds))
            for y, row in enumerate(draw(grids(width, height)))
        ),
        caption=draw(texts),
        notes=tuple(draw(st.lists(st.builds(Note, words, prose), max_size=2))),
        unit=draw(st.sampled_from(["", "£000"])),
        key=draw(keys),
    )


# --- drawings ------------------------------------------------------------------------------


@st.composite
def charts(draw):
    count = draw(st.integers(1, 4))
    points = st.lists(cell_values, min_size=count, max_size=count).map(tuple)
    return Chart(
        draw(st.sampled_from(["bar", "line"])),
        tuple(draw(st.lists(words, min_size=count, max_size=count))),
        tuple(draw(st.lists(st.builds(Series, words, points), min_size=1, max_size=3))),
        draw(words),
        draw(st.sampled_from(["", "%"])),
    )


posts = st.recursive(
    st.builds(Post, words, texts, texts),
    lambda reports: st.builds(
        Post, words, texts, texts, st.lists(reports, min_size=1, max_size=3).map(tuple)
    ),
    max_leaves=5,
)


@st.composite
def risk_matrices(draw):
    likelihoods = tuple(draw(st.lists(words, min_size=1, max_size=3)))
    impacts = tuple(draw(st.lists(words, min_size=1, max_size=3)))
    place = st.builds(MatrixCell, ratings, st.lists(words, max_size=2).map(tuple))
    return RiskMatrix(
        likelihoods, impacts, tuple(tuple(draw(place) for _ in impacts) for _ in likelihoods)
    )


# --- the page --------------------------------------------------------------------------------

blocks = st.one_of(
    prose,
    tables(),
    charts(),
    st.builds(OrgChart, posts, texts),
    risk_matrices(),
    st.builds(Picture, words, words, texts, texts),
    st.builds(Quadrants, st.lists(st.tuples(words, prose), min_size=1, max_size=4).map(tuple)),
    st.builds(Signatures, st.lists(st.tuples(words, words), min_size=1, max_size=3).map(tuple)),
)


@st.composite
def parts(draw, number):
    """A part with its own key: a section, its heading first."""
    heading = Heading(draw(words), 1, f"s{number}", draw(st.sampled_from(["", f"{number + 1}"])))
    return Part(
        heading.key,
        (heading, *draw(st.lists(blocks, max_size=3))),
        draw(st.sampled_from(["portrait", "landscape"])),
        number == 0 and draw(st.booleans()),
    )


people = st.builds(Person, words, words, texts)
covers = st.builds(
    Cover,
    *(words, words, words),
    st.just("2008/09"),
    st.lists(people, max_size=2).map(tuple),
    st.lists(st.tuples(words, words), max_size=3).map(tuple),
)


@st.composite
def documents(draw):
    return Document(
        draw(words),
        draw(covers),
        tuple(draw(parts(number)) for number in range(draw(st.integers(1, 3)))),
        draw(texts),
    )


times = st.datetimes(datetime(1990, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
imprints = st.builds(
    Imprint,
    st.sampled_from(["Draft", "In review", "Published"]),
    st.integers(0, 30),
    days,
    st.sampled_from(["", "0" * 64]),
    st.integers(0, 5),
    st.lists(st.builds(Approval, words, words, words, times, texts), max_size=2).map(tuple),
    st.lists(st.builds(Correction, st.integers(1, 9), days, words), max_size=2).map(tuple),
)
