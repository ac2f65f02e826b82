"""A plan that knows two risk schemes, and a register to start from."""

from typing import Any

import pytest

from plans.registry import PlanFacts
from tests.kinds import around, make_section

__all__ = ["around", "make_section"]  # fixtures of every kind's tests


THREES = {
    "key": "3x3",
    "likelihood": [{"level": n, "word": w} for n, w in ((3, "Likely"), (1, "Rare"), (2, ""))],
    "impact": [{"level": n, "word": w} for n, w in enumerate(("Minor", "Serious", "Major"), 1)],
    "bands": [
        {"word": "Very high", "from": 6, "to": 9, "cells": []},
        {"word": "Medium", "from": 3, "to": 4, "cells": []},
        {"word": "Low", "from": None, "to": 2, "cells": []},
    ],
    "tolerance": 4,
}
LETTERS = {
    "key": "letters",
    "likelihood": [{"level": "A", "word": "Rare"}, {"level": "B", "word": "Likely"}],
    "impact": [{"level": 1, "word": "Minor"}, {"level": 2, "word": "Major"}],
    "bands": [
        {"word": "Red", "from": None, "to": None, "cells": ["B2"]},
        {"word": "Green", "from": None, "to": None, "cells": ["1A", "A2", "B1"]},
    ],
    "tolerance": None,
}


@pytest.fixture
def facts() -> PlanFacts:
    schemes = {"3x3": THREES, "letters": LETTERS}
    return PlanFacts(year="2008/09", money_unit="£000", schemes=schemes)


def write_risk(**values: Any) -> dict[str, Any]:
    """Return a row with every key, in the plan file's order."""
    row: dict[str, Any] = {
        "id": "",
        "ref": "",
        "title": "",
        "cause": "",
        "description": "",
        "impacts": "",
        "mitigation": "",
        "owners": [],
        "response": "",
        "actions": [],
        "review": "",
        "emerging": False,
        "inherent": None,
        "current": None,
        "target": None,
    }
    return row | values


@pytest.fixture
def register() -> dict[str, Any]:
    return {
        "scheme": "3x3",
        "rows": [
            write_risk(
                id="r1",
                ref="3",
                title="Too few staff for Sunday opening",
                cause="<p>Pay.</p>",
                description="<p>Rotas depend on volunteers.</p>",
                impacts="<p>Opening would lapse.</p>",
                mitigation="<p>Recruit by July.</p>",
                owners=["Area Manager", "Head of Libraries"],
                response="treat",
                actions=["10", "12"],
                review="Quarterly",
                inherent={"likelihood": 3, "impact": 3},
                current={"likelihood": 3, "impact": 2},
                target={"likelihood": 2, "impact": None},
            ),
            write_risk(id="r2", ref="4", title="Flood", current={"likelihood": 1, "impact": 3}),
            write_risk(id="r3", title="Damp in the record office", emerging=True),
        ],
    }
