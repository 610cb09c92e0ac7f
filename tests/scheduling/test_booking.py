"""Booking: who may, what is refused, what is asked about first."""

from datetime import date
from typing import Any

import pytest

from accounts.choices import Role
from clients.choices import ClientStatus
from mentalspace.core.errors import NotPermitted
from mentalspace.core.models import AuditEvent
from scheduling import services
from scheduling.choices import AppointmentStatus, AppointmentType, CancelledBy, CancelReason
from scheduling.errors import BadLength, Clash, NeedsConfirmation, NotBookable, SlotTaken, WrongStatus
from scheduling.models import Appointment, AppointmentEvent
from staff.choices import StaffStatus
from tests.cast import Cast
from tests.clients.factories import ClientFactory
from tests.scheduling.conftest import at
from tests.scheduling.factories import AppointmentFactory

pytestmark = pytest.mark.usefixtures("stopped_clock")


def book(cast: Cast, **changes: Any) -> Appointment:
    facts: dict[str, Any] = {
        "actor": cast.front_desk,
        "client_id": cast.client.pk,
        "staff_id": cast.therapist.staff.pk,
        "start": at(14),
        "minutes": 50,
    }
    return services.book_appointment(**{**facts, **changes})


def test_a_booking_is_kept_with_its_history_and_its_trace(cast: Cast) -> None:
    made = book(cast, notes="Ground floor", type=AppointmentType.INTAKE)
    stored = Appointment.objects.get(pk=made.pk)
    assert (stored.start_time, stored.end_time) == (at(14), at(14, 50))
    assert (stored.status, stored.billing_code, stored.notes) == ("scheduled", "90791", "Ground floor")
    assert stored.created_by == cast.front_desk.staff
    event = AppointmentEvent.objects.get(appointment=stored)
    assert (event.from_status, event.to_status, event.by) == ("", "scheduled", cast.front_desk.staff)
    trace = AuditEvent.objects.get(verb="appointment.booked")
    assert trace.object_id == str(stored.pk)
    assert trace.client_id == cast.client.pk
    assert "Ground floor" not in str(trace.changes)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.FRONT_DESK, Role.THERAPIST])
def test_desk_administrator_and_the_clinician_book(cast: Cast, role: str) -> None:
    assert book(cast, actor=cast.by_role()[role]).staff == cast.therapist.staff


@pytest.mark.parametrize("role", [Role.BILLER, Role.SUPERVISOR, Role.ASSOCIATE])
def test_nobody_else_books_for_her(cast: Cast, role: str) -> None:
    with pytest.raises(NotPermitted):
        book(cast, actor=cast.by_role()[role])
    assert not Appointment.objects.exists()


def test_a_client_one_may_not_know_of_cannot_be_booked(cast: Cast) -> None:
    with pytest.raises(NotBookable) as refused:
        book(cast, actor=cast.therapist, client_id=cast.other_client.pk)
    assert refused.value.field == "client"


def test_an_overlap_names_the_time_and_offers_the_nearest_free_ones(cast: Cast) -> None:
    first = book(cast, client_id=cast.other_client.pk)
    with pytest.raises(SlotTaken) as refused:
        book(cast, start=at(14, 30))
    assert refused.value.message == "Thea Therapist already has an appointment, 2:00 – 2:50 PM."
    assert [clash.appointment_id for clash in refused.value.clashes] == [first.pk]
    assert refused.value.openings == (at(13), at(15), at(15, 30), at(16))


def test_what_one_may_not_see_is_only_busy(cast: Cast) -> None:
    """A supervisor knows her supervisee's client, but not what a colleague does with her."""
    hidden = AppointmentFactory.create(
        staff=cast.stranger.staff, client=cast.client, start_time=at(14), end_time=at(15)
    )
    with pytest.raises(SlotTaken) as refused:
        book(cast, actor=cast.supervisor, staff_id=cast.supervisor.staff.pk)
    assert refused.value.message == "The client is busy, 2:00 – 3:00 PM."
    assert refused.value.clashes == (Clash(hidden.start_time, hidden.end_time, of_client=True),)


def test_one_may_start_when_the_other_ends(cast: Cast) -> None:
    book(cast)
    assert book(cast, start=at(14, 50), client_id=cast.other_client.pk).minutes == 50


def test_a_client_cannot_be_in_two_places(cast: Cast) -> None:
    book(cast)
    with pytest.raises(SlotTaken) as refused:
        book(cast, staff_id=cast.stranger.staff.pk, start=at(14, 15))
    assert refused.value.message == "The client already has an appointment, 2:00 – 2:50 PM."


def test_what_was_called_off_frees_its_time(cast: Cast) -> None:
    first = book(cast)
    services.cancel_appointment(
        actor=cast.front_desk,
        appointment_id=first.pk,
        reason=CancelReason.WEATHER,
        cancelled_by=CancelledBy.PRACTICE,
    )
    assert book(cast).status == AppointmentStatus.SCHEDULED


@pytest.mark.parametrize(
    ("start", "says"),
    [
        (at(18), "Thea Therapist works 9:00 AM – 5:00 PM on Monday, September 14, 2026."),
        (at(16, 30), "Thea Therapist works 9:00 AM – 5:00 PM on Monday, September 14, 2026."),
        (at(10, day=date(2026, 9, 19)), "Thea Therapist does not work on Saturdays."),
        (at(8, 0, date(2026, 9, 11)), "09/11/2026 8:00 AM has already passed."),
    ],
)
def test_the_unusual_is_asked_about_and_booked_when_confirmed(cast: Cast, start: Any, says: str) -> None:
    with pytest.raises(NeedsConfirmation) as asked:
        book(cast, start=start)
    assert says in asked.value.reasons
    made = book(cast, start=start, anyway=True)
    assert AppointmentEvent.objects.get(appointment=made).detail.startswith("Booked although: ")


def test_a_client_who_left_is_asked_about_and_one_who_died_is_refused(cast: Cast) -> None:
    cast.client.status = ClientStatus.DISCHARGED
    cast.client.save()
    with pytest.raises(NeedsConfirmation, match="not active"):
        book(cast)
    cast.client.status = ClientStatus.DECEASED
    cast.client.save()
    with pytest.raises(NotBookable, match="deceased"):
        book(cast, anyway=True)


def test_who_left_the_practice_is_not_booked(cast: Cast) -> None:
    cast.therapist.staff.status = StaffStatus.INACTIVE
    cast.therapist.staff.save()
    with pytest.raises(NotBookable) as refused:
        book(cast)
    assert refused.value.field == "staff"


@pytest.mark.parametrize("minutes", [0, -50, 4, 481])
def test_a_length_that_makes_no_sense_is_refused(cast: Cast, minutes: int) -> None:
    with pytest.raises(BadLength):
        book(cast, minutes=minutes)


def group(cast: Cast, *clients: Any) -> list[Appointment]:
    return services.book_group_session(
        actor=cast.front_desk,
        client_ids=[client.pk for client in clients],
        staff_id=cast.therapist.staff.pk,
        start=at(14),
        minutes=90,
    )


def test_a_group_has_a_row_each_and_one_session(cast: Cast) -> None:
    rows = group(cast, cast.client, cast.other_client)
    assert {row.group_session for row in rows} == {rows[0].group_session}
    assert rows[0].group_session is not None
    assert [row.client for row in rows] == [cast.client, cast.other_client]
    assert {row.billing_code for row in rows} == {"90853"}


def test_a_group_is_booked_whole_or_not_at_all(cast: Cast) -> None:
    book(cast, staff_id=cast.stranger.staff.pk, client_id=cast.other_client.pk, start=at(15))
    with pytest.raises(SlotTaken):
        group(cast, cast.client, cast.other_client)
    assert Appointment.objects.filter(type=AppointmentType.GROUP).count() == 0


def test_a_client_joins_a_group_once(cast: Cast) -> None:
    first, _second = group(cast, cast.client, cast.other_client)
    third = ClientFactory.create()
    joined = services.join_group_session(actor=cast.front_desk, appointment_id=first.pk, client_id=third.pk)
    assert (joined.group_session, joined.start_time, joined.end_time) == (
        first.group_session,
        first.start_time,
        first.end_time,
    )
    with pytest.raises(SlotTaken):
        services.join_group_session(actor=cast.front_desk, appointment_id=first.pk, client_id=third.pk)


def test_somebody_elses_single_session_takes_no_further_clients(cast: Cast) -> None:
    single = book(cast)
    with pytest.raises(WrongStatus):
        services.join_group_session(
            actor=cast.front_desk, appointment_id=single.pk, client_id=cast.other_client.pk
        )


def test_a_group_does_not_let_another_appointment_in(cast: Cast) -> None:
    group(cast, cast.client)
    with pytest.raises(SlotTaken):
        book(cast, client_id=cast.other_client.pk, start=at(15))
