"""Charts of figures and risk matrices as SVG: the same on the screen and on paper.

Every figure is written beside its bar or below its point, and series differ by pattern, shape or
place as well as by colour: colour never carries meaning alone.
"""

from __future__ import annotations

from documents.blocks import Chart
from documents.charts.bars import draw_bars
from documents.charts.figures import (
    describe_chart,
    list_all,
    tell_chart,
    tell_figures,
    tell_gaps,
    tell_undrawn,
)
from documents.charts.lines import draw_lines
from documents.charts.matrix import TONES, describe_matrix, draw_risk_matrix
from documents.charts.scales import make_scale
from documents.charts.small import draw_small_bars, draw_small_lines, shows_all, small_width
from documents.colours import HOUSE, Colours
from documents.svg import QUIET, Drawing, svg, text

__all__ = [
    "COLOURS",
    "TONES",
    "describe_chart",
    "describe_matrix",
    "draw_chart",
    "draw_risk_matrix",
    "make_scale",
    "shows_all",
    "small_width",
    "tell_chart",
    "tell_figures",
    "tell_gaps",
    "tell_undrawn",
]

COLOURS = HOUSE.series


def draw_chart(chart: Chart, width: float = 657, colours: Colours = HOUSE) -> Drawing:
    """Return a bar chart with a bar a row, or a line chart over its categories, as SVG.

    `width` is that of the paper between its margins, in pixels. A chart of half size is drawn
    small: of its width as many go side by side as `small_width` says.
    """
    is_small = chart.size == "half"
    if is_small:
        width = small_width(chart, width)
    if not list_all(chart):
        nothing = text(0, 16, "There are no figures to draw yet.", fill=QUIET)
        return svg(width, 24, describe_chart(chart), [nothing])
    if chart.kind == "bar":
        return (draw_small_bars if is_small else draw_bars)(chart, width, colours)
    is_small = is_small and shows_all(chart, width)
    return (draw_small_lines if is_small else draw_lines)(chart, width, colours)
