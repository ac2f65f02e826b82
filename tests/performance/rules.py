"""RAG rules to judge by: as a plan file has them, and as the council keeps them."""

from __future__ import annotations

from typing import Any

from performance.models import RagRule
from performance.services import keep_rules
from plans.planfile import RagRuleEntry
from tests.factories import NOW


def rule_entry(key: str = "percent", **values: Any) -> dict[str, Any]:
    """Return a rule with every key written: of percentages, near within 2 points."""
    usual = {"key": key, "name": key.title(), "units": ["%"], "tolerance": "2"}
    return RagRuleEntry.model_validate({**usual, **values}).model_dump()


def keep_rule(key: str = "percent", **values: Any) -> RagRule:
    """Store such a rule as the council's."""
    keep_rules([rule_entry(key, **values)], by=None, at=NOW)
    return RagRule.objects.get(key=key)
