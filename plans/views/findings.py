"""What the checks found in a plan, as it is shown: the Findings tab, and groups for other pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import User
from plans.access import get_draft, person
from plans.checks import Finding, Level, get_check
from plans.checks.paths import count_rows
from plans.content import Path
from plans.editor import find_place, section_grid
from plans.grid import Grid
from plans.models import Plan, Waiver
from plans.permissions import can_manage, can_waive, is_open
from plans.planfile import PlanData, section_objects
from plans.services.findings import Found, PlanFindings, find_in_plan, load_finding
from plans.views.binding import find_bind_all
from plans.views.finding_filters import Chooser, read_filter
from plans.views.plans import Entry, list_entries, plan_context, say_found
from plans.views.search import place_address

SIGNS = {Level.ERROR: "✕", Level.WARNING: "▲", Level.ADVICE: "●", Level.ROUNDING: "≈"}
COVER = ("Cover and teams", "plans:facts", False)
PLAN_PAGES = {
    "plans.E001": ("Structure", "plans:structure", False),
    "plans.W051": ("Structure", "plans:structure", False),
    "plans.W080": ("Checklist", "plans:checklist", True),
}
"""Where findings about the whole plan are put right, if not on the cover: words, page, whether all
who read the draft may go there."""
SECTION_PAGES = {"plans.A080": ("Its comments", "plans:comments")}
"""Where findings about a section are put right, if not where it is written."""

SHOWN_CAUSES = 4
PAGE = 100  # findings on a page
MANY = 150  # findings, from which on their sections are listed first


# --- as they are shown ---------------------------------------------------------------------------


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

    place   where it is; causes: other places that it is about, and how many more there are
    lapsed  waivers for the same place and sort of finding, made when its values were others
    is_early  whether it weighs at approval alone, and the plan is still written
    """

    finding: Finding
    advice: str
    place: Spot
    causes: tuple[Spot, ...]
    more_causes: int
    waiver: Waiver | None
    lapsed: tuple[Lapsed, ...]
    may_waive: bool
    bind_url: str
    is_early: bool = False

    @property
    def level(self) -> str:
        return self.finding.level.word

    @property
    def tone(self) -> str:
        """The level that it looks like."""
        return (tone_in_draft(self.finding) if self.is_early else self.finding.level).word

    @property
    def sign(self) -> str:
        return SIGNS[tone_in_draft(self.finding) if self.is_early else self.finding.level]

    @property
    def may_bind(self) -> bool:
        return bool(self.bind_url)

    @property
    def anchor(self) -> str:
        """The id of its element on a page."""
        return anchor_of(self.finding.fingerprint)

    @property
    def has_values_beside(self) -> bool:
        """Whether the two values stand beside each other: one of them has to give way, as where
        advice is given it has not."""
        finding = self.finding
        has_both = bool(finding.stated and finding.computed)
        return has_both and finding.stated != finding.computed and finding.level != Level.ADVICE


@dataclass(frozen=True, slots=True)
class Group:
    """What was found in one section, or in the plan as a whole, where `entry` is None.

    shown   findings, the gravest first, those that are waived last; `roundings` apart
    lapsed  waivers whose finding is gone, or cannot be told from others of its place
    url     where they are shown, if they are only counted here
    """

    entry: Entry | None
    shown: tuple[Shown, ...] = ()
    roundings: tuple[Shown, ...] = ()
    lapsed: tuple[Lapsed, ...] = ()
    counts: str = ""
    url: str = ""

    @property
    def key(self) -> str:
        return self.entry.section.key if self.entry else ""

    @property
    def anchor(self) -> str:
        return f"found-in-{self.entry.section.pk}" if self.entry else "found-in-plan"


def tone_in_draft(finding: Finding) -> Level:
    """Return the level that a finding looks like while the plan is written: what weighs at
    approval alone is as quiet as advice until then."""
    return Level.ADVICE if get_check(finding.id).at_approval else finding.level


def anchor_of(fingerprint: str) -> str:
    return f"finding-{fingerprint[:16]}"


def findings_address(plan: Plan, finding: Finding) -> str:
    """Return where a finding is seen among those of its section."""
    page = reverse("plans:findings", args=[plan.pk])
    asked = urlencode({"section": finding.section})
    return f"{page}?{asked}#{anchor_of(finding.fingerprint)}"


def in_section(findings: PlanFindings, key: str) -> PlanFindings:
    """Return what was found in one section, "" for the plan as a whole, and its lapsed waivers."""
    found = tuple(each for each in findings.found if each.finding.section == key)
    lapsed = tuple(each for each in findings.lapsed if each.finding["section"] == key)
    return replace(findings, found=found, lapsed=lapsed)


def present(
    findings: PlanFindings,
    request: HttpRequest,
    plan: Plan,
    *,
    entries: Sequence[Entry] | None = None,
    chosen: PlanFindings | None = None,
    data: PlanData | None = None,
) -> list[Group]:
    """Return findings by section, in the plan's order, what concerns the whole plan first.

    `chosen`: those among them to show, where it is not all. `entries`, `data`: the plan's contents
    and its working copy, where they are read anyway.
    """
    entries = list_entries(plan, request) if entries is None else entries
    presenter = _Presenter(plan, person(request), findings, chosen or findings, entries, data)
    return list(presenter.groups())


@dataclass
class _Presenter:
    """Shows findings of one plan to one person; reads the sections that it names places in, all at
    once, and leaves out what was found in one that was taken out in the meantime."""

    plan: Plan
    user: User
    findings: PlanFindings
    chosen: PlanFindings
    entries: Sequence[Entry]
    data: PlanData | None
    grids: dict[str, Grid] = field(default_factory=dict)

    @cached_property
    def by_key(self) -> dict[str, Entry]:
        return {entry.section.key: entry for entry in self.entries}

    @cached_property
    def objects(self) -> Mapping[str, dict[str, Any]]:
        """The section objects of the sections that the chosen findings name, by key."""
        named = {
            key
            for each in self.chosen.found
            for key in (each.finding.section, *(key for key, _ in each.finding.causes))
        }
        if self.data:
            sections = self.data.sections
            return {each.head.key: each.as_dict() for each in sections if each.head.key in named}
        rows = [entry.section for entry in self.entries if entry.section.key in named]
        keys = {entry.section.pk: entry.section.key for entry in self.entries}
        objects = section_objects(rows, keys=keys)
        return {row.key: objects[row.pk] for row in rows}

    def groups(self) -> Iterator[Group]:
        matched, rest = self.findings.match_lapsed()
        own_rest = {waiver.pk for waiver in rest}
        for entry in (None, *self.entries):
            own = in_section(self.chosen, entry.section.key if entry else "")
            lapsed = [waiver for waiver in own.lapsed if waiver.pk in own_rest]
            is_lost = own.found and entry and not self._is_there(entry.section.key)
            if (own.found or lapsed) and not is_lost:
                yield self._group(entry, own, matched, lapsed)

    def _group(
        self,
        entry: Entry | None,
        own: PlanFindings,
        matched: Mapping[str, Sequence[Waiver]],
        lapsed: Iterable[Waiver],
    ) -> Group:
        shown = [
            self._show(each, matched.get(each.finding.fingerprint, ()))
            for each in sorted(own.found, key=lambda f: f.waiver is not None)
        ]
        return Group(
            entry,
            tuple(each for each in shown if each.finding.level > Level.ROUNDING),
            tuple(each for each in shown if each.finding.level == Level.ROUNDING),
            tuple(self._show_lapsed(waiver) for waiver in lapsed),
            say_found(own.found, lapsed=len(own.lapsed)),
        )

    def _show(self, found: Found, lapsed: Iterable[Waiver]) -> Shown:
        finding = found.finding
        return Shown(
            finding,
            get_check(finding.id).advice,
            self._spot_of(finding),
            tuple(
                self._spot(key, path, is_elsewhere=key != finding.section)
                for key, path in finding.causes[:SHOWN_CAUSES]
                if self._is_there(key)
            ),
            max(len(finding.causes) - SHOWN_CAUSES, 0),
            found.waiver,
            tuple(self._show_lapsed(waiver) for waiver in lapsed),
            self._may_waive(finding.section, finding.level),
            self._bind_url(finding),
            get_check(finding.id).at_approval and is_open(self.plan),
        )

    def _show_lapsed(self, waiver: Waiver) -> Lapsed:
        was = load_finding(waiver.finding)
        return Lapsed(waiver, was, self._may_waive(was.section, was.level))

    def _spot_of(self, finding: Finding) -> Spot:
        if finding.section in self.by_key:
            if finding.id in SECTION_PAGES:
                words, page = SECTION_PAGES[finding.id]
                section = self.by_key[finding.section].section
                return Spot(words, reverse(page, args=[self.plan.pk, section.pk]))
            return self._spot(finding.section, finding.path)
        words, page, is_for_all = PLAN_PAGES.get(finding.id, COVER)
        may_go = is_for_all or (can_manage(self.user, self.plan) and is_open(self.plan))
        return Spot(words, reverse(page, args=[self.plan.pk]) if may_go else "")

    def _is_there(self, key: str) -> bool:
        """Return whether a section is in both of what was read, the contents and the sections."""
        return key in self.by_key and key in self.objects

    def _spot(self, key: str, path: Path, *, is_elsewhere: bool = False) -> Spot:
        """Return a place; `is_elsewhere`: in another section, which its words name too."""
        entry, value = self.by_key[key], self.objects[key]
        if not path:
            words = str(entry.section) if is_elsewhere else "The whole section"
            return Spot(words, section_address(entry))
        place = str(find_place(path, self._grid(key), [value]))
        words = f"{entry.section} › {place}" if is_elsewhere else place
        return Spot(words, place_address(entry, count_rows(value, path), value))

    def _grid(self, key: str) -> Grid:
        if key not in self.grids:
            self.grids[key] = section_grid(self.objects[key], self.findings.view.facts)
        return self.grids[key]

    def _may_waive(self, key: str, level: Level) -> bool:
        if not is_open(self.plan) or level == Level.ROUNDING:
            return False
        entry = self.by_key.get(key)
        return can_waive(self.user, self.plan, entry.section if entry else None, level)

    def _bind_url(self, finding: Finding) -> str:
        """Return where the finding's number becomes a live figure, "" if none can take its place,
        or not by this person."""
        entry = self.by_key.get(finding.section)
        may_write = entry.may_write if entry else can_manage(self.user, self.plan)
        if not (finding.binding and may_write and is_open(self.plan)):
            return ""
        page = reverse("plans:bind", args=[self.plan.pk])
        return f"{page}?{urlencode({'finding': finding.fingerprint})}"


def outline(chosen: PlanFindings, chooser: Chooser) -> list[Group]:
    """Return the sections with their counts alone, each with the address of its findings."""
    groups = []
    for key, entry in chooser.by_key.items():
        if counts := _count_in(chosen, key):
            url = chooser.address(replace(chooser.now, section=key))
            groups.append(Group(entry, counts=counts, url=url))
    return groups


def _count_in(findings: PlanFindings, key: str) -> str:
    own = in_section(findings, key)
    return say_found(own.found, lapsed=len(own.lapsed))


def section_address(entry: Entry) -> str:
    """Return where a section is written, or read by those who may not write it."""
    section = entry.section
    if entry.may_write and is_open(section.plan):
        return reverse("plans:section_edit", args=[section.plan_id, section.pk])
    return section.get_absolute_url()


# --- the tab -------------------------------------------------------------------------------------


@require_safe
def plan_findings(request: HttpRequest, pk: int) -> HttpResponse:
    """What the checks find in the plan as it stands, section by section."""
    plan = get_draft(request, pk)
    entries = list_entries(plan, request)
    findings = find_in_plan(plan)
    chooser = Chooser(plan, person(request), findings, entries, read_filter(request.GET))
    chosen = chooser.choose()
    page = Paginator(chosen.found, PAGE).get_page(request.GET.get("page"))
    if len(chosen.found) > MANY and chooser.now.section is None:
        groups = outline(chosen, chooser)
    else:
        lapsed = chosen.lapsed if page.number == 1 else ()
        on_page = replace(chosen, found=tuple(page.object_list), lapsed=lapsed)
        groups = [
            replace(group, counts=_count_in(chosen, group.key))
            for group in present(findings, request, plan, entries=entries, chosen=on_page)
        ]
    writable = {entry.section.key for entry in entries if entry.may_write}
    writable |= {""} if can_manage(person(request), plan) else set()
    section = chooser.now.section
    context = {
        **plan_context(plan, request, entries=entries),
        "bind_all": find_bind_all(plan, findings.found, writable.__contains__, section=section),
        "groups": groups,
        "page": page,
        "summary": say_found(findings.found, lapsed=len(findings.lapsed)),
        "chosen": say_found(chosen.found, lapsed=len(chosen.lapsed)),
        "now": chooser.now,
        "shows": chooser.shows(),
        "by_section": chooser.sections(),
        "by_owner": chooser.owners(),
    }
    return render(request, "plans/plan_findings.html", context)
