"""Charts, structure charts, risk matrices and pictures as figures, each with its words."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest

from documents.blocks import Cell, Chart, Column, OrgChart, Picture, Post, RiskMatrix, Row, Table
from documents.charts import (
    draw_chart,
    draw_risk_matrix,
    shows_all,
    small_width,
    tell_figures,
    tell_gaps,
)
from documents.charts.scales import widest, wrap_label
from documents.org_charts import draw_org_chart, name_post
from documents.renderers.markup import Context, escape
from documents.renderers.paper import PIXELS, TEXT_HEIGHT, TEXT_WIDTH
from documents.renderers.tables import write_table
from documents.svg import Drawing
from documents.values import BLANK

_CAPTION = 30.0  # points, with the space above
_HEADING = 42.0  # points, of the section that the drawing stands in
_LINE = 18.0  # points, about the height of a table's row
_BESIDE = 0.62  # of the width, for a chart whose figures stand at its right
_ROOM_BESIDE = 0.35
_WIDE_ENOUGH = 900.0  # pixels of paper, for a chart with its figures beside it
_MOST_BESIDE = 4  # columns


def write_chart(chart: Chart, page: Context) -> str:
    """The chart and its figures, on paper on one page; if it is taller the figures alone.

    A small chart says its figures in the drawing, or below it in words, where they are few enough.
    """
    if page.on_paper:
        return _print_small(chart, page) if chart.size == "half" else _print_full(chart, page)
    drawing = draw_chart(chart, _pixels(page), page.colours)
    data = _fold("Figures of this chart", write_table(tabulate_chart(chart), page))
    return _write_figure(
        drawing.markup, _caption(chart), page, size=chart.size, within=_tell(chart), more=data
    )


def write_small_charts(charts: Iterable[Chart], page: Context) -> str:
    """Charts of half size that follow each other, as many side by side as there is room for."""
    written = [(chart.kind, write_chart(chart, page)) for chart in charts]
    kind = written[0][0] if written else "bar"
    return f'<div class="charts of-{kind}s">{"".join([each for _, each in written])}</div>'


def _print_small(chart: Chart, page: Context) -> str:
    pixels = _pixels(page)
    words = "" if shows_all(chart, small_width(chart, pixels)) else tell_figures(chart)
    drawing = draw_chart(chart, pixels, page.colours).markup
    told = _tell(chart, words)
    figure = _write_figure(drawing, _fit_caption(chart, page), page, size=chart.size, within=told)
    if words or shows_all(chart, small_width(chart, pixels)):
        return figure
    return f'<div class="together">{figure}{write_table(tabulate_chart(chart), page)}</div>'


def _print_full(chart: Chart, page: Context) -> str:
    """Print a chart with its figures as a table, beside it on paper that lies across."""
    table = tabulate_chart(chart)
    rows = _LINE * (len(table.rows) + 2)
    if _pixels(page) >= _WIDE_ENOUGH and len(table.columns) <= _MOST_BESIDE and rows < _room(page):
        drawing = draw_chart(chart, _pixels(page) * _BESIDE, page.colours)
        if _fits(drawing, page):
            return _print_beside(chart, drawing, table, page)
    drawing = draw_chart(chart, _pixels(page), page.colours)
    data = write_table(table, page)
    if not _fits(drawing, page):
        return f'<p class="caption">{escape(_caption(chart))}</p>{data}{_tell(chart)}'
    figure = _write_figure(drawing.markup, _caption(chart), page, within=_tell(chart))
    together = drawing.height + rows * PIXELS <= _room(page) * PIXELS
    return f'<div class="together">{figure}{data}</div>' if together else f"{figure}{data}"


def _print_beside(chart: Chart, drawing: Drawing, table: Table, page: Context) -> str:
    figure = _write_figure(drawing.markup, _caption(chart), page, within=_tell(chart))
    page.room = _ROOM_BESIDE
    data = write_table(table, page)
    page.room = 1.0
    return f'<div class="beside"><div>{figure}</div><div>{data}</div></div>'


def _tell(chart: Chart, words: str = "") -> str:
    """Return as a line what stands below the drawing: words, its note, what is not drawn."""
    told = " ".join(filter(None, (words, chart.note, tell_gaps(chart))))
    return f'<p class="told">{escape(told)}</p>' if told else ""


def _caption(chart: Chart) -> str:
    return f"{chart.caption} ({chart.unit})" if chart.unit else chart.caption


def _fit_caption(chart: Chart, page: Context) -> str:
    """Return the caption of a small chart in two lines, so that drawings stand in rows; the
    drawing's own title has all of it."""
    unit = f" ({chart.unit})" if chart.unit else ""
    room = small_width(chart, _pixels(page)) - widest([unit])
    return " ".join(wrap_label(chart.caption, room, 2)) + unit


def write_org_chart(chart: OrgChart, page: Context) -> str:
    """The drawing, whose words are its alternative text on paper, and a list on the screen."""
    data = _write_posts(chart.root)
    drawing = draw_org_chart(chart, _pixels(page), _room(page) * PIXELS, page.colours)
    return _write_drawing(drawing, chart.caption, "This structure as a list", data, "", page)


def write_risk_matrix(matrix: RiskMatrix, page: Context) -> str:
    """As a structure chart, with a table in place of the list."""
    data = write_table(tabulate_matrix(matrix), page)
    drawing = draw_risk_matrix(matrix, _pixels(page))
    return _write_drawing(drawing, matrix.caption, "This matrix as a table", data, "", page)


def _write_drawing(
    drawing: Drawing, caption: str, summary: str, data: str, below: str, page: Context
) -> str:
    """Write a drawing with its data: folded on the screen, on paper what belongs `below`.

    A drawing taller than a page is on paper replaced by its data.
    """
    if not page.on_paper:
        return _write_figure(drawing.markup, caption, page, more=_fold(summary, data))
    if not _fits(drawing, page):
        return f'<p class="caption">{escape(caption)}</p>{data}'
    return _write_figure(drawing.markup, caption, page, more=below)


def _fits(drawing: Drawing, page: Context) -> bool:
    return drawing.height <= (TEXT_HEIGHT[page.orientation] - _CAPTION) * PIXELS


def _room(page: Context) -> float:
    """Return the points that a drawing has below a heading and its caption."""
    return TEXT_HEIGHT[page.orientation] - _CAPTION - _HEADING


def _fold(summary: str, data: str) -> str:
    return f"<details><summary>{summary}</summary>{data}</details>"


def write_picture(picture: Picture, page: Context) -> str:
    """A picture that is missing is a sentence in its place."""
    address = page.show_picture(picture)
    alt = picture.alt or picture.caption or f"Picture {picture.name}"
    if address is None:
        sentence = f"The picture “{picture.name}” is missing. It shows: {alt}."
        return f'<p class="missing">{escape(sentence)}</p>'
    image = f'<img src="{escape(address)}" alt="{escape(alt)}"/>'
    source = f"Source: {picture.source}" if picture.source else ""
    caption = ". ".join(text.rstrip(".") for text in (picture.caption, source) if text)
    return _write_figure(image, caption, page)


def _pixels(page: Context) -> float:
    """Return the width of the paper between its margins, which drawings have on screen too."""
    return TEXT_WIDTH[page.orientation] * PIXELS


def _write_figure(
    drawing: str,
    caption: str,
    page: Context,
    *,
    size: str = "full",
    within: str = "",
    more: str = "",
) -> str:
    """Write a figure; `within` stands under the drawing, `more` on paper behind the figure.

    What is as wide as the paper scrolls by itself on a narrow screen.
    """
    told = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    figure = '<figure class="half">' if size == "half" else "<figure>"
    if page.on_paper:
        return f"{figure}{told}{drawing}{within}</figure>{more}"
    if size == "full":
        region = f'role="region" tabindex="0" aria-label="{escape(caption or "Drawing")}"'
        drawing = f'<div class="drawing" {region}>{drawing}</div>'
    return f"{figure}{told}{drawing}{within}{more}</figure>"


def _write_posts(post: Post) -> str:
    reports = "".join([_write_posts(each) for each in post.reports])
    inner = f"{escape(name_post(post))}{reports}"
    return f"<ul><li>{inner}</li></ul>"


# --- the same as tables -----------------------------------------------------------------------


def tabulate_chart(chart: Chart) -> Table:
    """Return the chart's figures as a table: a row a category, a column a series."""
    columns = [Column("category", "")]
    columns += [
        Column(f"s{place}", series.name or chart.caption, align="right", unit=chart.unit)
        for place, series in enumerate(chart.series)
    ]
    values = zip_longest(*(series.values for series in chart.series), fillvalue=BLANK)
    rows = [
        Row(f"c{place}", (Cell(category, header=True), *(Cell(value) for value in figures)))
        for place, (category, figures) in enumerate(zip(chart.categories, values, strict=False))
    ]
    return Table(tuple(columns), tuple(rows))


def tabulate_matrix(matrix: RiskMatrix) -> Table:
    """Return the matrix as a table: a row a likelihood, a column an impact."""
    columns = [Column("likelihood", "Likelihood")]
    columns += [Column(f"i{place}", impact) for place, impact in enumerate(matrix.impacts)]
    rows = [
        Row(
            f"l{place}",
            (
                Cell(likelihood, header=True),
                *(Cell(", ".join(c.refs), rating=c.band) for c in cells),
            ),
        )
        for place, (likelihood, cells) in enumerate(
            zip(matrix.likelihoods, matrix.cells, strict=True)
        )
    ]
    return Table(tuple(columns), tuple(rows))
