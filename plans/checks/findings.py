"""What a check notices: a finding with its place, the two values, and what to do about it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache

from plans.content import Path


class Level(IntEnum):
    """How grave a finding is. An error stops submission; a rounding is only shown, grey."""

    ROUNDING = 5
    ADVICE = 10
    WARNING = 20
    ERROR = 30

    @property
    def word(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Binding:
    """How a finding is put right by a live figure: in its text, read as words, the `nth`
    occurrence, from 0, of `words` becomes `figure` in `style`."""

    figure: str
    style: str
    words: str
    nth: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check noticed, in one sentence.

    section   key of the section, "" for the plan
    path      of the place in the section object, rows by id as in patches; () is the whole section
    stated    what the plan says there, as it prints; computed: what follows from elsewhere
    causes    other places that it is about: section key and path, such as the table that a
              sentence contradicts
    binding   the live figure that may take the place of a typed number, where there is one
    """

    id: str
    level: Level
    section: str
    message: str
    path: Path = ()
    stated: str = ""
    computed: str = ""
    causes: tuple[tuple[str, Path], ...] = field(default=(), compare=False)
    binding: Binding | None = field(default=None, compare=False)

    @property
    def place(self) -> tuple[str, str, Path]:
        """What is found and where, whatever the values."""
        return self.id, self.section, self.path

    @property
    def fingerprint(self) -> str:
        """64 hex digits for what is found and where; they change with the two values, and where
        there are none with the sentence. The second mention of a number in a text is elsewhere than
        the first."""
        said = (self.stated, self.computed) if self.stated or self.computed else (self.message,)
        nth = (self.binding.nth,) if self.binding and self.binding.nth else ()
        return _digest(self.id, self.section, (*self.path, *nth), *said)


@lru_cache(maxsize=8_192)
def _digest(*said: str | Path) -> str:
    """Kept, as a plan's findings are told from others time and again."""
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Check:
    """One sort of finding under its lasting id: the level it has, its name, what to do.

    `at_approval`: natural while a plan is written; it weighs only when the plan is to be approved.
    """

    id: str
    level: Level
    title: str
    advice: str
    at_approval: bool = False

    def at(
        self,
        section: str,
        path: Path,
        message: str,
        *,
        stated: str = "",
        computed: str = "",
        causes: tuple[tuple[str, Path], ...] = (),
        binding: Binding | None = None,
    ) -> Finding:
        """Return a finding of this sort at a place."""
        return Finding(
            self.id, self.level, section, message, path, stated, computed, causes, binding
        )
