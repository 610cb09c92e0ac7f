"""Sessions that an absence or a holiday leaves without their clinician: listed until somebody settles them."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.choices import Role
from mentalspace.core import practice
from scheduling.models import Appointment, Closure
from staff import services as staff_services
from staff.choices import StaffStatus
from staff.defaults import StaffDefaults
from staff.models import Staff
from tests.cast import Cast
from tests.scheduling.conftest import TODAY, at
from tests.scheduling.factories import AppointmentFactory

pytestmark = [pytest.mark.usefixtures("stopped_clock"), pytest.mark.django_db]
URL = "/schedule/to-move/"
WEDNESDAY = TODAY + timedelta(days=2)


def browser_of(user: Any) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


@pytest.fixture
def session(cast: Cast) -> Appointment:
    """The therapist's session on Wednesday at two."""
    start = at(14, day=WEDNESDAY)
    return AppointmentFactory.create(
        staff=cast.therapist.staff,
        client=cast.client,
        start_time=start,
        end_time=start + timedelta(minutes=50),
    )


def away(cast: Cast, day: date = WEDNESDAY, **more: Any) -> None:
    staff_services.add_exception(
        actor=cast.therapist, staff_id=cast.therapist.staff.pk, first_day=day, last_day=day, **more
    )


def page(user: Any, query: str = "") -> str:
    return str(browser_of(user).get(f"{URL}{query}").content.decode())


def test_nothing_is_listed_while_everybody_is_there(cast: Cast, session: Appointment) -> None:
    away(cast, TODAY + timedelta(days=3))
    away(cast, start=time(9), end=time(14))
    assert "Nothing to move" in page(cast.front_desk)


def test_time_off_lists_what_it_hits_with_free_times(cast: Cast, session: Appointment) -> None:
    away(cast, start=time(13), end=time(15))
    html = page(cast.front_desk)
    assert "Clara Cole" in html
    assert "Wednesday, September 16, 2026, 2:00 – 2:50 PM" in html
    assert html.count('name="opening"') == 3
    assert 'value="2026-09-16T15:00"' in html
    assert 'value="2026-09-16T13:30"' not in html


def test_one_click_moves_it_and_it_is_settled(cast: Cast, session: Appointment) -> None:
    away(cast, start=time(13), end=time(15))
    browser = browser_of(cast.front_desk)
    browser.post(
        f"{reverse('scheduling:appointment_move', args=[session.pk])}?next={URL}",
        {
            "staff": str(session.staff_id), "minutes": "50", "version": "1", "room": "",
            "opening": "2026-09-16T15:00",
        },
    )  # fmt: skip
    session.refresh_from_db()
    assert session.start_time == at(15, day=WEDNESDAY)
    assert "Nothing to move" in page(cast.front_desk)


def test_a_holiday_and_leave_list_too(cast: Cast, session: Appointment) -> None:
    Closure.objects.create(name="Staff retreat", day=WEDNESDAY)
    assert "Closed: Staff retreat" in page(cast.front_desk)
    Closure.objects.all().delete()
    Staff.objects.filter(pk=session.staff_id).update(status=StaffStatus.ON_LEAVE)
    assert "On leave" in page(cast.front_desk)


def test_what_is_only_asked_for_lists_nothing_until_it_is_approved(cast: Cast, session: Appointment) -> None:
    practice.save(StaffDefaults(approve_time_off=True))
    away(cast)
    assert "Nothing to move" in page(cast.front_desk)
    asked = Staff.objects.get(pk=session.staff_id).availability["exceptions"][0]
    staff_services.answer_time_off(
        actor=cast.admin, staff_id=session.staff_id, entry=asked["entry"], approved=True
    )
    assert "Clara Cole" in page(cast.front_desk)


def test_a_clinician_sees_their_own_and_the_desk_everybodys(cast: Cast, session: Appointment) -> None:
    away(cast)
    assert "Clara Cole" in page(cast.therapist)
    assert "Clara Cole" not in page(cast.stranger)
    assert "Clara Cole" not in page(cast.front_desk, f"?staff={cast.stranger.staff.pk}")
    assert browser_of(cast.by_role()[Role.BILLER]).get(URL).status_code == 403


def test_entering_an_absence_leads_there(cast: Cast, session: Appointment) -> None:
    staff = cast.therapist.staff
    url = reverse("staff:exception_add", args=[staff.pk])
    typed = {"kind": "off", "first_day": "09/16/2026", "last_day": "", "start": "", "end": "", "reason": ""}
    answer = browser_of(cast.therapist).post(url, typed)
    assert answer.headers["Location"] == f"{URL}?staff={staff.pk}"


def test_ten_sessions_cost_as_many_statements_as_one(cast: Cast, session: Appointment) -> None:
    away(cast)
    browser = browser_of(cast.front_desk)
    browser.get(URL)
    with CaptureQueriesContext(connection) as one:
        browser.get(URL)
    for number in range(1, 4):
        start = at(14, day=WEDNESDAY) - timedelta(hours=number)
        AppointmentFactory.create(staff=session.staff, start_time=start)
    with CaptureQueriesContext(connection) as four:
        browser.get(URL)
    assert len(four) == len(one)
    assert len(one) <= 12


def test_the_calendar_hatches_what_is_asked_for(cast: Cast) -> None:
    practice.save(StaffDefaults(approve_time_off=True))
    away(cast, TODAY)
    html = browser_of(cast.therapist).get("/schedule/?date=2026-09-14").content.decode()
    assert "cal-off is-asked" in html
    assert "Time off, asked for" in html
