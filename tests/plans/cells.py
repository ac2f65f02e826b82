"""A cell of each kind to be typed in: where it is, what it holds, what may stand there next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from plans.models import Section
from tests.plans.samples import content_of

# The lists down to a row in the middle of a section of samples, and the field typed in.
PLACES: dict[str, tuple[tuple[str, ...], tuple[str | int, ...]]] = {
    "narrative": ((), ("body",)),
    "objectives": (("rows",), ("title",)),
    "indicators": (("rows",), ("cells", "a0607")),
    "activity": (("rows",), ("cells", "c1")),
    "budget": (("units", "lines"), ("employee",)),
    "staffing": (("units", "bands"), ("fte", 0)),
    "actions": (("rows",), ("title",)),
    "risks": (("rows",), ("title",)),
    "register": (("rows",), ("cells", "name")),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """`new(n)` is a text that differs for every n and that the cell takes."""

    path: list[str | int]
    old: str
    new: Callable[[int], str]
    is_html: bool = False

    def change(self, old: str, n: int) -> dict[str, Any]:
        """Return the change that types text `n` over `old`, as a page sends it."""
        html = {"html": True} if self.is_html else {}
        return {"path": self.path, "old": old, "new": self.new(n), **html}


def find_cell(section: Section) -> Cell:
    """Return a cell of a row in the middle of a section of `samples`."""
    lists, field = PLACES[section.kind]
    here: Any = content_of(section)
    path: list[str | int] = ["content"]
    for name in lists:
        rows = here[name]
        here = rows[len(rows) // 2]
        path += [name, here["id"]]
    value = here
    for step in field:
        value = value[step]
    if section.kind == "narrative":
        return Cell([*path, *field], value, lambda n: f"{value}<p>Added {n}.</p>", is_html=True)
    return Cell([*path, *field], value, lambda n: f"{n + 1_000}.5")
