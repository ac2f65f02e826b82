"""Running the checks: each section read by itself, then the plan judged by what was read.

A section's reading depends on nothing but the section, the plan's own facts and the code, so it
may be kept under a key made of these (plans/services/findings.py). Pure.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeVar

from documents import richtext
from documents.values import Status, Value
from plans import prose
from plans.checks.dates import Dated, Misdated, read_dates
from plans.checks.findings import Finding
from plans.checks.guides import Guide, Progress
from plans.checks.registry import define, extract, extracts, plan_checks, section_checks
from plans.checks.wording import Wording, read_wordings
from plans.content import Content, Path, shorten
from plans.planfile import PlanData, PlanHead, SectionData, SectionHead
from plans.registry import Figure, PlanFacts, get_kind

T = TypeVar("T")
logger = logging.getLogger(__name__)

NOT_RUN = define(
    "plans.W002",
    "A check could not be run",
    "Look for yourself what it looks for, and tell whoever runs this site.",
)


@dataclass(frozen=True, slots=True)
class Text:
    """One rich text of a section: where it stands (rows by id), and its HTML."""

    path: Path
    html: str


class SectionView:
    """One section as its checks see it; what several of them ask for is worked out once."""

    def __init__(self, section: SectionData, facts: PlanFacts) -> None:
        self.head: SectionHead = section.head
        self.content: Content = section.content
        self.facts = facts
        self._section = section

    @property
    def key(self) -> str:
        return self.head.key

    @cached_property
    def raw(self) -> dict[str, Any]:
        """The section object as in the plan file."""
        return self._section.as_dict()

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(get_kind(self.head.kind).figures(self.content, self.facts))

    @cached_property
    def _walked(self) -> list[tuple[Path, str]]:
        return walk(self.raw)

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """Every rich text that holds something, in order."""
        return tuple(Text(path, text) for path, text in self._walked if prose.is_clean(text))

    @cached_property
    def wordings(self) -> tuple[Wording, ...]:
        """Every text that somebody wrote, plain or rich, as words, in order."""
        rich = frozenset(text.path for text in self.texts)
        return tuple(read_wordings(self._walked, rich))

    @cached_property
    def dates(self) -> tuple[tuple[Wording, Dated | Misdated], ...]:
        """Every date in the section's texts, and what is written as one and cannot be."""
        return tuple(
            (wording, dated)
            for wording in self.wordings
            for dated in read_dates(wording.words, year=self.facts.year)
        )

    @cached_property
    def kept(self) -> dict[Callable[..., Any], Any]:
        """Room for what several checks work out of the section; see `shared`."""
        return {}

    def shared(self, work_out: Callable[[SectionView], T]) -> T:
        """Return `work_out(self)`, worked out once however many checks ask for it."""
        if work_out not in self.kept:
            self.kept[work_out] = work_out(self)
        found: T = self.kept[work_out]
        return found


def walk(value: Any) -> list[tuple[Path, str]]:
    """Return every text of a section object with its path, rows named by their ids, in order."""
    found: list[tuple[Path, str]] = []
    _gather_texts(value, (), found)
    return found


def _gather_texts(value: Any, path: Path, found: list[tuple[Path, str]]) -> None:
    """Add to `found`; a generator of generators would take three times as long."""
    if isinstance(value, str):
        found.append((path, value))
    elif isinstance(value, dict):
        for key, item in value.items():
            _gather_texts(item, (*path, key), found)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            row_id = item.get("id") if isinstance(item, dict) else ""
            _gather_texts(item, (*path, row_id or index), found)


@dataclass(frozen=True, slots=True)
class SectionReading:
    """What is kept of one section: its own findings, and its extracts by name, as JSON."""

    findings: tuple[Finding, ...]
    extracts: Mapping[str, Any]


@dataclass(frozen=True)
class PlanView:
    """A plan as its checks see it: its own facts, its sections' heads, and what was read of them.

    readings  by section key, in the plan's order, as `heads`
    pictures  names of the pictures that the plan has; None where nobody can say, as for a file
    guide     what the plan's format asks for; None where nobody can say
    progress  how far the work is; None where nobody can say
    """

    head: PlanHead
    facts: PlanFacts
    heads: Sequence[SectionHead]
    readings: Mapping[str, SectionReading] = field(repr=False)
    pictures: frozenset[str] | None = None
    guide: Guide | None = None
    progress: Progress | None = None

    def extracted(self, name: str) -> Iterator[tuple[str, Any]]:
        """Yield section key and what the extract took out, in the plan's order."""
        for key, reading in self.readings.items():
            if name in reading.extracts:
                yield key, reading.extracts[name]

    @cached_property
    def figures(self) -> Mapping[str, Figure]:
        """Every figure of the plan by its full name."""
        return PackedFigures(
            {
                f"{key}.{packed[0]}": packed
                for key, figures in self.extracted("figures")
                for packed in figures
            }
        )

    @cached_property
    def names_of_figures(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The full name of each figure that prose has words for, with these."""
        return tuple(
            (f"{key}.{packed[0]}", tuple(packed[-1]))
            for key, figures in self.extracted("figures")
            for packed in figures
            if packed[-1]
        )

    @cached_property
    def kept(self) -> dict[Callable[..., Any], Any]:
        """Room for what several checks work out of the whole plan; see `shared`."""
        return {}

    def shared(self, work_out: Callable[[PlanView], Any]) -> Any:
        """Return `work_out(self)`, worked out once however many checks ask for it."""
        if work_out not in self.kept:
            self.kept[work_out] = work_out(self)
        return self.kept[work_out]


def read_section(section: SectionData, facts: PlanFacts) -> SectionReading:
    """Return what the checks find in one section by itself, and what the plan's checks need."""
    view, head = SectionView(section, facts), section.head
    found: list[Finding] = []
    taken: dict[str, Any] = {}
    for check in section_checks(head.kind):
        with _contained(check, found, head):
            found.extend(check(view))
    for name, take in extracts(head.kind).items():
        with _contained(take, found, head):
            taken[name] = take(view)
    return SectionReading(tuple(found), taken)


@contextmanager
def _contained(
    function: Callable[..., Any], found: list[Finding], head: SectionHead | None = None
) -> Iterator[None]:
    """Let a function that fails cost no more than what it would find: the log tells of it, and a
    finding. Nobody could open the plan otherwise."""
    try:
        yield
    except Exception:
        key, title = (head.key, head.title or head.key) if head else ("", "")
        logger.exception("%s.%s failed on %r", function.__module__, function.__name__, key)
        name = function.__name__.replace("_", " ")
        place = f"“{shorten(title)}”" if head else "the plan as a whole"
        message = f"The check “{name}” could not be run on {place}."
        found.append(NOT_RUN.at(key, (), message))


def judge_plan(plan: PlanView) -> list[Finding]:
    """Return the findings of all sections and of the whole, the gravest first, then in order.

    What is wrong twice in one text, in the same words, is found once. Asked again of the same view
    it costs nothing.
    """
    return list(plan.shared(_judge))


def _judge(plan: PlanView) -> list[Finding]:
    found = [each for reading in plan.readings.values() for each in reading.findings]
    for check in plan_checks():
        with _contained(check, found):
            found.extend(check(plan))
    order = {head.key: index for index, head in enumerate(plan.heads)}
    return sorted(dict.fromkeys(found), key=lambda f: (-f.level, order.get(f.section, -1), f.id))


def run_checks(
    plan: PlanData,
    *,
    pictures: frozenset[str] | None = None,
    guide: Guide | None = None,
    progress: Progress | None = None,
) -> list[Finding]:
    """Return what every check finds in a plan as data: a file, a version, a working copy."""
    return judge_plan(view_plan(plan, pictures=pictures, guide=guide, progress=progress))


def view_plan(
    plan: PlanData,
    *,
    pictures: frozenset[str] | None = None,
    guide: Guide | None = None,
    progress: Progress | None = None,
) -> PlanView:
    facts = plan.facts
    readings = {section.head.key: read_section(section, facts) for section in plan.sections}
    heads = [section.head for section in plan.sections]
    stored = plan.pictures if pictures is None else pictures
    return PlanView(plan.head, facts, heads, readings, stored, guide, progress)


# --- what the core itself takes out of every section -------------------------------------------

Packed = list[Any]  # a figure as JSON
WORDS_AROUND = 80  # characters kept on either side of a live figure


@extract("figures")
def extract_figures(section: SectionView) -> list[Packed]:
    return [pack_figure(figure) for figure in section.figures]


@extract("figure_uses")
def extract_figure_uses(section: SectionView) -> list[tuple[Path, str, str, str, str]]:
    """Take out path, name, style and the words around of each live figure in the texts."""
    return [
        (text.path, use.name, use.style, use.before[-WORDS_AROUND:], use.after[:WORDS_AROUND])
        for text in section.texts
        if "data-figure" in text.html
        for use in richtext.figure_uses(text.html)
    ]


@extract("section_links")
def extract_section_links(section: SectionView) -> list[tuple[Path, str]]:
    """Take out path and target of each link to a section."""
    return [
        (text.path, target)
        for text in section.texts
        if 'href="#' in text.html
        for target in richtext.section_links(text.html)
    ]


def pack_figure(figure: Figure) -> Packed:
    """Return a figure as JSON: path, label, unit, its value's text, status, number; its names."""
    value = figure.value
    number = None if value.number is None else str(value.number)
    marks = [value.unit, value.word, value.pound, value.remark, list(value.notes), value.computed]
    return [
        figure.path,
        figure.label,
        figure.unit,
        value.text,
        value.status.value,
        number,
        value.decimals,
        *marks,
        list(figure.names),
    ]


class PackedFigures(Mapping[str, Figure]):
    """Figures as `pack_figure` left them, each unpacked when it is asked for."""

    def __init__(self, packed: Mapping[str, Packed]) -> None:
        self._packed = packed
        self._unpacked: dict[str, Figure] = {}

    def __getitem__(self, name: str) -> Figure:
        if name not in self._unpacked:
            self._unpacked[name] = unpack_figure(self._packed[name])
        return self._unpacked[name]

    def __contains__(self, name: object) -> bool:
        return name in self._packed

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)


def unpack_figure(packed: Packed) -> Figure:
    """Return the figure that `pack_figure` made this of."""
    path, label, unit, text, status, number, decimals, *marks = packed
    unit_of_value, word, pound, remark, notes, computed, names = marks
    value = Value(
        text,
        Status(status),
        None if number is None else Decimal(number),
        decimals,
        unit_of_value,
        word,
        pound,
        remark,
        tuple(notes),
        computed,
    )
    return Figure(path, label, value, unit, tuple(names))
