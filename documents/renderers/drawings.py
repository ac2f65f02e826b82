"""Charts, structure charts, risk matrices and pictures as figures, each with its words."""

from __future__ import annotations

from itertools import zip_longest

from documents.blocks import Cell, Chart, Column, OrgChart, Picture, Post, RiskMatrix, Row, Table
from documents.charts import draw_chart, draw_risk_matrix, tell_figures, tell_gaps
from documents.org_charts import draw_org_chart, name_post
from documents.renderers.markup import Context, escape
from documents.renderers.paper import PIXELS, TEXT_HEIGHT, TEXT_WIDTH
from documents.renderers.tables import write_table
from documents.svg import Drawing
from documents.values import BLANK

_CAPTION = 30.0  # points, with the space above
_HEADING = 42.0  # points, of the section that the drawing stands in


def write_chart(chart: Chart, page: Context) -> str:
    """The chart and its figures; on paper the figures alone, if it is taller than a page.

    One of half size has on paper its figures in words, where they are few enough.
    """
    drawing = draw_chart(chart, _pixels(page))
    notes = " ".join(filter(None, (chart.note, tell_gaps(chart))))
    words = tell_figures(chart) if chart.size == "half" else ""
    if page.on_paper and words:
        told = f'<p class="told">{escape(f"{words} {notes}".strip())}</p>'
        return _write_figure(drawing.markup, _caption(chart), page, size=chart.size, within=told)
    data = write_table(tabulate_chart(chart), page)
    told = f'<p class="told">{escape(notes)}</p>' if notes else ""
    if page.on_paper and not _fits(drawing, page):
        return f'<p class="caption">{escape(_caption(chart))}</p>{data}{told}'
    more = data if page.on_paper else _fold("Figures of this chart", data)
    return _write_figure(
        drawing.markup, _caption(chart), page, size=chart.size, within=told, more=more
    )


def _caption(chart: Chart) -> str:
    return f"{chart.caption} ({chart.unit})" if chart.unit else chart.caption


def write_org_chart(chart: OrgChart, page: Context) -> str:
    """The drawing, whose words are its alternative text on paper, and a list on the screen."""
    data = _write_posts(chart.root)
    drawing = draw_org_chart(chart, _pixels(page), _room(page))
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
    """Return the pixels that a drawing has below a heading and its caption."""
    return (TEXT_HEIGHT[page.orientation] - _CAPTION - _HEADING) * PIXELS


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
