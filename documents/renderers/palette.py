"""The colours of a Word file and of a workbook: the council's own, or the product's.

Colours are "RRGGBB", as Office writes them. Words in the council's colour stand on white, and on
its tints they stand in the ink of the text: both can be read, however light a tint.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from documents.blocks import Branding

HOUSE = "1D3F5E"
TEXT = "1B2733"
QUIET = "56616B"
RULE = "B8C4CE"
LINK = "1D5FA8"
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_HEAD, _GROUP = 0.15, 0.07  # of the colour in a tint; the rest is white


@dataclass(frozen=True, slots=True)
class Palette:
    """`colour` is for titles, strong rules and bands; `head` and `group` are its tints behind the
    heads of tables and behind rows that head others."""

    colour: str = HOUSE
    head: str = "DDE6EE"
    group: str = "EEF3F7"


def choose_palette(branding: Branding) -> Palette:
    """Return the council's colour and its tints; the product's where it has chosen none."""
    if not _COLOUR.fullmatch(branding.colour):
        return Palette()
    colour = branding.colour.removeprefix("#").upper()
    return Palette(colour, _tint(colour, _HEAD), _tint(colour, _GROUP))


def _tint(colour: str, share: float) -> str:
    channels = (int(colour[at : at + 2], 16) for at in (0, 2, 4))
    return "".join(f"{round(255 - (255 - channel) * share):02X}" for channel in channels)
