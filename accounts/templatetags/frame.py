"""Template tags of the frame around every page; they know people, and nothing of plans."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.permissions import can_manage_people, manages_council

register = template.Library()


@register.simple_tag
def council_name() -> str:
    """Return the council's name as the settings give it; empty when they do not."""
    return settings.COUNCIL_NAME


@register.simple_tag
def council_stylesheet() -> SafeString:
    """Return the link to the council's own colour and logo, which are read with the stylesheet."""
    return format_html('<link rel="stylesheet" href="{}">', reverse("accounts:council_stylesheet"))


@register.simple_tag(takes_context=True)
def manages_people(context: Context) -> bool:
    """Return whether the signed-in person may open the people screens."""
    return can_manage_people(context["user"])


@register.simple_tag(takes_context=True)
def manages_look(context: Context) -> bool:
    """Return whether the signed-in person may change how the council's documents look."""
    return manages_council(context["user"])


@register.inclusion_tag("_crumbs.html")
def crumbs(*parts: Any) -> dict[str, list[tuple[Any, Any]]]:
    """Draw breadcrumbs: `{% crumbs "Plans" plans_url plan.title plan_url "Section" %}`.

    Words and addresses take turns; a last word without an address is the page itself.
    """
    padded = [*parts, None] if len(parts) % 2 else list(parts)
    return {"crumbs": list(zip(padded[::2], padded[1::2], strict=True))}


@register.inclusion_tag("_pages.html", takes_context=True)
def page_numbers(context: Context, page: Page) -> dict[str, Any]:
    """Draw the links between the pages of a list, keeping its filters."""
    return {"page": page, "request": context["request"]}
