"""Find a time: what it finds among real rows, at what cost, and the page that books by one click."""

from datetime import UTC, date, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from mentalspace.core import practice
from mentalspace.core.models import AuditEvent
from scheduling import services
from scheduling.defaults import ScheduleDefaults
from scheduling.errors import NeedsConfirmation
from scheduling.finding import Wanted, find_times
from scheduling.models import Appointment, Closure
from scheduling.openings import nearest_openings
from staff.choices import LicenseType
from staff.models import Staff
from tests.cast import Cast
from tests.scheduling.conftest import NEW_YORK, TODAY, at
from tests.scheduling.factories import AppointmentFactory

pytestmark = [pytest.mark.usefixtures("stopped_clock"), pytest.mark.django_db]
URL = "/schedule/find/"
WEEK = Wanted(minutes=50, first=TODAY, last=TODAY + timedelta(days=6))


def browser_of(user: Any) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def starts(staff: list[Staff], wanted: Wanted = WEEK, **more: Any) -> list[str]:
    """`09/14 09:00` for every start found."""
    from mentalspace.core import clock

    return [
        f"{clock.local(start):%m/%d %H:%M}"
        for day in find_times(staff, wanted, **more)
        for _, found in day.by_staff
        for start in found
    ]


def test_what_is_taken_is_taken_in_whatever_zone_a_request_is_answered(cast: Cast) -> None:
    staff = cast.therapist.staff
    AppointmentFactory.create(staff=staff, start_time=at(9), end_time=at(16))
    today = Wanted(minutes=50, first=TODAY, last=TODAY)
    for zone in (NEW_YORK, UTC):
        with timezone.override(zone):
            assert starts([staff], today) == ["09/14 16:00"]


def test_it_leaves_out_what_is_booked_off_or_closed(cast: Cast) -> None:
    staff = cast.therapist.staff
    AppointmentFactory.create(staff=staff, start_time=at(9), end_time=at(16))
    AppointmentFactory.create(
        staff=staff, start_time=at(9), end_time=at(10), status="cancelled", cancelled_at=at(9),
        cancel_reason="other", cancelled_by="client",
    )  # fmt: skip
    Closure.objects.create(name="Retreat", day=date(2026, 9, 15))
    wanted = Wanted(minutes=50, first=TODAY, last=date(2026, 9, 16), latest=time(10))
    assert starts([staff], wanted) == ["09/16 09:00"]
    assert starts([staff], Wanted(minutes=50, first=TODAY, last=TODAY)) == ["09/14 16:00"]


def test_a_clients_own_appointments_count(cast: Cast) -> None:
    AppointmentFactory.create(
        staff=cast.stranger.staff, client=cast.client, start_time=at(10), end_time=at(17)
    )
    today = Wanted(minutes=50, first=TODAY, last=TODAY)
    assert "09/14 13:00" in starts([cast.therapist.staff], today)
    assert starts([cast.therapist.staff], today, client_id=cast.client.pk) == ["09/14 09:00"]


def test_it_takes_three_queries_for_anybody(cast: Cast) -> None:
    for number in range(5):
        AppointmentFactory.create(staff=cast.therapist.staff, start_time=at(9) + timedelta(hours=number))
    with practice.loaded():
        practice.get(ScheduleDefaults)
        with CaptureQueriesContext(connection) as captured:
            find_times([cast.therapist.staff, cast.stranger.staff], WEEK, client_id=cast.client.pk)
    assert len(captured) == 3


def test_lead_time_and_buffer_are_kept_and_asked_about(cast: Cast) -> None:
    practice.save(ScheduleDefaults(lead_hours=4, ask_buffer=True, buffer_minutes=10))
    staff = cast.therapist.staff
    AppointmentFactory.create(staff=staff, start_time=at(15), end_time=at(15, 30))
    assert at(12) not in nearest_openings(staff, at(12), 50)
    assert at(15, 30) not in nearest_openings(staff, at(15), 50)
    facts: dict[str, Any] = {
        "actor": cast.front_desk, "client_id": cast.client.pk, "staff_id": staff.pk, "minutes": 50
    }  # fmt: skip
    with pytest.raises(NeedsConfirmation) as soon:
        services.book_appointment(**facts, start=at(12))
    assert soon.value.reasons == ("It begins less than 4 hours from now.",)
    with pytest.raises(NeedsConfirmation) as tight:
        services.book_appointment(**facts, start=at(15, 30))
    assert tight.value.reasons == (f"{staff.full_name} has less than 10 minutes before or after it.",)
    made = services.book_appointment(**facts, start=at(15, 30), anyway=tight.value.token)
    assert services.move_appointment(
        actor=cast.front_desk, appointment_id=made.pk, start=at(15, 40), minutes=50
    ).start_time == at(15, 40)
    page = browser_of(cast.front_desk).get(f"{URL}?last=09/14/2026").content.decode()
    assert "1:00 PM" in page
    assert "12:30 PM" not in page


def test_without_those_settings_nothing_is_asked(cast: Cast) -> None:
    AppointmentFactory.create(staff=cast.therapist.staff, start_time=at(15), end_time=at(15, 30))
    made = services.book_appointment(
        actor=cast.front_desk, client_id=cast.client.pk, staff_id=cast.therapist.staff.pk, start=at(15, 30),
        minutes=50,
    )  # fmt: skip
    assert made.start_time == at(15, 30)


def test_one_click_books_for_the_client(cast: Cast) -> None:
    desk = browser_of(cast.front_desk)
    page = desk.get(
        f"{URL}?client={cast.client.pk}&staff={cast.therapist.staff.pk}&type=couples"
    ).content.decode()
    assert "Clara Cole" in page
    assert page.count('name="opening" value="2026-09-14T14:00"') == 1
    typed = {
        "staff": str(cast.therapist.staff.pk), "client": str(cast.client.pk), "type": "couples", "minutes": "50",
        "location": "telehealth", "is_billable": "on", "assign": "on", "opening": "2026-09-14T14:00",
    }  # fmt: skip
    assert desk.post(reverse("scheduling:appointment_create"), typed).status_code == 302
    made = Appointment.objects.get()
    assert (made.start_time, made.type, made.client, made.staff) == (
        at(14), "couples", cast.client, cast.therapist.staff
    )  # fmt: skip


def test_without_a_client_a_time_opens_the_form_filled_in(cast: Cast) -> None:
    page = browser_of(cast.front_desk).get(f"{URL}?staff={cast.therapist.staff.pk}").content.decode()
    assert f"staff={cast.therapist.staff.pk}&amp;date=2026-09-14&amp;start=14%3A00" in page
    assert "Monday, September 14, 2026" in page


def test_seven_days_are_shown_and_the_next_ones_follow(cast: Cast) -> None:
    browser = browser_of(cast.therapist)
    page = browser.get(URL).content.decode()
    assert page.count('class="card-header"><h2>') == 7
    assert "first=09%2F23%2F2026" in page
    later = browser.get(f"{URL}?first=09%2F23%2F2026").content.decode()
    assert "Wednesday, September 23, 2026" in later


def test_prescribers_alone_for_what_only_they_do(cast: Cast) -> None:
    desk = browser_of(cast.front_desk)
    assert "Nobody to look for" in desk.get(f"{URL}?type=medication").content.decode()
    Staff.objects.filter(pk=cast.therapist.staff.pk).update(license_type=LicenseType.PMHNP)
    page = desk.get(f"{URL}?type=medication").content.decode()
    assert cast.therapist.staff.full_name in page
    assert page.count('class="find-name"') == 7


def test_it_refuses_in_sentences(cast: Cast) -> None:
    desk = browser_of(cast.front_desk)
    answer = desk.get(f"{URL}?first=09/20/2026&last=09/15/2026&earliest=3pm&latest=2pm")
    assert answer.status_code == 422
    assert "The last day is before 09/20/2026." in answer.content.decode()
    assert "Enter a time after 3:00 PM." in answer.content.decode()


@pytest.mark.parametrize("role", Role.values)
def test_who_schedules_finds_times_of_whom_they_schedule_for(cast: Cast, role: str) -> None:
    answer = browser_of(cast.by_role()[role]).get(URL)
    if role == Role.BILLER:
        assert answer.status_code == 403
        return
    assert answer.status_code == 200
    names = {staff.full_name for staff in Staff.objects.filter(takes_appointments=True)}
    shown = {name for name in names if name in answer.content.decode().split("find-found")[1]}
    at_the_desk = role in {Role.ADMIN, Role.FRONT_DESK}
    assert shown == (names if at_the_desk else {cast.by_role()[role].staff.full_name})


def test_the_trail_names_the_client_looked_for(cast: Cast) -> None:
    browser_of(cast.front_desk).get(f"{URL}?client={cast.client.pk}")
    event = AuditEvent.objects.filter(page="scheduling:find_a_time").get()
    assert cast.client.pk in {event.client_id, *(event.clients or [])}


def test_calendar_chart_and_booking_form_lead_there(cast: Cast) -> None:
    desk = browser_of(cast.front_desk)
    for page in (
        "/schedule/",
        f"/clients/{cast.client.pk}/schedule/",
        f"/appointments/new/?client={cast.client.pk}&date=2026-09-20",
    ):
        assert URL in desk.get(page).content.decode()
