"""WeasyPrint as used here: parses no HTML, fetches nothing, writes tagged and reproducible PDF.

The only module beside `accessible.py` that knows the engine; it leans on parts of WeasyPrint that
are not its public interface, so the version is pinned and `tests/documents/test_pdf.py` looks.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import cssselect2
from weasyprint import CSS, HTML
from weasyprint.document import Document, Page
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from documents.renderers.accessible import finish
from documents.renderers.quickening import load_usual_rules, quicken
from documents.renderers.ruling import rule_quickly

ROOT = Path(__file__).resolve().parents[2]
STYLESHEET = ROOT / "static" / "documents" / "print.css"
FONTS = ROOT / "build" / "static" / "fonts"
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_POINTS = 0.75  # in a pixel
_SECTION_LEVELS = (2, 3)  # the headings that the running head names, as in print.css


class _Missing(logging.Handler):
    """Hears which characters no font has; what else the engine warns of is seen in the result."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.characters: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        if record.msg.startswith(".notdef") and isinstance(record.args, tuple):
            self.characters.add(str(record.args[0]))


_missing = _Missing()
_log = logging.getLogger("weasyprint")
_log.handlers = [_missing]
_log.propagate = False
_log.setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Job:
    """One printing: markup, the rules of its sheets, and all that they may refer to.

    `prefix` begins the ids of its tags; `tagged` is False for what is only looked at.
    """

    page: str
    rules: str
    watermark: str = ""
    pictures: Mapping[str, bytes] | None = None
    prefix: str = ""
    tagged: bool = True


class MissingCharacters(Exception):
    """No font has these characters."""

    def __init__(self, characters: Iterable[str]) -> None:
        self.characters = frozenset(characters)
        super().__init__("".join(sorted(self.characters)))


class NotFetched(ValueError):
    """The page asks for something that printing does not fetch."""


class Fetcher(URLFetcher):  # type: ignore[misc]
    """Answers `font:`, `picture:` and `watermark:` from the job; denies everything else."""

    def __init__(self, job: Job) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self._job = job

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        scheme, _, name = url.partition(":")
        match scheme:
            case "font":
                return self._answer(url, self._read_font(name), "font/woff2")
            case "picture":
                return self._answer(url, *self._find_picture(name))
            case "watermark":
                return self._answer(url, self._job.watermark.encode(), "image/svg+xml")
        raise NotFetched(url[:60])

    def _answer(self, url: str, body: bytes, kind: str) -> URLFetcherResponse:
        return URLFetcherResponse(url, body, {"Content-Type": kind})

    def _read_font(self, name: str) -> bytes:
        path = FONTS / Path(name).name
        if not path.is_file():
            raise NotFetched(name)
        return path.read_bytes()

    def _find_picture(self, name: str) -> tuple[bytes, str]:
        data = (self._job.pictures or {}).get(name, b"")
        if data.startswith(_PNG):
            return data, "image/png"
        if data.startswith(_JPEG):
            return data, "image/jpeg"
        raise NotFetched(name)


class _Page(HTML):  # type: ignore[misc]
    """A page handed over as a tree: parsing it as HTML takes forty times as long."""

    def __init__(self, markup: str, fetcher: Fetcher) -> None:
        root = ElementTree.fromstring(markup)  # noqa: S314, our own markup, which has no entities
        self.base_url = None
        self.url_fetcher = fetcher
        self.media_type = "print"
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return [load_usual_rules()]


@cache
def load_styles() -> tuple[FontConfiguration, CSS]:
    """Return the fonts and the stylesheet, read once in a process."""
    quicken()
    rule_quickly()
    fonts = FontConfiguration()
    text = STYLESHEET.read_text(encoding="utf-8")
    return fonts, CSS(string=text, url_fetcher=Fetcher(Job("", "")), font_config=fonts)


def print_job(job: Job) -> tuple[Document, bytes]:
    """Return the pages as laid out and as PDF; characters that no font has are spelt out."""
    laid_out, [pdf] = print_runs(job, lambda laid_out: [slice(None)])
    return laid_out, pdf


def print_runs(
    job: Job, choose: Callable[[Document], Iterable[slice]]
) -> tuple[Document, list[bytes]]:
    """Return the pages as laid out, and those runs of them that are chosen, as a PDF each."""
    laid_out = lay_out(job)
    try:
        return laid_out, _draw_runs(laid_out, choose(laid_out), job)
    except MissingCharacters as missing:
        job = spell_characters(job, missing.characters)
        laid_out = lay_out(job)
        return laid_out, _draw_runs(laid_out, choose(laid_out), job)


def _draw_runs(laid_out: Document, runs: Iterable[slice], job: Job) -> list[bytes]:
    drawn: list[bytes] = []
    missing: set[str] = set()
    for run in runs:
        try:
            drawn.append(draw(laid_out.copy(laid_out.pages[run]), job))
        except MissingCharacters as error:
            missing |= error.characters
    if missing:
        raise MissingCharacters(missing)
    return drawn


def lay_out(job: Job) -> Document:
    """Return the pages, laid out."""
    fetcher = Fetcher(job)
    fonts, stylesheet = load_styles()
    styles = [stylesheet, CSS(string=job.rules, url_fetcher=fetcher, font_config=fonts)]
    page = _Page(job.page, fetcher)
    return page.render(font_config=fonts, stylesheets=styles, pdf_variant=_name_variant(job))


def draw(laid_out: Document, job: Job) -> bytes:
    """Return the pages as PDF/UA-1.

    :raises MissingCharacters: if no font has some of its characters; no such file is accessible.
    """
    _missing.characters.clear()
    pdf: bytes = laid_out.write_pdf(
        finisher=partial(finish, prefix=job.prefix) if job.tagged else None,
        pdf_variant=_name_variant(job),
    )
    if _missing.characters:
        raise MissingCharacters(_missing.characters)
    return pdf


def _name_variant(job: Job) -> str | None:
    return "pdf/ua-1" if job.tagged else None


def spell_characters(job: Job, characters: Iterable[str]) -> Job:
    """Return the job with characters that cannot be printed spelt as "[U+1F600]"."""
    page, rules = job.page, job.rules
    for character in characters:
        spelt = f"[U+{ord(character):04X}]"
        page = page.replace(character, spelt)
        rules = rules.replace(f"\\{ord(character):x} ", spelt)
    return replace(job, page=page, rules=rules)


# --- what the other pieces must know -------------------------------------------------------------


def describe_pages(laid_out: Document) -> dict[str, Any]:
    """Return what joining needs to know of printed pages.

    `anchors`: page by name, the first is 0. `sections`: for each page, the first and the last
    heading on it that a running head names, None where there is none. `bookmarks`: level, words,
    page, and left and top in points.
    """
    anchors: dict[str, int] = {}
    bookmarks: list[list[Any]] = []
    sections: list[list[str] | None] = []
    for number, page in enumerate(laid_out.pages):
        for name in page.anchors:
            anchors.setdefault(name, number)
        bookmarks += [_describe_bookmark(each, page, number) for each in page.bookmarks]
        named = [label for level, label, *_ in page.bookmarks if level in _SECTION_LEVELS]
        sections.append([named[0], named[-1]] if named else None)
    return {"anchors": anchors, "bookmarks": bookmarks, "sections": sections}


def find_starts(laid_out: Document, names: Collection[str]) -> dict[str, int]:
    """Return which of the named elements begin a page, and that page, the first is 0.

    They follow each other, and nothing else is in the document.
    """
    starts: dict[str, int] = {}
    seen: set[str] = set()
    for number, page in enumerate(laid_out.pages):
        here = [name for name in page.anchors if name in names]
        if here and here[0] not in seen:
            starts[here[0]] = number
        seen.update(here)
    return starts


def _describe_bookmark(bookmark: Any, page: Page, number: int) -> list[Any]:
    level, label, (left, top), _ = bookmark
    return [level, label, number, left * _POINTS, (page.height - top) * _POINTS]
