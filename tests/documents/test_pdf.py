from __future__ import annotations

import hashlib
import logging
import os
import re
from dataclasses import replace
from io import BytesIO
from itertools import pairwise

import pikepdf
import pytest

from documents.blocks import (
    Branding,
    Cell,
    Column,
    Document,
    Heading,
    List,
    OrgChart,
    Paragraph,
    Part,
    Person,
    Picture,
    Post,
    Prose,
    Quote,
    Row,
    Run,
    Table,
)
from documents.formats import PrintFailed, Supplies, render
from documents.renderers import pdf
from documents.renderers.engine import FONTS, Fetcher, Job, NotFetched, print_job
from documents.renderers.paper import draw_watermark, is_marked, write_page_rules
from documents.renderers.pieces import Piece, write_print_page
from documents.renderers.print_client import Limits
from tests.documents import samples
from tests.documents.pdf_reader import PdfText
from tests.documents.samples import DRAFT, PICTURES, PUBLISHED, make_document, paragraph, prose

FONT_LIST = ("Source-Sans", "DejaVu", "Liberation", "Noto", "FreeSans")


def print_here(document: Document, imprint: object = DRAFT) -> PdfText:
    """Print in this process: the same engine without the child around it."""
    job = Job(
        write_print_page(document, imprint),
        write_page_rules(document, imprint),
        draw_watermark(imprint).decode() if is_marked(imprint) else "",
    )
    return PdfText(print_job(job)[1])


def with_parts(*parts: Part) -> Document:
    return replace(make_document(), parts=parts)


def one_section(*blocks: object) -> Document:
    return with_parts(Part("s", (Heading("The section", 1, "s"), *blocks)))


def make_lines(count: int, *, total: bool = True) -> Table:
    rows = [
        Row(f"r{n}", (samples.label(f"Line {n}"), samples.value(f"{n}.5"))) for n in range(count)
    ]
    if total:
        rows.append(Row("t", (samples.label("All lines"), samples.value("9")), kind="total"))
    columns = (Column("a", "Activity"), Column("b", "Cost", align="right"))
    return Table(columns, tuple(rows), caption="Costs")


@pytest.fixture(scope="module")
def published() -> bytes:
    return render(make_document(), "pdf", PUBLISHED, Supplies(pictures=PICTURES))


@pytest.fixture(scope="module")
def text(published: bytes) -> PdfText:
    return PdfText(published)


# --- complete and true --------------------------------------------------------------------------


def test_file_says_what_it_is(text: PdfText) -> None:
    assert str(text.pdf.docinfo.Title) == "Children's Services, Annual Operating Plan, 2008/09"
    assert str(text.pdf.docinfo.Author) == "Westmarch County Council"
    assert str(text.pdf.docinfo.CreationDate) == "D:20080401"
    assert str(text.pdf.docinfo.ModDate) == "D:20080401"
    assert str(text.pdf.Root.Lang) == "en-GB"
    assert bool(text.pdf.Root.MarkInfo.Marked)
    assert bool(text.pdf.Root.ViewerPreferences.DisplayDocTitle)
    with text.pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"


def test_every_word_of_the_web_page_is_on_paper(text: PdfText) -> None:
    printed = " ".join(text.pages)
    for words in (
        "Gross expenditure £148.3m",
        "A word before.",
        "We spend £148.3m a year",
        "Set in May.",
        "31 March 2009",
        "●●●●● Very good",
        "The county. Source: Survey",
        "The picture “gone.png” is missing. It shows: Four circles.",
        "Maya Okafor Director",
        "Two targets corrected.",
        " ".join(["9f86d081"] * 8),
    ):
        assert words in printed


@pytest.mark.parametrize(("people", "facts"), [(5, 2), (6, 2), (8, 2), (8, 6), (3, 9)])
def test_cover_of_many_people_is_one_page(people: int, facts: int) -> None:
    cover = replace(
        make_document().cover,
        people=tuple(Person("Assistant Director", f"Person {n}") for n in range(people)),
        facts=tuple((f"Fact {n}", str(n)) for n in range(facts)),
    )
    branding = Branding(logo=next(iter(PICTURES)), logo_alt="Arms", cover="band")
    document = replace(one_section(prose("Words.")), subtitle="For one year", cover=cover)
    data = render(document, "pdf", replace(DRAFT, branding=branding), Supplies(pictures=PICTURES))
    assert PdfText(data).pages[1].startswith("DRAFT Contents")


def test_figures_of_a_table_stand_in_row_order(text: PdfText) -> None:
    held = ["2.2 Revenue budget District" in page for page in text.pages]
    budget = held.index(True) + 1
    assert f"See the budget (2.2, page {budget}" in " ".join(text.pages)


def test_bookmarks_are_the_headings_of_the_plan(text: PdfText) -> None:
    with text.pdf.open_outline() as outline:
        found = [(item.title, [child.title for child in item.children]) for item in outline.root]
    assert found == [
        ("Foreword", []),
        ("Contents", []),
        ("Section 1: What we do", ["1.1 Purpose", "1.2 Structure"]),
        ("Section 2: What we will achieve", ["2.1 Indicators", "2.2 Revenue budget", "2.3 Risks"]),
        ("Record of approval", []),
    ]


def test_only_the_landscape_part_lies_across(text: PdfText) -> None:
    across = [page.MediaBox[2] > page.MediaBox[3] for page in text.pdf.pages]
    held = ["Revenue budget District services" in page for page in text.pages]
    assert across == held
    assert across.count(True) == 1


def test_every_page_but_the_cover_has_its_number_unit_year_and_version(text: PdfText) -> None:
    foot = "Published, version 4, edition 1, 1 April 2008"
    for number, page in enumerate(text.pages[1:], 2):
        assert page.endswith(f"{foot} Page {number} of {len(text.pages)}")
        assert "Children's Services, 2008/09" in page
    assert "Page 1" not in text.pages[0]


@pytest.mark.parametrize(("state", "marked"), [("Draft", True), ("Published", False)])
def test_watermark_is_printed_until_published(state: str, *, marked: bool) -> None:
    read = print_here(one_section(prose("Words.")), replace(DRAFT, state=state))
    assert [state.upper() in page for page in read.pages] == [marked] * len(read.pages)


def test_fonts_are_embedded(text: PdfText) -> None:
    fonts = [font for page in text.pdf.pages for font in page.Resources.Font.values()]
    names = {str(font.BaseFont) for font in fonts}
    kept = [set(map(str, font.DescendantFonts[0].FontDescriptor.keys())) for font in fonts]
    assert [keys for keys in kept if not keys & {"/FontFile2", "/FontFile3"}] == []
    assert {name for name in names if not any(known in name for known in FONT_LIST)} == set()
    if FONTS.is_dir():
        assert {name for name in names if "Source-Sans" in name} != set()


# --- accessible -----------------------------------------------------------------------------------


def test_headings_begin_at_one_and_skip_none(text: PdfText) -> None:
    levels = [int(each.kind[1]) for each in text.tree().walk() if re.fullmatch("H[1-6]", each.kind)]
    assert levels[0] == 1
    assert [b - a for a, b in pairwise(levels) if b - a > 1] == []


def test_each_figure_names_its_unit_year_and_column(text: PdfText) -> None:
    headers = text.headers_of(text.tree())
    assert headers["1,496.5"] == ["2008/09", "Expenditure", "Gross", "Controllable total"]
    assert headers["2,721.2"] == ["2007/08", "Net", "Controllable total"]
    assert headers["97.45"] == ["Actual 2006/07 %", "C20", "Reviews on time"]
    assert headers["41"] == ["East", "Snapshot", "Children", "Actual", "2007", "East in all"]
    assert headers["48"] == ["Snapshot", "Children", "Actual", "2007", "County"]


def test_cell_that_spans_columns_names_the_heads_of_all_of_them(text: PdfText) -> None:
    headers = text.headers_of(text.tree())["40"]
    assert headers == ["East", "Snapshot", "Children", "Actual", "2007", "Target", "2008", "Dover"]


def test_every_header_has_a_scope_and_a_name_in_the_tree(text: PdfText) -> None:
    heads = text.tree().all("TH")
    names = list(text.pdf.Root.StructTreeRoot.IDTree.Names)
    listed = {str(names[at]): names[at + 1].objgen for at in range(0, len(names), 2)}
    assert {str(each.node.A.Scope) for each in heads} == {"/Row", "/Column"}
    assert {str(each.node.ID): each.node.objgen for each in heads} == listed
    assert sorted(listed) == [str(names[at]) for at in range(0, len(names), 2)]


def test_links_say_where_they_lead(text: PdfText) -> None:
    said = {
        str(annotation.Contents)
        for page in text.pdf.pages
        for annotation in page.get("/Annots", [])
        if annotation.Subtype == "/Link"
    }
    assert {"budget", "site", "Note 1", "see note 2", "2.2 Revenue budget"} <= said
    assert [each for each in said if each.startswith(("#", "http"))] == []


def test_drawings_and_pictures_have_alternatives(text: PdfText) -> None:
    alternatives = [str(each.node.get("/Alt", "")) for each in text.tree().all("Figure")]
    assert [each.split(":")[0].split(".")[0] for each in alternatives] == [
        "Structure chart",
        "Bar chart",
        "Line chart",
        "A map of the county",
        "Risks by likelihood and impact",
    ]


# --- readable -------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("lines", range(37, 46, 2))
def test_total_is_never_alone_on_a_page_and_the_head_is_repeated(lines: int) -> None:
    pages = [page for page in print_here(one_section(make_lines(lines))).pages if "Line" in page]
    for page in pages:
        assert "Activity Cost" in page
        body = page.partition("Activity Cost ")[2]
        assert body.startswith("Line")


def test_row_is_not_torn_where_it_fits() -> None:
    texts = [f"start{n} " + "words of the row " * 60 + f"end{n}" for n in range(14)]
    rows = tuple(Row(f"r{n}", (samples.label(str(n)), Cell(each))) for n, each in enumerate(texts))
    table = Table((Column("a", "A"), Column("b", "B")), rows)
    pages = print_here(one_section(table)).pages
    for number in range(14):
        held = [f"start{number} " in page and f"end{number}" in page for page in pages]
        assert held.count(True) == 1


@pytest.mark.slow
def test_row_longer_than_a_page_loses_no_word() -> None:
    words = [f"w{n}" for n in range(6_000)]
    table = Table((Column("a", "A"),), (Row("r", (Cell(" ".join(words)),)),))
    printed = " ".join(print_here(one_section(table)).pages).split()
    assert set(words) <= set(printed)


@pytest.mark.parametrize("filler", range(34, 42, 2))
def test_heading_is_never_at_the_foot(filler: int) -> None:
    later = Part("next", (Heading("Next section", 1, "next"), prose("Its first words. " * 20)))
    before = Part("s", (Heading("The section", 1, "s"), prose(*["A line of words."] * filler)))
    pages = print_here(with_parts(before, later)).pages
    held = [page for page in pages if "Next section Its first words." in page]
    assert len(held) == 1


def test_rows_under_one_spanning_cell_stay_on_one_page() -> None:
    rows = []
    for n in range(0, 60, 5):
        rows.append(Row(f"r{n}", (Cell(f"over{n}", row_span=5), samples.value(f"{n}.5"))))
        rows += [
            Row(f"r{m}", (samples.COVERED, samples.value(f"{m}.5"))) for m in range(n + 1, n + 5)
        ]
    columns = (Column("a", "A"), Column("b", "B", align="right"))
    pages = print_here(one_section(prose(*["Before."] * 10), Table(columns, tuple(rows)))).pages
    for n in range(0, 60, 5):
        held = [page for page in pages if f"over{n} " in page]
        assert len(held) == 1
        assert {f"{m}.5" for m in range(n, n + 5)} <= set(held[0].split())


def test_character_that_no_font_has_is_spelt() -> None:
    strange = replace(make_document().cover, unit="Unit \U0003fff0")
    document = replace(one_section(prose("Before \U0003fff0 after.")), cover=strange)
    pages = PdfText(render(document, "pdf", DRAFT)).pages
    assert "Before [U+3FFF0] after." in pages[-1]
    assert "Unit [U+3FFF0], 2008/09" in pages[-1]


# --- reproducible ---------------------------------------------------------------------------------


def test_same_plan_gives_the_same_bytes_in_another_process(
    published: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    again = render(make_document(), "pdf", PUBLISHED, Supplies(pictures=PICTURES))
    assert hashlib.sha256(again).hexdigest() == hashlib.sha256(published).hexdigest()


def test_progress_is_told_step_by_step() -> None:
    told: list[tuple[int, int]] = []
    render(
        one_section(prose("Words.")),
        "pdf",
        DRAFT,
        Supplies(progress=lambda *step: told.append(step)),
    )
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


# --- safe -----------------------------------------------------------------------------------------


def nest(depth: int, kind: str) -> Prose:
    element = paragraph("deep")
    for _ in range(depth):
        element = List(((element,),)) if kind == "list" else Quote((element,))
    return Prose((element,))


def chain_posts(depth: int) -> OrgChart:
    post = Post("Bottom")
    for _ in range(depth):
        post = Post("Head", reports=(post,))
    return OrgChart(post)


HOSTILE = {
    "lists": (lambda: nest(3_000, "list"), "lie more than 30 deep in each other"),
    "quotes": (lambda: nest(400, "quote"), "lie more than 30 deep in each other"),
    "posts": (lambda: chain_posts(3_000), "more than 30 levels or 500 posts"),
    "text": (lambda: prose("word " * 10_001), "50,005 characters"),
    "word": (lambda: prose("x" * 2_001), "one word is longer than 2,000"),
    "breaks": (lambda: prose("\n" * 2_001), "2,002 line breaks"),
    "paragraphs": (lambda: prose(*["Words."] * 2_001), "more than 2,000 paragraphs and lists"),
    "styles": (lambda: Prose((Paragraph((Run("a"),) * 2_001),)), "2,001 line breaks"),
    "cells": (
        lambda: Table((Column("a", "A"),), (Row("r", (samples.value("1"),)),) * 250_001),
        "pass 250,000 cells",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_would_hang_the_engine_is_refused_with_a_sentence(name: str) -> None:
    make, fault = HOSTILE[name]
    with pytest.raises(PrintFailed, match=f"^In “The section”, .*{re.escape(fault)}"):
        render(one_section(make()), "pdf", DRAFT)


ALLOWED = {
    "lists": lambda: nest(30, "list"),
    "quotes": lambda: nest(30, "quote"),
    "posts": lambda: chain_posts(25),
    "text": lambda: prose("word " * 9_999),
    "word": lambda: prose("x" * 2_000),
    "paragraphs": lambda: prose(*["Words."] * 2_000),
    "breaks": lambda: prose("\n" * 1_999),
    "characters": lambda: prose("☎ 漢字 \U0001f600 \u0301\u0301 ﷽ עברית \u202e\u0000 \ue000 ﻿"),
    "markup": lambda: prose('</p></div><script>1</script><style>@import "x"</style><img src=x>'),
    "spans": lambda: Table(
        (Column("a", "A"), Column("b", "B")),
        (
            Row("r", (Cell("tall", row_span=400), samples.value("0"))),
            *(Row(f"r{n}", (samples.COVERED, samples.value(str(n)))) for n in range(1, 400)),
        ),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ALLOWED)
def test_what_is_just_allowed_is_printed_within_the_limits(name: str) -> None:
    data = render(one_section(ALLOWED[name]()), "pdf", DRAFT)
    assert len(pikepdf.open(BytesIO(data)).pages) >= 3


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        (Limits(cpu=1), "^“The section” took longer than 1 seconds to print and was stopped."),
        (Limits(wall=0.3), "^“The section” took longer than 0.3 seconds to print and was stopped."),
        (Limits(memory=200), " needed more than 200 MB of memory to print and was stopped."),
    ],
)
def test_printing_that_takes_too_much_is_stopped_with_a_sentence(
    limits: Limits, sentence: str
) -> None:
    document = one_section(*[make_lines(300)] * 8)
    with pytest.raises(PrintFailed, match=sentence):
        pdf.render(document, DRAFT, Supplies(), limits=limits)


def test_child_that_fails_leaves_a_sentence_and_its_details_in_the_log(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Piece, "write_alone", lambda *_: "<html><p></html>")
    with caplog.at_level(logging.WARNING), pytest.raises(PrintFailed) as raised:
        render(one_section(prose("Words.")), "pdf", DRAFT)
    assert str(raised.value).endswith(
        " could not be printed. The details are in the log of the printing process."
    )
    assert "mismatched tag" in caplog.text


def make_fetcher() -> Fetcher:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    return Fetcher(Job("", "", pictures={"a" * 64: samples.PNG, "b" * 64: svg}))


def test_picture_of_the_job_is_fetched() -> None:
    assert make_fetcher().fetch(f"picture:{'a' * 64}").read() == samples.PNG


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:9/x.png",
        "https://example.org/x.png",
        "ftp://example.org/x",
        "data:image/svg+xml,<svg/>",
        "font:../../../manage.py",
        "font:/etc/passwd",
        "picture:" + "b" * 64,
        "picture:../../etc/passwd",
        "etc/passwd",
        "",
    ],
)
def test_nothing_else_is_fetched(url: str) -> None:
    with pytest.raises(NotFetched):
        make_fetcher().fetch(url)


def test_page_that_asks_for_files_and_hosts_gets_neither(tmp_path: object) -> None:
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text y="9">TOPSECRET</text></svg>')
    address = secret.as_uri()
    page = (
        '<html lang="en"><head><title>t</title>'
        f'<link rel="attachment" href="{address}"/><style>@import "{address}";</style></head>'
        f'<body><h1>Plan</h1><img alt="a" src="{address}"/><object data="{address}"></object>'
        f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>t</title>'
        f'<image href="{address}" width="9" height="9"/></svg>'
        f'<p style="background:url({address})">Words</p></body></html>'
    )
    job = Job(page, write_page_rules(make_document(), PUBLISHED))
    read = PdfText(print_job(job)[1])
    assert "Words" in " ".join(read.pages)
    assert "TOPSECRET" not in " ".join(read.pages)
    assert list(read.pdf.attachments) == []


def test_missing_picture_is_said_on_paper() -> None:
    picture = Picture("map.png", "A map", digest="f" * 64)
    assert "The picture “map.png” is missing. It shows: A map." in " ".join(
        print_here(one_section(picture)).pages
    )


def test_printing_leaves_no_file_behind(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    render(one_section(prose("Words.")), "pdf", DRAFT)
    assert os.listdir(tmp_path) == []  # noqa: PTH208
