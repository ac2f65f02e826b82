"""WeasyPrint as used here: parses no HTML, fetches nothing, writes tagged and reproducible PDF.

The only module beside `accessible.py` that knows the engine; it leans on parts of WeasyPrint that
are not its public interface, so the version is pinned and `tests/documents/test_pdf.py` looks.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree

import cssselect2
from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from documents.renderers.accessible import finish

ROOT = Path(__file__).resolve().parents[2]
STYLESHEET = ROOT / "static" / "documents" / "print.css"
FONTS = ROOT / "build" / "static" / "fonts"
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"


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
    """One printing: markup, the rules of its sheets, and all that they may refer to."""

    page: str
    rules: str
    watermark: str
    pictures: Mapping[str, bytes]
    identifier: str


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
        data = self._job.pictures.get(name, b"")
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


def lay_out(job: Job) -> Document:
    """Return the pages, laid out."""
    fetcher, fonts = Fetcher(job), FontConfiguration()
    sheets = [STYLESHEET.read_text(encoding="utf-8"), job.rules]
    styles = [CSS(string=sheet, url_fetcher=fetcher, font_config=fonts) for sheet in sheets]
    page = _Page(job.page, fetcher)
    return page.render(font_config=fonts, stylesheets=styles, pdf_variant="pdf/ua-1")


def draw(laid_out: Document, job: Job) -> bytes:
    """Return the pages as PDF/UA-1.

    :raises MissingCharacters: if no font has some of its characters; no such file is accessible.
    """
    _missing.characters.clear()
    pdf: bytes = laid_out.write_pdf(
        finisher=finish, pdf_variant="pdf/ua-1", pdf_identifier=job.identifier.encode()
    )
    if _missing.characters:
        raise MissingCharacters(_missing.characters)
    return pdf


def spell_characters(job: Job, characters: Iterable[str]) -> Job:
    """Return the job with characters that cannot be printed spelt as "[U+1F600]"."""
    page, rules = job.page, job.rules
    for character in characters:
        spelt = f"[U+{ord(character):04X}]"
        page = page.replace(character, spelt)
        rules = rules.replace(f"\\{ord(character):x} ", spelt)
    return replace(job, page=page, rules=rules)
