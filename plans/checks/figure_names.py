"""What figures are called in prose: the names that figures give themselves, found by words.

A figure's name is read as `plans.registry.Figure` tells. Knows no section's content.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from plans.checks.numbers import split_words
from plans.checks.running import PlanView
from plans.registry import Figure

Phrase = tuple[str, ...]
SMALL = frozenset(
    {
        *("a", "an", "and", "at", "by", "for", "from", "had", "have", "in", "into", "is", "of"),
        *("on", "or", "our", "that", "the", "their", "to", "were", "who", "whose", "with", "been"),
        *("be", "are", "it", "its", "as", "but", "now", "was", "has", "this", "not", "more", "all"),
    }
)
_TITLE = "*"  # in a name: the title of the figure's section
_COUNT = "N "  # begins a name of what is counted
_LONG = 4  # words from which a thing is known by half of them
_FEWEST = 3
_DATE_MARK = re.compile(r"[0-9]{4}(?:/[0-9]{2}|-[0-9]{2}(?:-[0-9]{2})?)?")


@dataclass(frozen=True, slots=True)
class Meaning:
    """A figure's name as read: phrases by the number, what else is named, when; see Figure."""

    phrases: tuple[Phrase, ...]
    about: tuple[tuple[Phrase, ...], ...]
    when: str
    is_count: bool
    by_title: bool


@dataclass(frozen=True, slots=True)
class Named:
    """A figure under one of its names."""

    name: str
    section: str
    about: tuple[tuple[Phrase, ...], ...]
    when: str
    by_title: bool
    figures: Mapping[str, Figure] = field(compare=False, repr=False)

    @property
    def figure(self) -> Figure:
        return self.figures[self.name]


@lru_cache(maxsize=8_192)
def read_name(name: str) -> Meaning:
    """Return what a name of a figure says."""
    first, *others = name.split(";")
    is_count = first.startswith(_COUNT)
    phrases = tuple(split_words(each.removeprefix(_COUNT)) for each in first.split("|"))
    about, when = [], ""
    for other in others:
        if _DATE_MARK.fullmatch(other.strip()):
            when = other.strip()
        else:
            about.append(tuple(split_words(each) for each in other.split("|")))
    return Meaning(phrases, tuple(about), when, is_count, first.strip() == _TITLE)


Called = tuple[str, Meaning]  # a figure's full name, and one of its names in prose as read


class Index:
    """The names of a plan's figures by their words, whatever the figures are."""

    def __init__(
        self, names: Iterable[tuple[str, tuple[str, ...]]], titles: Iterable[tuple[str, str]]
    ) -> None:
        self.by_phrase: dict[Phrase, list[Called]] = defaultdict(list)
        self.counts: dict[Phrase, list[Called]] = defaultdict(list)
        self.anywhere: dict[Phrase, list[Called]] = defaultdict(list)
        self._things: dict[Phrase, None] = {}
        title_of = {key: split_words(title) for key, title in titles}
        for name, written in names:
            title = title_of.get(name.partition(".")[0], ())
            for each in written:
                self._add((name, read_name(each)), title)
        self._ends = _by_word(self.by_phrase, -1)
        self._begins = _by_word(self.by_phrase, 0)
        self._counted = _by_word(self.counts, 0)
        self._short = _by_word([t for t in self._things if len(t) < _LONG], 0)
        self._long: dict[str, list[Phrase]] = defaultdict(list)
        for thing in self._things:
            for word in set(thing) - SMALL if len(thing) >= _LONG else ():
                self._long[word].append(thing)

    def _add(self, called: Called, title: Phrase) -> None:
        read = called[1]
        for alternatives in read.about:
            self._things.update(dict.fromkeys(alternatives))
        for phrase in (title,) if read.by_title else read.phrases:
            if read.is_count:
                self.counts[phrase].append(called)
            elif phrase:
                self.by_phrase[phrase].append(called)
            elif read.about:
                for thing in read.about[0]:
                    self.anywhere[thing].append(called)

    def ending(self, tokens: Phrase, at: int) -> Phrase | None:
        """Return the longest phrase whose last word is the one at a place."""
        for phrase in self._ends.get(tokens[at], ()):
            if tokens[max(0, at + 1 - len(phrase)) : at + 1] == phrase:
                return phrase
        return None

    def beginning(self, tokens: Phrase, at: int) -> Phrase | None:
        return _beginning(self._begins, tokens, at)

    def counted(self, tokens: Phrase, at: int) -> Phrase | None:
        return _beginning(self._counted, tokens, at)

    def around(self, words: frozenset[str]) -> Iterator[Phrase]:
        """Yield the phrases of several words all of which are among these."""
        for word in sorted(words):
            for phrase in self._begins.get(word, ()):
                if len(set(phrase) - SMALL) > 1 and words.issuperset(phrase):
                    yield phrase

    @lru_cache(maxsize=4_096)  # noqa: B019  few indexes are kept, and each for long
    def things_in(self, tokens: Phrase) -> frozenset[Phrase]:
        """Return the units, indicators and the like that a sentence names: short names word for
        word, long ones by half of their words."""
        found = {
            thing
            for at, word in enumerate(tokens)
            for thing in self._short.get(word, ())
            if tokens[at : at + len(thing)] == thing
        }
        shared: dict[Phrase, int] = defaultdict(int)
        for word in set(tokens):
            for thing in self._long.get(word, ()):
                shared[thing] += 1
        for thing, count in shared.items():
            if count >= max(_FEWEST, len(set(thing) - SMALL) / 2):
                found.add(thing)
        return frozenset(found)


@lru_cache(maxsize=16)
def read_index(
    names: tuple[tuple[str, tuple[str, ...]], ...], titles: tuple[tuple[str, str], ...]
) -> Index:
    """Return the index of these names: it is the same until a figure or a section is renamed."""
    return Index(names, titles)


class Names:
    """Every name of a plan's figures, to be found by the words of a sentence."""

    def __init__(self, plan: PlanView) -> None:
        titles = tuple((head.key, head.title) for head in plan.heads)
        index = read_index(plan.names_of_figures, titles)
        self.by_phrase = Lookup(index.by_phrase, plan.figures)
        self.anywhere = Lookup(index.anywhere, plan.figures)
        counts = Lookup(index.counts, plan.figures)
        self.counts = {phrase: counts[phrase] for phrase in index.counts}
        self.ending, self.beginning, self.counted = index.ending, index.beginning, index.counted
        self.around, self.things_in = index.around, index.things_in


class Lookup(dict[Phrase, list[Named]]):
    """The figures that a phrase means; made when it is asked for."""

    def __init__(
        self, called: Mapping[Phrase, list[Called]], figures: Mapping[str, Figure]
    ) -> None:
        super().__init__()
        self._called, self._figures = called, figures

    def __missing__(self, phrase: Phrase) -> list[Named]:
        self[phrase] = [
            Named(name, name.partition(".")[0], read.about, read.when, read.by_title, self._figures)
            for name, read in self._called.get(phrase, ())
        ]
        return self[phrase]


def _by_word(phrases: Iterable[Phrase], place: int) -> dict[str, list[Phrase]]:
    """Return phrases by their first or last word, the longest first."""
    found: dict[str, list[Phrase]] = defaultdict(list)
    for phrase in sorted(filter(None, phrases), key=len, reverse=True):
        found[phrase[place]].append(phrase)
    return found


def _beginning(index: Mapping[str, list[Phrase]], tokens: Phrase, at: int) -> Phrase | None:
    for phrase in index.get(tokens[at], ()) if at < len(tokens) else ():
        if tokens[at : at + len(phrase)] == phrase:
            return phrase
    return None
