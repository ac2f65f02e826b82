"""What the editors of objectives and actions show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plans.grid import Field, FieldType, Grid, RowList
from plans.registry import PlanFacts

LEADS = Field(("leads",), "Leads", FieldType.LINES, hint="Posts, one a line")


def objective_grid(content: Mapping[str, Any], plan: PlanFacts) -> Grid:
    """Return the editor of an objectives section: the framework, then its priorities as cards."""
    targets = RowList(
        path=("targets",),
        title="Targets",
        noun="target",
        fields=(
            Field(("ref",), "No.", width="narrow"),
            Field(("title",), "Target", required=True, width="wide"),
            LEADS,
        ),
        new={"ref": "", "title": "", "leads": []},
        label_path=("title",),
    )
    return Grid(
        fields=(
            Field(
                ("framework",),
                "What these priorities belong to",
                hint="Children and Young People's Plan",
                width="wide",
            ),
            Field(("short",), "In short", hint="CYPP: stands before each number", width="narrow"),
            Field(
                ("year",),
                "Year, if not the plan's own",
                hint="2007/08, for progress on last year's priorities",
                empty_as_null=True,
                width="narrow",
            ),
        ),
        lists=(
            RowList(
                path=("rows",),
                title="Priorities",
                noun="priority",
                fields=(
                    Field(("ref",), "Number", hint="P8, Priority 8", width="narrow"),
                    Field(("title",), "Title", required=True, width="wide"),
                    LEADS,
                    Field(("statement",), "Statement", FieldType.RICH),
                    Field(("progress",), "Progress", FieldType.RICH),
                ),
                new={
                    "ref": "",
                    "title": "",
                    "statement": "",
                    "leads": [],
                    "progress": "",
                    "targets": [],
                },
                label_path=("title",),
                layout="cards",
                lists=(targets,),
            ),
        ),
    )


def action_grid(content: Mapping[str, Any], plan: PlanFacts) -> Grid:
    """Return the editor of an actions section: a card for each action, with its deliverables."""
    deliverables = RowList(
        path=("deliverables",),
        title="Deliverables",
        noun="deliverable",
        fields=(
            Field(("text",), "What will be delivered", FieldType.RICH),
            Field(("due",), "By when", hint="January 2009", width="narrow"),
        ),
        new={"text": "", "due": ""},
        label_path=("text",),
        layout="cards",
    )
    return Grid(
        lists=(
            RowList(
                path=("rows",),
                title="Actions",
                noun="action",
                fields=(
                    Field(("number",), "Number", width="narrow"),
                    Field(("title",), "Project or key action", required=True, width="wide"),
                    LEADS,
                    Field(
                        ("links",),
                        "Links to objectives",
                        FieldType.LINES,
                        hint="A priority and its targets, one a line: P23 108, 109",
                    ),
                    Field(
                        ("due",),
                        "Target date",
                        hint="January 2009, 2008/09 ongoing",
                        width="narrow",
                    ),
                    Field(("outcome",), "Outcome", FieldType.RICH),
                ),
                new={
                    "number": "",
                    "title": "",
                    "leads": [],
                    "links": [],
                    "deliverables": [],
                    "due": "",
                    "outcome": "",
                },
                label_path=("title",),
                layout="cards",
                lists=(deliverables,),
            ),
        ),
    )
