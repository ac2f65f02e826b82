"""A section as its printed pages, to be looked at beside its editor."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from documents.formats import Supplies, pictures_of, print_part, wake_printer
from plans.models import Section
from plans.services.imprints import draft_imprint
from plans.services.pictures import read_pictures
from plans.services.pieces import FolderOfPieces, open_pieces
from plans.services.versions import printable_section

COUNT = re.compile("[1-9][0-9]{0,3}")
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
    pages = _count_kept(section, digest, store) or _draw(section, digest, pdf, store)
    return Preview(digest, pages)


def _count_kept(section: Section, digest: str, store: FolderOfPieces) -> int:
    """Return how many pages a preview has if the picture of every one is kept, else 0."""
    told = (store.get(_key(section, digest, 0)) or b"").decode("ascii", "replace")
    pages = int(told) if COUNT.fullmatch(told) else 0
    wanted = (_key(section, digest, number) for number in range(1, pages + 1))
    return pages if all(store.get(key) for key in wanted) else 0


def _draw(section: Section, digest: str, pdf: bytes, store: FolderOfPieces) -> int:
    """Keep the picture of every page, and how many there are; return that."""
    pages = pictures_of(pdf, width=WIDTH)
    for number, page in enumerate(pages, 1):
        store.put(_key(section, digest, number), page)
    store.put(_key(section, digest, 0), str(len(pages)).encode())
    return len(pages)


def preview_page(section: Section, digest: str, number: int) -> bytes | None:
    """Return the PNG of a page of a preview of this section; None if it is no longer kept."""
    return open_pieces().get(_key(section, digest, number)) if number else None


def _key(section: Section, digest: str, number: int) -> str:
    return hashlib.sha256(f"preview {section.pk} {digest} {number}".encode()).hexdigest()
