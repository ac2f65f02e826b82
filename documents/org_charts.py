"""Structure charts as SVG: the root above its reports, each of which heads a column."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from documents.blocks import OrgChart, Post
from documents.svg import BRAND, INK, PALE, QUIET, RULE, TYPE, Drawing, line, rectangle, svg, text
from documents.typeface import HEAVIER, wrap

_LEAST = 112.0  # pixels, the width of a column
_MOST = 190.0
_GAP = 14.0
_DROP = 15.0  # from a box to the line that joins its reports
_ROOT = 220.0
_INDENT = 13.0
_MOST_INDENTS = 3
_LINE = 14.0


def describe_org_chart(chart: OrgChart) -> str:
    """Return the structure in words: each post and the posts that report to it."""
    told = [_describe_reports(post) for post, _ in _walk(chart.root) if post.reports]
    return "Structure chart. " + " ".join(told or [f"{name_post(chart.root)}."])


def name_post(post: Post) -> str:
    """Return a post in a line: "Head of Service, Fostering (A Name)"."""
    words = ", ".join(part for part in (post.title, post.unit) if part)
    return f"{words} ({post.name})" if post.name else words


def _describe_reports(post: Post) -> str:
    reports = "; ".join(name_post(each) for each in post.reports)
    return f"To {name_post(post)} report: {reports}."


def _walk(post: Post, depth: int = 0) -> Iterator[tuple[Post, int]]:
    """Yield a post and all under it in reading order, with how deep each lies."""
    waiting = [(post, depth)]
    while waiting:
        current, level = waiting.pop()
        yield current, level
        waiting.extend((report, level + 1) for report in reversed(current.reports))


@dataclass(frozen=True, slots=True)
class _Box:
    post: Post
    x: float
    y: float
    width: float

    @property
    def lines(self) -> list[tuple[str, bool]]:
        """The words in the box, line by line, and whether they are bold."""
        ems = (self.width - 12) / TYPE
        post = self.post
        bold = [(words, True) for words in wrap(post.title, ems / HEAVIER)]
        return [
            *bold,
            *((words, False) for each in (post.unit, post.name) for words in wrap(each, ems)),
        ]

    @property
    def bottom(self) -> float:
        return self.y + _LINE * len(self.lines) + 10

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    def draw(self, *, fill: str, edge: str, ink: str) -> Iterator[str]:
        yield rectangle(self.x, self.y, self.width, self.bottom - self.y, fill=fill, edge=edge)
        for row, (words, bold) in enumerate(self.lines):
            y = self.y + 16 + _LINE * row
            yield text(self.middle, y, words, anchor="middle", fill=ink, bold=bold)


@dataclass(slots=True)
class _Canvas:
    width: float
    strokes: list[str] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)

    def join(self, *points: tuple[float, float]) -> None:
        self.strokes.append(line(points, colour=QUIET))

    def place_row(self, posts: Sequence[Post], column: float, bus: float) -> float:
        """Draw posts side by side under the line at `bus`; return the lowest point."""
        left = (self.width - (column + _GAP) * len(posts) + _GAP) / 2
        boxes = [
            _Box(post, left + (column + _GAP) * at, bus + _DROP, column)
            for at, post in enumerate(posts)
        ]
        for box in boxes:
            self.join((box.middle, bus), (box.middle, box.y))
        self.join((boxes[0].middle, bus), (boxes[-1].middle, bus))
        return max(self.place_column(box) for box in boxes)

    def place_column(self, head: _Box) -> float:
        """Draw a report and, stacked and indented below it, all that are under it."""
        self.boxes.extend(head.draw(fill=PALE, edge=BRAND, ink=INK))
        bottom = head.bottom
        parents = [head]
        for post, depth in _walk(head.post):
            if depth == 0:
                continue
            level = min(depth, _MOST_INDENTS)
            inset = _INDENT * level
            box = _Box(post, head.x + inset, bottom + 9, head.width - inset)
            self.boxes.extend(box.draw(fill="#ffffff", edge=RULE, ink=INK))
            self._hang(box, parents[level - 1])
            parents[level:] = [box]
            bottom = box.bottom
        return bottom

    def _hang(self, box: _Box, parent: _Box) -> None:
        x, y = parent.x + _INDENT / 2, (box.y + box.bottom) / 2
        self.join((x, parent.bottom), (x, y), (box.x, y))


def draw_org_chart(chart: OrgChart, width: float = 657) -> Drawing:
    """Return the chart as SVG; more reports than go side by side take further rows."""
    reports = chart.root.reports
    root = _Box(chart.root, (width - _ROOT) / 2, 1, _ROOT)
    drawing = _Canvas(width)
    drawing.boxes.extend(root.draw(fill=BRAND, edge=BRAND, ink="#ffffff"))
    most = int((width - 2 * _GAP) // (_LEAST + _GAP))
    rows = math.ceil(len(reports) / most)
    per_row = math.ceil(len(reports) / rows) if rows else 1
    column = min(_MOST, (width - 2 * _GAP) / per_row - _GAP)
    bottom, trunk = root.bottom, root.bottom + _DROP
    for start in range(0, len(reports), per_row):
        bus = bottom + _DROP
        if start:
            drawing.join((root.middle, trunk), (3, trunk), (3, bus), (root.middle, bus))
        else:
            drawing.join((root.middle, root.bottom), (root.middle, bus))
        bottom = drawing.place_row(reports[start : start + per_row], column, bus)
    return svg(width, bottom + 3, describe_org_chart(chart), [*drawing.strokes, *drawing.boxes])
