"""Writes docs/plan-file.schema.json, or says whether it is what the code says."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from plans.management.schema import write_schema

PATH = settings.BASE_DIR / "docs" / "plan-file.schema.json"


class Command(BaseCommand):
    help = "Write the JSON Schema of the plan file to docs/plan-file.schema.json."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="only say whether it is up to date"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        schema = write_schema()
        if not options["check"]:
            PATH.write_text(schema, encoding="utf-8")
        elif not PATH.exists() or PATH.read_text(encoding="utf-8") != schema:
            raise CommandError(f"{PATH.name} is out of date: run `bin/manage plan_file_schema`.")
