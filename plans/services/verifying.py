"""Whether what was published is still what was published: every hash computed again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models.fields.files import FieldFile

from plans.models import Edition
from plans.services.versions import digest_of


@dataclass(frozen=True, slots=True)
class Verified:
    """One edition as it was found: how many files were read, and a sentence for each change."""

    edition: Edition
    files: int
    faults: tuple[str, ...]


def verify_editions() -> Iterator[Verified]:
    """Yield every edition with what of it has changed since it was published."""
    editions = Edition.objects.select_related("version", "plan__plan_year").order_by("pk")
    for edition in editions.prefetch_related("files").iterator(chunk_size=20):
        forms = _stored_forms(edition)
        yield Verified(edition, len(forms), (*_faults_of_rows(edition), *_faults_of_files(forms)))


def _stored_forms(edition: Edition) -> dict[str, tuple[FieldFile, str]]:
    """Return file and SHA-256 of every form by its format."""
    stored = {"pdf": (edition.pdf, edition.pdf_digest)}
    return stored | {form.format: (form.file, form.digest) for form in edition.files.all()}


def _faults_of_rows(edition: Edition) -> Iterator[str]:
    version = edition.version
    if digest_of(version.plan_file, version.tree) != version.digest:
        yield f"the plan file or tree of version {version.number} is not what was hashed"
    elif hashlib.sha256(version.plan_file.encode()).hexdigest() != edition.plan_file_digest:
        yield "its plan file is not what was published"


def _faults_of_files(forms: Mapping[str, tuple[FieldFile, str]]) -> Iterator[str]:
    for fmt, (file, digest) in forms.items():
        if fault := _fault_of_file(file, digest):
            yield f"its form “{fmt}” {fault}"


def _fault_of_file(file: FieldFile, digest: str) -> str:
    if not file.storage.exists(file.name):
        return "is no longer stored"
    with file.open("rb") as opened:
        found = hashlib.file_digest(opened.file, "sha256").hexdigest()
    return "" if found == digest else "has been changed since"
