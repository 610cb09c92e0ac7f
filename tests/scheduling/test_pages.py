"""Who may open which page, and that every page works for whom it is made."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts.choices import Role
from scheduling.models import Appointment
from tests.cast import Cast
from tests.scheduling.conftest import at
from tests.scheduling.factories import AppointmentFactory

pytestmark = [pytest.mark.usefixtures("stopped_clock"), pytest.mark.django_db]
GET_PAGES = (
    "appointment_detail",
    "appointment_edit",
    "appointment_move",
    "appointment_reschedule",
    "appointment_cancel",
    "appointment_no_show",
)
POSTS = (
    "appointment_confirm",
    "appointment_check_in",
    "appointment_start",
    "appointment_complete",
    "appointment_undo",
)


def browser_of(user: Any) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


@pytest.fixture
def appointment(cast: Cast) -> Appointment:
    return AppointmentFactory.create(
        staff=cast.therapist.staff, client=cast.client, start_time=at(14), end_time=at(14, 50)
    )


def address(name: str, appointment: Appointment) -> str:
    return reverse(f"scheduling:{name}", args=[appointment.pk])


@pytest.mark.parametrize("role", [Role.ADMIN, Role.FRONT_DESK, Role.THERAPIST])
@pytest.mark.parametrize("name", GET_PAGES)
def test_who_schedules_for_her_opens_every_page(
    cast: Cast, appointment: Appointment, role: str, name: str
) -> None:
    answer = browser_of(cast.by_role()[role]).get(address(name, appointment))
    assert answer.status_code == 200
    assert "Clara Cole" in answer.content.decode()


@pytest.mark.parametrize("name", [*GET_PAGES, *POSTS, "appointment_drag", "group_member_add"])
def test_for_a_stranger_the_appointment_does_not_exist(
    cast: Cast, appointment: Appointment, name: str
) -> None:
    browser = browser_of(cast.stranger)
    method = browser.post if name in {*POSTS, "appointment_drag"} else browser.get
    assert method(address(name, appointment)).status_code == 404


@pytest.mark.parametrize("name", POSTS)
def test_a_biller_looks_but_does_not_touch(cast: Cast, appointment: Appointment, name: str) -> None:
    browser = browser_of(cast.biller)
    page = browser.get(address("appointment_detail", appointment)).content.decode()
    assert "Clara Cole" in page
    assert reverse("scheduling:appointment_cancel", args=[appointment.pk]) not in page
    assert browser.post(address(name, appointment)).status_code == 403
    appointment.refresh_from_db()
    assert appointment.status == "scheduled"


def test_a_supervisor_sees_her_supervisees_appointment_and_cannot_cancel_it(
    cast: Cast, appointment: Appointment
) -> None:
    browser = browser_of(cast.supervisor)
    assert browser.get(address("appointment_detail", appointment)).status_code == 200
    form = {"cancelled_by": "client", "reason": "weather"}
    assert browser.post(address("appointment_cancel", appointment), form).status_code == 403


@pytest.mark.parametrize("name", POSTS)
def test_verbs_are_posts(cast: Cast, appointment: Appointment, name: str) -> None:
    assert browser_of(cast.admin).get(address(name, appointment)).status_code == 405


def test_the_panel_is_the_appointment_without_the_frame(cast: Cast, appointment: Appointment) -> None:
    browser = browser_of(cast.front_desk)
    url = address("appointment_detail", appointment)
    here = "http://testserver/schedule/?view=day&date=2026-09-14"
    panel = browser.get(url, headers={"HX-Request": "true", "HX-Current-URL": here}).content.decode()
    assert "<html" not in panel
    assert "Clara Cole" in panel
    assert "next=%2Fschedule%2F%3Fview%3Dday%26date%3D2026-09-14" in panel
    assert "<html" in browser.get(url).content.decode()


@pytest.mark.parametrize(
    "next_url", ["https://example.org/", "//example.org/", "javascript:alert(1)", "\\\\example.org"]
)
def test_next_never_leads_elsewhere(cast: Cast, appointment: Appointment, next_url: str) -> None:
    answer = browser_of(cast.front_desk).post(
        f"{address('appointment_confirm', appointment)}?next={next_url}"
    )
    assert answer.headers["Location"] == address("appointment_detail", appointment)


def test_a_day_of_steps_by_hand(cast: Cast, stopped_clock: Any) -> None:
    appointment = AppointmentFactory.create(
        staff=cast.therapist.staff, client=cast.client, start_time=at(9, 30), end_time=at(10, 20)
    )
    seen = []
    for actor, name in (
        (cast.front_desk, "appointment_confirm"),
        (cast.front_desk, "appointment_check_in"),
        (cast.therapist, "appointment_start"),
        (cast.therapist, "appointment_complete"),
    ):
        stopped_clock.shift(900)
        browser_of(actor).post(address(name, appointment))
        appointment.refresh_from_db()
        seen.append(appointment.status)
    assert seen == ["confirmed", "checked_in", "in_session", "completed"]
    therapist = browser_of(cast.therapist)
    page = therapist.get(address("appointment_detail", appointment)).content.decode()
    assert "Undo “completed”" in page
    therapist.post(address("appointment_undo", appointment))
    appointment.refresh_from_db()
    assert appointment.status == "in_session"


def test_a_refused_step_says_why_and_changes_nothing(cast: Cast, appointment: Appointment) -> None:
    browser = browser_of(cast.front_desk)
    answer = browser.post(address("appointment_complete", appointment), follow=True)
    assert "It can be completed once it has begun." in answer.content.decode()
    appointment.refresh_from_db()
    assert appointment.status == "scheduled"


def test_the_calendars_script_is_told_where_a_step_leads_and_stays_where_it_is(
    cast: Cast, appointment: Appointment
) -> None:
    url = f"{reverse('scheduling:appointment_confirm', args=[appointment.pk])}?next=/schedule/"
    answer = browser_of(cast.front_desk).post(url, headers={"X-Stay": "true"})
    assert answer.json() == {"url": "/schedule/"}
    appointment.refresh_from_db()
    assert appointment.status == "confirmed"
