"""Colours as "#rrggbb", and whether white words can be read on them."""

from __future__ import annotations

import re

LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3

_COLOUR = re.compile(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")


class NotAColour(ValueError):
    """What was typed names no colour; the message says how one is written."""


class TooPale(ValueError):
    """White words cannot be read on the colour; the message says by how much."""


def read_colour(text: str) -> str:
    """Return a typed colour as "#rrggbb".

    :raises NotAColour:
    :raises TooPale:
    """
    match = _COLOUR.fullmatch(text.strip())
    if match is None:
        raise NotAColour("Enter a colour as # and six digits or letters a to f, such as #1d3f5e.")
    digits = match[1].lower()
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    colour = f"#{digits}"
    contrast = contrast_with_white(colour)
    if contrast < LEAST_CONTRAST:
        raise TooPale(
            f"White words cannot be read on {colour}: its contrast is {contrast:.1f} to 1, and at "
            f"least {LEAST_CONTRAST} is needed. Choose a darker colour."
        )
    return colour


def contrast_with_white(colour: str) -> float:
    """Return the contrast ratio of "#rrggbb" with white: 1 for white itself, 21 for black."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)
