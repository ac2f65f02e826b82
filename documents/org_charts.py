"""Structure charts as SVG: the root above its reports, each over as many columns as it needs.

A post's reports stand side by side below it while there are columns for them; in a column of its
own everything under a post is stacked and indented. Of several layouts the first one that is not
too high is drawn, so that sixty posts go on one landscape page without smaller type.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from documents.blocks import OrgChart, Post
from documents.colours import HOUSE, Colours
from documents.svg import (
    INK,
    QUIET,
    RULE,
    TYPE,
    WIDER,
    Drawing,
    line,
    rectangle,
    svg,
    text,
)
from documents.typeface import HEAVIER, wrap

_ROOT = 220.0  # pixels, the least width of the root
_MOST = 190.0  # the width of a column
_MOST_INDENTS = 3


@dataclass(frozen=True, slots=True)
class _Style:
    """How closely posts stand, in pixels: widths of a column, heights of a line and of spaces."""

    least: float  # the width of a column
    gap: float  # between columns
    line: float
    padding: float  # above and below the words of a box together
    drop: float  # from a box to the line that joins its reports
    between: float  # two boxes of a stack
    indent: float


_ROOMY = _Style(least=112, gap=14, line=14, padding=10, drop=15, between=9, indent=13)
_DENSE = _Style(least=98, gap=10, line=12.5, padding=6, drop=9, between=5, indent=9)


def describe_org_chart(chart: OrgChart) -> str:
    """Return the structure in words: each post and the posts that report to it."""
    told = [_describe_reports(post) for post in _walk(chart.root) if post.reports]
    return "Structure chart. " + " ".join(told or [f"{name_post(chart.root)}."])


def name_post(post: Post) -> str:
    """Return a post in a line: "Head of Service, Fostering (A Name)"."""
    words = ", ".join(part for part in (post.title, post.unit) if part)
    return f"{words} ({post.name})" if post.name else words


def _describe_reports(post: Post) -> str:
    reports = "; ".join(name_post(each) for each in post.reports)
    return f"To {name_post(post)} report: {reports}."


def _walk(post: Post) -> Iterator[Post]:
    """Yield a post and all under it in reading order."""
    waiting = [post]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(current.reports))


# --- boxes ------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _wrap_post(post: tuple[str, str, str], width: float) -> tuple[tuple[str, bool], ...]:
    """Return the words in a box line by line, and whether they are bold."""
    title, *more = post
    ems = (width - 10) / TYPE / WIDER
    bold = [(words, True) for words in wrap(title, ems / HEAVIER, breaks=True)]
    plain = [(words, False) for each in more for words in wrap(each, ems, breaks=True)]
    return (*bold, *plain)


@dataclass(frozen=True, slots=True)
class _Box:
    post: Post
    x: float
    y: float
    width: float
    style: _Style

    @property
    def lines(self) -> tuple[tuple[str, bool], ...]:
        post = self.post
        return _wrap_post((post.title, post.unit, post.name), self.width)

    @property
    def bottom(self) -> float:
        return self.y + self.style.line * len(self.lines) + self.style.padding

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    def draw(self, *, fill: str, edge: str, ink: str) -> Iterator[str]:
        yield rectangle(self.x, self.y, self.width, self.bottom - self.y, fill=fill, edge=edge)
        first = self.y + self.style.padding / 2 + self.style.line - 3
        for row, (words, bold) in enumerate(self.lines):
            y = first + self.style.line * row
            yield text(self.middle, y, words, anchor="middle", fill=ink, bold=bold)


# --- layout -----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Canvas:
    """Draws posts in columns `column` wide; every `place_…` returns the lowest point it reached."""

    style: _Style
    column: float
    colours: Colours = HOUSE
    strokes: list[Sequence[tuple[float, float]]] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)
    heights: dict[tuple[int, int], float] = field(default_factory=dict)

    def join(self, *points: tuple[float, float]) -> None:
        self.strokes.append(points)

    def span(self, columns: int) -> float:
        return self.column * columns + self.style.gap * (columns - 1)

    def place_reports(self, posts: Sequence[Post], columns: int, x: float, joint: _Joint) -> float:
        """Draw posts side by side below a box, stacked where there are more than columns."""
        groups = _share(posts, columns, self)
        bus = joint.bottom + self.style.drop
        middles: list[float] = []
        bottom = bus
        for group, wide in groups:
            if len(group) == 1:
                middles.append(x + self.span(wide) / 2)
                bottom = max(bottom, self.place_head(group[0], wide, x, bus))
            else:
                middles.append(x + self.style.indent / 2)
                bottom = max(bottom, self.place_stack(group, x, bus))
            x += self.span(wide) + self.style.gap
        self.join((joint.x, joint.bottom), (joint.x, bus))
        self.join((min(middles[0], joint.x), bus), (max(middles[-1], joint.x), bus))
        return bottom

    def place_head(self, post: Post, columns: int, x: float, bus: float) -> float:
        box = _Box(post, x, bus + self.style.drop, self.span(columns), self.style)
        self.join((box.middle, bus), (box.middle, box.y))
        self.boxes.extend(box.draw(fill=self.colours.pale, edge=self.colours.brand, ink=INK))
        if columns > 1 and post.reports:
            return self.place_reports(post.reports, columns, x, _Joint(box.middle, box.bottom))
        return self.place_under(box, post.reports, 1, x)

    def place_stack(self, posts: Sequence[Post], x: float, bus: float) -> float:
        """Draw posts one below the other, each with all that is under it, hung from a line."""
        hook = _Box(Post(""), x, bus - self.style.padding, self.column, self.style)
        return self.place_under(hook, posts, 1, x, is_first=True)

    def place_under(
        self, parent: _Box, posts: Sequence[Post], level: int, x: float, *, is_first: bool = False
    ) -> float:
        """Draw posts below a box and indented from it; `x` is the left edge of the column."""
        bottom = parent.bottom
        inset = self.style.indent * min(level, _MOST_INDENTS)
        fill, edge = (self.colours.pale, self.colours.brand) if is_first else ("#ffffff", RULE)
        for post in posts:
            y = bottom + self.style.between
            box = _Box(post, x + inset, y, self.column - inset, self.style)
            self.boxes.extend(box.draw(fill=fill, edge=edge, ink=INK))
            hung = box.x - self.style.indent / 2
            self.join((hung, parent.bottom), (hung, box.y + 8), (box.x, box.y + 8))
            bottom = self.place_under(box, post.reports, level + 1, x)
        return bottom

    def measure(self, post: Post, columns: int) -> float:
        """Return how high a post is with all that is under it, in so many columns."""
        known = (id(post), columns)
        if known not in self.heights:
            trial = _Canvas(self.style, self.column, heights=self.heights)
            self.heights[known] = trial.place_head(post, columns, 0, 0)
        return self.heights[known]


@dataclass(frozen=True, slots=True)
class _Joint:
    """Where the line to a box's reports begins: its middle, its lower edge."""

    x: float
    bottom: float


_Group: TypeAlias = tuple[tuple[Post, ...], int]  # posts, and the columns that they take


def _share(posts: Sequence[Post], columns: int, canvas: _Canvas) -> list[_Group]:
    """Return the posts in neighbouring groups with their columns, as low as they go."""
    heights = [canvas.measure(post, 1) for post in posts]
    low, high = 0.0, sum(heights)
    groups = _pack(posts, columns, high, canvas)
    while high - low > 4:
        limit = (low + high) / 2
        packed = _pack(posts, columns, limit, canvas)
        used = sum(wide for _, wide in packed)
        low, high = (low, limit) if packed and used <= columns else (limit, high)
        groups = packed if high == limit else groups
    return _spread(groups, columns, dict(zip(map(id, posts), heights, strict=True)))


def _pack(posts: Sequence[Post], columns: int, limit: float, canvas: _Canvas) -> list[_Group]:
    """Return groups no higher than `limit`, whatever columns they take; none if one post cannot."""
    groups: list[_Group] = []
    filled = math.inf
    for post in posts:
        fitting = (n for n in range(1, columns + 1) if canvas.measure(post, n) <= limit)
        wide = next(fitting, 0)
        if not wide:
            return []
        height = canvas.measure(post, wide)
        if wide == 1 and groups and groups[-1][1] == 1 and filled + height <= limit:
            groups[-1] = ((*groups[-1][0], post), 1)
            filled += height
        else:
            groups.append(((post,), wide))
            filled = height
    return groups


def _spread(groups: Sequence[_Group], columns: int, heights: Mapping[int, float]) -> list[_Group]:
    """Use columns that are left: part the highest stack in two, as long as there is one."""
    spread = list(groups)
    for _ in range(columns - sum(wide for _, wide in groups)):
        stacks = [at for at, (posts, _) in enumerate(spread) if len(posts) > 1]
        if not stacks:
            break
        at = max(stacks, key=lambda place: sum(heights[id(post)] for post in spread[place][0]))
        posts = spread[at][0]
        middle = (len(posts) + 1) // 2
        spread[at : at + 1] = [(posts[:middle], 1), (posts[middle:], 1)]
    return spread


# --- the whole --------------------------------------------------------------------------------


def draw_org_chart(
    chart: OrgChart, width: float = 657, height: float = math.inf, colours: Colours = HOUSE
) -> Drawing:
    """Return the chart as SVG, no higher than `height` where any layout is."""
    best: Drawing | None = None
    for style in (_ROOMY, _DENSE):
        for columns in _list_columns(chart, style, width):
            drawing = _draw(
                chart, _Canvas(style, _widen(style, columns, width), colours), columns, width
            )
            if drawing.height <= height:
                return drawing
            if best is None or drawing.height < best.height:
                best = drawing
    assert best is not None  # noqa: S101 there is always a layout of one column
    return best


def _list_columns(chart: OrgChart, style: _Style, width: float) -> list[int]:
    """Return how many columns to try: as many as the root has reports, then more, then fewer."""
    most = max(1, int((width + style.gap) // (style.least + style.gap)))
    wish = max(1, min(len(chart.root.reports), most))
    return [*range(wish, most + 1), *range(wish - 1, 0, -1)]


def _widen(style: _Style, columns: int, width: float) -> float:
    """Return how wide each of so many columns is."""
    return min(_MOST, (width - 2 - style.gap * (columns - 1)) / columns)


def _draw(chart: OrgChart, canvas: _Canvas, columns: int, width: float) -> Drawing:
    wide = min(width - 2, max(_ROOT, canvas.column))
    root = _Box(chart.root, (width - wide) / 2, 1, wide, canvas.style)
    brand = canvas.colours.brand
    canvas.boxes.extend(root.draw(fill=brand, edge=brand, ink="#ffffff"))
    bottom = root.bottom
    if chart.root.reports:
        groups = _share(chart.root.reports, columns, canvas)
        used = canvas.span(sum(wide for _, wide in groups))
        left = (width - used) / 2
        joint = _Joint(root.middle, root.bottom)
        bottom = canvas.place_reports(chart.root.reports, columns, left, joint)
    drawing = [line(*canvas.strokes, colour=QUIET), *canvas.boxes]
    return svg(width, bottom + 3, describe_org_chart(chart), drawing)
