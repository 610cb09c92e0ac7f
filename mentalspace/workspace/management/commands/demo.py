"""Fill an empty database with the demo practice."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from mentalspace.core import practice
from mentalspace.core.database import as_owner
from mentalspace.workspace.demo.build import PracticeNotEmpty, build, logins


def learn_sizes() -> None:
    """Until PostgreSQL looks at the tables by itself it plans for empty ones, and the first pages are slow."""
    if not connection.in_atomic_block:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("ANALYZE")


class Command(BaseCommand):
    help = (
        "Fill an empty database with a practice of 14 staff and 180 clients around today's date, obviously "
        "invented and the same every time. Everybody has one published password, so it is refused outside "
        "development unless --in-production is given. Exit code 0 when the practice is there, 1 when nothing was done."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--logins", action="store_true", help="print one sign-in per role, and change nothing"
        )
        parser.add_argument(
            "--in-production",
            action="store_true",
            help="load it although this is no development copy: for a public trial only",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["logins"]:
            if not settings.DEVELOPMENT and not options["in_production"]:
                raise CommandError(
                    "The demo's passwords are published: it is not loaded outside development."
                )
            try:
                with practice.loaded():
                    build(lambda step: self.stdout.write(f"Making {step} …"))
            except PracticeNotEmpty:
                raise CommandError(
                    "There are people in this database already; the demo needs an empty one."
                ) from None
            learn_sizes()
        for role, address, password in logins():
            self.stdout.write(f"{role:<14} {address:<32} {password}")
