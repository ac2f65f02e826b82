"""Turning a plan's tree into its forms: with its pictures, what travels inside, what is kept."""

from __future__ import annotations

from documents.blocks import Document, Imprint
from documents.formats import FORMATS, Attachment, Progress, Supplies, render
from plans.services.pictures import read_pictures
from plans.services.pieces import open_pieces

HOLD_OTHERS = frozenset({"pdf", "pdfa"})
"""The formats whose files hold the plan file and the tables."""


def render_form(
    document: Document,
    fmt: str,
    imprint: Imprint,
    *,
    plan_file: bytes | None,
    progress: Progress | None = None,
) -> bytes:
    """Return one form of a document. `plan_file` is the plan as data, None for a document that is
    not one plan, such as a comparison: nothing travels inside that.

    :raises PrintFailed: with a sentence, if the document cannot be printed.
    """
    attachments: tuple[Attachment, ...] = ()
    if fmt in HOLD_OTHERS and plan_file is not None:
        attachments = attach(plan_file, render(document, "xlsx", imprint))
    return render(
        document, fmt, imprint, _supply(document, imprint, attachments, progress=progress)
    )


def render_forms(
    document: Document, imprint: Imprint, *, plan_file: bytes, progress: Progress | None = None
) -> dict[str, bytes]:
    """Return a document in every format; `progress` is told of the PDF's steps, which are most of
    the work, and then of each other form.

    :raises PrintFailed: with a sentence, if the document cannot be printed.
    """
    others = [fmt for fmt in FORMATS if fmt not in ("pdf", "xlsx")]
    steps = [0]

    def tell(done: int, of: int) -> None:
        steps[0] = of
        if progress:
            progress(done, of + len(others))

    tables = render(document, "xlsx", imprint)
    attachments = attach(plan_file, tables)
    forms = {"xlsx": tables}
    printed = _supply(document, imprint, attachments, progress=tell)
    forms["pdf"] = render(document, "pdf", imprint, printed)
    supplies = _supply(document, imprint, attachments)
    for number, fmt in enumerate(others, 1):
        forms[fmt] = render(document, fmt, imprint, supplies)
        if progress:
            progress(steps[0] + number, steps[0] + len(others))
    return {fmt: forms[fmt] for fmt in FORMATS}


def attach(plan_file: bytes, tables: bytes) -> tuple[Attachment, ...]:
    """Return what travels inside a file that can hold others."""
    return (
        Attachment("plan.json", "application/json", "The plan as data", plan_file),
        Attachment("tables.xlsx", FORMATS["xlsx"].content_type, "The tables of the plan", tables),
    )


def _supply(
    document: Document,
    imprint: Imprint,
    attachments: tuple[Attachment, ...],
    *,
    progress: Progress | None = None,
) -> Supplies:
    pictures = read_pictures(document, imprint.branding)
    return Supplies(pictures, attachments, pieces=open_pieces(), progress=progress)
