"""Words as WordprocessingML: runs, prose, headings, links, lists, and what they need of the file.

Written by plain functions as markup is; knows nothing of tables and pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import assert_never

from documents.blocks import (
    Change,
    Element,
    Heading,
    List,
    Orientation,
    Paragraph,
    Prose,
    Quote,
    Run,
    SubHeading,
)
from documents.renderers.markup import SAFE_ADDRESS, escape
from documents.renderers.palette import Palette
from documents.values import split_notes

DEEPEST_HEADING = 9
AUTHOR = "Planwright"
BULLETS = 1  # the number of the list that all bulleted lists share
_DEEPEST_LIST = 8
_LONGEST_NAME = 30  # characters of a bookmark; Word takes 40
_INDENT = 360  # twentieths of a point, of one level of a list
_QUOTED = 500
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_]+")


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of the file: its part's name, its bytes, its size in pixels."""

    name: str
    data: bytes
    width: int
    height: int


@dataclass(slots=True)
class Manuscript:
    """What is being written, and what the text refers to: bookmarks, addresses, pictures, lists.

    `targets` are the headings that links may name; `charts` are parts by the names of their
    files; `starts` the first numbers of the numbered lists, in order.
    """

    targets: Mapping[str, Heading]
    pictures: Mapping[str, bytes]
    written_on: date
    palette: Palette
    is_redline: bool = False
    orientation: Orientation = "portrait"
    section_level: int = 0
    last_level: int = 0
    addresses: dict[str, str] = field(default_factory=dict)
    images: dict[str, Image] = field(default_factory=dict)
    charts: dict[str, str] = field(default_factory=dict)
    starts: list[int] = field(default_factory=list)
    bookmarks: dict[str, str] = field(default_factory=dict)
    defined: set[str] = field(default_factory=set)
    last_id: int = 0

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def name_bookmark(self, key: str) -> str:
        """Return the bookmark of a key: one of its own, legal in Word."""
        if key not in self.bookmarks:
            stem = _NOT_IN_A_NAME.sub("_", key)[:_LONGEST_NAME]
            self.bookmarks[key] = f"_{stem}_{len(self.bookmarks) + 1}"
        return self.bookmarks[key]

    def mark(self, key: str, inner: str = "") -> str:
        """Return what is marked under the key's name; a key has one place, its first."""
        if not key or key in self.defined:
            return inner
        self.defined.add(key)
        place, name = self.next_id(), self.name_bookmark(key)
        return (
            f'<w:bookmarkStart w:id="{place}" w:name="{name}"/>{inner}'
            f'<w:bookmarkEnd w:id="{place}"/>'
        )

    def address(self, href: str) -> str:
        """Return the id of a relationship to an address outside."""
        return self.addresses.setdefault(href, f"rLink{len(self.addresses) + 1}")

    def start_list(self, block: List) -> int:
        """Return the number of the list: that of all bullets, or one of its own."""
        if not block.ordered:
            return BULLETS
        self.starts.append(block.start)
        return BULLETS + len(self.starts)

    def open_heading(self, level: int) -> int:
        """Return the level to write, as asked but never more than one below the last."""
        self.last_level = max(1, min(level, self.last_level + 1, DEEPEST_HEADING))
        return self.last_level

    def track(self, change: Change, inner: str) -> str:
        """Return runs as Word's own tracked changes: inserted, deleted, or what neither side has,
        inserted by one and deleted by another, as programs want it."""
        if not inner:
            return inner
        for name, author in reversed(_CHANGES[change]):
            inner = f"{self._open_change(name, author)}{inner}</w:{name}>"
        return inner

    def track_end(self, change: Change) -> str:
        """Return the marks of a row, or of a paragraph's end, that came or went."""
        return "".join([f"{self._open_change(*each)[:-1]}/>" for each in _CHANGES[change]])

    def _open_change(self, name: str, author: str) -> str:
        return (
            f'<w:{name} w:id="{self.next_id()}" w:author="{author}" '
            f'w:date="{self.written_on.isoformat()}T00:00:00Z">'
        )


REMARK: Change = "changed"
"""The change of what a redline says itself: neither side has it."""
_CAME, _WENT = ("ins", AUTHOR), ("del", AUTHOR)
_NEITHER = (_CAME, ("del", f"{AUTHOR} (remarks)"))
_CHANGES: Mapping[Change, tuple[tuple[str, str], ...]] = {
    "": (),
    "added": (_CAME,),
    "removed": (_WENT,),
    "changed": _NEITHER,
    "moved": _NEITHER,
}


def change_of(runs: Iterable[Run], change: Change = "") -> Change:
    """Return what became of a whole line: it came or went with all its words, or it is a remark."""
    told = {run.change or change for run in runs if run.text}
    own = told - {"changed", "moved"}
    if len(own) > 1 or "" in own:
        return ""
    return own.pop() if own else REMARK if told else ""


# --- runs ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Look:
    """How runs look besides what they say themselves; `fill` is the colour behind them."""

    strong: bool = False
    fill: str = ""
    style: str = ""
    change: Change = ""


PLAIN = Look()


def write_text(text: str, look: Look = PLAIN, *, emphasis: bool = False, raised: str = "") -> str:
    """Return text as one run, line breaks as breaks."""
    if not text:
        return ""
    properties = (
        (f'<w:rStyle w:val="{look.style}"/>' if look.style else "")
        + ("<w:b/>" if look.strong else "")
        + ("<w:i/>" if emphasis or look.change in ("changed", "moved") else "")
        + (f'<w:shd w:val="clear" w:color="auto" w:fill="{look.fill}"/>' if look.fill else "")
        + (f'<w:vertAlign w:val="{_RAISED[raised]}"/>' if raised else "")
    )
    kind = "t" if look.change in ("", "added") else "delText"
    lines = [
        f'<w:{kind} xml:space="preserve">{escape(line)}</w:{kind}>'
        for line in text.replace("\t", " ").split("\n")
    ]
    told = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f"<w:r>{told}{'<w:br/>'.join(lines)}</w:r>"


_RAISED = {"sup": "superscript", "sub": "subscript"}


def write_runs(runs: Iterable[Run], script: Manuscript, look: Look = PLAIN) -> str:
    return "".join([_write_run(run, script, look) for run in runs])


def _write_run(run: Run, script: Manuscript, look: Look) -> str:
    change = run.change or look.change
    opened, closed, told = _open_link(run, script)
    worn = Look(look.strong or run.strong, look.fill, "Hyperlink" if opened else "", change)
    words = write_text(run.text, worn, emphasis=run.emphasis, raised=run.raised)
    return f"{opened}{script.track(change, words)}{closed}{told}"


def _open_link(run: Run, script: Manuscript) -> tuple[str, str, str]:
    """Return what stands before a link's words and behind them, and its section's number; a dead
    link is plain words."""
    if run.href.startswith("#"):
        heading = script.targets.get(run.href[1:])
        if heading is None or not run.text.strip():
            return "", "", ""
        number = heading.number if heading.number not in run.text else ""
        told = write_text(f" ({number})") if number else ""
        anchor = script.name_bookmark(run.href[1:])
        return f'<w:hyperlink w:anchor="{anchor}" w:history="1">', "</w:hyperlink>", told
    if not SAFE_ADDRESS.fullmatch(run.href):
        return "", "", ""
    return f'<w:hyperlink r:id="{script.address(run.href)}">', "</w:hyperlink>", ""


# --- paragraphs ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Setting:
    """How a paragraph is set: its style, whether it stays with the next, its indents (twentieths
    of a point), its alignment, its place in a list, whether it begins a page."""

    style: str = ""
    keep: bool = False
    left: int = 0
    right: int = 0
    align: str = ""
    number: int = 0
    depth: int = 0
    fresh: bool = False


BODY = Setting()


def write_paragraph(inner: str, setting: Setting = BODY, *, ended: str = "") -> str:
    """Return a paragraph; `ended` are the marks of one whose end came or went."""
    indents = "".join(
        f' w:{side}="{size}"'
        for side, size in (("left", setting.left), ("right", setting.right))
        if size
    )
    if setting.number:
        indents += f' w:hanging="{_INDENT}"'
    properties = (
        (f'<w:pStyle w:val="{setting.style}"/>' if setting.style else "")
        + ("<w:keepNext/>" if setting.keep else "")
        + ("<w:pageBreakBefore/>" if setting.fresh else "")
        + _write_place_in_list(setting)
        + (f"<w:ind{indents}/>" if indents else "")
        + (f'<w:jc w:val="{setting.align}"/>' if setting.align not in ("", "left") else "")
        + (f"<w:rPr>{ended}</w:rPr>" if ended else "")
    )
    told = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f"<w:p>{told}{inner}</w:p>"


def _write_place_in_list(setting: Setting) -> str:
    if not setting.number:
        return ""
    place = f'<w:ilvl w:val="{setting.depth}"/><w:numId w:val="{setting.number}"/>'
    return f"<w:numPr>{place}</w:numPr>"


def write_caption(text: str, *, small: bool = False) -> str:
    style = "CaptionSmall" if small else "Caption"
    return write_paragraph(write_text(text), Setting(style, keep=True)) if text else ""


def write_prose(
    prose: Prose, script: Manuscript, setting: Setting = BODY, look: Look = PLAIN
) -> str:
    """Return paragraphs, lists and headings; in a cell, whose setting has a style, no headings."""
    return _write_elements(prose.elements, script, setting, look, 0)


def _write_elements(
    elements: Iterable[Element], script: Manuscript, setting: Setting, look: Look, depth: int
) -> str:
    return "".join([_write_element(each, script, setting, look, depth) for each in elements])


def _write_element(
    element: Element, script: Manuscript, setting: Setting, look: Look, depth: int
) -> str:
    match element:
        case Paragraph():
            return _write_line(element.runs, script, setting, look)
        case SubHeading():
            return _write_sub_heading(element, script, setting, look)
        case Quote():
            quoted = Setting(setting.style or "Quote", left=setting.left + _QUOTED)
            return _write_elements(element.elements, script, quoted, look, depth)
        case List():
            return _write_list(element, script, setting, look, depth)
    assert_never(element)


def _write_line(runs: Sequence[Run], script: Manuscript, setting: Setting, look: Look) -> str:
    ended = script.track_end(change_of(runs, look.change))
    return write_paragraph(write_runs(runs, script, look), setting, ended=ended)


def _write_sub_heading(
    element: SubHeading, script: Manuscript, setting: Setting, look: Look
) -> str:
    if setting.style:
        strong = Look(True, look.fill, look.style, look.change)
        return _write_line(element.runs, script, setting, strong)
    within = set_heading_within(script, script.section_level + element.level)
    return _write_line(element.runs, script, within, look)


def set_heading_within(script: Manuscript, level: int) -> Setting:
    """Return how a heading is set that stands in the outline but not in the contents."""
    return Setting(f"Within{script.open_heading(level)}")


def _write_list(block: List, script: Manuscript, setting: Setting, look: Look, depth: int) -> str:
    number = script.start_list(block)
    level = min(depth, _DEEPEST_LIST)
    left = setting.left + _INDENT
    numbered = Setting(setting.style or "ListParagraph", left=left, number=number, depth=level)
    below = Setting(numbered.style, left=left)
    written = []
    for item in block.items:
        first, rest = item[:1], item[1:]
        if not first or not isinstance(first[0], Paragraph):
            first, rest = (Paragraph(()),), item
        written.append(_write_elements(first, script, numbered, look, depth + 1))
        written.append(_write_elements(rest, script, below, look, depth + 1))
    return "".join(written)


# --- headings --------------------------------------------------------------------------------


def write_heading(heading: Heading, script: Manuscript, *, was: str | None = None) -> str:
    """Return a heading with its number as printed; one without words is a place to link to.

    `was` is what it said on the other side of a redline, if it said something else.
    """
    if not heading.text:
        return script.mark(heading.key)
    level = script.open_heading(heading.level)
    script.section_level = level
    number = f"{heading.number} " if heading.number else ""
    change: Change = heading.change if heading.change in ("added", "removed") else ""
    text = split_notes(heading.text)[0]
    if was is None:
        words = _track_text(f"{number}{text}", change, script)
    else:
        words = write_text(number) + _track_text(was, "removed", script)
        words += _track_text(text, "added", script)
    if heading.change == "moved":
        words += _track_text(" (moved)", "moved", script)
    setting = Setting(f"Heading{level}", fresh=heading.is_part)
    ended = script.track_end(change)
    return write_paragraph(script.mark(heading.key, words), setting, ended=ended)


def _track_text(text: str, change: Change, script: Manuscript) -> str:
    return script.track(change, write_text(text, Look(change=change)))


@dataclass(frozen=True, slots=True)
class NoteMarks:
    """Where the marks of one table's notes lead: a note's mark to the key of its bookmark."""

    keys: Mapping[str, str]

    def write(self, marks: Iterable[str], script: Manuscript, change: Change = "") -> str:
        return "".join([self._write_mark(mark, script, change) for mark in marks])

    def _write_mark(self, mark: str, script: Manuscript, change: Change) -> str:
        words = write_text(mark, Look(change=change), raised="sup")
        return self.link(mark, script.track(change, words), script)

    def link(self, mark: str, words: str, script: Manuscript) -> str:
        """Return words as a link to the note of this mark, where there is one."""
        key = self.keys.get(mark)
        if key is None or not words:
            return words
        anchor = script.name_bookmark(key)
        return f'<w:hyperlink w:anchor="{anchor}" w:history="1">{words}</w:hyperlink>'

    def write_text(self, text: str, script: Manuscript, look: Look = PLAIN) -> str:
        """Return a line of text; the note markers it ends in become raised marks."""
        words, marks = split_notes(text)
        told = script.track(look.change, write_text(words, look))
        return told + self.write(marks, script, look.change)
