"""Charts as Office's own: drawn by Word, with each figure beside its bar or point."""

from __future__ import annotations

from collections.abc import Sequence

from documents.blocks import Chart, Orientation, Series
from documents.charts import COLOURS, describe_chart
from documents.renderers.manuscript import Manuscript
from documents.renderers.markup import escape
from documents.renderers.paper import TEXT_HEIGHT, TEXT_WIDTH
from documents.spreadsheets import as_number
from documents.values import Value, show

_EMU = 12700  # in a point
_BAR = 17.0  # points, with its share of the space between
_AROUND = 60.0  # points: legend, axis
_LINES = 210.0  # points, the height of a line chart
_HALF = 0.62  # of the width, for a chart of half size
_CATEGORIES, _FIGURES = 1, 2  # the axes' ids
_NAMESPACES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_TYPE = (
    '<a:bodyPr/><a:p><a:pPr><a:defRPr sz="850" b="0"/></a:pPr><a:endParaRPr lang="en-GB"/></a:p>'
)


def draw_chart(chart: Chart, script: Manuscript, charts: dict[str, str]) -> str:
    """Return a run that shows the chart, and add the chart's part to `charts`."""
    name = f"chart{len(charts) + 1}"
    charts[f"{name}.xml"] = write_chart_part(chart)
    wide, high = _measure(chart, script.orientation)
    return (
        '<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{wide}" cy="{high}"/><wp:docPr id="{script.next_id()}" name="{name}" '
        f'descr="{escape(describe_chart(chart))}"/><wp:cNvGraphicFramePr/><a:graphic>'
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
        f'<c:chart r:id="r{name}"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
    )


def _measure(chart: Chart, orientation: Orientation) -> tuple[int, int]:
    share = _HALF if chart.size == "half" else 1.0
    bars = len(chart.categories) * max(1, len(_drawn(chart))) * _BAR
    high = _LINES if chart.kind == "line" else bars + _AROUND
    most = TEXT_HEIGHT[orientation] - 90
    return round(TEXT_WIDTH[orientation] * share * _EMU), round(min(high, most) * _EMU)


def _drawn(chart: Chart) -> list[Series]:
    """Return the series that are drawn; others stand in the table alone."""
    return [series for series in chart.series if series.role != "listed"]


def write_chart_part(chart: Chart) -> str:
    """Return the chart as DrawingML."""
    series = [_write_series(chart, each, place) for place, each in enumerate(_drawn(chart))]
    axes = f'<c:axId val="{_CATEGORIES}"/><c:axId val="{_FIGURES}"/>'
    if chart.kind == "bar":
        drawn = (
            '<c:barChart><c:barDir val="bar"/><c:grouping val="clustered"/>'
            f'<c:varyColors val="0"/>{"".join(series)}<c:gapWidth val="60"/>{axes}</c:barChart>'
        )
    else:
        drawn = (
            '<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>'
            f'{"".join(series)}<c:marker val="1"/>{axes}</c:lineChart>'
        )
    legend = '<c:legend><c:legendPos val="t"/><c:overlay val="0"/></c:legend>'
    return (
        f'<c:chartSpace {_NAMESPACES}><c:roundedCorners val="0"/><c:chart>'
        f'<c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>{drawn}{_write_axes(chart)}'
        f'</c:plotArea>{legend if len(series) > 1 else ""}<c:plotVisOnly val="1"/>'
        f'<c:dispBlanksAs val="gap"/></c:chart><c:txPr>{_TYPE}</c:txPr></c:chartSpace>'
    )


def _write_axes(chart: Chart) -> str:
    """Bars read from the top down, with the scale below them."""
    is_bar = chart.kind == "bar"
    turned, beside, below = ("maxMin", "l", "b") if is_bar else ("minMax", "b", "l")
    crossing = "max" if is_bar else "autoZero"
    marks = '<c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
    grid = (
        '<c:majorGridlines><c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="D5DCE2"/>'
        "</a:solidFill></a:ln></c:spPr></c:majorGridlines>"
    )
    return (
        f'<c:catAx><c:axId val="{_CATEGORIES}"/><c:scaling><c:orientation val="{turned}"/>'
        f'</c:scaling><c:delete val="0"/><c:axPos val="{beside}"/>{marks}'
        f'<c:tickLblPos val="low"/><c:crossAx val="{_FIGURES}"/><c:crosses val="autoZero"/>'
        f'</c:catAx><c:valAx><c:axId val="{_FIGURES}"/><c:scaling>'
        f'<c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="{below}"/>'
        f'{grid}<c:numFmt formatCode="General" sourceLinked="1"/>{marks}'
        f'<c:tickLblPos val="nextTo"/><c:crossAx val="{_CATEGORIES}"/>'
        f'<c:crosses val="{crossing}"/><c:crossBetween val="between"/></c:valAx>'
    )


def _write_series(chart: Chart, series: Series, place: int) -> str:
    colour = COLOURS[place % len(COLOURS)].removeprefix("#").upper()
    fill = f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'
    is_bar = chart.kind == "bar"
    sign = ("circle", "square", "diamond")[place % 3]
    look = (
        f'<c:spPr>{fill}</c:spPr><c:invertIfNegative val="0"/>'
        if is_bar
        else f'<c:spPr><a:ln w="25400">{fill}</a:ln></c:spPr><c:marker><c:symbol val="{sign}"/>'
        f'<c:size val="7"/><c:spPr>{fill}</c:spPr></c:marker>'
    )
    labels = (
        f'<c:dLbls><c:numFmt formatCode="General" sourceLinked="1"/>'
        f'<c:dLblPos val="{"outEnd" if is_bar else "t"}"/><c:showLegendKey val="0"/>'
        '<c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/>'
        '<c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
    )
    smooth = "" if is_bar else '<c:smooth val="0"/>'
    return (
        f'<c:ser><c:idx val="{place}"/><c:order val="{place}"/>'
        f"<c:tx><c:v>{escape(series.name or chart.caption)}</c:v></c:tx>{look}{labels}"
        f"<c:cat>{_write_names(chart.categories)}</c:cat>"
        f"<c:val>{_write_figures(series.values[: len(chart.categories)])}</c:val>{smooth}</c:ser>"
    )


def _write_names(names: Sequence[str]) -> str:
    points = [f'<c:pt idx="{at}"><c:v>{escape(name)}</c:v></c:pt>' for at, name in enumerate(names)]
    return f'<c:strLit><c:ptCount val="{len(names)}"/>{"".join(points)}</c:strLit>'


def _write_figures(values: Sequence[Value]) -> str:
    """What is no figure leaves a gap; each figure shows as printed."""
    points = []
    for at, value in enumerate(values):
        found = as_number(show(value)) if value.number is not None else None
        if found is not None:
            shown = escape(found[1])
            points.append(f'<c:pt idx="{at}" formatCode="{shown}"><c:v>{found[0]!r}</c:v></c:pt>')
    return (
        f'<c:numLit><c:formatCode>General</c:formatCode><c:ptCount val="{len(values)}"/>'
        f"{''.join(points)}</c:numLit>"
    )
