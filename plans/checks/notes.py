"""Notes of a section and the marks that cite them: each needs the other.

A cell, label or title cites a note by ending in "[note 1]" or by reading "See note 1".
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from documents import values
from plans.checks.findings import Finding
from plans.checks.registry import check_sections, define
from plans.checks.running import SectionView
from plans.checks.wording import Wording, name_place, strip_markup
from plans.content import Path, shorten

MISSING_NOTE = define(
    "plans.W020",
    "A note is cited that the section lacks",
    "Add the note under the section's notes, or take its mark out of the cell.",
)
UNCITED_NOTE = define(
    "plans.W021",
    "A note is cited nowhere in its section",
    "Put its mark where it belongs, such as [note 1] at the end of a cell, or delete the note.",
)
TWO_NOTES = define(
    "plans.W022",
    "Two notes bear the same mark",
    "Give one of them another mark, and see which of the two each cell means.",
)
EMPTY_NOTE = define(
    "plans.W023",
    "A note says nothing",
    "Write what the note is to say, or delete it with its marks.",
)
_CITED = re.compile(r"\[note\s+([^\s\[\]]+)\]", re.IGNORECASE)
_CAUSES = 20  # places named beside the first
_IN_WORDS = re.compile(
    r"\bnotes?\s+([^\s\[\].,;:)]+)(?:\s+(?:and|to|or)\s+([^\s\[\].,;:)]+))?", re.I
)


@check_sections()
def notes_are_cited_and_there(section: SectionView) -> Iterator[Finding]:
    """Hold the marks in cells, labels and prose against the section's notes, both ways."""
    notes = section.raw["notes"]
    marks = {note["mark"] for note in notes}
    cited = find_citations(section)
    yield from _missing(section, {mark: at for mark, at in cited.items() if mark not in marks})
    spoken_of = set(cited) | _marks_in_words(section)
    for note in notes:
        if note["mark"] not in spoken_of and not _is_sign_in_use(note["mark"], section):
            said = shorten(" ".join(strip_markup(note["text"]).split()))
            message = f"Note {note['mark']} (“{said}”) is cited nowhere in its section."
            yield UNCITED_NOTE.at(section.key, _path_of(note), message, stated=note["mark"])


@check_sections()
def notes_have_marks_and_words_of_their_own(section: SectionView) -> Iterator[Finding]:
    first: dict[str, dict[str, Any]] = {}
    for note in section.raw["notes"]:
        mark, path = note["mark"], _path_of(note)
        if mark in first:
            message = f"Two notes of this section bear the mark {mark}; a cell cannot say which."
            causes = ((section.key, _path_of(first[mark])),)
            yield TWO_NOTES.at(section.key, path, message, stated=mark, causes=causes)
        first.setdefault(mark, note)
        if not strip_markup(note["text"]):
            yield EMPTY_NOTE.at(section.key, path, f"Note {mark} says nothing.", stated=mark)


def _missing(section: SectionView, cited: dict[str, list[Path]]) -> Iterator[Finding]:
    """Yield one finding for each missing note, however many cells cite it."""
    for mark, paths in cited.items():
        times = "" if len(paths) == 1 else f"{len(paths)} times, first "
        place = name_place(section.raw, paths[0])
        message = f"Note {mark} is cited {times}in {place}, but the section has no note {mark}."
        causes = tuple((section.key, path) for path in paths[1 : _CAUSES + 1])
        yield MISSING_NOTE.at(section.key, paths[0], message, stated=mark, causes=causes)


def find_citations(section: SectionView) -> dict[str, list[Path]]:
    """Return where each mark is cited in the way that prints it as a citation."""
    found = defaultdict(list)
    for wording in section.wordings:
        if "note" in wording.words.lower():
            for mark in _marks_of(wording):
                found[mark].append(wording.path)
    return found


def _marks_of(wording: Wording) -> tuple[str, ...]:
    if wording.rich:
        return tuple(dict.fromkeys(_CITED.findall(wording.words)))
    return values.parse(wording.words).notes


def _marks_in_words(section: SectionView) -> set[str]:
    """Return the marks that prose speaks of: "note 1 gives the reason"."""
    return {
        mark
        for wording in section.wordings
        if wording.path[0] != "notes" and "note" in wording.words.lower()
        for pair in _IN_WORDS.findall(wording.words)
        for mark in pair
        if mark
    }


def _is_sign_in_use(mark: str, section: SectionView) -> bool:
    """Whether a mark such as * stands after something."""
    texts = (w.words for w in section.wordings if w.path[0] != "notes")
    return not mark.isalnum() and any(mark in words for words in texts)


def _path_of(note: dict[str, Any]) -> Path:
    return ("notes", note["id"])
