"""A plan to put sections in, and contents of indicators and activity to start from."""

from typing import Any

import pytest

from plans.registry import PlanFacts
from tests.kinds import around, make_section
from tests.plans.conftest import shared_database

__all__ = ["around", "make_section", "shared_database"]  # fixtures of other tests too


@pytest.fixture
def facts() -> PlanFacts:
    return PlanFacts(year="2008/09", money_unit="£000")


@pytest.fixture
def visits() -> dict[str, Any]:
    """An activity table with a sum, two formulas, a group heading and notes, all keys written."""
    empty = {"ref": "", "unit": "", "figure": "", "sum_of": [], "blank": []}
    none = {"e0708": "", "p0809": "", "difference": "", "change": "", "remark": ""}
    return {
        "label": "Library",
        "columns": [
            {
                "id": "c1",
                "key": "e0708",
                "label": "2007/08",
                "groups": ["Visits"],
                "unit": "",
                "formula": "",
            },
            {
                "id": "c2",
                "key": "p0809",
                "label": "2008/09",
                "groups": ["Visits"],
                "unit": "",
                "formula": "",
            },
            {
                "id": "c3",
                "key": "difference",
                "label": "Difference",
                "groups": [],
                "unit": "",
                "formula": "p0809 - e0708",
            },
            {
                "id": "c4",
                "key": "change",
                "label": "% change",
                "groups": [],
                "unit": "",
                "formula": "(p0809 - e0708) / e0708 %",
            },
            {
                "id": "c5",
                "key": "remark",
                "label": "Remark",
                "groups": [],
                "unit": "",
                "formula": "",
            },
        ],
        "rows": [
            {
                "id": "r1",
                "key": "total",
                **empty,
                "label": "All libraries",
                "kind": "total",
                "figure": "all",
                "sum_of": ["central", "park-road"],
                "blank": ["remark"],
                "cells": {**none, "e0708": "61,500"},
            },
            {
                "id": "r2",
                "key": "town",
                **empty,
                "label": "In town",
                "kind": "group",
                "cells": none,
            },
            {
                "id": "r3",
                "key": "central",
                **empty,
                "label": "Central [note 1]",
                "kind": "row",
                "cells": {
                    **none,
                    "e0708": "40,200",
                    "p0809": "41,000",
                    "difference": "800",
                    "remark": "Sundays",
                },
            },
            {
                "id": "r4",
                "key": "park-road",
                **empty,
                "label": "Park Road",
                "kind": "row",
                "unit": "visits",
                "cells": {**none, "e0708": "21,300", "p0809": "21,900"},
            },
        ],
        "spans": [],
    }


@pytest.fixture
def measures() -> dict[str, Any]:
    """An indicators section with ratings and a band, all keys written."""
    columns = [
        ("c1", "a0607", "Actual", ["2006/07"], "actual", "2006/07"),
        ("c2", "e0708", "Estimate", ["2007/08"], "estimate", "2007/08"),
        ("c3", "n2007", "National average", [], "national", "Spring 2007"),
        ("c4", "t0809", "Target", ["2008/09"], "target", "2008/09"),
    ]
    return {
        "columns": [
            dict(zip(("id", "key", "label", "groups", "role", "year"), column, strict=True))
            for column in columns
        ],
        "scale": [
            {"level": 3, "word": "Good", "mark": "●●●"},
            {"level": 2, "word": "Acceptable", "mark": "●●"},
            {"level": 1, "word": "Ask questions", "mark": "●"},
        ],
        "rows": [
            {
                "id": "r1",
                "ref": "L1",
                "title": "Visits for each 1,000 people",
                "unit": "",
                "polarity": "higher",
                "cells": {"a0607": "4,950", "e0708": "5,010", "n2007": "", "t0809": "5,000"},
                "ratings": {"a0607": 2, "e0708": 3},
            },
            {
                "id": "r2",
                "ref": "L2",
                "title": "Requests taking longer than 15 days [note 2]",
                "unit": "%",
                "polarity": "lower",
                "cells": {
                    "a0607": "11.0",
                    "e0708": "12.5",
                    "n2007": "~",
                    "t0809": "to be set [note 1]",
                },
                "ratings": {"a0607": 1},
            },
            {
                "id": "r3",
                "ref": "",
                "title": "Staff turnover",
                "unit": "%",
                "polarity": "band",
                "cells": {"a0607": "14", "e0708": "22", "n2007": "", "t0809": "<15 or >20"},
                "ratings": {},
            },
        ],
    }
