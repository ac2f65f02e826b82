"""Whether what was published is still what was published: every hash computed again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from django.db.models.fields.files import FieldFile

from plans.models import Edition
from plans.services.versions import digest_of


def verify_editions() -> Iterator[tuple[Edition, list[str]]]:
    """Yield every edition with the sentences that say what of it has changed; none if nothing."""
    editions = Edition.objects.select_related("version", "plan__plan_year").order_by("pk")
    for edition in editions.prefetch_related("files").iterator(chunk_size=20):
        yield edition, list(_faults(edition))


def _faults(edition: Edition) -> Iterator[str]:
    version = edition.version
    if digest_of(version.plan_file, version.tree) != version.digest:
        yield f"the plan file or tree of version {version.number} is not what was hashed"
    stored = {"pdf": (edition.pdf, edition.pdf_digest)}
    stored |= {form.format: (form.file, form.digest) for form in edition.files.all()}
    for fmt, (file, digest) in stored.items():
        if fault := _fault_of_file(file, digest):
            yield f"its form “{fmt}” {fault}"


def _fault_of_file(file: FieldFile, digest: str) -> str:
    if not file.storage.exists(file.name):
        return "is no longer stored"
    with file.open("rb") as opened:
        found = hashlib.file_digest(opened.file, "sha256").hexdigest()
    return "" if found == digest else "has been changed since"
