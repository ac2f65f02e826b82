"""The named values of risk registers that prose and summaries can quote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from documents import values
from plans.content import Content
from plans.figures import either
from plans.registry import Figure, PlanFacts
from risks.schemes import find_band


def risk_figures(content: Content, plan: PlanFacts) -> Iterator[Figure]:
    """Yield `count`, `emerging`, and `count.<band>` for each band of a known scheme.

    A band counts the risks whose current score falls in it: `count.very_high`.
    """
    raw = content.model_dump()
    rows = raw["rows"]
    yield _count("count", "Number of risks", len(rows), "N risks|N divisional risks")
    emerging = sum(row["emerging"] for row in rows)
    yield _count("emerging", "Number of emerging risks", emerging, "N emerging risks")
    scheme = plan.schemes.get(raw["scheme"]) if raw["scheme"] else None
    if scheme is None:
        return
    current = [row["current"] or {} for row in rows]
    found = Counter(
        find_band(scheme, scores.get("likelihood"), scores.get("impact")) for scores in current
    )
    for word in dict.fromkeys(band["word"] for band in scheme.get("bands") or ()):
        path = f"count.{'_'.join(word.lower().split())}"
        scored = either(f"scored {word}", f"rated {word}")
        names = (f"N {either(word)} risks", f"N risks; {scored}")
        yield _count(path, f"Number of risks now scored {word}", found[word], *names)


def _count(path: str, label: str, number: int, *names: str) -> Figure:
    return Figure(path, label, values.computed(Decimal(number), 0), names=names)
