"""Live figures in place of typed numbers: looked at first, then put in all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from plans.access import get_plan_to_write, person
from plans.checks import Level
from plans.models import Plan
from plans.permissions import is_open
from plans.services import NotOpen
from plans.services.binding import Bound, BoundSave, Offer, SectionOffers, bind, list_offers
from plans.services.findings import Found
from plans.views.plans import name_sections, plan_context

UNDO_LINKS = 5


@dataclass(frozen=True, slots=True)
class Choice:
    """An offer as a box to tick. `differs`: the figure prints another value than was typed, so
    that the box starts empty unless it was asked for by itself."""

    offer: Offer
    differs: bool
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class ChoiceGroup:
    """The boxes of one section, under its number and title."""

    key: str
    title: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class BindAll:
    """A way to put live figures in for several typed numbers at once, and how many these are."""

    count: int
    url: str


def find_bind_all(
    plan: Plan,
    found: Iterable[Found],
    may_write: Callable[[str], bool],
    *,
    section: str | None = None,
    back: str = "",
) -> BindAll | None:
    """Return the way to bind what was found in a plan, or in its section of this key, "" being the
    cover; None where that is less than two numbers. `may_write`: whether the person may, by key."""
    keys = [each.finding.section for each in found if each.finding.binding and not each.waiver]
    count = sum(1 for key in keys if section in (None, key) and may_write(key))
    if count < 2 or not is_open(plan):
        return None
    asked = {"section": section, "next": back or None}
    query = urlencode({name: value for name, value in asked.items() if value is not None})
    page = reverse("plans:bind", args=[plan.pk])
    return BindAll(count, f"{page}?{query}" if query else page)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_bind(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what live figures would take the place of, of the plan, a section or one finding; then
    put them in."""
    plan = get_plan_to_write(request, pk)
    if not is_open(plan):
        messages.error(request, "The plan is not a draft, so its numbers stay as they are.")
        return redirect(plan)
    if request.method == "POST":
        return _bind(request, plan)
    offered = list_offers(plan, by=person(request))
    fingerprint, section = request.GET.get("finding", ""), request.GET.get("section")
    wanted = narrow(offered, fingerprint=fingerprint, section=section)
    context = {
        **plan_context(plan, request),
        "groups": _show_choices(plan, [g for g in wanted if g.may_write], fingerprint),
        "others": _name_others(plan, [g for g in wanted if not g.may_write]),
        "is_narrowed": bool(fingerprint) or section is not None,
        "has_more": any(group.may_write for group in offered),
        "next": safe_next(request, request.GET.get("next", "")),
    }
    return render(request, "plans/plan_bind.html", context)


def narrow(
    offered: Iterable[SectionOffers], *, fingerprint: str = "", section: str | None = None
) -> list[SectionOffers]:
    """Return the offers of one finding, or of the section of this key, "" being the cover."""
    found = []
    for group in offered:
        if section is not None and section != (group.section.key if group.section else ""):
            continue
        offers = tuple(
            each for each in group.offers if fingerprint in ("", each.finding.fingerprint)
        )
        if offers:
            found.append(replace(group, offers=offers))
    return found


def _show_choices(
    plan: Plan, groups: Sequence[SectionOffers], fingerprint: str
) -> list[ChoiceGroup]:
    titles = {section.pk: title for section, title in name_sections(plan)} if groups else {}
    return [
        ChoiceGroup(
            group.section.key if group.section else "",
            titles[group.section.pk] if group.section else "The plan's cover",
            tuple(
                Choice(offer, differs, is_ticked=bool(fingerprint) or not differs)
                for offer in group.offers
                for differs in [offer.finding.level >= Level.WARNING]
            ),
        )
        for group in groups
    ]


def _name_others(plan: Plan, groups: Sequence[SectionOffers]) -> list[tuple[str, int]]:
    """Return the sections that somebody else writes, each with how many numbers it holds."""
    return [
        (str(group.section) if group.section else "The plan's cover", len(group.offers))
        for group in groups
    ]


def _bind(request: HttpRequest, plan: Plan) -> HttpResponse:
    chosen = request.POST.getlist("finding")
    back = safe_next(request, request.POST.get("next", ""))
    if not chosen:
        messages.info(request, "You ticked no number, so nothing was changed.")
        return redirect(_ask_again(plan, back))
    try:
        bound = bind(plan, chosen, by=person(request), at=timezone.now())
    except NotOpen:
        messages.error(request, "The plan was submitted meanwhile; nothing was changed.")
        return redirect(plan)
    if bound.saves:
        messages.success(request, say_bound(plan, bound))
    if bound.left:
        messages.warning(request, say_left(bound))
    return redirect(back or reverse("plans:findings", args=[plan.pk]))


def _ask_again(plan: Plan, back: str) -> str:
    page = reverse("plans:bind", args=[plan.pk])
    return f"{page}?{urlencode({'next': back})}" if back else page


def say_bound(plan: Plan, bound: Bound) -> SafeString:
    """Return what was put in, with a link to undo it for each section."""
    numbers = "1 number is a live figure" if bound.count == 1 else _say_many(bound.count)
    saved = [save for save in bound.saves if save.section]
    links = format_html_join(
        ", ",
        '<a class="govuk-notification-banner__link" href="{}">{}</a>',
        (
            (_undo_address(save), "Undo" if len(saved) == 1 else f"Undo in {save.section}")
            for save in saved[:UNDO_LINKS]
        ),
    )
    more = len(saved) - UNDO_LINKS
    rest = f", and in the history of {more} more" if more > 0 else ""
    cover = ""
    if len(saved) < len(bound.saves):
        facts = reverse("plans:facts", args=[plan.pk])
        link = '<a class="govuk-notification-banner__link" href="{}">the cover</a>'
        cover = format_html(f" See {link}.", facts)
    undo = format_html(" {}{}.", links, rest) if saved else ""
    return format_html("{} now.{}{}", numbers, undo, cover)


def _say_many(count: int) -> str:
    return f"{count} numbers are live figures"


def _undo_address(save: BoundSave) -> str:
    if save.section is None:
        return ""
    section, number = save.section, save.revision
    return reverse("plans:section_undo", args=[section.plan_id, section.pk, number, number])


def say_left(bound: Bound) -> str:
    """Return how many numbers were left and why."""
    count = len(bound.left)
    reasons = "; ".join(dict.fromkeys(bound.left.values()))
    left = "1 number was" if count == 1 else f"{count} numbers were"
    return f"{left} left as typed: {reasons}."


def safe_next(request: HttpRequest, url: str) -> str:
    """Return an address of this site to go back to; "" if it is another's, or none."""
    secure = request.is_secure()
    allowed = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(url, allowed_hosts=allowed, require_https=secure)
    return url if is_ours else ""
