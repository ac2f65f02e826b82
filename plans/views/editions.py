"""What is published, to those who sign in: its record, and every form of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import conditional_page, require_safe

from accounts.services import write_colour_rule
from documents import codec
from documents.colours import make_colours
from documents.formats import FORMATS
from plans.access import get_edition
from plans.models import Decision, Edition, EditionFile, Version
from plans.services import Names, read_names, version_document
from plans.views.plans import file_response, name_stem, plan_context, show_document

NAMES_SECONDS = 24 * 3600
"""For how long what an edition is called is kept read; it never changes."""


@require_safe
def edition_detail(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What is published: downloads, decisions, hash, corrections, what replaced it."""
    edition = get_edition(request, pk, number)
    context = {
        **plan_context(edition.plan, request),
        "edition": edition,
        "decisions": edition.version.decisions.filter(outcome=Decision.Outcome.APPROVED),
        "replaced_by": replacement_of(edition),
        "editions": edition.plan.editions.all(),
        "forms": list_forms(edition),
        "is_public": settings.PUBLIC_EDITIONS,
        "names": name_edition(edition),
        "slug": edition_stem(edition),
    }
    return render(request, "plans/edition_detail.html", context)


def name_edition(edition: Edition) -> Names:
    """Return what an edition calls its plan, as `name_editions`."""
    return name_editions([edition])[edition.pk]


def name_editions(editions: Sequence[Edition]) -> dict[int, Names]:
    """Return by primary key what editions call their plans: as they were published, since the
    working copy, which not everybody may read, may be called otherwise by now."""
    keys = {edition.version_id: f"names-{edition.plan_file_digest}" for edition in editions}
    kept: dict[str, Names] = cache.get_many(keys.values())
    missing = [pk for pk, key in keys.items() if key not in kept]
    if missing:
        files = Version.objects.filter(pk__in=missing).values_list("pk", "plan_file")
        read = {keys[pk]: read_names(text) for pk, text in files.iterator(chunk_size=20)}
        cache.set_many(read, NAMES_SECONDS)
        kept |= read
    return {edition.pk: kept[keys[edition.version_id]] for edition in editions}


def edition_stem(edition: Edition, names: Names | None = None) -> str:
    """Return how an edition's files are called, and the last part of its address."""
    names = names or name_edition(edition)
    return name_stem(names.unit or names.title, edition.plan.year)


def replacement_of(edition: Edition) -> Edition | None:
    """Return the edition that followed this one; None while it is the latest."""
    return edition.plan.editions.filter(number__gt=edition.number).order_by("number").first()


@require_safe
def edition_page(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Read an edition as a page."""
    edition = get_edition(request, pk, number)
    context = {
        **plan_context(edition.plan, request),
        "edition": edition,
        "names": name_edition(edition),
        "replaced_by": replacement_of(edition),
        **show_document(
            version_document(edition.version), edition.plan, colour=find_colour(edition)
        ),
    }
    return render(request, "plans/edition_page.html", context)


def find_colour(edition: Edition) -> str:
    """Return the council's colour as the edition was published in it; "" is the product's."""
    return codec.load_imprint(edition.imprint).branding.colour


@require_safe
@conditional_page
def edition_look(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The colours of an edition's page, to those who sign in."""
    return look_response(get_edition(request, pk, number))


def look_response(edition: Edition) -> HttpResponse:
    """Return the stylesheet that gives an edition's page the colours it was published in, whatever
    the council's are by now."""
    colours = make_colours(find_colour(edition))
    rule = write_colour_rule(".document", colours.brand, colours.pale)
    return HttpResponse(rule, content_type="text/css")


@require_safe
def edition_file(request: HttpRequest, pk: int, number: int, fmt: str) -> HttpResponseBase:
    """One form of an edition, as it was stored when it was published."""
    return form_response(request, get_edition(request, pk, number), fmt)


@dataclass(frozen=True, slots=True)
class Form:
    """One form in which an edition can be had; `digest` is the SHA-256 of its bytes in hex."""

    fmt: str
    name: str
    hint: str
    bytes: int
    digest: str

    @property
    def suffix(self) -> str:
        """How its file's name ends: ".pdf"."""
        return FORMATS[self.fmt].suffix if self.fmt in FORMATS else f".{self.fmt}"


HINTS = {
    "pdf": "For reading, printing and screen readers",
    "pdfa": "The same pages for archives, with the plan file and the tables inside",
    "html": "One page that opens in any browser, without a connection",
    "docx": "For Word and other writing programs",
    "xlsx": "Every table, with its totals as formulas",
    "csv": "Every table as plain text, for other programs",
    "json": "All words and figures as data",
}


OFFERED = sorted(FORMATS, key=list(HINTS).index)
"""Every format that a plan can be had in, as lists show them."""


def list_forms(edition: Edition) -> list[Form]:
    """Return every form of an edition, the PDF first; one query."""
    pdf = Form("pdf", FORMATS["pdf"].name, HINTS["pdf"], edition.pdf_bytes, edition.pdf_digest)
    stored = {form.format: form for form in edition.files.all()}
    others = [
        Form(fmt, FORMATS[fmt].name, HINTS[fmt], stored[fmt].bytes, stored[fmt].digest)
        for fmt in OFFERED
        if fmt in stored
    ]
    size, digest = edition.plan_file_bytes, edition.plan_file_digest
    return [pdf, *others, Form("json", "Plan file", HINTS["json"], size, digest)]


def form_response(
    request: HttpRequest, edition: Edition, fmt: str, *, shown: bool = False
) -> HttpResponseBase:
    """Return one stored form of an edition; `json` is the plan file that it was made from.

    Who has it already, by its digest, is told that it has not changed. `shown`: the browser may
    show it instead of keeping it as a file.
    :raises Http404: if the edition was published without this form.
    """
    form = edition.files.filter(format=fmt).first()
    digests = {"pdf": edition.pdf_digest, "json": edition.plan_file_digest}
    digest = form.digest if form else digests.get(fmt)
    if digest is None:
        raise Http404
    known = get_conditional_response(
        request, etag=f'"{digest}"', last_modified=int(edition.published_at.timestamp())
    )
    response = known or _open_form(edition, form, fmt, shown=shown)
    response["ETag"] = f'"{digest}"'
    response["Last-Modified"] = http_date(edition.published_at.timestamp())
    return response


def _open_form(
    edition: Edition, form: EditionFile | None, fmt: str, *, shown: bool
) -> HttpResponseBase:
    stem = f"{edition_stem(edition)}-edition-{edition.number}"
    if fmt == "json":
        content = edition.version.plan_file.encode()
        return file_response(content, "application/json", f"{stem}.json")
    response = FileResponse(
        (form.file if form else edition.pdf).open("rb"),
        as_attachment=not shown,
        filename=form_name(stem, fmt),
        content_type=FORMATS[fmt].content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


def form_name(stem: str, fmt: str) -> str:
    """Return what the file of a form is called: two forms may share a suffix."""
    return f"{stem}{'-archive' if fmt == 'pdfa' else ''}{FORMATS[fmt].suffix}"
