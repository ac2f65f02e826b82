"""What a printing says about itself: its state, its approvals, and the council's look."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from accounts.models import DEFAULT_STATEMENT, Branding, OrganisationUnit
from documents import codec
from documents.blocks import Approval, Correction, Imprint
from documents.blocks import Branding as PrintedBranding
from plans.models import Decision, Edition, Plan, Version


def make_imprint(version: Version, *, at: datetime, reason: str) -> Imprint:
    """Return what the next edition of the plan says about itself, from its decisions."""
    plan = version.plan
    approvals = version.decisions.filter(outcome=Decision.Outcome.APPROVED).order_by("step", "pk")
    earlier = plan.editions.filter(correction__gt=0).order_by("number")
    corrections = [Correction(e.correction, local_day(e.published_at), e.reason) for e in earlier]
    if version.correction:
        corrections.append(Correction(version.correction, local_day(at), reason))
    last = plan.editions.first()
    return Imprint(
        state="Published",
        version=version.number,
        printed_on=local_day(at),
        digest=version.digest,
        edition=last.number + 1 if last else 1,
        approvals=tuple(
            Approval(d.step_title, d.person, d.post, d.at, d.reference) for d in approvals
        ),
        corrections=tuple(corrections),
        branding=branding_of(plan.organisation_unit),
    )


def local_day(at: datetime) -> date:
    """Return the day of `at` in the council's time."""
    return timezone.localtime(at).date()


def draft_imprint(plan: Plan, *, at: datetime) -> Imprint:
    """Return the imprint of a printing that is not an edition; its watermark says so."""
    last = plan.versions.first()
    return Imprint(
        state="Draft",
        version=last.number + 1 if last else 1,
        printed_on=local_day(at),
        branding=branding_of(plan.organisation_unit),
    )


def version_imprint(version: Version) -> Imprint:
    """Return the imprint of a version: its edition's, or a draft's if it was not published."""
    edition = Edition.objects.filter(version=version).first()
    if edition:
        return codec.load_imprint(edition.imprint)
    day = local_day(version.submitted_at)
    return Imprint(
        state="Draft",
        version=version.number,
        printed_on=day,
        digest=version.digest,
        branding=branding_of(version.plan.organisation_unit),
    )


def branding_of(unit: OrganisationUnit) -> PrintedBranding:
    """Return how documents of an organisation unit look: as its council has it now."""
    council = unit.ancestors[0]
    kept = Branding.objects.filter(council=council).first()
    return printed_branding(kept or Branding(council=council, statement=DEFAULT_STATEMENT))


def printed_branding(branding: Branding) -> PrintedBranding:
    """Return a council's look as an imprint holds it; the site's colour where it has none."""
    return PrintedBranding(
        colour=branding.colour or settings.COUNCIL_COLOUR,
        logo=branding.logo,
        logo_alt=branding.logo_alt,
        statement=branding.statement,
        contact=branding.contact,
        cover="plain" if branding.cover == Branding.Cover.PLAIN else "band",
    )
