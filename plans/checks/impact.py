"""What a change of one section touches: figures, what quotes them, the cover, findings.

Compares two views of a plan. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from documents.diff import Piece
from plans.checks.findings import Finding
from plans.checks.running import WORDS_AROUND, PlanView, judge_plan
from plans.content import Path
from plans.figures import in_style
from plans.registry import Figure


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A named figure that prints otherwise; "" where it was not, or is not any more.

    `is_typed`: it is a cell that somebody fills in, not one worked out from others.
    """

    name: str
    label: str
    before: str
    after: str
    is_typed: bool = False


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
class Sentence:
    """A sentence of a section that reads otherwise: its words, with what went and what came."""

    section: str
    path: Path
    pieces: tuple[Piece, ...]


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
    for name in dict.fromkeys(_names_in_changed_sections(before, after)):
        printed = (_plain(old.get(name)), _plain(new.get(name)))
        if printed[0] != printed[1]:
            figure = new.get(name) or old[name]
            yield FigureChange(name, figure.label, *printed, not figure.value.computed)


def _names_in_changed_sections(before: PlanView, after: PlanView) -> Iterator[str]:
    """Yield the figures of the sections that were not read alike, before and after."""
    for one, other in ((before, after), (after, before)):
        for key, figures in one.extracted("figures"):
            if other.readings.get(key) is not one.readings[key]:
                yield from (f"{key}.{packed[0]}" for packed in figures)


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


# --- sentences -----------------------------------------------------------------------------------

CUT = "…"  # stands in `lead` and `rest` for another figure
END = re.compile(r"[.!?][)”’\"']*(?:\s+|$)")  # a point in a number has no space behind it


def list_sentences(mentions: Iterable[Mention]) -> list[Sentence]:
    """Return the sentences that mentions stand in, each once however many figures it quotes.

    The cover's mentions are left out: these are no sentences.
    """
    found: list[list[Mention]] = []
    for mention in mentions:
        if not mention.section:
            continue
        if found and _between(found[-1][-1], mention) is not None:
            found[-1].append(mention)
        else:
            found.append([mention])
    return [_join(group) for group in found]


def _between(one: Mention, two: Mention) -> str | None:
    """Return the words from one figure to another of the same sentence; None if they are not."""
    if (one.section, one.path) != (two.section, two.path):
        return None
    starts = [place + 1 for place, letter in enumerate(two.lead) if letter == CUT]
    gaps = (two.lead[start:] for start in reversed(starts))
    return next(
        (gap for gap in gaps if one.rest.startswith(gap + CUT) and not END.search(gap)), None
    )


def _join(mentions: list[Mention]) -> Sentence:
    first, last = mentions[0], mentions[-1]
    pieces = [Piece("same", _beginning(first.lead))]
    for mention, after in zip(mentions, [*mentions[1:], None], strict=True):
        pieces += [Piece("removed", mention.before), Piece("added", mention.after)]
        if after is not None:
            pieces.append(Piece("same", _between(mention, after) or ""))
    pieces.append(Piece("same", _end(last.rest)))
    return Sentence(first.section, first.path, tuple(piece for piece in pieces if piece.text))


def _beginning(lead: str) -> str:
    """Return the words before a figure from where its sentence begins, as far as they are known."""
    ends = [match.end() for match in END.finditer(lead)]
    if ends:
        return lead[ends[-1] :]
    return lead if len(lead) < WORDS_AROUND else f"{CUT} {lead.partition(' ')[2]}"


def _end(rest: str) -> str:
    """Return the words behind a figure up to where its sentence ends, as far as they are known."""
    end = END.search(rest)
    if end:
        return rest[: end.end()].rstrip()
    return rest if len(rest) < WORDS_AROUND else f"{rest.rpartition(' ')[0]} {CUT}"
