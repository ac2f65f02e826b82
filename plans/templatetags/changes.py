"""How words are marked up: removed, added and found ones, told apart without colour and by ear."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from documents.diff import Piece
from plans.search import Span

register = template.Library()

MARKUP = {
    "same": "{}",
    "removed": '<del><span class="govuk-visually-hidden">removed </span>{}</del>',
    "added": '<ins><span class="govuk-visually-hidden">added </span>{}</ins>',
}
FOUND = {False: "{}", True: "<mark>{}</mark>"}


@register.filter
def show_pieces(pieces: Iterable[Piece]) -> SafeString:
    """Return pieces of a text as one line of markup; what people wrote is escaped."""
    marked = ((format_html(MARKUP[piece.sort], piece.text),) for piece in _spaced(pieces))
    return format_html_join("", "{}", marked)


def _spaced(pieces: Iterable[Piece]) -> Iterable[Piece]:
    """Yield the pieces, a space between an old and a new value that would run together."""
    last = ""
    for piece in pieces:
        if last == "removed" and piece.sort == "added":
            yield Piece("same", " ")
        last = piece.sort
        yield piece


@register.filter
def show_spans(spans: Iterable[Span]) -> SafeString:
    """Return words in their context as markup, what was looked for marked."""
    marked = ((format_html(FOUND[span.is_found], span.text),) for span in spans)
    return format_html_join("", "{}", marked)
