"""What is not recorded has a reason, and Django's admin is not silent; the pages themselves are test_matrix's."""

import re
from typing import Any, cast

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client
from mentalspace.core.gates import anonymous
from mentalspace.workspace.audit_pages import UNRECORDED
from tests.architecture.asking import ask, cases, left_out, page_of
from tests.architecture.practice import Persona, Practice
from tests.architecture.test_admin import addresses as admin_addresses
from tests.architecture.urls import gate_of, own_urls

pytestmark = pytest.mark.django_db


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
                page = ask(persona, "get", reverse(name, kwargs=case.kwargs), {})
                named += [(name, found) for found in re.findall(r"Clara\d", page.body)]
    assert named == []


def test_what_a_psychotherapy_page_is_about_stays_with_its_author(world: Practice) -> None:
    persona = world.personas["therapist"]
    for url in (
        reverse("psychotherapy:psychotherapy_note_list"),
        reverse("psychotherapy:psychotherapy_note_create"),
    ):
        events = ask(persona, "get", url, {}).events
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
            if fault := left_out(ask(persona, method, asking, {}), method, clients):
                wrong.append((name, method, asking[len(url) :], fault))
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


def test_a_stranger_is_sent_to_the_door_without_an_event(world: Practice) -> None:
    stranger = Persona("anonymous", None, Browser())
    answer = ask(stranger, "get", reverse("clients:client_list"), {})
    assert (answer.status, answer.events) == (302, ())
