"""What the public sees: every published edition at a lasting address, without signing in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from accounts.models import OrganisationUnit
from documents import codec
from documents.blocks import Picture as PictureBlock
from documents.formats import fragment, hash_renderers
from plans.access import get_public_edition, get_public_picture, public_editions
from plans.models import Edition
from plans.services import Names, version_document
from plans.views.editions import (
    edition_stem,
    find_colour,
    form_response,
    list_forms,
    look_response,
    name_editions,
)
from plans.views.pictures import as_picture
from plans.views.plans import list_headings

CHANGES_SECONDS = 300
"""For how long a copy of a page may be shown before it is asked for again."""
KEPT_SECONDS = 24 * 3600
"""For how long a page's words are kept drawn; an edition never changes."""

public = cache_control(public=True, max_age=CHANGES_SECONDS)


@require_safe
@login_not_required
@public
@conditional_page
def published_list(request: HttpRequest) -> HttpResponse:
    """Every published plan, the latest edition of each, newest year first."""
    return _list(request, public_editions())


@require_safe
@login_not_required
@public
@conditional_page
def published_council(request: HttpRequest, council: str) -> HttpResponse:
    """The published plans of one council."""
    editions = [e for e in public_editions() if _slug_of(_council_of(e).name) == council]
    if not editions:
        raise Http404
    return _list(request, editions, council=_council_of(editions[0]).name)


def _list(request: HttpRequest, editions: Sequence[Edition], *, council: str = "") -> HttpResponse:
    years: dict[str, list[dict[str, Any]]] = {}
    named = name_editions(editions)
    for edition in sorted(editions, key=lambda each: _order_of(each, named[each.pk])):
        years.setdefault(edition.plan.year, []).append(_list_line(edition, named[edition.pk]))
    names = {_council_of(edition).name for edition in editions}
    context = {
        "years": sorted(years.items(), reverse=True),
        "council": council,
        "councils": [(name, _slug_of(name)) for name in sorted(names)],
    }
    return render(request, "published/list.html", context)


def _order_of(edition: Edition, names: Names) -> tuple[str, str, int]:
    return _unit_of(edition, names).casefold(), names.title.casefold(), edition.pk


def _list_line(edition: Edition, names: Names) -> dict[str, Any]:
    slug = edition_stem(edition, names)
    return {
        "edition": edition,
        "names": names,
        "unit": _unit_of(edition, names),
        "address": address_of(edition, slug),
        "pdf": reverse("plans:published_file", args=[edition.plan_id, slug, edition.number, "pdf"]),
    }


def _unit_of(edition: Edition, names: Names) -> str:
    return names.unit or edition.plan.organisation_unit.name


def _council_of(edition: Edition) -> OrganisationUnit:
    return edition.plan.organisation_unit.ancestors[0]


def _slug_of(council: str) -> str:
    return slugify(council) or "council"


@require_safe
@login_not_required
@public
@conditional_page
def published(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The latest edition of a plan, at an address that stays when another edition follows."""
    return _show(request, get_public_edition(pk), slug, lasting=True)


@require_safe
@login_not_required
@public
@conditional_page
def published_edition(request: HttpRequest, pk: int, slug: str, number: int) -> HttpResponse:
    """One edition, as it was published."""
    return _show(request, get_public_edition(pk, number), slug)


def address_of(edition: Edition, slug: str, *, lasting: bool = True) -> str:
    """Return the public address of a plan's latest edition, or of this edition for ever; `slug` is
    the edition's own name in it."""
    if lasting:
        return reverse("plans:published", args=[edition.plan_id, slug])
    return reverse("plans:published_edition", args=[edition.plan_id, slug, edition.number])


def _show(
    request: HttpRequest, edition: Edition, slug: str, *, lasting: bool = False
) -> HttpResponse:
    """Show an edition; an address with another plan's name leads to the right one."""
    editions = list(edition.plan.editions.defer("imprint"))
    named = name_editions(editions)
    slugs = {each.pk: edition_stem(each, named[each.pk]) for each in editions}
    if slug != slugs[edition.pk]:
        return redirect(address_of(edition, slugs[edition.pk], lasting=lasting), permanent=True)
    newest = editions[0]
    newer = next((e for e in reversed(editions) if e.number > edition.number), None)
    lasting_address = address_of(newest, slugs[newest.pk])
    context = {
        **_words(edition, slug),
        "edition": edition,
        "plan": edition.plan,
        "unit": _unit_of(edition, named[edition.pk]),
        "branding": codec.load_imprint(edition.imprint).branding,
        "forms": list_forms(edition),
        "slug": slug,
        "editions": [(e, address_of(e, slugs[e.pk], lasting=False)) for e in editions],
        "newer": newer,
        "newer_address": lasting_address if newer else "",
        "lasting_address": request.build_absolute_uri(lasting_address),
    }
    return render(request, "published/edition.html", context)


def _words(edition: Edition, slug: str) -> dict[str, Any]:
    """Return cover, contents and markup of an edition, drawn once a day and after a release."""
    key = f"published-{edition.pk}-{edition.pdf_digest}-{hash_renderers()}"
    words: dict[str, Any] | None = cache.get(key)
    if words is None:
        document = version_document(edition.version)
        words = {
            "cover": document.cover,
            "title": document.title,
            "subtitle": document.subtitle,
            "outline": list_headings(document),
            "document": fragment(
                document,
                first_level=2,
                show_picture=_picture_of(edition, slug),
                colour=find_colour(edition),
            ),
        }
        cache.set(key, words, KEPT_SECONDS)
    return words


def _picture_of(edition: Edition, slug: str) -> Any:
    """Return a function from a picture block to its public address; None if it is missing."""

    def address(block: PictureBlock) -> str | None:
        if not block.digest:
            return None
        args = [edition.plan_id, slug, edition.number, block.digest]
        return reverse("plans:published_picture", args=args)

    return address


@require_safe
@login_not_required
@public
@conditional_page
def published_look(request: HttpRequest, pk: int, slug: str, number: int) -> HttpResponse:
    """The colours of an edition's page."""
    return look_response(get_public_edition(pk, number))


@require_safe
@login_not_required
@public
def published_file(
    request: HttpRequest, pk: int, slug: str, number: int, fmt: str
) -> HttpResponseBase:
    """One form of an edition, as it was stored when it was published."""
    return form_response(request, get_public_edition(pk, number), fmt, shown=fmt == "pdf")


@require_safe
@login_not_required
@cache_control(public=True, max_age=KEPT_SECONDS, immutable=True)
def published_picture(
    request: HttpRequest, pk: int, slug: str, number: int, digest: str
) -> FileResponse:
    """A picture that an edition shows."""
    path, content_type = get_public_picture(pk, number, digest)
    return as_picture(FileResponse(default_storage.open(path, "rb"), content_type=content_type))
