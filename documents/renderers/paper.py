"""The sheet of paper: its sizes and margins, and what stands in them on every page.

The rules that depend on what is printed are written here; the rest is `print.css`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from documents.blocks import COMPARISON, PUBLISHED, RECORD, Document, Imprint
from documents.renderers.brands import write_brand_rules
from documents.renderers.markup import escape, spell_date
from documents.typeface import HEAVIER, measure

Sheet: TypeAlias = Literal["cover", "portrait", "landscape"]
SHEETS: tuple[Sheet, ...] = ("cover", "portrait", "landscape")
NUMBERED: tuple[Sheet, ...] = ("portrait", "landscape")
"""The sheets that have a running head and foot."""

Corner: TypeAlias = Literal["top-right", "bottom-right"]

# Millimetres: A4, and margins as top, right, bottom, left.
_SHEET: Mapping[Sheet, tuple[int, int]] = {
    "cover": (210, 297),
    "portrait": (210, 297),
    "landscape": (297, 210),
}
_MARGINS: Mapping[Sheet, tuple[int, int, int, int]] = {
    "cover": (22, 24, 18, 24),
    "portrait": (25, 20, 22, 20),
    "landscape": (22, 16, 19, 16),
}
_POINTS = 72 / 25.4  # in a millimetre

PIXELS = 96 / 72  # in a point

# Between the margins, in points.
TEXT_WIDTH: Mapping[Sheet, float] = {
    way: (_SHEET[way][0] - _MARGINS[way][1] - _MARGINS[way][3]) * _POINTS for way in _SHEET
}
TEXT_HEIGHT: Mapping[Sheet, float] = {
    way: (_SHEET[way][1] - _MARGINS[way][0] - _MARGINS[way][2]) * _POINTS for way in _SHEET
}

_EMPTY = ".empty { break-before: page; height: 1px; string-set: label attr(data-label) }"

_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 .,:]")


def quote(text: str) -> str:
    """Return text as a CSS string."""
    return f'"{_NOT_PLAIN.sub(lambda match: f"{chr(92)}{ord(match[0]):x} ", text)}"'


@dataclass(frozen=True, slots=True)
class Label:
    """Words in the margin of a page, and the sheet that the page is."""

    sheet: Sheet
    words: str


def write_piece_rules(imprint: Imprint) -> str:
    """Return the stylesheet for printing a piece: the council's colour, and bare sheets."""
    return "\n".join([write_brand_rules(imprint.branding), write_sheet_rules()])


def write_sheet_rules() -> str:
    """Return the stylesheet of the sheets without anything in their margins."""
    return "\n".join([f"@page {sheet} {{ {_describe_sheet(sheet)} }}" for sheet in SHEETS])


def write_page_rules(document: Document, imprint: Imprint) -> str:
    """Return the stylesheet for printing in one go: sheets, running head, foot, watermark."""
    rules = [write_brand_rules(imprint.branding), write_sheet_rules()]
    rules.append(_write_margins(name_plan(document), imprint))
    rules.append('@page { @bottom-right { content: "Page " counter(page) " of " counter(pages) } }')
    rules.append(_write_bare("cover"))
    rules += [f"@page {sheet} {{ {_write_ground(sheet, imprint)} }}" for sheet in SHEETS]
    return "\n".join(rules)


def write_part_rules(imprint: Imprint) -> str:
    """Return the stylesheet for printing one section alone, whose pages are numbered by itself."""
    number = '@page { @bottom-right { content: "Preview, page " counter(page) } }'
    brand = write_brand_rules(imprint.branding)
    return "\n".join([brand, write_sheet_rules(), _write_margins("", imprint), number])


def write_surroundings(document: Document, imprint: Imprint) -> tuple[str, str]:
    """Return markup and stylesheet of what is alike on all pages of a sheet: for each kind of
    sheet a page with the watermark alone, then for each in `NUMBERED` one with the left of the
    running head and one with the left of the foot."""
    words = {
        "head": f"@top-left {{ content: {quote(name_plan(document))} }}",
        "foot": f"@bottom-left {{ content: {quote(describe_printing(imprint))} }}",
    }
    told = {f"ground-{sheet}": (sheet, _write_ground(sheet, imprint)) for sheet in SHEETS}
    for sheet in NUMBERED:
        told |= {f"{place}-{sheet}": (sheet, words[place]) for place in words}
    rules = [
        f"@page {name} {{ {_describe_sheet(way)}; {rule} }}" for name, (way, rule) in told.items()
    ]
    rules += [f".{name} {{ page: {name} }}" for name in told]
    markup = "".join([f'<div class="{name} empty"></div>' for name in told])
    return markup, "\n".join([*rules, _EMPTY])


def write_labels(labels: Iterable[Label], corner: Corner) -> tuple[str, str]:
    """Return markup and stylesheet of an empty page for each label, which stands in its corner."""
    rule = f"@page {{ @{corner} {{ content: string(label) }} }}"
    lines = [
        f'<div class="{label.sheet} empty" data-label="{escape(label.words)}"></div>'
        for label in labels
    ]
    return "".join(lines), "\n".join([write_sheet_rules(), rule, _EMPTY])


def name_plan(document: Document) -> str:
    """Return what the running head says on the left: unit and year."""
    cover = document.cover
    return ", ".join(text for text in (cover.unit or document.title, cover.year) if text)


def _describe_sheet(sheet: Sheet) -> str:
    width, height = _SHEET[sheet]
    sides = " ".join(f"{side}mm" for side in _MARGINS[sheet])
    return f"size: {width}mm {height}mm; margin: {sides}"


def _write_margins(head: str, imprint: Imprint) -> str:
    foot = quote(describe_printing(imprint))
    return (
        f"@page {{ @top-left {{ content: {quote(head)} }} "
        "@top-right { content: string(section, first) } "
        f"@bottom-left {{ content: {foot} }} }}"
    )


def _write_bare(page: str) -> str:
    """Return the rule for pages that have nothing in their margins."""
    corners = ("top-left", "top-right", "bottom-left", "bottom-right")
    inner = " ".join([f"@{corner} {{ content: none }}" for corner in corners])
    return f"@page {page} {{ {inner} }}"


def _write_ground(sheet: Sheet, imprint: Imprint) -> str:
    return f"background: url(watermark:{sheet}) no-repeat center" if is_marked(imprint) else ""


def describe_printing(imprint: Imprint) -> str:
    """Return what the foot says: "Draft, version 3, 1 April 2008"."""
    version = f"version {imprint.version}" if imprint.version else ""
    edition = f"edition {imprint.edition}" if imprint.edition else ""
    told = (imprint.state, version, edition, spell_date(imprint.printed_on))
    return ", ".join(filter(None, told))


def is_marked(imprint: Imprint) -> bool:
    return imprint.state not in (PUBLISHED, COMPARISON, RECORD)


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
