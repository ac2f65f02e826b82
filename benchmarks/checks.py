"""CPU of checking the 2008/09 demo plan: all of it, and again after one cell; prints a table.

    .venv/bin/python benchmarks/checks.py [--times N]

Pure is the work on a plan as data; working copy is what a page asks for, in a database of its own
in a temporary folder, readings of sections kept there. After one cell means: a cell of a section
was saved, and the plan is checked again; told are the middle of all sections and the dearest. Each
measure is the best of some; its ratio is to reading the plan file, in the same run. Below the table
stand the floors that were missed; it fails if there are any.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
ALL, ONE = 300.0, 30.0  # ms of CPU
STORED = 2 * ONE, 3 * ONE  # with database and event log, of the middle and dearest section


@dataclass(frozen=True, slots=True)
class Measure:
    """A line of the table: ms of CPU, queries where a database is asked, and the most allowed."""

    name: str
    cpu: float
    queries: int | None = None
    most: float | None = None

    @property
    def is_missed(self) -> bool:
        return self.most is not None and self.cpu > self.most

    def row(self, reference: float) -> str:
        queries = "" if self.queries is None else str(self.queries)
        most = f"{self.most:.0f}" if self.most else ""
        return f"{self.name:<54}{self.cpu:>8.1f}{self.cpu / reference:>8.2f}{queries:>9}{most:>7}"


def main() -> int:
    """Print the table; return 1 if a floor was missed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--times", type=int, default=5, help="the best of so many is told")
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory(prefix="planwright-checks-") as folder:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "DATA_DIR": folder}
        os.environ.pop("DATABASE_URL", None)
        from pages import start_django

        start_django()
        measures = list(measure_all(times))
    reference = measures[0].cpu
    print(f"{'2008/09, 57 sections':<54}{'ms CPU':>8}{'ratio':>8}{'queries':>9}{'floor':>7}")  # noqa: T201
    for each in measures:
        print(each.row(reference))  # noqa: T201
    missed = [each for each in measures if each.is_missed]
    for each in missed:
        print(f"MISSED: {each.name} takes {each.cpu:.1f} ms, at most {each.most:.0f}")  # noqa: T201
    return 1 if missed else 0


def measure_all(times: int) -> Iterator[Measure]:
    yield from measure_pure(times)
    yield from measure_working_copy(times)


def measure_pure(times: int) -> Iterator[Measure]:
    from pages import DEMO

    from plans.checks import judge_plan, read_section, run_checks, view_plan
    from plans.planfile import read_plan_file

    data = DEMO.read_bytes()
    plan = read_plan_file(data)
    view = view_plan(plan)
    yield Measure("reading the plan file", best(lambda: read_plan_file(data), times))
    yield Measure("pure: all checks", best(lambda: run_checks(plan), times), most=ALL)
    judging = best(lambda: judge_plan(view_again(view)), times)
    yield Measure("pure: the plan by kept readings", judging)
    reading = [
        best(lambda s=section: read_section(s, plan.facts), times) for section in plan.sections
    ]
    middle, dearest = statistics.median(reading), max(reading)
    yield Measure("pure: after one cell, middle section", middle + judging, most=ONE)
    yield Measure("pure: after one cell, dearest section", dearest + judging, most=ONE)


def view_again(view: Any) -> Any:
    """Return the same view with nothing worked out yet."""
    from dataclasses import replace

    return replace(view)


def measure_working_copy(times: int) -> Iterator[Measure]:
    from pages import store_demo

    from plans.models import Plan, Reading
    from plans.services.findings import find_in_plan

    stored, author = store_demo()

    def find() -> None:
        find_in_plan(Plan.objects.select_related("plan_year", "format").get(pk=stored.pk))

    cold = best(find, times, before=lambda: Reading.objects.all().delete())
    queries = count_queries(find, before=lambda: Reading.objects.all().delete())
    yield Measure("working copy: nothing kept", cold, queries, ALL)
    yield Measure("working copy: nothing changed", best(find, times), count_queries(find), ONE)
    sections = list(stored.sections.present().select_related("parent"))
    after = []
    for section in sections:
        change = change_of(section, author)
        after.append((best(find, times, before=change), section))
    middle, _ = sorted(after, key=lambda each: each[0])[len(after) // 2]
    dearest, section = max(after, key=lambda each: each[0])
    queries = count_queries(find, before=change_of(section, author))
    yield Measure("working copy: after one cell, middle section", middle, queries, STORED[0])
    name = f"working copy: after one cell, dearest ({section.key})"
    yield Measure(name, dearest, queries, STORED[1])


def change_of(section: Any, author: Any) -> Callable[[], None]:
    """Return a function that saves the section with another text in a cell in its middle."""
    from django.utils import timezone

    from plans.models import Section
    from plans.planfile import section_object
    from plans.services import save_section

    def change() -> None:
        fresh = Section.objects.select_related("parent", "plan__plan_year").get(pk=section.pk)
        value = section_object(fresh)
        type_into(value, fresh.revision)
        saved = save_section(
            fresh,
            value,
            base_revision=fresh.revision,
            save_id=f"save-{fresh.pk}-{fresh.revision}",
            by=author,
            at=timezone.now(),
        )
        if len(saved.changed) != 1:
            raise SystemExit(f"{section} was not saved")

    return change


def type_into(section: dict[str, Any], number: int) -> None:
    """Put another text into one cell of a section object, into its text if it has no cells."""
    content = section["content"]
    if section["kind"] in ("budget", "staffing"):
        unit = middle_of(content["units"])
        if section["kind"] == "budget":
            middle_of(unit["lines"])["running"] = f"{number + 1_000}.5"
        else:
            middle_of(unit["bands"])["fte"][0] = f"{number + 10}.5"
    elif "columns" in content:
        cells = middle_of([row["cells"] for row in content["rows"] if row.get("cells")])
        cells[next(iter(cells))] = str(number + 1_000)
    elif content.get("rows"):
        middle_of(content["rows"])["title"] = f"Title {number}"
    else:
        section["intro"] = f"<p>In 2008/09 there are {number + 1_000} of them.</p>"


def middle_of(items: list[Any]) -> Any:
    return items[len(items) // 2]


def best(ask: Callable[[], Any], times: int, *, before: Callable[[], Any] = lambda: None) -> float:
    """Return the least ms of CPU that a call takes; `before` is not counted."""
    before()
    ask()
    spent = []
    for _ in range(times):
        before()
        began = time.process_time()
        ask()
        spent.append((time.process_time() - began) * 1000)
    return min(spent)


def count_queries(ask: Callable[[], Any], *, before: Callable[[], Any] = lambda: None) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    before()
    with CaptureQueriesContext(connection) as queries:
        ask()
    return len(queries)


if __name__ == "__main__":
    sys.exit(main())
