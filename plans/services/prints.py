"""Files made for whoever asked, of working copies, versions and comparisons: kept for a while.

Nothing of an edition is here. What is gone is made again by asking; nobody's words are lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from plans.models import Job

FOLDER = "prints"


def keep_print(job: Job, content: bytes, *, suffix: str) -> str:
    """Store what a printing made; returns where."""
    return default_storage.save(f"{FOLDER}/{job.plan_id}/{job.pk}{suffix}", ContentFile(content))


def kept_print(job: Job) -> str:
    """Return where the file of a printing that ended well is kept; "" if it is not, or no more."""
    is_printed = job.kind == Job.Kind.PRINT and job.state == Job.State.DONE
    name = str(job.detail.get("file", "")) if is_printed else ""
    return name if name and default_storage.exists(name) else ""


def open_print(job: Job) -> File | None:
    """Return that file opened; None if it is not kept, or was cleared away just now."""
    name = kept_print(job)
    try:
        return default_storage.open(name, "rb") if name else None
    except FileNotFoundError:
        return None


def kept_since(at: datetime) -> datetime:
    """Return the moment before which files have been cleared away by `at`."""
    return at - timedelta(days=settings.PRINTS_DAYS)


def clear_prints(*, at: datetime) -> int:
    """Delete every print that is older than it is kept, also those whose job is gone; returns how
    many."""
    old = [name for name in _list_prints() if _is_older(name, kept_since(at))]
    for name in old:
        default_storage.delete(name)
    return len(old)


def _list_prints() -> Iterator[str]:
    if not default_storage.exists(FOLDER):
        return
    for plan in default_storage.listdir(FOLDER)[0]:
        for file in default_storage.listdir(f"{FOLDER}/{plan}")[1]:
            yield f"{FOLDER}/{plan}/{file}"


def _is_older(name: str, moment: datetime) -> bool:
    try:
        return default_storage.get_modified_time(name) < moment
    except FileNotFoundError:  # another sweep was quicker
        return False
