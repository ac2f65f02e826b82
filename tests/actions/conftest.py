"""A plan to put sections in, and contents of objectives and actions to start from."""

from typing import Any

import pytest

from plans.registry import PlanFacts
from tests.kinds import around, make_section

__all__ = ["around", "make_section"]  # fixtures of every kind's tests


@pytest.fixture
def facts() -> PlanFacts:
    return PlanFacts(year="2008/09", money_unit="£000")


@pytest.fixture
def strategy() -> dict[str, Any]:
    """An objectives section with targets, all keys written."""
    return {
        "framework": "Community Strategy",
        "short": "CS",
        "year": None,
        "rows": [
            {
                "id": "p1",
                "ref": "P1",
                "title": "More people read for pleasure [note 1]",
                "statement": "<p>Reading is for all.</p>",
                "leads": ["Head of Libraries", "Schools Librarian"],
                "progress": "",
                "targets": [
                    {"id": "t1", "ref": "1", "title": "Raise visits", "leads": ["Area Manager"]},
                    {"id": "t2", "ref": "2", "title": "Open on Sundays", "leads": []},
                ],
            },
            {
                "id": "p2",
                "ref": "P2",
                "title": "Records are kept safe",
                "statement": "",
                "leads": [],
                "progress": "<p>The strong room is dry.</p>",
                "targets": [],
            },
        ],
    }


@pytest.fixture
def projects() -> dict[str, Any]:
    """An actions section with every key, one action with dates of its own for deliverables."""
    return {
        "rows": [
            {
                "id": "a1",
                "number": "1",
                "title": "Open on Sundays",
                "leads": ["Area Manager", "Head of Libraries"],
                "links": ["P1 2", "CS"],
                "deliverables": [
                    {"id": "d1", "text": "<p>Rotas agreed</p>", "due": "June 2008"},
                    {"id": "d2", "text": "<p>First opening</p>", "due": "September 2008"},
                ],
                "due": "2008/09",
                "outcome": "<p>400 visits each Sunday</p>",
            },
            {
                "id": "a2",
                "number": "2",
                "title": "Repair the strong room [note 1]",
                "leads": [],
                "links": [],
                "deliverables": [
                    {"id": "d3", "text": "<p>Survey</p>", "due": ""},
                    {"id": "d4", "text": "<p>Works</p>", "due": ""},
                ],
                "due": "2008/09 ongoing",
                "outcome": "",
            },
        ]
    }
