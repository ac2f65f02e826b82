"""What a change of one section touches: figures, what quotes them, the cover, findings.

Compares two views of a plan. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from plans.checks.findings import Finding
from plans.checks.running import PlanView, judge_plan
from plans.content import Path
from plans.figures import in_style
from plans.registry import Figure


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A named figure that prints otherwise; "" where it was not, or is not any more."""

    name: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A place that quotes a figure: a sentence of a section, or a fact of the cover.

    `section` is "" for the cover; `lead` and `rest` are the words around the figure.
    """

    section: str
    path: Path
    lead: str
    before: str
    after: str
    rest: str


@dataclass(frozen=True, slots=True)
class Impact:
    """Everything outside the changed cell that reads otherwise now."""

    figures: tuple[FigureChange, ...]
    mentions: tuple[Mention, ...]
    appeared: tuple[Finding, ...]
    settled: tuple[Finding, ...]

    def __bool__(self) -> bool:
        return bool(self.figures or self.mentions or self.appeared or self.settled)


def weigh(before: PlanView, after: PlanView) -> Impact:
    """Return what differs between two views of the same plan."""
    changed = tuple(_changed_figures(before, after))
    names = {change.name for change in changed}
    old, new = judge_plan(before), judge_plan(after)
    return Impact(
        changed,
        tuple(_mentions(before, after, names)),
        tuple(_only_in(new, old)),
        tuple(_only_in(old, new)),
    )


def _changed_figures(before: PlanView, after: PlanView) -> Iterator[FigureChange]:
    old, new = before.figures, after.figures
    for name in dict.fromkeys([*old, *new]):
        printed = (_plain(old.get(name)), _plain(new.get(name)))
        if printed[0] != printed[1]:
            yield FigureChange(name, (new.get(name) or old[name]).label, *printed)


def _plain(figure: Figure | None) -> str:
    return in_style(figure, "plain", money_unit="") if figure else ""


def _mentions(before: PlanView, after: PlanView, names: set[str]) -> Iterator[Mention]:
    """Yield what quotes one of these figures and prints otherwise: in its style it may not."""
    for fact in after.head.summary:
        if fact.figure in names:
            texts = _texts(before, after, fact.figure, fact.style or "plain")
            if texts[0] != texts[1]:
                yield Mention("", (), f"{fact.label}: ", *texts, "")
    for key, uses in after.extracted("figure_uses"):
        for path, name, style, lead, rest in uses:
            if name in names:
                texts = _texts(before, after, name, style)
                if texts[0] != texts[1]:
                    yield Mention(key, tuple(path), lead, *texts, rest)


def _texts(before: PlanView, after: PlanView, name: str, style: str) -> tuple[str, str]:
    def printed(plan: PlanView) -> str:
        figure = plan.figures.get(name)
        return in_style(figure, style, money_unit=plan.head.money_unit) if figure else ""

    return printed(before), printed(after)


def _only_in(findings: Iterable[Finding], others: Iterable[Finding]) -> Iterator[Finding]:
    known = {finding.fingerprint for finding in others}
    return (finding for finding in findings if finding.fingerprint not in known)
