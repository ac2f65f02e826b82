"""Rich text as plain text, for typing without JavaScript: nothing is lost either way.

Paragraphs stand between blank lines, a single line end is a line break. "- " and "1. " begin
list items (deeper ones indented by two spaces), "### " and "#### " headings, "> " quotes;
**strong**, *emphasis*, ^raised^, ~lowered~, [text](address), {{budget.gross £m}}. A backslash
takes away a mark's meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal, TypeAlias, assert_never

from documents.blocks import Element, List, Paragraph, Quote, Run, SubHeading
from documents.prose import (
    DEEPEST,
    LIST_LEVELS,
    QUOTE_LEVELS,
    figure_run,
    printable,
    safe_href,
    with_text,
)
from documents.values import STYLES

_INDENT = "  "
_HEADING = re.compile(r"(?P<signs>#{3,4}) +(?P<rest>[^ ].*)")
_QUOTE = re.compile(r">(?: (?P<rest>.*))?")
_BULLET = re.compile(r"- +(?P<rest>[^ ].*)")
_NUMBER = re.compile(r"(?P<number>[0-9]{1,9})\. +(?P<rest>[^ ].*)")


# --- out -------------------------------------------------------------------------------


def write_plain(elements: Iterable[Element]) -> str:
    """Return elements as text to type, from which `read_plain` makes the same again."""
    return "\n".join(_lines(elements))


def _lines(elements: Iterable[Element], *, tight: bool = False) -> list[str]:
    """Return the lines of elements, a blank one between two; `tight`: none above a list."""
    lines: list[str] = []
    before: Element | None = None
    for element in elements:
        if before and not (tight and isinstance(before, Paragraph) and isinstance(element, List)):
            lines.append("")
        lines.extend(_element_lines(element))
        before = element
    return lines


def _element_lines(element: Element) -> list[str]:
    match element:
        case Paragraph(runs):
            return [_without_meaning(line) for line in _write_runs(runs).split("\n")]
        case SubHeading(runs, level):
            return ["#" * (level + 2) + " " + _write_runs(runs)]
        case Quote(elements):
            return [f"> {line}".rstrip(" ") for line in _lines(elements)]
        case List():
            return list(_list_lines(element))
        case _:
            assert_never(element)


def _list_lines(element: List) -> Iterator[str]:
    for number, item in enumerate(element.items, element.start):
        first, *rest = _lines(item, tight=True)
        yield (f"{number}. " if element.ordered else "- ") + first
        yield from (_INDENT + line if line else "" for line in rest)


def _without_meaning(line: str) -> str:
    """Put a backslash into the mark that a line of text happens to begin with."""
    for mark in (_HEADING, _QUOTE, _BULLET):
        if mark.fullmatch(line):
            return "\\" + line
    if number := _NUMBER.fullmatch(line):
        return line[: number.end("number")] + "\\" + line[number.end("number") :]
    return line


_MEANS_SOMETHING = re.compile(r"[\\*^~{]|\](?=\()")
_BEFORE_MORE = re.compile(r"[\\*^~{]|\](?=\(|\Z)")
_IN_LINK = re.compile(r"[\\*^~{[\]]")
_IN_NAME = re.compile(r"[\\{}]")
_IN_ADDRESS = re.compile(r"[\\()]")


def _write_runs(runs: tuple[Run, ...]) -> str:
    """Write runs: marks switch a style on or off, a link's brackets stand outside of none."""
    written: list[str] = []
    before = Run("")
    last = len(runs) - 1
    for at, run in enumerate((*runs, Run(""))):
        if before.href and before.href != run.href:
            written.append(f"]({_escaped(before.href, _IN_ADDRESS)})")
        written.append(_marks_between(before, run))
        if run.href and before.href != run.href:
            written.append("[")
        written.append(_write_run(run, _MEANS_SOMETHING if at >= last else _BEFORE_MORE))
        before = run
    return "".join(written)


def _marks_between(before: Run, after: Run) -> str:
    """Return the marks between two runs: each switches its style on or off."""
    stars = 2 * (before.strong != after.strong) + (before.emphasis != after.emphasis)
    raised = ""
    if before.raised != after.raised:
        raised = _SIGNS[before.raised] + _SIGNS[after.raised]
    return "*" * stars + raised


_SIGNS = {"": "", "sup": "^", "sub": "~"}


def _write_run(run: Run, meaning: re.Pattern[str]) -> str:
    if run.figure:
        return f"{{{{{_escaped(run.figure, _IN_NAME)} {run.text}}}}}"
    return _escaped(run.text, _IN_LINK if run.href else meaning)


def _escaped(text: str, meaning: re.Pattern[str]) -> str:
    return meaning.sub(r"\\\g<0>", text)


# --- in: lines -------------------------------------------------------------------------


def read_plain(text: str) -> tuple[Element, ...]:
    """Return what was typed as elements, not yet in canonical shape. Never fails: what is no
    markup is text, and so are marks of lists and quotes that nest too deep."""
    lines = printable(text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", _INDENT)
    return tuple(_blocks([line.rstrip(" ") for line in lines.split("\n")], DEEPEST))


def _blocks(lines: list[str], room: int) -> Iterator[Element]:
    """Yield the elements that lines make, with room for so many levels below them."""
    at = 0
    while at < len(lines):
        line = lines[at].lstrip(" ")
        if heading := _HEADING.fullmatch(line):
            yield SubHeading(_read_runs(heading["rest"]), 1 if len(heading["signs"]) == 3 else 2)
            at += 1
        elif room >= QUOTE_LEVELS and _QUOTE.fullmatch(line):
            quoted, at = _quoted_lines(lines, at)
            yield Quote(tuple(_blocks(quoted, room - QUOTE_LEVELS)))
        elif room >= LIST_LEVELS and (marked := _BULLET.fullmatch(line) or _NUMBER.fullmatch(line)):
            items, at = _items(lines, at, marked.re)
            content = tuple(tuple(_blocks(item, room - LIST_LEVELS)) for item in items)
            yield _list(content, marked)
        elif line:
            text, at = _text_lines(lines, at, room)
            yield Paragraph(_read_runs("\n".join(text)))
        else:
            at += 1


def _list(items: tuple[tuple[Element, ...], ...], marked: re.Match[str]) -> List:
    if marked.re is _BULLET:
        return List(items)
    return List(items, ordered=True, start=int(marked["number"]))


def _quoted_lines(lines: list[str], at: int) -> tuple[list[str], int]:
    """Return the lines of a quote without their marks, and where it ends."""
    quoted = []
    while at < len(lines) and (mark := _QUOTE.fullmatch(lines[at].lstrip(" "))):
        quoted.append(mark["rest"] or "")
        at += 1
    return quoted, at


def _text_lines(lines: list[str], at: int, room: int) -> tuple[list[str], int]:
    """Return the lines of a paragraph, and where it ends: at a blank line or a mark."""
    text = [lines[at].lstrip(" ")]
    at += 1
    while at < len(lines) and lines[at] and not _begins_block(lines[at].lstrip(" "), room):
        text.append(lines[at].lstrip(" "))
        at += 1
    return text, at


def _begins_block(line: str, room: int) -> bool:
    if room >= QUOTE_LEVELS and _QUOTE.fullmatch(line):
        return True
    if room >= LIST_LEVELS and (_BULLET.fullmatch(line) or _NUMBER.fullmatch(line)):
        return True
    return _HEADING.fullmatch(line) is not None


def _items(lines: list[str], at: int, mark: re.Pattern[str]) -> tuple[list[list[str]], int]:
    """Return the lines of each item of a list, outdented, and where the list ends."""
    items: list[list[str]] = []
    while at < len(lines) and (marked := mark.fullmatch(lines[at].lstrip(" "))):
        rest, at = _indented_lines(lines, at + 1)
        items.append([marked["rest"], *rest])
    return items, at


def _indented_lines(lines: list[str], at: int) -> tuple[list[str], int]:
    """Return indented lines and the blank ones between them, outdented, and where they end."""
    found: list[str] = []
    while at < len(lines):
        after = at
        while after < len(lines) and not lines[after]:
            after += 1
        if after == len(lines) or not lines[after].startswith(_INDENT):
            break
        found += [""] * (after - at) + [lines[after].removeprefix(_INDENT)]
        at = after + 1
    return found, at


# --- in: the marks within a line ---------------------------------------------------------

_TOKEN = re.compile(
    r"""
    \\(?P<escaped>[!-/:-@\[-`{-~])
    | (?P<figure>\{\{(?P<name>(?:[^{}\\\n]|\\[{}\\])+)\}\})
    | (?P<stars>\*+)
    | (?P<raised>[\^~])
    | (?P<bracket>\[)
    | (?P<link>\]\((?P<address>(?:[^\s()\\]|\\[()\\]|\([^\s()\\]*\))+)\))
    | (?P<space>[ \n]+)
    | (?P<text>[^\\{*^~\[\] \n]+|.)
    """,
    re.VERBOSE | re.DOTALL,
)

_Mark: TypeAlias = Literal["strong", "em", "sup", "sub"]
_MARKS: dict[str, tuple[_Mark, ...]] = {
    "*": ("em",),
    "**": ("strong",),
    "***": ("strong", "em"),
    "^": ("sup",),
    "~": ("sub",),
}
_WRITTEN: dict[_Mark, str] = {"strong": "**", "em": "*", "sup": "^", "sub": "~"}


def _read_runs(text: str) -> tuple[Run, ...]:
    """Return text as runs; a mark that begins or ends nothing is text."""
    tokens = list(_TOKEN.finditer(text))
    links = _links(tokens)
    switches = _switches(text, tokens)
    style = Run("")
    runs: list[Run] = []
    for at, token in enumerate(tokens):
        if at in links:
            style = replace(style, href=links[at])
            continue
        runs.append(_read_token(token, style, switches.get(at, frozenset())))
        for mark in switches.get(at, ()):
            style = _switched(style, mark)
    return tuple(run for run in runs if run.text)


def _links(tokens: list[re.Match[str]]) -> dict[int, str]:
    """Return what begins and ends links: by place among the tokens, the href from there on."""
    links: dict[int, str] = {}
    opened: int | None = None
    for at, token in enumerate(tokens):
        if token["bracket"]:
            opened = at
        elif token["link"]:
            href = safe_href(_unescaped(token["address"]))
            if href and opened is not None and at > opened + 1:
                links |= {opened: href, at: ""}
            opened = None
    return links


def _switches(text: str, tokens: list[re.Match[str]]) -> dict[int, frozenset[_Mark]]:
    """Return the marks that switch a style, by place among the tokens, in pairs of on and off.

    What switches on stands before a word, what switches off behind one; nothing raised holds space.
    """
    paired: dict[int, frozenset[_Mark]] = {}
    opened: dict[str, tuple[int, _Mark]] = {}
    for at, token in enumerate(tokens):
        if token["space"]:
            opened.pop("raised", None)
        for mark in _MARKS.get(token[0], ()):
            kind = "raised" if mark in ("sup", "sub") else mark
            if kind not in opened:
                if text[token.end() : token.end() + 1] not in ("", " ", "\n"):
                    opened[kind] = (at, mark)
            elif _closes(text, token, at, mark, opened[kind]):
                for place in (at, opened.pop(kind)[0]):
                    paired[place] = paired.get(place, frozenset()) | {mark}
    return paired


def _closes(
    text: str, token: re.Match[str], at: int, mark: _Mark, opened: tuple[int, _Mark]
) -> bool:
    return text[token.start() - 1] not in " \n" and opened[1] == mark and at > opened[0] + 1


def _switched(style: Run, mark: _Mark) -> Run:
    if mark == "strong":
        return replace(style, strong=not style.strong)
    if mark == "em":
        return replace(style, emphasis=not style.emphasis)
    return replace(style, raised="" if style.raised else mark)


def _read_token(token: re.Match[str], style: Run, switched: frozenset[_Mark]) -> Run:
    if token["escaped"]:
        return with_text(style, token["escaped"])
    if token["figure"]:
        return _read_figure(token, style)
    if token["link"]:
        return with_text(style, _unescaped(token[0]))
    marks = _MARKS.get(token[0])
    if marks is None:
        return with_text(style, token[0])
    return with_text(style, "".join(_WRITTEN[mark] for mark in marks if mark not in switched))


def _read_figure(token: re.Match[str], style: Run) -> Run:
    written = _unescaped(token["name"]).strip()
    name, _, last = written.rpartition(" ")
    run = figure_run(name, last) if last in STYLES else figure_run(written, "plain")
    if run is None:
        return with_text(style, _unescaped(token[0]))
    return replace(style, text=run.text, figure=run.figure)


def _unescaped(text: str) -> str:
    return re.sub(r"\\([{}()\\])", r"\1", text)
