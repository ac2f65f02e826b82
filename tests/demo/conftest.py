"""The demo's plan files as the product's commands read and write them."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from plans.models import Plan
from plans.services.formats import read_format, store_format

ROOT = Path(__file__).resolve().parents[2]
FORMATS = ROOT / "demo" / "formats"
PLANS = ROOT / "demo" / "plans"
SOURCE = ROOT.parent / "shared" / "source"
PLAN_2007 = "children-social-services-2007-08"
PLAN_2008 = "children-social-services-2008-09"
PLAN_2017 = "specialist-childrens-services-2017-18"


def plan_path(name: str) -> Path:
    return PLANS / f"{name}.json"


@pytest.fixture
def import_file(db: None) -> Callable[[Path], Plan]:
    """Return a function that imports a plan file; the demo's plan formats are there."""
    for path in FORMATS.glob("*.json"):
        store_format(read_format(path.read_bytes()))
    return import_plan_file


def import_plan_file(path: Path) -> Plan:
    out = StringIO()
    call_command("import_plan", str(path), stdout=out)
    return Plan.objects.get(pk=int(out.getvalue()))


def export_plan_file(plan: Plan, fmt: str, path: Path) -> bytes:
    """Return what `export_plan` writes, to `path`, of the plan's working copy."""
    call_command("export_plan", str(plan.pk), "--format", fmt, "--output", str(path))
    return path.read_bytes()
