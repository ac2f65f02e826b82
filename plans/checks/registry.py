"""Where apps register their checks, in the manner of django.core.checks.

A check of a section is a function from one section to findings. A check of the plan never reads
sections: it works on what extracts took out of each of them, so that after a save only the saved
section is read again (plans/checks/running.py). All are pure; none asks the database.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from plans.checks.findings import Check, Finding, Level

if TYPE_CHECKING:
    from plans.checks.running import PlanView, SectionView

SectionFunction = Callable[["SectionView"], Iterable[Finding]]
PlanFunction = Callable[["PlanView"], Iterable[Finding]]
ExtractFunction = Callable[["SectionView"], Any]
Registered = TypeVar("Registered", bound=Callable[..., Any])

_ID = re.compile(r"[a-z]+\.(?P<level>[EWAR])[0-9]{3}")
_LETTERS = {"E": Level.ERROR, "W": Level.WARNING, "A": Level.ADVICE, "R": Level.ROUNDING}


@dataclass(frozen=True, slots=True)
class ForKinds:
    """A registered function, and the section kinds it is for; none named: every kind."""

    run: Callable[..., Any]
    kinds: frozenset[str]

    def suits(self, kind: str) -> bool:
        return not self.kinds or kind in self.kinds


_checks: dict[str, Check] = {}
_of_sections: list[ForKinds] = []
_of_plans: list[PlanFunction] = []
_extracts: dict[str, ForKinds] = {}


def define(name: str, title: str, advice: str, *, at_approval: bool = False) -> Check:
    """Name a sort of finding by its lasting id, whose letter is its level: `budgets.E001`.

    `at_approval` as in `Check`.

    :raises ValueError: if the id is taken or is none.
    """
    match = _ID.fullmatch(name)
    if match is None or name in _checks:
        raise ValueError(f"{name!r} is taken, or is no id of a check such as plans.E001")
    _checks[name] = Check(name, _LETTERS[match["level"]], title, advice, at_approval)
    return _checks[name]


def get_check(name: str) -> Check:
    """Return the sort of finding of this id.

    :raises KeyError: if no app defines it.
    """
    return _checks[name]


def checks() -> tuple[Check, ...]:
    """Return every sort of finding, by id."""
    return tuple(_checks[name] for name in sorted(_checks))


def check_sections(*kinds: str) -> Callable[[Registered], Registered]:
    """Let a function look at every section of these kinds, of all kinds if none is named."""

    def register(function: Registered) -> Registered:
        _of_sections.append(ForKinds(function, frozenset(kinds)))
        return function

    return register


def check_plans(function: Registered) -> Registered:
    """Let a function look at what the extracts took out of a plan's sections."""
    _of_plans.append(function)
    return function


def extract(name: str, *kinds: str) -> Callable[[Registered], Registered]:
    """Keep what a function takes out of sections of these kinds, as JSON can hold it.

    :raises ValueError: if the name is taken.
    """

    def register(function: Registered) -> Registered:
        if name in _extracts:
            raise ValueError(f"the extract {name!r} is registered twice")
        _extracts[name] = ForKinds(function, frozenset(kinds))
        return function

    return register


def section_checks(kind: str) -> list[SectionFunction]:
    return [each.run for each in _of_sections if each.suits(kind)]


def plan_checks() -> list[PlanFunction]:
    return list(_of_plans)


def extracts(kind: str) -> dict[str, ExtractFunction]:
    return {name: each.run for name, each in _extracts.items() if each.suits(kind)}
