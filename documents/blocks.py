"""The document tree: what a plan says, free of any database and of any output format.

Section kinds build blocks; a renderer turns a whole `Document` into bytes. Neither knows the
other. All nodes are immutable and compare by value, so two versions of a plan can be stored,
compared and printed years later.

The set of blocks is closed: adding one means teaching every renderer about it, and mypy lists
the renderers that have not learned (`assert_never`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

from documents.values import Value

Orientation: TypeAlias = Literal["portrait", "landscape"]
Align: TypeAlias = Literal["left", "right", "center"]
Change: TypeAlias = Literal["", "added", "removed", "moved", "changed"]
"""What a redline says of a node; "" in any other document."""
RowKind: TypeAlias = Literal[
    "row", "group", "subtotal", "total", "of_which", "memorandum"
]  # "group" is a heading across the table


class RaggedTable(ValueError):
    """A row does not fill exactly the table's columns."""


# --- words ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style. `figure` names the live figure whose value `text` is.

    `href` is an absolute URL, `mailto:…` or `#section-key`. A line break is the text "\\n".
    Runs whose `change` is "changed" or "moved" are a redline's own words: neither side has them.
    """

    text: str
    strong: bool = False
    emphasis: bool = False
    raised: Literal["", "sup", "sub"] = ""
    href: str = ""
    figure: str = ""
    change: Change = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class SubHeading:
    """A heading inside prose; `level` counts from the section's own heading: 1 or 2 below it."""

    runs: tuple[Run, ...]
    level: Literal[1, 2] = 1


@dataclass(frozen=True, slots=True)
class Quote:
    elements: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class List:
    """A bulleted or numbered list; an item holds paragraphs and nested lists."""

    items: tuple[tuple[Element, ...], ...]
    ordered: bool = False
    start: int = 1


Element: TypeAlias = Paragraph | SubHeading | Quote | List


@dataclass(frozen=True, slots=True)
class Prose:
    """Rich text, cleaned. Also what a cell holds when it holds more than a line."""

    elements: tuple[Element, ...]


# --- tables --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CellRef:
    row: str
    column: str


@dataclass(frozen=True, slots=True)
class SumRule:
    """The cell is the sum of these cells of the same table."""

    cells: tuple[CellRef, ...]


@dataclass(frozen=True, slots=True)
class FormulaRule:
    """The cell follows a formula over column keys of its row: `(c2 - c1) / c1 %`."""

    formula: str


Rule: TypeAlias = SumRule | FormulaRule


@dataclass(frozen=True, slots=True)
class Rating:
    """A judgement, always in words; `mark` is its sign in print ("●●●"), `tone` its colour's name.

    The tones good to bad shade a sheet's cell and nothing on a page; those named as colours give
    the mark its colour there too.
    Colour never carries meaning alone: renderers print the word or give it as alternative text.
    """

    word: str
    mark: str = ""
    tone: Literal["", "good", "warn", "bad", "neutral", "green", "amber", "red", "blue", "grey"] = (
        ""
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: a value, a date, a line of text or rich text; never a formatted number.

    `header` marks a row label; `rule` says how a computed or checked value comes about;
    `row_span` and `column_span` reach over cells that are COVERED.
    """

    content: Value | date | str | Prose
    row_span: int = 1
    column_span: int = 1
    header: bool = False
    rule: Rule | None = None
    rating: Rating | None = None
    emphasis: bool = False
    change: Change = ""


@dataclass(frozen=True, slots=True)
class Covered:
    """The place of a cell over which another cell spans."""


COVERED = Covered()


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `groups`: headings above it, outermost first, at most three; equal neighbours
    are one cell. `unit` is printed in the head. `width`: share of the table's width, 0 lets the
    renderer choose. `decimals`: how many decimals its numbers align on; None: as each is written.
    """

    key: str
    label: str
    groups: tuple[str, ...] = ()
    align: Align = "left"
    unit: str = ""
    width: float = 0.0
    decimals: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """`key` is the row's lasting identity (its row id), by which redlines and rules name it."""

    key: str
    cells: tuple[Cell | Covered, ...]
    kind: RowKind = "row"
    change: Change = ""


@dataclass(frozen=True, slots=True)
class Note:
    mark: str
    text: Prose


@dataclass(frozen=True, slots=True)
class Table:
    """A table with one cell (or COVERED) for each column in every row.

    :raises RaggedTable: if a row is short or long, or a span leaves the table or overlaps.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    caption: str = ""
    notes: tuple[Note, ...] = ()
    unit: str = ""  # the unit of measure of all its money, printed once in the head: "£000"
    key: str = ""

    def __post_init__(self) -> None:
        _refuse_ragged(self)


def _refuse_ragged(table: Table) -> None:
    width = len(table.columns)
    spanned: set[tuple[int, int]] = set()
    for y, row in enumerate(table.rows):
        if len(row.cells) != width:
            raise RaggedTable(f"row {row.key!r} has {len(row.cells)} cells for {width} columns")
        for x, cell in enumerate(row.cells):
            if isinstance(cell, Covered):
                if (y, x) not in spanned:
                    raise RaggedTable(f"row {row.key!r}, column {x}: nothing spans this cell")
                continue
            if (y, x) in spanned:
                raise RaggedTable(f"row {row.key!r}, column {x}: two cells in one place")
            rows, columns = range(y, y + cell.row_span), range(x, x + cell.column_span)
            area = [(row_at, column_at) for row_at in rows for column_at in columns]
            if area[-1][0] >= len(table.rows) or area[-1][1] >= width:
                raise RaggedTable(f"row {row.key!r}, column {x}: the span leaves the table")
            spanned.update(area[1:])


# --- drawings ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Series:
    """One value for each category of a chart.

    A "comparator" is drawn as a line across; what is "listed" stands in the chart's table only.
    """

    name: str
    values: tuple[Value, ...]
    role: Literal["", "comparator", "listed"] = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Values by category. Formats that cannot draw show the same data as a table.

    Of "half" size, two or three stand side by side. `note`: a sentence that is printed beside
    the drawing.
    """

    kind: Literal["bar", "line"]
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    caption: str
    unit: str = ""
    size: Literal["full", "half"] = "full"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """A box of a structure chart: a post, who holds it, which unit it runs, who reports to it."""

    title: str
    name: str = ""
    unit: str = ""
    reports: tuple[Post, ...] = ()


@dataclass(frozen=True, slots=True)
class OrgChart:
    root: Post
    caption: str = ""


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """Where one likelihood meets one impact: the band's word and tone, and the risks there."""

    band: Rating
    refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RiskMatrix:
    """Risks by likelihood (rows, highest first) and impact (columns, lowest first)."""

    likelihoods: tuple[str, ...]
    impacts: tuple[str, ...]
    cells: tuple[tuple[MatrixCell, ...], ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """An uploaded picture; `digest` is the SHA-256 of its bytes in hex, "" if it is missing."""

    name: str
    alt: str
    caption: str = ""
    source: str = ""
    digest: str = ""


# --- the page ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading in the outline: of a part of the document (`is_part`), or of a section.

    `key` is the anchor that links and the contents go to; `number` is as printed ("1.2",
    "Section A") or "". `level` counts from 1 and never skips a level.
    """

    text: str
    level: int
    key: str
    number: str = ""
    is_part: bool = False
    change: Change = ""


@dataclass(frozen=True, slots=True)
class Quadrants:
    """A balanced scorecard: titled boxes of rich text, two to a row."""

    boxes: tuple[tuple[str, Prose], ...]


@dataclass(frozen=True, slots=True)
class Signatures:
    """Who signs: name and post, in order."""

    people: tuple[tuple[str, str], ...]


Block: TypeAlias = (
    Heading | Prose | Table | Chart | OrgChart | RiskMatrix | Picture | Quadrants | Signatures
)


@dataclass(frozen=True, slots=True)
class Part:
    """The pages of one section: its blocks in reading order and the way its paper lies.

    `front`: it stands before the contents. Consecutive parts of one orientation flow on.
    """

    key: str
    blocks: tuple[Block, ...]
    orientation: Orientation = "portrait"
    front: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    role: str
    name: str
    initials: str = ""


@dataclass(frozen=True, slots=True)
class Cover:
    """What the first page says; `facts` are label and text of the summary box."""

    council: str
    directorate: str
    unit: str
    year: str
    people: tuple[Person, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    title: str
    cover: Cover
    parts: tuple[Part, ...]
    subtitle: str = ""
    language: str = "en-GB"


# --- what is printed beside the tree ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Approval:
    """A line of the page of record."""

    step: str
    person: str
    post: str
    at: datetime
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    number: int
    published_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Branding:
    """How the council's documents look. `colour` is "#rrggbb", dark enough for white words on it;
    `logo` the SHA-256 of its PNG or JPEG in hex. "" leaves each to the product.

    `statement` stands at the foot of the last page and of the web page: other formats, and whom to
    ask for them at `contact`.
    """

    colour: str = ""
    logo: str = ""
    logo_alt: str = ""
    statement: str = ""
    contact: str = ""
    cover: Literal["band", "plain"] = "band"


PUBLISHED = "Published"
COMPARISON = "Comparison"  # a redline's
RECORD = "Record of findings"  # that of an annex, which is printed beside a plan


@dataclass(frozen=True, slots=True)
class Imprint:
    """What a printing says about itself: state, version, date, hash and approvals.

    `state` other than PUBLISHED, COMPARISON and RECORD prints a watermark of that word (DRAFT).
    Nothing here comes from the clock: the same tree and imprint give the same bytes. `version` is
    0 where none is printed.
    """

    state: str
    version: int
    printed_on: date
    digest: str = ""  # SHA-256 of the canonical plan file and tree, in hex
    edition: int = 0
    approvals: tuple[Approval, ...] = ()
    corrections: tuple[Correction, ...] = ()
    branding: Branding = Branding()
