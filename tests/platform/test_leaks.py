"""Words planted in the records of a client turn up on the pages of those who may read them, and nowhere else."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.test import Client as Visitor

from accounts.choices import Role
from clients.models import Client, ClientFlag
from documents.choices import DocumentType
from mentalspace.core.models import AuditEvent
from mentalspace.logs import DiscreetFormatter, RequestIdFilter
from scheduling.choices import AppointmentStatus
from tests.architecture.urls import LEAVES, URLS, Rows, address, is_open_to
from tests.billing.factories import BillFactory, ServiceCodeFactory
from tests.cast import Cast
from tests.clients.factories import ClientProfileFactory
from tests.crm.factories import LeadFactory
from tests.documents.factories import DocumentFactory
from tests.messaging.factories import MessageFactory, ThreadFactory
from tests.scheduling.factories import AppointmentFactory

pytestmark = pytest.mark.django_db

# Of who somebody is, and of what they told: the trail may hold the one, in before and after, and never the other.
NAME = "Zquonaberg"
TOLD = "zquortelling"
CANARIES = (NAME, TOLD)


@pytest.fixture
def logs() -> Iterator[io.StringIO]:
    """What a production server would write, with everything that anybody logs."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(DiscreetFormatter("%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"))
    handler.addFilter(RequestIdFilter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def records(cast: Cast) -> Rows:
    """The client's records, with a canary wherever somebody wrote something."""
    client, therapist = cast.client, cast.therapist.staff
    client.first_name, client.last_name, client.preferred_name = NAME, NAME, NAME
    client.email = f"{NAME.lower()}@example.com"
    client.save()
    ClientProfileFactory.create(client=client, medical_history={"conditions": [TOLD], "allergies": [TOLD]})
    visit = AppointmentFactory.create(
        client=client,
        staff=therapist,
        status=AppointmentStatus.COMPLETED,
        start_time=datetime(2026, 3, 2, 15, tzinfo=UTC),
        notes=TOLD,
    )
    document = DocumentFactory.create(
        appointment=visit, type=DocumentType.PROGRESS_NOTE, content=TOLD, answers={"narrative": TOLD}
    )
    thread = ThreadFactory.create(client=client, subject=TOLD)
    MessageFactory.create(thread=thread, sender=cast.therapist, receiver=cast.front_desk, content=TOLD)
    return {
        type(row): row
        for row in (
            client,
            visit,
            document,
            BillFactory.create(client=client, appointment=visit, staff=therapist),
            thread,
            LeadFactory.create(last_name=NAME, notes=TOLD),
            ClientFlag.objects.create(client=client, kind="allergy", note=TOLD),
            ServiceCodeFactory.create(),
        )
    }


def opened(cast: Cast, records: Rows) -> Iterator[tuple[str, str, Any]]:
    """Every address as two who open it, are refused and send forms; what is shut to both as whom its gate lets in.

    With the client's own records where it takes some. Gives role, address and answer.
    """
    people = cast.by_role()
    senders = {Role.THERAPIST, Role.FRONT_DESK}
    for role, actor in people.items():
        visitor = Visitor(raise_request_exception=False)
        visitor.force_login(actor)
        sends = role in senders
        for name, pattern in URLS:
            asked = sends or (
                is_open_to(actor, pattern) and not any(is_open_to(people[each], pattern) for each in senders)
            )
            if name.endswith(LEAVES) or not asked:
                continue
            url = address(name, pattern, records)
            yield role, url, visitor.get(f"{url}?q={NAME}&status={TOLD}")
            if sends:
                yield (
                    role,
                    url,
                    visitor.post(url, {"q": NAME, "notes": TOLD, "reason": TOLD, "content": TOLD}),
                )


def leaks(text: str) -> list[str]:
    """The canaries in it, however they are encoded for an address."""
    plain = unquote(text).casefold()
    return [canary for canary in CANARIES if canary.casefold() in plain]


def test_canaries_stay_on_the_pages(cast: Cast, records: Rows, logs: io.StringIO) -> None:
    seen: set[str] = set()
    found = []
    for role, url, answer in opened(cast, records):
        found += [
            f"{role} {url}: cookie {cookie.key}"
            for cookie in answer.cookies.values()
            if leaks(cookie.value)
            or cookie.key not in {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
        ]
        for header, value in answer.headers.items():
            # What was asked for in a query comes back in links of the same page alone.
            if header not in {"Location", "HX-Push-Url"} and leaks(value):
                found.append(f"{role} {url}: header {header}")
        body = b"" if answer.streaming else answer.content
        seen |= set(leaks(body.decode(errors="replace")))
        if answer.status_code >= 500:
            found.append(f"{role} {url}: {answer.status_code}")
        if answer.status_code in {403, 404, 405} and leaks(body.decode(errors="replace")):
            found.append(f"{role} {url}: the page of a {answer.status_code}")
    # They were there to be found.
    assert seen == set(CANARIES)
    found += [f"log: {line}" for line in logs.getvalue().splitlines() if leaks(line)]
    found += [f"mail: {letter.subject}" for letter in mail.outbox if leaks(f"{letter.subject} {letter.body}")]
    told = AuditEvent.objects.filter(changes__icontains=TOLD)
    found += [f"trail: {event.verb}" for event in told]
    assert found == []
    assert "Forbidden" in logs.getvalue()


def test_reminders_name_nobody(cast: Cast, records: Rows) -> None:
    Client.objects.update(reminder_email_consent=True)
    soon = AppointmentFactory.create(
        client=cast.client,
        staff=cast.therapist.staff,
        start_time=datetime(2030, 3, 6, 15, tzinfo=UTC),
        notes=TOLD,
    )
    with time_machine.travel(datetime(2030, 3, 4, 16, tzinfo=UTC), tick=False):
        call_command("send_reminders", stdout=io.StringIO(), stderr=io.StringIO())
    letters = [letter for letter in mail.outbox if letter.to == [soon.client.email]]
    assert len(letters) == 1
    assert [leaks(f"{letter.subject} {letter.body}") for letter in letters] == [[]]


def test_a_broken_page_tells_neither_reader_nor_log(
    cast: Cast, records: Rows, logs: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        held = Client.objects.get(pk=cast.client.pk)
        raise RuntimeError(f"{held.last_name}: {TOLD}")

    monkeypatch.setattr("clients.views.chart.render", broken)
    visitor = Visitor(raise_request_exception=False)
    visitor.force_login(cast.therapist)
    answer = visitor.get(f"/clients/{cast.client.pk}/")
    assert answer.status_code == 500
    assert leaks(answer.content.decode()) == []
    assert "RuntimeError" in logs.getvalue()
    assert "in broken" in logs.getvalue()
    assert leaks(logs.getvalue()) == []


def test_the_test_finds_what_is_planted(logs: io.StringIO) -> None:
    logging.getLogger("clients").warning("Opened the chart of %s", NAME)
    assert leaks(logs.getvalue()) == [NAME]
    assert leaks("/search/?q=%7Aquortelling") == [TOLD]
    AuditEvent.objects.create(verb="planted", changes={"notes": ["", TOLD]})
    assert AuditEvent.objects.filter(changes__icontains=TOLD).count() == 1
