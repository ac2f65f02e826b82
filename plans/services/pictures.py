"""Pictures of a plan: uploaded apart, checked, kept by the hash of their bytes."""

from __future__ import annotations

import hashlib
import re
import warnings
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image

from accounts.models import User
from documents.blocks import Block, Branding, Document, Part
from documents.blocks import Picture as PictureBlock
from documents.formats import PrintFailed
from plans.models import Event, Picture, Plan, picture_path
from plans.services.taking import refuse_unless_open, take_plan

TYPES = {"PNG": "image/png", "JPEG": "image/jpeg"}
SUFFIXES = {"image/png": (".png",), "image/jpeg": (".jpg", ".jpeg")}
BYTES_LIMIT = 10 * 1024 * 1024
PIXELS_LIMIT = 40_000_000
PICTURES_LIMIT = 200
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ -]{0,119}")


class NotAPicture(ValueError):
    """The bytes are no picture that can be printed, or the name is none; the sentence says why."""


def read_type(name: str, data: bytes) -> str:
    """Return the content type of a picture, from its bytes.

    :raises NotAPicture: if it is neither PNG nor JPEG, too large, broken or named wrongly.
    """
    if not NAME.fullmatch(name):
        raise NotAPicture(
            f'"{name[:60]}" is not a file name: use letters, digits, dots and hyphens'
        )
    if len(data) > BYTES_LIMIT:
        raise NotAPicture(f'"{name}" is larger than 10 MB')
    content_type = _decode(name, data)
    if not name.lower().endswith(SUFFIXES[content_type]):
        kind = content_type.removeprefix("image/").upper()
        raise NotAPicture(f'"{name}" is a {kind} by its content; name it so')
    return content_type


def _decode(name: str, data: bytes) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(BytesIO(data), formats=list(TYPES))
        if picture.width * picture.height > PIXELS_LIMIT:
            raise NotAPicture(f'"{name}" has more than 40 million points')
        picture.verify()
    except NotAPicture:
        raise
    except Exception as error:
        raise NotAPicture(f'"{name}" is not a PNG or JPEG picture that can be read') from error
    return TYPES[picture.format or ""]


@transaction.atomic
def add_picture(plan: Plan, *, name: str, data: bytes, by: User, at: datetime) -> Picture:
    """Store a picture of the plan under a name; one of the same name is replaced.

    :raises NotAPicture: if it cannot be printed, or the plan has as many as it may.
    :raises NotOpen: if the plan is not a draft.
    """
    content_type = read_type(name, data)
    plan = take_plan(plan.pk)
    refuse_unless_open(plan)
    if plan.pictures.exclude(name=name).count() >= PICTURES_LIMIT:
        raise NotAPicture(f"the plan has {PICTURES_LIMIT} pictures already")
    digest = hashlib.sha256(data).hexdigest()
    picture = Picture.objects.filter(plan=plan, name=name).first() or Picture(plan=plan, name=name)
    picture.digest, picture.content_type = digest, content_type
    picture.uploaded_by, picture.uploaded_at = by, at
    picture.file.name = keep_bytes(picture, data)
    picture.save()
    detail = {"name": name, "digest": digest}
    Event.objects.create(plan=plan, action="picture_added", detail=detail, by=by, at=at)
    return picture


def keep_bytes(picture: Picture, data: bytes) -> str:
    """Store the bytes by their digest, once for all plans and versions; returns where."""
    path = picture_path(picture, picture.name)
    if load_bytes(picture.digest) is None:
        default_storage.delete(path)  # what a crash in mid-write may have left
        default_storage.save(path, ContentFile(data))
    return path


def load_bytes(digest: str) -> bytes | None:
    """Return the picture of this SHA-256; None if it is not stored whole."""
    path = picture_path(Picture(digest=digest), "")
    if not default_storage.exists(path):
        return None
    with default_storage.open(path, "rb") as file:
        data: bytes = file.read()
    return data if hashlib.sha256(data).hexdigest() == digest else None


@transaction.atomic
def remove_picture(picture: Picture, *, by: User, at: datetime) -> None:
    """Take the picture out of the plan; versions that show it keep its bytes.

    :raises NotOpen: if the plan is not a draft.
    """
    refuse_unless_open(take_plan(picture.plan_id))
    detail = {"name": picture.name, "digest": picture.digest}
    Event.objects.create(plan=picture.plan, action="picture_removed", detail=detail, by=by, at=at)
    picture.delete()


# --- in the document tree -------------------------------------------------------------------


def with_pictures(document: Document, pictures: Iterable[Picture]) -> Document:
    """Return the tree with the digest of each picture that the plan has, by name."""
    known = list(pictures)
    return replace(document, parts=tuple(part_with_pictures(p, known) for p in document.parts))


def part_with_pictures(part: Part, pictures: Iterable[Picture]) -> Part:
    """Return one section's part with the digests of the pictures that it shows."""
    digests = {picture.name: picture.digest for picture in pictures}

    def fill(block: Block) -> Block:
        if isinstance(block, PictureBlock):
            return replace(block, digest=digests.get(block.name, ""))
        return block

    return replace(part, blocks=tuple(map(fill, part.blocks))) if digests else part


def read_pictures(source: Document | Part, branding: Branding | None = None) -> dict[str, bytes]:
    """Return the bytes of every picture that a document or one section of it shows, and of the
    council's logo, by digest.

    :raises PrintFailed: if one is no longer stored as it was; it is never left out silently.
    """
    shown = {
        block.digest: block.name
        for part in (source.parts if isinstance(source, Document) else (source,))
        for block in part.blocks
        if isinstance(block, PictureBlock) and block.digest
    }
    found = {digest: _load_shown(digest, f"picture “{shown[digest]}”") for digest in sorted(shown)}
    if branding and branding.logo:
        found[branding.logo] = _load_shown(branding.logo, "council’s logo")
    return found


def _load_shown(digest: str, name: str) -> bytes:
    data = load_bytes(digest)
    if data is None:
        raise PrintFailed(f"The {name} is no longer stored; upload it again.")
    return data
