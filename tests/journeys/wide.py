"""Gives one activity section of the demo as many rows and columns as asked for.

DATA_DIR=… python -m tests.journeys.wide ROWS COLUMNS
"""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TITLE = "Respite and residential service"
"""The section of the 2008/09 plan that is made so."""


def widen(data: Path, *, rows: int, columns: int) -> None:
    """Make the section so in a DATA_DIR, from outside: a site must not run on it yet."""
    command = [sys.executable, "-m", "tests.journeys.wide", str(rows), str(columns)]
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(data)}
    result = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def find_section(data: Path, title: str = TITLE) -> tuple[int, int]:
    """Return the keys of the 2008/09 plan and of its section of this title."""
    query = (
        "SELECT plan.id, section.id FROM plans_section section "
        "JOIN plans_plan plan ON plan.id = section.plan_id "
        "JOIN plans_planyear year ON year.id = plan.plan_year_id "
        "WHERE section.title = ? AND year.year = '2008/09'"
    )
    with sqlite3.connect(data / "planwright.sqlite3") as database:
        plan, section = database.execute(query, [title]).fetchone()
    return plan, section


def save_wide(*, rows: int, columns: int) -> None:
    from django.utils import timezone

    from accounts.models import User
    from plans.models import Section
    from plans.planfile import section_object
    from plans.services import save_section

    section = Section.objects.get(title=TITLE, plan__plan_year__year="2008/09")
    value = section_object(section)
    value["content"] = {"label": "Area", "columns": [], "rows": [], "spans": []}
    for number in range(1, columns + 1):
        column = {"key": f"c{number}", "label": f"C{number}"}
        value["content"]["columns"].append(column)
    for number in range(1, rows + 1):
        cells = {f"c{column}": str(number * column) for column in range(1, columns + 1)}
        row = {"key": f"r{number}", "label": f"Area {number}", "kind": "row", "cells": cells}
        value["content"]["rows"].append(row)
    author = User.objects.get(email="manager@wealdshire.example")
    base = section.revision
    now = timezone.now()
    save_section(section, value, base_revision=base, save_id=f"wide-{base}", by=author, at=now)


if __name__ == "__main__":
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    save_wide(rows=int(sys.argv[1]), columns=int(sys.argv[2]))
