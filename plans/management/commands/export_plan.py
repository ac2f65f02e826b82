"""Writes a plan, or one of its versions, as a file in any of its forms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from documents.formats import PrintFailed
from plans.models import Plan
from plans.services.exporting import EXPORT_FORMATS, export_plan, export_version


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

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data = export(options["plan"], options["fmt"], number=options["number"])
        except PrintFailed as error:
            raise CommandError(str(error)) from error
        if options["output"] == "-":
            self.stdout.buffer.write(data)
        else:
            write_bytes(Path(options["output"]), data)


def export(pk: int, fmt: str, *, number: int | None) -> bytes:
    """Return the plan with this id, or its version of this number, in a format."""
    plan = Plan.objects.select_related("plan_year", "format", "organisation_unit").filter(pk=pk)
    if not (found := plan.first()):
        raise CommandError(f"There is no plan {pk}.")
    if number is None:
        return export_plan(found, fmt, at=timezone.now())
    version = found.versions.filter(number=number).first()
    if version is None:
        raise CommandError(f"Plan {pk} has no version {number}.")
    return export_version(version, fmt)


def write_bytes(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}") from error
