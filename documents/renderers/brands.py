"""The council's own look in its documents: its colour, its logo, the statement at their end."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from documents.blocks import Branding, Picture
from documents.colours import HOUSE, make_colours
from documents.renderers.markup import Context, escape

_STYLESHEET = Path(__file__).resolve().parents[2] / "static" / "documents" / "print.css"
# In the stylesheets what the council's colour replaces: the product's, and the one under groups.
_HOUSE, _PALE = HOUSE.brand, HOUSE.pale
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_REMARK = re.compile(r"/\*.*?\*/", re.DOTALL)


def tint(stylesheet: str, branding: Branding) -> str:
    """Return a stylesheet with the council's colour in place of the product's."""
    return _replace(stylesheet, branding) if _has_colour(branding) else stylesheet


def write_brand_rules(branding: Branding) -> str:
    """Return what the council's colour changes in print, as a stylesheet beside the other."""
    return _replace("\n".join(_find_tinted()), branding) if _has_colour(branding) else ""


def _has_colour(branding: Branding) -> bool:
    return make_colours(branding.colour) != HOUSE


def _replace(rules: str, branding: Branding) -> str:
    colours = make_colours(branding.colour)
    return rules.replace(_HOUSE, colours.brand).replace(_PALE, colours.pale)


@cache
def _find_tinted() -> tuple[str, ...]:
    """Return those declarations of the print stylesheet that name the product's colour."""
    text = _REMARK.sub("", _STYLESHEET.read_text(encoding="utf-8"))
    found = []
    for selector, body in _RULE.findall(text):
        own = [each.strip() for each in body.split(";") if _HOUSE in each or _PALE in each]
        if own:
            found.append(f"{selector.strip()} {{ {'; '.join(own)} }}")
    return tuple(found)


def write_logo(branding: Branding, page: Context) -> str:
    """Return the logo; "" without one, or where its bytes are not at hand."""
    logo = Picture("logo", branding.logo_alt, digest=branding.logo)
    address = page.show_picture(logo) if branding.logo else None
    if address is None:
        return ""
    alt = escape(branding.logo_alt or "The council’s logo")
    return f'<p class="logo"><img src="{escape(address)}" alt="{alt}"/></p>'


def write_statement(branding: Branding) -> str:
    """Return what stands at the end: in which other formats the plan may be had, and from whom."""
    lines = [line.strip() for line in (branding.statement, branding.contact) if line.strip()]
    told = "".join([f"<p>{escape(line)}</p>" for line in lines])
    return f'<div class="statement">{told}</div>' if told else ""
