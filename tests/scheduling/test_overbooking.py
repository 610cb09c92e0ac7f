"""Overbooking: who may, with which reason, what the database lets through, and how the calendar shows it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.urls import reverse

from accounts.choices import Role
from mentalspace.core.errors import NotPermitted
from mentalspace.core.models import AuditEvent
from scheduling import services
from scheduling.choices import CancelledBy, CancelReason
from scheduling.errors import SlotTaken
from scheduling.models import Appointment
from scheduling.services.fitting import Overbooking
from tests.cast import Cast
from tests.clients.factories import ClientFactory
from tests.scheduling.conftest import at
from tests.scheduling.factories import AppointmentFactory
from tests.scheduling.test_appointment_create import form

pytestmark = [pytest.mark.usefixtures("stopped_clock"), pytest.mark.django_db]
URL = "/appointments/new/"
WHY = Overbooking("Crisis, agreed by phone")


def browser_of(user: Any) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


@pytest.fixture
def first(cast: Cast) -> Appointment:
    """The therapist has another client at two."""
    return AppointmentFactory.create(staff=cast.therapist.staff, start_time=at(14), end_time=at(14, 50))


def book(cast: Cast, **changes: Any) -> Appointment:
    facts: dict[str, Any] = {
        "actor": cast.front_desk, "client_id": cast.client.pk, "staff_id": cast.therapist.staff.pk,
        "start": at(14), "minutes": 50,
    }  # fmt: skip
    return services.book_appointment(**{**facts, **changes})


def test_with_a_reason_both_stand_side_by_side(cast: Cast, first: Appointment) -> None:
    made = book(cast, overbooking=WHY)
    stored = Appointment.objects.get(pk=made.pk)
    assert (stored.overbooked, stored.overbook_reason) == (True, "Crisis, agreed by phone")
    assert not Appointment.objects.get(pk=first.pk).overbooked
    assert stored.events.get().detail == "Overbooked: Crisis, agreed by phone."
    trace = AuditEvent.objects.get(verb="appointment.booked")
    assert trace.changes["overbooked"] == [None, "True"]
    assert "Crisis" not in str(trace.changes)
    with connection.cursor() as cursor:
        cursor.execute("SELECT overbook_reason FROM appointments WHERE id = %s", [made.pk])
        assert "Crisis" not in cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("role", "may"),
    [(Role.ADMIN, True), (Role.FRONT_DESK, True), (Role.THERAPIST, True), (Role.SUPERVISOR, False)],
)
def test_who_may(cast: Cast, first: Appointment, role: str, may: bool) -> None:
    """Whoever schedules for this clinician; a clinician for nobody but themselves."""
    actor = cast.by_role()[role]
    if may:
        assert book(cast, actor=actor, overbooking=WHY).overbooked
    else:
        with pytest.raises(NotPermitted):
            book(cast, actor=actor, overbooking=WHY)


def test_without_a_reason_or_for_another_clash_it_is_refused(cast: Cast, first: Appointment) -> None:
    with pytest.raises(SlotTaken) as refused:
        book(cast)
    assert refused.value.overbookable
    with pytest.raises(SlotTaken):
        book(cast, overbooking=Overbooking("", refused.value.token))
    with pytest.raises(SlotTaken):
        book(cast, start=at(14, 30), overbooking=Overbooking("Crisis", refused.value.token))
    assert book(cast, overbooking=Overbooking("Crisis", refused.value.token)).overbooked


def test_a_client_is_never_in_two_places(cast: Cast, first: Appointment) -> None:
    """Neither with the same clinician nor with another one, whatever the reason."""
    for staff in (cast.therapist.staff, cast.stranger.staff):
        with pytest.raises(SlotTaken) as refused:
            book(cast, client_id=first.client_id, staff_id=staff.pk, overbooking=WHY)
        assert not refused.value.overbookable
    with pytest.raises(IntegrityError, match="appointments_client_once"), transaction.atomic():
        AppointmentFactory.create(
            staff=cast.stranger.staff, client=first.client, start_time=at(14), end_time=at(15),
            overbooked=True, overbook_reason="Anyway",
        )  # fmt: skip


def test_the_database_exempts_only_what_says_why(cast: Cast, first: Appointment) -> None:
    there = {"staff": first.staff, "start_time": at(14), "end_time": at(15)}
    with pytest.raises(IntegrityError, match="appointments_clinician_once"), transaction.atomic():
        AppointmentFactory.create(**there)
    with pytest.raises(IntegrityError, match="appointments_overbooked_says_why"), transaction.atomic():
        AppointmentFactory.create(**there, overbooked=True)
    assert AppointmentFactory.create(**there, overbooked=True, overbook_reason="Crisis").overbooked


def test_nobody_is_booked_over_one_without_being_asked(cast: Cast, first: Appointment) -> None:
    """The overbooked one takes its clinician's time like any other."""
    book(cast, start=at(14, 30), overbooking=WHY)
    with pytest.raises(SlotTaken):
        book(cast, client_id=ClientFactory.create().pk, start=at(15))


def test_moving_onto_another_one_and_away_again(cast: Cast, first: Appointment) -> None:
    mine = book(cast, start=at(9, 30))
    facts: dict[str, Any] = {"actor": cast.front_desk, "appointment_id": mine.pk, "minutes": 50}
    with pytest.raises(SlotTaken) as refused:
        services.move_appointment(**facts, start=at(14))
    token = refused.value.token
    moved = services.move_appointment(**facts, start=at(14), overbooking=Overbooking("Crisis", token))
    assert (moved.overbooked, moved.start_time) == (True, at(14))
    assert mine.events.order_by("-id")[0].detail.endswith("Overbooked: Crisis.")
    away = services.move_appointment(**facts, start=at(15))
    assert (away.overbooked, away.overbook_reason) == (False, "")


def test_rescheduling_onto_another_one(cast: Cast, first: Appointment) -> None:
    mine = book(cast, start=at(9, 30))
    new = services.reschedule_appointment(
        actor=cast.front_desk, appointment_id=mine.pk, start=at(14), minutes=50, overbooking=WHY
    )
    assert (new.overbooked, new.overbook_reason) == (True, "Crisis, agreed by phone")


def test_one_that_was_cancelled_comes_back_beside_the_other(cast: Cast, first: Appointment) -> None:
    mine = book(cast, overbooking=WHY)
    services.cancel_appointment(
        actor=cast.front_desk,
        appointment_id=mine.pk,
        reason=CancelReason.OTHER,
        cancelled_by=CancelledBy.CLIENT,
    )
    assert services.undo_last_step(actor=cast.front_desk, appointment_id=mine.pk).status == "scheduled"


def test_a_client_joins_a_group_that_stands_beside_another(cast: Cast, first: Appointment) -> None:
    group = services.book_group_session(
        actor=cast.front_desk, client_ids=[cast.client.pk], staff_id=first.staff_id, start=at(14), minutes=50,
        overbooking=WHY,
    )  # fmt: skip
    joined = services.join_group_session(
        actor=cast.front_desk, appointment_id=group[0].pk, client_id=ClientFactory.create().pk
    )
    assert (joined.overbooked, joined.overbook_reason) == (True, "Crisis, agreed by phone")


def test_the_form_names_the_clash_and_offers_it(cast: Cast, first: Appointment) -> None:
    desk = browser_of(cast.front_desk)
    page = desk.post(URL, form(cast)).content.decode()
    assert "already has an appointment, 2:00 – 2:50 PM." in page
    assert "Nearest free times" in page
    assert "Overbook, with a reason" in page
    token = page.split('name="beside" value="')[1].split('"')[0]
    silent = desk.post(URL, form(cast, beside=token, overbook="1"))
    assert "Say why both are booked at the same time." in silent.content.decode()
    answer = desk.post(URL, form(cast, beside=token, overbook="1", overbook_reason="Crisis"))
    assert answer.status_code == 302
    assert Appointment.objects.filter(overbooked=True).count() == 1


def test_the_form_offers_it_to_nobody_for_the_clients_own_clash(cast: Cast) -> None:
    AppointmentFactory.create(
        staff=cast.stranger.staff, client=cast.client, start_time=at(14), end_time=at(14, 50)
    )
    page = browser_of(cast.front_desk).post(URL, form(cast)).content.decode()
    assert "already has an appointment" in page
    assert "Overbook, with a reason" not in page


def test_the_reason_survives_the_question_that_follows(cast: Cast, first: Appointment) -> None:
    """At seven in the evening the therapist does not work: the clash is settled first, then the hours."""
    Appointment.objects.filter(pk=first.pk).update(start_time=at(19), end_time=at(20))
    desk, evening = browser_of(cast.front_desk), form(cast, start="7:00 PM")
    page = desk.post(URL, evening).content.decode()
    token = page.split('name="beside" value="')[1].split('"')[0]
    page = desk.post(URL, {**evening, "beside": token, "overbook_reason": "Crisis"}).content.decode()
    assert "works 9:00 AM – 5:00 PM" in page
    assert 'name="overbook_reason" value="Crisis"' in page
    assert Appointment.objects.count() == 1


def test_the_calendar_shows_both_side_by_side_with_the_word(cast: Cast, first: Appointment) -> None:
    made = book(cast, overbooking=WHY)
    html = browser_of(cast.therapist).get("/schedule/?view=day&date=2026-09-14").content.decode()
    columns = html.split('class="cal-legend"')[0]
    assert columns.count("l1of2") == 1
    assert columns.count("l2of2") == 1
    assert columns.count("Overbooked") == 1
    page = browser_of(cast.therapist).get(reverse("scheduling:appointment_detail", args=[made.pk]))
    assert "Overbooked beside another appointment: Crisis, agreed by phone" in page.content.decode()


def test_dragging_onto_another_one_leads_to_the_form_that_asks_why(cast: Cast, first: Appointment) -> None:
    mine = book(cast, start=at(9, 30))
    answer = browser_of(cast.therapist).post(
        reverse("scheduling:appointment_drag", args=[mine.pk]),
        {"start": "2026-09-14T14:00", "minutes": 50, "staff": str(first.staff_id), "version": mine.version},
    )
    assert answer.status_code == 409
    move = answer.json()["overbook"]
    page = browser_of(cast.therapist).get(move).content.decode()
    assert 'name="start" value="2:00 PM"' in page
    assert mine.start_time == at(14) - timedelta(hours=4, minutes=30)


def hidden(page: str, name: str) -> str:
    return page.split(f'name="{name}" value="')[1].split('"', maxsplit=1)[0]


def test_pressing_twice_going_back_and_sending_again_book_once(cast: Cast, first: Appointment) -> None:
    """Through the clash and the question about the hours, each answered on a form of its own."""
    Appointment.objects.filter(pk=first.pk).update(start_time=at(19), end_time=at(20))
    desk = browser_of(cast.front_desk)
    opened = desk.get(URL).content.decode()
    typed = form(cast, start="7:00 PM", _once=hidden(opened, "_once"))
    clash = desk.post(URL, typed).content.decode()
    reasoned = {
        **typed, "_once": hidden(clash, "_once"), "beside": hidden(clash, "beside"), "overbook_reason": "Crisis"
    }  # fmt: skip
    asked = desk.post(URL, reasoned).content.decode()
    question = asked.split('name="anyway"')[1].split('value="')[1].split('"')[0]
    answered = {**reasoned, "_once": hidden(asked, "_once"), "anyway": question}
    ends = [desk.post(URL, answered) for _ in range(3)]
    assert {end.status_code for end in ends} == {302}
    assert len({end.headers["Location"] for end in ends}) == 1
    # Back to each form of the way, sent once more.
    for earlier in (typed, reasoned, {**answered, "_once": hidden(clash, "_once")}):
        assert desk.post(URL, earlier).status_code == 422
    assert Appointment.objects.filter(client=cast.client).count() == 1
