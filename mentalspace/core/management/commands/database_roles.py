"""`manage.py database_roles`: the two roles of the database, and the tables in the owner's hands."""

import os
from itertools import chain
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mentalspace.core.database import role_of, roles

VARIABLE = "DATABASE_ADMIN_URL"


class Command(BaseCommand):
    help = (
        f"Make the roles that DATABASE_URL and DATABASE_OWNER_URL name, with their passwords, and give the database and"
        f" its tables to the owner. Connects by {VARIABLE}, as a superuser or somebody who may create roles. What is"
        " done already is left alone, except that the passwords are set. Exit code 1 when it could not be done."
    )
    # The roles with which anything else could be checked may have yet to be made.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        owner, application = settings.DATABASE_OWNER, settings.DATABASES["default"]
        if not owner or not os.environ.get(VARIABLE):
            raise CommandError(f"Set {VARIABLE}, DATABASE_OWNER_URL and DATABASE_URL.")
        if role_of(owner) == role_of(application):
            raise CommandError("DATABASE_URL and DATABASE_OWNER_URL name the same role; they must be two.")
        try:
            with roles.connect(os.environ[VARIABLE]) as admin:
                for sentence in chain(
                    roles.make(admin, roles.Login(role_of(owner), owner["PASSWORD"])),
                    roles.make(admin, roles.Login(role_of(application), application["PASSWORD"])),
                    roles.hand_over(admin, role_of(owner)),
                ):
                    self.stdout.write(sentence)
        except roles.RoleTooPowerful as error:
            raise CommandError(str(error)) from error
        except psycopg.Error as error:
            raise CommandError(f"{str(error).splitlines()[0]} (connecting by {VARIABLE}).") from error
        self.stdout.write(
            f"{role_of(owner)} owns, {role_of(application)} serves. Now run 'manage.py migrate'."
        )
