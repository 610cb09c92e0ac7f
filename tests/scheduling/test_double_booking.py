"""Twenty people press the button at once: one of them gets the time. On real connections, not in one transaction."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from mentalspace.dev.children import all_at_once
from scheduling import services
from scheduling.errors import SlotTaken
from scheduling.models import Appointment
from tests.accounts.factories import UserFactory
from tests.clients.factories import ClientFactory
from tests.scheduling.conftest import at
from tests.scheduling.factories import AppointmentFactory
from tests.staff.factories import StaffFactory

PEOPLE = 20


@pytest.fixture
def desk(transactional_db: None) -> Any:
    return StaffFactory.create(user=UserFactory.create(role="front_desk")).user


def booking(desk: Any, staff_id: UUID, client_id: UUID, start: Any) -> Callable[[], Any]:
    return lambda: services.book_appointment(
        actor=desk, client_id=client_id, staff_id=staff_id, start=start, minutes=50, anyway=True
    )


def test_one_clinician_one_slot(desk: Any) -> None:
    clinician = StaffFactory.create()
    clients = [ClientFactory.create() for _ in range(PEOPLE)]
    ended = all_at_once([booking(desk, clinician.pk, each.pk, at(14)) for each in clients])
    assert ended == {"done": 1, "SlotTaken": PEOPLE - 1}
    assert Appointment.objects.count() == 1


def test_one_client_many_clinicians(desk: Any) -> None:
    client = ClientFactory.create()
    clinicians = [StaffFactory.create() for _ in range(PEOPLE)]
    ended = all_at_once([booking(desk, each.pk, client.pk, at(14)) for each in clinicians])
    assert ended == {"done": 1, "SlotTaken": PEOPLE - 1}


def test_overlapping_but_not_equal_times(desk: Any) -> None:
    clinician = StaffFactory.create()
    deeds = [
        booking(desk, clinician.pk, ClientFactory.create().pk, at(14) + timedelta(minutes=2 * number))
        for number in range(PEOPLE)
    ]
    assert all_at_once(deeds) == {"done": 1, "SlotTaken": PEOPLE - 1}


def test_two_that_change_places_never_wait_for_each_other(desk: Any) -> None:
    """Each moves to the other's clinician at the same moment; locks are taken in one order, so none is a deadlock."""
    one, other = StaffFactory.create(), StaffFactory.create()
    mine = AppointmentFactory.create(staff=one, start_time=at(10), end_time=at(11))
    yours = AppointmentFactory.create(staff=other, start_time=at(10), end_time=at(11))

    def move(appointment: Appointment, to: Any) -> Callable[[], Any]:
        return lambda: services.move_appointment(
            actor=desk, appointment_id=appointment.pk, start=at(12), minutes=60, staff_id=to.pk, anyway=True
        )

    ended = all_at_once([move(mine, other), move(yours, one)] * 5)
    assert ended == {"done": 10}
    mine.refresh_from_db()
    assert mine.staff == other


@pytest.mark.django_db
def test_the_database_itself_refuses_an_overlap() -> None:
    first = AppointmentFactory.create()
    later = first.start_time + timedelta(minutes=20)
    with pytest.raises(IntegrityError, match="appointments_clinician_once"), transaction.atomic():
        AppointmentFactory.create(staff=first.staff, start_time=later)
    with pytest.raises(IntegrityError, match="appointments_client_once"), transaction.atomic():
        AppointmentFactory.create(client=first.client, start_time=later)
    assert Appointment.objects.count() == 1


@pytest.mark.django_db
def test_what_only_the_database_saw_is_still_said_kindly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the check ever wrong, the constraint answers in the same words."""
    desk = StaffFactory.create(user=UserFactory.create(role="front_desk")).user
    taken = AppointmentFactory.create(start_time=at(14), end_time=at(15))
    monkeypatch.setattr("scheduling.services.fitting.refuse_clashes", lambda *_, **__: "")
    with pytest.raises(SlotTaken):
        booking(desk, taken.staff_id, ClientFactory.create().pk, at(14))()
    assert Appointment.objects.count() == 1
