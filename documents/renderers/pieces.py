"""The page that print is made of, in pieces: each is printed by itself and kept until it changes.

Every piece begins on a new sheet of paper: the cover, what stands before the contents, the
contents, each section of the first level with what is below it (and with the next one, if it is
short), each change of the way the paper lies, the page of record. All of them in a row are the
whole page, for printing it in one go.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from documents.blocks import Branding, Document, Heading, Imprint, Part
from documents.colours import make_colours
from documents.renderers.brands import write_statement
from documents.renderers.bundles import ELSEWHERE
from documents.renderers.covers import write_contents, write_cover, write_record
from documents.renderers.heights import estimate_height
from documents.renderers.html import link_within, write_part
from documents.renderers.markup import Context, describe_document, escape, find_headings
from documents.renderers.paper import TEXT_HEIGHT, Sheet

UNKNOWN_PAGE = "00"
"""Printed for a page number that is not known yet: as wide as most are."""

_SHORT = 0.46  # of a page: a section that leaves room for the beginning of the next

_NUMBER = re.compile(r' data-to="#([^"]*)"')
_LINK = re.compile(r' href="#([^"]*)"')
_NAME = re.compile(r' id="([^"]*)"')
_PICTURE = re.compile(r' src="picture:([0-9a-f]*)"')


@dataclass(frozen=True, slots=True)
class Piece:
    """`name` differs from piece to piece and lasts; `title` is for sentences about it."""

    name: str
    title: str
    sheet: Sheet
    markup: str

    @property
    def has_numbers(self) -> bool:
        """Say whether it prints the numbers of pages, which depend on the other pieces."""
        return _NUMBER.search(self.markup) is not None

    @property
    def pictures(self) -> tuple[str, ...]:
        """Return the digests of the pictures in it, each once."""
        return tuple(dict.fromkeys(_PICTURE.findall(self.markup)))

    def write_alone(self, language: str, numbers: Mapping[str, int] | None) -> str:
        """Return its page for printing it without the others.

        `numbers` are the pages of anchors, 1 for the cover; None while they are not known.
        """
        names = set(_NAME.findall(self.markup))

        def number(match: re.Match[str]) -> str:
            told = UNKNOWN_PAGE if numbers is None else numbers.get(match[1], "")
            return f' data-page="{told}"'

        def link(match: re.Match[str]) -> str:
            return match[0] if match[1] in names else f' href="{ELSEWHERE}{match[1]}"'

        body = _LINK.sub(link, _NUMBER.sub(number, self.markup))
        return write_page(language, "<title>Plan</title>", body)


def write_pieces(
    document: Document, imprint: Imprint, pictures: Collection[str] = ()
) -> tuple[Piece, ...]:
    """Return the pieces of a document in their order.

    `pictures` are the digests of those at hand; they are addressed as `picture:` and the digest.
    """
    page = _open_page(document.parts, pictures, imprint.branding)
    cover = Piece("cover", "The cover", "cover", write_cover(document, imprint, page))
    page.first_level = 2
    front = list(_write_runs([part for part in document.parts if part.front], page))
    contents = write_contents(document, page)
    body = list(_write_runs([part for part in document.parts if not part.front], page))
    record = write_record(imprint, page)
    if body and not record:
        body[-1] = _close(body[-1], write_statement(imprint.branding))
    return (
        cover,
        *front,
        *([Piece("contents", "The contents", "portrait", contents)] if contents else ()),
        *body,
        *([Piece("record", "The page of record", "portrait", record)] if record else ()),
    )


def _close(piece: Piece, words: str) -> Piece:
    """Return the piece with words at its end, on the same paper."""
    return replace(piece, markup=f"{piece.markup.removesuffix('</div>')}{words}</div>")


def write_single_piece(
    part: Part,
    pictures: Collection[str] = (),
    branding: Branding = Branding(),  # noqa: B008, frozen
) -> Piece:
    """Return one section as a piece of its own, whose links to other sections are plain words."""
    page = _open_page((part,), pictures, branding)
    page.first_level, page.last_level = 2, 1
    return _write_run([part], page)


def write_print_page(document: Document, imprint: Imprint, pictures: Collection[str] = ()) -> str:
    """Return the whole page: well-formed XML without style, script or doctype."""
    pieces = write_pieces(document, imprint, pictures)
    return write_whole(document, pieces)


def write_whole(document: Document, pieces: Iterable[Piece]) -> str:
    """Return all pieces as one page."""
    title = f"<title>{escape(describe_document(document))}</title>"
    return write_page(document.language, title, "".join([piece.markup for piece in pieces]))


def write_page(language: str, head: str, body: str) -> str:
    return (
        f'<html lang="{escape(language)}"><head>{head}</head>'
        f'<body><div class="document">{body}</div></body></html>'
    )


def _open_page(parts: Iterable[Part], pictures: Collection[str], branding: Branding) -> Context:
    targets = find_headings(parts)
    return Context(
        "paper",
        targets,
        link=link_within(targets),
        show_picture=lambda picture: (
            f"picture:{picture.digest}" if picture.digest in pictures else None
        ),
        colours=make_colours(branding.colour),
    )


def _write_runs(parts: Iterable[Part], page: Context) -> Iterator[Piece]:
    run: list[Part] = []
    for part in parts:
        if run and _begins_piece(part, run):
            yield _write_run(run, page)
            run = []
        run.append(part)
    if run:
        yield _write_run(run, page)


def _begins_piece(part: Part, run: Sequence[Part]) -> bool:
    """Say whether a section begins a new page: where the paper is turned, with a part of the
    document, and of the first level, unless what stands before it fills little of its page."""
    if part.orientation != run[0].orientation:
        return True
    first = next((block for block in part.blocks if isinstance(block, Heading)), None)
    if first is None or first.level > 1:
        return False
    return first.is_part or estimate_height(run) > _SHORT * TEXT_HEIGHT[part.orientation]


def _write_run(parts: list[Part], page: Context) -> Piece:
    sections = "".join([write_part(part, page) for part in parts])
    sheet = parts[0].orientation
    markup = f'<div class="{sheet}">{sections}</div>'
    name = page.anchor(f"piece-{parts[0].key}")
    return Piece(name, _name_run(parts), sheet, markup)


def _name_run(parts: list[Part]) -> str:
    """Return the words by which a sentence speaks of these sections."""
    headings = [block for part in parts for block in part.blocks if isinstance(block, Heading)]
    titles = [each.text for each in headings if each.text and not each.is_part]
    return f"“{titles[0]}”" if titles else f"“{parts[0].key}”"
