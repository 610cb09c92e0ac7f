"""Every address of the application, asked in every way by everybody about their own, another's and a missing record.

The addresses come from the URL resolver, the expected answers from the permissions that views name (`@requires`) and
from who sees a record (`policy.sights`). Nothing here lists what a role may do. An address, a part of one, a role or a
field that nobody classified below fails.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.test import override_settings
from django.urls import URLPattern, URLResolver, get_resolver, path, reverse

from accounts.choices import Role
from accounts.models import User
from billing.models import (
    Adjustment,
    Allocation,
    Bill,
    FeeProposal,
    Invoice,
    Payment,
    Refund,
    ServiceCode,
    Transfer,
)
from clients import rules as client_rules
from clients.models import CareTeamMember, Client, ClientFlag, EmergencyAccess, Tag
from clients.panels import Tab as ChartTab
from clients.panels import chart
from crm.models import Lead
from documents.models import Document, UnlockRequest
from mentalspace.core import policy, practice
from mentalspace.core.gates import anonymous, anyone_signed_in, requires
from mentalspace.core.models import AuditAlert, AuditEvent
from mentalspace.workspace.reports import REPORTS
from messaging.models import Thread
from psychotherapy.models import PsychotherapyNote
from scheduling.models import Appointment, Closure, Reminder, Room, Series
from staff.models import Staff
from staff.panels import Tab as PersonTab
from staff.panels import person
from tests.architecture.practice import Persona, Practice, build

pytestmark = pytest.mark.django_db
PERSONAS = (
    "anonymous", "admin", "supervisor", "therapist", "associate", "biller", "front_desk", "stranger", "colleague",
    "clinical_lead", "helper", "disabled",
)  # fmt: skip
# What the ids of an address name: by the name of the part or, for `pk`, by the words before it.
IDS: dict[str, type[Model]] = {
    "client_id": Client,
    "appointment_id": Appointment,
    "member_pk": CareTeamMember,
    "flag_pk": ClientFlag,
    "tag_pk": Tag,
    "adjustments/": Adjustment,
    "allocations/": Allocation,
    "appointments/": Appointment,
    "audit/": AuditEvent,
    "audit/alerts/": AuditAlert,
    "bills/": Bill,
    "clients/": Client,
    "clients/tags/": Tag,
    "documents/": Document,
    "emergency-access/": EmergencyAccess,
    "fee-proposals/": FeeProposal,
    "holidays/": Closure,
    "invoices/": Invoice,
    "leads/": Lead,
    "messages/": Thread,
    "notes/": Appointment,
    "payments/": Payment,
    "psychotherapy-notes/": PsychotherapyNote,
    "refunds/": Refund,
    "reminders/": Reminder,
    "rooms/": Room,
    "series/": Series,
    "service-codes/": ServiceCode,
    "staff/": Staff,
    "transfers/": Transfer,
    "unlock-requests/": UnlockRequest,
    "users/": User,
}
# Parts that name a page or a place in a list, not a record: everything they can be, and something they cannot.
WORDS: dict[str, Callable[[], list[Any]]] = {
    "workspace:report/slug": lambda: [*REPORTS, "no-such-report"],
    "workspace:settings_section/section": lambda: [*practice.sections, "no-such-section"],
    "clients:client_tab/slug": lambda: [*(tab.slug for tab in chart.of(ChartTab)), "no-such-tab"],
    "clients:coverage_edit/index": lambda: [0, 1],
    "clients:coverage_remove/index": lambda: [0, 1],
    "staff:staff_tab/slug": lambda: [*(tab.slug for tab in person.of(PersonTab)), "no-such-tab"],
    "staff:exception_remove/key": lambda: ["no-such-day"],
    "staff:time_off_answer/key": lambda: ["no-such-day"],
    "staff:photo/name": lambda: ["photo0", "no-such-photo"],
    "accounts:password_reset_confirm/token": lambda: ["no-such-token"],
    "scheduling:feed_file/token": lambda: ["no-such-feed"],
    "scheduling:reminder_answer/token": lambda: ["no-such-link"],
    "scheduling:reminder_confirm/token": lambda: ["no-such-link"],
    "scheduling:reminder_cancel/token": lambda: ["no-such-link"],
    # Of the person's own only: whatever else is named is not there.
    "accounts:session_end/key": lambda: ["no-such-session"],
    "accounts:second_factor_remove/pk": lambda: [999_999],
}
# Fields of forms that take the id of a record, and ids that views read by themselves.
FIELDS: dict[str, type[Model]] = {}
QUIET = ("audit", "session", "cache_entries", "accounts_budget", "form_submissions")
WRITES = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?([a-z_.]+)"?', re.IGNORECASE)
VOLATILE = (
    re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"'),
    re.compile(r'name="_once" value="[^"]*"'),
    re.compile(r"csrf[-_]?token[^,}>]*", re.IGNORECASE),
    re.compile(r'nonce="[^"]*"'),
    re.compile(r"\b[0-9a-f]{32}\b"),
)


class Unclassified(AssertionError):
    """An address that this module does not know how to ask."""


@dataclass(frozen=True)
class Answer:
    """What came back, less what is new in every answer."""

    status: int
    body: str
    headers: dict[str, str]
    wrote: frozenset[str] = field(default_factory=frozenset)

    @property
    def shown(self) -> tuple[int, str, dict[str, str]]:
        return self.status, self.body, self.headers


@dataclass(frozen=True)
class Case:
    """One way to fill in an address: with these rows, or with ids of nothing."""

    kwargs: dict[str, Any]
    rows: tuple[Model, ...]


def walk(patterns: Any, namespace: str = "", before: str = "") -> Iterator[tuple[str, URLPattern, str]]:
    """Every URL by its name, with the pattern that answers and its whole route."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}:{pattern.namespace}".strip(":") if pattern.namespace else namespace
            yield from walk(pattern.url_patterns, inner, route)
        else:
            yield f"{namespace}:{pattern.name}".strip(":"), pattern, route


def own_urls() -> list[tuple[str, URLPattern, str]]:
    return [found for found in walk(get_resolver().url_patterns) if not found[0].startswith("admin")]


def gate_of(pattern: URLPattern) -> Any:
    return getattr(pattern.callback, "gate", None)


def rule_of(pattern: URLPattern) -> Any:
    return getattr(pattern.callback, "rule", None)


def model_of(name: str, part: str, route: str) -> type[Model] | None:
    """What an id stands for; None for a word."""
    if f"{name}/{part}" in WORDS:
        return None
    if part in IDS:
        return IDS[part]
    before = route.split("<", maxsplit=1)[0]
    known = [words for words in IDS if before.startswith(words)]
    if part != "pk" or not known:
        raise Unclassified(f"{name}: what is <{part}> in {route}?")
    return IDS[max(known, key=len)]


def nothing(model: type[Model]) -> Any:
    """An id of no row."""
    return uuid.UUID(int=7) if model._meta.pk.get_internal_type() == "UUIDField" else 999_999


def cases(world: Practice, name: str, pattern: URLPattern, route: str) -> list[tuple[Case, Case]]:
    """Each way to fill in the address with records, beside the way that differs only in that there is none.

    Of two records in one address the second is also tried alone: the client's page with another client's flag.
    """
    parts = list(pattern.pattern.converters)
    models = {part: model_of(name, part, route) for part in parts}
    words: list[dict[str, Any]] = [{}]
    for part in parts:
        if models[part] is None:
            words = [{**given, part: word} for given in words for word in WORDS[f"{name}/{part}"]()]
    named = {part: model for part, model in models.items() if model is not None}
    if not named:
        return [(Case(given, ()), Case(given, ())) for given in words]
    found = []
    missing = {part: nothing(model) for part, model in named.items()}
    for given in words:
        for rows in world.households:
            filled = {part: rows[model].pk for part, model in named.items()}
            found.append(
                (
                    Case(given | filled, tuple(rows[model] for model in named.values())),
                    Case(given | missing, ()),
                )
            )
    if len(named) == 2:
        (first, model), (second, inner) = named.items()
        mine, other = world.households
        outer = {first: mine[model].pk}
        found.append(
            (Case({**outer, second: other[inner].pk}, ()), Case({**outer, second: missing[second]}, ()))
        )
    return found


def ask(persona: Persona, method: str, url: str, ids: dict[str, Any], data: Any = None) -> Answer:
    """One request, undone afterwards. Ids in the answer are replaced by their names."""
    wrote: set[str] = set()

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if (found := WRITES.match(sql)) and not found[1].startswith(QUIET):
            wrote.add(found[1])
        return execute(sql, params, many, context)

    cookies = persona.browser.cookies.output()
    kept = {key: morsel.value for key, morsel in persona.browser.cookies.items()}
    with connection.execute_wrapper(note):
        before = transaction.savepoint()
        response = getattr(persona.browser, method)(url, data or {})
        body = response.getvalue() if getattr(response, "streaming", False) else response.content
        transaction.savepoint_rollback(before)
    if persona.browser.cookies.output() != cookies:
        persona.browser.cookies.clear()
        for key, value in kept.items():
            persona.browser.cookies[key] = value
    text = body.decode("utf-8", "replace")
    headers = {
        key: value for key, value in response.headers.items() if key not in {"X-Request-Id", "Content-Length"}
    }
    for value in ids.values():
        # A small number is an id only between slashes.
        told = str(value) if len(str(value)) > 8 else f"/{value}/"
        text = text.replace(told, "<id>")
        headers = {key: held.replace(told, "<id>") for key, held in headers.items()}
    for pattern in VOLATILE:
        text = pattern.sub("", text)
    headers = {key: re.sub(r"'nonce-[^']*'", "", held) for key, held in headers.items()}
    return Answer(response.status_code, text, headers, frozenset(wrote))


def sees(actor: User | None, row: Model) -> bool:
    """Is the record in this person's sight?"""
    sight = policy.sights().get(type(row))
    return sight is None or sight(actor, row)


def faults(world: Practice, persona: Persona, urls: Any) -> list[tuple[Any, ...]]:
    """Everything that this persona is answered otherwise than the policy says."""
    wrong: list[tuple[Any, ...]] = []
    for name, pattern, route in urls:
        gate = gate_of(pattern)
        if gate is None or not pattern.name:
            wrong.append((name, "names no gate or has no name"))
            continue
        if gate is anonymous:
            continue
        allowed = persona.user is not None and gate(persona.user)
        pairs = cases(world, name, pattern, route)
        for method in ("get", "post"):
            missing: dict[str, Answer] = {}
            for real, absent in pairs if allowed else pairs[:1]:
                url = reverse(name, kwargs=real.kwargs)
                answer = ask(persona, method, url, real.kwargs)
                other = reverse(name, kwargs=absent.kwargs)
                if other not in missing and other != url:
                    missing[other] = ask(persona, method, other, absent.kwargs)
                if problem := judge(persona, allowed, rule_of(pattern), real, answer, missing.get(other)):
                    wrong.append((name, method, real.kwargs, answer.status, problem))
    return wrong


def judge(
    persona: Persona, allowed: bool, rule: Any, case: Case, answer: Answer, absent: Answer | None
) -> str:
    """What is wrong with an answer; nothing, if it is as the policy says."""
    if answer.status >= 500:
        return "broke"
    if not allowed:
        expected = {302} if persona.user is None else {403}
        if answer.status not in expected or answer.wrote:
            return f"the gate is shut: expected {expected}, nothing written"
        if persona.user is None and not answer.headers["Location"].startswith(reverse("accounts:sign_in")):
            return "expected the door"
        return "differs from a missing one" if absent and answer.shown != absent.shown else ""
    assert persona.user is not None
    hidden = (not case.rows and absent is not None) or not all(sees(persona.user, row) for row in case.rows)
    if hidden:
        if absent is None or answer.shown != absent.shown or answer.wrote:
            return "out of sight, but answered otherwise than a missing one"
        return "" if answer.status in {403, 404, 405} else "out of sight, but answered"
    subject = next(
        (row for row in case.rows if isinstance(rule, policy.ObjectPermission) and type(row) is rule.model),
        None,
    )
    if subject is not None and not rule(persona.user, subject):
        refused = answer.status in {302, 403, 404, 405, 409, 422} and not answer.wrote
        return "" if refused else "not permitted with this record, but done or shown"
    if subject is not None and type(rule) is not policy.Sight and answer.status == 403:
        return "permitted, but refused"
    return ""


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[Practice]:
    """One practice for the whole module, in a transaction that is never committed."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", PERSONAS)
def test_everybody_is_answered_as_the_policy_says(world: Practice, name: str) -> None:
    assert faults(world, world.personas[name], own_urls()) == []


def test_every_role_is_somebody(world: Practice) -> None:
    assert set(world.personas) == set(PERSONAS)
    held = {
        persona.user.role
        for persona in world.personas.values()
        if persona.user and not persona.user.further_roles
    }
    assert held == set(Role)


def test_an_address_takes_only_the_methods_it_names(world: Practice) -> None:
    """Whatever else can be sent is refused before a view is entered, but by pages about the person themselves."""
    persona = world.personas["admin"]
    answered = {
        (name, method): ask(persona, method, reverse(name, kwargs=pairs[0][0].kwargs), {}).status
        for name, pattern, route in own_urls()
        if gate_of(pattern) not in {anonymous, anyone_signed_in}
        and (pairs := cases(world, name, pattern, route))
        for method in ("put", "patch", "delete", "options", "trace")
    }
    assert {asked: status for asked, status in answered.items() if status not in {302, 403, 405}} == {}


# --- Planted holes: the test of the test -------------------------------------------------------------------------


@requires(client_rules.can_see_client)
def hole_without_scope(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Fetches whatever is asked for."""
    return HttpResponse(get_object_or_404(Client, pk=pk).last_name)


@requires(client_rules.can_see_client)
def hole_that_tells(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Refuses, but in other words than it says that there is nothing."""
    if get_object_or_404(Client, pk=pk) in client_rules.visible_clients(request.user):
        return HttpResponse("seen")
    return HttpResponse("This client is another clinician's.", status=404)


@requires(client_rules.can_see_client)
def hole_that_writes(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Answers well, after the deed."""
    Client.objects.filter(pk=pk).update(pronouns="they")
    return HttpResponse(get_object_or_404(client_rules.visible_clients(request.user), pk=pk).last_name)


@requires(client_rules.can_edit_demographics)
def hole_without_check(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Shows the form to whoever sees the client."""
    return HttpResponse(get_object_or_404(client_rules.visible_clients(request.user), pk=pk).last_name)


def ungated(request: HttpRequest) -> HttpResponse:
    """Says nothing of who may open it."""
    return HttpResponse("all")


@pytest.mark.parametrize(
    ("view", "who"),
    [
        (hole_without_scope, "stranger"),
        (hole_that_tells, "stranger"),
        (hole_that_writes, "stranger"),
        (hole_without_check, "clinical_lead"),
    ],
)
def test_a_planted_hole_is_found(world: Practice, view: Any, who: str) -> None:
    planted = urlconf(path("clients/<uuid:pk>/hole/", view, name="hole"))
    with override_settings(ROOT_URLCONF=planted):
        urls = [found for found in own_urls() if found[0] == "hole"]
        assert {fault[0] for fault in faults(world, world.personas[who], urls)} == {"hole"}


def test_an_unclassified_address_is_found(world: Practice) -> None:
    planted = urlconf(
        path("elsewhere/<uuid:pk>/", hole_without_scope, name="elsewhere"),
        path("ungated/", ungated, name="ungated"),
    )
    with override_settings(ROOT_URLCONF=planted):
        urls = {found[0]: found for found in own_urls()}
        with pytest.raises(Unclassified, match="elsewhere"):
            faults(world, world.personas["stranger"], [urls["elsewhere"]])
        assert faults(world, world.personas["stranger"], [urls["ungated"]]) != []


def urlconf(*further: URLPattern) -> ModuleType:
    """The application's addresses, and some more."""
    made = ModuleType("planted")
    made.urlpatterns = [*further, *import_module("mentalspace.urls").urlpatterns]  # type: ignore[attr-defined]
    return made
