"""The sheet of paper: its sizes and margins, and what stands in them on every page.

The rules that depend on what is printed are written here; the rest is `print.css`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from documents.blocks import Document, Imprint, Orientation
from documents.renderers.markup import spell_date
from documents.typeface import HEAVIER, measure

# Millimetres: A4, and margins as top, right, bottom, left.
_SHEET: Mapping[Orientation, tuple[int, int]] = {"portrait": (210, 297), "landscape": (297, 210)}
_MARGINS: Mapping[Orientation, tuple[int, int, int, int]] = {
    "portrait": (25, 20, 22, 20),
    "landscape": (22, 16, 19, 16),
}
_POINTS = 72 / 25.4  # in a millimetre

PIXELS = 96 / 72  # in a point

# Between the margins, in points.
TEXT_WIDTH: Mapping[Orientation, float] = {
    way: (_SHEET[way][0] - _MARGINS[way][1] - _MARGINS[way][3]) * _POINTS for way in _SHEET
}
TEXT_HEIGHT: Mapping[Orientation, float] = {
    way: (_SHEET[way][1] - _MARGINS[way][0] - _MARGINS[way][2]) * _POINTS for way in _SHEET
}

PUBLISHED = "Published"
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 .,:]")


def quote(text: str) -> str:
    """Return text as a CSS string."""
    return f'"{_NOT_PLAIN.sub(lambda match: f"{chr(92)}{ord(match[0]):x} ", text)}"'


def write_page_rules(document: Document, imprint: Imprint) -> str:
    """Return the stylesheet of the sheets: sizes, running head, foot and, if any, watermark."""
    cover = document.cover
    head = ", ".join(text for text in (cover.unit or document.title, cover.year) if text)
    rules = [_write_margins(way) for way in _SHEET]
    foot = describe_printing(imprint)
    rules.append(f"@page {{ @top-left {{ content: {quote(head)} }} }}")
    rules.append(f"@page {{ @bottom-left {{ content: {quote(foot)} }} }}")
    if is_marked(imprint):
        for way in ("cover", *_SHEET):
            rules.append(f"@page {way} {{ background: url(watermark:{way}) no-repeat center }}")
    return "\n".join(rules)


def _write_margins(way: Orientation) -> str:
    sides = " ".join(f"{side}mm" for side in _MARGINS[way])
    return f"@page {way} {{ size: A4 {way}; margin: {sides} }}"


def describe_printing(imprint: Imprint) -> str:
    """Return what the foot says: "Draft, version 3, 1 April 2008"."""
    edition = f", edition {imprint.edition}" if imprint.edition else ""
    return f"{imprint.state}, version {imprint.version}{edition}, {spell_date(imprint.printed_on)}"


def is_marked(imprint: Imprint) -> bool:
    return imprint.state != PUBLISHED


def draw_watermark(imprint: Imprint) -> bytes:
    """Return the state's word as an SVG for the ground of a page, as large as it fits."""
    word = "".join(each for each in imprint.state.upper() if each.isalnum() or each == " ")
    size = min(170.0, 560 / max(0.1, measure(word) * HEAVIER))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="600" viewBox="0 0 600 600">'
        f'<text transform="translate(300 330) rotate(-38)" font-size="{size:.0f}" fill="#eef1f4" '
        'font-family="&quot;Source Sans 3&quot;, Liberation Sans, sans-serif" font-weight="600" '
        f'text-anchor="middle">{word}</text></svg>'
    ).encode()
