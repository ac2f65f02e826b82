"""Prints the plans that conformance is shown on, each once in a run, and reads them back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from documents.blocks import COMPARISON, Approval, Branding, Document, Imprint
from documents.formats import Attachment, Supplies, render
from documents.redline import redline
from documents.renderers import pdf
from documents.renderers.pieces import write_pieces
from plans.document import build_document
from plans.models import Picture
from plans.planfile import read_plan, read_plan_dict, write_plan_file
from plans.services.formats import read_format, store_format
from plans.services.pictures import with_pictures
from plans.services.printing import attach
from plans.services.versions import plan_document
from tests.conformance import plans
from tests.demo.conftest import (
    FORMATS,
    PLAN_2007,
    PLAN_2008,
    PLAN_2017,
    import_plan_file,
    plan_path,
)
from tests.documents import samples
from tests.documents.pdf_reader import PdfText, Tag

LENGTHS = (10, 60, 300)

COMPARED = Imprint(COMPARISON, 0, date(2008, 4, 1))
DRAFT = Imprint("Draft", 3, date(2008, 3, 14))
PUBLISHED = replace(
    samples.PUBLISHED,
    approvals=(
        *samples.PUBLISHED.approvals,
        Approval("Sealed", "A Name", "Cabinet Member", datetime(2008, 3, 28, tzinfo=UTC), "D/113"),
    ),
    branding=Branding(
        colour="#5b2a6e",
        logo=next(iter(samples.PICTURES)),
        logo_alt="The council's arms",
        statement="This plan is available in other formats and languages.",
    ),
)


class Kept(dict[str, bytes]):
    """A store of pieces in memory."""

    def put(self, key: str, piece: bytes) -> None:
        self[key] = piece


@dataclass
class Printed:
    """One document on paper, as each kind of PDF, and read back; `plan_file` is None for a
    comparison."""

    name: str
    document: Document
    imprint: Imprint
    plan_file: bytes | None = None

    def __post_init__(self) -> None:
        self.pieces = Kept()

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        if self.plan_file is None:
            return ()
        return attach(self.plan_file, render(self.document, "xlsx", self.imprint))

    def render(self, fmt: str, pieces: Kept | None = None) -> bytes:
        supplies = Supplies(samples.PICTURES, self.attachments, pieces)
        return render(self.document, fmt, self.imprint, supplies)

    @cached_property
    def whole(self) -> bytes:
        """Return it as printed in one go, which is what joining its pieces is held against."""
        supplies = Supplies(samples.PICTURES, self.attachments)
        printing = pdf.Printing(self.document, self.imprint, supplies)
        printing.pieces = write_pieces(self.document, self.imprint, samples.PICTURES)
        return printing.print_whole()

    @cached_property
    def pdf(self) -> bytes:
        return self.render("pdf", self.pieces)

    @cached_property
    def archive(self) -> bytes:
        return self.render("pdfa", self.pieces)

    @cached_property
    def text(self) -> PdfText:
        return PdfText(self.pdf)

    @cached_property
    def tree(self) -> Tag:
        return self.text.tree()


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def set_up() -> dict[str, Printed]:
    """Return what there is to print, by name. The demo's plans are imported with their formats."""
    for path in FORMATS.glob("*.json"):
        store_format(read_format(path.read_bytes()))
    last = import_demo(PLAN_2007, "plan-of-2007", DRAFT)
    this = import_demo(PLAN_2008, "plan-of-2008", DRAFT)
    every = [
        this,
        import_demo(PLAN_2017, "plan-of-2017", PUBLISHED),
        Printed("redline", redline(last.document, this.document), COMPARED),
        build("odd-plan", plans.odd_plan(), DRAFT),
        *[build(f"{pages}-pages", plans.long_plan(pages), PUBLISHED) for pages in LENGTHS],
    ]
    return {each.name: each for each in every}


def import_demo(file: str, name: str, imprint: Imprint) -> Printed:
    plan = import_plan_file(plan_path(file))
    return Printed(name, plan_document(plan), imprint, write_plan_file(read_plan(plan)))


def build(name: str, value: dict[str, Any], imprint: Imprint) -> Printed:
    """Return a plan that is stored nowhere, with the picture that is not missing."""
    data = read_plan_dict(value)
    picture = Picture(name=plans.PICTURE, digest=next(iter(samples.PICTURES)))
    document = with_pictures(build_document(data), [picture])
    return Printed(name, document, imprint, write_plan_file(data))
