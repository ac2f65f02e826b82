"""The tree in the site's templates."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString, mark_safe

from documents.blocks import Document, Part
from documents.formats import fragment

register = template.Library()


@register.filter
def as_markup(source: Document | Part, first_level: int = 2) -> SafeString:
    """Return the reading page of a document or one of its parts; every word in it is escaped.

    `first_level` is the level of its first heading.
    """
    return mark_safe(fragment(source, first_level=first_level))  # noqa: S308
