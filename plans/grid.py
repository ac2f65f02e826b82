"""What an editor shows of a section's content: fields, lists of rows, derived cells.

A kind describes its content once, as a `Grid`; the edit page, and later paste, import and export
of tables, follow it. Paths are relative to the object that holds them. Nothing here knows HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import Any, Literal

from plans.content import Path


class FieldType(StrEnum):
    TEXT = "text"  # one line of plain text
    LONG = "long"  # plain text of several lines
    RICH = "rich"  # rich text
    CELL = "cell"  # a cell: number, status or words; right-aligned
    CHOICE = "choice"
    CHECK = "check"  # true or false
    LINES = "lines"  # a list of texts, one a line
    DERIVED = "derived"  # computed; shown, never typed
    HIDDEN = "hidden"  # kept as it is: keys that nobody types


@dataclass(frozen=True, slots=True)
class Codec:
    """How a value that is not text is typed into a field, and read back.

    `read` raises ValueError with a sentence.
    """

    show: Callable[[Any], str]
    read: Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in. `path` leads to it from its row: ("cells", "c1").

    `choices` are stored value and label; for numbers stored as such `parse` is "int".
    `empty_as_null`: an empty choice or text is stored as null (a path under a null object is made).
    `rule`: how the page works a derived cell out, as `docs/editing-protocol.md` writes it; paths in
    it are relative to the row, or to the section's content.
    `tones`: how the words that a derived cell may end with are coloured: "good", "warn", "bad".
    `holds`: what a cell counts, for the number guard: "money" or "fte" (an amount and nothing
    else), "number", "unit:£000" (what this unit says), "row" (what its row's unit says); "": words.
    """

    path: Path
    label: str
    type: FieldType = FieldType.TEXT
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    groups: tuple[str, ...] = ()
    required: bool = False
    parse: Literal["text", "int"] = "text"
    empty_as_null: bool = False
    width: Literal["", "narrow", "wide"] = ""
    codec: Codec | None = None
    folded: bool = False  # of a section's single fields: seldom touched
    after: bool = False  # of a section's single fields: stands below its rows
    set_up: bool = False  # of a table's last columns: describes the row, shown on request
    rule: Mapping[str, Any] | None = None
    tones: Mapping[str, str] | None = None
    holds: str = ""
    also: tuple[str, ...] = ()  # other headings that people's own sheets give this column
    under: Path | None = None  # the column of the list above, under which such sheets put it


@dataclass(frozen=True, slots=True)
class Total:
    """A ruled row under a list: its label and the printed value under each field, by path.

    `rules`: how the page works those values out, by path, as `docs/editing-protocol.md` writes it.
    """

    label: str
    values: Mapping[Path, str]
    rules: Mapping[Path, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowOverride:
    """Where one row differs from its list: its lists' totals, or fields that it has not."""

    lists: tuple[RowList, ...] | None = None
    without: frozenset[Path] = frozenset()
    style: Literal["", "group", "subtotal", "total", "of_which"] = ""


@dataclass(frozen=True, slots=True)
class Variant:
    """Another sort of row that may be added to a list: its name, its content, how it differs."""

    noun: str
    new: Mapping[str, Any]
    override: RowOverride = RowOverride()


@dataclass(frozen=True, slots=True)
class RowList:
    """A list of rows at `path`. `new` is the content of an added row.

    layout "grid": a table, one row a line. layout "cards": each row a card with its own lists.
    `noun` names one row: "budget line". `label_path`: which field names a row to a screen reader.
    `row_lists` describes the lists inside the row with that index; `locked` rows may not be
    added, removed or moved.
    """

    path: Path
    title: str
    noun: str
    fields: tuple[Field, ...]
    new: Mapping[str, Any]
    label_path: Path
    layout: Literal["grid", "cards"] = "grid"
    lists: tuple[RowList, ...] = ()
    rows: Mapping[int, RowOverride] = field(default_factory=dict)
    totals: tuple[Total, ...] = ()
    hint: str = ""
    folded: bool = False  # set-up that is seldom touched: columns, scales
    unit: str = ""  # of all its money: "£000"
    variants: tuple[Variant, ...] = ()
    identified: bool = True  # its rows bear an "id"
    new_override: RowOverride = RowOverride()  # how an added row differs from the fields


@dataclass(frozen=True, slots=True)
class Grid:
    """What to fill in, in order: single fields, then lists. `derived` maps absolute paths of
    DERIVED fields to what they print."""

    fields: tuple[Field, ...] = ()
    lists: tuple[RowList, ...] = ()
    derived: Mapping[Path, str] = field(default_factory=dict)


def tone_of(tones: Mapping[str, str], text: str) -> str:
    """Return the tone of the longest word that a text ends with; "" where it ends with none."""
    ends = [word for word in tones if text == word or text.endswith(f" {word}")]
    return tones[max(ends, key=len)] if ends else ""


def are_words(value: Any) -> bool:
    """Return whether `value` is a list of texts, in which each stands once or not at all."""
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def value_at(content: Any, path: Path) -> Any:
    """Return what stands at `path`, None where the way ends early.

    A text that leads into a list of texts asks whether it stands there.
    """
    for step in path:
        if isinstance(content, Mapping):
            content = content.get(step)
        elif isinstance(step, str) and are_words(content):
            content = step in content
        elif isinstance(content, list) and isinstance(step, int) and step < len(content):
            content = content[step]
        else:
            return None
    return content


def put_at(content: dict[str, Any], path: Path, value: Any) -> None:
    """Put `value` at `path` inside nested dicts and lists, making dicts on the way.

    A list grows by empty texts when the path names an index past its end. True or false, put at a
    text in a list of texts or in what is not there yet, says whether that text stands in the list.
    """
    if isinstance(value, bool) and len(path) > 1:
        words = value_at(content, path[:-1])
        if words is None or are_words(words):
            _put_word(content, path, words, stands=value)
            return
    here: Any = content
    for step, following in pairwise(path):
        here = _step_into(here, step, [] if isinstance(following, int) else {})
    if isinstance(here, list):
        _grow(here, path[-1], "")
    here[path[-1]] = value


def _put_word(
    content: dict[str, Any], path: Path, words: list[str] | None, *, stands: bool
) -> None:
    others = [word for word in words or () if word != path[-1]]
    if stands or words is not None:
        put_at(content, path[:-1], [*others, path[-1]] if stands else others)


def _step_into(here: Any, step: str | int, fresh: Any) -> Any:
    if isinstance(here, list):
        _grow(here, step)
        if here[step] is None:  # type: ignore[call-overload]
            here[step] = fresh  # type: ignore[call-overload]
        return here[step]  # type: ignore[call-overload]
    if here.get(step) is None:
        here[step] = fresh
    return here[step]


def _grow(here: list[Any], step: str | int, fresh: Any = None) -> None:
    if not isinstance(step, int):
        raise TypeError(f"a list has no place {step!r}")
    here.extend([fresh] * (step + 1 - len(here)))
