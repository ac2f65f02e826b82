"""Writes a plan, or one of its versions, as a file in any of its forms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from documents.formats import FORMATS, PrintFailed
from plans.models import Plan, Version
from plans.services.exporting import (
    EXPORT_FORMATS,
    export_comparison,
    export_plan,
    export_version,
)
from plans.services.redlining import name_now, name_version


class Command(BaseCommand):
    help = "Write a plan's working copy, or one of its versions, to a file."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Let --version mean the plan's version here, not Django's."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("plan", type=int, help="the plan's id")
        parser.add_argument("--format", choices=EXPORT_FORMATS, required=True, dest="fmt")
        parser.add_argument("--output", required=True, help='a file, or "-" for standard output')
        parser.add_argument("--version", type=int, dest="number", help="default: the working copy")

        parser.add_argument(
            "--compare-with",
            type=int,
            dest="before",
            metavar="VERSION",
            help="write what changed since this version instead",
        )
        parser.add_argument(
            "--only-changes", action="store_true", help="leave out what did not change"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data = export(options.pop("plan"), options["fmt"], **_asked(options))
        except PrintFailed as error:
            raise CommandError(str(error)) from error
        if options["output"] == "-":
            self.stdout.buffer.write(data)
        else:
            write_bytes(Path(options["output"]), data)


def _asked(options: dict[str, Any]) -> dict[str, Any]:
    return {name: options[name] for name in ("number", "before", "only_changes")}


def export(
    pk: int, fmt: str, *, number: int | None, before: int | None = None, only_changes: bool = False
) -> bytes:
    """Return the plan with this id, or its version of this number, in a format; with `before`,
    what changed since the version of that number."""
    plan = Plan.objects.select_related("plan_year", "format", "organisation_unit").filter(pk=pk)
    if not (found := plan.first()):
        raise CommandError(f"There is no plan {pk}.")
    version = None if number is None else find_version(found, number)
    if before is not None:
        return export_changes(found, fmt, version, find_version(found, before), only_changes)
    return export_version(version, fmt) if version else export_plan(found, fmt, at=timezone.now())


def find_version(plan: Plan, number: int) -> Version:
    version = plan.versions.filter(number=number).first()
    if version is None:
        raise CommandError(f"Plan {plan.pk} has no version {number}.")
    return version


def export_changes(
    plan: Plan, fmt: str, version: Version | None, before: Version, only_changes: bool
) -> bytes:
    """Return what changed from `before` to `version`, None for the working copy."""
    if fmt not in FORMATS:
        raise CommandError(f"What changed cannot be written as {fmt}.")
    new = name_version(plan, version) if version else name_now(plan)
    return export_comparison(
        name_version(plan, before), new, fmt, at=timezone.now(), only_changes=only_changes
    )


def write_bytes(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}") from error
