"""Makes the council and its first planning officer, who then manages everybody else on screen."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from accounts import services
from accounts.models import Membership, User


class Command(BaseCommand):
    help = "Make the council and its first planning officer, and print where they set a password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("council", help="the council's name")
        parser.add_argument("email", help="the planning officer's e-mail address")
        parser.add_argument("name", help="the planning officer's name")
        parser.add_argument("--post", default="Planning officer", help="the post they hold")
        parser.add_argument("--site", default="", help="the site's address: https://plans.example/")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            validate_email(options["email"])
            officer = open_council(
                **{key: options[key] for key in ("council", "email", "name", "post")}
            )
        except (services.Refused, ValidationError) as error:
            raise CommandError("; ".join(getattr(error, "messages", [str(error)]))) from error
        link = urljoin(options["site"], services.set_password_path(officer))
        self.stdout.write(f"{officer} can set a password here, once, within three days:\n{link}")


@transaction.atomic
def open_council(*, council: str, email: str, name: str, post: str) -> User:
    """Return the new planning officer of a new council."""
    at = timezone.now()
    unit = services.add_council(council, by=None, at=at)
    officer = services.create_user(email=email, name=name, post=post, by=None, at=at)
    services.give_role(officer, Membership.Role.PLANNING_OFFICER, unit, by=None, at=at)
    return officer
