"""The named values of risk registers that prose and summaries can quote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from documents import values
from plans.content import Content
from plans.registry import Figure, PlanFacts
from risks.schemes import find_band


def risk_figures(content: Content, plan: PlanFacts) -> Iterator[Figure]:
    """Yield `count`, `emerging`, and `count.<band>` for each band of a known scheme.

    A band counts the risks whose current score falls in it: `count.very_high`.
    """
    raw = content.model_dump()
    rows = raw["rows"]
    yield _count("count", "Number of risks", len(rows))
    yield _count("emerging", "Number of emerging risks", sum(row["emerging"] for row in rows))
    scheme = plan.schemes.get(raw["scheme"]) if raw["scheme"] else None
    if scheme is None:
        return
    current = [row["current"] or {} for row in rows]
    found = Counter(
        find_band(scheme, scores.get("likelihood"), scores.get("impact")) for scores in current
    )
    for word in dict.fromkeys(band["word"] for band in scheme.get("bands") or ()):
        path = f"count.{'_'.join(word.lower().split())}"
        yield _count(path, f"Number of risks now scored {word}", found[word])


def _count(path: str, label: str, number: int) -> Figure:
    return Figure(path, label, values.computed(Decimal(number), 0))
