"""Draws the plain rules of tables quickly: a filled rectangle each.

WeasyPrint draws a box with a border on some sides only by clipping and rounding each side, which
takes a fifth of the time that a page of tables needs. Everything but straight solid lines that
meet at no corner is left to it. This replaces a function that is not its public interface; the
version is pinned, and a test compares the pixels.
"""

from __future__ import annotations

from typing import Any

import weasyprint.draw
from weasyprint.draw.border import SIDES, draw_border
from weasyprint.draw.color import get_color

_CORNERS = ("top_left", "top_right", "bottom_left", "bottom_right")


def rule_quickly() -> None:
    """Have this process draw borders so from now on."""
    weasyprint.draw.draw_border = _draw_border


def _draw_border(stream: Any, box: Any) -> None:
    widths = [getattr(box, f"border_{side}_width") for side in SIDES]
    if not any(widths) or not _is_plain(box.style, widths):
        draw_border(stream, box)
        return
    left, top = box.border_box_x(), box.border_box_y()
    width, height = box.border_width(), box.border_height()
    lines = (
        (left, top, width, widths[0]),
        (left + width - widths[1], top, widths[1], height),
        (left, top + height - widths[2], width, widths[2]),
        (left, top, widths[3], height),
    )
    with stream.artifact(), stream.stacked():
        for side, thickness, line in zip(SIDES, widths, lines, strict=True):
            if thickness:
                stream.set_color(get_color(box.style, f"border_{side}_color"))
                stream.rectangle(*line)
                stream.fill()


def _is_plain(style: Any, widths: list[float]) -> bool:
    """Say whether all there is to draw are straight solid lines, with no mitred corner."""
    across, along = widths[0] or widths[2], widths[1] or widths[3]
    colours = {
        get_color(style, f"border_{side}_color") for side, w in zip(SIDES, widths, strict=True) if w
    }
    return (
        style["visibility"] == "visible"
        and style["border_image_source"][0] == "none"
        and style["column_width"] == style["column_count"] == "auto"
        and all(
            style[f"border_{side}_style"] == "solid"
            for side, width in zip(SIDES, widths, strict=True)
            if width
        )
        and (not (across and along) or len(colours) == 1)
        and all(style[f"border_{corner}_radius"][0].value == 0 for corner in _CORNERS)
    )
