"""What printing a plan costs, against WeasyPrint alone and against Chromium; prints a table.

    .venv/bin/python benchmarks/publish.py [--long] [--times N]

For each plan: everything from nothing, again after one cell was changed, each section alone as a
preview that was printed before one cell in its middle was changed, in the warm printing process
with two children at once; the same markup as HTML by one plain `write_pdf` (of both the best of
some, taken in turn), and printed by a headless Chromium.
Below each table stand the floors that were missed; it fails if there are any. `--long` adds a plan
of some 300 pages. Seconds are of processor time (CPU) and by the clock; MB is the most that the
printing process and its children held at once, shared pages counted once. The database is its own,
in a temporary folder.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLANS = ("specialist-childrens-services-2017-18", "children-social-services-2008-09")
TICKS = os.sysconf("SC_CLK_TCK")
sys.path[:0] = [str(ROOT), str(ROOT / "bin" / "lib")]

PLAIN = """
import sys, time
from weasyprint import HTML
from documents.renderers.engine import Fetcher, Job
page, target = sys.argv[1:]
before = time.process_time(), time.perf_counter()
markup = open(page, encoding="utf-8").read()
html = HTML(string=markup, url_fetcher=Fetcher(Job("", "")))
html.write_pdf(target, pdf_variant="pdf/ua-1")
print(time.process_time() - before[0], time.perf_counter() - before[1])
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of processor time and by the clock."""

    cpu: float
    wall: float


@dataclass(frozen=True, slots=True)
class Floor:
    """What a measure of a plan may be at most."""

    what: str
    found: float
    most: float

    @property
    def is_missed(self) -> bool:
        return self.found > self.most


class Kept(dict[str, bytes]):
    """A store of printed pieces in memory."""

    def put(self, key: str, piece: bytes) -> None:
        self[key] = piece


def main() -> int:
    """Print the table; return 1 if a floor was missed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--long", action="store_true", help="also a plan of some 300 pages")
    parser.add_argument("--times", type=int, default=3, help="the best of so many is told")
    asked = parser.parse_args()
    long, times = asked.long, asked.times
    with tempfile.TemporaryDirectory(prefix="planwright-publish-") as folder:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "DATA_DIR": folder}
        os.environ.pop("DATABASE_URL", None)
        start_django()
        documents = {name: read_document(name) for name in PLANS}
        if long:
            documents["the second, six times over"] = repeat(documents[PLANS[1]], 6)
        missed = 0
        for name, document in documents.items():
            for line in measure(name, document, Path(folder), times):
                if not isinstance(line, Floor):
                    print(line, flush=True)  # noqa: T201
                elif line.is_missed:
                    missed = 1
                    told = f"{line.what} is {line.found:.2f}, at most {line.most:.2f}"
                    print(f"  MISSED: {told}", flush=True)  # noqa: T201
    return missed


def start_django() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)


def read_document(name: str):  # type: ignore[no-untyped-def]
    """Return a demo plan as it is printed."""
    from django.utils import timezone

    from accounts.models import User
    from plans.planfile import read_plan_file
    from plans.services import find_or_make_organisation_unit, store_plan
    from plans.services.versions import plan_document

    data = read_plan_file((ROOT / "demo" / "plans" / f"{name}.json").read_bytes())
    author = User.objects.create_user(f"{name}@example.org", name="An Author")
    unit = find_or_make_organisation_unit(data.head)
    return plan_document(store_plan(data, organisation_unit=unit, by=author, at=timezone.now()))


def repeat(document, times: int):  # type: ignore[no-untyped-def]
    """Return a document whose parts come several times, each time under other keys."""
    from documents.blocks import Heading

    def rename(block, key: str, number: int):  # type: ignore[no-untyped-def]
        if isinstance(block, Heading):
            return replace(block, key=f"{block.key}-{number}")
        return block

    parts = [
        replace(
            part,
            key=f"{part.key}-{number}",
            blocks=tuple(rename(block, part.key, number) for block in part.blocks),
        )
        for number in range(times)
        for part in document.parts
    ]
    return replace(document, parts=tuple(parts))


def measure(name: str, document, folder: Path, times: int) -> Iterator[str | Floor]:  # type: ignore[no-untyped-def]
    """Yield the lines of the table for one plan, then what was asked of it."""
    from documents.blocks import Imprint
    from documents.formats import Supplies, render
    from documents.renderers.print_client import printer

    imprint = Imprint("Draft", 3, date(2008, 4, 1))
    render(replace(document, parts=document.parts[:1]), "pdf", imprint)  # the process is warm
    html = write_html(document, imprint, folder)
    rounds = []
    for _ in range(times):
        kept = Kept()
        ours, data = time_printing(
            lambda: render(document, "pdf", imprint, Supplies(pieces=kept))  # noqa: B023
        )
        rounds.append((ours, time_plain(html, folder / "plain.pdf")))
    with watch_memory(printer.pid) as memory:  # by itself: looking takes time
        render(document, "pdf", imprint)
    ours, plain = (
        Cost(min(cost.cpu for cost in costs), min(cost.wall for cost in costs))
        for costs in zip(*rounds, strict=True)
    )
    pages = count_pages(data)
    changed, cells = change_cell(document), []
    for place in range(3):
        later = replace(imprint, version=4 + place)
        edited = next(changed)
        cost, _ = time_printing(lambda: render(edited, "pdf", later, Supplies(pieces=kept)))  # noqa: B023
        cells.append(cost)
    previews = time_previews(document, imprint)
    chromium, chromium_pages = time_chromium(html, folder / "chromium.pdf")
    _, again, dearest = sorted(cells, key=lambda cost: cost.cpu)

    yield f"\n{name}: {pages} pages, {len(data) / 1024:,.0f} kB"
    yield f"  {'':<44}{'CPU s':>8}{'ratio':>8}{'clock s':>9}{'ratio':>8}{'most':>11}"
    yield row("plain write_pdf of the same HTML", plain, plain)
    yield row(f"Chromium, {chromium_pages} pages", chromium, plain)
    yield row("from nothing, two processes", ours, plain, cpu_floor=0.85, wall_floor=0.6)
    yield row("again after one cell", again, plain, cpu_floor=0.25)
    yield row("again after one cell of the longest section", dearest, plain)
    yield f"  {'preview after one cell, median':<44}{'':>16}{statistics.median(previews):>9.2f}"
    yield f"  {'preview after one cell, the longest':<44}{'':>16}{max(previews):>9.2f}{'0.50':>17}"
    yield f"  {'memory of the processes, MB':<44}{max(memory):>8.0f}{'300 for 60 pages':>34}"
    yield f"  {'CPU ms a page':<44}{ours.cpu / pages * 1000:>8.0f}"
    yield Floor("CPU from nothing", ours.cpu / plain.cpu, 0.85)
    yield Floor("clock from nothing", ours.wall / plain.wall, 0.6)
    yield Floor("CPU after one cell", again.cpu / plain.cpu, 0.25)
    yield Floor("the longest preview after one cell in seconds", max(previews), 0.5)
    yield Floor("MB for 60 pages", max(memory) / max(1, pages / 60), 300)


def row(
    name: str, cost: Cost, plain: Cost, *, cpu_floor: float | None = None, wall_floor: float = 0
) -> str:
    floors = " ".join(f"{floor:.2f}" for floor in (cpu_floor, wall_floor) if floor)
    return (
        f"  {name:<44}{cost.cpu:>8.2f}{cost.cpu / plain.cpu:>8.2f}"
        f"{cost.wall:>9.2f}{cost.wall / plain.wall:>8.2f}{floors:>11}"
    )


def time_printing(print_it: Callable[[], bytes]) -> tuple[Cost, bytes]:
    """Return what a printing costs here and in the printing process, and what it made."""
    before = used_so_far(), time.perf_counter()
    data = print_it()
    return Cost(used_so_far() - before[0], time.perf_counter() - before[1]), data


def used_so_far() -> float:
    """Return the processor seconds of this process, of the printing process and its children."""
    from documents.renderers.print_client import printer

    ticks = sum(read_ticks(pid, ended=pid == printer.pid) for pid in family_of(printer.pid))
    return time.process_time() + ticks / TICKS


def read_ticks(pid: int, *, ended: bool) -> int:
    """Return what a process has used, with that of its children that have ended or without."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(map(int, stat[11 : 15 if ended else 13]))


def time_previews(document, imprint) -> list[float]:  # type: ignore[no-untyped-def]
    """Return the seconds by the clock that each section takes to be printed alone, after it was
    once and a cell in its middle (its heading, if it has no table) was changed."""
    from documents.formats import Supplies, print_part

    found = []
    for part in document.parts[:60]:
        supplies = Supplies(pieces=Kept())
        print_part(part, imprint, supplies, lasting=part.key)
        edited = change_middle(part)
        before = time.perf_counter()
        print_part(edited, imprint, supplies, lasting=part.key)
        found.append(time.perf_counter() - before)
    return found


def change_middle(part):  # type: ignore[no-untyped-def]
    """Return a section with other words in the table in its middle, or in its first heading."""
    from documents.blocks import Heading

    if tables := find_tables(part):
        return change_words(part, tables[len(tables) // 2])
    blocks = list(part.blocks)
    at = next((at for at, block in enumerate(blocks) if isinstance(block, Heading)), None)
    if at is not None:
        blocks[at] = replace(blocks[at], text="Other words")
    return replace(part, blocks=tuple(blocks))


def find_tables(part) -> list[int]:  # type: ignore[no-untyped-def]
    """Return which blocks of a section are tables that begin with a cell."""
    from documents.blocks import Cell, Table

    return [
        number
        for number, block in enumerate(part.blocks)
        if isinstance(block, Table) and isinstance(block.rows[0].cells[0], Cell)
    ]


def change_words(part, number: int):  # type: ignore[no-untyped-def]
    """Return a section with a sentence in the first cell of a table."""
    table = part.blocks[number]
    first, *others = table.rows
    words = replace(first.cells[0], content="Other words")
    row = replace(first, cells=(words, *first.cells[1:]))
    blocks = list(part.blocks)
    blocks[number] = replace(table, rows=(row, *others))
    return replace(part, blocks=tuple(blocks))


def change_cell(document) -> Iterator:  # type: ignore[no-untyped-def, type-arg]
    """Yield the document with a sentence in a cell of its tables: first, longest, last section."""
    places = [
        (at, number) for at, part in enumerate(document.parts) for number in find_tables(part)
    ]
    longest = max(places, key=lambda place: len(str(document.parts[place[0]])))
    for at, number in (places[0], longest, places[-1]):
        parts = list(document.parts)
        parts[at] = change_words(parts[at], number)
        yield replace(document, parts=tuple(parts))


def write_html(document, imprint, folder: Path) -> Path:  # type: ignore[no-untyped-def]
    """Write the whole page with its stylesheets as one HTML file; return its path."""
    from documents.renderers.engine import STYLESHEET
    from documents.renderers.paper import write_page_rules
    from documents.renderers.pieces import write_print_page

    rules = write_page_rules(document, imprint).replace("background: url(", "--ground: url(")
    style = f"<style>{STYLESHEET.read_text(encoding='utf-8')}\n{rules}</style></head>"
    page = write_print_page(document, imprint).replace("</head>", style, 1)
    target = folder / "page.html"
    target.write_text(f"<!DOCTYPE html>{page}", encoding="utf-8")
    return target


def time_plain(html: Path, target: Path) -> Cost:
    command = [sys.executable, "-c", PLAIN, str(html), str(target)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    return Cost(*map(float, ended.stdout.split()))


def time_chromium(html: Path, target: Path) -> tuple[Cost, int]:
    from chromium import find_chromium

    command = [find_chromium(), "--headless", "--no-sandbox", "--disable-gpu", "--disable-sync"]
    command += ["--disable-background-networking", "--disable-component-update", "--no-first-run"]
    command += ["--disable-quic", f"--user-data-dir={target.parent / 'chromium'}"]
    command += [f"--print-to-pdf={target}", html.as_uri()]
    before = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, capture_output=True, timeout=300, check=True)  # noqa: S603
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = sum(getattr(after, k) - getattr(before[0], k) for k in ("ru_utime", "ru_stime"))
    return Cost(cpu, time.perf_counter() - before[1]), count_pages(target.read_bytes())


def count_pages(data: bytes) -> int:
    import pypdfium2

    return len(pypdfium2.PdfDocument(data))


@contextmanager
def watch_memory(pid: int) -> Iterator[list[float]]:
    """Look every 30 ms how many MB a process and its children hold; yields the list of counts."""
    found, ended = [0.0], threading.Event()

    def look() -> None:
        while not ended.wait(0.03):
            found.append(sum(map(read_memory, family_of(pid))))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        ended.set()
        thread.join()


def family_of(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *map(int, children)]


def read_memory(pid: int) -> float:
    """Return a process's share of the memory in MB, 0 if it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


if __name__ == "__main__":
    sys.exit(main())
