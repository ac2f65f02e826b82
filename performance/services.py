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

from accounts.models import User
from performance.models import IndicatorTable, RagRule
from performance.rag import Outcome, read_rule


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
    """Another rule has this name, or is the default; nothing was stored."""


def save_rule(rule: RagRule, wanted: RuleValues, *, by: User | None, at: datetime) -> RagRule:
    """Store a new rule, or a kept one as it is to be from now on; its key never changes.

    :raises Taken: if another rule took the name or became the default meanwhile.
    """
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
