"""No page leaves without its event: what it showed is written before it is sent, and without that it is not sent.

Every address is recorded but those that an app declares to show nothing of anybody (`audit.policy.unrecorded`), so a
new page cannot be forgotten. A page has one event with all names on it; a change has the event of its verb, and one
for the page that came with it only if that showed somebody else.
"""

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from mentalspace.core import clock
from mentalspace.core.audit.recording import Origin, Outcome, origin, record
from mentalspace.core.audit.trail import Trail, listed, policy
from mentalspace.core.models import AuditEvent

logger = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]
READS = frozenset({"GET", "HEAD"})
REFUSED = frozenset({400, 403, 404, 405, 413, 429})
# While somebody types, each key asks again: what shows nobody new within this time is no new event.
SAME_LOOK = dt.timedelta(minutes=5)
# Refusals of one person that are listed within a minute; then one event says that there were more.
REFUSALS_A_MINUTE = 30
NOT_ACCEPTED = "form.not_accepted"
FURTHER = "page.further_refusals"


class TrailMiddleware:
    """Gather what a page shows, and write its event before the page leaves."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        source = replace(origin.get(), trail=Trail())
        token = origin.set(source)
        try:
            response = self.get_response(request)
            try:
                note(request, response, source)
            except DatabaseError as error:
                # What cannot be recorded is not shown, whatever else is broken.
                logger.critical(
                    "A page was held back: its event cannot be written (%s)", type(error).__name__
                )
                identity = {"request_id": source.request_id}
                return HttpResponse(render_to_string("503_trail.html", identity), status=503)
            return response
        finally:
            origin.reset(token)


def note(request: HttpRequest, response: HttpResponse, source: Origin) -> None:
    """Write the event of this answer, if it needs one of its own."""
    trail, page = source.trail, source.page
    if trail is None or not page:
        return
    if response.status_code in REFUSED:
        if response.status_code != 404 or is_recorded(page):
            note_refusal(request, response, source)
        return
    if response.status_code >= 500 or not is_recorded(page) or not request.user.is_authenticated:
        return
    redirected = 300 <= response.status_code < 400
    if trail.looked is not None and not redirected:
        note_look(trail)
    elif redirected and (request.method in READS or trail.recorded):
        # Shows nothing, and what it changed is recorded.
        return
    elif not trail.recorded or not set(trail.clients) <= trail.recorded:
        note_page(request, response, source)


def is_recorded(page: str) -> bool:
    """Shows this page somebody's data? Any does that is not declared to show none."""
    return page not in policy.unrecorded


def note_look(trail: Trail) -> None:
    """What the view says of itself, with the further names on its page."""
    event = dict(trail.looked or {})
    clients, beyond = listed(trail, event["client_id"])
    if clients and not event["right"]:
        event["right"] = policy.rights(event["actor"], trail.clients)[:60]
    record(**event | {"changes": (event["changes"] or {}) | beyond, "clients": clients})


def note_page(request: HttpRequest, response: HttpResponse, source: Origin) -> None:
    """An event for a page of which no view said more."""
    trail, page = source.trail or Trail(), source.page
    if page.partition(":")[0] in policy.discreet:
        verb = verb_of(request, response)
        if not trail.recorded or verb == NOT_ACCEPTED:
            record(actor=request.user, verb=verb, outcome=outcome_of(verb))
        return
    kind, key = thing_of(request)
    main = main_client(trail, kind, key)
    verb = verb_of(request, response)
    if is_repeated(request) and was_seen(request, source, verb, key):
        return
    clients, beyond = listed(trail, main)
    record(
        actor=request.user,
        verb=verb,
        about=(kind, key),
        client_id=main,
        clients=clients,
        changes=beyond,
        right=policy.rights(request.user, trail.clients)[:60] if trail.clients else "",
        outcome=outcome_of(verb),
    )


def outcome_of(verb: str) -> str:
    """A form that was not accepted did not do what was asked."""
    return Outcome.REFUSED if verb == NOT_ACCEPTED else Outcome.DONE


def verb_of(request: HttpRequest, response: HttpResponse) -> str:
    """What somebody did, as far as the request tells."""
    if request.method not in READS:
        return NOT_ACCEPTED if response.status_code >= 400 else "form.sent"
    if response.headers.get("Content-Disposition", "").startswith("attachment"):
        return "file.downloaded"
    kind = response.headers.get("Content-Type", "")
    if kind and not kind.startswith(("text/html", "application/json")):
        return "file.opened"
    return "page.searched" if request.GET.get("q", "").strip() else "page.viewed"


def thing_of(request: HttpRequest) -> tuple[str, str]:
    """The kind and the id of the record that the address names; its kind where the view's rule is about one."""
    match = request.resolver_match
    if match is None:
        return "", ""
    key = next((str(value) for value in match.kwargs.values() if isinstance(value, UUID | int)), "")
    model = getattr(getattr(match.func, "rule", None), "model", None)
    return (model._meta.model_name if model is not None and key else ""), key


def main_client(trail: Trail, kind: str, key: str) -> UUID | None:
    """The client whom a page is about: whom its address names, or the only one on a page of one thing."""
    for client in trail.clients:
        if str(client) == key:
            return client
    return next(iter(trail.clients)) if key and len(trail.clients) == 1 else None


def is_repeated(request: HttpRequest) -> bool:
    """Is this what a page asks by itself or with each key: a fragment, an autosave?"""
    match = request.resolver_match
    by_itself = match is not None and getattr(match.func, "background", False)
    fragment = request.headers.get("HX-Request") == "true" and request.method in READS
    return bool(by_itself or fragment)


def was_seen(request: HttpRequest, source: Origin, verb: str, key: str) -> bool:
    """Has this sign-in asked the same a moment ago, and been shown all of these names then? One query."""
    before = AuditEvent.objects.filter(
        actor_id=request.user.pk,
        at__gte=clock.now() - SAME_LOOK,
        session=source.session,
        page=source.page,
        verb=verb,
        object_id=key,
    ).values_list("client_id", "clients")
    rows = list(before)
    names = {name for one, several in rows for name in (one, *(several or ()))}
    return bool(rows) and set((source.trail or Trail()).clients) <= names


def note_refusal(request: HttpRequest, response: HttpResponse, source: Origin) -> None:
    """Write that something was refused; a flood of it is listed up to a bound."""
    actor = request.user if request.user.is_authenticated else None
    since = clock.now() - dt.timedelta(minutes=1)
    recent = AuditEvent.objects.filter(at__gte=since, outcome=Outcome.REFUSED)
    recent = recent.filter(actor=actor) if actor else recent.filter(actor=None, address=source.address)
    count = recent.count()
    if count > REFUSALS_A_MINUTE:
        return
    with transaction.atomic():
        if count == REFUSALS_A_MINUTE:
            record(actor=actor, verb=FURTHER, outcome=Outcome.REFUSED)
            return
        discreet = source.page.partition(":")[0] in policy.discreet
        kind, key = ("", "") if discreet else thing_of(request)
        parts: Mapping[str, Any] = request.resolver_match.kwargs if request.resolver_match else {}
        record(
            actor=actor,
            verb="page.refused",
            about=(kind, key),
            client_id=policy.client_of(source.page, parts) if actor else None,
            changes={"answer": ["", response.status_code], "method": ["", request.method]},
            outcome=Outcome.REFUSED,
        )
