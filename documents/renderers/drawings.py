"""Charts, structure charts, risk matrices and pictures as figures, each with its words."""

from __future__ import annotations

from itertools import zip_longest

from documents.blocks import Cell, Chart, Column, OrgChart, Picture, Post, RiskMatrix, Row, Table
from documents.charts import draw_chart, draw_risk_matrix
from documents.org_charts import draw_org_chart, name_post
from documents.renderers.markup import Context, escape
from documents.renderers.tables import write_table
from documents.values import BLANK


def write_chart(chart: Chart, page: Context, *, width: float) -> str:
    drawing = draw_chart(chart, _pixels(width))
    data = write_table(tabulate_chart(chart), page, width=width)
    return _write_figure(
        drawing, chart.caption, page, more=_fold("Figures of this chart", data, page)
    )


def write_org_chart(chart: OrgChart, page: Context, *, width: float) -> str:
    """On paper the structure in words is the drawing's alternative text; on screen also a list."""
    listed = (
        "" if page.on_paper else _fold("This structure as a list", _write_posts(chart.root), page)
    )
    return _write_figure(draw_org_chart(chart, _pixels(width)), chart.caption, page, more=listed)


def write_risk_matrix(matrix: RiskMatrix, page: Context, *, width: float) -> str:
    """As a structure chart: a list of risks by cell on screen, alternative text on paper."""
    table = ""
    if not page.on_paper:
        data = write_table(tabulate_matrix(matrix), page, width=width)
        table = _fold("This matrix as a table", data, page)
    return _write_figure(draw_risk_matrix(matrix, _pixels(width)), matrix.caption, page, more=table)


def write_picture(picture: Picture, page: Context) -> str:
    """A picture that is missing is a sentence in its place."""
    address = page.show_picture(picture)
    alt = picture.alt or picture.caption or f"Picture {picture.name}"
    if address is None:
        sentence = f"The picture “{picture.name}” is missing. It shows: {alt}."
        return f'<p class="missing">{escape(sentence)}</p>'
    image = f'<img src="{escape(address)}" alt="{escape(alt)}"/>'
    source = f" Source: {picture.source}" if picture.source else ""
    return _write_figure(image, f"{picture.caption}{source}".strip(), page)


def _pixels(points: float) -> float:
    return points * 96 / 72


def _write_figure(drawing: str, caption: str, page: Context, *, more: str = "") -> str:
    told = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    if page.on_paper:
        return f"<figure>{told}{drawing}</figure>{more}"
    return f'<figure>{told}<div class="drawing">{drawing}</div>{more}</figure>'


def _fold(summary: str, content: str, page: Context) -> str:
    if page.on_paper:
        return content
    return f"<details><summary>{summary}</summary>{content}</details>"


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
