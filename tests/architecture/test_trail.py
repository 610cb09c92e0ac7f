"""No page is silent: every address is asked, and what it shows is an event that names whoever was on it."""

import re
from typing import Any, cast

import pytest
from django.test import Client as Browser
from django.urls import resolve, reverse

from clients.models import Client
from mentalspace.core import audit
from mentalspace.core.gates import anonymous
from mentalspace.core.models import AuditEvent
from mentalspace.workspace.audit_pages import DISCREET, UNRECORDED
from tests.architecture.asking import Case, cases, sees, undone
from tests.architecture.practice import Persona, Practice
from tests.architecture.test_admin import addresses as admin_addresses
from tests.architecture.urls import gate_of, own_urls

pytestmark = pytest.mark.django_db
WHO = ("admin", "supervisor", "therapist", "biller", "front_desk", "helper")
# Asked with something to look for, or the page shows nobody.
QUERIES = {
    "workspace:search": "?q=Clara",
    "clients:client_choices": "?q=Clara",
    "clients:client_list": "?q=Clara",
    "scheduling:schedule": "?date=2026-03-02&staff=all",
    "scheduling:schedule_live": "?date=2026-03-02&staff=all",
    "scheduling:day_sheet": "?date=2026-03-02&staff=all",
    "scheduling:appointment_list": "?date=all&status=",
    "workspace:audit_log": "?client={client}",
}


def asked(
    persona: Persona, method: str, url: str, data: Any = None, **headers: str
) -> tuple[int, str, list[AuditEvent]]:
    """The status, the text and the events of one request, which is undone afterwards."""
    newest = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    with undone(persona.browser):
        response = getattr(persona.browser, method)(url, data or {}, headers=headers)
        body = response.getvalue() if getattr(response, "streaming", False) else response.content
        events = list(AuditEvent.objects.filter(pk__gt=newest).order_by("pk"))
    return response.status_code, body.decode("utf-8", "replace"), events


def page_of(name: str, case: Case) -> str:
    return resolve(reverse(name, kwargs=case.kwargs)).view_name


def silent(world: Practice, persona: Persona, method: str) -> list[tuple[Any, ...]]:
    """Addresses that this persona may ask and that leave no event, or show a name that no event holds."""
    wrong: list[tuple[Any, ...]] = []
    clients = [cast("Client", rows[Client]) for rows in world.households]
    for name, pattern in own_urls():
        gate = gate_of(pattern)
        if gate is anonymous or not gate(persona.user):
            continue
        for case, _ in cases(world, name, pattern):
            if not all(sees(persona.user, row) for row in case.rows) or page_of(name, case) in UNRECORDED:
                continue
            url = reverse(name, kwargs=case.kwargs) + QUERIES.get(name, "").format(client=clients[0].pk)
            wrong += [
                (name, method, *fault) for fault in faults_of(asked(persona, method, url), method, clients)
            ]
    return wrong


def faults_of(
    answer: tuple[int, str, list[AuditEvent]], method: str, clients: list[Client]
) -> list[tuple[int, str]]:
    """What the events of one answer leave out."""
    status, text, events = answer
    # Shows nothing; that it broke is another test's finding.
    if (method == "get" and 300 <= status < 400) or status >= 500:
        return []
    if not events:
        return [(status, "no event")]
    if status >= 400:
        refused = any(event.outcome == audit.Outcome.REFUSED for event in events)
        return [] if refused else [(status, "no refusal")]
    if events[0].page.partition(":")[0] in DISCREET:
        return []
    named = {each for event in events for each in (event.client_id, *(event.clients or ()))}
    return [
        (status, f"{client.first_name} is on the page and in no event")
        for client in clients
        if client.first_name in text and client.pk not in named
    ]


@pytest.mark.parametrize("name", WHO)
@pytest.mark.parametrize("method", ["get", "post"])
def test_no_address_is_silent(world: Practice, name: str, method: str) -> None:
    assert silent(world, world.personas[name], method) == []


def test_what_is_not_recorded_is_there_and_has_a_reason(world: Practice) -> None:
    there = {page_of(name, case) for name, pattern in own_urls() for case, _ in cases(world, name, pattern)}
    assert {name for name in UNRECORDED if not name.startswith("admin:")} - there == set()
    assert [name for name, reason in UNRECORDED.items() if len(reason.split()) < 2] == []


def test_what_is_not_recorded_names_nobody(world: Practice) -> None:
    persona, named = world.personas["admin"], []
    for name, pattern in own_urls():
        if gate_of(pattern) is anonymous:
            continue
        for case, _ in cases(world, name, pattern):
            if page_of(name, case) in UNRECORDED:
                _, text, _ = asked(persona, "get", reverse(name, kwargs=case.kwargs))
                named += [(name, found) for found in re.findall(r"Clara\d", text)]
    assert named == []


def test_what_a_psychotherapy_page_is_about_stays_with_its_author(world: Practice) -> None:
    persona = world.personas["therapist"]
    for url in (
        reverse("psychotherapy:psychotherapy_note_list"),
        reverse("psychotherapy:psychotherapy_note_create"),
    ):
        _, _, events = asked(persona, "get", url)
        assert events
        assert [(event.client_id, event.clients, event.object_id) for event in events] == [
            (None, None, "") for _ in events
        ]


def silent_in_the_admin(world: Practice, only: str = "admin:") -> list[tuple[Any, ...]]:
    """Addresses of Django's admin that show an administrator something and leave no event, or leave out a name."""
    persona = world.personas["admin"]
    clients = [cast("Client", rows[Client]) for rows in world.households]
    wrong: list[tuple[Any, ...]] = []
    for name, url, _ in admin_addresses(world):
        if name in UNRECORDED or not name.startswith(only):
            continue
        # A search that finds her, where the table is searched by names.
        query = "?q=Clara" if name.endswith("_changelist") else ""
        for method, asking in dict.fromkeys((("get", url + query), ("get", url), ("post", url))):
            found = faults_of(asked(persona, method, asking), method, clients)
            wrong += [(name, method, asking[len(url) :], *fault) for fault in found]
    return wrong


def test_no_page_of_the_admin_is_silent(world: Practice) -> None:
    """Lists, searches, records, their history, and what is refused: adding and deleting."""
    assert silent_in_the_admin(world) == []


def test_a_planted_silent_page_of_the_admin_is_found(
    world: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mentalspace.core.audit.middleware.note_page", lambda *_: None)
    found = {name for name, *_ in silent_in_the_admin(world, "admin:clients_client_")}
    assert {"admin:clients_client_change", "admin:clients_client_changelist"} <= found


def test_a_planted_silent_page_is_found(world: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test of the test: a page whose middleware says nothing is found, by its name."""
    monkeypatch.setattr("mentalspace.core.audit.middleware.note_page", lambda *_: None)
    found = {name for name, *_ in silent(world, world.personas["biller"], "get")}
    assert {"clients:client_list", "billing:bill_list", "workspace:search"} <= found


def test_a_stranger_is_sent_to_the_door_without_an_event(world: Practice) -> None:
    stranger = Persona("anonymous", None, Browser())
    status, _, events = asked(stranger, "get", reverse("clients:client_list"))
    assert (status, events) == (302, [])
