"""Fifty processes book at the same instant, on real connections to a real PostgreSQL: one of them gets the time."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from mentalspace.core import clock
from mentalspace.dev.races import DONE, TAKEN, Ended, one_slot, race, shuffled, staggered
from scheduling.models import Appointment
from tests.accounts.factories import UserFactory
from tests.clients.factories import ClientFactory
from tests.staff.factories import StaffFactory

PROCESSES = 50
ROUNDS = 3
# A Monday on which everybody works, years from any clock that the tests run by.
FIRST = date(2040, 1, 9)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people() -> Any:
    """The desk, a clinician, and a client for each process."""
    desk = StaffFactory.create(user=UserFactory.create(role="front_desk")).user
    return desk.pk, StaffFactory.create().pk, [ClientFactory.create().pk for _ in range(PROCESSES)]


def weeks() -> list[datetime]:
    """Two in the afternoon of as many Mondays as there are rounds."""
    return [clock.at(FIRST + timedelta(weeks=number), time(14)) for number in range(ROUNDS)]


def check(ended: list[Ended], booked_each: int) -> None:
    """In each round one won and everybody else was offered other times; no deadlock, no other failure."""
    assert [round.ways for round in ended] == [{DONE: 1, TAKEN: PROCESSES - 1}] * len(ended)
    assert {number for round in ended for number in round.offered} == {4}
    assert Appointment.objects.count() == booked_each * len(ended)


def test_one_slot_has_one_winner(people: Any) -> None:
    desk, clinician, clients = people
    check(race(desk, [one_slot(clients, clinician, start) for start in weeks()]), 1)


def test_overlapping_times_have_one_winner(people: Any) -> None:
    desk, clinician, clients = people
    check(race(desk, [staggered(clients, clinician, start) for start in weeks()]), 1)


def test_several_slots_in_shuffled_order_go_to_one_together(people: Any) -> None:
    """Whoever has the first has them all: nobody ends with a part, and nobody waits for somebody who waits for them."""
    desk, clinician, clients = people
    rounds = [shuffled(clients, clinician, start, seed=number) for number, start in enumerate(weeks())]
    check(race(desk, rounds), 5)
