"""One request as somebody, undone afterwards: what came back, and what was written meanwhile, events among it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import connection, transaction
from django.db.models import Model
from django.db.models.signals import post_save
from django.test import Client as Browser
from django.urls import URLPattern, resolve, reverse

from accounts.models import User
from clients.models import Client
from mentalspace.core import audit, policy
from mentalspace.core.models import AuditEvent
from mentalspace.workspace.audit_pages import DISCREET
from tests.architecture.practice import Persona, Practice
from tests.architecture.urls import SLUGS, Unclassified, nothing, parts_of, words_of

QUIET = ("audit", "session", "cache_entries", "accounts_budget", "form_submissions")
WRITES = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?([a-z_.]+)"?', re.IGNORECASE)
VOLATILE = (
    re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"'),
    re.compile(r'name="_once" value="[^"]*"'),
    re.compile(r"csrf[-_]?token[^,}>]*", re.IGNORECASE),
    re.compile(r'nonce="[^"]*"'),
    re.compile(r"\b[0-9a-f]{32}\b"),
    # Seconds to the end of the session.
    re.compile(r'data-longest="\d+"'),
)
# Of which nobody in the practice has one: whatever is named is not there.
NOT_HELD = {Authenticator}


@dataclass(frozen=True)
class Answer:
    """What came back, less what is new in every answer."""

    status: int
    body: str
    headers: dict[str, str]
    wrote: frozenset[str] = field(default_factory=frozenset)
    events: tuple[AuditEvent, ...] = ()

    @property
    def shown(self) -> tuple[int, str, dict[str, str]]:
        return self.status, self.body, self.headers

    def without(self, *words: str) -> tuple[int, str, dict[str, str]]:
        """What is shown, less what was asked for."""
        body, headers = self.body, self.headers
        for word in words:
            body = body.replace(word, "<word>")
            headers = {key: held.replace(word, "<word>") for key, held in headers.items()}
        return self.status, body, headers


@dataclass(frozen=True)
class Case:
    """One way to fill in an address: with these rows, or with ids of nothing."""

    kwargs: dict[str, Any]
    rows: tuple[Model, ...]


def cases(world: Practice, name: str, pattern: URLPattern) -> list[tuple[Case, Case]]:
    """Each way to fill in the address with records, beside the way that differs only in that there is none.

    Of two records in one address the second is also tried alone: the client's page with another client's flag.
    """
    kinds = parts_of(name, pattern)
    named = {part: model for part, model in kinds.items() if model is not None}
    if unknown := {model for model in named.values() if model not in world.households[0]} - NOT_HELD:
        raise Unclassified(f"{name}: the practice holds no {unknown}")
    further = ["overview", "no-such-word"] if name in SLUGS else []
    words = [
        dict(zip((part for part in kinds if part not in named), chosen, strict=True))
        for chosen in product(*([*words_of(name), *further] for part in kinds if part not in named))
    ]
    missing = {part: nothing(model) for part, model in named.items()}
    held = [rows for rows in world.households if all(model in rows for model in named.values())]
    if not named or not held:
        return [(Case(given | missing, ()), Case(given | missing, ())) for given in words]
    found = [
        (
            Case(given | {part: rows[model].pk for part, model in named.items()},
                 tuple(rows[model] for model in named.values())),
            Case(given | missing, ()),
        )
        for given in words
        for rows in held
    ]  # fmt: skip
    if len(named) == 2:
        (first, model), (second, inner) = named.items()
        mine, other = world.households
        outer = {first: mine[model].pk}
        found.append(
            (Case({**outer, second: other[inner].pk}, ()), Case({**outer, second: missing[second]}, ()))
        )
    return found


def ask(
    persona: Persona, method: str, url: str, ids: dict[str, Any], data: Any = None, **headers: str
) -> Answer:
    """One request, undone afterwards. Ids in the answer are replaced by their names."""
    wrote: set[str] = set()
    events: list[AuditEvent] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if (found := WRITES.match(sql)) and not found[1].startswith(QUIET):
            wrote.add(found[1])
        return execute(sql, params, many, context)

    def keep(instance: AuditEvent, **_: Any) -> None:
        events.append(instance)

    # Heard of as they are written: a query for the newest would pass by all that was undone before.
    post_save.connect(keep, sender=AuditEvent)
    with connection.execute_wrapper(note), undone(persona.browser):
        response = getattr(persona.browser, method)(url, data or {}, headers=headers)
        body = response.getvalue() if getattr(response, "streaming", False) else response.content
    post_save.disconnect(keep, sender=AuditEvent)
    text = body.decode("utf-8", "replace")
    held = {
        key: value for key, value in response.headers.items() if key not in {"X-Request-Id", "Content-Length"}
    }
    for value in ids.values():
        # A small number is an id only between slashes.
        told = str(value) if len(str(value)) > 8 else f"/{value}/"
        text = text.replace(told, "<id>")
        held = {key: value.replace(told, "<id>") for key, value in held.items()}
    for pattern in VOLATILE:
        text = pattern.sub("", text)
    held = {key: re.sub(r"'nonce-[^']*'", "", value) for key, value in held.items()}
    return Answer(response.status_code, text, held, frozenset(wrote), tuple(events))


def page_of(name: str, case: Case) -> str:
    """What the audit log calls the page: one address may serve several."""
    return resolve(reverse(name, kwargs=case.kwargs)).view_name


def left_out(answer: Answer, method: str, clients: list[Client]) -> str:
    """What the events of an answer leave out: that there was one, that it was refused, or a name on the page."""
    # Shows nothing; that it broke is another test's finding.
    if (method == "get" and 300 <= answer.status < 400) or answer.status >= 500:
        return ""
    if not answer.events:
        return "no event"
    if answer.status >= 400:
        refused = any(event.outcome == audit.Outcome.REFUSED for event in answer.events)
        return "" if refused else "no refusal"
    if answer.events[0].page.partition(":")[0] in DISCREET:
        return ""
    held = {each for event in answer.events for each in (event.client_id, *(event.clients or ()))}
    silent = [each.first_name for each in clients if each.pk not in held and each.first_name in answer.body]
    return f"{silent} on the page and in no event" if silent else ""


@contextmanager
def undone(browser: Browser) -> Iterator[None]:
    """Put back what the requests inside change in the database and in the browser's cookies."""
    kept = {key: morsel.value for key, morsel in browser.cookies.items()}
    before = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(before)
        if {key: morsel.value for key, morsel in browser.cookies.items()} != kept:
            browser.cookies.clear()
            for key, value in kept.items():
                browser.cookies[key] = value


def sees(actor: User | None, row: Model) -> bool:
    """Is the record in this person's sight?"""
    sight = policy.sights().get(type(row))
    return sight is None or sight(actor, row)
