"""Posts the day's mail about comments now, as the scheduler does every morning."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from plans.tasks import post_digests


class Command(BaseCommand):
    help = "Post the day's e-mail about comments to everybody who wants one and has not had it."

    def handle(self, *args: Any, **options: Any) -> None:
        posted = post_digests(at=timezone.now())
        self.stdout.write(f"Posted {posted} e-mail{'' if posted == 1 else 's'}.")
