"""What can be compared with what, the comparison as a document, and its words for who decides.

A side is the working copy, a version, or an edition of the same unit's plan of another year. Who
asks is handed in: nobody compares what they may not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from accounts.models import User
from documents import redline
from documents.blocks import COMPARISON, Document, Imprint
from documents.redline import Comparison, SectionChange, Summary
from plans.models import Decision, Edition, Plan, Version
from plans.permissions import can_read_draft
from plans.services.imprints import branding_of, local_day
from plans.services.versions import plan_document, version_document

NOW = "now"
_NOUNS = {"narrative", "register", "activity", "budget", "staffing"}  # their rows have no name


@dataclass(frozen=True, slots=True)
class Side:
    """One state of a plan that can be compared: its working copy, or a version.

    `value` names it in an address; `words` on screen and in print; `year` if it is another's.
    """

    value: str
    words: str
    plan: Plan
    version: Version | None = None
    year: str = ""


def list_sides(plan: Plan, *, by: User) -> list[Side]:
    """Return every state that the person may read, this plan's newest first; three queries."""
    may_read = can_read_draft(by, plan)
    now = [name_now(plan)] if may_read else []
    versions = plan.versions.select_related("edition").defer("plan_file", "tree")
    own = [name_version(plan, version) for version in versions if may_read or _edition_of(version)]
    return [*now, *own, *_list_other_years(plan, by=by)]


def name_now(plan: Plan) -> Side:
    """Return the working copy as a side."""
    return Side(NOW, f"Now: {plan.get_state_display().lower()}", plan)


def name_version(plan: Plan, version: Version) -> Side:
    """Return a version as a side, by its edition if it was published."""
    edition = _edition_of(version)
    day = _spell(edition.published_at if edition else version.submitted_at)
    what = f"Edition {edition.number}, published {day}" if edition else f"submitted {day}"
    words = f"Version {version.number}, {what[0].lower()}{what[1:]}"
    version.plan = plan
    return Side(f"version-{version.number}", words, plan, version)


def _edition_of(version: Version) -> Edition | None:
    return getattr(version, "edition", None)


def _list_other_years(plan: Plan, *, by: User) -> list[Side]:
    """Return the latest edition of the unit's other plans; the working copy of those that have
    none, for who reads drafts."""
    others = Plan.objects.filter(organisation_unit=plan.organisation_unit_id).exclude(pk=plan.pk)
    seen = others.visible_to(by).select_related("plan_year", "format", "organisation_unit")
    editions: dict[int, Edition] = {}
    for edition in (
        Edition.objects.filter(plan__in=others)
        .select_related("version")
        .defer("version__plan_file", "version__tree")
    ):
        editions.setdefault(edition.plan_id, edition)
    return [
        side
        for other in seen
        if (side := _name_other(other, editions.get(other.pk), may_read=can_read_draft(by, other)))
    ]


def _name_other(plan: Plan, edition: Edition | None, *, may_read: bool) -> Side | None:
    if edition:
        edition.version.plan = plan
        words = f"{plan.year}, edition {edition.number}"
        return Side(f"plan-{plan.pk}", words, plan, edition.version, plan.year)
    words = f"{plan.year}, {plan.get_state_display().lower()}"
    return Side(f"plan-{plan.pk}", words, plan, None, plan.year) if may_read else None


def _spell(at: datetime) -> str:
    day = local_day(at)
    return f"{day.day} {day:%B %Y}"


def pick_sides(plan: Plan, sides: Sequence[Side]) -> tuple[Side, Side]:
    """Return what is compared unless another is asked for: the last two states of the plan, else
    last year's and this one."""
    is_draft = plan.state == Plan.State.DRAFT
    own = [side for side in sides if not side.year and (is_draft or side.value != NOW)] or sides
    if len(own) > 1:
        return own[1], own[0]
    before = [side for side in sides if side.year and side.year < plan.year]
    return (max(before, key=lambda side: side.year) if before else own[0]), own[0]


def version_seen(version: Version, *, by: User) -> Version | None:
    """Return the version before that the person decided last, else the one just before."""
    earlier = version.plan.versions.filter(number__lt=version.number)
    decided = Decision.objects.filter(version__in=earlier, by=by).order_by("-version__number")
    last = decided.values_list("version__number", flat=True).first()
    return earlier.filter(number=last).first() if last else earlier.first()


# --- the comparison ------------------------------------------------------------------------------


def read_side(side: Side) -> Document:
    return version_document(side.version) if side.version else plan_document(side.plan)


def compare_sides(old: Side, new: Side, *, only_changes: bool) -> Comparison:
    """Return both sides as one document whose subtitle names them."""
    found = redline.compare(read_side(old), read_side(new), only_changes=only_changes)
    named = replace(found.document, subtitle=name_comparison(old, new))
    return replace(found, document=named)


def name_comparison(old: Side, new: Side) -> str:
    """Return what is compared in words: "What changed from … to …"."""
    return f"What changed from “{old.words}” to “{new.words}”"


def comparison_imprint(plan: Plan, *, at: datetime) -> Imprint:
    """Return the imprint of a comparison: it is no version, and of the day it was made."""
    branding = branding_of(plan.organisation_unit)
    return Imprint(state=COMPARISON, version=0, printed_on=local_day(at), branding=branding)


def describe_job(old: Side, new: Side, *, only_changes: bool) -> dict[str, Any]:
    """Return what a job stores of a comparison, so that a worker finds both sides again."""
    return {
        "old": _store_side(old),
        "new": _store_side(new),
        "only_changes": only_changes,
        "words": name_comparison(old, new),
    }


def _store_side(side: Side) -> dict[str, Any]:
    version = side.version.pk if side.version else None
    return {"plan": side.plan.pk, "version": version, "words": side.words}


def document_of_job(detail: Mapping[str, Any]) -> Document:
    """Return the redline that `describe_job` described; a working copy as it is now."""
    old, new = (_find_side(detail[name]) for name in ("old", "new"))
    return compare_sides(old, new, only_changes=detail["only_changes"]).document


def _find_side(stored: Mapping[str, Any]) -> Side:
    plans = Plan.objects.select_related("plan_year", "format", "organisation_unit")
    plan = plans.get(pk=stored["plan"])
    version = plan.versions.get(pk=stored["version"]) if stored["version"] else None
    return Side("", stored["words"], plan, version)


# --- in words ------------------------------------------------------------------------------------


def tell_summary(summary: Summary, kinds: Mapping[str, str]) -> list[str]:
    """Return what changed as short phrases, sections first: "4 sections changed", "gross
    expenditure +1.2 %", "2 indicators retargeted", "1 risk new".

    `kinds`: the kinds of sections by their key.
    """
    return [*_tell_sections(summary), *_tell_facts(summary), *_tell_rows(summary, kinds)]


def _tell_sections(summary: Summary) -> list[str]:
    counts = [
        (change, summary.count(change)) for change in ("changed", "added", "removed", "moved")
    ]
    return [f"{_count(number, 'section')} {change}" for change, number in counts if number]


def _tell_facts(summary: Summary) -> list[str]:
    return [
        f"{fact.label} {fact.percent:+.1f} %" if fact.percent is not None
        else f"{fact.label} from {fact.old} to {fact.new}"
        for fact in summary.facts
    ]  # fmt: skip


def _tell_rows(summary: Summary, kinds: Mapping[str, str]) -> list[str]:
    told = []
    for section in summary.sections:
        kind = kinds.get(section.key, "")
        if section.change in ("changed", "moved") and kind and kind not in _NOUNS:
            told += _tell_kind(section, kind.removesuffix("s"))
    return told


def _tell_kind(section: SectionChange, noun: str) -> list[str]:
    """Return what became of the rows of a section; figures that are aimed at are named so."""
    aimed = max((n for label, n in section.columns.items() if "target" in label.lower()), default=0)
    changed = section.rows["changed"] + section.rows["moved"] - aimed
    counts = [
        (aimed, "retargeted"),
        (changed, "changed"),
        (section.rows["added"], "new"),
        (section.rows["removed"], "removed"),
    ]
    return [f"{_count(number, noun)} {word}" for number, word in counts if number > 0]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def kinds_by_key(plans: Iterable[Plan]) -> dict[str, str]:
    """Return the kinds of the plans' sections by their keys, removed ones too; one query each."""
    found: dict[str, str] = {}
    for plan in plans:
        found |= dict(plan.sections.values_list("key", "kind"))
    return found
