"""Home shows what is due, by role; search finds what one may see and nothing else."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.choices import ClientStatus
from crm.choices import LeadStatus
from mentalspace.core import clock
from scheduling.choices import AppointmentStatus
from tests.billing.factories import PaymentFactory
from tests.cast import Cast
from tests.clients.factories import CareTeamFactory, ClientFactory
from tests.crm.factories import LeadFactory
from tests.documents.factories import DocumentFactory
from tests.scheduling.factories import AppointmentFactory


def page(user: object, **headers: str) -> str:
    browser = Browser()
    browser.force_login(user)  # type: ignore[arg-type]
    return browser.get(reverse("workspace:home"), headers=headers or None).content.decode()


def found(user: object, text: str, *, fragment: bool = False) -> str:
    browser = Browser()
    browser.force_login(user)  # type: ignore[arg-type]
    headers = {"HX-Request": "true"} if fragment else None
    answer = browser.get(reverse("workspace:search"), {"q": text}, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_therapist_sees_the_session_of_the_hour_and_starts_it(cast: Cast) -> None:
    now = clock.now()
    AppointmentFactory.create(
        client=cast.client, staff=cast.therapist.staff, start_time=now - timedelta(minutes=5)
    )
    home = page(cast.therapist)
    assert "Clara Cole" in home
    assert "Start session" in home
    assert "Start note" in home
    assert "Clara Cole" not in page(cast.stranger)


def test_an_unsigned_note_stays_on_its_authors_list(cast: Cast) -> None:
    note = DocumentFactory.create(appointment__client=cast.client, appointment__staff=cast.therapist.staff)
    assert reverse("documents:document_edit", args=[note.pk]) in page(cast.therapist)
    assert reverse("documents:document_detail", args=[note.pk]) in page(cast.supervisor)
    assert str(note.pk) not in page(cast.stranger)
    assert str(note.pk) not in page(cast.biller)


def test_the_desk_sees_everybodys_day_with_the_next_step(cast: Cast) -> None:
    now = clock.now()
    made = AppointmentFactory.create(client=cast.client, staff=cast.therapist.staff, start_time=now)
    home = page(cast.front_desk)
    assert reverse("scheduling:appointment_check_in", args=[made.pk]) in home
    made.status = AppointmentStatus.CHECKED_IN
    made.save()
    assert "Take payment" in page(cast.front_desk)
    PaymentFactory.create(client=cast.client, amount=Decimal(25), appointment=made)
    after = page(cast.front_desk)
    assert "Take payment" not in after
    assert "$25.00 taken" in after


def test_a_home_asks_as_many_queries_for_three_rows_as_for_one(cast: Cast) -> None:
    def rows(count: int) -> None:
        for _ in range(count):
            client = ClientFactory.create()
            CareTeamFactory.create(client=client, staff=cast.therapist.staff)
            visit = AppointmentFactory.create(
                client=client, staff=cast.therapist.staff, status=AppointmentStatus.COMPLETED
            )
            DocumentFactory.create(appointment=visit)
            LeadFactory.create()

    counts: dict[str, list[int]] = {}
    for total in (1, 2):
        rows(total)
        for role, user in cast.by_role().items():
            page(user)
            with CaptureQueriesContext(connection) as asked:
                page(user)
            counts.setdefault(role, []).append(len(asked))
    assert {role: pair[0] for role, pair in counts.items()} == {
        role: pair[1] for role, pair in counts.items()
    }


@pytest.mark.parametrize("fragment", [True, False])
def test_search_finds_clients_one_may_see(cast: Cast, fragment: bool) -> None:
    for user in (cast.admin, cast.therapist, cast.supervisor, cast.front_desk, cast.biller):
        assert "Clara Cole" in found(user, "clara", fragment=fragment)
    assert "Clara Cole" not in found(cast.stranger, "clara", fragment=fragment)


def test_search_finds_colleagues_and_leads(cast: Cast) -> None:
    LeadFactory.create(first_name="Lenny", last_name="Leadman")
    assert "Thea Therapist" in found(cast.biller, "thea")
    assert "Lenny Leadman" in found(cast.front_desk, "leadman")
    assert "Lenny Leadman" not in found(cast.therapist, "leadman")


@pytest.mark.parametrize(
    "text", ["", "   ", "\x00", "%", "_", "'; --", "x" * 500, "☃", "00/00/0000", "+" * 30]
)
def test_search_survives_whatever_is_typed(cast: Cast, text: str) -> None:
    assert "Server error" not in found(cast.admin, text)


def test_leads_to_call_open_as_the_list_of_the_same_leads(cast: Cast) -> None:
    today = clock.today()
    LeadFactory.create(last_name="Newcome", status=LeadStatus.NEW, follow_up_on=today + timedelta(days=3))
    LeadFactory.create(last_name="Duenow", status=LeadStatus.CONTACTED, follow_up_on=today)
    LeadFactory.create(
        last_name="Laterby", status=LeadStatus.CONTACTED, follow_up_on=today + timedelta(days=3)
    )
    home = page(cast.front_desk)
    address = f"{reverse('crm:lead_list')}?follow_up=call"
    assert address in home
    browser = Browser()
    browser.force_login(cast.front_desk)
    listed = browser.get(address).content.decode()
    for text in (home, listed):
        assert "Newcome" in text
        assert "Duenow" in text
        assert "Laterby" not in text


def test_a_panel_says_how_much_there_is_and_not_how_much_it_shows(cast: Cast) -> None:
    LeadFactory.create_batch(9, status=LeadStatus.NEW)
    assert 'Leads to call <span class="tabs-count">9</span>' in page(cast.front_desk)


def test_the_desk_sees_who_waits_for_a_place(cast: Cast) -> None:
    ClientFactory.create(first_name="Wanda", last_name="Waiting", status=ClientStatus.WAITLIST)
    home = page(cast.front_desk)
    assert "Wanda Waiting" in home
    assert f"{reverse('clients:client_list')}?status=waitlist" in home
