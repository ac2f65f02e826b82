"""A small picture of a cover in a council's look, for its settings screen."""

from __future__ import annotations

from collections.abc import Iterator

from documents.blocks import Branding, Cover
from documents.svg import BRAND, INK, QUIET, RULE, Drawing, line, rectangle, svg, text
from documents.typeface import wrap

_WIDTH, _HEIGHT = 260.0, 368.0  # A4, in pixels
_LEFT = 24.0
_BAND = 92.0
_EM = 12.5  # pixels


def draw_cover_sample(cover: Cover, title: str, branding: Branding) -> Drawing:
    """Return the first page of a plan as it would look, its logo as a framed place."""
    colour = branding.colour or BRAND
    drawing = [
        rectangle(0.5, 0.5, _WIDTH - 1, _HEIGHT - 1, fill="#ffffff", edge=RULE),
        *_draw_mast(cover, branding, colour),
        *_draw_words(cover, title, colour),
    ]
    style = "with a band of colour" if branding.cover == "band" else "on white"
    told = f"Sample of a cover {style}: {cover.council}, {title}, {cover.year}."
    return svg(_WIDTH, _HEIGHT, told, drawing)


def _draw_mast(cover: Cover, branding: Branding, colour: str) -> Iterator[str]:
    is_band = branding.cover == "band"
    if is_band:
        yield rectangle(0, 0, _WIDTH, _BAND, fill=colour)
    else:
        yield line(((_LEFT, 22), (_WIDTH - _LEFT, 22)), colour=colour, width=4)
    y = 44.0
    if branding.logo:
        yield rectangle(_LEFT, 30, 74, 26, fill="#ffffff", edge=QUIET)
        yield text(_LEFT + 37, 47, "Logo", anchor="middle", fill=QUIET)
        y = 76.0
    ink = "#ffffff" if is_band else colour
    for row, words in enumerate(wrap(cover.council, (_WIDTH - 2 * _LEFT) / _EM)[:2]):
        yield text(_LEFT, y + 14 * row, words, fill=ink, bold=True)


def _draw_words(cover: Cover, title: str, colour: str) -> Iterator[str]:
    y = 176.0
    for words in wrap(title, (_WIDTH - 2 * _LEFT) / _EM)[:3]:
        yield text(_LEFT, y, words, fill=colour, bold=True)
        y += 16
    yield text(_LEFT, y + 4, cover.year, fill=QUIET)
    for row in range(3):
        yield line(((_LEFT, 272 + 18 * row), (_WIDTH - _LEFT, 272 + 18 * row)))
    yield text(_LEFT, 346, "Draft, version 1", fill=INK)
