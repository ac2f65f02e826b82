"""What an action's link points to: "CYPP P7 32, P12 55" names two targets of two priorities.

A link is a priority, then its targets, until the next priority. Lists, ranges ("P20 to P24") and
a blank within ("P 16") are read; what is left over is free text. Knows no objectives: whether a
reference exists is for the checks to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

LONGEST_RANGE = 100  # priorities or targets; a longer one names its two ends alone
_USUAL_STEMS = ("Priority", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_NUMBER = r"[0-9]+(?:\.[0-9]+)*[a-z]?(?!\w)"
_REF = re.compile(rf"(?P<stem>.*?[^\W\d])(?P<blank>\s*)(?:{_NUMBER})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reference:
    """One priority, or one target of it."""

    priority: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """What a link says: the references in order, and the words that are none."""

    references: tuple[Reference, ...]
    words: str = ""


def read_link(text: str, *, priorities: Iterable[str] = ()) -> Link:
    """Read a link.

    A priority is a capital letter or the word Priority, then a number, or is written as the
    refs of the objectives are that stand in `priorities` ("LAA 3", "7").
    """
    return _read_link(text, frozenset(priorities))


@lru_cache(maxsize=1_024)
def _read_link(text: str, refs: frozenset[str]) -> Link:
    if text.strip() in refs:
        return Link((Reference(text.strip()),))
    stems = _read_stems(refs)
    reader = _Reader(stems)
    for match in _token_pattern(tuple(stems)).finditer(text):
        reader.take(match)
    reader.close()
    return Link(tuple(reader.references), " ".join(reader.words).strip(" ,;"))


def _read_stems(priorities: Iterable[str]) -> dict[str, str]:
    """Return the words before the number, each with what joins it to the number."""
    stems = {stem: " " if len(stem) > 1 else "" for stem in _USUAL_STEMS}
    for ref in priorities:
        if match := _REF.fullmatch(ref.strip()):
            stems[match["stem"]] = " " if match["blank"] else ""
    return stems


@lru_cache(maxsize=64)
def _token_pattern(stems: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(stems, key=len, reverse=True)
    written = "|".join(map(re.escape, longest_first))
    return re.compile(
        rf"""
        (?P<year>[0-9]{{4}}/[0-9]{{2,4}}(?!\w))
        |\b(?P<stem>{written})\s*(?P<number>{_NUMBER})
        |(?P<target>(?<!\w){_NUMBER})
        |(?P<range>(?:to\b|[-\u2013]))
        |(?P<mark>[,;/&]|and\b)
        |(?P<word>\S+)
        """,
        re.VERBOSE,
    )


@dataclass(slots=True)
class _Reader:
    """Goes through a link from left to right.

    `in_words`: free text began, so that numbers are words again until the next priority.
    """

    stems: dict[str, str]
    references: list[Reference] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    in_words: bool = True
    range_word: str = ""

    def take(self, match: re.Match[str]) -> None:
        text = match.group()
        if match["stem"]:
            self._take_priority(match["stem"], match["number"])
        elif match["target"] and not self.in_words:
            self._take_number(match["target"])
        elif match["range"] and not self.in_words and not self.range_word:
            self.range_word = text
        elif not (match["mark"] and not self.in_words):
            self.close()
            self.words.append(text)
            self.in_words = True

    def close(self) -> None:
        """Give back a "to" that nothing followed."""
        if self.range_word:
            self.words.append(self.range_word)
            self.range_word = ""

    def _take_priority(self, stem: str, number: str) -> None:
        start = self._end_of_range()
        self.in_words = False
        lead = f"{stem}{self.stems[stem]}"
        between = []
        if start and not start.target and start.priority.startswith(lead):
            between = list(_between(start.priority.removeprefix(lead), number))
        self.references.extend(Reference(f"{lead}{each}") for each in between)
        self.references.append(Reference(f"{lead}{number}"))

    def _take_number(self, number: str) -> None:
        start = self._end_of_range()
        last = self.references[-1]
        if start and not start.target:  # "P20 to 24"
            lead = re.sub(rf"{_NUMBER}$", "", start.priority)
            numbers = [*_between(start.priority.removeprefix(lead), number), number]
            self.references.extend(Reference(f"{lead}{each}") for each in numbers)
            return
        between = list(_between(start.target, number)) if start else []
        if not last.target:
            self.references.pop()
        self.references.extend(Reference(last.priority, each) for each in [*between, number])

    def _end_of_range(self) -> Reference | None:
        """Return where a range began that ends here; None if there is none."""
        started, self.range_word = bool(self.range_word), ""
        return self.references[-1] if started else None


def _between(first: str, last: str) -> Iterator[str]:
    """Yield the whole numbers between two; none if they are no numbers or too far apart."""
    if first.isdecimal() and last.isdecimal() and len(first) < 10 and len(last) < 10:
        numbers = range(int(first) + 1, int(last))
        if len(numbers) < LONGEST_RANGE:
            yield from map(str, numbers)
