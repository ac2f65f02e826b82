"""Charts as Office's own: drawn by Word, with each figure beside its bar or point."""

from __future__ import annotations

from collections.abc import Sequence

from documents.blocks import Chart, Series
from documents.charts import COLOURS, describe_chart, tell_figures, tell_gaps
from documents.renderers.drawings import tabulate_chart
from documents.renderers.manuscript import (
    Manuscript,
    Setting,
    write_caption,
    write_paragraph,
    write_text,
)
from documents.renderers.markup import escape
from documents.renderers.paper import TEXT_HEIGHT, TEXT_WIDTH
from documents.renderers.word_boxes import write_boxes
from documents.renderers.word_tables import write_table
from documents.spreadsheets import as_number
from documents.values import Value, show

_EMU = 12700  # in a point
_BAR = 17.0  # points, with its share of the space between
_AROUND, _AROUND_SMALL = 60.0, 24.0  # points: legend, axis
_LINES, _SMALL_LINES = 210.0, 150.0  # points, the height of a line chart
_ACROSS = {"portrait": 2, "landscape": 3}  # charts of half size beside each other
_BESIDE = 8.0  # points between them
_CATEGORIES, _FIGURES = 1, 2  # the axes' ids
_NAMESPACES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_TYPE = (
    '<a:bodyPr/><a:p><a:pPr><a:defRPr sz="850" b="0"/></a:pPr><a:endParaRPr lang="en-GB"/></a:p>'
)


def write_chart(chart: Chart, script: Manuscript) -> str:
    """The chart, what is to be said of it, and its figures as a table."""
    size = _measure(chart, TEXT_WIDTH[script.orientation], script)
    notes = " ".join(filter(None, (chart.note, tell_gaps(chart))))
    drawing = _write_drawing(chart, size, notes, script)
    return write_caption(_name(chart)) + drawing + write_table(tabulate_chart(chart), script)


def write_small_charts(charts: Sequence[Chart], script: Manuscript) -> str:
    """Charts of half size side by side as in print, two across upright paper and three across
    landscape, each with its figures in words; one of too many figures has its table below."""
    across = _ACROSS[script.orientation]
    width = TEXT_WIDTH[script.orientation] / across - _BESIDE
    boxes = []
    for chart in charts:
        notes = filter(None, (tell_figures(chart), chart.note, tell_gaps(chart)))
        size = _measure(chart, width, script)
        drawing = _write_drawing(chart, size, " ".join(notes), script)
        boxes.append(write_caption(_name(chart), small=True) + drawing)
    many = [chart for chart in charts if not tell_figures(chart)]
    tables = [write_caption(_name(chart)) + write_table(tabulate_chart(chart), script)
              for chart in many]  # fmt: skip
    drawn = write_boxes(boxes, script, across=across, style="TableNormal", name="Charts")
    return drawn + "".join(tables)


def _name(chart: Chart) -> str:
    return f"{chart.caption} ({chart.unit})" if chart.unit else chart.caption


def _write_drawing(chart: Chart, size: tuple[int, int], words: str, script: Manuscript) -> str:
    """The drawing, and under it the words; it is drawn only if there is anything to draw."""
    if not any(value.number is not None for each in _drawn(chart) for value in each.values):
        words = f"There are no figures to draw yet. {words}".strip()
        return write_paragraph(write_text(words), Setting("Told"))
    drawn = write_paragraph(_draw(chart, size, script), Setting("Drawing", keep=bool(words)))
    return drawn + (write_paragraph(write_text(words), Setting("Told")) if words else "")


def _draw(chart: Chart, size: tuple[int, int], script: Manuscript) -> str:
    """Return a run that shows the chart; the chart itself is a part of the file."""
    name = f"chart{len(script.charts) + 1}"
    script.charts[f"{name}.xml"] = write_chart_part(chart, script.palette.colour)
    wide, high = size
    return (
        '<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{wide}" cy="{high}"/><wp:docPr id="{script.next_id()}" name="{name}" '
        f'descr="{escape(describe_chart(chart))}"/><wp:cNvGraphicFramePr/><a:graphic>'
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
        f'<c:chart r:id="r{name}"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
    )


def _measure(chart: Chart, width: float, script: Manuscript) -> tuple[int, int]:
    """Return width and height in the units of drawings; `width` is in points."""
    bars = len(chart.categories) * max(1, len(_drawn(chart))) * _BAR
    is_small = chart.size == "half"
    around = _AROUND_SMALL if is_small and len(_drawn(chart)) == 1 else _AROUND
    lines = _SMALL_LINES if is_small else _LINES
    high = lines if chart.kind == "line" else bars + around
    most = TEXT_HEIGHT[script.orientation] - 90
    return round(width * _EMU), round(min(high, most) * _EMU)


def _drawn(chart: Chart) -> list[Series]:
    """Return the series that are drawn; others stand in the table alone."""
    return [series for series in chart.series if series.role != "listed"]


def write_chart_part(chart: Chart, colour: str) -> str:
    """Return the chart as DrawingML; its first series has this colour, the council's."""
    colours = (colour, *(each.removeprefix("#").upper() for each in COLOURS[1:]))
    series = [
        _write_series(chart, each, place, colours[place % len(colours)])
        for place, each in enumerate(_drawn(chart))
    ]
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
    """Bars begin at nothing and read from the top down, with the scale below them; small ones have
    none, for each figure stands beside its bar."""
    is_bar = chart.kind == "bar"
    turned, beside, below = ("maxMin", "l", "b") if is_bar else ("minMax", "b", "l")
    crossing = "max" if is_bar else "autoZero"
    from_nothing = '<c:min val="0"/>' if is_bar and not _goes_below_nothing(chart) else ""
    labels = "none" if is_bar and chart.size == "half" else "nextTo"
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
        f'<c:orientation val="minMax"/>{from_nothing}</c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{below}"/>'
        f'{grid}<c:numFmt formatCode="{_choose_scale_format(chart)}" sourceLinked="0"/>{marks}'
        f'<c:tickLblPos val="{labels}"/><c:crossAx val="{_CATEGORIES}"/>'
        f'<c:crosses val="{crossing}"/><c:crossBetween val="between"/></c:valAx>'
    )


def _choose_scale_format(chart: Chart) -> str:
    """Return the format of the scale's numbers: percentages are held as shares of one."""
    formats = [each for series in _drawn(chart) for each in _list_formats(series.values)]
    return "0%" if formats and all("%" in each for each in formats) else "General"


def _list_formats(values: Sequence[Value]) -> list[str]:
    found = [as_number(show(value)) for value in values if value.number is not None]
    return [each[1] for each in found if each is not None]


def _choose_label_format(series: Series) -> str:
    """Return the format of all a series' figures, for programs that do not read each one's own:
    of percentages the one that shows most; "General" of other figures that differ."""
    formats = _list_formats(series.values)
    if len(set(formats)) == 1 or (formats and all("%" in each for each in formats)):
        return max(formats, key=len)
    return "General"


def _goes_below_nothing(chart: Chart) -> bool:
    return any(v.number is not None and v.number < 0 for s in _drawn(chart) for v in s.values)


def _write_series(chart: Chart, series: Series, place: int, colour: str) -> str:
    fill = f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'
    is_bar = chart.kind == "bar"
    sign = ("circle", "square", "diamond")[place % 3]
    look = (
        f'<c:spPr>{fill}</c:spPr><c:invertIfNegative val="0"/>'
        if is_bar
        else f'<c:spPr><a:ln w="25400">{fill}</a:ln></c:spPr><c:marker><c:symbol val="{sign}"/>'
        f'<c:size val="7"/><c:spPr>{fill}</c:spPr></c:marker>'
    )
    shown = _choose_label_format(series)
    linked = 1 if shown == "General" else 0
    labels = (
        f'<c:dLbls><c:numFmt formatCode="{escape(shown)}" sourceLinked="{linked}"/>'
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
