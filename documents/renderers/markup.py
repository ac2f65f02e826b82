"""Words as markup: runs, prose, headings and anchors, for the screen and for paper.

The markup is HTML and well-formed XML at once: browsers read it as the one, WeasyPrint is handed
it as the other, which spares the slow parsing of HTML. Knows no plan and no format but HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias, assert_never

from documents.blocks import (
    Document,
    Element,
    Heading,
    List,
    Orientation,
    Paragraph,
    Part,
    Picture,
    Prose,
    Quote,
    Run,
    SubHeading,
)
from documents.colours import HOUSE, Colours
from documents.renderers.changes import write_changes, write_heading_change
from documents.values import split_notes

Medium: TypeAlias = Literal["screen", "paper"]

# What XML cannot hold, what no font draws, and what is invisible or turns the line around.
_UNPRINTABLE = re.compile(
    r"[^\t\n\r\x20-\x7e\xa0-\ud7ff\uf900-\ufffd\U00010000-\U000efffd]"
    r"|[\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_SPECIAL = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
_NOT_IN_AN_ID = re.compile(r"[^A-Za-z0-9_-]+")
SAFE_ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s\"<>]+", re.IGNORECASE)
_DEEPEST_HEADING = 6


def escape(text: str) -> str:
    """Return text for use in markup and in double-quoted attributes."""
    return make_printable(text).translate(_SPECIAL)


def make_printable(text: str) -> str:
    """Return text without what XML cannot hold, no font draws, or turns the line around."""
    return _UNPRINTABLE.sub("", text)


def spell_date(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


@dataclass(slots=True)
class Context:
    """What is being written: for which medium, what links may point to, how deep the outline is.

    `targets` are the headings that `#key` links may name; `link` gives the address of a section,
    None where there is none; `show_picture` the address of a picture, None where it is missing.
    `colours` are those of its drawings.
    """

    medium: Medium
    targets: Mapping[str, Heading]
    link: Callable[[str], str | None]
    show_picture: Callable[[Picture], str | None]
    colours: Colours = HOUSE
    orientation: Orientation = "portrait"
    room: float = 1.0  # of the width between the margins, what a table may take on paper
    first_level: int = 1
    last_level: int = 0  # of the heading written last, 1 to 6; 0: none yet
    section_level: int = 0  # of the section's own heading
    part: str = ""  # the key of the section
    title: str = ""  # of the section, by which its tables without captions are called
    above: str = ""  # what the page puts above a section that has no title of its own
    in_cell: bool = False
    in_whole: bool = False  # a row or column of a redline that one side alone has, and says so
    in_added: bool = False  # a section of a redline whose heading says that it was added
    anchors: set[str] = field(default_factory=set)
    regions: set[str] = field(default_factory=set)

    @property
    def on_paper(self) -> bool:
        return self.medium == "paper"

    def anchor(self, wish: str) -> str:
        """Return an id that no other element of this page has."""
        stem = _NOT_IN_AN_ID.sub("-", wish).strip("-") or "x"
        name, count = stem, 1
        while name in self.anchors:
            count += 1
            name = f"{stem}-{count}"
        self.anchors.add(name)
        return name

    def anchor_within(self, wish: str) -> str:
        """Return an id for what has no name of its own; on paper it begins with the section's key,
        so that a table more in one section changes no id, and so no printed piece, of another."""
        return self.anchor(f"{self.part}-{wish}" if self.on_paper and self.part else wish)

    def name_region(self, caption: str) -> str:
        """Return a name for the region of a table that no other region of this page has."""
        name = stem = split_notes(caption)[0] or self.title or self.above or "Table"
        count = 1
        while name in self.regions:
            count += 1
            name = f"{stem} ({count})"
        self.regions.add(name)
        return name

    def open_heading(self, level: int) -> int:
        """Return the level to print, 1 to 6: as asked, but never more than one below the last."""
        deepest = self.last_level + 1 if self.last_level else self.first_level
        self.last_level = max(1, min(level, deepest, _DEEPEST_HEADING))
        return self.last_level


def find_headings(parts: Iterable[Part]) -> dict[str, Heading]:
    """Return what links may point to: every heading by its key, and parts that have none."""
    found: dict[str, Heading] = {}
    for part in parts:
        for block in part.blocks:
            if isinstance(block, Heading):
                found.setdefault(block.key, block)
        found.setdefault(part.key, Heading("", 1, part.key))
    return found


def describe_document(document: Document) -> str:
    """Return the document's name in one line: unit, title, year."""
    cover = document.cover
    return ", ".join(text for text in (cover.unit, document.title, cover.year) if text)


# --- runs ------------------------------------------------------------------------------------


def write_runs(runs: tuple[Run, ...], page: Context) -> str:
    if not any(run.change for run in runs):
        return "".join([_write_run(run, page) for run in runs])
    return write_changes(
        runs,
        lambda run: _write_run(run, page),
        on_paper=page.on_paper,
        in_cell=page.in_cell,
        in_whole=page.in_whole or page.in_added,
    )


def _write_run(run: Run, page: Context) -> str:
    text = _write_link(run, page) if run.href else escape(run.text).replace("\n", "<br/>")
    if run.raised:
        text = f"<{run.raised}>{text}</{run.raised}>"
    if run.emphasis:
        text = f"<em>{text}</em>"
    if run.strong:
        text = f"<strong>{text}</strong>"
    return text


def _write_link(run: Run, page: Context) -> str:
    """A link to a section tells its number and, on paper, its page; a dead one is plain words."""
    if not run.href.startswith("#"):
        address = run.href if SAFE_ADDRESS.fullmatch(run.href) else None
        return _link_lines(run.text, address)
    key = run.href[1:]
    heading, address = page.targets.get(key), page.link(key)
    if address is None or not run.text.strip():
        return _link_lines(run.text, None)
    number = heading.number if heading and heading.number not in run.text else ""
    return _link_lines(run.text, address) + _write_place(number, address, page)


def _link_lines(text: str, address: str | None) -> str:
    """Return the words as a link, one a line; the print engine tags no element inside a link."""
    if address is None:
        return escape(text).replace("\n", "<br/>")
    opened = f'<a href="{escape(address)}">'
    lines = [escape(line) for line in text.split("\n")]
    return "<br/>".join([f"{opened}{line}</a>" if line.strip() else line for line in lines])


def _write_place(number: str, address: str, page: Context) -> str:
    told = escape(number)
    if page.on_paper:
        joined = f"{told}, " if told else ""
        return f' ({joined}<span class="page" data-to="{escape(address)}"></span>)'
    return f" ({told})" if told else ""


# --- prose -----------------------------------------------------------------------------------


def write_prose(prose: Prose, page: Context) -> str:
    return "".join([_write_element(element, page) for element in prose.elements])


def write_inline(prose: Prose, page: Context) -> str:
    """As `write_prose`, but one lone paragraph without its element, for cells and list items."""
    return _write_elements(prose.elements, page)


def _write_elements(elements: tuple[Element, ...], page: Context) -> str:
    """A first paragraph followed by nothing but lists needs no element of its own."""
    if not elements:
        return ""
    first, rest = elements[0], elements[1:]
    if isinstance(first, Paragraph) and all(isinstance(each, List) for each in rest):
        return write_runs(first.runs, page) + "".join([_write_element(each, page) for each in rest])
    return "".join([_write_element(each, page) for each in elements])


def _write_element(element: Element, page: Context) -> str:
    match element:
        case Paragraph():
            return f"<p>{write_runs(element.runs, page)}</p>"
        case SubHeading():
            level = page.open_heading(max(page.section_level, page.first_level) + element.level)
            return f'<h{level} class="within">{write_runs(element.runs, page)}</h{level}>'
        case Quote():
            inner = "".join([_write_element(each, page) for each in element.elements])
            return f"<blockquote>{inner}</blockquote>"
        case List():
            return _write_list(element, page)
    assert_never(element)


def _write_list(block: List, page: Context) -> str:
    items = "".join([f"<li>{_write_elements(item, page)}</li>" for item in block.items])
    if not items:
        return ""
    if not block.ordered:
        return f"<ul>{items}</ul>"
    start = "" if block.start == 1 else _write_start(block.start, page)
    return f"<ol{start}>{items}</ol>"


def _write_start(start: int, page: Context) -> str:
    """The print engine knows the attribute only among hints that are not turned on."""
    if page.on_paper:
        return f' style="counter-reset:list-item {start - 1}"'
    return f' start="{start}"'


# --- notes -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NoteLinks:
    """Where the marks of one table's notes lead: a note's mark to its anchor."""

    anchors: Mapping[str, str]

    def write(self, marks: Iterable[str]) -> str:
        """Return raised marks, each a link to its note where there is one."""
        return "".join([self._write_mark(mark) for mark in marks])

    def _write_mark(self, mark: str) -> str:
        anchor = self.anchors.get(mark)
        shown = escape(mark)
        if anchor is None:
            return f'<sup class="cite">{shown}</sup>'
        return f'<sup class="cite"><a href="#{anchor}" title="Note {shown}">{shown}</a></sup>'

    def write_reference(self, words: str, mark: str) -> str:
        """Return words such as "See note 1" as a link to that note, where there is one."""
        anchor = self.anchors.get(mark)
        return escape(words) if anchor is None else f'<a href="#{anchor}">{escape(words)}</a>'

    def write_text(self, text: str) -> str:
        """Return a line of text; the note markers it ends in become raised marks."""
        if not text.endswith("]"):
            return escape(text)
        words, marks = split_notes(text)
        return escape(words) + self.write(marks)


# --- headings --------------------------------------------------------------------------------


def write_heading(heading: Heading, page: Context) -> str:
    if not heading.text:
        return f'<a id="{page.anchor(heading.key)}"></a>' if heading.key else ""
    level = page.open_heading(heading.level + page.first_level - 1)
    page.section_level = level
    page.in_added = heading.change == "added" and not heading.is_part
    kind = ' class="part"' if heading.is_part else ""
    return f'<h{level} id="{page.anchor(heading.key)}"{kind}>{_number_heading(heading)}</h{level}>'


def _number_heading(heading: Heading) -> str:
    words = write_heading_change(heading, escape(split_notes(heading.text)[0]))
    if not heading.number:
        return words
    return f'<span class="number">{escape(heading.number)}</span> {words}'
