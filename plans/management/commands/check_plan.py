"""Checks a plan, or a plan file, and says what was found."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from plans.checks import Finding, Level, run_checks
from plans.checks.paths import path_in_file
from plans.content import Faults, show_path
from plans.management.commands.import_plan import read_bytes
from plans.models import Plan
from plans.planfile import PlanData, read_plan, read_plan_file
from plans.services.findings import find_guide, find_in_plan


class Command(BaseCommand):
    help = "Check a plan and list the findings; exits with 1 if one stops submission."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("plan", type=int, nargs="?", help="the plan's id")
        what.add_argument("--file", type=Path, help="a plan file instead")
        parser.add_argument("--format", choices=["text", "json"], default="text", dest="fmt")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["file"]:
            data = _read_file(options["file"])
            guide = find_guide(data.head.plan_format)
            findings: Sequence[Finding] = run_checks(data, guide=guide)
            waived: dict[str, str] = {}
        else:
            plan = Plan.objects.filter(pk=options["plan"]).first()
            if plan is None:
                raise CommandError(f"There is no plan {options['plan']}.")
            data, found = read_plan(plan), find_in_plan(plan).found
            findings = [each.finding for each in found]
            waived = {f.finding.fingerprint: f.waiver.reason for f in found if f.waiver}
        rows = [_row(each, data, waived.get(each.fingerprint, "")) for each in findings]
        if options["fmt"] == "json":
            self.stdout.write(json.dumps(rows, indent=2, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(map(_line, rows)) or "Nothing was found.")
        if any(f.level >= Level.ERROR and f.fingerprint not in waived for f in findings):
            raise SystemExit(1)


def _read_file(path: Path) -> PlanData:
    """Read a plan file.

    :raises CommandError: with every fault, exit status 2, if it is none or cannot be read.
    """
    try:
        return read_plan_file(read_bytes(path))
    except Faults as error:
        raise CommandError(str(error), returncode=2) from error


def _row(finding: Finding, data: PlanData, waived: str) -> dict[str, str]:
    """Return a finding as a row: `path` as in a plan file, `waived` the reason of its waiver."""
    return {
        "id": finding.id,
        "level": finding.level.word,
        "section": finding.section,
        "path": show_path(path_in_file(finding, data)),
        "message": finding.message,
        "stated": finding.stated,
        "computed": finding.computed,
        "waived": waived,
    }


def _line(row: dict[str, str]) -> str:
    waived = f" (waived: {row['waived']})" if row["waived"] else ""
    return f"{row['level']} {row['id']} {row['path'] or 'plan'}: {row['message']}{waived}"
