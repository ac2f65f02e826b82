"""Two states of a table's cell as one: figures and short words as old → new, prose by words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TypeAlias

from documents.blocks import Cell, Paragraph, Prose, Run
from documents.diff import difference
from documents.prose import leaves
from documents.redline.prose import ARROW, redline_prose, remark
from documents.values import Status, Value, show, split_notes

Content: TypeAlias = Value | date | str | Prose

SHORT = 40
"""A line of up to so many characters is shown as it was and as it is, not word by word."""
_EMPTY = Cell("")


def redline_cell(old: Cell | None, new: Cell | None) -> Cell:
    """Return a cell of both sides; changed if it does not print the same on both.

    Rules are left out: the cells that they name may not be there.
    """
    if old is None or new is None:
        return replace(new or old or _EMPTY, rule=None)
    if _print(old) == _print(new):
        return replace(new, rule=None)
    if old.rating != new.rating:
        old, new = _rating_as_words(old), _rating_as_words(new)
    content = _redline_content(old.content, new.content)
    return replace(new, content=content, rule=None, change="changed")


def _print(cell: Cell) -> tuple[object, ...]:
    """Return what there is to see of a cell."""
    content = cell.content
    shown: object = content
    if isinstance(content, Value):
        shown = (show(content), content.notes)
    elif isinstance(content, Prose):
        shown = [[(run.text, run.href) for run in leaf.runs] for leaf in leaves(content.elements)]
    return shown, cell.rating.word if cell.rating else ""


def _rating_as_words(cell: Cell) -> Cell:
    if cell.rating is None:
        return cell
    words = tell_content(cell.content)
    said = ", ".join(text for text in (words, cell.rating.word) if text)
    return replace(cell, content=said, rating=None)


def _redline_content(old: Content, new: Content) -> Prose:
    if isinstance(old, Prose) or isinstance(new, Prose):
        return redline_prose(as_prose(old), as_prose(new))
    before, after = tell_content(old), tell_content(new)
    short = max(len(before), len(after)) <= SHORT and "\n" not in before + after
    if before != after and not short:
        return redline_prose(as_prose(old), as_prose(new))
    shift = write_shift(before, after, _difference(old, new))
    return Prose((Paragraph((*shift, *_redline_marks(_marks_of(old), _marks_of(new)))),))


def write_shift(old: str, new: str, by: str = "") -> tuple[Run, ...]:
    """Return a short value as it was and as it is, with the difference if that has a meaning."""
    if old == new:
        return (Run(new),) if new else ()
    runs = []
    if old:
        runs.append(Run(old, change="removed"))
    if old and new:
        runs.append(remark(ARROW))
    if new:
        runs.append(Run(new, change="added"))
    return (*runs, remark(f" ({by})")) if by else tuple(runs)


def _difference(old: Content, new: Content) -> str:
    if isinstance(old, date) and isinstance(new, date):
        days = (new - old).days
        return f"{days:+d} day{'' if abs(days) == 1 else 's'}"
    if isinstance(old, Value) and isinstance(new, Value):
        return difference(old.text, new.text)
    return ""


def _marks_of(content: Content) -> tuple[str, ...]:
    """Return the marks that stand behind a cell's words; "see note 1" names its first in them."""
    if isinstance(content, Value):
        return content.notes[1:] if content.status is Status.SEE_NOTE else content.notes
    return split_notes(content)[1] if isinstance(content, str) else ()


def _redline_marks(old: tuple[str, ...], new: tuple[str, ...]) -> list[Run]:
    gone = [Run(mark, raised="sup", change="removed") for mark in old if mark not in new]
    kept = [Run(mark, raised="sup", change="" if mark in old else "added") for mark in new]
    return gone + kept


def as_prose(content: Content) -> Prose:
    if isinstance(content, Prose):
        return content
    words = tell_content(content)
    marks = [Run(mark, raised="sup") for mark in _marks_of(content)]
    return Prose((Paragraph((Run(words), *marks)),)) if words or marks else Prose(())


def tell_content(content: Content) -> str:
    """Return what a cell says as plain words, without note marks."""
    match content:
        case Value():
            return show(content)
        case str():
            return split_notes(content)[0]
        case date():
            return f"{content.day} {content:%B %Y}"
        case Prose():
            runs = [run for leaf in leaves(content.elements) for run in leaf.runs]
            return " ".join(run.text for run in runs)
