"""What a page sends, read from JSON as `docs/editing-protocol.md` has it: a patch, or a word of who
is there.

Values are texts as they are typed. Pure: knows no grid and no section.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from plans.content import Path
from plans.merge import ORDER

CHANGE_LIMIT = 30_000
ROWS_SENT_LIMIT = 4_000
_DEEPEST = 12  # steps of a path
_LONGEST_STEP = 200
_LONGEST_NAME = 1_000
_ADDED = {"path", "added", "after", "variant", "fields", "html"}


class NotUnderstood(ValueError):
    """What a page sent is not as the protocol has it; the message says why. Nothing of it may be
    used."""


@dataclass(frozen=True, slots=True)
class Typed:
    """One place typed in. `old` is what the page last knew to be saved there."""

    path: Path
    old: str
    new: str
    is_html: bool = False


@dataclass(frozen=True, slots=True)
class AddedRow:
    """A row that the page made: its id at the path's end, behind the row `after`, None for first.

    `fields` are texts by field name; `is_html` tells of the rich ones.
    """

    path: Path
    after: str | None
    variant: str
    fields: Mapping[str, str]
    is_html: bool = False


@dataclass(frozen=True, slots=True)
class RemovedRow:
    path: Path


@dataclass(frozen=True, slots=True)
class Reordered:
    """The ids of a list in their new order; those it does not name stay behind their neighbours."""

    path: Path
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SentWhole:
    """All rows of a list whose rows bear no id, each by the names of its fields."""

    path: Path
    rows: tuple[Mapping[str, str], ...]


Change: TypeAlias = Typed | AddedRow | RemovedRow | Reordered | SentWhole


@dataclass(frozen=True, slots=True)
class Patch:
    """What a page changed since `base_revision`.

    `withdrawn`: places refused to this page before, which hold again what is saved there.
    """

    changes: tuple[Change, ...]
    base_revision: int
    save_id: str
    withdrawn: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """What a page says: which revision it holds, where its person is, or that they leave."""

    revision: int = 0
    path: Path = ()
    is_leaving: bool = False


# --- from JSON -----------------------------------------------------------------------------------


def read_patch(value: Any, *, is_saved: bool = True) -> Patch:
    """Return the patch that a JSON value describes; one that is not saved needs no `save_id`.

    :raises NotUnderstood: if anything in it is not as the protocol has it.
    """
    known = {"save_id", "base_revision", "withdrawn", "changes"}
    sent = _read_object(value, known, "the patch")
    save_id = sent.get("save_id", "" if not is_saved else None)
    if is_saved and not (isinstance(save_id, str) and re.fullmatch(r"[A-Za-z0-9-]{1,64}", save_id)):
        raise NotUnderstood("save_id must be 1 to 64 letters, digits and hyphens")
    changes = sent.get("changes")
    if not isinstance(changes, list) or len(changes) > CHANGE_LIMIT:
        raise NotUnderstood(f"changes must be a list of at most {CHANGE_LIMIT:,}")
    read = tuple(_read_change(change) for change in changes)
    of_lists = [change.path for change in read if isinstance(change, Reordered | SentWhole)]
    if len(of_lists) != len(set(of_lists)):
        raise NotUnderstood("a list may be put in order, or sent whole, once")
    return Patch(
        changes=read,
        base_revision=_read_revision(sent, "base_revision"),
        save_id=str(save_id),
        withdrawn=_read_withdrawn(sent.get("withdrawn", [])),
    )


def read_word(value: Any) -> Word:
    """Return what a page says of itself, from JSON.

    :raises NotUnderstood: if anything in it is not as the protocol has it.
    """
    if value == {"leaving": True}:
        return Word(is_leaving=True)
    sent = _read_object(value, {"revision", "path"}, "a word of a page")
    path = _read_path(sent.get("path"), least=0)
    if not all(isinstance(step, int) or step.isprintable() for step in path):
        raise NotUnderstood("a step of a path must be printable")
    return Word(_read_revision(sent, "revision"), path)


def _read_revision(value: Mapping[str, Any], name: str) -> int:
    number = value.get(name)
    if type(number) is not int or not 0 <= number < 2**31:
        raise NotUnderstood(f"{name} must be the number of a revision")
    return number


def _read_withdrawn(value: Any) -> tuple[Path, ...]:
    if not isinstance(value, list) or len(value) > CHANGE_LIMIT:
        raise NotUnderstood(f"withdrawn must be a list of at most {CHANGE_LIMIT:,}")
    return tuple(_read_path(each) for each in value)


def _read_object(value: Any, known: set[str], what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise NotUnderstood(f"{what} must be an object")
    if not value.keys() <= known:
        raise NotUnderstood(f"{what} holds a key that is not known here")
    return value


def _read_flag(value: Mapping[str, Any], name: str) -> bool:
    flag = value.get(name, False)
    if not isinstance(flag, bool):
        raise NotUnderstood(f"{name} must be true or false")
    return flag


def _read_change(value: Any) -> Change:
    if not isinstance(value, dict):
        raise NotUnderstood("a change must be an object")
    path = _read_path(value.get("path"))
    if "added" in value:
        return _read_added(value, path)
    if "removed" in value:
        _read_object(value, {"path", "removed"}, "a removed row")
        if value["removed"] is not True:
            raise NotUnderstood("removed must be true")
        return RemovedRow(path)
    if "rows" in value:
        return _read_whole_list(value, path)
    if path[-1] == ORDER:
        return _read_order(value, path[:-1])
    sent = _read_object(value, {"path", "old", "new", "html"}, "a typed change")
    return Typed(path, _read_text(sent, "old"), _read_text(sent, "new"), _read_flag(sent, "html"))


def _read_path(value: Any, *, least: int = 1) -> Path:
    if not isinstance(value, list) or not least <= len(value) <= _DEEPEST:
        raise NotUnderstood(f"a path must be a list of {least} to {_DEEPEST} steps")
    for step in value:
        is_number = type(step) is int and 0 <= step < 10_000
        if not is_number and not (isinstance(step, str) and len(step) <= _LONGEST_STEP):
            raise NotUnderstood("a step of a path must be a short text or a number")
    return tuple(value)


def _read_text(value: Mapping[str, Any], name: str) -> str:
    text = value.get(name)
    if not isinstance(text, str):
        raise NotUnderstood(f"{name} must be a text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _read_added(value: Mapping[str, Any], path: Path) -> AddedRow:
    sent = _read_object(value, _ADDED, "an added row")
    after = sent.get("after")
    if sent["added"] is not True:
        raise NotUnderstood("added must be true")
    if after is not None and not isinstance(after, str):
        raise NotUnderstood("after must be the id of a row, or null")
    variant = sent.get("variant", "")
    if not isinstance(variant, str) or not re.fullmatch(r"[0-9]{0,2}", variant):
        raise NotUnderstood("variant must be a number as a text")
    fields = _read_fields(sent.get("fields", {}))
    return AddedRow(path, after, variant, fields, _read_flag(sent, "html"))


def _read_fields(value: Any) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise NotUnderstood("the fields of a row must be an object")
    if any(len(name) > _LONGEST_NAME for name in value):
        raise NotUnderstood("the name of a field is too long")
    return {name: _read_text(value, name) for name in value}


def _read_order(value: Mapping[str, Any], path: Path) -> Reordered:
    sent = _read_object(value, {"path", "new"}, "an order")
    ids = sent.get("new")
    if not path or not isinstance(ids, list) or len(ids) > ROWS_SENT_LIMIT:
        raise NotUnderstood("an order must be a list of row ids")
    if not all(isinstance(row_id, str) for row_id in ids):
        raise NotUnderstood("an order must be a list of row ids")
    return Reordered(path, tuple(dict.fromkeys(ids)))


def _read_whole_list(value: Mapping[str, Any], path: Path) -> SentWhole:
    sent = _read_object(value, {"path", "rows"}, "a whole list")
    rows = sent["rows"]
    if not isinstance(rows, list) or len(rows) > ROWS_SENT_LIMIT:
        raise NotUnderstood(f"rows must be a list of at most {ROWS_SENT_LIMIT:,}")
    return SentWhole(path, tuple(_read_fields(row) for row in rows))
