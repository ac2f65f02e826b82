"""A section as its printed pages, to be looked at beside its editor."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from documents.formats import Supplies, pictures_of, print_part, wake_printer
from plans.models import Section
from plans.services.imprints import draft_imprint
from plans.services.pictures import read_pictures
from plans.services.pieces import FolderOfPieces, open_pieces
from plans.services.versions import printable_section

WIDTH = 1240  # pixels of a page's picture: 150 to the inch upright


@dataclass(frozen=True, slots=True)
class Preview:
    """The printed pages of a section: the SHA-256 of their PDF in hex, and how many there are."""

    digest: str
    pages: int

    @property
    def numbers(self) -> range:
        return range(1, self.pages + 1)


def expect_preview() -> None:
    """Have the printing process get ready for the preview of a section that is being opened."""
    if settings.PRINT_AHEAD:
        wake_printer()


def preview_section(section: Section, *, at: datetime) -> Preview:
    """Print a section of the working copy alone, and draw its pages unless they are kept.

    :raises PrintFailed: with a sentence, if it cannot be printed.
    """
    part = printable_section(section)
    store = open_pieces()
    imprint = draft_imprint(section.plan, at=at)
    supplies = Supplies(read_pictures(part, imprint.branding), pieces=store)
    pdf = print_part(part, imprint, supplies, lasting=f"section {section.pk}")
    digest = hashlib.sha256(pdf).hexdigest()
    known = store.get(_key(section, digest, 0))
    if known is None:
        known = _draw(section, digest, pdf, store)
    return Preview(digest, int(known))


def _draw(section: Section, digest: str, pdf: bytes, store: FolderOfPieces) -> bytes:
    """Keep the picture of every page; their number is kept last, so that none is missing then."""
    pages = pictures_of(pdf, width=WIDTH)
    for number, page in enumerate(pages, 1):
        store.put(_key(section, digest, number), page)
    count = str(len(pages)).encode()
    store.put(_key(section, digest, 0), count)
    return count


def preview_page(section: Section, digest: str, number: int) -> bytes | None:
    """Return the PNG of a page of a preview of this section; None if it is no longer kept."""
    return open_pieces().get(_key(section, digest, number)) if number else None


def _key(section: Section, digest: str, number: int) -> str:
    return hashlib.sha256(f"preview {section.pk} {digest} {number}".encode()).hexdigest()
