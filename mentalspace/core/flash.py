"""Where the sentence waits that a page shows after a redirect: "The appointment was moved." """

from typing import Any

from django.conf import settings
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpResponseBase


class HostCookieStorage(CookieStorage):
    """A signed cookie, bound to this host as the session's own is."""

    cookie_name = "__Host-messages" if settings.HTTPS else "messages"


class FlashStorage(SessionStorage):
    """In the session of whoever has one; the signed cookie is for who is not signed in.

    Such a sentence may name a client, and cookies stay on devices. A passer-by is told nothing of the kind, and gets no
    row in the table of sessions for it.
    """

    def __init__(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.cookie = HostCookieStorage(request, *args, **kwargs)

    def _get(self, *args: Any, **kwargs: Any) -> tuple[list[Message] | None, bool]:
        kept, _ = super()._get(*args, **kwargs)  # type: ignore[misc]  # the stubs leave it out
        brought, _ = self.cookie._get(*args, **kwargs)  # type: ignore[attr-defined]
        return [*(brought or []), *(kept or [])], True

    def _store(self, messages: list[Message], response: HttpResponseBase, *args: Any, **kwargs: Any) -> Any:
        signed_in = self.request.session.get("_auth_user_id") is not None
        if self.cookie.cookie_name in self.request.COOKIES or not signed_in:
            self.cookie._store([] if signed_in else messages, response, *args, **kwargs)  # type: ignore[attr-defined]
        kept = messages if signed_in else []
        return super()._store(kept, response, *args, **kwargs)  # type: ignore[misc]
