"""Stores a plan file as a new draft and prints the plan's id."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from plans.content import Faults
from plans.models import Plan
from plans.services import find_or_make_organisation_unit, store_plan
from plans.services.archives import Upload, read_upload, store_pictures

COMMAND_LINE = "command-line@planwright.invalid"


class Command(BaseCommand):
    help = (
        "Store a plan file as a new draft, under the organisation unit that it names, and print "
        "the plan's id. Faults go to standard error, one a line, with exit status 2."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", type=Path, help="the plan file, or a ZIP of one with its pictures"
        )
        parser.add_argument("--dry-run", action="store_true", help="store nothing")
        parser.add_argument("--by", help="e-mail address of the person whose draft it becomes")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            upload = read_upload(read_bytes(options["file"]))
        except Faults as error:
            for fault in error.faults:
                self.stderr.write(str(fault))
            sys.exit(2)
        plan = import_plan(upload, by=options["by"], keep=not options["dry_run"])
        if not options["dry_run"]:
            self.stdout.write(str(plan.pk))


def read_bytes(path: Path) -> bytes:
    """Return what a file holds.

    :raises CommandError: with the path as it was given, exit status 2, if it cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise CommandError(f"There is no file {path}.", returncode=2) from error
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}", returncode=2) from error


@transaction.atomic
def import_plan(upload: Upload, *, by: str | None, keep: bool) -> Plan:
    """Return the new plan; unless `keep`, everything is stored once to see that it can be, and
    taken back."""
    person = find_person(by) if by else command_line_user()
    at = timezone.now()
    unit = find_or_make_organisation_unit(upload.plan.head)
    plan = store_plan(upload.plan, organisation_unit=unit, by=person, at=at)
    store_pictures(plan, upload.pictures, by=person, at=at)
    transaction.set_rollback(not keep)
    return plan


def find_person(email: str) -> User:
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        raise CommandError(f"Nobody with the address {email} has an account.", returncode=2)
    return user


def command_line_user() -> User:
    """Return the account that stands in history for whoever used the command line; no one can
    sign in with it."""
    user = User.objects.filter(email=COMMAND_LINE).first()
    return user or User.objects.create_user(COMMAND_LINE, name="Command line", is_active=False)
