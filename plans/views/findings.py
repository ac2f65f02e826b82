"""What the checks found in a plan, as it is shown: the Findings tab, and groups for other pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from accounts.models import User
from plans.access import get_draft, person
from plans.checks import Finding, Level, get_check
from plans.checks.paths import count_rows
from plans.content import Path
from plans.editor import find_place, section_grid
from plans.grid import Grid
from plans.models import Plan, Section, Waiver
from plans.permissions import can_manage, can_waive, is_open
from plans.planfile import section_objects
from plans.registry import PlanFacts
from plans.services.findings import Found, PlanFindings, find_in_plan, load_finding
from plans.views.plans import Entry, list_entries, plan_context
from plans.views.search import place_address

SIGNS = {Level.ERROR: "✕", Level.WARNING: "▲", Level.ADVICE: "●", Level.ROUNDING: "≈"}
COUNTED = {
    Level.ERROR: ("error", "errors"),
    Level.WARNING: ("warning", "warnings"),
    Level.ADVICE: ("piece of advice", "pieces of advice"),
    Level.ROUNDING: ("rounding", "roundings"),
}
LONG_SENTENCE = 110  # characters, from which on the two values are set beside each other


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of the plan in words, and its address; "" where the person cannot go there."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A waiver whose finding is not found any more as it was; `may_end`: by this person."""

    waiver: Waiver
    was: Finding
    may_end: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding as it is shown to one person.

    place   where it is; causes: other places that it is about
    lapsed  waivers for the same place and sort of finding, made when its values were others
    """

    finding: Finding
    advice: str
    place: Spot
    causes: tuple[Spot, ...]
    waiver: Waiver | None
    lapsed: tuple[Lapsed, ...]
    may_waive: bool
    bind_url: str

    @property
    def level(self) -> str:
        return self.finding.level.word

    @property
    def sign(self) -> str:
        return SIGNS[self.finding.level]

    @property
    def may_bind(self) -> bool:
        return bool(self.bind_url)

    @property
    def has_values_beside(self) -> bool:
        """Whether the two values stand beside each other: the sentence that says them is long."""
        finding = self.finding
        return bool(finding.stated and finding.computed) and len(finding.message) > LONG_SENTENCE


@dataclass(frozen=True, slots=True)
class Group:
    """What was found in one section, or in the plan as a whole, where `entry` is None.

    shown      findings, the gravest first, those that are waived last; `roundings` apart
    lapsed     waivers whose finding is gone, or cannot be told from others of its place
    """

    entry: Entry | None
    shown: tuple[Shown, ...] = ()
    roundings: tuple[Shown, ...] = ()
    lapsed: tuple[Lapsed, ...] = ()
    counts: str = ""

    @property
    def key(self) -> str:
        return self.entry.section.key if self.entry else ""


def count_in_words(found: Iterable[Found], *, lapsed: int = 0) -> str:
    """Return how much was found: "2 errors, 5 warnings, 3 waived"; "" of nothing."""
    found = list(found)
    counts = Counter(each.finding.level for each in found if not each.waiver)
    parts = [
        f"{counts[level]} {words[counts[level] != 1]}"
        for level, words in COUNTED.items()
        if counts[level]
    ]
    waived = sum(1 for each in found if each.waiver)
    if waived:
        parts.append(f"{waived} waived")
    if lapsed:
        parts.append(f"{lapsed} lapsed waiver{'' if lapsed == 1 else 's'}")
    return ", ".join(parts)


def in_section(findings: PlanFindings, key: str) -> PlanFindings:
    """Return what was found in one section, "" for the plan as a whole, and its lapsed waivers."""
    found = tuple(each for each in findings.found if each.finding.section == key)
    lapsed = tuple(each for each in findings.lapsed if each.finding["section"] == key)
    return PlanFindings(found, lapsed, findings.view)


def present(
    findings: PlanFindings,
    request: HttpRequest,
    plan: Plan,
    *,
    entries: Sequence[Entry] | None = None,
) -> list[Group]:
    """Return findings by section, in the plan's order, what concerns the whole plan first.

    `entries`: the plan's contents, where they are read anyway.
    """
    entries = list_entries(plan, request) if entries is None else entries
    presenter = _Presenter(plan, person(request), findings, entries)
    groups = [presenter.group(entry) for entry in (None, *entries)]
    return [each for each in groups if each.shown or each.roundings or each.lapsed]


@dataclass
class _Presenter:
    """Shows the findings of one plan to one person; reads the sections that it has to name places
    in, all at once."""

    plan: Plan
    user: User
    findings: PlanFindings
    entries: Sequence[Entry]
    by_key: Mapping[str, Entry] = field(init=False)
    objects: Mapping[str, dict[str, Any]] = field(init=False)
    grids: dict[str, Grid] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_key = {entry.section.key: entry for entry in self.entries}
        self.objects = self._read_sections()

    def _read_sections(self) -> dict[str, dict[str, Any]]:
        named = {
            key
            for each in self.findings.found
            for key in (each.finding.section, *(key for key, _ in each.finding.causes))
        }
        rows = [entry.section for entry in self.entries if entry.section.key in named]
        keys = {entry.section.pk: entry.section.key for entry in self.entries}
        objects = section_objects(rows, keys=keys) if rows else {}
        return {row.key: objects[row.pk] for row in rows}

    @property
    def facts(self) -> PlanFacts:
        return self.findings.view.facts

    def group(self, entry: Entry | None) -> Group:
        own = in_section(self.findings, entry.section.key if entry else "")
        lapsed, rest = match_lapsed(own)
        shown = [
            self.show(each, lapsed.get(each.finding.fingerprint, ()))
            for each in sorted(own.found, key=lambda f: f.waiver is not None)
        ]
        return Group(
            entry,
            tuple(each for each in shown if each.finding.level > Level.ROUNDING),
            tuple(each for each in shown if each.finding.level == Level.ROUNDING),
            tuple(self.show_lapsed(waiver) for waiver in rest),
            count_in_words(own.found, lapsed=len(own.lapsed)),
        )

    def show(self, found: Found, lapsed: Iterable[Waiver]) -> Shown:
        finding = found.finding
        return Shown(
            finding,
            get_check(finding.id).advice,
            self.spot(finding.section, finding.path),
            tuple(self.spot(key, path) for key, path in finding.causes),
            found.waiver,
            tuple(self.show_lapsed(waiver) for waiver in lapsed),
            self._may_waive(finding.section, finding.level),
            self._bind_url(finding),
        )

    def show_lapsed(self, waiver: Waiver) -> Lapsed:
        was = load_finding(waiver.finding)
        return Lapsed(waiver, was, self._may_waive(was.section, was.level))

    def spot(self, key: str, path: Path) -> Spot:
        """Return a place; its section is named where it may be another than the finding's."""
        entry = self.by_key.get(key)
        if entry is None:
            may_go = can_manage(self.user, self.plan) and is_open(self.plan)
            url = reverse("plans:facts", args=[self.plan.pk]) if may_go else ""
            return Spot("Cover and teams", url)
        value = self.objects[key]
        if not path:
            return Spot("The whole section", section_address(entry))
        words = str(find_place(path, self._grid(key), [value]))
        return Spot(words, place_address(entry, count_rows(value, path), value))

    def _grid(self, key: str) -> Grid:
        if key not in self.grids:
            self.grids[key] = section_grid(self.objects[key], self.facts)
        return self.grids[key]

    def _may_waive(self, key: str, level: int) -> bool:
        if not is_open(self.plan):
            return False
        entry = self.by_key.get(key)
        return can_waive(self.user, self.plan, entry.section if entry else None, level)

    def _bind_url(self, finding: Finding) -> str:
        """Return where the finding's number becomes a live figure, "" if none can take its place,
        or not by this person."""
        entry = self.by_key.get(finding.section)
        if not (finding.binding and entry and entry.may_write and is_open(self.plan)):
            return ""
        try:
            page = reverse("plans:bind", args=[self.plan.pk])
        except NoReverseMatch:
            return ""
        return f"{page}?{urlencode({'finding': finding.fingerprint})}"


def section_address(entry: Entry) -> str:
    """Return where a section is written, or read by those who may not write it."""
    section: Section = entry.section
    if entry.may_write and is_open(section.plan):
        return reverse("plans:section_edit", args=[section.plan_id, section.pk])
    return section.get_absolute_url()


def match_lapsed(
    findings: PlanFindings,
) -> tuple[dict[str, list[Waiver]], list[Waiver]]:
    """Return the lapsed waivers by the fingerprint of what now stands in their place, and those
    that belong to none: nothing is found there any more, or several such things are."""
    places: dict[tuple[Any, ...], list[str]] = {}
    for each in findings.found:
        finding = each.finding
        places.setdefault((finding.id, finding.path), []).append(finding.fingerprint)
    matched: dict[str, list[Waiver]] = {}
    rest = []
    for waiver in findings.lapsed:
        now = places.get((waiver.finding["id"], tuple(waiver.finding["path"])), [])
        if len(now) == 1:
            matched.setdefault(now[0], []).append(waiver)
        else:
            rest.append(waiver)
    return matched, rest


@require_safe
def plan_findings(request: HttpRequest, pk: int) -> HttpResponse:
    """What the checks find in the plan as it stands, section by section."""
    plan = get_draft(request, pk)
    entries = list_entries(plan, request)
    findings = find_in_plan(plan)
    context = {
        **plan_context(plan, request, entries=entries),
        "groups": present(findings, request, plan, entries=entries),
        "summary": count_in_words(findings.found, lapsed=len(findings.lapsed)),
    }
    return render(request, "plans/plan_findings.html", context)
