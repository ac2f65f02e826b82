"""A plan printed in pieces: the same pages as in one go, one file that is whole, pieces kept."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import pairwise

import pikepdf
import pypdfium2
import pytest
from PIL import ImageChops

from documents.blocks import Document, Heading, Imprint, Paragraph, Part, Prose, Run
from documents.formats import Attachment, PrintFailed, Supplies, pictures_of, print_part, render
from documents.renderers import pdf
from documents.renderers.bundles import BrokenBundle, pack, unpack
from documents.renderers.pieces import write_pieces
from tests.documents import samples
from tests.documents.pdf_reader import PdfText
from tests.documents.samples import DRAFT, PICTURES, PUBLISHED, make_document, prose

pytestmark = pytest.mark.slow

PLAN_FILE = Attachment("plan.json", "application/json", "The plan as data", b'{"title": "Plan"}')
TABLES = Attachment(
    "tables.xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "Its tables as a workbook",
    b"PK",
)


class Kept(dict[str, bytes]):
    """A store of pieces in memory that counts what is put into it."""

    def put(self, key: str, piece: bytes) -> None:
        self[key] = piece


def print_both(document: Document, imprint: Imprint) -> tuple[bytes, bytes]:
    """Return the document printed in pieces, and in one go."""
    printing = pdf.Printing(document, imprint, Supplies(pictures=PICTURES))
    printing.pieces = write_pieces(document, imprint, PICTURES)
    return printing.print_in_pieces(), printing.print_whole()


def add_reference(document: Document, key: str) -> Document:
    """Return the document with a reference from its first part to a section."""
    first = document.parts[0]
    words = Prose((Paragraph((Run("See there", href=f"#{key}"),)),))
    return replace(
        document, parts=(replace(first, blocks=(*first.blocks, words)), *document.parts[1:])
    )


def make_chapters(count: int, *, lines: int = 5) -> Document:
    """Return a document of chapters, each with a section below it and a reference to the next."""
    parts = []
    for n in range(count):
        on = Run("the next", href=f"#c{(n + 1) % count}")
        words = Prose((Paragraph((Run("See "), on, Run("."))),))
        blocks = (Heading(f"Chapter {n}", 1, f"c{n}", str(n)), words, prose(*["Words."] * lines))
        parts.append(Part(f"c{n}", blocks))
        below = (Heading(f"Below {n}", 2, f"b{n}", f"{n}.1"), samples.make_indicators())
        parts.append(Part(f"b{n}", below, "landscape" if n % 3 == 1 else "portrait"))
    return replace(make_document(), parts=tuple(parts))


@pytest.fixture(scope="module", params=["sample", "draft", "chapters"])
def both(request: pytest.FixtureRequest) -> tuple[bytes, bytes]:
    match request.param:
        case "sample":
            return print_both(make_document(), PUBLISHED)
        case "draft":
            return print_both(add_reference(make_document(), "budget"), DRAFT)
    return print_both(make_chapters(8), DRAFT)


def draw(data: bytes) -> list[object]:
    return [page.render(scale=1).to_pil().convert("L") for page in pypdfium2.PdfDocument(data)]


def read_pages(data: bytes) -> list[str]:
    """Return the characters of each page, without the spaces, which a reader of PDFs guesses."""
    pages = pypdfium2.PdfDocument(data)
    return ["".join(page.get_textpage().get_text_bounded().split()) for page in pages]


# --- the same as printed in one go ---------------------------------------------------------------


def test_pages_have_the_same_text_and_pixels_as_in_one_go(both: tuple[bytes, bytes]) -> None:
    pieces, whole = both
    assert read_pages(pieces) == read_pages(whole)
    pairs = zip(draw(pieces), draw(whole), strict=True)
    differing = [n for n, (a, b) in enumerate(pairs, 1) if ImageChops.difference(a, b).getbbox()]
    assert differing == []


def test_tags_and_bookmarks_say_the_same_as_in_one_go(both: tuple[bytes, bytes]) -> None:
    pieces, whole = (PdfText(each) for each in both)
    assert describe_tags(pieces) == describe_tags(whole)
    assert describe_outline(pieces.pdf) == describe_outline(whole.pdf)


def describe_tags(read: PdfText) -> list[tuple[str, str, str]]:
    """Return kind, words and alternative of every tag but those that only group."""
    grouping = {"Document", "Div", "Part", "Sect", "NonStruct", "text"}
    return [
        (each.kind, each.words(), str(each.node.get("/Alt", "")))
        for each in read.tree().walk()
        if each.kind not in grouping
    ]


def describe_outline(file: pikepdf.Pdf) -> list[tuple[str, int, list[object]]]:
    pages = {page.objgen: number for number, page in enumerate(file.pages, 1)}

    def describe(items: object) -> list[tuple[str, int, list[object]]]:
        return [
            (each.title, pages[each.destination[0].objgen], describe(each.children))
            for each in items
        ]

    with file.open_outline() as outline:
        return describe(outline.root)


def test_contents_and_references_name_the_pages_that_the_headings_are_on() -> None:
    read = PdfText(render(make_chapters(12, lines=30), "pdf", DRAFT))
    listed = " ".join(read.pages[:3])
    for n in range(12):
        held = [
            number for number, page in enumerate(read.pages, 1) if f"{n} Chapter {n} See" in page
        ]
        assert len(held) == 1
        assert f" {n} Chapter {n} {held[0]} " in listed
        assert f"See the next ({n}, page {held[0]} )" in " ".join(read.pages)


def test_every_link_leads_to_the_page_of_its_anchor() -> None:
    read = PdfText(render(make_chapters(6), "pdf", DRAFT))
    names = list(read.pdf.Root.Names.Dests.Names)
    places = {str(names[at]): names[at + 1][0].objgen for at in range(0, len(names), 2)}
    numbers = {page.objgen: number for number, page in enumerate(read.pdf.pages)}
    links = [
        annotation
        for page in read.pdf.pages
        for annotation in page.get("/Annots", [])
        if annotation.Subtype == "/Link"
    ]
    assert [each for each in links if "elsewhere" in str(each.get("/A", {}).get("/URI", ""))] == []
    assert list(places) == sorted(places)
    for n in range(6):
        [key] = [key for key in places if key == f"c{n}"]
        assert f"{n} Chapter {n} See" in read.pages[numbers[places[key]]]
    assert {str(each.Dest) for each in links if "/Dest" in each} <= set(places)


def test_every_page_and_link_finds_its_tags(both: tuple[bytes, bytes]) -> None:
    file = pikepdf.open(BytesIO(both[0]))
    numbers = list(file.Root.StructTreeRoot.ParentTree.Nums)
    keys = [int(key) for key in numbers[::2]]
    tags = dict(zip(keys, numbers[1::2], strict=True))
    assert keys == sorted(set(keys))
    for page in file.pages:
        assert {each.Pg.objgen for each in tags[int(page.StructParents)]} == {page.objgen}
        for annotation in page.get("/Annots", []):
            tag = tags[int(annotation.StructParent)]
            assert annotation.objgen in {
                kid.Obj.objgen for kid in tag.K if isinstance(kid, pikepdf.Dictionary)
            }


def test_what_stands_around_a_page_is_an_artifact() -> None:
    read = PdfText(render(make_document(), "pdf", DRAFT, Supplies(pictures=PICTURES)))
    words = read.tree().words()
    assert "Page 2 of" in " ".join(read.pages)
    assert "Page 2 of" not in words
    assert "DRAFT" not in words
    for number, page in enumerate(read.pdf.pages):
        content = b"".join(stream.read_bytes() for stream in page.Contents)
        assert content.startswith(b"/Artifact <</Type /Pagination>> BDC q /")
        assert content.rstrip().endswith(b"Do Q EMC" if number else b"Q")  # none on the cover


def test_chapters_and_turned_paper_begin_on_a_new_page() -> None:
    pieces = write_pieces(make_chapters(3), DRAFT)
    assert [(piece.title, piece.sheet) for piece in pieces] == [
        ("The cover", "cover"),
        ("The contents", "portrait"),
        ("“Chapter 0”", "portrait"),
        ("“Chapter 1”", "portrait"),
        ("“Below 1”", "landscape"),
        ("“Chapter 2”", "portrait"),
    ]


# --- pieces are kept -----------------------------------------------------------------------------


def test_kept_pieces_give_the_same_bytes() -> None:
    kept = Kept()
    first = render(make_document(), "pdf", DRAFT, Supplies(pictures=PICTURES, pieces=kept))
    again = render(make_document(), "pdf", DRAFT, Supplies(pictures=PICTURES, pieces=kept))
    anew = render(make_document(), "pdf", DRAFT, Supplies(pictures=PICTURES))
    digests = {hashlib.sha256(each).hexdigest() for each in (first, again, anew)}
    assert len(digests) == 1


def test_only_what_changed_is_printed_again() -> None:
    kept = Kept()
    document = make_chapters(6)
    render(document, "pdf", DRAFT, Supplies(pieces=kept))
    before = set(kept)
    last = document.parts[-1]
    changed = replace(last, blocks=(*last.blocks, prose("One more sentence.")))
    later = replace(DRAFT, version=4, printed_on=date(2008, 5, 2))
    data = render(
        replace(document, parts=(*document.parts[:-1], changed)),
        "pdf",
        later,
        Supplies(pieces=kept),
    )
    # The cover, its chapter without and with the numbers of pages, what stands around the pages.
    assert len(set(kept) - before) == 4
    text = " ".join(PdfText(data).pages)
    assert "One more sentence." in text
    assert text.count("version 4, 2 May 2008") == len(PdfText(data).pages)


@pytest.mark.parametrize(
    "damage", [lambda piece: piece[:-9], lambda piece: b"", lambda piece: b"{}"]
)
def test_piece_that_was_damaged_is_printed_again(damage: object) -> None:
    kept = Kept()
    first = render(make_document(), "pdf", DRAFT, Supplies(pictures=PICTURES, pieces=kept))
    for key in list(kept):
        kept[key] = damage(kept[key])
    again = render(make_document(), "pdf", DRAFT, Supplies(pictures=PICTURES, pieces=kept))
    assert hashlib.sha256(again).hexdigest() == hashlib.sha256(first).hexdigest()


def test_plan_whose_pieces_do_not_fit_is_printed_in_one_go(
    caplog: pytest.LogCaptureFixture,
) -> None:
    kept = Kept()
    render(make_document(), "pdf", DRAFT, Supplies(pictures=PICTURES, pieces=kept))
    for key, piece in kept.items():
        kept[key] = pack(unpack(piece).head, [b"no PDF"])
    data = render(make_document(), "pdf", DRAFT, Supplies(pictures=PICTURES, pieces=kept))
    assert "printed in one go" in caplog.text
    assert "2.2 Revenue budget" in " ".join(PdfText(data).pages)


def test_bundle_that_ends_early_is_refused() -> None:
    packed = pack({"a": [1, "ü"]}, [b"one", b""])
    assert unpack(packed).head == {"a": [1, "ü"]}
    assert unpack(packed).files == (b"one", b"")
    for broken in (packed[:-1], packed + b"x", b"", b"\n", b"[]\n"):
        with pytest.raises(BrokenBundle):
            unpack(broken)


class Stopped(Exception):
    pass


def test_callback_that_raises_ends_the_printing() -> None:
    told = []

    def stop(done: int, of: int) -> None:
        told.append((done, of))
        if done == 2:
            raise Stopped

    with pytest.raises(Stopped):
        render(make_chapters(6), "pdf", DRAFT, Supplies(progress=stop))
    assert told == [(1, 11), (2, 11)]


# --- what travels in the file --------------------------------------------------------------------


@pytest.mark.parametrize("fmt", ["pdf", "pdfa"])
def test_attachments_travel_in_the_file(fmt: str) -> None:
    supplies = Supplies(attachments=(TABLES, PLAN_FILE))
    data = render(make_chapters(2), fmt, PUBLISHED, supplies)
    file = pikepdf.open(BytesIO(data))
    found = {
        name: (spec.get_file().read_bytes(), spec.description, str(spec.obj.AFRelationship))
        for name, spec in file.attachments.items()
    }
    assert found == {
        "plan.json": (PLAN_FILE.data, "The plan as data", "/Source"),
        "tables.xlsx": (TABLES.data, "Its tables as a workbook", "/Data"),
    }
    assert [str(each.F) for each in file.Root.AF] == ["plan.json", "tables.xlsx"]
    dates = {str(each.EF.F.Params.ModDate) for each in file.Root.AF}
    assert dates == {"D:20080401"}
    assert render(make_chapters(2), fmt, PUBLISHED, supplies) == data


def test_archive_has_the_same_pages_and_says_what_it_is() -> None:
    data = render(make_chapters(2), "pdfa", PUBLISHED)
    assert read_pages(data) == read_pages(render(make_chapters(2), "pdf", PUBLISHED))
    file = pikepdf.open(BytesIO(data))
    with file.open_metadata() as metadata:
        assert metadata["pdfaid:part"] == "3"
        assert metadata["pdfaid:conformance"] == "A"
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "Children's Services, Annual Operating Plan, 2008/09"
    assert str(file.Root.OutputIntents[0].S) == "/GTS_PDFA1"


# --- one section alone ---------------------------------------------------------------------------


def test_section_alone_is_printed_and_drawn() -> None:
    part = next(part for part in make_document().parts if part.orientation == "landscape")
    data = print_part(part, DRAFT, Supplies(pictures=PICTURES))
    [page] = PdfText(data).pages
    assert "2.2 Revenue budget" in page
    assert page.endswith("Preview, page 1")
    [picture] = pictures_of(data, width=842)
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert [int.from_bytes(picture[at : at + 4], "big") for at in (16, 20)] == [842, 596]


def test_section_that_cannot_be_printed_is_refused_with_a_sentence() -> None:
    part = Part("s", (Heading("The section", 1, "s"), prose("x" * 1_000_000)))
    with pytest.raises(PrintFailed, match=r"^In “The section”, one paragraph has 1,000,000"):
        print_part(part, DRAFT)


def test_levels_of_headings_skip_none_across_pieces() -> None:
    read = PdfText(render(make_chapters(5), "pdf", DRAFT))
    levels = [int(each.kind[1]) for each in read.tree().all("H1", "H2", "H3", "H4", "H5", "H6")]
    assert levels[0] == 1
    assert [b - a for a, b in pairwise(levels) if b - a > 1] == []
