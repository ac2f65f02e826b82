"""What saves changed elsewhere: told by an `effects` event when the plan is read again after them.

Events never change, so each tells of the saves between two readings; the history folds those of one
person and section, and `compose` says what they did in the end. See docs/checking.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db.models import Q

from plans.checks import Finding, Level, PlanView
from plans.checks.impact import FigureChange, Mention, list_sentences, weigh
from plans.content import Path
from plans.figures import in_style, prose_style
from plans.models import Event, Plan, Section, SectionRevision
from plans.registry import Figure

ACTION = "effects"
MOST = 20  # of each sort in one event; the rest are counted
LONGEST = 300  # characters of a finding's sentence


@dataclass(frozen=True, slots=True)
class FigureTold:
    """A figure that changed: as its table prints it, in `unit`, and as a sentence says it, shorter
    and perhaps the same; "" where it was not, or is not any more."""

    name: str
    label: str
    unit: str
    before: str
    after: str
    said_before: str
    said_after: str

    def __str__(self) -> str:
        """Return the change in words: "Gross expenditure £100.8m → £101.0m"."""
        sides, unit = (self.said_before, self.said_after), ""
        if sides[0] == sides[1]:
            sides, unit = (self.before, self.after), f" ({self.unit})" if self.unit else ""
        return f"{self.label} {sides[0] or 'nothing'} → {sides[1] or 'nothing'}{unit}"


@dataclass(frozen=True, slots=True)
class Turn:
    """A finding that came or went: as much of it as the log keeps. `mark` tells it from others."""

    mark: str
    id: str
    level: str
    section: str
    path: Path
    message: str

    @property
    def place(self) -> tuple[str, str, Path]:
        return self.id, self.section, self.path


@dataclass(frozen=True, slots=True)
class Effects:
    """What reads otherwise after some saves, outside of what was typed.

    changed  findings that say other values than before, as they are now
    lapsed   findings that were waived and are gone as they were: their waivers hold no more
    more     how many things of any sort were left out
    """

    figures: tuple[FigureTold, ...] = ()
    mentions: tuple[Mention, ...] = ()
    appeared: tuple[Turn, ...] = ()
    settled: tuple[Turn, ...] = ()
    changed: tuple[Turn, ...] = ()
    lapsed: tuple[Turn, ...] = ()
    more: int = 0

    def __bool__(self) -> bool:
        lists = (self.figures, self.mentions, self.appeared, self.settled, self.changed)
        return any(lists) or self.more > 0

    @property
    def cover(self) -> tuple[Mention, ...]:
        """The facts of the cover that print otherwise."""
        return tuple(mention for mention in self.mentions if not mention.section)

    @property
    def sentence_count(self) -> int:
        return len(list_sentences(self.mentions))


# --- writing -------------------------------------------------------------------------------------


def draft_event(
    plan: Plan, passed: Sequence[Section], before: PlanView, after: PlanView
) -> Event | None:
    """Return an event, not stored yet, of what the saves of these sections changed elsewhere.

    `passed`: the sections that were saved between the two views. None if nothing worth telling
    changed. The event is that of whoever saved last, at that moment.
    """
    detail = _describe(before, after, {section.key for section in passed})
    detail["lapsed"] = _find_lapsed(plan, detail["settled"])
    if not _is_worth_telling(compose([detail])):
        return None
    numbers = Q()
    for section in passed:
        numbers |= Q(section=section.pk, number=section.revision)
    last = SectionRevision.objects.filter(numbers).only("by", "at").order_by("at", "pk").last()
    if last is None:
        return None
    only = passed[0] if len(passed) == 1 else None
    detail["title"] = only.title if only else ""
    detail["sections"] = [section.key for section in passed]
    return Event(
        plan=plan, section=only, action=ACTION, detail=detail, by_id=last.by_id, at=last.at
    )


def _describe(before: PlanView, after: PlanView, own: set[str]) -> dict[str, Any]:
    """Return what differs between two views as JSON, as much of it as an event keeps.

    Of figures, those that something quotes or that stand in other sections than `own`.
    """
    impact = weigh(before, after)
    quoted = set(_quoted(before)) | set(_quoted(after))
    figures = [
        _tell(change, before, after)
        for change in impact.figures
        if change.name in quoted or change.name.partition(".")[0] not in own
    ]
    found = {
        "figures": [asdict(change) for change in figures],
        "mentions": [asdict(mention) for mention in impact.mentions],
        "appeared": [asdict(turn) for turn in _turns(impact.appeared)],
        "settled": [asdict(turn) for turn in _turns(impact.settled)],
    }
    detail: dict[str, Any] = {name: rows[:MOST] for name, rows in found.items()}
    detail["more"] = sum(max(len(rows) - MOST, 0) for rows in found.values())
    return detail


def _find_lapsed(plan: Plan, settled: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the marks of those settled findings that a waiver let stand."""
    marks = {row["mark"] for row in settled}
    if not marks:
        return []
    held = plan.waivers.filter(ended_at=None).values_list("fingerprint", flat=True)
    return sorted(marks & {mark_of(fingerprint) for fingerprint in held})


def mark_of(fingerprint: str) -> str:
    return fingerprint[:16]


def _quoted(view: PlanView) -> Iterator[str]:
    """Yield the names of the figures that prose and the cover quote."""
    yield from (fact.figure for fact in view.head.summary if fact.figure)
    for _, uses in view.extracted("figure_uses"):
        yield from (use[1] for use in uses)


def _tell(change: FigureChange, before: PlanView, after: PlanView) -> FigureTold:
    figures = (before.figures.get(change.name), after.figures.get(change.name))
    unit = next(figure.unit for figure in reversed(figures) if figure)
    said = (_in_prose(figure, view) for figure, view in zip(figures, (before, after), strict=True))
    return FigureTold(change.name, change.label, unit, change.before, change.after, *said)


def _in_prose(figure: Figure | None, view: PlanView) -> str:
    if figure is None:
        return ""
    unit = view.head.money_unit
    return in_style(figure, prose_style(figure, money_unit=unit), money_unit=unit)


def _turns(findings: Iterable[Finding]) -> list[Turn]:
    """Return findings as the log keeps them, the gravest first; roundings are not told of."""
    return [
        Turn(
            mark_of(finding.fingerprint),
            finding.id,
            finding.level.word,
            finding.section,
            finding.path,
            finding.message[:LONGEST],
        )
        for finding in findings
        if finding.level > Level.ROUNDING
    ]


def _is_worth_telling(effects: Effects) -> bool:
    """Whether more changed than the values in a piece of advice, as they do while one writes."""
    advice = Level.ADVICE.word
    if effects.figures or effects.mentions or effects.appeared or effects.settled:
        return True
    if effects.lapsed:
        return True
    return effects.more > 0 or any(turn.level != advice for turn in effects.changed)


# --- reading -------------------------------------------------------------------------------------


def compose(details: Sequence[Mapping[str, Any]]) -> Effects:
    """Return what the saves that these details of events tell of, the oldest first, did in the
    end: what changed and changed back is not in it."""
    figures: dict[str, FigureTold] = {}
    mentions: dict[Any, Mention] = {}
    appeared: dict[str, Turn] = {}
    settled: dict[str, Turn] = {}
    for detail in details:
        for row in detail["figures"]:
            _add_figure(figures, FigureTold(**row))
        for row in detail["mentions"]:
            mention = Mention(**{**row, "path": tuple(row["path"])})
            place = (mention.section, mention.path, mention.lead, mention.rest)
            mentions[place] = replace(mention, before=mentions.get(place, mention).before)
        for row in detail["settled"]:
            _turn(_read_turn(row), settled, appeared)
        for row in detail["appeared"]:
            _turn(_read_turn(row), appeared, settled)
    return Effects(
        tuple(change for change in figures.values() if change.before != change.after),
        tuple(mention for mention in mentions.values() if mention.before != mention.after),
        *_pair(appeared.values(), settled.values()),
        tuple(_list_lapsed(details)),
        more=sum(detail["more"] for detail in details),
    )


def _list_lapsed(details: Iterable[Mapping[str, Any]]) -> Iterable[Turn]:
    """Return the waived findings that went and did not come back as they were."""
    lapsed: dict[str, Turn] = {}
    for detail in details:
        for row in detail["settled"]:
            if row["mark"] in detail.get("lapsed", ()):
                lapsed[row["mark"]] = _read_turn(row)
        for row in detail["appeared"]:
            lapsed.pop(row["mark"], None)
    return lapsed.values()


def _add_figure(known: dict[str, FigureTold], told: FigureTold) -> None:
    """Put a change behind what is known to have changed there before."""
    first = known.get(told.name, told)
    known[told.name] = replace(told, before=first.before, said_before=first.said_before)


def _read_turn(row: Mapping[str, Any]) -> Turn:
    return Turn(**{**row, "path": tuple(row["path"])})


def _turn(turn: Turn, into: dict[str, Turn], out_of: dict[str, Turn]) -> None:
    if out_of.pop(turn.mark, None) is None:
        into[turn.mark] = turn


def _pair(
    appeared: Iterable[Turn], settled: Iterable[Turn]
) -> tuple[tuple[Turn, ...], tuple[Turn, ...], tuple[Turn, ...]]:
    """Return what appeared, what is settled, and what says other values in the same place."""
    new, changed = [], []
    gone = list(settled)
    for turn in appeared:
        same = next((old for old in gone if old.place == turn.place), None)
        if same is None:
            new.append(turn)
        else:
            gone.remove(same)
            changed.append(turn)
    return tuple(new), tuple(gone), tuple(changed)
