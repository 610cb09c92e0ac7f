"""Many people plan overlapping series at the same moment, on real connections: one wins, nobody waits for ever."""

from collections import defaultdict
from collections.abc import Callable
from datetime import time
from functools import partial
from typing import Any

import pytest

from mentalspace.dev.children import all_at_once
from scheduling.choices import BOOKED, CancelledBy, CancelReason
from scheduling.groups.joining import join_group_series
from scheduling.models import Appointment, Series
from scheduling.series.booking import plan_series
from scheduling.series.changing import cancel_series, change_series, for_all, listing, moved_slots, reached
from scheduling.series.choices import Scope
from scheduling.series.plan import Answers, lay_out
from tests.accounts.factories import UserFactory
from tests.cast import Cast, make_cast
from tests.clients.factories import ClientFactory
from tests.scheduling.series import WEEKLY, days_of, plan, shown, terms_for
from tests.scheduling.test_group_series import group_terms
from tests.scheduling.test_group_series import plan as plan_group
from tests.staff.factories import StaffFactory

PEOPLE = 6


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


def coming(series: Series) -> dict[Any, list[Appointment]]:
    """Who comes to each session of the group."""
    found = defaultdict(list)
    for each in Appointment.objects.filter(series__group=series.group, status__in=BOOKED):
        found[each.group_session].append(each)
    return found


def test_a_group_that_is_joined_left_and_changed_at_once_stays_one_group(practice: Cast) -> None:
    """Whoever comes second sees what the first did, or is told to look again; a session is at one time for all."""
    desk, leaver, twice = practice.front_desk, ClientFactory.create(), ClientFactory.create()
    series = plan_group(practice, group_terms(practice, practice.other_client, leaver))
    rows = Appointment.objects.filter(series__group=series.group).select_related("series")
    first, theirs = (rows.filter(client=each).order_by("start_time")[0] for each in (practice.client, leaver))
    guests = [ClientFactory.create() for _ in range(3)]
    whole = reached(desk, first, Scope.ALL, whole=True)
    terms = for_all(terms_for(practice, type="group", billing_code="90853", wall=time(13)), whole)
    listed = lay_out(desk, terms, moved_slots(whole, terms, None), Answers())
    join = partial(join_group_series, actor=desk, appointment_id=first.pk, anyway=True)
    leave = partial(
        cancel_series, actor=desk, appointment_id=theirs.pk, scope=Scope.ALL, reason=CancelReason.OTHER,
        cancelled_by=CancelledBy.CLIENT, seen=listing(reached(desk, theirs, Scope.ALL)),
    )  # fmt: skip
    change = partial(
        change_series, actor=desk, appointment_id=first.pk, scope=Scope.ALL, terms=terms, weekday=None,
        answers=Answers(), seen=listed.seen,
    )  # fmt: skip
    joins = [partial(join, client_id=each.pk) for each in (*guests, twice, twice)]
    ended = all_at_once([change, *joins, leave, change])
    assert set(ended) <= {"done", "PlanChanged", "NotBookable", "AppointmentError"}
    # Of the one who was added twice, one time is refused.
    assert ended["NotBookable"] == 1
    sessions = coming(series)
    assert len(sessions) == 4
    assert [len({(each.start_time, each.staff_id) for each in found}) for found in sessions.values()] == [
        1
    ] * 4
    stayed = {leaver.pk} if Series.objects.filter(client=leaver, ended_at=None).exists() else set()
    everybody = {
        practice.client.pk,
        practice.other_client.pk,
        twice.pk,
        *stayed,
        *(each.pk for each in guests),
    }
    assert [sorted(each.client_id for each in found) for found in sessions.values()] == [
        sorted(everybody)
    ] * 4


def test_who_joins_a_group_that_is_called_off_at_once_never_comes_to_it_alone(practice: Cast) -> None:
    desk = practice.front_desk
    series = plan_group(practice, group_terms(practice, practice.other_client))
    first = Appointment.objects.filter(series=series).select_related("series").order_by("start_time")[0]
    whole = reached(desk, first, Scope.ALL, whole=True)
    call_off = partial(
        cancel_series, actor=desk, appointment_id=first.pk, scope=Scope.ALL, reason=CancelReason.OTHER,
        cancelled_by=CancelledBy.PRACTICE, seen=listing(whole), whole=True,
    )  # fmt: skip
    guests = [ClientFactory.create() for _ in range(4)]
    join = partial(join_group_series, actor=desk, appointment_id=first.pk, anyway=True)
    ended = all_at_once([call_off, *(partial(join, client_id=each.pk) for each in guests)])
    sizes = [len(found) for found in coming(series).values()]
    if ended["PlanChanged"]:
        assert (ended["done"], sizes) == (4, [6] * 4)
    else:
        assert (ended, sizes) == ({"done": 1, "NoGroupSession": 4}, [])
