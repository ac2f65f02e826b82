"""Section kinds: what is installed, and that docs/section-kinds.md adds one as it says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from plans.registry import PlanFacts, PlanUnit, UnknownKind, get_kind, kinds, register, unregister
from tests.plans.samples import KINDS, plan_value

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "section-kinds.md").read_text(encoding="utf-8")
BLOCK = re.compile(
    r"^`(?P<path>[\w/]+\.py)`\n```python\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL
)
FACTS = PlanFacts(year="2008/09", money_unit="£000", units=(PlanUnit("north", "North"),))


def test_the_nine_kinds_are_installed() -> None:
    assert sorted(kind.slug for kind in kinds()) == sorted(KINDS)
    assert len(KINDS) == 9


@pytest.mark.parametrize("slug", KINDS)
def test_what_a_kind_starts_with_is_valid(slug: str) -> None:
    kind = get_kind(slug)

    content = kind.schema.model_validate(kind.empty(FACTS))

    assert list(kind.faults(content, FACTS)) == []
    assert kind.grid(content.model_dump(by_alias=True), FACTS)
    assert isinstance(list(kind.figures(content, FACTS)), list)


@pytest.mark.parametrize("slug", KINDS)
def test_every_kind_is_written_down(slug: str) -> None:
    page = (ROOT / "docs" / "kinds" / f"{slug}.md").read_text(encoding="utf-8")

    assert f"[{slug}](kinds/{slug}.md)" in GUIDE
    assert page.lower().startswith(f"# {slug}")
    assert "igures" in page
    assert "abels" in page


def test_a_kind_is_registered_once() -> None:
    kind = get_kind("risks")

    with pytest.raises(ValueError, match="'risks' is registered twice"):
        register(kind)
    unregister("risks")
    try:
        with pytest.raises(UnknownKind):
            get_kind("risks")
    finally:
        register(kind)


def test_the_outermost_unit_is_found_through_any_depth() -> None:
    units = (
        PlanUnit("a", "A"),
        PlanUnit("b", "B", part_of="a"),
        PlanUnit("c", "C", part_of="b"),
    )
    facts = PlanFacts(year="2008/09", money_unit="£000", units=units)

    assert [facts.outermost(key) for key in ("a", "b", "c", "z")] == ["a", "a", "a", "z"]


# --- the guide ---------------------------------------------------------------------------------

SETTINGS = """
from config.settings import *

INSTALLED_APPS = [*INSTALLED_APPS, "pledges"]
ALLOWED_HOSTS = ["testserver"]
"""
PLEDGES = {
    "key": "promises",
    "title": "Our promises",
    "kind": "pledges",
    "intro": '<p>We make <span data-figure="promises.count" data-style="words"></span>.</p>',
    "labels": {"kept": "How often"},
    "content": {"rows": [{"title": "Reply in ten days", "kept": "97%"}, {"title": "Be kind"}]},
}
# What the words of the guide promise, done in a process in which the app is installed.
SCRIPT = """
import json, sys
import django
django.setup()
from django.test import Client
from django.utils import timezone
from accounts.models import Membership, User
from plans.checks import run_checks
from plans.content import Faults
from plans.management.schema import plan_file_schema
from plans.models import Plan
from plans.planfile import read_plan, read_plan_file
from plans.services import save_section, section_at
from plans.services.exporting import export_plan

plan, at, answer = Plan.objects.get(), timezone.now(), {}
author = User.objects.create_user("author@example.org", name="Author")
Membership.objects.create(user=author, unit=plan.organisation_unit, role="author", started_at=at)
section = plan.sections.get()
client = Client()
client.force_login(author)
page = f"/plans/{plan.pk}/sections/{section.pk}/"
answer["pages"] = [client.get(page).status_code, client.get(page + "edit/").status_code]
answer["editor"] = client.get(page + "edit/").content.decode()
change = section_at(section, 1)
change["content"]["rows"].append({"title": "Be on time", "kept": "to be set"})
save_section(section, change, base_revision=1, save_id="a", by=author, at=at)
try:
    bad = section_at(section, 1)
    bad["content"]["rows"][1]["title"] = "Reply in ten days"
    save_section(section, bad, base_revision=1, save_id="b", by=author, at=at)
except Faults as found:
    answer["faults"] = str(found)
answer["html"] = export_plan(plan, "html", at=at).decode()
answer["pdf"] = export_plan(plan, "pdf", at=at)[:5].decode()
answer["findings"] = [finding.message for finding in run_checks(read_plan(plan))]
written = export_plan(plan, "json", at=at)
answer["file"] = written.decode()
answer["again"] = read_plan_file(written).as_dict() == json.loads(written)
kinds = plan_file_schema()["properties"]["sections"]["items"]["oneOf"]
answer["schema"] = [kind["title"] for kind in kinds]
json.dump(answer, sys.stdout)
"""


@pytest.fixture
def pledges(tmp_path: Path) -> dict[str, str]:
    """Make the guide's app in a folder; return the environment of a process that has it."""
    (tmp_path / "pledges" / "migrations").mkdir(parents=True)
    for name in ("__init__.py", "migrations/__init__.py"):
        (tmp_path / "pledges" / name).write_text("")
    for block in BLOCK.finditer(GUIDE):
        (tmp_path / block["path"]).write_text(block["code"], encoding="utf-8")
    (tmp_path / "with_pledges.py").write_text(SETTINGS)
    env = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    return env | {
        "DATA_DIR": str(tmp_path),
        "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}",
        "DJANGO_SETTINGS_MODULE": "with_pledges",
        "LOG_LEVEL": "ERROR",
    }


def run(env: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_guide_adds_a_kind(pledges: dict[str, str], tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(plan_value([PLEDGES])))

    run(pledges, "manage.py", "makemigrations", "pledges", "--verbosity", "0")
    run(pledges, "manage.py", "migrate", "--verbosity", "0")
    run(pledges, "manage.py", "createcachetable")
    assert run(pledges, "manage.py", "import_plan", str(plan)) == "1\n"
    answer: dict[str, Any] = json.loads(run(pledges, "-c", SCRIPT))

    rows = json.loads(answer["file"])["sections"][0]["content"]["rows"]
    assert [(row["title"], row["kept"]) for row in rows] == [
        ("Reply in ten days", "97%"),
        ("Be kind", ""),
        ("Be on time", "to be set"),
    ]
    assert answer["again"]
    assert answer["pages"] == [200, 200]
    assert "Reply in ten days" in answer["editor"]
    assert answer["faults"] == (
        'content.rows[1].title: the pledge "Reply in ten days" is used twice'
    )
    assert "We make three" in answer["html"]
    assert "How often" in answer["html"]
    assert answer["pdf"] == "%PDF-"
    assert answer["findings"] == []
    assert "Pledges" in answer["schema"]
