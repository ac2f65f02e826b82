"""Many small saves as a few lines: which belong together, and what they changed in the end.

Pure: works on moments and patches, not on rows of the database.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from plans.content import Path
from plans.merge import ORDER, undo_changes

PAUSE = timedelta(minutes=30)
"""How long somebody may rest before what they save next is a line of its own."""
MOST = 200
"""How many saves one line stands for at most."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened: its `number`, whose doing it is (`key`), when.

    `is_small`: it folds together with its like. `is_milestone`: nothing folds across it.
    """

    number: int
    key: Hashable
    at: datetime
    is_small: bool = True
    is_milestone: bool = False


@dataclass(frozen=True, slots=True)
class Fold:
    """Moments that are one line, the newest first; there is at least one."""

    moments: tuple[Moment, ...]

    @property
    def last(self) -> Moment:
        return self.moments[0]

    @property
    def first(self) -> Moment:
        return self.moments[-1]

    def __len__(self) -> int:
        return len(self.moments)


def fold_moments(moments: Iterable[Moment], *, across_others: bool = False) -> list[Fold]:
    """Return lines for `moments`, which come newest first, ordered by the newest of each.

    Small moments of one key fold while no pause and no milestone parts them; with
    `across_others` also past what others did in between.
    """
    folds: list[list[Moment]] = []
    growing: dict[Hashable, list[Moment]] = {}
    for moment in moments:
        if moment.is_milestone or not (across_others or moment.key in growing):
            growing.clear()
        fold = growing.get(moment.key)
        if moment.is_small and fold and _goes_with(fold, moment):
            fold.append(moment)
            continue
        folds.append([moment])
        if moment.is_small and not moment.is_milestone:
            growing[moment.key] = folds[-1]
    return [Fold(tuple(fold)) for fold in folds]


def _goes_with(fold: Sequence[Moment], moment: Moment) -> bool:
    return len(fold) < MOST and fold[-1].at - moment.at <= PAUSE


# --- what several patches changed in the end -----------------------------------------------------

_MISSING = object()


def fold_patches(patches: Iterable[Sequence[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """Return as one patch what `patches`, the oldest first, changed in the end.

    What was changed and changed back is not in it; a row that was added and filled in is one
    change. Rows count as moved only if those that stayed stand in another order.
    """
    net: dict[Path, dict[str, Any]] = {}
    # Each patch names the order of rows first; it can be followed once the rows are there.
    for change in chain.from_iterable(reversed(patch) for patch in patches):
        path = tuple(change["path"])
        outer = next((path[:n] for n in range(1, len(path)) if path[:n] in net), None)
        if outer is None:
            _put(net, path, change)
        elif "new" in net[outer]:
            step = {**_turned(change), "path": path[len(outer) :]}
            net[outer]["new"] = undo_changes(net[outer]["new"], [step])
    found = [change for change in net.values() if not _is_nothing(change)]
    return sorted(found, key=lambda change: change["path"][-1] != ORDER)  # as `changes` has it


def _put(net: dict[Path, dict[str, Any]], path: Path, change: Mapping[str, Any]) -> None:
    """Put `change` in, together with what was changed there, or inside of it, before."""
    old = change.get("old", _MISSING)
    inner = [known for known in net if len(known) > len(path) and known[: len(path)] == path]
    for known in reversed(inner):
        before = net.pop(known)
        if old is not _MISSING:
            old = undo_changes(old, [{**before, "path": known[len(path) :]}])
    if path in net:
        old = net.pop(path).get("old", _MISSING)
    new = change.get("new", _MISSING)
    if old is _MISSING and new is _MISSING:
        return
    sides = {"old": old, "new": new}
    found = {side: value for side, value in sides.items() if value is not _MISSING}
    net[path] = {"path": list(path), **found}


def _turned(change: Mapping[str, Any]) -> dict[str, Any]:
    """Return the change whose undoing does `change`."""
    other = {"old": "new", "new": "old"}
    return {other.get(name, name): value for name, value in change.items()}


def _is_nothing(change: Mapping[str, Any]) -> bool:
    if not {"old", "new"} <= change.keys():
        return False
    old, new = change["old"], change["new"]
    if change["path"][-1] == ORDER:
        kept = set(old) & set(new)
        return [i for i in old if i in kept] == [i for i in new if i in kept]
    return bool(old == new)
