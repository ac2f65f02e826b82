"""Compute the hash of everything that was published again, and say what has changed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from plans.services.verifying import verify_editions


class Command(BaseCommand):
    help = "Check that every published edition is byte for byte as it was published."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each fault and what was read; end with an error if there is a fault."""
        editions = files = faults = 0
        for verified in verify_editions():
            editions += 1
            files += verified.files
            faults += len(verified.faults)
            for sentence in verified.faults:
                self.stderr.write(f"{verified.edition}: {sentence}.")
        read = f"Editions: {editions}, with as many plan files and trees. Printed files: {files}."
        self.stdout.write(read)
        if faults:
            raise CommandError(f"Changed since they were published: {faults}.")
        self.stdout.write("Nothing has changed.")
