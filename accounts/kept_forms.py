"""What somebody had typed into a form that arrived after their session had ended.

It waits in the session of the browser that sent it, which the database cannot read (`accounts.sessions`), for a quarter
of an hour, and only for the person whose session had ended there. It is shown in the form again after they have signed
in, and never sent by itself. Passwords and files are not kept.
"""

import time
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from accounts.models import Session
from accounts.sessions import digest
from mentalspace.core.ids import read_id

KEPT = "_kept_form"
SECONDS = 15 * 60
# A long note has a tenth of it.
LARGEST = 300_000
LEFT_OUT = ("csrfmiddlewaretoken", "next")
UNTYPED = ("version", "lock", "once")


def keep(request: HttpRequest, page: str, *, has_page: bool) -> bool:
    """Keep what was posted, if anything was and this browser's last session was somebody's.

    It was sent from `page`; `has_page` says whether the address that it was sent to shows its form when it is opened.
    """
    fields = [
        [name, text]
        for name, texts in request.POST.lists()
        if name not in LEFT_OUT and "password" not in name and not name.startswith("_")
        for text in texts
    ]
    size = sum(len(name) + len(text) for name, text in fields)
    owner = _owner(request)
    if owner is None or size > LARGEST or not any(text.strip() for _, text in fields):
        return False
    request.session[KEPT] = {
        "user": owner,
        "path": request.path,
        "page": page,
        "form": _form_page(request, page, has_page=has_page),
        "fields": fields,
        "at": int(time.time()),
    }
    return True


def release(request: HttpRequest, user: Any) -> None:
    """Somebody signed in: what another person had typed is none of their business."""
    kept = request.session.get(KEPT)
    if kept and kept["user"] != str(user.pk):
        del request.session[KEPT]


def waiting(request: HttpRequest) -> dict[str, Any] | None:
    """What is kept for whoever is signed in, while it is good."""
    kept: dict[str, Any] | None = request.session.get(KEPT)
    if kept is None:
        return None
    if kept["user"] != str(request.user.pk) or time.time() - kept["at"] > SECONDS:
        del request.session[KEPT]
        return None
    return kept


def typed_before(request: HttpRequest) -> QueryDict | None:
    """What was typed into the form of the page that is asked for."""
    kept = waiting(request)
    if kept is None or kept["path"] != request.path:
        return None
    data = QueryDict(mutable=True, encoding=settings.DEFAULT_CHARSET)
    for name, text in kept["fields"]:
        data.appendlist(name, text)
    return data


def page_of(request: HttpRequest) -> str:
    """The page that shows what this browser sent too late; empty where there is nothing."""
    kept = request.session.get(KEPT)
    if kept is None:
        return ""
    return str(kept["form"] or reverse("accounts:kept_form"))


def readable(kept: dict[str, Any]) -> list[tuple[str, str]]:
    """Names of fields in words, with what was typed; without ids and the like, which nobody typed."""
    return [
        (name.rpartition("-")[2].replace("_", " ").capitalize(), text)
        for name, text in kept["fields"]
        if text.strip() and read_id(text) is None and name not in UNTYPED
    ]


def forget(request: HttpRequest) -> None:
    """It was sent, or is no longer wanted."""
    request.session.pop(KEPT, None)


def _form_page(request: HttpRequest, page: str, *, has_page: bool) -> str:
    """Where the form is filled in again: most are sent to the page they stand on. A form in a dialog has a page of its
    own as well; an action's button or field on somebody's page has none.
    """
    if urlsplit(page).path == request.path:
        return page
    return request.get_full_path() if has_page else ""


def _owner(request: HttpRequest) -> str | None:
    """Whose session ended in this browser. A session that was ended on purpose is gone, and what comes after it too."""
    cookie = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    row = Session.objects.filter(session_key=digest(cookie), user__is_active=True).only("user_id").first()
    return str(row.user_id) if row else None
