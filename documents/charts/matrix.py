"""Risk matrices: where each risk lies by likelihood and impact, and the band of each place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from documents.blocks import MatrixCell, RiskMatrix
from documents.charts.scales import EM
from documents.svg import INK, QUIET, Drawing, rectangle, svg, text
from documents.typeface import HEAVIER, shorten, wrap

TONES = {
    "": "#ffffff",
    "good": "#dcecdf",
    "warn": "#fbeecb",
    "bad": "#f5d6d0",
    "neutral": "#eceff2",
    "green": "#dcecdf",
    "amber": "#fbeecb",
    "red": "#f5d6d0",
    "blue": "#e6eef7",
    "grey": "#eceff2",
}
_LABELS = 116.0  # pixels for the words of a likelihood
_LOWEST_CELL = 44.0


def describe_matrix(matrix: RiskMatrix) -> str:
    """Return the matrix in words: which risks lie where, the likeliest first."""
    told = [
        f"{likelihood}, {impact}: {', '.join(cell.refs)} ({cell.band.word})"
        for likelihood, row in zip(matrix.likelihoods, matrix.cells, strict=True)
        for impact, cell in zip(matrix.impacts, row, strict=True)
        if cell.refs
    ]
    return "Risks by likelihood and impact. " + ("; ".join(told) or "No risks") + "."


def draw_risk_matrix(matrix: RiskMatrix, width: float = 657) -> Drawing:
    """Return the matrix with each cell's band in words and the references of its risks."""
    across = (width - _LABELS - 1) / max(1, len(matrix.impacts))
    drawing = [text(0, 14, "Likelihood", fill=QUIET)]
    drawing.append(text(_LABELS, 14, "Impact, rising to the right", fill=QUIET))
    for x, impact in enumerate(matrix.impacts):
        middle = _LABELS + across * (x + 0.5)
        for row, words in enumerate(wrap(impact, across / EM)[:2]):
            drawing.append(text(middle, 33 + 13 * row, words, anchor="middle", bold=True))
    y = 56.0
    for likelihood, cells in zip(matrix.likelihoods, matrix.cells, strict=True):
        lines = [_wrap_refs(cell, across) for cell in cells]
        height = max(_LOWEST_CELL, 27 + 14.0 * max(map(len, lines), default=0))
        for row, words in enumerate(wrap(likelihood, (_LABELS - 12) / EM)[:3]):
            drawing.append(text(0, y + 19 + 13 * row, words, bold=True))
        for x, (cell, refs) in enumerate(zip(cells, lines, strict=True)):
            drawing.extend(_draw_cell(cell, refs, _LABELS + across * x, y, across, height))
        y += height
    return svg(width, y + 2, describe_matrix(matrix), drawing)


def _wrap_refs(cell: MatrixCell, across: float) -> list[str]:
    return wrap(", ".join(cell.refs), (across - 16) / EM / HEAVIER)


def _draw_cell(
    cell: MatrixCell, refs: Sequence[str], x: float, y: float, width: float, height: float
) -> Iterator[str]:
    yield rectangle(x, y, width, height, fill=TONES[cell.band.tone], edge="#ffffff")
    band = shorten(cell.band.word, (width - 16) / EM)
    yield text(x + 8, y + 17, band, fill=INK if refs else QUIET)
    for row, words in enumerate(refs):
        yield text(x + 8, y + 34 + 14 * row, words, bold=True)
