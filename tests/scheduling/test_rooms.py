"""Rooms: one session at a time in each, by the database; chosen in the form, kept by administrators."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse

from accounts.choices import Role
from mentalspace.core.errors import NotPermitted
from scheduling import services
from scheduling.choices import CancelledBy, CancelReason, Location
from scheduling.errors import NotBookable, RoomKnown, SlotTaken
from scheduling.models import Appointment, Room
from scheduling.openings import nearest_openings
from scheduling.services.fitting import InRoom, Overbooking
from tests.cast import Cast
from tests.clients.factories import ClientFactory
from tests.scheduling.conftest import at
from tests.scheduling.factories import AppointmentFactory
from tests.scheduling.test_appointment_create import form

pytestmark = [pytest.mark.usefixtures("stopped_clock"), pytest.mark.django_db]
NEW = "/appointments/new/"


def browser_of(user: Any) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


@pytest.fixture
def blue() -> Room:
    return Room.objects.create(name="Blue room", place="Decatur", capacity=3)


@pytest.fixture
def taken(cast: Cast, blue: Room) -> Appointment:
    """A colleague sits in the blue room at two."""
    return AppointmentFactory.create(
        staff=cast.stranger.staff, start_time=at(14), end_time=at(14, 50), location="office", room=blue
    )


def book(cast: Cast, **changes: Any) -> Appointment:
    facts: dict[str, Any] = {
        "actor": cast.front_desk, "client_id": cast.client.pk, "staff_id": cast.therapist.staff.pk,
        "start": at(14), "minutes": 50, "location": Location.OFFICE,
    }  # fmt: skip
    return services.book_appointment(**{**facts, **changes})


def test_two_never_sit_in_one_room(cast: Cast, blue: Room, taken: Appointment) -> None:
    with pytest.raises(SlotTaken) as refused:
        book(cast, room_id=blue.pk)
    assert refused.value.message == "Blue room is taken, 2:00 – 2:50 PM."
    assert (refused.value.field, refused.value.overbookable) == ("room", False)
    assert at(15) in refused.value.openings
    assert at(14, 30) not in refused.value.openings
    assert book(cast, room_id=blue.pk, start=at(14, 50)).room == blue


def test_the_database_says_so_too(cast: Cast, taken: Appointment) -> None:
    with pytest.raises(IntegrityError, match="appointments_room_once"), transaction.atomic():
        AppointmentFactory.create(start_time=at(14, 30), end_time=at(15), location="office", room=taken.room)
    with pytest.raises(IntegrityError, match="appointments_room_in_office"), transaction.atomic():
        AppointmentFactory.create(start_time=at(16), end_time=at(17), location="telehealth", room=taken.room)


def test_a_reason_puts_two_clients_of_one_clinician_into_a_room_but_never_two_clinicians(
    cast: Cast, blue: Room, taken: Appointment
) -> None:
    reason = Overbooking("Crisis")
    with pytest.raises(SlotTaken):
        book(cast, room_id=blue.pk, overbooking=reason)
    beside = book(cast, staff_id=cast.stranger.staff.pk, room_id=blue.pk, overbooking=reason)
    assert (beside.room, beside.overbooked) == (blue, True)


def test_a_group_session_is_one(cast: Cast, blue: Room) -> None:
    clients = [cast.client.pk, ClientFactory.create().pk]
    group = services.book_group_session(
        actor=cast.front_desk, client_ids=clients, staff_id=cast.therapist.staff.pk, start=at(14), minutes=90,
        room_id=blue.pk,
    )  # fmt: skip
    joined = services.join_group_session(
        actor=cast.front_desk, appointment_id=group[0].pk, client_id=ClientFactory.create().pk
    )
    assert [each.room for each in [*group, joined]] == [blue, blue, blue]


def test_a_session_elsewhere_has_none(cast: Cast, blue: Room) -> None:
    assert book(cast, room_id=blue.pk, location=Location.TELEHEALTH).room is None


def test_one_out_of_use_takes_no_new_sessions_and_keeps_its_own(cast: Cast, blue: Room) -> None:
    mine = book(cast, room_id=blue.pk)
    services.update_room(
        actor=cast.admin, room_id=blue.pk, name="Blue room", place="Decatur", capacity=3, is_active=False
    )
    with pytest.raises(NotBookable):
        book(cast, start=at(15), client_id=ClientFactory.create().pk, room_id=blue.pk)
    moved = services.move_appointment(
        actor=cast.front_desk, appointment_id=mine.pk, start=at(15, 30), minutes=50
    )
    assert moved.room == blue


def test_moving_keeps_the_room_or_takes_another(cast: Cast, blue: Room, taken: Appointment) -> None:
    green = Room.objects.create(name="Green room")
    mine = book(cast, start=at(9, 30), room_id=blue.pk)
    facts: dict[str, Any] = {
        "actor": cast.front_desk, "appointment_id": mine.pk, "start": at(14), "minutes": 50
    }  # fmt: skip
    with pytest.raises(SlotTaken):
        services.move_appointment(**facts)
    assert services.move_appointment(**facts, room=InRoom(green.pk)).room == green
    assert services.move_appointment(**facts, room=InRoom(None)).room is None


def test_rescheduling_keeps_the_room_where_it_stays_at_the_office(cast: Cast, blue: Room) -> None:
    mine = book(cast, start=at(9, 30), room_id=blue.pk)
    new = services.reschedule_appointment(
        actor=cast.front_desk, appointment_id=mine.pk, start=at(15), minutes=50
    )
    assert new.room == blue
    newer = services.reschedule_appointment(
        actor=cast.front_desk, appointment_id=new.pk, start=at(16), minutes=50, location="telehealth"
    )
    assert newer.room is None


def test_a_cancelled_one_comes_back_only_into_a_free_room(cast: Cast, blue: Room) -> None:
    mine = book(cast, room_id=blue.pk)
    services.cancel_appointment(
        actor=cast.front_desk,
        appointment_id=mine.pk,
        reason=CancelReason.OTHER,
        cancelled_by=CancelledBy.CLIENT,
    )
    AppointmentFactory.create(
        staff=cast.stranger.staff, start_time=at(14), end_time=at(15), location="office", room=blue
    )
    with pytest.raises(SlotTaken) as refused:
        services.undo_last_step(actor=cast.front_desk, appointment_id=mine.pk)
    assert refused.value.message == "Blue room is taken, 2:00 – 3:00 PM."


def test_details_change_the_room(cast: Cast, blue: Room, taken: Appointment) -> None:
    mine = book(cast)
    facts: dict[str, Any] = {
        "actor": cast.front_desk, "appointment_id": mine.pk, "type": "individual", "location": "office",
        "is_billable": True, "billing_code": "90834", "notes": "",
    }  # fmt: skip
    with pytest.raises(SlotTaken):
        services.update_details(**facts, version=1, room=InRoom(blue.pk))
    green = Room.objects.create(name="Green room")
    changed = services.update_details(**facts, version=1, room=InRoom(green.pk))
    assert changed.room == green
    assert changed.events.order_by("-id")[0].detail == "Changed: room."
    facts["location"] = "telehealth"
    assert services.update_details(**facts, version=2).room is None


def test_openings_leave_out_when_the_room_is_taken(cast: Cast, blue: Room, taken: Appointment) -> None:
    staff = cast.therapist.staff
    assert at(14) in nearest_openings(staff, at(14), 50)
    assert at(14) not in nearest_openings(staff, at(14), 50, room=blue)
    assert at(14) in nearest_openings(staff, at(14), 50, room=blue, besides=[taken.pk])


def test_the_form_says_which_rooms_are_taken(cast: Cast, blue: Room, taken: Appointment) -> None:
    Room.objects.create(name="Attic", is_active=False)
    desk = browser_of(cast.front_desk)
    page = desk.get(f"{NEW}?date=2026-09-14&start=14:30&location=office").content.decode()
    assert "Blue room, Decatur (3 clients), taken 2:00 – 2:50 PM" in page
    assert "Attic" not in page
    refused = desk.post(NEW, form(cast, room=str(blue.pk)))
    assert "A room is for visits at the office." in refused.content.decode()
    clash = desk.post(NEW, form(cast, room=str(blue.pk), location="office")).content.decode()
    assert "Blue room is taken, 2:00 – 2:50 PM." in clash
    assert "Nearest free times" in clash
    assert (
        desk.post(NEW, form(cast, room=str(blue.pk), location="office", start="3:00 PM")).status_code == 302
    )
    assert Appointment.objects.get(client=cast.client).room == blue


def test_without_rooms_nothing_asks_for_one(cast: Cast) -> None:
    assert 'name="room"' not in browser_of(cast.front_desk).get(NEW).content.decode()


def test_calendar_panel_and_list_name_it(cast: Cast, blue: Room) -> None:
    made = book(cast, room_id=blue.pk)
    browser = browser_of(cast.therapist)
    assert "Blue room, individual therapy" in browser.get("/schedule/?date=2026-09-14").content.decode()
    panel = browser.get(reverse("scheduling:appointment_detail", args=[made.pk])).content.decode()
    assert "Blue room, Decatur" in panel
    assert "Blue room, Decatur" in browser.get("/appointments/").content.decode()


def test_the_forms_of_an_office_visit_move_it_between_rooms(cast: Cast, blue: Room) -> None:
    made = book(cast)
    browser = browser_of(cast.front_desk)
    typed = {"staff": str(made.staff_id), "date": "09/14/2026", "start": "2:00 PM", "minutes": "50"}
    browser.post(
        reverse("scheduling:appointment_move", args=[made.pk]),
        {**typed, "version": "1", "room": str(blue.pk)},
    )
    made.refresh_from_db()
    assert (made.room, made.start_time, made.end_time - made.start_time) == (
        blue, at(14), timedelta(minutes=50)
    )  # fmt: skip
    page = browser.get(reverse("scheduling:appointment_edit", args=[made.pk])).content.decode()
    assert f'value="{blue.pk}" selected' in page


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.ADMIN])
def test_only_administrators_keep_them(cast: Cast, blue: Room, role: str) -> None:
    actor = cast.by_role()[role]
    with pytest.raises(NotPermitted):
        services.create_room(actor=actor, name="Attic")
    assert browser_of(actor).get(reverse("scheduling:room_list")).status_code == 403


def test_the_pages_add_and_change_one(cast: Cast, blue: Room) -> None:
    browser = browser_of(cast.admin)
    new = {"name": " Green  room ", "place": "", "capacity": "", "is_active": "on"}
    browser.post(reverse("scheduling:room_create"), new)
    green = Room.objects.get(name="Green room")
    assert (green.place, green.capacity, green.is_active) == ("", None, True)
    again = browser.post(reverse("scheduling:room_create"), {**new, "name": "green ROOM"})
    assert "There is a room of this name already." in again.content.decode()
    with pytest.raises(RoomKnown):
        services.create_room(actor=cast.admin, name="BLUE room", place="decatur")
    browser.post(reverse("scheduling:room_edit", args=[green.pk]), {**new, "is_active": ""})
    assert not Room.objects.get(pk=green.pk).is_active
    assert "Out of use" in browser.get(reverse("scheduling:room_list")).content.decode()
