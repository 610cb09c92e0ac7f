"""`manage.py create_admin EMAIL NAME`: the first administrator, or one more."""

import getpass
import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.urls import reverse

from accounts.services.passwords import send_first_link
from mentalspace.core.errors import DomainError
from staff.services import create_admin


class Command(BaseCommand):
    help = (
        "Make an administrator who may sign in. Asks for a password twice, unless one comes from the environment"
        " (--password-env) or is chosen through a mailed link (--mail-link). Exit code 1 says that nobody was made."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address to sign in with")
        parser.add_argument("name", nargs="+", help="first and last name")
        way = parser.add_mutually_exclusive_group()
        way.add_argument(
            "--password-env", metavar="VARIABLE", help="take the password from this environment variable"
        )
        way.add_argument(
            "--mail-link", action="store_true", help="mail a link to choose the password (needs PUBLIC_URL)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        email, first, last = self._person(options["email"], " ".join(options["name"]).split())
        password = self._password(options)
        try:
            staff = create_admin(email=email, first_name=first, last_name=last, password=password)
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{staff.full_name} is an administrator and signs in as {staff.user.email}.")
        if options["mail_link"]:
            self._mail(staff.user)
        elif settings.PUBLIC_URL:
            self.stdout.write(f"Sign in at {settings.PUBLIC_URL}{reverse('accounts:sign_in')}")

    def _person(self, email: str, words: list[str]) -> tuple[str, str, str]:
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"“{email}” is no e-mail address.") from error
        if len(words) < 2:
            raise CommandError(
                "Give a first and a last name, for example: create_admin ada@example.com Ada Okafor"
            )
        first, last = " ".join(words[:-1]), words[-1]
        if len(first) > 100 or len(last) > 100:
            raise CommandError("A name may have 100 letters at most.")
        return email, first, last

    def _password(self, options: dict[str, Any]) -> str | None:
        """From where the options say; None where the person chooses it themselves."""
        if options["mail_link"]:
            if not settings.PUBLIC_URL:
                raise CommandError(
                    "Set PUBLIC_URL, for instance https://practice.example: the link must lead somewhere."
                )
            return None
        if variable := options["password_env"]:
            password = os.environ.get(variable, "")
            if not password:
                raise CommandError(f"The environment variable {variable} is not set, or empty.")
            return password
        if not sys.stdin.isatty():
            raise CommandError(
                "There is no terminal to ask for a password: use --password-env or --mail-link."
            )
        try:
            first, again = getpass.getpass("Password: "), getpass.getpass("Again: ")
        except (EOFError, KeyboardInterrupt) as error:
            raise CommandError("Cancelled; nobody was made.") from error
        if first != again:
            raise CommandError("The two passwords are not the same; nobody was made.")
        return first

    def _mail(self, user: Any) -> None:
        try:
            send_first_link(user=user, base_url=settings.PUBLIC_URL)
        except DomainError as error:
            raise CommandError(
                f"The account was made, but {error.message[0].lower()}{error.message[1:]}"
                " The person can also ask for a link on the sign-in page."
            ) from error
        self.stdout.write(f"A link to choose a password was mailed to {user.email}.")
