"""Django's `migrate`, by the role that owns the tables."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import DatabaseError

from mentalspace.core.database import as_owner


class Command(migrate.Command):
    help = f"{migrate.Command.help} Connects by DATABASE_OWNER_URL where that is set."

    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner(options["database"]):
            try:
                super().handle(*args, **options)
            except DatabaseError as error:
                if "permission denied" in str(error) or "must be owner" in str(error):
                    raise CommandError(
                        f"{str(error).splitlines()[0]}. The role that migrates must own the tables: set"
                        " DATABASE_OWNER_URL, and run 'manage.py database_roles' once."
                    ) from error
                raise
