"""CPU of saving one cell as a page does, by kind and by rows, beside a save of the whole section.

    .venv/bin/python benchmarks/saving.py [--times N] [--kind KIND ...]

Everything happens in a database of its own in a temporary folder, within this process: what is
measured is the work of one request without network, server or browser. The page's own way is a
patch of one cell, where "50th" is the patch after which a state is kept in the history (which a
worker does, outside of the request); the whole way is `save_section` of the same cell, as the plain
form does it.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "benchmarks"))
SIZES = (30, 900)
HEADINGS = ("patch", "worst", "queries", "50th", "whole", "queries", "times")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--times", type=int, default=15, help="how often each cell is saved")
    parser.add_argument("--kind", nargs="*", default=[], help="only these kinds")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="planwright-saving-") as folder:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "DATA_DIR": folder}
        os.environ.pop("DATABASE_URL", None)
        from pages import start_django

        start_django()
        print(f"{'ms CPU':<16}{'rows':>6}" + "".join(f"{h:>9}" for h in HEADINGS))  # noqa: T201
        for line in measure_kinds(asked.kind, times=asked.times):
            print(line, flush=True)  # noqa: T201


def measure_kinds(only: list[str], *, times: int) -> Iterator[str]:
    """Yield a line of the table for each kind at each size."""
    from tests.plans.samples import KINDS, make_world

    world = make_world()
    for kind in only or KINDS:
        for rows in SIZES:
            yield measure_kind(world.libraries, kind, rows, times=times)


def measure_kind(division: Any, kind: str, rows: int, *, times: int) -> str:
    """Return the line of one kind: medians, worst, queries, and how much the whole way takes."""
    from tests.plans.cells import find_cell
    from tests.plans.samples import section_value, store

    author = division.people.author
    plan = store(division.unit, by=author, sections=[section_value(kind, rows=rows)])
    section = plan.sections.get()
    cell = find_cell(section)
    patch, skip = patch_of(section, cell, author)
    fast = measure(patch, times=times)
    fiftieth = measure(patch, times=times, before=skip)
    whole = measure(save_of(section, cell, author), times=max(3, times // 5))
    ratio = whole[0] / fast[0]
    return (
        f"{kind:<16}{rows:>6}{fast[0]:>9.1f}{fast[1]:>9.1f}{fast[2]:>9}"
        f"{fiftieth[0]:>9.1f}{whole[0]:>9.1f}{whole[2]:>9}{ratio:>9.1f}"
    )


def patch_of(section: Any, cell: Any, author: Any) -> tuple[Callable[[], None], Callable[[], None]]:
    """Return a function that sends the cell with a new text, as the page's own modules do, and one
    that counts the section on, so that the next save is one that a state is kept of."""
    from django.test import Client
    from django.urls import reverse

    from plans.models import Section
    from plans.services.saving import SNAPSHOT_EVERY

    client = Client(enforce_csrf_checks=True)
    client.force_login(author)
    token = "a" * 32
    client.cookies["csrftoken"] = token
    url = reverse("plans:section_save", args=[section.plan_id, section.pk])
    state = {"old": cell.old, "revision": Section.objects.get(pk=section.pk).revision}

    def send() -> None:
        base = state["revision"]
        change = cell.change(state["old"], base)
        body = {"save_id": f"save-{base}", "base_revision": base}
        response = client.post(
            url,
            json.dumps({**body, "changes": [change]}),
            content_type="application/json",
            headers={"X-CSRFToken": token},
        )
        answer = response.json()
        if response.status_code != 200 or answer["changed"] != 1:
            raise SystemExit(f"{url} answered {response.status_code}: {answer}")
        state.update(old=change["new"], revision=answer["revision"])

    def skip() -> None:
        state["revision"] += -state["revision"] % SNAPSHOT_EVERY
        Section.objects.filter(pk=section.pk).update(revision=state["revision"])

    return send, skip


def save_of(section: Any, cell: Any, author: Any) -> Callable[[], None]:
    """Return a function that saves the whole section with a new text in the cell."""
    from django.utils import timezone

    from plans.editor import section_grid
    from plans.editor.patches import Patched, Places
    from plans.editor.sent import Typed
    from plans.models import Section
    from plans.planfile import plan_facts, read_head, section_object
    from plans.services import save_section

    def save() -> None:
        fresh = Section.objects.select_related("parent", "plan__plan_year").get(pk=section.pk)
        value = section_object(fresh)
        places = Places(section_grid(value, plan_facts(read_head(fresh.plan))))
        patched = Patched(value, places, is_judged=False)
        patched.put(Typed(tuple(cell.path), "", cell.new(fresh.revision), cell.is_html))
        saved = save_section(
            fresh,
            patched.value,
            base_revision=fresh.revision,
            save_id=f"whole-{fresh.revision}",
            by=author,
            at=timezone.now(),
        )
        if len(saved.changed) != 1:
            raise SystemExit(f"{section} was not saved")

    return save


def measure(
    ask: Callable[[], None], *, times: int, before: Callable[[], None] = lambda: None
) -> tuple[float, float, int]:
    """Return median and worst ms of CPU of one call, and its queries; `before` is not counted."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ask()
    with CaptureQueriesContext(connection) as queries:
        ask()
    asked = len(queries)
    spent = []
    for _ in range(times):
        before()
        began = time.process_time()
        ask()
        spent.append((time.process_time() - began) * 1000)
    return statistics.median(spent), max(spent), asked


if __name__ == "__main__":
    main()
