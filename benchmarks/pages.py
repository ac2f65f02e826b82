"""CPU of each page of the 2008/09 demo plan, and of saving one cell; prints a table.

    .venv/bin/python benchmarks/pages.py [--times N]

Everything happens in a database of its own in a temporary folder, within this process: what is
measured is the work of one request without network, server or browser.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "demo" / "plans" / "children-social-services-2008-09.json"
sys.path.insert(0, str(ROOT))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--times", type=int, default=5, help="how often each page is asked for")
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory(prefix="planwright-pages-") as folder:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "DATA_DIR": folder}
        os.environ.pop("DATABASE_URL", None)
        start_django()
        print(f"{'page':<44}{'ms CPU':>8}{'worst':>8}{'queries':>9}{'kB':>8}")  # noqa: T201
        for name, ask in list_pages():
            print(measure(name, ask, times=times), flush=True)  # noqa: T201


def start_django() -> None:
    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.ALLOWED_HOSTS = ["testserver"]
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def list_pages() -> Iterator[tuple[str, Callable[[], int]]]:
    """Yield the name of each page and a function that asks for it and returns its size in bytes."""
    from django.test import Client
    from django.urls import reverse

    plan, author = store_demo()
    client = Client()
    client.force_login(author)

    def get(url: str) -> Callable[[], int]:
        return lambda: size_of(client.get(url))

    yield "list of plans", get(reverse("plans:list"))
    for page in ("detail", "people", "structure", "history", "facts", "preview", "data"):
        yield page, get(reverse(f"plans:{page}", args=[plan.pk]))
    for section in largest_of_each_kind(plan):
        args = [plan.pk, section.pk]
        yield f"{section.kind}: read", get(reverse("plans:section", args=args))
        yield f"{section.kind}: edit", get(reverse("plans:section_edit", args=args))
        yield f"{section.kind}: save one cell", save_of(client, section)


def store_demo():  # type: ignore[no-untyped-def]  # Django is not set up when this is read
    """Store the demo plan; return it and its author."""
    from django.utils import timezone

    from accounts.models import Membership, User
    from plans.planfile import read_plan_file
    from plans.services import find_or_make_organisation_unit, store_plan

    data = read_plan_file(DEMO.read_bytes())
    unit = find_or_make_organisation_unit(data.head)
    author = User.objects.create_user("author@example.org", name="An Author")
    at = timezone.now()
    Membership.objects.create(user=author, unit=unit, role="author", started_at=at)
    return store_plan(data, organisation_unit=unit, by=author, at=at), author


def largest_of_each_kind(plan):  # type: ignore[no-untyped-def]
    """Return, for each kind, the section whose object is longest."""
    from plans.planfile import section_objects

    sections = list(plan.sections.all())
    objects = section_objects(sections, keys=dict(plan.sections.values_list("pk", "key")))
    by_kind = {}
    for section in sorted(sections, key=lambda s: len(str(objects[s.pk]))):
        by_kind[section.kind] = section
    return [by_kind[kind] for kind in sorted(by_kind)]


def save_of(client, section):  # type: ignore[no-untyped-def]
    """Return a function that saves the section's lead anew, as the form on its page is sent."""
    from django.urls import reverse

    from plans.models import Section
    from tests.pages import read_page

    url = reverse("plans:section_edit", args=[section.plan_id, section.pk])
    sent = read_page(client.get(url).content).form_with("base_revision").data
    count = 0

    def save() -> int:
        nonlocal count
        count += 1
        sent["lead"] = f"Post {count}"
        sent["save_id"] = f"save-{section.pk}-{count}"
        sent["base_revision"] = str(count)
        size = size_of(client.post(url, sent), 302)
        assert Section.objects.get(pk=section.pk).revision == count + 1  # noqa: S101
        return size

    return save


def size_of(response, status: int = 200) -> int:  # type: ignore[no-untyped-def]
    if response.status_code != status:
        raise SystemExit(f"{response.request['PATH_INFO']} answered {response.status_code}")
    return len(response.content)


def measure(name: str, ask: Callable[[], int], *, times: int) -> str:
    """Return a line of the table: median and worst CPU, queries and size of one request."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        size = ask()
    asked = len(queries)  # before another request clears the log
    spent = []
    for _ in range(times):
        before = time.process_time()
        ask()
        spent.append((time.process_time() - before) * 1000)
    middle, worst = statistics.median(spent), max(spent)
    return f"{name:<44}{middle:>8.1f}{worst:>8.1f}{asked:>9}{size / 1024:>8.0f}"


if __name__ == "__main__":
    main()
