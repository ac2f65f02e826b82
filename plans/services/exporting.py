"""A plan or one of its versions as a file: plan file, web page or PDF."""

from __future__ import annotations

from datetime import datetime

from documents import codec
from documents.blocks import Document, Imprint
from documents.formats import FORMATS, Supplies, render
from plans.models import Edition, Plan, Version
from plans.planfile import read_plan, write_plan_file
from plans.services.archives import write_archive
from plans.services.imprints import draft_imprint, version_imprint
from plans.services.pictures import read_pictures
from plans.services.versions import plan_document, version_document

PLAN_FILE = "json"
ARCHIVE = "zip"
EXPORT_FORMATS = (PLAN_FILE, ARCHIVE, *FORMATS)


def export_plan(plan: Plan, fmt: str, *, at: datetime) -> bytes:
    """Return the working copy in one of EXPORT_FORMATS, printed as a draft of `at`.

    :raises PrintFailed: with a sentence, if the document cannot be printed.
    """
    if fmt == PLAN_FILE:
        return write_plan_file(read_plan(plan))
    if fmt == ARCHIVE:
        return write_archive(plan)
    return _print(plan_document(plan), fmt, draft_imprint(plan, at=at))


def export_version(version: Version, fmt: str) -> bytes:
    """Return a frozen version in one of EXPORT_FORMATS, with its edition's imprint if it has one.

    :raises PrintFailed: with a sentence, if the document cannot be printed.
    """
    if fmt == PLAN_FILE:
        return version.plan_file.encode()
    edition = Edition.objects.filter(version=version).first()
    imprint = codec.load_imprint(edition.imprint) if edition else version_imprint(version)
    return _print(version_document(version), fmt, imprint)


def _print(document: Document, fmt: str, imprint: Imprint) -> bytes:
    return render(
        document, fmt, imprint, Supplies(pictures=read_pictures(document, imprint.branding))
    )
