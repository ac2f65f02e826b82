"""The few strokes that drawings are made of: SVG by presentation attributes only.

A strict content security policy lets them through, and the print engine draws them as a browser
does. A pixel is a CSS pixel; no type is smaller than 11 of them, which is 8.25 points.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

INK = "#1b2733"
QUIET = "#56616b"
RULE = "#c9d1d8"
BRAND = "#1d3f5e"
PALE = "#eef3f7"
TYPE = 11.5  # pixels
WIDER = 1.09  # what a browser without the house typeface takes instead, against it

_FAMILY = "&quot;Source Sans 3&quot;, Liberation Sans, Arial, sans-serif"
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def _escape(text: str) -> str:
    printable = "".join(each for each in text if each.isprintable())
    return printable.translate(_ESCAPES)


def number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG and its height in pixels."""

    markup: str
    height: float


def svg(
    width: float, height: float, title: str, drawing: Iterable[str], *, more: str = ""
) -> Drawing:
    """Return a whole drawing; `title` says in words what it shows, `more` all that is in it."""
    w, h = number(width), number(height)
    told = f"<title>{_escape(title)}</title>" + (f"<desc>{_escape(more)}</desc>" if more else "")
    markup = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{w}" height="{h}" '
        f'viewBox="0 0 {w} {h}" font-family="{_FAMILY}" '
        f'font-size="{TYPE}" fill="{INK}">{told}{"".join(drawing)}</svg>'
    )
    return Drawing(markup, height)


def text(
    x: float, y: float, words: str, *, anchor: str = "start", fill: str = "", bold: bool = False
) -> str:
    more = "" if anchor == "start" else f' text-anchor="{anchor}"'
    more += f' fill="{fill}"' if fill else ""
    more += ' font-weight="600"' if bold else ""
    return f'<text x="{number(x)}" y="{number(y)}"{more}>{_escape(words)}</text>'


def rectangle(x: float, y: float, width: float, height: float, *, fill: str, edge: str = "") -> str:
    stroke = f' stroke="{edge}"' if edge else ""
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" '
        f'height="{number(height)}" fill="{fill}"{stroke}/>'
    )


def line(
    *runs: Sequence[tuple[float, float]], colour: str = RULE, width: float = 1, dashes: str = ""
) -> str:
    """Return strokes through runs of points as one element; a run of fewer than two has none."""
    path = "".join([_trace(points) for points in runs if len(points) > 1])
    return stroke(path, colour=colour, width=width, dashes=dashes)


def _trace(points: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join([f"{number(x)} {number(y)}" for x, y in points])


def stroke(path: str, *, colour: str = RULE, width: float = 1, dashes: str = "") -> str:
    """Return a stroke along a path of SVG's own commands; "" for an empty one."""
    if not path:
        return ""
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}"{dashed}/>'
