"""The text of a comment on a page: its lines, its https links, and the people it names."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from plans.models import Comment
from plans.services.comments import find_mentioned, mention_pattern

register = template.Library()

LINK = r"https://[^\s<>\"'“”‘’«»\u200b-\u200f\u202a-\u202e\u2060-\u206f]+"  # noqa: RUF001
AFTER_LINK = ".,;:!?)]}"


@register.filter
def comment_text(comment: Comment) -> SafeString:
    """Return a comment's text as HTML: escaped, with links to https and the names it mentions."""
    names = mention_pattern(comment.mentions.all())
    pieces = re.split(f"({LINK}|{names})", comment.text)
    shown = [_show_piece(piece, is_found=at % 2 == 1) for at, piece in enumerate(pieces)]
    return mark_safe("".join(shown))  # noqa: S308 every piece is escaped below


def _show_piece(piece: str, *, is_found: bool) -> str:
    if not is_found:
        return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in piece.split("\n")))
    if piece.startswith("@"):
        return format_html('<strong class="pw-mention">{}</strong>', piece)
    address = piece.rstrip(AFTER_LINK)
    rest = piece[len(address) :]
    if not _is_plain(address):
        return escape(piece)
    link = '<a class="govuk-link" href="{0}" rel="nofollow noopener noreferrer">{0}</a>{1}'
    return format_html(link, address, rest)


def _is_plain(address: str) -> bool:
    """Whether an address leads where it seems to: it names a host, and nobody before it."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.hostname) and "@" not in parts.netloc


@register.filter
def others_mentioned(comment: Comment) -> str:
    """Return the names of those whom a comment mentions without naming them in its text."""
    people = list(comment.mentions.all())
    named = find_mentioned(comment.text, people)
    return ", ".join(user.name for user in people if user not in named)
