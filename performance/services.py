"""Keeping the council's RAG rules: what is judged from now on follows them, versions do not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.text import slugify

from accounts.models import OrganisationUnit, User
from performance.judgements import read_unit_name
from performance.models import IndicatorTable, RagRule
from performance.rag import Outcome, read_rule
from plans.planfile import RAG_RULE_LIMIT


@dataclass(frozen=True, slots=True)
class RuleValues:
    """What a planning officer decides about a rule; see `RagRule`."""

    name: str
    units: tuple[str, ...]
    is_default: bool
    tolerance: Decimal
    tolerance_in: str
    floor: Decimal | None
    band: Decimal | None
    on_target: Outcome
    near: Outcome
    off_target: Outcome


class Taken(ValueError):
    """Another rule has this name or one of the units, or is the default; nothing was stored."""


class TooMany(ValueError):
    """The council keeps as many rules as a plan file carries; nothing was stored."""

    def __init__(self) -> None:
        super().__init__(
            f"The council keeps {RAG_RULE_LIMIT} rules already, as many as a plan can carry. "
            "Remove one that is no longer needed, then add this one."
        )


def save_rule(rule: RagRule, wanted: RuleValues, *, by: User | None, at: datetime) -> RagRule:
    """Store a new rule, or a kept one as it is to be from now on; its key never changes.

    :raises Taken: if another rule took the name or a unit, or became the default meanwhile.
    :raises TooMany: if it would be one rule more than a plan file carries.
    """
    with transaction.atomic():
        _hold_rules()
        if is_one_too_many(rule):
            raise TooMany
        if taken := find_taken(rule, wanted.units):
            raise Taken(taken)
        return _store_rule(rule, wanted, by=by, at=at)


def _hold_rules() -> None:
    """Let nobody else save a rule until this transaction ends: rules are the council's, so its row
    is locked. SQLite lets one transaction write at a time anyway."""
    council = OrganisationUnit.objects.filter(level=OrganisationUnit.Level.COUNCIL)
    list(council.order_by("pk").select_for_update(no_key=True).values_list("pk"))


def is_one_too_many(rule: RagRule) -> bool:
    """Whether a rule is new and the council has as many as a plan file carries."""
    return rule.pk is None and RagRule.objects.count() >= RAG_RULE_LIMIT


def find_taken(rule: RagRule, units: Iterable[str]) -> str:
    """Return in a sentence which other rule judges one of the units already; "" if none does."""
    wanted = {read_unit_name(unit): unit for unit in units}
    for other in RagRule.objects.exclude(pk=rule.pk):
        for unit in map(read_unit_name, other.units):
            if unit in wanted:
                return f"“{other}” judges measures in {wanted[unit]} already."
    return ""


def _store_rule(rule: RagRule, wanted: RuleValues, *, by: User | None, at: datetime) -> RagRule:
    for name, value in asdict(wanted).items():
        setattr(rule, name, list(value) if name == "units" else value)
    rule.key = rule.key or _make_key(wanted.name)
    rule.changed_by, rule.changed_at = by, at
    try:
        with transaction.atomic():
            rule.save()
    except IntegrityError as error:
        raise Taken("Another rule has this name, or is the default already.") from error
    return rule


def _make_key(name: str) -> str:
    """Return a key that says what the name says and that no rule has."""
    stem = slugify(name).replace("_", "-")[:80].strip("-") or "rule"
    taken = set(RagRule.objects.values_list("key", flat=True))
    keys = (stem if n == 1 else f"{stem}-{n}" for n in count(1))
    return next(key for key in keys if key not in taken)


def keep_rules(rules: Iterable[Mapping[str, Any]], *, by: User | None, at: datetime) -> None:
    """Store rules, each as an entry of a plan file; one of a known key is replaced."""
    for entry in rules:
        read = read_rule(entry)
        rule = RagRule.objects.filter(key=read.key).first() or RagRule(key=read.key)
        wanted = RuleValues(
            name=read.name,
            units=read.units,
            is_default=read.is_default,
            tolerance=read.tolerance,
            tolerance_in=entry["tolerance_in"],
            floor=read.floor,
            band=read.band,
            **read.outcomes,
        )
        save_rule(rule, wanted, by=by, at=at)


def remove_rule(rule: RagRule) -> None:
    """Remove a rule: tables that name it are judged by none until they name another."""
    rule.delete()


def tables_naming(rule: RagRule) -> QuerySet[IndicatorTable]:
    """Return the tables of present sections that name a rule, by plan and section."""
    tables = IndicatorTable.objects.filter(rag_rule=rule.key, section__removed_at__isnull=True)
    related = ("section__plan__plan_year", "section__plan__organisation_unit")
    return tables.select_related(*related).order_by("section__plan_id", "section__position")
