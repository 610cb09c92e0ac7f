"""Moving in place, rescheduling with a link, and dragging."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from mentalspace.core.errors import NotPermitted, StaleVersion
from scheduling import services
from scheduling.choices import AppointmentType
from scheduling.errors import AppointmentError, NeedsConfirmation, NoteHangsOnIt, SlotTaken, WrongStatus
from scheduling.models import Appointment
from tests.cast import Cast
from tests.clients.factories import ClientFactory
from tests.documents.factories import DocumentFactory
from tests.scheduling.conftest import at
from tests.scheduling.factories import AppointmentFactory

pytestmark = pytest.mark.usefixtures("stopped_clock")
TOMORROW = date(2026, 9, 15)


@pytest.fixture
def appointment(cast: Cast) -> Appointment:
    return AppointmentFactory.create(
        staff=cast.therapist.staff,
        client=cast.client,
        start_time=at(14),
        end_time=at(14, 50),
        status="confirmed",
    )


def move(cast: Cast, appointment: Appointment, start: Any, **changes: Any) -> Appointment:
    facts: dict[str, Any] = {"actor": cast.front_desk, "minutes": 50, **changes}
    return services.move_appointment(appointment_id=appointment.pk, start=start, **facts)


def test_a_confirmation_was_for_the_old_time(cast: Cast, appointment: Appointment) -> None:
    moved = move(cast, appointment, at(15))
    assert (moved.start_time, moved.end_time, moved.status, moved.version) == (
        at(15),
        at(15, 50),
        "scheduled",
        2,
    )
    event = moved.events.get()
    assert (event.from_status, event.to_status, event.detail) == (
        "confirmed",
        "scheduled",
        "Moved from 09/14/2026 2:00 PM.",
    )


def test_stretching_keeps_the_confirmation(cast: Cast, appointment: Appointment) -> None:
    moved = move(cast, appointment, at(14), minutes=90)
    assert (moved.end_time, moved.status) == (at(15, 30), "confirmed")


def test_one_may_overlap_oneself_but_nobody_else(cast: Cast, appointment: Appointment) -> None:
    AppointmentFactory.create(staff=cast.therapist.staff, start_time=at(16), end_time=at(17))
    assert move(cast, appointment, at(14, 30)).start_time == at(14, 30)
    with pytest.raises(SlotTaken):
        move(cast, appointment, at(15, 30))


def test_another_clinician(cast: Cast, appointment: Appointment) -> None:
    moved = move(cast, appointment, at(14), staff_id=cast.stranger.staff.pk)
    assert moved.staff == cast.stranger.staff
    assert moved.events.get().detail == "Moved from 09/14/2026 2:00 PM with Thea Therapist."
    with pytest.raises(NotPermitted):
        move(cast, appointment, at(14), staff_id=cast.therapist.staff.pk, actor=cast.therapist)


def test_with_a_note_begun_it_stays_with_its_clinician(cast: Cast, appointment: Appointment) -> None:
    DocumentFactory.create(
        client=cast.client, staff=cast.therapist.staff, appointment=appointment, type="progress_note"
    )
    with pytest.raises(NoteHangsOnIt):
        move(cast, appointment, at(14), staff_id=cast.stranger.staff.pk)
    assert move(cast, appointment, at(15)).start_time == at(15)


def test_who_opened_it_earlier_does_not_overwrite(cast: Cast, appointment: Appointment) -> None:
    move(cast, appointment, at(15), version=1)
    with pytest.raises(StaleVersion):
        move(cast, appointment, at(16), version=1)


def test_what_has_begun_stays(cast: Cast, appointment: Appointment) -> None:
    Appointment.objects.update(status="in_session")
    with pytest.raises(WrongStatus):
        move(cast, appointment, at(15))


def test_a_group_moves_as_one(cast: Cast) -> None:
    clients = [cast.client, cast.other_client, ClientFactory.create()]
    rows = services.book_group_session(
        actor=cast.front_desk,
        client_ids=[client.pk for client in clients],
        staff_id=cast.therapist.staff.pk,
        start=at(14),
        minutes=90,
    )
    move(cast, rows[1], at(15), minutes=90)
    assert set(Appointment.objects.values_list("start_time", flat=True)) == {at(15)}
    assert Appointment.objects.filter(type=AppointmentType.GROUP).count() == 3


def test_rescheduling_links_both_ways_and_frees_the_time(cast: Cast, appointment: Appointment) -> None:
    new = services.reschedule_appointment(
        actor=cast.front_desk, appointment_id=appointment.pk, start=at(10, day=TOMORROW), minutes=60
    )
    appointment.refresh_from_db()
    assert (appointment.status, appointment.rescheduled_to) == ("rescheduled", new)
    assert (new.rescheduled_from, new.status, new.type, new.minutes) == (
        appointment,
        "scheduled",
        "individual",
        60,
    )
    assert [event.detail for event in appointment.events.all()] == ["To 09/15/2026 10:00 AM."]
    assert [event.detail for event in new.events.all()] == ["Rescheduled from 09/14/2026 2:00 PM."]
    AppointmentFactory.create(staff=cast.therapist.staff, start_time=at(14), end_time=at(15))
    with pytest.raises(WrongStatus):
        services.reschedule_appointment(
            actor=cast.front_desk, appointment_id=appointment.pk, start=at(11, day=TOMORROW), minutes=60
        )


def test_a_refused_reschedule_leaves_the_old_one_as_it_was(cast: Cast, appointment: Appointment) -> None:
    AppointmentFactory.create(staff=cast.therapist.staff, start_time=at(16), end_time=at(17))
    with pytest.raises(SlotTaken):
        services.reschedule_appointment(
            actor=cast.front_desk, appointment_id=appointment.pk, start=at(16), minutes=50
        )
    with pytest.raises(NeedsConfirmation):
        services.reschedule_appointment(
            actor=cast.front_desk, appointment_id=appointment.pk, start=at(22), minutes=50
        )
    appointment.refresh_from_db()
    assert appointment.status == "confirmed"


@pytest.fixture
def desk(cast: Cast) -> Browser:
    browser = Browser()
    browser.force_login(cast.front_desk)
    return browser


def drag(desk: Browser, appointment: Appointment, start: str, **changes: Any) -> Any:
    body = {"start": start, "minutes": 50, "staff": str(appointment.staff_id), "version": 1, **changes}
    return desk.post(reverse("scheduling:appointment_drag", args=[appointment.pk]), body)


def test_a_drag_is_a_wall_time(desk: Browser, appointment: Appointment) -> None:
    assert drag(desk, appointment, "2026-09-14T15:15").json() == {"moved": True}
    appointment.refresh_from_db()
    assert appointment.start_time == at(15, 15)


def test_a_drag_outside_hours_asks_and_is_done_when_confirmed(
    desk: Browser, appointment: Appointment
) -> None:
    asked = drag(desk, appointment, "2026-09-14T18:00")
    assert asked.status_code == 409
    assert asked.json()["asks"] == "Thea Therapist works 9:00 AM – 5:00 PM on Monday, September 14, 2026."
    assert drag(desk, appointment, "2026-09-14T18:00", anyway="other").status_code == 409
    assert drag(desk, appointment, "2026-09-14T18:00", anyway=asked.json()["anyway"]).json() == {
        "moved": True
    }


def test_a_drag_onto_another_is_refused_with_the_sentence(
    desk: Browser, cast: Cast, appointment: Appointment
) -> None:
    AppointmentFactory.create(staff=cast.therapist.staff, start_time=at(16), end_time=at(17))
    answer = drag(desk, appointment, "2026-09-14T15:30")
    assert answer.status_code == 409
    assert answer.json()["refused"].startswith(
        "Thea Therapist already has an appointment, 4:00 – 5:00 PM. Free: "
    )
    appointment.refresh_from_db()
    assert appointment.start_time == at(14)


@pytest.mark.parametrize("start", ["", "tomorrow", "2026-09-14T25:00", "2026-09-14"])
def test_a_drag_that_cannot_be_read_changes_nothing(
    desk: Browser, appointment: Appointment, start: str
) -> None:
    assert drag(desk, appointment, start).status_code == 422


def test_the_move_form_offers_free_times_and_takes_one(
    desk: Browser, cast: Cast, appointment: Appointment
) -> None:
    AppointmentFactory.create(staff=cast.therapist.staff, start_time=at(16), end_time=at(17))
    url = reverse("scheduling:appointment_move", args=[appointment.pk])
    form = {
        "staff": str(cast.therapist.staff.pk),
        "date": "09/14/2026",
        "start": "4:00 PM",
        "minutes": "50",
        "version": "1",
    }
    refused = desk.post(url, form)
    assert refused.status_code == 422
    assert 'value="2026-09-14T15:00"' in refused.content.decode()
    assert desk.post(url, {**form, "opening": "2026-09-14T15:00"}).status_code == 302
    appointment.refresh_from_db()
    assert appointment.start_time == at(15)
    assert appointment.end_time - appointment.start_time == timedelta(minutes=50)


def reschedule(cast: Cast, appointment: Appointment, start: Any) -> Appointment:
    return services.reschedule_appointment(
        actor=cast.front_desk, appointment_id=appointment.pk, start=start, minutes=50
    )


def test_a_rescheduling_is_taken_back_within_minutes(cast: Cast, appointment: Appointment) -> None:
    new = reschedule(cast, appointment, at(15, day=TOMORROW))
    desk = Browser()
    desk.force_login(cast.front_desk)
    page = desk.get(reverse("scheduling:appointment_detail", args=[new.pk]))
    assert "Undo “rescheduled”" in page.content.decode()
    undone = services.undo_last_step(actor=cast.front_desk, appointment_id=appointment.pk)
    new.refresh_from_db()
    assert (undone.status, new.status, new.rescheduled_from, new.cancelled_by) == (
        "confirmed",
        "cancelled",
        None,
        "practice",
    )
    assert new.events.order_by("-id")[0].detail == "The rescheduling was taken back."
    # It can be rescheduled once more, and its time of before is taken by nobody but itself.
    assert reschedule(cast, appointment, at(15, day=TOMORROW)).rescheduled_from_id == appointment.pk


def test_a_rescheduling_stays_once_its_time_was_given_away(cast: Cast, appointment: Appointment) -> None:
    reschedule(cast, appointment, at(15, day=TOMORROW))
    AppointmentFactory.create(staff=cast.therapist.staff, start_time=at(14), end_time=at(14, 50))
    with pytest.raises(SlotTaken):
        services.undo_last_step(actor=cast.front_desk, appointment_id=appointment.pk)
    appointment.refresh_from_db()
    assert (appointment.status, appointment.rescheduled_to.status) == ("rescheduled", "scheduled")


def test_a_rescheduling_stays_once_something_was_done_with_the_new_one(
    cast: Cast, appointment: Appointment
) -> None:
    new = reschedule(cast, appointment, at(15, day=TOMORROW))
    services.confirm(actor=cast.front_desk, appointment_id=new.pk)
    with pytest.raises(AppointmentError, match="was changed since"):
        services.undo_last_step(actor=cast.front_desk, appointment_id=appointment.pk)
    appointment.refresh_from_db()
    assert appointment.status == "rescheduled"
