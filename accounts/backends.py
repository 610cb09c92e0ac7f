"""Signing in by e-mail and password."""

from typing import Any
from uuid import UUID

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from accounts.models import User
from accounts.panels import OwnColumn, people


class EmailBackend(BaseBackend):
    """Accepts an e-mail in any case. With the user come the staff row, as nearly every page asks for it, and what apps
    above want to know on every page.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        email: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        address = email or kwargs.get("username")
        if not address or password is None or "\x00" in address:
            return None
        user = User.objects.filter(email=address.strip().lower()).first()
        if user is None:
            # The same work as for a known address, so that the time taken does not tell which it was.
            User().set_password(password)
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: UUID) -> User | None:
        columns = {each.name: each.column() for each in people.of(OwnColumn)}
        return (
            User.objects.select_related("staff")
            .annotate(**columns)
            .filter(pk=user_id, is_active=True)
            .first()
        )
