"""Section kinds: how an app offers its data as part of a plan.

An app registers its kinds in `<app>/sections.py`, which PlansConfig imports at start. All but
`dump` and `load` are pure functions of content, so that a plan file, a past version and a
working copy are read, checked and printed by the same code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from documents.blocks import Block, Orientation, Prose
from documents.values import Value
from plans.content import Content, Fault, Path
from plans.grid import Grid

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import Model

    from accounts.models import User
    from plans.models import Section


@dataclass(frozen=True, slots=True)
class PlanUnit:
    """A team whose budgets, posts and activity the plan brings together."""

    key: str
    name: str
    also: tuple[str, ...] = ()
    part_of: str | None = None


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What sections may know of their plan. `schemes`: risk schemes by key, as in the plan file.
    `rag_rules`: the rules that its indicators are judged by, likewise.
    `pictures`: names of those that are stored; none of them where nobody asked."""

    year: str
    money_unit: str
    units: tuple[PlanUnit, ...] = ()
    schemes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    rag_rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    pictures: tuple[str, ...] = ()

    @property
    def unit_names(self) -> dict[str, str]:
        return {unit.key: unit.name for unit in self.units}

    def outermost(self, key: str) -> str:
        """Return the unit that `key` is part of in the end; itself if it is part of none."""
        parents = {unit.key: unit.part_of for unit in self.units}
        seen = {key}
        while (above := parents.get(key)) and above not in seen:
            seen.add(above)
            key = above
        return key


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a kind may know around one section's content.

    `labels`: this plan's words for fixed headings and row words, the plan format's defaults
    under them. `prose` turns rich text into blocks, live figures with their present values.
    `charts`: slugs of those of the kind's charts that the section shows.
    """

    plan: PlanFacts
    key: str
    title: str
    caption: str
    labels: Mapping[str, str]
    prose: Callable[[str], Prose]
    charts: frozenset[str] = frozenset()

    def label(self, name: str, default: str) -> str:
        return self.labels.get(name) or default


@dataclass(frozen=True, slots=True)
class Figure:
    """A named value that prose can quote: `<section key>.<path>`.

    `unit`: what a number without one of its own counts in: "£000", "%", "days"; "" if nothing is
    said, as of a count. `names`: phrases by which prose means it, none: prose has no words for it.

    A name is one phrase or several that stand by the number, what else the sentence or its
    section's title must name, and when: "gross budget|gross spending; Asylum|SUASC; 2008/09".
    "N risks" counts risks; "*" is the title of the figure's section; an empty first part asks for
    no phrase, so that the number alone has to be the same.
    """

    path: str
    label: str
    value: Value
    unit: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowStore:
    """Where the rows of one list are kept, so that a cell is saved without reading the others.

    path     of the list in the content, without row ids: ("units", "lines"); () is the content
             itself, where one record keeps all of it
    model    of a row; its `section` and `row_id` find it
    alone    keys of a row that concern no other row, no column and no sum that is stored
    dump     stored row and the kind's `set_up` -> the row as in content, its own lists empty
    columns  a validated row -> its columns by name, those of `alone` at least
    within   the column that names the row above, "" for an outer list
    beside   related rows to be read with it; `write_beside` then stores them
    """

    path: tuple[str, ...]
    model: type[Model]
    alone: frozenset[str]
    dump: Callable[[Any, Mapping[str, Any]], dict[str, Any]]
    columns: Callable[[Any], Mapping[str, Any]]
    within: str = ""
    beside: tuple[str, ...] = ()
    write_beside: Callable[[Any, Any, Any], None] | None = None


@dataclass(frozen=True, slots=True)
class SectionKind:
    """One kind of section that a plan may hold.

    slug      stored in Section.kind and in plan files; never renamed
    schema    the plan file's `content`: validates, gives faults with paths, makes the JSON Schema
    empty     content of a new section
    dump      contents of sections by primary key, in a fixed number of queries for any number
    load      content -> rows of one section, matched by id; only what changed is written
    faults    what the schema alone cannot see: unknown columns, units, levels; paths in content
    build     content -> blocks, in reading order
    grid      content -> what its editor shows; content may hold cells that do not validate
    figures   content -> named values
    set_up    the content of a section without any row, in one query
    stores    where its rows are kept; what has no store is saved with its whole section
    charts    what the section may show as drawings: a slug, kept in plan files, and its words
    pictures  content, which need not validate -> path and file name of each picture it names
    rag_rules content -> keys of the RAG rules that judge it, which its plan file carries
    """

    slug: str
    name: str
    summary: str
    schema: type[Content]
    empty: Callable[[PlanFacts], dict[str, Any]]
    dump: Callable[[Sequence[Section]], dict[int, dict[str, Any]]]
    load: Callable[[Section, Content], None]
    faults: Callable[[Content, PlanFacts], Iterable[Fault]]
    build: Callable[[Content, Surroundings], Iterable[Block]]
    grid: Callable[[Mapping[str, Any], PlanFacts], Grid]
    figures: Callable[[Content, PlanFacts], Iterable[Figure]]
    orientation: Orientation = "portrait"
    set_up: Callable[[Section], dict[str, Any]] | None = None
    stores: tuple[RowStore, ...] = ()
    charts: Mapping[str, str] = field(default_factory=dict)
    pictures: Callable[[Mapping[str, Any]], Iterable[tuple[Path, str]]] | None = None
    rag_rules: Callable[[Content, PlanFacts], Iterable[str]] | None = None


class UnknownKind(LookupError):
    """No app registered a section kind of this slug."""


_kinds: dict[str, SectionKind] = {}


def register(kind: SectionKind) -> None:
    """Offer `kind` to plans.

    :raises ValueError: if its slug is taken.
    """
    if kind.slug in _kinds:
        raise ValueError(f"section kind {kind.slug!r} is registered twice")
    _kinds[kind.slug] = kind


def unregister(slug: str) -> None:
    """Take a kind back; for tests that add one."""
    del _kinds[slug]


def get_kind(slug: str) -> SectionKind:
    """Return the kind of this slug.

    :raises UnknownKind: if there is none.
    """
    try:
        return _kinds[slug]
    except KeyError:
        raise UnknownKind(slug) from None


def kinds() -> tuple[SectionKind, ...]:
    """Return every kind, by name."""
    return tuple(sorted(_kinds.values(), key=lambda kind: kind.name))


_scheme_sources: list[Callable[[], Mapping[str, Mapping[str, Any]]]] = []


def register_schemes(source: Callable[[], Mapping[str, Mapping[str, Any]]]) -> None:
    """Let `source` answer for the council's risk schemes, by key, each as in the plan file."""
    _scheme_sources.append(source)


def council_schemes() -> dict[str, Mapping[str, Any]]:
    """Return the risk schemes that the council keeps for all its plans."""
    return {key: scheme for source in _scheme_sources for key, scheme in source().items()}


class SchemesOfPlan(Mapping[str, Mapping[str, Any]]):
    """A plan's own risk schemes above the council's, which are read once they are asked for."""

    def __init__(self, own: Mapping[str, Mapping[str, Any]]) -> None:
        self.own = own

    @cached_property
    def _all(self) -> dict[str, Mapping[str, Any]]:
        return {**council_schemes(), **self.own}

    def __getitem__(self, key: str) -> Mapping[str, Any]:
        return self.own[key] if key in self.own else self._all[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


class RuleKeeper(Protocol):
    """Stores RAG rules, each as in the plan file, as the council's."""

    def __call__(
        self, rules: Iterable[Mapping[str, Any]], *, by: User | None, at: datetime
    ) -> None: ...


_rag_rule_sources: list[Callable[[], Mapping[str, Mapping[str, Any]]]] = []
_rag_rule_keepers: list[RuleKeeper] = []


def register_rag_rules(
    source: Callable[[], Mapping[str, Mapping[str, Any]]], keeper: RuleKeeper
) -> None:
    """Let `source` answer for the council's RAG rules, by key, each as in the plan file, and
    `keeper` store them."""
    _rag_rule_sources.append(source)
    _rag_rule_keepers.append(keeper)


def council_rag_rules() -> dict[str, Mapping[str, Any]]:
    """Return the RAG rules that the council keeps for all its plans."""
    return {key: rule for source in _rag_rule_sources for key, rule in source().items()}


def keep_rag_rules(rules: Iterable[Mapping[str, Any]], *, by: User | None, at: datetime) -> None:
    """Store rules, each as in the plan file, as the council's; one of a known key is replaced."""
    for keeper in _rag_rule_keepers:
        keeper(rules, by=by, at=at)


class RagRulesOfPlan(Mapping[str, Mapping[str, Any]]):
    """The RAG rules that a plan carries; of one that carries none, the council's.

    They are never mixed: a rule that the council makes later would else judge what was frozen
    under others. The council's are read once they are asked for.
    """

    def __init__(self, own: Mapping[str, Mapping[str, Any]]) -> None:
        self.own = own

    @cached_property
    def _all(self) -> Mapping[str, Mapping[str, Any]]:
        return self.own or council_rag_rules()

    def __getitem__(self, key: str) -> Mapping[str, Any]:
        return self._all[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)
