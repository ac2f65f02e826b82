"""Changing how a council's documents look; its logo is kept as pictures of plans are."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Branding, OrganisationUnit, User
from accounts.services import Look, change_branding
from plans.models import Picture
from plans.services.pictures import keep_bytes, read_type


@dataclass(frozen=True, slots=True)
class NewLogo:
    """An uploaded file."""

    name: str
    data: bytes


def save_branding(
    council: OrganisationUnit,
    *,
    colour: str,
    cover: str,
    statement: str,
    contact: str,
    logo_alt: str,
    logo: NewLogo | None = None,
    removes_logo: bool = False,
    by: User,
    at: datetime,
) -> Branding:
    """Store how documents look from now on; without a new logo the one of before is kept.

    :raises NotAPicture: if the logo is none that can be printed.
    """
    before = Branding.objects.filter(council=council).first()
    digest = before.logo if before and not removes_logo else ""
    path = before.logo_file.name if before and not removes_logo else ""
    if logo:
        read_type(logo.name, logo.data)
        digest = hashlib.sha256(logo.data).hexdigest()
        path = keep_bytes(Picture(digest=digest, name=logo.name), logo.data)
    look = Look(
        colour=colour,
        logo=digest,
        logo_path=path,
        logo_alt=logo_alt if digest else "",
        statement=statement,
        contact=contact,
        cover=cover,
    )
    return change_branding(council, look, by=by, at=at)
