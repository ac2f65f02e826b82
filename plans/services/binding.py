"""Putting live figures where numbers were typed: many at once, one save for each section.

A finding says by its `binding` which words of which text a figure may take the place of. What
changed or was waived since it was found, or is not the person's to write, is left and said so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from django.db import transaction

from accounts.models import User
from documents import richtext
from plans.checks import Binding, Finding, PlanView
from plans.checks.paths import count_rows
from plans.checks.running import walk
from plans.content import Faults, Path
from plans.figures import show_figure
from plans.grid import value_at
from plans.models import Plan, Section
from plans.permissions import can_manage, can_write
from plans.planfile import read_head, section_objects
from plans.quotes import sentences
from plans.services.findings import find_in_plan
from plans.services.saving import save_section
from plans.services.structure import save_head
from plans.services.taking import refuse_unless_open, take_plan


class Reason(StrEnum):
    """Why a typed number was left as it is."""

    GONE = "what was found there has changed"
    WAIVED = "somebody has let it stand meanwhile"
    OVERLAPS = "another figure takes its place, or it stands across two paragraphs"
    NOT_YOURS = "somebody else writes that section"
    FAULTY = "that section holds something else that has to be put right first"


@dataclass(frozen=True, slots=True)
class BoundSave:
    """The save that put figures into a section, and the findings that they put right.

    `section` is None for the cover, which has no revisions.
    """

    section: Section | None
    revision: int = 0
    put: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Bound:
    """What binding did, the cover first, then in the plan's order; and by fingerprint what it
    left."""

    saves: tuple[BoundSave, ...]
    left: Mapping[str, Reason]

    @property
    def count(self) -> int:
        return sum(len(save.put) for save in self.saves)


@dataclass(frozen=True, slots=True)
class Offer:
    """A typed number and the figure that may take its place: `typed` and `shown` as they print,
    between the words of the sentence before and after."""

    finding: Finding
    before: str
    typed: str
    shown: str
    after: str


@dataclass(frozen=True, slots=True)
class SectionOffers:
    """What may be bound in one section, None for the cover."""

    section: Section | None
    offers: tuple[Offer, ...]
    may_write: bool


# --- what may be bound ---------------------------------------------------------------------------


def list_offers(plan: Plan, *, by: User) -> list[SectionOffers]:
    """Return what of the working copy may be bound, the cover first, then in the plan's order.

    What somebody let stand is not offered; `by` is told of sections of others, but not to write.
    """
    findings = find_in_plan(plan)
    bindable = [f.finding for f in findings.found if f.finding.binding and not f.waiver]
    by_key = _by_section(bindable)
    rows, objects = _read_sections(plan, by_key)
    found = []
    if cover := _offers_of_cover(findings.view, by_key.get("", ())):
        found.append(SectionOffers(None, cover, can_manage(by, plan)))
    for row in rows:
        offers = _offers_of(findings.view, objects[row.pk], by_key[row.key])
        if offers:
            found.append(SectionOffers(row, offers, can_write(by, row)))
    return found


def _by_section(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    grouped: dict[str, list[Finding]] = {}
    for finding in findings:
        grouped.setdefault(finding.section, []).append(finding)
    return grouped


def _read_sections(
    plan: Plan, keys: Iterable[str]
) -> tuple[list[Section], dict[int, dict[str, Any]]]:
    """Return the present sections of these keys, and their objects by primary key."""
    present = plan.sections.present().select_related("parent", "assigned_to")
    rows = list(present.filter(key__in=[key for key in keys if key]))
    for row in rows:
        row.plan = plan
    parents = {row.parent_id: row.parent.key for row in rows if row.parent}
    return rows, section_objects(rows, keys=parents)


def _offers_of_cover(view: PlanView, findings: Sequence[Finding]) -> tuple[Offer, ...]:
    facts = view.head.model_dump(by_alias=True)["summary"]
    return tuple(
        Offer(finding, f"{fact['label']}: ", fact["text"], _show(view, finding.binding), "")
        for finding in findings
        if finding.binding and (fact := _find_fact(facts, finding))
    )


def _offers_of(
    view: PlanView, value: Mapping[str, Any], findings: Sequence[Finding]
) -> tuple[Offer, ...]:
    """Return the findings whose words still stand there, in reading order."""
    by_path = _by_path(findings)
    placed = (
        (html, finding)
        for path, html in walk(value)
        for _, finding in reversed(_place(html, by_path.get(path, ())))
    )
    offers = (_offer(view, html, finding) for html, finding in placed)
    return tuple(offer for offer in offers if offer)


def _offer(view: PlanView, html: str, finding: Finding) -> Offer | None:
    """Return an offer with the sentence around the number, other figures as they print."""
    binding, mark = finding.binding, f"bound.{finding.fingerprint}"
    if binding is None:
        return None

    def resolve(name: str, style: str) -> str:
        return show_figure(view.figures, name, style, money_unit=view.head.money_unit)

    try:
        put = richtext.put_figure(html, binding.words, binding.nth, mark, "plain")
    except LookupError:
        return None
    for figure, before, _, after in sentences(put, resolve):
        if figure == mark:
            return Offer(finding, before, binding.words, _show(view, binding), after)
    return None


def _show(view: PlanView, binding: Binding | None) -> str:
    if binding is None:
        return ""
    unit = view.head.money_unit
    return show_figure(view.figures, binding.figure, binding.style, money_unit=unit)


# --- binding -------------------------------------------------------------------------------------


@transaction.atomic
def bind(plan: Plan, fingerprints: Iterable[str], *, by: User, at: datetime) -> Bound:
    """Put live figures in the place of the typed numbers that these findings are about.

    Drafts of sections, anybody's, are left as they are.

    :raises NotOpen: if the plan is not a draft.
    """
    plan = take_plan(plan.pk)
    refuse_unless_open(plan)
    wanted = list(dict.fromkeys(fingerprints))
    found = {f.finding.fingerprint: f for f in find_in_plan(plan).found if f.finding.binding}
    left = {name: Reason.GONE for name in wanted if name not in found}
    left |= {name: Reason.WAIVED for name in wanted if name in found and found[name].waiver}
    by_key = _by_section(found[name].finding for name in wanted if name not in left)
    rows, objects = _read_sections(plan, by_key)
    done = [_bind_cover(plan, by_key[""], by=by, at=at)] if "" in by_key else []
    done += [_bind_section(r, objects[r.pk], by_key[r.key], by=by, at=at) for r in rows]
    for _, reasons in done:
        left.update(reasons)
    return Bound(tuple(save for save, _ in done if save.put), left)


def _bind_section(
    section: Section,
    value: dict[str, Any],
    findings: Sequence[Finding],
    *,
    by: User,
    at: datetime,
) -> tuple[BoundSave, dict[str, Reason]]:
    """Save a section with these figures in; returns also why others of them are left."""
    if not can_write(by, section):
        return BoundSave(section), _leave(findings, Reason.NOT_YOURS)
    changed, put = put_figures(value, findings)
    if not put:
        return BoundSave(section), _leave(findings, Reason.OVERLAPS)
    try:
        saved = save_section(
            section,
            changed,
            base_revision=section.revision,
            save_id=uuid4().hex,
            by=by,
            at=at,
            ends_draft=False,
            milestone=_name_save(len(put)),
        )
    except Faults:
        return BoundSave(section), _leave(findings, Reason.FAULTY)
    return BoundSave(section, saved.revision, tuple(put)), _leave(
        findings, Reason.OVERLAPS, but=put
    )


def _name_save(count: int) -> str:
    return f"Live figures in place of {count} typed number{'' if count == 1 else 's'}"


def _leave(
    findings: Iterable[Finding], why: Reason, *, but: Iterable[Finding] = ()
) -> dict[str, Reason]:
    done = {finding.fingerprint for finding in but}
    return {f.fingerprint: why for f in findings if f.fingerprint not in done}


def put_figures(
    value: dict[str, Any], findings: Iterable[Finding]
) -> tuple[dict[str, Any], list[Finding]]:
    """Return a section object with the figures of these findings in, and those that were put in."""
    value, put = deepcopy(value), []
    for path, group in _by_path(findings).items():
        counted = count_rows(value, path)
        changed, done = _put_in_text(value_at(value, counted), group)
        if done:
            value_at(value, counted[:-1])[counted[-1]] = changed
            put += done
    return value, put


def _by_path(findings: Iterable[Finding]) -> dict[Path, list[Finding]]:
    grouped: dict[Path, list[Finding]] = {}
    for finding in findings:
        grouped.setdefault(finding.path, []).append(finding)
    return grouped


def _place(html: Any, findings: Iterable[Finding]) -> list[tuple[int, Finding]]:
    """Return the findings whose words stand in a text, each with where, from the last place on."""
    if not isinstance(html, str):
        return []
    words, placed = richtext.words(html), []
    for finding in findings:
        if finding.binding:
            try:
                start = richtext.find_words(words, finding.binding.words, finding.binding.nth)
            except LookupError:
                continue
            placed.append((start, finding))
    return sorted(placed, key=lambda each: -each[0])


def _put_in_text(html: Any, findings: Iterable[Finding]) -> tuple[Any, list[Finding]]:
    """Put figures in from the last place to the first, so that each is counted rightly; of two
    that overlap the later one."""
    put: list[Finding] = []
    edge: int | None = None
    for start, finding in _place(html, findings):
        binding = finding.binding
        if binding is None or (edge is not None and start + len(binding.words) > edge):
            continue
        try:
            html = richtext.put_figure(
                html, binding.words, binding.nth, binding.figure, binding.style
            )
        except (LookupError, ValueError):
            continue
        edge = start
        put.append(finding)
    return html, put


# --- the cover -----------------------------------------------------------------------------------


def _bind_cover(
    plan: Plan, findings: Sequence[Finding], *, by: User, at: datetime
) -> tuple[BoundSave, dict[str, Reason]]:
    """Save the plan's facts with these figures in its summary box; returns as `_bind_section`."""
    if not can_manage(by, plan):
        return BoundSave(None), _leave(findings, Reason.NOT_YOURS)
    base = read_head(plan).model_dump(by_alias=True)
    head, put = deepcopy(base), []
    for finding in findings:
        fact = _find_fact(head["summary"], finding)
        if fact and finding.binding:
            fact.update(figure=finding.binding.figure, style=finding.binding.style, text="")
            put.append(finding)
    try:
        save_head(plan, head, base=base, by=by, at=at)
    except Faults:
        return BoundSave(None), _leave(findings, Reason.FAULTY)
    return BoundSave(None, put=tuple(put)), _leave(findings, Reason.GONE, but=put)


def _find_fact(facts: Sequence[dict[str, Any]], finding: Finding) -> dict[str, Any] | None:
    """Return the fact of the cover at a finding's path whose whole text is the number."""
    if len(finding.path) < 2 or finding.path[0] != "summary" or finding.binding is None:
        return None
    place = finding.path[1]
    if not isinstance(place, int) or place >= len(facts):
        return None
    is_typed = not facts[place]["figure"] and facts[place]["text"] == finding.binding.words
    return facts[place] if is_typed else None
