"""Loads the demo, an invented council with three plans, and prints who can sign in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from plans.content import Faults
from plans.management import demo
from plans.workflow import HasErrors


class Command(BaseCommand):
    help = "Load the demo, unless it is there, and print its address and sign-ins."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--print-sign-ins", action="store_true", help="load nothing, only print"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo's password is published: it is not for production.")
        if not options["print_sign_ins"]:
            load_once()
        self.stdout.write(show_sign_ins())


def load_once() -> None:
    """Load what is not there yet, and print the edition that an earlier run did not get to."""
    try:
        if not demo.is_loaded():
            demo.load()
        demo.print_waiting_editions()
    except Faults as error:
        raise CommandError(f"A file of the demo cannot be read:\n{error}") from error
    except HasErrors as error:
        found = "\n".join(f"{f.section}: {f.message}" for f in error.findings)
        raise CommandError(f"A plan of the demo does not pass its checks:\n{found}") from error


def show_sign_ins() -> str:
    """Return the site's address, the one password and the people who can use it, as a table."""
    people = demo.read_people()
    wide = max(len(person["email"]) for person in people)
    lines = [f"  {person['email']:{wide}}  {person['post']}" for person in people]
    intro = f"\n{settings.SITE_ADDRESS}/  Everyone's password is {demo.PASSWORD}"
    return "\n".join([intro, "", *lines, ""])
