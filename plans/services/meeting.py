"""A patch meets what stands: what of it can be stored, what clashes, what the page cannot know.

Pure: works on section objects; nothing here reads or writes the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from documents import values
from plans.content import Fault, Faults, Path, identified_rows
from plans.editor.patches import ById, Patched, Places, Refused, name_rows, read_typed, show_typed
from plans.editor.places import find_place, show_in_words
from plans.editor.reading import drop_lost_columns, section_grid, show_value
from plans.editor.sent import AddedRow, Change, RemovedRow, Typed
from plans.grid import Field, FieldType, Grid, RowList, RowOverride, value_at
from plans.merge import changes
from plans.planfile import SectionData, read_section_object
from plans.registry import PlanFacts


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A place that now holds something else than the page has: its text as it is typed."""

    path: Path
    text: str
    is_html: bool = False


@dataclass(frozen=True, slots=True)
class PatchFault:
    """A change that cannot be stored: why, and what may have been meant, "" for no idea."""

    path: Path
    message: str
    proposal: str = ""


@dataclass(frozen=True, slots=True)
class PatchClash:
    """A place that somebody else changed too, in words, with the three texts as they are typed.

    `by`: who saved theirs, in words.
    """

    path: Path
    place: str
    base: str
    theirs: str
    mine: str
    is_html: bool = False
    by: str = ""


@dataclass(frozen=True, slots=True)
class PatchSaved:
    """The answer to a patch. `changed`: how many places were changed by it.

    `redraw`: the page cannot follow; it is to be fetched again.
    """

    revision: int
    changed: int
    others: tuple[Elsewhere, ...] = ()
    faults: tuple[PatchFault, ...] = ()
    clashes: tuple[PatchClash, ...] = ()
    redraw: bool = False


class Meeting:
    """Changes put into what stands `now`, until what is left of them can be stored.

    `base`: what the page was drawn from, None if that is not known any more. Afterwards `result`
    is the section as it can be stored, and `refused` what was left out of it.
    """

    def __init__(
        self,
        sent: Sequence[Change],
        *,
        facts: PlanFacts,
        now: dict[str, Any],
        base: dict[str, Any] | None,
    ) -> None:
        self.facts, self.now, self.base = facts, now, base
        self.places = Places(section_grid(now, facts))
        self.refused: list[Refused] = []
        self.accepted: list[Change | None] = list(sent)
        self._place_of = {id(change): place for place, change in enumerate(sent)}
        self.typed: dict[str, Any] = now
        self.result = self._settle()

    # --- storing what can be stored ---

    def _settle(self) -> SectionData:
        """Leave out what cannot be stored until the rest can be."""
        taken = {row["id"] for value in (self.now, self.base) for _, row in identified_rows(value)}
        while True:
            self.typed = self._put_all()
            try:
                return read_section_object(self.typed, self.facts, taken=taken)
            except Faults as found:
                named = [_name(fault, self.typed) for fault in found.faults]
                fresh = [fault for fault in named if fault not in self._standing]
                if not fresh:  # only the plan around it changed: that is no fault of these
                    return read_section_object(self.typed, None, taken=taken)
                self._refuse(self._find_faulty(fresh))

    @cached_property
    def _standing(self) -> frozenset[Fault]:
        """The faults of what stands: those of a section that its plan does not fit any more."""
        try:
            read_section_object(self.now, self.facts)
        except Faults as found:
            return frozenset(_name(fault, self.now) for fault in found.faults)
        return frozenset()

    def _put_all(self) -> dict[str, Any]:
        is_stale = self.base is not self.now
        patched = Patched(self.now, self.places, base=self.base if is_stale else None)
        for change in tuple(self._left()):
            self._refuse(patched.put(change))
        drop_lost_columns(patched.value)
        return patched.value

    def _left(self) -> Iterator[Change]:
        return (change for change in self.accepted if change is not None)

    def _refuse(self, refused: Iterable[Refused]) -> None:
        """Leave out what is refused: of an added row one field alone, anything else whole."""
        for each in tuple(refused):
            self.refused.append(each)
            place = self._place_of[id(each.change)]
            left = self.accepted[place]
            name = "-".join(map(str, each.path[len(each.change.path) :]))
            if isinstance(left, AddedRow) and name in left.fields:
                fields = {key: text for key, text in left.fields.items() if key != name}
                left = replace(left, fields=fields)
                self._place_of[id(left)] = place
                self.accepted[place] = left
            else:
                self.accepted[place] = None

    def _find_faulty(self, faults: Sequence[Fault]) -> Iterator[Refused]:
        """Yield the changes at the faults' places; if there are none, those of rows and lists."""
        left = {_spell(change.path): change for change in self._left()}
        found: dict[tuple[int, str], Refused] = {}
        for fault in faults:
            for each in _changes_at(fault, left):
                found.setdefault((id(each.change), _join(each.path)), each)
        yield from found.values() or self._find_needed(faults) or self._blame_all(faults[0])

    def _find_needed(self, faults: Sequence[Fault]) -> list[Refused]:
        """Return the removals of rows whose keys a faulty place names, each with that place."""
        now, typed = ById(self.now), ById(self.typed)
        removed = {
            row["key"]: change
            for change in self._left()
            if isinstance(change, RemovedRow) and (row := now.at(change.path)) and row.get("key")
        }
        found = {}
        for fault in faults:
            key = typed.at(fault.path)
            if isinstance(key, str) and key in removed and key not in found:
                change = removed[key]
                row = find_place(change.path, self.places.grid, (self.now,)).words[-1]
                place = find_place(fault.path, self.places.grid, (self.typed,))
                message = f"“{row}” is still needed: “{place}” names it. Change that first."
                found[key] = Refused(change, change.path, message)
        return list(found.values())

    def _blame_all(self, fault: Fault) -> list[Refused]:
        """Return all changes of rows and lists, if there are none all others, as refused."""
        left = list(self._left())
        shaping = [change for change in left if not isinstance(change, Typed)]
        return [Refused(change, change.path, fault.message) for change in shaping or left]

    # --- answering ---

    def answer(
        self, revision: int, *, changed: int, result: dict[str, Any], is_whole: bool = True
    ) -> PatchSaved:
        """Return what the page is told; `result` is the section as that revision left it.

        `is_whole`: what met are whole sections; of a few rows alone no grid can be compared.
        """
        grid = section_grid(result, self.facts)
        others, is_reshaped = self._look_elsewhere(result, grid)
        return PatchSaved(
            revision=revision,
            changed=changed,
            others=others,
            faults=self.list_faults(),
            clashes=tuple(self._say_clash(each) for each in self.refused if each.is_clash),
            redraw=is_reshaped or (is_whole and self._is_drawn_otherwise(result, grid)),
        )

    def stored_paths(self) -> tuple[Path, ...]:
        """Return the places of the changes that could be stored."""
        return tuple(change.path for change in self._left())

    def list_faults(self) -> tuple[PatchFault, ...]:
        return tuple(self._say_fault(each) for each in self.refused if each.message)

    @cached_property
    def _page(self) -> dict[str, Any]:
        """What the page holds, but for what was refused."""
        if self.base is None or self.base is self.now:
            return self.typed
        patched = Patched(self.base, Places(section_grid(self.base, self.facts)), is_judged=False)
        for change in self._left():
            patched.put(change)
        return patched.value

    def _look_elsewhere(
        self, result: dict[str, Any], grid: Grid
    ) -> tuple[tuple[Elsewhere, ...], bool]:
        """Return the texts that the page does not have, and whether rows came, went or moved."""
        patch = changes(self._page, result)
        places = Places(grid)
        refused = {_spell(each.path) for each in self.refused}
        sent = {_spell(c.path): c for c in self._left() if isinstance(c, Typed)}
        seen: dict[tuple[str, ...], tuple[Path, Field]] = {}
        is_reshaped = False
        for change in patch:
            fields = tuple(places.fields_within(tuple(change["path"])))
            is_reshaped = is_reshaped or places.is_of_rows(tuple(change["path"]))
            seen.update({_spell(path): (path, field) for path, field in fields})
        for name, typed in sent.items():
            spot = places.find(typed.path)
            if spot and spot.field and name not in seen:
                seen[name] = (typed.path, spot.field)
        before, after = ById(self._page), ById(result)
        found = []
        for name, (path, field) in seen.items():
            if name in refused or field.type in (FieldType.DERIVED, FieldType.HIDDEN):
                continue
            value = after.at(path)
            known = _text_sent(field, sent.get(name), before.at(path))
            if known != _text_as_sent(field, sent.get(name), value):
                is_html = field.type is FieldType.RICH
                found.append(Elsewhere(path, show_typed(field, value), is_html))
        return tuple(found), is_reshaped

    def _is_drawn_otherwise(self, result: dict[str, Any], grid: Grid) -> bool:
        """Whether the grid has other fields, lists or sorts of rows than the page has."""
        if self.base is None:
            return True
        was = self.places.grid if self.base is self.now else section_grid(self.base, self.facts)
        if _shape(was) != _shape(grid):
            return True
        before, after = _sorts_of_rows(was, self.base), _sorts_of_rows(grid, result)
        return any(before[name] != after[name] for name in before.keys() & after.keys())

    def _say_fault(self, refused: Refused) -> PatchFault:
        spot = self.places.find(refused.path)
        text = _text_in(refused)
        is_cell = bool(spot and spot.field and spot.field.type is FieldType.CELL)
        readings = values.propose(text, self.facts.money_unit) if is_cell else ()
        return PatchFault(refused.path, refused.message, readings[0] if readings else "")

    def _say_clash(self, refused: Refused) -> PatchClash:
        grid = self.places.grid
        sides = (self.now, self.base or self.now)
        place = find_place(refused.path, grid, sides)
        spot = self.places.find(refused.path)
        if spot and spot.field and refused.theirs is not None:
            field = spot.field
            is_html = field.type is FieldType.RICH
            base, theirs = show_typed(field, refused.base), show_typed(field, refused.theirs)
            return PatchClash(
                refused.path, str(place), base, theirs, _mine(field, refused), is_html
            )
        base = show_in_words(refused.base, place)
        theirs = "(removed)" if refused.theirs is None else show_in_words(refused.theirs, place)
        return PatchClash(refused.path, str(place), base, theirs, _text_in(refused))


def _spell(path: Path) -> tuple[str, ...]:
    return tuple(map(str, path))


def _join(path: Path) -> str:
    return "-".join(map(str, path))


def _name(fault: Fault, value: Any) -> Fault:
    return Fault(name_rows(fault.path, value), fault.message)


def _changes_at(fault: Fault, left: Mapping[tuple[str, ...], Change]) -> Iterator[Refused]:
    """Yield the change that made a fault: at its place, around it, else those inside it."""
    path = _spell(fault.path)
    for length in range(len(path), 0, -1):
        change = left.get(path[:length])
        if change is not None:
            yield Refused(change, _place_in(change, fault.path), fault.message)
            return
    inside = [change for name, change in left.items() if name[: len(path)] == path]
    shaping = [change for change in inside if not isinstance(change, Typed)]
    for change in shaping or inside:
        yield Refused(change, change.path, fault.message)


def _place_in(change: Change, path: Path) -> Path:
    """Return the field of an added row that a fault is about; the change's own place for others."""
    if isinstance(change, AddedRow):
        rest = path[len(change.path) :]
        for length in range(len(rest), 0, -1):
            if _join(rest[:length]) in change.fields:
                return (*change.path, *rest[:length])
    return change.path


def _text_in(refused: Refused) -> str:
    """Return the text that was typed at a refused place, "" if none was."""
    match refused.change:
        case Typed():
            return refused.change.new
        case AddedRow():
            return refused.change.fields.get(_join(refused.path[len(refused.change.path) :]), "")
    return ""


def _mine(field: Field, refused: Refused) -> str:
    """Return the typed text of a clash in the form that its other two texts have."""
    text = _text_in(refused)
    is_html = getattr(refused.change, "is_html", False)
    if field.type is not FieldType.RICH:
        return text
    return str(read_typed(field, text, None, is_html=is_html) or "")


def _text_sent(field: Field, typed: Typed | None, value: Any) -> str:
    """Return the text that the page holds at a place: what it sent, else what it was drawn with."""
    return show_typed(field, value) if typed is None else typed.new


def _text_as_sent(field: Field, typed: Typed | None, value: Any) -> str:
    """Return a value as the page would have sent it."""
    if typed is not None and not typed.is_html:
        return show_value(field, value)
    return show_typed(field, value)


def _shape(holder: Grid | RowList) -> tuple[Any, ...]:
    """Return what of a grid the page was drawn by, its rows aside."""
    is_list_sent_whole = isinstance(holder, RowList) and not holder.identified
    fields = tuple(
        (f.path, f.type, f.label, f.groups, () if is_list_sent_whole else f.choices)
        for f in holder.fields
    )
    return fields, tuple((rows.path, _shape(rows)) for rows in holder.lists)


def _sorts_of_rows(grid: Grid, value: Any) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Return how each row of the outer lists differs from its list, by list and row id."""
    plain = RowOverride()
    return {
        (rows.path, row["id"]): (rows.rows.get(i, plain).without, rows.rows.get(i, plain).style)
        for rows in grid.lists
        for i, row in enumerate(value_at(value, rows.path) or ())
        if rows.identified and isinstance(row, Mapping) and "id" in row
    }
