"""Cancelling, no-shows, and taking a step back."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from mentalspace.core import practice
from mentalspace.core.errors import DomainError, NotPermitted
from scheduling import services, signals
from scheduling.defaults import ScheduleDefaults
from scheduling.errors import AppointmentError, NothingToUndo, SlotTaken, TooEarly, WrongStatus
from scheduling.models import Appointment, AppointmentEvent
from tests.cast import Cast
from tests.scheduling.conftest import NOW, at
from tests.scheduling.factories import AppointmentFactory

pytestmark = pytest.mark.usefixtures("stopped_clock")


@pytest.fixture
def heard() -> Any:
    """Signals sent, by name."""
    said: list[str] = []

    def note(name: str) -> Any:
        def hear(**facts: Any) -> None:
            said.append(name)

        return hear

    pairs = [(getattr(signals, name), note(name)) for name in ("appointment_missed", "appointment_reopened")]
    for signal, hear in pairs:
        signal.connect(hear)
    yield said
    for signal, hear in pairs:
        signal.disconnect(hear)


def made(cast: Cast, start: Any = None, **fields: Any) -> Appointment:
    start = start or at(14)
    return AppointmentFactory.create(
        staff=cast.therapist.staff,
        client=cast.client,
        start_time=start,
        end_time=start + timedelta(minutes=50),
        **fields,
    )


def cancel(cast: Cast, appointment: Appointment, **changes: Any) -> Appointment:
    facts = {"reason": "client_request", "cancelled_by": "client", "actor": cast.front_desk}
    return services.cancel_appointment(appointment_id=appointment.pk, **{**facts, **changes})


@pytest.mark.parametrize(
    ("before_start", "by", "status", "signals_sent"),
    [
        (timedelta(hours=24), "client", "cancelled", []),
        (timedelta(hours=24) - timedelta(seconds=1), "client", "late_cancelled", ["appointment_missed"]),
        (timedelta(hours=1), "clinician", "cancelled", []),
        (timedelta(hours=1), "practice", "cancelled", []),
        (-timedelta(minutes=10), "client", "late_cancelled", ["appointment_missed"]),
    ],
)
def test_late_is_a_client_inside_the_notice(
    cast: Cast, heard: list[str], before_start: timedelta, by: str, status: str, signals_sent: list[str]
) -> None:
    appointment = made(cast, NOW + before_start)
    done = cancel(cast, appointment, cancelled_by=by)
    assert (done.status, done.cancelled_at) == (status, NOW)
    assert done.notice_minutes == int(before_start.total_seconds() // 60)
    assert heard == signals_sent


def test_notice_counts_from_when_the_practice_heard(cast: Cast) -> None:
    appointment = made(cast, at(14))
    assert cancel(cast, appointment, heard_at=NOW - timedelta(days=2)).status == "cancelled"


def test_the_practice_decides_what_is_late(cast: Cast) -> None:
    practice.save(ScheduleDefaults(notice_hours=2))
    assert cancel(cast, made(cast, NOW + timedelta(hours=3))).status == "cancelled"


def test_nobody_hears_of_a_cancellation_tomorrow(cast: Cast) -> None:
    with pytest.raises(AppointmentError, match="future"):
        cancel(cast, made(cast), heard_at=NOW + timedelta(hours=1))


@pytest.mark.parametrize("status", ["in_session", "completed", "cancelled", "no_show", "rescheduled"])
def test_what_has_begun_or_ended_is_not_cancelled(cast: Cast, status: str) -> None:
    extra = (
        {"cancel_reason": "other", "cancelled_by": "client", "cancelled_at": NOW}
        if status == "cancelled"
        else {}
    )
    with pytest.raises(WrongStatus):
        cancel(cast, made(cast, status=status, **extra))


def test_no_show_only_after_the_start(cast: Cast, heard: list[str]) -> None:
    with pytest.raises(TooEarly):
        services.mark_no_show(actor=cast.therapist, appointment_id=made(cast, NOW + timedelta(hours=2)).pk)
    missed = made(cast, NOW)
    assert services.mark_no_show(actor=cast.therapist, appointment_id=missed.pk).status == "no_show"
    assert heard == ["appointment_missed"]


def test_a_stranger_calls_nothing_off(cast: Cast) -> None:
    with pytest.raises(NotPermitted):
        cancel(cast, made(cast), actor=cast.stranger)


def undo(cast: Cast, appointment: Appointment) -> Appointment:
    return services.undo_last_step(actor=cast.front_desk, appointment_id=appointment.pk)


def test_a_cancellation_is_taken_back_whole(cast: Cast, heard: list[str]) -> None:
    appointment = made(cast, status="confirmed")
    cancel(cast, appointment)
    back = undo(cast, appointment)
    assert (back.status, back.cancel_reason, back.cancelled_by, back.cancelled_at, back.notice_minutes) == (
        "confirmed",
        "",
        "",
        None,
        None,
    )
    assert heard == ["appointment_missed", "appointment_reopened"]
    assert list(AppointmentEvent.objects.order_by("id").values_list("to_status", flat=True)) == [
        "late_cancelled",
        "confirmed",
    ]


def test_undo_is_not_undone(cast: Cast) -> None:
    appointment = made(cast)
    cancel(cast, appointment)
    undo(cast, appointment)
    with pytest.raises(NothingToUndo):
        undo(cast, appointment)


def test_undo_has_its_minutes(cast: Cast, stopped_clock: Any) -> None:
    appointment = made(cast)
    services.confirm(actor=cast.front_desk, appointment_id=appointment.pk)
    stopped_clock.shift(15 * 60 + 1)
    with pytest.raises(NothingToUndo):
        undo(cast, appointment)


def test_a_time_that_was_given_away_is_not_taken_back(cast: Cast) -> None:
    appointment = made(cast)
    cancel(cast, appointment)
    AppointmentFactory.create(
        staff=cast.therapist.staff, client=cast.other_client, start_time=at(14, 30), end_time=at(15)
    )
    with pytest.raises(SlotTaken):
        undo(cast, appointment)
    appointment.refresh_from_db()
    assert appointment.status == "late_cancelled"


def test_whoever_hears_of_it_may_refuse(cast: Cast) -> None:
    appointment = made(cast, NOW - timedelta(hours=1))
    services.complete_appointment(actor=cast.therapist, appointment_id=appointment.pk)

    def refuse(**facts: Any) -> None:
        raise DomainError("The note of this session is signed.")

    signals.appointment_reopened.connect(refuse)
    try:
        with pytest.raises(DomainError, match="is signed"):
            undo(cast, appointment)
    finally:
        signals.appointment_reopened.disconnect(refuse)
    appointment.refresh_from_db()
    assert appointment.status == "completed"


def test_the_form_asks_why_and_who_and_keeps_what_was_typed(cast: Cast) -> None:
    appointment = made(cast)
    browser = Browser()
    browser.force_login(cast.front_desk)
    url = reverse("scheduling:appointment_cancel", args=[appointment.pk])
    answer = browser.post(url, {"note": "Called from the car", "heard_on": "09/13/2026"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Called from the car" in page
    assert "Give the time as well, or leave the day empty." in page
    answer = browser.post(
        url,
        {
            "cancelled_by": "client",
            "reason": "weather",
            "heard_on": "09/13/2026",
            "heard_at": "8:00 am",
            "note": "Ice",
        },
    )
    assert answer.status_code == 302
    appointment.refresh_from_db()
    assert (appointment.status, appointment.notice_minutes, appointment.cancel_note) == (
        "cancelled",
        30 * 60,
        "Ice",
    )


def test_the_no_show_page_asks_first(cast: Cast) -> None:
    appointment = made(cast, NOW - timedelta(minutes=20))
    browser = Browser()
    browser.force_login(cast.therapist)
    url = reverse("scheduling:appointment_no_show", args=[appointment.pk])
    assert "Clara Cole did not come" in browser.get(url).content.decode()
    browser.post(url)
    appointment.refresh_from_db()
    assert appointment.status == "no_show"


def test_what_was_closed_by_mistake_is_reopened_with_a_reason(
    cast: Cast, heard: list[str], stopped_clock: Any
) -> None:
    appointment = made(cast, NOW - timedelta(hours=1))
    services.mark_no_show(actor=cast.therapist, appointment_id=appointment.pk)
    stopped_clock.shift(3600 * 24)
    browser = Browser()
    browser.force_login(cast.therapist)
    url = reverse("scheduling:appointment_reopen", args=[appointment.pk])
    assert browser.post(url, {"reason": " "}).status_code == 422
    assert browser.post(url, {"reason": "Came by phone"}).status_code == 302
    appointment.refresh_from_db()
    assert appointment.status == "scheduled"
    assert appointment.events.latest("id").detail == "Reopened: Came by phone"
    assert heard == ["appointment_missed", "appointment_reopened"]
    assert (
        services.complete_appointment(actor=cast.therapist, appointment_id=appointment.pk).completed_at
        is not None
    )
    services.reopen_appointment(actor=cast.therapist, appointment_id=appointment.pk, reason="Wrong one")
    appointment.refresh_from_db()
    assert appointment.completed_at is None


@pytest.mark.parametrize("status", ["scheduled", "confirmed", "checked_in", "in_session", "rescheduled"])
def test_what_is_open_or_has_a_successor_is_not_reopened(cast: Cast, status: str) -> None:
    with pytest.raises(WrongStatus):
        services.reopen_appointment(
            actor=cast.therapist, appointment_id=made(cast, status=status).pk, reason="Mistake"
        )
