"""A plan or one of its versions as a file, in any of its forms."""

from __future__ import annotations

from datetime import datetime

from documents.formats import FORMATS
from plans.models import Plan, Version
from plans.planfile import read_plan, write_plan_file
from plans.services.archives import write_archive
from plans.services.imprints import draft_imprint, version_imprint
from plans.services.printing import render_form
from plans.services.redlining import Side, compare_sides, comparison_imprint
from plans.services.versions import printable, version_document

PLAN_FILE = "json"
ARCHIVE = "zip"
EXPORT_FORMATS = (PLAN_FILE, ARCHIVE, *FORMATS)


def export_plan(plan: Plan, fmt: str, *, at: datetime) -> bytes:
    """Return the working copy in one of EXPORT_FORMATS, printed as a draft of `at`.

    :raises PrintFailed: with a sentence, if the document cannot be printed.
    """
    if fmt == ARCHIVE:
        return write_archive(plan)
    data = read_plan(plan)
    plan_file = write_plan_file(data)
    if fmt == PLAN_FILE:
        return plan_file
    imprint = draft_imprint(plan, at=at)
    return render_form(printable(plan, data), fmt, imprint, plan_file=plan_file)


def export_version(version: Version, fmt: str) -> bytes:
    """Return a frozen version in one of EXPORT_FORMATS, with its edition's imprint if it has one.

    :raises PrintFailed: with a sentence, if the document cannot be printed.
    """
    if fmt == PLAN_FILE:
        return version.plan_file.encode()
    document, plan_file = version_document(version), version.plan_file.encode()
    return render_form(document, fmt, version_imprint(version), plan_file=plan_file)


def export_comparison(
    old: Side, new: Side, fmt: str, *, at: datetime, only_changes: bool = False
) -> bytes:
    """Return what changed between two states of a plan in one of FORMATS, made on the day of `at`.

    :raises PrintFailed: with a sentence, if the document cannot be printed.
    """
    document = compare_sides(old, new, only_changes=only_changes).document
    return render_form(document, fmt, comparison_imprint(new.plan, at=at), plan_file=None)
