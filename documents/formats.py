"""The output formats, and `render`, which is all that the rest of the project calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, cast

from documents.blocks import Document, Imprint, Part, Picture
from documents.colours import INHERITED
from documents.renderers import NOTHING, Attachment, PieceStore, PrintFailed, Progress, Supplies

__all__ = [
    "FORMATS",
    "Attachment",
    "Format",
    "PieceStore",
    "PrintFailed",
    "Progress",
    "Supplies",
    "UnknownFormat",
    "allow_print_processes",
    "fragment",
    "fragments",
    "hash_renderers",
    "pictures_of",
    "print_part",
    "render",
]


class UnknownFormat(LookupError):
    """There is no such output format."""


class Renderer(Protocol):
    def __call__(self, document: Document, imprint: Imprint, supplies: Supplies) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Format:
    """`suffix` has its dot; `renderer` is named, not imported: print libraries load slowly."""

    name: str
    suffix: str
    content_type: str
    renderer: str


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "html": Format(
            "Web page", ".html", "text/html; charset=utf-8", "documents.renderers.html.render"
        ),
        "pdf": Format("PDF", ".pdf", "application/pdf", "documents.renderers.pdf.render"),
        "pdfa": Format(
            "PDF for archives",
            ".pdf",
            "application/pdf",
            "documents.renderers.pdf.render_archive",
        ),
        "docx": Format(
            "Word",
            ".docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "documents.renderers.word.render",
        ),
        "xlsx": Format(
            "Excel",
            ".xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "documents.renderers.excel.render",
        ),
        "csv": Format("CSV", ".csv.zip", "application/zip", "documents.renderers.data.render"),
    }
)


def render(document: Document, fmt: str, imprint: Imprint, supplies: Supplies = NOTHING) -> bytes:
    """Return the document in one of FORMATS; the same document, imprint, pictures and attachments
    give the same bytes.

    :raises UnknownFormat: if there is no such format.
    :raises PrintFailed: with a sentence, if the document is too large or too deep to print.
    """
    if fmt not in FORMATS:
        raise UnknownFormat(f'"{fmt}" is no format; the formats are {", ".join(FORMATS)}')
    module, _, name = FORMATS[fmt].renderer.rpartition(".")
    renderer = cast(Renderer, getattr(import_module(module), name))
    return renderer(document, imprint, supplies)


def fragment(
    source: Document | Part,
    *,
    first_level: int = 1,
    link: Callable[[str], str | None] | None = None,
    show_picture: Callable[[Picture], str | None] | None = None,
    colour: str = INHERITED,
) -> str:
    """Return the reading page of a document or of one section as markup for a page of the site.

    `first_level` is the level of its first heading; `link` gives the address of a section by its
    key; without it, links lead to `#key`. `show_picture` gives the address of a picture. Drawings
    take `colour`, as `make_colours` reads it.
    """
    from documents.renderers.html import write_fragment

    return write_fragment(
        source, first_level=first_level, link=link, show_picture=show_picture, colour=colour
    )


def fragments(
    parts: Sequence[Part],
    *,
    under: int,
    titles: Sequence[str],
    show_picture: Callable[[Picture], str | None] | None = None,
) -> list[str]:
    """Return the reading page of each section as markup of its own, for one page of the site.

    `under` is the level of the heading that the page puts above each, `titles` their words, by
    which tables are called that have no captions; links lead to `#key`.
    """
    from documents.renderers.html import write_fragments

    return write_fragments(parts, under=under, titles=titles, show_picture=show_picture)


@cache
def hash_renderers() -> str:
    """Return the SHA-256 in hex of the code that writes documents: markup that is kept under it is
    written anew after a release."""
    sources = sorted(Path(__file__).parent.rglob("*.py"))
    return sha256(b"".join([source.read_bytes() for source in sources])).hexdigest()


def print_part(
    part: Part, imprint: Imprint, supplies: Supplies = NOTHING, *, lasting: str = ""
) -> bytes:
    """Return the printed pages of one section as PDF, to be looked at.

    `lasting` is by what the section is known from one preview to the next: with it, and where
    `supplies` keeps pieces, only those pages are printed that a change is likely to touch.

    :raises PrintFailed: with a sentence, if it is too large or too deep to print.
    """
    from documents.renderers.previews import print_part

    return print_part(part, imprint, supplies, lasting=lasting)


def pictures_of(pdf: bytes, *, width: int) -> tuple[bytes, ...]:
    """Return the pages of a PDF as PNG pictures, so many pixels wide.

    :raises PrintFailed: with a sentence, if that takes too much time or memory.
    """
    from documents.renderers.pdf import draw_pages

    return draw_pages(pdf, width=width)


def wake_printer() -> None:
    """Have the printing process get ready, so that the first page to be printed is there sooner."""
    from documents.renderers.print_client import printer

    with suppress(OSError):  # whoever prints is told
        printer.wake()


def allow_print_processes(count: int) -> None:
    """Set how many pieces this process has printed at once; before it prints the first."""
    from documents.renderers.print_client import printer

    printer.processes = count
