"""What the checks find in a working copy: only what changed since is read again.

A section's reading is kept under a key of everything it was made from: the code, the plan's own
facts, the council's schemes and rules, the section's head and its revision. Unchanged, a plan's
findings cost no reading of any section. Where a reading is replaced because its section was saved,
the log is told what that changed elsewhere. See docs/checking.md.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path as FilePath
from typing import Any

from django.apps import apps
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from plans.checks import Binding, Finding, Level, PlanView, SectionReading, judge_plan, read_section
from plans.checks.guides import Guide, GuideSection, Progress
from plans.content import Path
from plans.models import Event, Plan, PlanFormat, Reading, Section, Waiver
from plans.permissions import is_open
from plans.planfile import (
    SectionData,
    SectionHead,
    plan_facts,
    put_head,
    read_head,
    section_from_dict,
    section_objects,
)
from plans.registry import PlanFacts
from plans.services.effects import draft_event
from plans.services.tallies import keep_tally
from plans.services.threads import count_open_by_section

logger = logging.getLogger(__name__)
HALF = 32  # of a key's hex digits: the first half is the same for all sections of a plan
ATTEMPTS = 3  # at replacing readings that others replace as well


@dataclass(frozen=True, slots=True)
class Found:
    """A finding with the waiver that lets it stand, if there is one."""

    finding: Finding
    waiver: Waiver | None = None


@dataclass(frozen=True, slots=True)
class PlanFindings:
    """What was found in a plan, the gravest first; and the waivers whose finding is gone."""

    found: tuple[Found, ...]
    lapsed: tuple[Waiver, ...]
    view: PlanView

    def standing(self, level: Level) -> list[Finding]:
        """Return the findings of at least this level that nobody waived."""
        return [f.finding for f in self.found if f.finding.level >= level and not f.waiver]

    def find(self, fingerprint: str) -> Found | None:
        """Return what was found under this fingerprint."""
        return next((f for f in self.found if f.finding.fingerprint == fingerprint), None)

    def match_lapsed(self) -> tuple[dict[str, list[Waiver]], list[Waiver]]:
        """Return the lapsed waivers by the fingerprint of what is found in their place now, and
        those for which nothing is found there any more, or several things are."""
        now: dict[tuple[str, str, Path], list[str]] = {}
        for each in self.found:
            now.setdefault(each.finding.place, []).append(each.finding.fingerprint)
        matched: dict[str, list[Waiver]] = {}
        rest = []
        for waiver in self.lapsed:
            was = load_finding(waiver.finding)
            found = now.get(was.place, [])
            if len(found) == 1:
                matched.setdefault(found[0], []).append(waiver)
            else:
                rest.append(waiver)
        return matched, rest


def find_in_plan(plan: Plan) -> PlanFindings:
    """Return what the checks find in the working copy, with its waivers; keep how much it is."""
    view = view_working_copy(plan)
    waivers = plan.waivers.filter(ended_at__isnull=True).select_related("by")
    findings = with_waivers(view, judge_plan(view), waivers)
    found = [(each.finding, each.waiver is not None) for each in findings.found]
    with _lost_if_it_must():
        keep_tally(plan, found, at=timezone.now())
    return findings


@contextmanager
def _lost_if_it_must() -> Iterator[None]:
    """Give up what is only kept to be quick where the database is too busy to write it, rather
    than the page that somebody reads. Within a transaction that fails with the rest."""
    try:
        yield
    except OperationalError:
        if connection.in_atomic_block:
            raise
        logger.warning("What the checks found was not kept", exc_info=True)


def with_waivers(
    view: PlanView, findings: Iterable[Finding], waivers: Iterable[Waiver]
) -> PlanFindings:
    """Return findings with the waivers that hold for them, and those that hold for none."""
    by_print = {waiver.fingerprint: waiver for waiver in waivers}
    found = tuple(Found(each, by_print.get(each.fingerprint)) for each in findings)
    holding = {each.waiver.pk for each in found if each.waiver}
    lapsed = tuple(w for w in by_print.values() if w.pk not in holding)
    return PlanFindings(found, lapsed, view)


def view_working_copy(plan: Plan) -> PlanView:
    """Return the working copy as its checks see it; sections that changed are read and kept.

    A section's row is read before its content, so that a save in between leaves a reading under
    the earlier revision, which counts for nothing, and never an old one under the later.
    """
    rows = list(plan.sections.present())
    keys = dict(plan.sections.values_list("pk", "key"))
    heads = {row.pk: read_section_head(row, keys) for row in rows}
    head = read_head(plan)
    facts = plan_facts(head)
    own = head.model_dump(by_alias=True)
    context = _digest(code_digest(), own, facts.schemes, facts.rag_rules)
    wanted = {
        row.pk: context[:HALF] + _digest(row.revision, heads[row.pk].model_dump())[:HALF]
        for row in rows
    }
    kept = {each.section_id: each for each in Reading.objects.filter(section__plan=plan)}
    stale = [row for row in rows if row.pk not in kept or kept[row.pk].key != wanted[row.pk]]
    fresh = _read_again(stale, facts, _read_data(stale, keys))
    readings = {
        row.key: fresh[row.pk] if row.pk in fresh else load_reading(kept[row.pk]) for row in rows
    }
    view = PlanView(
        head,
        facts,
        [heads[row.pk] for row in rows],
        readings,
        pictures=frozenset(plan.pictures.values_list("name", flat=True)),
        guide=find_guide(head.plan_format),
        progress=_find_progress(plan, rows),
    )
    with _lost_if_it_must():
        _keep(plan, view, stale, wanted, kept)
    return view


def _find_progress(plan: Plan, rows: Sequence[Section]) -> Progress:
    """Return how far the work on the plan is; `rows`: its present sections."""
    threads = count_open_by_section(plan)
    return Progress(
        ticked=frozenset(plan.ticks.values_list("line", flat=True)),
        not_started=frozenset(r.key for r in rows if r.status == Section.Status.NOT_STARTED),
        threads={row.key: threads[row.pk] for row in rows if row.pk in threads},
        assigned=frozenset(row.key for row in rows if row.assigned_to_id),
    )


def find_guide(slug: str | None) -> Guide | None:
    """Return what the format of this slug asks of a plan; None for a plan that follows none."""
    if not slug:
        return None
    found = PlanFormat.objects.filter(slug=slug).prefetch_related("sections").first()
    if found is None:
        return Guide(slug, exists=False)
    sections = tuple(
        GuideSection(
            key=section.key,
            title=section.title,
            kind=section.kind,
            required=section.required,
            words=tuple(section.words) if section.words else None,
        )
        for section in found.sections.all()
    )
    return Guide(slug, sections=sections, checklist=tuple(found.checklist))


def read_section_head(row: Section, keys: Mapping[int, str]) -> SectionHead:
    return SectionHead.model_validate(
        {name: value for name, value in put_head(row, {}, keys).items() if name != "content"}
    )


def _read_data(rows: Sequence[Section], keys: Mapping[int, str]) -> list[SectionData]:
    objects = section_objects(rows, keys=keys)
    return [section_from_dict(objects[row.pk]) for row in rows]


def _read_again(
    rows: Sequence[Section], facts: PlanFacts, sections: Iterable[SectionData]
) -> dict[int, SectionReading]:
    by_key = {section.head.key: section for section in sections}
    return {row.pk: read_section(by_key[row.key], facts) for row in rows}


def _keep(
    plan: Plan,
    view: PlanView,
    rows: Sequence[Section],
    keys: Mapping[int, str],
    earlier: Mapping[int, Reading],
) -> None:
    """Keep what was read of these sections, and tell in the log what their saves changed elsewhere.

    `earlier`: the readings that these replace, by section. Where somebody else replaced one
    meanwhile, what is told starts from theirs, so that nothing is told twice or left out.
    """
    for _ in range(ATTEMPTS):
        rows = [row for row in rows if _is_behind(earlier.get(row.pk), row, keys[row.pk])]
        if not rows or _replace_readings(plan, view, rows, keys, earlier):
            return
        earlier = {each.section_id: each for each in Reading.objects.filter(section__in=rows)}


def _is_behind(reading: Reading | None, row: Section, key: str) -> bool:
    """Whether a reading is to be replaced: it is another's, and not of a later revision."""
    return reading is None or (reading.key != key and reading.revision <= row.revision)


def _replace_readings(
    plan: Plan,
    view: PlanView,
    rows: Sequence[Section],
    keys: Mapping[int, str],
    earlier: Mapping[int, Reading],
) -> bool:
    """Replace these readings and store the event of it, unless they are not the earlier ones any
    more; returns whether it did."""
    event = _draft_event(plan, view, rows, keys, earlier)
    known = {pk: earlier[pk].key for pk in (row.pk for row in rows) if pk in earlier}
    with transaction.atomic():
        if known:
            held = Reading.objects.filter(section__in=rows).order_by("pk").select_for_update()
            if dict(held.values_list("section", "key")) != known:
                return False
        _store_readings(view, rows, keys)
        if event:
            event.save(force_insert=True)
    return True


def _draft_event(
    plan: Plan,
    view: PlanView,
    rows: Sequence[Section],
    keys: Mapping[int, str],
    earlier: Mapping[int, Reading],
) -> Event | None:
    """Return the event of what was saved since; None where nothing tells what was before, or only
    the plan's own facts or the code have changed."""
    if not is_open(plan):
        return None
    passed = [
        row
        for row in rows
        if (was := earlier.get(row.pk))
        and was.key[:HALF] == keys[row.pk][:HALF]
        and was.revision < row.revision
    ]
    if not passed:
        return None
    readings = {row.key: load_reading(earlier[row.pk]) for row in passed}
    before = replace(view, readings={**view.readings, **readings})
    return draft_event(plan, passed, before, view)


def _store_readings(view: PlanView, rows: Sequence[Section], keys: Mapping[int, str]) -> None:
    """Write readings over those that there are, in one statement."""
    Reading.objects.bulk_create(
        [
            Reading(
                section=row,
                key=keys[row.pk],
                revision=row.revision,
                findings=[dump_finding(each) for each in view.readings[row.key].findings],
                extracts=dict(view.readings[row.key].extracts),
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["section"],
        update_fields=["key", "revision", "findings", "extracts"],
    )


def load_reading(kept: Reading) -> SectionReading:
    return SectionReading(tuple(map(load_finding, kept.findings)), kept.extracts)


def dump_finding(finding: Finding) -> dict[str, Any]:
    """Return a finding as JSON: a row of `check_plan`, and the places that it is about."""
    return {
        "id": finding.id,
        "level": finding.level.word,
        "section": finding.section,
        "path": list(finding.path),
        "message": finding.message,
        "stated": finding.stated,
        "computed": finding.computed,
        "causes": [[section, list(path)] for section, path in finding.causes],
        "binding": asdict(finding.binding) if finding.binding else None,
    }


def load_finding(row: Mapping[str, Any]) -> Finding:
    """Return the finding that `dump_finding` made this of."""
    return Finding(
        row["id"],
        Level[row["level"].upper()],
        row["section"],
        row["message"],
        tuple(row["path"]),
        row["stated"],
        row["computed"],
        tuple((section, tuple(path)) for section, path in row["causes"]),
        Binding(**row["binding"]) if row.get("binding") else None,
    )


def dump_found(findings: PlanFindings) -> list[dict[str, Any]]:
    """Return findings as JSON, each with its `waiver`: reason, person, post and time, or None.

    After them what lapsed waivers were for, as it was found then, each with `lapsed` set.
    """
    found = [{**dump_finding(f.finding), "waiver": _dump_waiver(f.waiver)} for f in findings.found]
    lapsed = [
        {**waiver.finding, "waiver": _dump_waiver(waiver), "lapsed": True}
        for waiver in findings.lapsed
    ]
    return found + lapsed


def _dump_waiver(waiver: Waiver | None) -> dict[str, str] | None:
    if waiver is None:
        return None
    return {
        "reason": waiver.reason,
        "person": waiver.by.name,
        "post": waiver.by.post,
        "at": waiver.at.isoformat(),
    }


def _digest(*parts: Any) -> str:
    words = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=dict)
    return hashlib.sha256(words.encode()).hexdigest()


@cache
def code_digest() -> str:
    """Return the SHA-256 of the code that readings are made by: a new release reads all anew."""
    folders = [FilePath(config.path) for config in apps.get_app_configs()]
    root = FilePath(apps.get_app_config("plans").path).parent
    own = sorted(
        file for folder in folders if folder.parent == root for file in folder.rglob("*.py")
    )
    digest = hashlib.sha256()
    for file in own:
        digest.update(file.read_bytes())
    return digest.hexdigest()
