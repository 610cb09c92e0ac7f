"""Forget who asked for a time on the booking page, some time after. The worker runs it by itself."""

from typing import Any

from django.core.management.base import BaseCommand

from mentalspace.core import formatting, practice
from scheduling.requests.services import clear_requests


class Command(BaseCommand):
    """Twice at once does no harm."""

    help = (
        "Clear names and contacts of booking requests whose time is longer past than the practice's settings say."
        " What became of each request stays."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Clear, report."""
        with practice.loaded():
            cleared = clear_requests()
        self.stdout.write(f"{formatting.plural(cleared, 'request')} cleared.")
