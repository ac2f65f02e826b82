"""Reads what a page of a PDF paints: each text, where it stands, how large, and of which tag."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import pikepdf

Fonts: TypeAlias = dict[Any, "Font"]

_PAIRS = re.compile(rb"<([0-9a-f]+)>\s*<([0-9a-f]+)>", re.IGNORECASE)
_THOUSAND = 1000  # units of a font's widths in its size
_UPRIGHT = pikepdf.Matrix()


@dataclass(frozen=True, slots=True)
class Spot:
    """Text as it is painted in one go: its page, from 0, and points from the page's lower left.

    `mark` is the number by which a tag finds it, None for an artifact such as a running head;
    `size` is that of its type on paper.
    """

    page: int
    text: str
    mark: int | None
    size: float
    left: float
    right: float
    baseline: float


@dataclass(frozen=True, slots=True)
class Font:
    """The characters of a font's codes, and how far each moves on, in thousandths of its size."""

    characters: dict[int, str]
    widths: dict[int, float]
    usual_width: float

    def measure(self, raw: bytes) -> float:
        return sum(self.widths.get(code, self.usual_width) for code in _codes(raw)) / _THOUSAND

    def decode(self, raw: bytes) -> str:
        return "".join(self.characters.get(code, "") for code in _codes(raw))


@dataclass(slots=True)
class _Pen:
    """What a content stream has set so far: coordinates, font and size; `at` on the line."""

    space: pikepdf.Matrix
    line: pikepdf.Matrix = _UPRIGHT
    at: float = 0.0
    font: Font | None = None
    size: float = 0.0
    gap: float = 0.0


@dataclass(slots=True)
class Painter:
    """Follows the content of one page and of the forms in it. `fonts` are those already read."""

    page: int
    fonts: Fonts
    spots: list[Spot] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    _marks: list[int | None] = field(default_factory=list)

    def paint(self, content: Any, resources: Any, space: pikepdf.Matrix = _UPRIGHT) -> None:
        """Follow a content stream drawn in `space`."""
        pen, kept = _Pen(space), []
        for operands, operator in pikepdf.parse_content_stream(content):
            match str(operator):
                case "q":
                    kept.append(replace(pen))
                case "Q":
                    pen = kept.pop()
                case "Do":
                    self._paint_form(resources.XObject[operands[0]], pen)
                case "Tf":
                    pen.font, pen.size = self._read_font(resources, operands), float(operands[1])
                case "Tj" | "TJ":
                    self._show(operands[0], pen)
                case name:
                    _move(name, operands, pen)
                    self._follow_marks(name, operands)

    def _paint_form(self, form: Any, pen: _Pen) -> None:
        if form.get("/Subtype") == "/Form":
            own = _matrix(form.get("/Matrix", (1, 0, 0, 1, 0, 0)))
            self.paint(form, form.Resources, own @ pen.space)

    def _follow_marks(self, name: str, operands: Any) -> None:
        match name:
            case "BMC":
                self._marks.append(None)
            case "BDC":
                self._marks.append(operands[1].get("/MCID"))
            case "EMC":
                self._marks.pop()
            case "ET":
                self.text.append(" ")

    def _show(self, operand: Any, pen: _Pen) -> None:
        """Take down what is shown, and move the pen behind it."""
        assert pen.font is not None
        start, text = pen.at, ""
        for each in operand if isinstance(operand, pikepdf.Array) else [operand]:
            if isinstance(each, pikepdf.String):
                raw = bytes(each)
                text += pen.font.decode(raw)
                pen.at += pen.font.measure(raw) * pen.size + pen.gap * len(raw) / 2
            else:
                pen.at -= float(each) / _THOUSAND * pen.size
        whole = pen.line @ pen.space
        left, right = sorted(whole.a * x + whole.e for x in (start, pen.at))
        mark = self._marks[-1] if self._marks else None
        size = pen.size * math.hypot(whole.c, whole.d)
        baseline = whole.b * start + whole.f
        self.text.append(text)
        number = None if mark is None else int(mark)
        self.spots.append(Spot(self.page, text, number, size, left, right, baseline))

    def _read_font(self, resources: Any, operands: Any) -> Font:
        font = resources.Font[operands[0]]
        if font.objgen not in self.fonts:
            self.fonts[font.objgen] = _read_font(font)
        return self.fonts[font.objgen]


def _move(name: str, operands: Any, pen: _Pen) -> None:
    """Let an operator move the pen or the paper."""
    match name:
        case "cm":
            pen.space = _matrix(operands) @ pen.space
        case "BT":
            pen.line, pen.at = _UPRIGHT, 0.0
        case "Tm":
            pen.line, pen.at = _matrix(operands), 0.0
        case "Td" | "TD":
            pen.line, pen.at = _UPRIGHT.translated(*map(float, operands)) @ pen.line, 0.0
        case "Tc":
            pen.gap = float(operands[0])


def _read_font(font: Any) -> Font:
    table = bytes(font.ToUnicode.read_bytes())
    characters = {
        int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be")
        for code, text in _PAIRS.findall(table.partition(b"beginbfchar")[2])
    }
    inner = font.DescendantFonts[0]
    widths = dict(_read_widths(inner.get("/W", [])))
    return Font(characters, widths, float(inner.get("/DW", _THOUSAND)))


def _read_widths(table: Any) -> Iterator[tuple[int, float]]:
    """Yield the width of each code that a font's table of widths names."""
    flat = list(table)
    while flat:
        first, following = int(flat.pop(0)), flat.pop(0)
        if isinstance(following, pikepdf.Array):
            for offset, width in enumerate(following):
                yield first + offset, float(width)
        else:
            width = float(flat.pop(0))
            yield from ((code, width) for code in range(first, int(following) + 1))


def _matrix(operands: Any) -> pikepdf.Matrix:
    return pikepdf.Matrix(*[float(each) for each in operands])


def _codes(raw: bytes) -> Iterator[int]:
    return (raw[at] << 8 | raw[at + 1] for at in range(0, len(raw) - 1, 2))
