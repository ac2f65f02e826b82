"""Small plans that hold every kind of section, and the people around them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from accounts.models import Membership, OrganisationUnit, User
from documents.blocks import Branding, Imprint
from documents.codec import dump_imprint
from plans.models import Edition, Plan, Section, Version
from plans.planfile import read_plan_dict
from plans.services import section_at, store_plan
from tests.factories import NOW, make_council, make_member, make_unit, make_user

Role = Membership.Role
UNITS = [
    {"key": "north", "name": "North Team", "also": ["The North"]},
    {"key": "south", "name": "South Team", "part_of": "north"},
]


def narrative(rows: int) -> dict[str, Any]:
    paragraphs = "".join(f"<p>Paragraph {n}.</p>" for n in range(1, rows + 1))
    return {"body": paragraphs, "signatures": [{"name": "A Name", "post": "Director"}]}


def objectives(rows: int) -> dict[str, Any]:
    targets = [{"ref": "1", "title": "More loans", "leads": ["Librarian"]}]
    return {
        "framework": "Community Strategy",
        "short": "CS",
        "rows": [
            {"ref": f"P{n}", "title": f"Priority {n}", "targets": targets, "progress": "<p>On.</p>"}
            for n in range(1, rows + 1)
        ],
    }


def indicators(rows: int) -> dict[str, Any]:
    columns = [
        {"key": "a0607", "label": "Actual 2006/07", "role": "actual", "year": "2006/07"},
        {"key": "t0809", "label": "2008/09", "groups": ["Targets"], "role": "target"},
    ]
    return {
        "columns": columns,
        "scale": [{"level": 2, "word": "Good", "mark": "●●"}, {"level": 1, "word": "Poor"}],
        "rows": [
            {
                "ref": f"A{n}",
                "title": f"Indicator {n}",
                "polarity": "lower",
                "unit": "%",
                "cells": {"a0607": f"{n}.5", "t0809": "to be set"},
                "ratings": {"a0607": 2},
            }
            for n in range(1, rows + 1)
        ],
    }


def activity(rows: int) -> dict[str, Any]:
    names = [f"r{n}" for n in range(1, rows + 1)]
    return {
        "label": "Area",
        "columns": [
            {"key": "c1", "label": "2006/07"},
            {"key": "c2", "label": "2007/08"},
            {"key": "c3", "label": "% change", "formula": "(c2 - c1) / c1 %"},
        ],
        "rows": [
            *({"key": k, "label": f"Area {k}", "cells": {"c1": "10", "c2": "15"}} for k in names),
            {"key": "total", "label": "All", "kind": "total", "sum_of": names},
        ],
    }


def budget(rows: int) -> dict[str, Any]:
    lines = [
        {"activity": f"Line {n}", "fte": "2.0", "employee": "1,200.0", "external_income": "-24.0"}
        for n in range(1, rows + 1)
    ]
    memorandum = [{"label": "Overheads", "prior": "10.0", "current": "12.0"}]
    unit = {"unit": "north", "title": "North Team", "lines": lines, "memorandum": memorandum}
    return {"prior_year": "2007/08", "units": [unit]}


def staffing(rows: int) -> dict[str, Any]:
    bands = [{"label": f"Grade {n}", "fte": ["1.0", "2.0"]} for n in range(1, rows + 1)]
    stated = [f"{rows}.0", f"{2 * rows}.0"]
    unit = {"unit": "north", "title": "North Team", "bands": bands, "stated": stated}
    return {"years": ["2007/08", "2008/09"], "units": [unit]}


def actions(rows: int) -> dict[str, Any]:
    deliverables = [{"text": "<p>A plan agreed</p>", "due": "January 2009"}]
    return {
        "rows": [
            {
                "number": str(n),
                "title": f"Action {n}",
                "leads": ["Head of Service"],
                "links": ["P1 1"],
                "deliverables": deliverables,
            }
            for n in range(1, rows + 1)
        ]
    }


def risks(rows: int) -> dict[str, Any]:
    return {
        "scheme": "5x5",
        "rows": [
            {
                "ref": str(n),
                "title": f"Risk {n}",
                "description": "<ul><li>It happens</li></ul>",
                "owners": ["Director"],
                "response": "treat",
                "current": {"likelihood": 4, "impact": 5},
            }
            for n in range(1, rows + 1)
        ],
    }


def register(rows: int) -> dict[str, Any]:
    columns = [
        {"key": "name", "label": "Name"},
        {"key": "ends", "label": "Ends", "type": "date"},
        {"key": "sort", "label": "Sort", "type": "choice", "choices": ["Block", "Spot"]},
    ]
    cells = {"name": "Contract", "ends": "30/09/2018", "sort": "Block"}
    return {
        "columns": columns,
        "rows": [{"group": "Contracts"}, *({"cells": cells} for _ in range(rows))],
    }


CONTENTS: Mapping[str, Callable[[int], dict[str, Any]]] = {
    "narrative": narrative,
    "objectives": objectives,
    "indicators": indicators,
    "activity": activity,
    "budget": budget,
    "staffing": staffing,
    "actions": actions,
    "risks": risks,
    "register": register,
}
KINDS = tuple(CONTENTS)


def section_value(kind: str, *, key: str = "", rows: int = 2, **head: Any) -> dict[str, Any]:
    """Return a section of a plan file; its key is its kind unless `key` is given."""
    content = CONTENTS[kind](rows)
    title = head.pop("title", kind.title())
    return {"key": key or kind, "title": title, "kind": kind, "content": content, **head}


def every_kind(rows: int = 2) -> list[dict[str, Any]]:
    return [section_value(kind, rows=rows) for kind in KINDS]


def plan_value(sections: Iterable[dict[str, Any]], **head: Any) -> dict[str, Any]:
    """Return a whole plan file as a JSON value."""
    plan = {"title": "Annual Operating Plan", "year": "2008/09", "units": UNITS, **head}
    return {"format": "operating-plan", "version": 1, "plan": plan, "sections": list(sections)}


def store(
    unit: OrganisationUnit, *, by: User, sections: Iterable[dict[str, Any]] = (), **head: Any
) -> Plan:
    """Store a plan of these sections, of every kind if none are given, as a draft of `unit`."""
    data = read_plan_dict(plan_value(sections or every_kind(), unit=unit.name, **head))
    return store_plan(data, organisation_unit=unit, by=by, at=NOW)


def content_of(section: Section) -> dict[str, Any]:
    """Return the content that the section holds now."""
    return object_of(section)["content"]


def object_of(section: Section) -> dict[str, Any]:
    section = Section.objects.select_related("parent").get(pk=section.pk)
    return section_at(section, section.revision)


@dataclass
class Division:
    """A division with one person in each role; `assigned` leads a section and is named at one."""

    unit: OrganisationUnit
    people: SimpleNamespace


def make_division(name: str, *, parent: OrganisationUnit) -> Division:
    """Make a division and its people; the planning officer is that of its whole directorate."""
    unit = make_unit(name, parent=parent)
    homes = {role: parent if role == Role.PLANNING_OFFICER else unit for role in Role}
    people = {role.value: make_member(f"{name} {role.value}", role, homes[role]) for role in Role}
    people["assigned"] = make_member(f"{name} assigned", Role.SECTION_LEAD, unit)
    return Division(unit, SimpleNamespace(**people))


@dataclass
class World:
    """A council of two directorates with a division each."""

    council: OrganisationUnit
    libraries: Division
    roads: Division
    nobody: User
    superuser: User


def make_world() -> World:
    council = make_council()
    return World(
        council=council,
        libraries=make_division("Libraries", parent=make_unit("Communities", parent=council)),
        roads=make_division("Roads", parent=make_unit("Highways", parent=council)),
        nobody=make_user("No Body"),
        superuser=User.objects.create_superuser("root@example.org", name="Root"),
    )


def make_edition(version: Version, *, by: User, colour: str = "") -> Edition:
    """Store an edition of a version as publishing leaves it, but for its file."""
    plan_file = version.plan_file.encode()
    imprint = Imprint("Published", version.number, NOW.date(), branding=Branding(colour))
    return Edition.objects.create(
        plan=version.plan,
        version=version,
        number=version.number,
        imprint=dump_imprint(imprint),
        pdf="editions/1.pdf",
        pdf_digest="0" * 64,
        pdf_bytes=1,
        plan_file_digest=hashlib.sha256(plan_file).hexdigest(),
        plan_file_bytes=len(plan_file),
        pages=1,
        published_by=by,
        published_at=NOW,
    )
