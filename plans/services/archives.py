"""A plan with its pictures in one ZIP: `plan.json` and `pictures/`.

Reads what a stranger may have made: every member is counted and measured before it is unpacked,
and none is ever written to a path of the archive's choosing.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from accounts.models import User
from plans.content import Fault, Faults
from plans.models import Plan
from plans.planfile import FILE_LIMIT, PlanData, read_plan, read_plan_file, write_plan_file
from plans.services.pictures import BYTES_LIMIT, NotAPicture, add_picture, read_type

MAGIC = b"PK\x03\x04"
PLAN_NAME = "plan.json"
FOLDER = "pictures/"
MEMBERS_LIMIT = 201
TOTAL_LIMIT = 100 * 1024 * 1024
UNREADABLE = (BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)
DAY = (1980, 1, 1, 0, 0, 0)  # the same plan gives the same bytes


@dataclass(frozen=True, slots=True)
class Upload:
    """What an uploaded file holds: a plan, and its pictures by name."""

    plan: PlanData
    pictures: Mapping[str, bytes] = field(default_factory=dict)


def read_upload(data: bytes, *, beside: Mapping[str, Any] | None = None) -> Upload:
    """Return what a plan file, or a ZIP of one with pictures, holds.

    `beside`: as `planfile.read_plan_file`.

    :raises Faults: listing every reason why it cannot be taken.
    """
    if not data.startswith(MAGIC):
        return Upload(read_plan_file(data, beside=beside))
    try:
        with ZipFile(BytesIO(data)) as archive:
            return _read_archive(archive, beside)
    except Faults:
        raise
    except UNREADABLE as error:
        raise _refused("the ZIP file is damaged, encrypted or of an unknown kind") from error


def _read_archive(archive: ZipFile, beside: Mapping[str, Any] | None) -> Upload:
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) > MEMBERS_LIMIT or sum(m.file_size for m in members) > TOTAL_LIMIT:
        raise _refused("the ZIP file holds more than 200 pictures or 100 MB")
    if any(member.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for member in members):
        raise NotImplementedError("a kind of compression that this product does not write")
    names = [member.filename for member in members]
    if names.count(PLAN_NAME) != 1:
        raise _refused(f"the ZIP file must hold one {PLAN_NAME}")
    faults = [_stray(member) for member in members if _is_stray(member)]
    if faults:
        raise Faults(faults)
    by_name = {member.filename: member for member in members}
    raw = _unpack(archive, by_name.pop(PLAN_NAME), FILE_LIMIT)
    plan = read_plan_file(raw, beside=beside)
    pictures = {
        name.removeprefix(FOLDER): _unpack(archive, member, BYTES_LIMIT)
        for name, member in by_name.items()
    }
    faults = [fault for name, content in pictures.items() if (fault := _check(name, content))]
    if faults:
        raise Faults(faults)
    return Upload(plan, pictures)


def _is_stray(member: ZipInfo) -> bool:
    name = member.filename
    return name != PLAN_NAME and not (name.startswith(FOLDER) and "/" not in name[len(FOLDER) :])


def _stray(member: ZipInfo) -> Fault:
    return Fault((member.filename[:100],), f"only {PLAN_NAME} and {FOLDER} belong in the ZIP file")


def _unpack(archive: ZipFile, member: ZipInfo, limit: int) -> bytes:
    """Return a member's bytes, never more than it may have, whatever its header says."""
    with archive.open(member) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise _refused(f"“{member.filename[:100]}” is larger than {limit // 1024 // 1024} MB")
    return data


def _check(name: str, data: bytes) -> Fault | None:
    try:
        read_type(name, data)
    except NotAPicture as refused:
        return Fault((FOLDER + name[:100],), str(refused))
    return None


def _refused(sentence: str) -> Faults:
    return Faults([Fault((), sentence)])


def store_pictures(plan: Plan, pictures: Mapping[str, bytes], *, by: User, at: datetime) -> None:
    """Store an upload's pictures with its new plan."""
    for name, data in pictures.items():
        add_picture(plan, name=name, data=data, by=by, at=at)


def write_archive(plan: Plan) -> bytes:
    """Return the working copy and its pictures as a ZIP."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr(ZipInfo(PLAN_NAME, DAY), write_plan_file(read_plan(plan)), ZIP_DEFLATED)
        for picture in plan.pictures.order_by("name"):
            with picture.file.open("rb") as file:
                archive.writestr(ZipInfo(FOLDER + picture.name, DAY), file.read())
    return out.getvalue()
