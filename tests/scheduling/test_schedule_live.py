"""What an open calendar asks by itself: who asks again is told only what is new, and it costs next to nothing."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from mentalspace.core.models import AuditEvent
from scheduling import services
from scheduling.choices import CancelledBy, CancelReason
from scheduling.models import Appointment, Closure
from tests.cast import Cast
from tests.scheduling.conftest import TODAY, at
from tests.scheduling.factories import AppointmentFactory

pytestmark = [pytest.mark.usefixtures("stopped_clock"), pytest.mark.django_db]
DAY = f"/schedule/live/?view=day&date={TODAY}&staff=all&step=30"


@pytest.fixture
def appointment(cast: Cast) -> Appointment:
    return AppointmentFactory.create(
        staff=cast.therapist.staff, client=cast.client, start_time=at(14), end_time=at(14, 50)
    )


@pytest.fixture
def desk(cast: Cast) -> Browser:
    browser = Browser()
    browser.force_login(cast.front_desk)
    return browser


def state(browser: Browser, url: str = DAY) -> str:
    return str(browser.get(url).headers["ETag"])


def again(browser: Browser, tag: str, url: str = DAY) -> Any:
    return browser.get(url, headers={"If-None-Match": tag})


def test_it_begins_where_the_page_is(desk: Browser, appointment: Appointment) -> None:
    page = desk.get(f"/schedule/?date={TODAY}&staff=all")
    assert again(desk, f'"{page.context["version"]}"').status_code == 304
    assert page.context["live_url"] in page.content.decode().replace("&amp;", "&")


def test_every_change_is_one(desk: Browser, cast: Cast, appointment: Appointment) -> None:
    """Booked, confirmed, moved within the day, moved away, cancelled, hours, holidays: each is told once."""

    def book() -> None:
        AppointmentFactory.create(
            staff=cast.therapist.staff, client=cast.other_client, start_time=at(9), end_time=at(9, 50)
        )

    def move(days: int) -> None:
        services.move_appointment(
            actor=cast.front_desk, appointment_id=appointment.pk, minutes=50, anyway=True,
            start=at(15) + timedelta(days=days),
        )  # fmt: skip

    def cancel() -> None:
        services.cancel_appointment(
            actor=cast.front_desk,
            appointment_id=appointment.pk,
            reason=CancelReason.WEATHER,
            cancelled_by=CancelledBy.PRACTICE,
        )

    def work_less() -> None:
        staff = cast.therapist.staff
        staff.availability = {"weekly": {}, "exceptions": []}
        staff.save()

    changes = [
        book,
        lambda: services.confirm(actor=cast.front_desk, appointment_id=appointment.pk),
        lambda: move(0),
        lambda: move(1),
        lambda: move(0),
        cancel,
        work_less,
        lambda: Closure.objects.create(name="Retreat", day=TODAY),
    ]  # fmt: skip
    told = []
    for change in changes:
        before = state(desk)
        change()
        answer = again(desk, before)
        told.append((answer.status_code, again(desk, answer.headers["ETag"]).status_code))
    assert told == [(200, 304)] * len(changes)


def test_of_two_saves_at_once_the_later_end_is_seen(
    desk: Browser, appointment: Appointment, cast: Cast
) -> None:
    """One whose clock is behind the newest save still counts."""
    newer = AppointmentFactory.create(
        staff=cast.therapist.staff, client=cast.other_client, start_time=at(9), end_time=at(9, 50)
    )
    Appointment.objects.filter(pk=newer.pk).update(updated_at=at(18))
    before = state(desk)
    services.confirm(actor=cast.front_desk, appointment_id=appointment.pk)
    assert again(desk, before).status_code == 200


def test_it_shows_what_the_page_shows_and_what_others_may_see(
    cast: Cast, desk: Browser, appointment: Appointment
) -> None:
    page = desk.get(f"/schedule/?date={TODAY}&staff=all&view=day").content.decode()
    body = desk.get(DAY).content.decode()
    assert body.strip() in page
    assert "Clara Cole" in body
    stranger = Browser()
    stranger.force_login(cast.stranger)
    hidden = stranger.get(DAY).content.decode()
    assert ("Busy" in hidden, "Clara" in hidden) == (True, False)


def test_nothing_new_is_six_reads_and_no_event(desk: Browser, appointment: Appointment) -> None:
    """Who asks, twice; the settings; then whose calendars, what is booked, holidays."""
    tag = state(desk)
    events = AuditEvent.objects.count()
    with CaptureQueriesContext(connection) as seen:
        assert again(desk, tag).status_code == 304
    assert [re.findall(r'FROM "(\w+)"', each["sql"])[-1] for each in seen.captured_queries] == [
        "sessions", "users", "practice_settings", "staff", "closures", "appointments"
    ]  # fmt: skip
    assert AuditEvent.objects.count() == events


def test_what_is_new_is_an_event_with_the_names(desk: Browser, cast: Cast, appointment: Appointment) -> None:
    desk.get(DAY)
    event = AuditEvent.objects.filter(page="scheduling:schedule_live").get()
    assert event.clients == [cast.client.pk]
    assert event.actor_id == cast.front_desk.pk


def test_it_keeps_nobody_signed_in_and_remembers_nothing(
    cast: Cast, desk: Browser, stopped_clock: Any
) -> None:
    for _ in range(3):
        assert desk.get(DAY.replace("step=30", "step=10")).status_code == 200
        stopped_clock.shift(timedelta(minutes=4))
    assert 'data-step="30"' in desk.get("/schedule/").content.decode()
    stopped_clock.shift(timedelta(minutes=14))
    assert desk.get(DAY).status_code == 200
    stopped_clock.shift(timedelta(minutes=2))
    assert desk.get(DAY).status_code == 302
