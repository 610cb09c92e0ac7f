"""Per-request context: an id to quote, where the request came from, and the practice's settings and time zone."""

import logging
import re
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone

from mentalspace.core import audit, clock, practice
from mentalspace.core.crypto import key_file
from mentalspace.core.crypto.errors import CannotOpen, MasterKeyUnavailable

GetResponse = Callable[[HttpRequest], HttpResponse]
logger = logging.getLogger(__name__)
# Seconds since 1970, in the session: when its person last asked for something, and when they signed in.
TOUCHED = "_touched"
STARTED = "_started"
TOUCH_SECONDS = 60
_TOKEN = re.compile(r"^[A-Za-z0-9-]{8,32}$")


class RequestIdMiddleware:
    """Give each request an id that stands in its log lines, its audit events, its answer and its error page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        request_id = given if _TOKEN.match(given) else uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        # REMOTE_ADDR only: a forwarded address is written by whoever asks. The server in front sets REMOTE_ADDR.
        address = request.META.get("REMOTE_ADDR") or None
        token = audit.origin.set(audit.Origin(request_id, address, request))
        try:
            response = self.get_response(request)
        finally:
            audit.origin.reset(token)
        response.headers["X-Request-Id"] = request_id
        return response


class HeadersMiddleware:
    """Put on every answer what `RESPONSE_HEADERS` says, unless the view chose its own value."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for header, value in settings.RESPONSE_HEADERS.items():
            response.headers.setdefault(header, value)
        # Pages alone: a browser shows a PDF through a page of its own, which takes no part in this.
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Cross-Origin-Embedder-Policy", "require-corp")
        return response


class BodyLimitMiddleware:
    """Refuse at once what is larger than any form here takes: a disk full of half an upload stops everybody's work."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        # A body that says no length is not read at all by the server's interface (PEP 3333).
        if not length.isdecimal() or int(length[:20]) > settings.MAX_BODY_BYTES:
            identity = {"megabytes": settings.MAX_BODY_BYTES // 1024 // 1024}
            return HttpResponse(render_to_string("413.html", identity), status=413)
        return self.get_response(request)


class MasterKeyMiddleware:
    """Serve nothing while the master key cannot be read, and say of a text that cannot be opened that it cannot."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            key_file.master_keys()
        except MasterKeyUnavailable as error:
            return self._told(request, error, "503_key.html", 503)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, MasterKeyUnavailable):
            return self._told(request, error, "503_key.html", 503)
        if isinstance(error, CannotOpen):
            return self._told(request, error, "500_sealed.html", 500)
        return None

    def _told(self, request: HttpRequest, error: Exception, page: str, status: int) -> HttpResponse:
        logger.error("%s: %s", type(error).__name__, error)
        # Not rendered with the request: its menus would ask the database, where nothing may be opened now.
        identity = {"request_id": getattr(request, "request_id", "")}
        return HttpResponse(render_to_string(page, identity), status=status)


class IdleSessionMiddleware:
    """Begin a session's idle time anew, but write it down at most once a minute.

    Saving at each request would cost every page an update in a transaction of its own, for a time-out that nobody
    measures in seconds. A session so ends up to a minute early, never late. What a page asks by itself (views marked
    `gates.background`) begins nothing: nobody need be sitting there.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> None:
        session = request.session
        # An empty session belongs to nobody; marking it would give every passer-by a row in the database.
        if session.is_empty() or getattr(view, "background", False):
            return
        now = int(clock.now().timestamp())
        if now - session.get(TOUCHED, 0) >= TOUCH_SECONDS:
            session[TOUCHED] = now


class PracticeMiddleware:
    """Read the practice's settings once per request and show times in its zone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with practice.loaded():
            if not request.user.is_authenticated:
                return self.get_response(request)
            with timezone.override(clock.zone()):
                return self.get_response(request)


class StayMiddleware:
    """A script that sends a form without leaving its page is told where the answer leads, instead of being led there.

    The sentence that goes with the answer waits for the page that is shown next, as it does after a redirect.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method != "POST" or "X-Stay" not in request.headers or response.status_code != 302:
            return response
        told = JsonResponse({"url": response.headers["Location"]})
        told.cookies = response.cookies
        return told


class WrongMethodMiddleware:
    """A page for who opens the address of an action in the browser; Django answers 405 with nothing to read."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or request.method != "GET" or response.content:
            return response
        page = render(request, "405.html", status=405)
        page.headers["Allow"] = response.headers["Allow"]
        return page
