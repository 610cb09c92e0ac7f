"""`manage.py create_admin EMAIL NAME`: the first administrator, or one more."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.urls import reverse

from accounts.mail import lifetime_words
from accounts.models import User
from accounts.services.passwords import issue_first_link, link_lifetime, send_first_link
from mentalspace.core.errors import DomainError
from staff.services import create_admin


class Command(BaseCommand):
    help = (
        "Make an administrator, who chooses their own password through a link that is good once. The link's address"
        " alone is printed on the last line, or mailed with --mail-link. Exit code 1 says what went wrong."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address to sign in with")
        parser.add_argument("name", nargs="+", help="first and last name")
        parser.add_argument("--mail-link", action="store_true", help="mail the link instead of printing it")

    def handle(self, *args: Any, **options: Any) -> None:
        email, first, last = self._person(options["email"], " ".join(options["name"]).split())
        if not settings.PUBLIC_URL and (options["mail_link"] or not settings.DEVELOPMENT):
            raise CommandError(
                "Set PUBLIC_URL, for instance https://practice.example: the link must lead somewhere."
            )
        try:
            staff = create_admin(email=email, first_name=first, last_name=last)
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{staff.full_name} is an administrator and signs in as {staff.user.email}.")
        if options["mail_link"]:
            self._mail(staff.user)
        else:
            self._show(staff.user)

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

    def _show(self, user: User) -> None:
        """In a working copy without PUBLIC_URL the path alone, which begins where the server was started."""
        lifetime = lifetime_words(link_lifetime(user))
        address = reverse("accounts:password_reset_confirm", args=[issue_first_link(user=user)])
        self.stdout.write(f"They choose their password here, once, within {lifetime}:")
        self.stdout.write(f"{settings.PUBLIC_URL}{address}")

    def _mail(self, user: User) -> None:
        try:
            send_first_link(user=user, base_url=settings.PUBLIC_URL)
        except DomainError as error:
            raise CommandError(
                f"The account was made, but {error.message[0].lower()}{error.message[1:]}"
                " The person can also ask for a link on the sign-in page."
            ) from error
        self.stdout.write(f"A link to choose a password was mailed to {user.email}.")
