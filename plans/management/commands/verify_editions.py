"""Compute the hash of everything that was published again, and say what has changed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from plans.services.verifying import verify_editions


class Command(BaseCommand):
    help = "Check that every published edition is byte for byte as it was published."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each fault; end with an error if there is one."""
        editions = faults = 0
        for edition, sentences in verify_editions():
            editions += 1
            faults += len(sentences)
            for sentence in sentences:
                self.stderr.write(f"{edition}: {sentence}.")
        if faults:
            raise CommandError(f"{faults} faults in {editions} editions.")
        self.stdout.write(f"{editions} editions, nothing has changed.")
