"""Charts, structure charts, matrices, pictures, boxes and signatures of two documents as one.

A drawing cannot show two states: what changed in it is a table or a sentence, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from documents.blocks import (
    Block,
    Cell,
    Chart,
    Column,
    List,
    OrgChart,
    Paragraph,
    Picture,
    Post,
    Prose,
    Quadrants,
    RiskMatrix,
    Row,
    Run,
    Signatures,
    Table,
)
from documents.diff import pair
from documents.redline.prose import mark_runs, redline_prose, redline_runs, remark, remark_line
from documents.redline.tables import (
    has_new_heads,
    has_table_changes,
    redline_table,
    tell_new_heads,
)
from documents.values import BLANK

Drawing = Chart | OrgChart | RiskMatrix
_NAMES: dict[type, str] = {
    Chart: "chart",
    OrgChart: "structure chart",
    RiskMatrix: "risk matrix",
}
_MOST_POSTS = 2_000  # of a structure chart that are listed


def redline_drawing(
    old: Drawing | None, new: Drawing | None, *, only_changes: bool
) -> Iterator[Block]:
    """Yield a sentence that says what happened, and what the drawing shows as a redlined table.

    A drawing that is new, or whose figures are the same, is drawn.
    """
    known = new or old
    if known is None:
        return
    if old is None:
        yield remark_line(f"This {_NAMES[type(known)]} was added{_name(known.caption)}")
        yield known
        return
    before, after = tabulate(old), tabulate(new) if new else None
    table, _ = redline_table(before, after, only_changes=only_changes)
    said = list(_redline_note(old, new))
    if after and has_new_heads(before, after):
        said.append(remark_line(tell_new_heads(before, after, units_alone=False)))
    if new and not said and not has_table_changes(table):
        yield from [] if only_changes else [new]
        return
    yield remark_line(f"This {_NAMES[type(known)]} {_tell(old, new)}{_name(known.caption)}")
    yield table if table.rows or new is None else new
    yield from said


def _redline_note(old: Drawing, new: Drawing | None) -> Iterator[Block]:
    """Yield the sentence beside a chart, if it changed."""
    was, now = (each.note if isinstance(each, Chart) else "" for each in (old, new))
    if new is not None and was != now:
        yield Prose((Paragraph(redline_runs((Run(was),), (Run(now),))),))


def _tell(old: object | None, new: object | None) -> str:
    return "was added" if old is None else "was removed" if new is None else "changed"


def _name(caption: str) -> str:
    return f": {caption}" if caption else "."


def tabulate(drawing: Drawing) -> Table:
    """Return what a drawing shows as a table whose rows can be told from each other."""
    match drawing:
        case Chart():
            return _tabulate_chart(drawing)
        case OrgChart():
            return _tabulate_posts(drawing)
        case RiskMatrix():
            return _tabulate_matrix(drawing)


def _tabulate_chart(chart: Chart) -> Table:
    columns = [Column("category", "Category")]
    columns += [
        Column(series.name or "value", series.name or "Value", align="right", unit=chart.unit)
        for series in chart.series
    ]
    values = zip_longest(*(series.values for series in chart.series), fillvalue=BLANK)
    rows = [
        Row(category, (Cell(category, header=True), *(Cell(value) for value in figures)))
        for category, figures in zip(chart.categories, values, strict=False)
    ]
    return Table(tuple(columns), tuple(rows), caption=chart.caption)


def _tabulate_posts(chart: OrgChart) -> Table:
    labels = ("Post", "Name", "Unit", "Reports to")
    rows = [
        Row(
            f"{post.title}, {post.unit}",
            (Cell(post.title, header=True), Cell(post.name), Cell(post.unit), Cell(above)),
        )
        for post, above in _list_posts(chart.root)
    ]
    columns = tuple(Column(label, label) for label in labels)
    return Table(columns, tuple(rows), caption=chart.caption)


def _list_posts(root: Post) -> list[tuple[Post, str]]:
    """Return every post with the title of the one above it, from the top down."""
    found: list[tuple[Post, str]] = []
    waiting = [(root, "")]
    while waiting and len(found) < _MOST_POSTS:
        post, above = waiting.pop()
        found.append((post, above))
        waiting.extend((report, post.title) for report in reversed(post.reports))
    return found


def _tabulate_matrix(matrix: RiskMatrix) -> Table:
    columns = [Column("likelihood", "Likelihood"), *(Column(i, i) for i in matrix.impacts)]
    rows = [
        Row(
            likelihood,
            (Cell(likelihood, header=True), *(Cell(", ".join(c.refs), rating=c.band) for c in own)),
        )
        for likelihood, own in zip(matrix.likelihoods, matrix.cells, strict=True)
    ]
    return Table(tuple(columns), tuple(rows), caption=matrix.caption)


# --- pictures, boxes, signatures ------------------------------------------------------------------


def redline_picture(old: Picture | None, new: Picture | None) -> Iterator[Block]:
    """Yield the picture as it is, and in words what became of it."""
    if old is None or new is None:
        known = new or old
        if known is not None:
            words = known.caption or known.alt or known.name
            yield remark_line(f"This picture {_tell(old, new)}{_name(words)}")
            yield from [known] if new is not None else []
        return
    if old.digest != new.digest:
        yield remark_line("This picture was replaced by another.")
    for label, was, now in (
        ("Caption", old.caption, new.caption),
        ("Source", old.source, new.source),
        ("Described as", old.alt, new.alt),
    ):
        if was != now:
            runs = redline_runs((Run(was),), (Run(now),))
            yield Prose((Paragraph((remark(f"{label} of this picture: "), *runs)),))
    yield new


def redline_quadrants(old: Quadrants | None, new: Quadrants | None) -> Iterator[Block]:
    """Yield the boxes, paired by title; a box that one side has says so in its title."""
    before, after = old.boxes if old else (), new.boxes if new else ()
    boxes: list[tuple[str, Prose]] = []
    for each in pair(before, after, lambda box: box[0] or None, lambda box: box[1]):
        was = before[each.old] if each.old is not None else None
        now = after[each.new] if each.new is not None else None
        boxes.append((_title_box(was, now), redline_prose(was and was[1], now and now[1])))
    if [title for title, _ in before] != [title for title, _ in after]:
        yield remark_line("The boxes changed:")
    yield Quadrants(tuple(boxes))


def _title_box(old: tuple[str, Prose] | None, new: tuple[str, Prose] | None) -> str:
    title = new[0] if new else old[0] if old else ""
    if old is None or new is None:
        return f"{title} ({'added' if old is None else 'removed'})"
    return title if old[0] == title else f"{title} (was: {old[0]})"


def redline_signatures(old: Signatures | None, new: Signatures | None) -> Iterator[Block]:
    """Yield who signs as a list, by name and post."""
    yield remark_line("Who signs this changed:")
    before, after = _list_people(old), _list_people(new)
    items = []
    for each in pair(before, after, lambda runs: runs, lambda runs: runs[0]):
        was = before[each.old] if each.old is not None else ()
        now = after[each.new] if each.new is not None else ()
        if was and now:
            items.append((Paragraph(redline_runs(was, now)),))
        else:
            items.append((Paragraph(mark_runs(was or now, "removed" if was else "added")),))
    yield Prose((List(tuple(items)),))


def _list_people(block: Signatures | None) -> list[tuple[Run, ...]]:
    people = block.people if block else ()
    return [(Run(name, strong=True), Run(f", {post}" if post else "")) for name, post in people]
