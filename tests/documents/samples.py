"""One small plan with every kind of block, for the tests of the formats."""

from __future__ import annotations

import hashlib
import struct
import zlib
from datetime import UTC, date, datetime

from documents.blocks import (
    COVERED,
    Approval,
    Cell,
    Chart,
    Column,
    Correction,
    Cover,
    Document,
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
    Table,
)
from documents.values import parse


def paragraph(*pieces: str | Run) -> Paragraph:
    return Paragraph(tuple(Run(each) if isinstance(each, str) else each for each in pieces))


def prose(*texts: str) -> Prose:
    return Prose(tuple(paragraph(text) for text in texts))


def bullets(*texts: str) -> List:
    return List(tuple((paragraph(text),) for text in texts))


def value(text: str) -> Cell:
    return Cell(parse(text))


def label(text: str, **more: object) -> Cell:
    return Cell(text, header=True, **more)


def values(*texts: str) -> tuple[Cell, ...]:
    return tuple(value(text) for text in texts)


def make_png(width: int = 60, height: int = 30) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checked

    rows = b"".join(b"\0" + b"\x1d\x3f\x5e" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


PNG = make_png()
PICTURES = {hashlib.sha256(PNG).hexdigest(): PNG}


def make_budget(lines: int = 2) -> Table:
    """A budget with the prior year before the activity, as councils print it."""
    columns = (
        Column("prior", "Net", groups=("2007/08",), align="right"),
        Column("prior_fte", "FTE", groups=("2007/08",), align="right"),
        Column("activity", "Activity"),
        Column("fte", "FTE", groups=("2008/09",), align="right"),
        Column("gross", "Gross", groups=("2008/09", "Expenditure"), align="right"),
        Column("net", "Net", groups=("2008/09", "Expenditure"), align="right"),
    )
    rows = [
        Row(
            f"l{n}",
            (*values("1,360.6", "0.0"), label(f"Payments {n}"), *values("5", "748.25", "-724.0")),
        )
        for n in range(1, lines + 1)
    ]
    rows.append(
        Row(
            "net",
            (
                *values("2,721.2", "0.0"),
                label("Controllable total"),
                *values("10", "1,496.5", "1,448"),
            ),
            kind="total",
        )
    )
    rows.append(
        Row(
            "central",
            (*values("26.5", ""), label("Central overheads"), *values("", "", "34.7")),
            kind="memorandum",
        )
    )
    return Table(columns, tuple(rows), caption="District services", unit="£000", key="district")


def make_indicators() -> Table:
    columns = (
        Column("ref", "Ref"),
        Column("title", "Indicator"),
        Column("a0607", "Actual 2006/07", align="right", unit="%"),
        Column("t0809", "2008/09", groups=("Targets",), align="right"),
        Column("rating", "Rating"),
    )
    good, poor = Rating("Very good", "●●●●●", "good"), Rating("Ask questions", "●●", "bad")
    rows = (
        Row(
            "a1",
            (
                label("A1"),
                label("Stable homes"),
                *values("10.6", "to be set [note 1]"),
                Cell("", rating=good),
            ),
        ),
        Row(
            "c20",
            (
                label("C20"),
                label("Reviews on time"),
                *values("97.45", "100"),
                Cell("", rating=poor),
            ),
        ),
        Row(
            "d1",
            (
                label("D1"),
                label("Visits"),
                value("see note 2"),
                Cell(date(2009, 3, 31)),
                Cell(parse("NA")),
            ),
        ),
    )
    notes = (Note("1", prose("Set in May.")), Note("2", prose("Not counted before.")))
    return Table(columns, rows, caption="Indicators", notes=notes, key="kpi")


def make_activity() -> Table:
    columns = (
        Column("area", "District"),
        Column("c1", "2007", groups=("Snapshot", "Children", "Actual"), align="right"),
        Column("c2", "2008", groups=("Snapshot", "Children", "Target"), align="right"),
        Column("c3", "2008", groups=("Snapshot", "Homes", "Target"), align="right"),
    )
    rows = (
        Row(
            "g1",
            (Cell("East", header=True, column_span=4), COVERED, COVERED, COVERED),
            kind="group",
        ),
        Row("r1", (label("Ashford"), *values("1", "2", "3"))),
        Row(
            "r2",
            (label("Dover"), Cell(parse("40"), row_span=1, column_span=2), COVERED, value("6")),
        ),
        Row("s1", (label("East in all"), *values("41", "42", "9")), kind="subtotal"),
        Row("g2", (label("West"), *values("", "", "")), kind="group"),
        Row("r3", (label("Dartford"), *values("7", "8", "9"))),
        Row("t", (label("County"), *values("48", "50", "18")), kind="total"),
        Row("w", (label("of which asylum"), *values("4", "5", "6")), kind="of_which"),
    )
    return Table(columns, rows, caption="Children by district", key="activity")


BAR = Chart(
    "bar",
    ("Ashford", "Dover", "Thanet"),
    (
        Series("Actual", (parse("86"), parse("-33.5"), parse("to be set"))),
        Series("Target", (parse("70"), parse("31"), parse("170"))),
    ),
    "Children by district",
)
LINE = Chart(
    "line",
    ("2006/07", "2007/08", "2008/09"),
    (Series("County", (parse("12.4"), parse(""), parse("9.8"))),),
    "Stable homes",
    "%",
)
ORG = OrgChart(
    Post(
        "Director",
        "Maya Okafor",
        reports=(
            Post("Head of Service", "Ana Pell", "Districts", (Post("Manager", "", "Dover"),)),
            Post("Head of Service", "", "Fostering"),
        ),
    ),
    "Who reports to whom",
)
_LOW, _HIGH = Rating("Low", "", "good"), Rating("High", "", "bad")
MATRIX = RiskMatrix(
    ("Likely", "Unlikely"),
    ("Minor", "Major"),
    (
        (MatrixCell(_LOW), MatrixCell(_HIGH, ("15", "3"))),
        (MatrixCell(_LOW, ("7",)), MatrixCell(_LOW)),
    ),
    "Risks by likelihood and impact",
)


def make_purpose() -> Prose:
    return Prose(
        (
            paragraph(
                "See the ",
                Run("budget", href="#budget"),
                ", the ",
                Run("site", href="https://example.org/plans"),
                " and ",
                Run("nothing", href="#gone"),
                ". We spend ",
                Run("£148.3m", figure="budget.gross", strong=True),
                Run(" a year", emphasis=True),
                ", CO",
                Run("2", raised="sub"),
                "\nNext line <b>.",
            ),
            SubHeading((Run("How we work"),), level=2),
            List(
                ((paragraph("First"),), (paragraph("Second"), bullets("inner"))),
                ordered=True,
                start=3,
            ),
            Quote((paragraph("Nobody waits."),)),
        )
    )


def make_document() -> Document:
    picture = Picture(
        "map.png", "A map of the county", "The county", "Survey", next(iter(PICTURES))
    )
    return Document(
        "Annual Operating Plan",
        Cover(
            "Westmarch County Council",
            "Families",
            "Children's Services",
            "2008/09",
            (Person("Director", "Maya Okafor", "MO"),),
            (("Gross expenditure", "£148.3m"), ("Staff (FTE)", "1,239.3")),
        ),
        (
            Part(
                "foreword",
                (Heading("Foreword", 1, "foreword"), prose("A word before.")),
                front=True,
            ),
            Part(
                "purpose",
                (
                    Heading("Section 1: What we do", 1, "part-1", is_part=True),
                    Heading("Purpose", 2, "purpose", "1.1"),
                    make_purpose(),
                    Signatures((("Maya Okafor", "Director"),)),
                ),
            ),
            Part("structure", (Heading("Structure", 2, "structure", "1.2"), ORG)),
            Part(
                "kpi",
                (
                    Heading("Section 2: What we will achieve", 1, "part-2", is_part=True),
                    Heading("Indicators", 2, "kpi", "2.1"),
                    make_indicators(),
                    make_activity(),
                    BAR,
                    LINE,
                    picture,
                    Picture("gone.png", "Four circles"),
                ),
            ),
            Part(
                "budget",
                (Heading("Revenue budget", 2, "budget", "2.2"), make_budget()),
                orientation="landscape",
            ),
            Part(
                "risks",
                (
                    Heading("Risks", 2, "risks", "2.3"),
                    MATRIX,
                    Quadrants((("Performance", prose("Better.")), ("Money", prose("Balanced.")))),
                ),
            ),
        ),
    )


DRAFT = Imprint("Draft", 3, date(2008, 3, 14))
PUBLISHED = Imprint(
    "Published",
    4,
    date(2008, 4, 1),
    digest="9f86d081" * 8,
    edition=1,
    approvals=(
        Approval("Approved", "Maya Okafor", "Director", datetime(2008, 3, 20, tzinfo=UTC), "D/112"),
    ),
    corrections=(Correction(1, date(2008, 5, 2), "Two targets corrected."),),
)
