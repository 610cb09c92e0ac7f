"""Many people plan overlapping series at the same moment, on real connections: one wins, nobody waits for ever."""

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest

from scheduling.models import Appointment, Series
from scheduling.series.booking import plan_series
from scheduling.series.changing import change_series, moved_slots, reached
from scheduling.series.choices import Scope
from scheduling.series.plan import Answers, lay_out
from tests.accounts.factories import UserFactory
from tests.cast import Cast, make_cast
from tests.clients.factories import ClientFactory
from tests.scheduling.series import WEEKLY, days_of, plan, shown, terms_for
from tests.scheduling.test_double_booking import all_at_once
from tests.staff.factories import StaffFactory

PEOPLE = 10


@pytest.fixture
def practice(transactional_db: None, stopped_clock: Any) -> Cast:
    return make_cast()


def planning(cast: Cast, **changes: Any) -> Callable[[], Any]:
    """Twelve Tuesdays as they looked before anybody else had booked."""
    terms, days = terms_for(cast, **changes), days_of(12)
    seen = shown(cast.front_desk, terms, days).seen
    return lambda: plan_series(
        actor=cast.front_desk, terms=terms, rule=WEEKLY, days=days, sessions=12, until=None, answers=Answers(),
        seen=seen,
    )  # fmt: skip


def test_one_clinician_many_series(practice: Cast) -> None:
    deeds = [
        planning(practice, client=ClientFactory.create(), wall=time(10, 3 * place)) for place in range(PEOPLE)
    ]
    ended = all_at_once(deeds)
    assert ended == {"done": 1, "PlanChanged": PEOPLE - 1}
    assert (Series.objects.count(), Appointment.objects.count()) == (1, 12)


def test_clinicians_and_clients_crosswise_never_wait_for_each_other(practice: Cast) -> None:
    """Each wants another pair of the same clinicians and clients: locks in one order, so none is a deadlock."""
    staff = [StaffFactory.create(user=UserFactory.create(role="therapist")) for _ in range(2)]
    clients = [ClientFactory.create() for _ in range(2)]
    pairs = [(staff[n % 2], clients[(n + n // 2) % 2]) for n in range(PEOPLE)]
    ended = all_at_once([planning(practice, staff=one, client=other) for one, other in pairs])
    assert set(ended) <= {"done", "PlanChanged"}
    assert ended["done"] == 2
    assert Appointment.objects.count() == 24


def test_the_same_change_twice_at_once_is_made_once(practice: Cast) -> None:
    series = plan(practice, sessions=4)
    first = series.appointments.select_related("series").order_by("start_time")[0]
    terms = terms_for(practice, wall=time(13))
    listed = lay_out(
        practice.front_desk,
        terms,
        moved_slots(reached(practice.front_desk, first, Scope.ALL), terms, None),
        Answers(),
    )

    def change() -> Any:
        return change_series(
            actor=practice.front_desk, appointment_id=first.pk, scope=Scope.ALL, terms=terms, weekday=None,
            answers=Answers(), seen=listed.seen,
        )  # fmt: skip

    ended = all_at_once([change] * 5)
    assert ended["done"] == 1
    assert sum(ended.values()) == 5
    assert set(ended) <= {"done", "AppointmentError", "PlanChanged"}
    assert Series.objects.get().words == "Every Tuesday at 1:00 PM"
