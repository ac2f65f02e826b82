"""Rich text as HTML: read defensively into prose, written from it in one canonical form.

Three steps in: tags that rich text lacks are taken out (their words stay), nh3 parses and
cleans what is left, and its well-formed answer is read into the tree. Only what the tree can say
is ever written.
"""

from __future__ import annotations

import html as entities
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal, assert_never

import nh3

from documents.blocks import Element, List, Paragraph, Quote, Run, SubHeading
from documents.prose import (
    DEEPEST,
    LIST_LEVELS,
    LONGEST_START,
    QUOTE_LEVELS,
    figure_run,
    joined,
    one_line,
    paragraphs,
    printable,
    safe_href,
)


class TooDeep(ValueError):
    """Rich text is nested deeper than a reader or a page can follow."""

    def __init__(self) -> None:
        super().__init__(f"lists, quotes or other tags are nested more than {DEEPEST} levels deep")


# --- in, first step: take out what rich text lacks ------------------------------------------

_ELEMENTS = frozenset(
    {"p", "h3", "h4", "ul", "ol", "li", "strong", "em", "a", "blockquote", "br", "sup", "sub"}
)
_KEPT = _ELEMENTS | {"span"}
_OFTEN_UNCLOSED = frozenset({"p", "li", "br"})
_MOST_OPEN = 200  # tags open at once; more would cost the parser quadratic time

# Elements that part words when they are taken out; a rule stands in their place until they go.
_PARTING = frozenset(
    {
        *("address", "article", "aside", "body", "caption", "center", "dd", "details", "dialog"),
        *("dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form"),
        *("h1", "h2", "h5", "h6", "header", "hgroup", "hr", "html", "legend", "main", "menu"),
        *("nav", "optgroup", "option", "pre", "search", "section", "select", "summary", "table"),
        *("tbody", "td", "tfoot", "th", "thead", "title", "tr"),
    }
)

_MARKUP = re.compile(
    r"""
    <(?P<unseen>script|style)(?=[\s/>]).*?(?:</(?P=unseen)(?=[\s/>])[^>]*(?:>|\Z)|\Z)
    | <!--(?:-?>|.*?(?:--!?>|\Z))
    | <(?P<end>/?)(?P<name>[a-z][^\s/<>]*)
      (?P<attributes>(?:=\s*"[^"]*"|=\s*'[^']*'|[^<>]){0,2000}+)>
    | <[!?][^<>]*>
    | <!\[cdata\[
    | (?P<stray><|&(?![a-z\#]))
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"""(?<![\w-])(?P<name>data-figure|data-style)\s*=\s*(?:"(?P<a>[^"]*)"|'(?P<b>[^']*)'|(?P<c>[^\s"'>]+))""",
    re.VERBOSE | re.IGNORECASE,
)
_FIGURE_TEXT = re.compile(r"(<span data-figure[^>]*>)[^<]*</span>")
_ANY_TAG = re.compile(r"<[a-z!/?]", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")


def _simplified(html: str) -> str:
    """Return HTML of the elements of rich text, of bare rules where words part, and no other.

    :raises TooDeep: if more tags stand open at once than any text needs.
    """
    opened: Counter[str] = Counter()

    def simplified(match: re.Match[str]) -> str:
        if match["stray"]:
            return _escaped(match["stray"])
        name = (match["name"] or "").lower()
        if name in _PARTING:
            return "<hr>"
        if name not in _KEPT:
            return ""
        if match["end"]:
            opened[name] = max(0, opened[name] - 1)
            return f"</{name}>"
        if name not in _OFTEN_UNCLOSED:
            opened[name] += 1
            if opened.total() > _MOST_OPEN:
                raise TooDeep
        return _start_tag(name, match["attributes"])

    return _FIGURE_TEXT.sub(r"\1</span>", _MARKUP.sub(simplified, html))


def _start_tag(name: str, attributes: str) -> str:
    if name in ("a", "ol"):
        return f"<{name}{attributes}>"
    if name != "span":
        return f"<{name}>"
    found = {
        match["name"].lower(): entities.unescape(match["a"] or match["b"] or match["c"] or "")
        for match in _ATTRIBUTE.finditer(attributes)
    }
    run = figure_run(printable(found.get("data-figure", "")), found.get("data-style", ""))
    tag = _figure_tag(run) if run else "<span>"
    return tag + "</span>" if attributes.endswith("/") else tag


# --- in, second step: nh3 --------------------------------------------------------------------


def _cleaned(html: str) -> str:
    return nh3.clean(
        html,
        tags={*_KEPT, "hr"},
        clean_content_tags={"script", "style"},
        attributes={"a": {"href"}, "ol": {"start"}, "span": {"data-figure", "data-style"}},
        url_schemes={"https", "http", "mailto"},
        link_rel=None,
    )


# --- in, third step: the tree ------------------------------------------------------------------

_TOKEN = re.compile(
    r'<(?P<end>/?)(?P<name>[a-z0-9]+)(?P<attributes>(?: [a-z-]+="[^"]*")*)>|(?P<text>[^<]+)'
)
_CLEAN_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
_SPACE = re.compile(r"[ \t\n\r]+")
_START = re.compile(rf"[0-9]{{1,{LONGEST_START}}}")


def read_html(html: str) -> tuple[Element, ...]:
    """Return what HTML says, in canonical shape; never more than rich text can say.

    :raises TooDeep: if it is nested too deep.
    """
    text = printable(html)
    if not _ANY_TAG.search(text):
        text = "".join(f"<p>{part}</p>" for part in _BLANK_LINE.split(text))
    reader = _Reader()
    for token in _TOKEN.finditer(_cleaned(_simplified(text))):
        if token["text"] is not None:
            reader.read_text(entities.unescape(token["text"]))
        elif token["end"]:
            reader.close(token["name"])
        else:
            attributes = dict(_CLEAN_ATTRIBUTE.findall(token["attributes"]))
            reader.open(token["name"], {k: entities.unescape(v) for k, v in attributes.items()})
    return reader.finish()


@dataclass(slots=True)
class _Container:
    """An element that is being read: a list (`items`), or an item, a quote or the whole."""

    tag: str
    start: int = 1
    elements: list[Element] = field(default_factory=list)
    items: list[list[Element]] = field(default_factory=list)

    @property
    def is_list(self) -> bool:
        return self.tag in ("ul", "ol")

    def add(self, element: Element) -> None:
        """Take in an element; straight in a list, a list nests in the last item."""
        if not self.is_list:
            self.elements.append(element)
        elif isinstance(element, List) and self.items:
            self.items[-1].append(element)
        else:
            self.items.append([element])


class _Reader:
    """Builds the tree from the tags and text of well-formed HTML, in order."""

    def __init__(self) -> None:
        self._open = [_Container("")]
        self._runs: list[Run] = []
        self._marks: Counter[str] = Counter()
        self._raised: list[Literal["sup", "sub"]] = []
        self._links: list[str] = []
        self._headings: list[Literal[1, 2]] = []
        self._levels = 0

    def finish(self) -> tuple[Element, ...]:
        self._end_paragraph()
        return joined(self._open[0].elements)

    def read_text(self, text: str) -> None:
        self._add_run(_SPACE.sub(" ", printable(text)))

    def open(self, name: str, attributes: dict[str, str]) -> None:
        match name:
            case "strong" | "em":
                self._marks[name] += 1
            case "sup" | "sub":
                self._raised.append(name)
            case "a":
                self._links.append(safe_href(attributes.get("href", "")))
            case "br":
                self._add_run("\n")
            case "span":
                self._add_figure(attributes)
            case "h3" | "h4":
                self._end_paragraph()
                self._headings.append(1 if name == "h3" else 2)
            case "ul" | "ol" | "li" | "blockquote":
                self._open_container(name, attributes)
            case _:
                self._end_paragraph()

    def close(self, name: str) -> None:
        match name:
            case "strong" | "em":
                self._marks[name] -= 1
            case "sup" | "sub":
                self._raised.pop()
            case "a":
                self._links.pop()
            case "h3" | "h4":
                self._end_paragraph()
                self._headings.pop()
            case "ul" | "ol" | "li" | "blockquote":
                self._close_container()
            case "p":
                self._end_paragraph()

    def _styled(self, text: str, figure: str = "") -> Run:
        return Run(
            text,
            strong=self._marks["strong"] > 0,
            emphasis=self._marks["em"] > 0,
            raised=self._raised[-1] if self._raised else "",
            href=next((href for href in reversed(self._links) if href), ""),
            figure=figure,
        )

    def _add_run(self, text: str) -> None:
        if text:
            self._runs.append(self._styled(text))

    def _add_figure(self, attributes: dict[str, str]) -> None:
        run = figure_run(attributes.get("data-figure", ""), attributes.get("data-style", ""))
        if run:
            self._runs.append(self._styled(run.text, run.figure))

    def _end_paragraph(self) -> None:
        runs, self._runs = self._runs, []
        if self._headings:
            level = self._headings[-1]
            for line in one_line(runs):
                self._open[-1].add(SubHeading(line, level))
        else:
            for paragraph in paragraphs(runs):
                self._open[-1].add(Paragraph(paragraph))

    def _open_container(self, tag: str, attributes: dict[str, str]) -> None:
        self._end_paragraph()
        start = attributes.get("start", "")
        self._open.append(_Container(tag, int(start) if _START.fullmatch(start) else 1))
        self._levels += _LEVELS[tag]
        if self._levels > DEEPEST:
            raise TooDeep

    def _close_container(self) -> None:
        self._end_paragraph()
        closed = self._open.pop()
        self._levels -= _LEVELS[closed.tag]
        outer = self._open[-1]
        if closed.is_list:
            if closed.items:
                items = tuple(joined(item) for item in closed.items)
                outer.add(List(items, closed.tag == "ol", closed.start))
        elif closed.tag == "blockquote":
            if closed.elements:
                outer.add(Quote(joined(closed.elements)))
        elif not outer.is_list:
            for element in closed.elements:
                outer.add(element)
        elif closed.elements:
            outer.items.append(closed.elements)


_LEVELS = {"ul": LIST_LEVELS, "ol": LIST_LEVELS, "li": 0, "blockquote": QUOTE_LEVELS}


# --- out ---------------------------------------------------------------------------------------


def write_html(elements: Iterable[Element]) -> str:
    """Return the one way in which these elements are written."""
    return "".join(_written(element) for element in elements)


def _written(element: Element) -> str:
    match element:
        case Paragraph(runs):
            return f"<p>{_write_runs(runs)}</p>"
        case SubHeading(runs, level):
            return f"<h{level + 2}>{_write_runs(runs)}</h{level + 2}>"
        case Quote(elements):
            return f"<blockquote>{write_html(elements)}</blockquote>"
        case List():
            return _write_list(element)
        case _:
            assert_never(element)


def _write_list(element: List) -> str:
    tag = "ol" if element.ordered else "ul"
    start = f' start="{element.start}"' if element.ordered and element.start != 1 else ""
    items = "".join(f"<li>{_write_item(item)}</li>" for item in element.items)
    return f"<{tag}{start}>{items}</{tag}>"


def _write_item(item: tuple[Element, ...]) -> str:
    """Write an item; a single paragraph, with or without lists below it, stands bare."""
    first, *rest = item
    if isinstance(first, Paragraph) and all(isinstance(element, List) for element in rest):
        return _write_runs(first.runs) + write_html(rest)
    return write_html(item)


def _write_runs(runs: Iterable[Run]) -> str:
    """Write runs, nested in one order: a, strong, em, sup or sub."""
    return _nested(runs, _NESTING)


def _nested(runs: Iterable[Run], nesting: tuple[Callable[[Run], str], ...]) -> str:
    if not nesting:
        return "".join(_write_run(run) for run in runs)
    outermost, *inner = nesting
    written = []
    for tag, group in groupby(runs, outermost):
        inside = _nested(group, tuple(inner))
        written.append(f"<{tag}>{inside}</{tag.split(' ')[0]}>" if tag else inside)
    return "".join(written)


_NESTING: tuple[Callable[[Run], str], ...] = (
    lambda run: f'a href="{_quoted(run.href)}"' if run.href else "",
    lambda run: "strong" if run.strong else "",
    lambda run: "em" if run.emphasis else "",
    lambda run: run.raised,
)


def _write_run(run: Run) -> str:
    if run.figure:
        return _figure_tag(run) + "</span>"
    return _escaped(run.text).replace("\n", "<br>")


def _figure_tag(run: Run) -> str:
    return f'<span data-figure="{_quoted(run.figure)}" data-style="{_quoted(run.text)}">'


_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\xa0": "&nbsp;"})


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def _quoted(text: str) -> str:
    return _escaped(text).replace('"', "&quot;")
