"""Changing and cancelling several sessions: which are reached, which stay, and what hangs on them."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.core import mail

from clients.models import Client
from documents.choices import DocumentType
from mentalspace.core.errors import NotPermitted
from mentalspace.core.models import AuditEvent
from scheduling import services
from scheduling.choices import AppointmentStatus, CancelledBy, CancelReason
from scheduling.errors import AppointmentError, NoteHangsOnIt
from scheduling.models import Appointment, Room, Series
from scheduling.reminders.due import due_reminders
from scheduling.reminders.sending import Outcome, send
from scheduling.series.booking import extend_series, plan_series, terms_of
from scheduling.series.changing import cancel_series, change_series, listing, moved_slots, reached
from scheduling.series.choices import Frequency, Scope
from scheduling.series.errors import NotInSeries, PlanChanged
from scheduling.series.plan import Answers, Choice, Plan, lay_out
from scheduling.series.recurrence import Recurrence
from scheduling.series.sessions import further_days, is_exception, latest_of, sessions_of, with_places
from tests.billing.factories import BillFactory
from tests.cast import Cast
from tests.documents.factories import DocumentFactory
from tests.scheduling.conftest import at
from tests.scheduling.factories import AppointmentFactory
from tests.scheduling.series import TUESDAY, days_of, plan, shown, terms_for

pytestmark = pytest.mark.usefixtures("stopped_clock")


def week(number: int, hour: int = 10, minute: int = 0, days: int = 0) -> Any:
    """So many weeks after the first session, on Tuesday or so many days later."""
    return at(hour, minute, TUESDAY + timedelta(weeks=number, days=days))


def sessions(series: Series) -> list[Appointment]:
    return list(sessions_of(series.origin_id))


def change(
    cast: Cast,
    appointment: Appointment,
    scope: str,
    *,
    weekday: int | None = None,
    answers: Answers | None = None,
    actor: Any = None,
    **changes: Any,
) -> Plan:
    """Change it as it would be listed."""
    actor, answers = actor or cast.front_desk, answers or Answers()
    fresh = Appointment.objects.select_related("series").get(pk=appointment.pk)
    assert fresh.series is not None
    terms = replace(terms_of(fresh.series), **changes)
    shown = lay_out(actor, terms, moved_slots(reached(actor, fresh, scope), terms, weekday), answers)
    return change_series(
        actor=actor,
        appointment_id=appointment.pk,
        scope=scope,
        terms=terms,
        weekday=weekday,
        answers=answers,
        seen=shown.seen,
    )


def cancel(cast: Cast, appointment: Appointment, scope: str, **more: Any) -> list[Appointment]:
    fresh = Appointment.objects.select_related("series").get(pk=appointment.pk)
    facts: dict[str, Any] = {
        "actor": cast.front_desk,
        "appointment_id": appointment.pk,
        "scope": scope,
        "reason": CancelReason.CLIENT_REQUEST,
        "cancelled_by": CancelledBy.CLIENT,
        "seen": listing(reached(cast.front_desk, fresh, scope)),
    }
    return cancel_series(**{**facts, **more})


# Which are reached


def test_this_and_later_leaves_earlier_ones_with_their_rule(cast: Cast) -> None:
    series = plan(cast, sessions=6)
    change(cast, sessions(series)[2], Scope.LATER, weekday=2, wall=time(14))
    found = sessions(series)
    assert [each.start_time for each in found] == [
        week(0), week(1), *[week(number, 14, days=1) for number in (2, 3, 4, 5)],
    ]  # fmt: skip
    words = [each.series.words for each in found if each.series]
    assert words == ["Every Tuesday at 10:00 AM"] * 2 + ["Every Wednesday at 2:00 PM"] * 4
    assert all(each.series_slot == each.start_time for each in found)
    placed = with_places(sessions_of(series.origin_id))
    assert [(each.series_place, each.series_total) for each in placed] == [(n, 6) for n in range(1, 7)]  # type: ignore[attr-defined]
    series.refresh_from_db()
    assert series.planned_until == TUESDAY + timedelta(weeks=2, days=-1)


def test_all_in_the_future_is_the_same_series_with_another_time(cast: Cast) -> None:
    series = plan(cast, sessions=3)
    change(cast, sessions(series)[2], Scope.ALL, wall=time(11), minutes=60)
    assert Series.objects.get().words == "Every Tuesday at 11:00 AM"
    assert [(each.start_time, each.minutes) for each in sessions(series)] == [
        (week(n, 11), 60) for n in range(3)
    ]


def test_after_two_changes_it_is_extended_by_its_last_rule(cast: Cast) -> None:
    series = plan(cast, sessions=4)
    change(cast, sessions(series)[2], Scope.LATER, wall=time(14))
    change(cast, sessions(series)[0], Scope.ALL, wall=time(15))
    now = latest_of(series.origin_id)
    days = further_days(now, sessions=1, until=None)
    seen = shown(cast.front_desk, terms_of(now), days).seen
    extend_series(
        actor=cast.front_desk, series_id=now.pk, sessions=1, until=None, answers=Answers(), seen=seen
    )
    assert [each.start_time for each in sessions(series)] == [week(n, 15) for n in range(5)]


def test_the_past_and_what_has_begun_or_is_over_is_never_touched(cast: Cast, stopped_clock: Any) -> None:
    series = plan(cast, sessions=6)
    first, second, third, fourth, *_ = sessions(series)
    stopped_clock.move_to(week(2, 9, 45))
    services.complete_appointment(actor=cast.therapist, appointment_id=first.pk)
    services.mark_no_show(actor=cast.front_desk, appointment_id=second.pk)
    services.check_in(actor=cast.front_desk, appointment_id=third.pk)
    services.cancel_appointment(
        actor=cast.front_desk,
        appointment_id=fourth.pk,
        reason=CancelReason.WEATHER,
        cancelled_by=CancelledBy.PRACTICE,
    )
    before = {each.pk: (each.start_time, each.status) for each in sessions(series)[:4]}
    change(cast, first, Scope.ALL, wall=time(15))
    after = sessions(series)
    assert {each.pk: (each.start_time, each.status) for each in after if each.pk in before} == before
    assert [each.start_time for each in after if each.pk not in before] == [week(4, 15), week(5, 15)]
    stopped_clock.move_to(week(9))
    with pytest.raises(NotInSeries):
        change(cast, first, Scope.ALL, wall=time(16))


def test_wall_time_is_kept_when_sessions_before_and_after_the_change_move(cast: Cast) -> None:
    series = plan(cast)
    change(cast, sessions(series)[0], Scope.ALL, wall=time(9, 30))
    assert [each.start_time for each in sessions(series)] == [week(n, 9, 30) for n in range(12)]


def test_a_confirmation_was_for_the_old_time(cast: Cast) -> None:
    series = plan(cast, sessions=2)
    services.confirm(actor=cast.front_desk, appointment_id=sessions(series)[0].pk)
    change(cast, sessions(series)[0], Scope.ALL, location="telehealth")
    assert [each.status for each in sessions(series)] == ["confirmed", "scheduled"]
    change(cast, sessions(series)[0], Scope.ALL, wall=time(11))
    assert [each.status for each in sessions(series)] == ["scheduled", "scheduled"]


def test_details_change_without_the_time(cast: Cast) -> None:
    series = plan(cast, sessions=3)
    terms: dict[str, Any] = {
        "type": "family",
        "location": "telehealth",
        "billing_code": "90847",
        "is_billable": False,
    }
    change(cast, sessions(series)[1], Scope.LATER, **terms)
    found = sessions(series)
    assert [each.start_time for each in found] == [week(0), week(1), week(2)]
    assert [[getattr(each, name) for name in terms] for each in found] == [
        ["individual", "office", "90834", True], *[["family", "telehealth", "90847", False]] * 2,
    ]  # fmt: skip
    trace = AuditEvent.objects.get(verb="series.changed")
    assert trace.changes["location"] == ["office", "telehealth"]
    assert trace.changes["sessions"] == [0, 2]


def test_nothing_to_change_is_said(cast: Cast) -> None:
    with pytest.raises(AppointmentError, match="Nothing is different"):
        change(cast, sessions(plan(cast, sessions=2))[0], Scope.ALL)


# Exceptions made by hand


def moved_by_hand(cast: Cast, series: Series) -> Appointment:
    second = sessions(series)[1]
    return services.move_appointment(
        actor=cast.front_desk, appointment_id=second.pk, start=week(1, 14, days=2), minutes=50
    )


def test_what_was_moved_by_hand_stays_and_goes_along_with_the_series(cast: Cast) -> None:
    series = plan(cast, sessions=4)
    exception = moved_by_hand(cast, series)
    change(cast, sessions(series)[1], Scope.LATER, wall=time(16))
    found = sessions(series)
    assert [each.start_time for each in found] == [week(0), week(1, 14, days=2), week(2, 16), week(3, 16)]
    exception.refresh_from_db()
    assert exception.series_slot == week(1, 16)
    assert [is_exception(each) for each in found] == [False, True, False, False]
    assert len({each.series_id for each in found[1:]}) == 1


def test_it_is_included_when_somebody_says_so(cast: Cast) -> None:
    series = plan(cast, sessions=3)
    exception = moved_by_hand(cast, series)
    change(cast, exception, Scope.ALL, answers=Answers({str(exception.pk): Choice("take")}), wall=time(16))
    assert [each.start_time for each in sessions(series)] == [week(0, 16), week(1, 16), week(2, 16)]


def test_included_it_keeps_its_own_time_where_the_time_does_not_change(cast: Cast) -> None:
    series = plan(cast, sessions=3)
    exception = moved_by_hand(cast, series)
    change(
        cast,
        exception,
        Scope.ALL,
        answers=Answers({str(exception.pk): Choice("take")}),
        location="telehealth",
    )
    exception.refresh_from_db()
    assert (exception.start_time, exception.location) == (week(1, 14, days=2), "telehealth")
    assert {each.location for each in sessions(series)} == {"telehealth"}


def test_a_clash_on_the_way_is_settled_or_nothing_is_saved(cast: Cast) -> None:
    series = plan(cast, sessions=3)
    AppointmentFactory.create(
        staff=cast.therapist.staff, client=cast.other_client, start_time=week(1, 11), end_time=week(1, 12)
    )
    with pytest.raises(PlanChanged):
        change(cast, sessions(series)[0], Scope.ALL, wall=time(11))
    assert [each.start_time for each in sessions(series)] == [week(0), week(1), week(2)]
    stays = Answers({str(sessions(series)[1].pk): Choice("skip")})
    change(cast, sessions(series)[0], Scope.ALL, answers=stays, wall=time(11))
    assert [each.start_time for each in sessions(series)] == [week(0, 11), week(1), week(2, 11)]
    assert [is_exception(each) for each in sessions(series)] == [False, True, False]


def test_sessions_move_into_each_others_places_in_an_order_that_the_database_allows(cast: Cast) -> None:
    """Half an hour later each, and the second a week back: everything overlaps something that is still there."""
    series = plan(cast, sessions=3)
    first, second, _ = sessions(series)
    answers = Answers({str(second.pk): Choice("at", week(0)), str(first.pk): Choice("at", week(0, 12))})
    change(cast, first, Scope.ALL, answers=answers, wall=time(10, 30))
    assert sorted(each.start_time for each in sessions(series)) == [week(0), week(0, 12), week(2, 10, 30)]


# Another clinician


def test_another_clinician_takes_over_what_is_to_come(cast: Cast) -> None:
    series = plan(cast, sessions=3)
    change(cast, sessions(series)[1], Scope.LATER, staff=cast.stranger.staff)
    assert [each.staff for each in sessions(series)] == [cast.therapist.staff, *[cast.stranger.staff] * 2]


def test_a_clinician_hands_nothing_to_a_colleague(cast: Cast) -> None:
    series = plan(cast, sessions=2)
    with pytest.raises(NotPermitted):
        change(cast, sessions(series)[0], Scope.ALL, actor=cast.therapist, staff=cast.stranger.staff)
    with pytest.raises(NotInSeries):
        change(cast, sessions(series)[0], Scope.ALL, actor=cast.stranger, wall=time(11))


def test_notes_and_bills_stay_linked_and_a_begun_note_keeps_its_clinician(cast: Cast) -> None:
    series = plan(cast, sessions=3)
    first, second, _ = sessions(series)
    bill = BillFactory.create(client=cast.client, appointment=first, staff=cast.therapist.staff)
    note = DocumentFactory.create(appointment=second, type=DocumentType.PROGRESS_NOTE)
    change(cast, first, Scope.ALL, wall=time(11))
    bill.refresh_from_db()
    note.refresh_from_db()
    assert (bill.appointment_id, note.appointment_id) == (first.pk, second.pk)
    # What has a note or a bill names its clinician, and the database holds both together.
    with pytest.raises(NoteHangsOnIt, match="Leave that one as it is"):
        change(cast, first, Scope.ALL, staff=cast.stranger.staff)
    assert {each.staff for each in sessions(series)} == {cast.therapist.staff}


# Cancelling


def test_cancelling_this_and_later_ends_the_series_with_a_reason_for_each(cast: Cast) -> None:
    series = plan(cast, sessions=5)
    cancelled = cancel(cast, sessions(series)[2], Scope.LATER, note="Moves away")
    found = sessions(series)
    assert [each.status for each in found] == ["scheduled"] * 2 + ["cancelled"] * 3
    assert {(each.cancel_reason, each.cancelled_by, each.cancel_note) for each in cancelled} == {
        ("client_request", "client", "Moves away")
    }
    series.refresh_from_db()
    assert series.ended_at is not None
    assert AuditEvent.objects.filter(verb="appointment.cancelled").count() == 3
    trace = AuditEvent.objects.get(verb="series.ended")
    assert "Moves away" not in str(trace.changes)


def test_each_is_late_or_not_by_its_own_start(cast: Cast, stopped_clock: Any) -> None:
    series = plan(cast, sessions=3)
    stopped_clock.move_to(week(0, 9) - timedelta(hours=2))
    cancel(cast, sessions(series)[0], Scope.ALL)
    assert [each.status for each in sessions(series)] == [
        AppointmentStatus.LATE_CANCELLED, AppointmentStatus.CANCELLED, AppointmentStatus.CANCELLED,
    ]  # fmt: skip


def test_what_was_changed_by_hand_is_cancelled_only_if_it_is_ticked(cast: Cast) -> None:
    series = plan(cast, sessions=3)
    exception = moved_by_hand(cast, series)
    cancel(cast, sessions(series)[0], Scope.ALL)
    assert [each.status for each in sessions(series)] == ["cancelled", "scheduled", "cancelled"]
    cancel(cast, exception, Scope.ALL, including=[exception.pk])
    assert {each.status for each in sessions(series)} == {"cancelled"}


def test_what_is_cancelled_is_what_was_shown(cast: Cast) -> None:
    series = plan(cast, sessions=3)
    with pytest.raises(PlanChanged):
        cancel(cast, sessions(series)[0], Scope.ALL, seen="something else")
    assert {each.status for each in sessions(series)} == {"scheduled"}


def test_taking_one_cancellation_back_lets_the_series_go_on(cast: Cast) -> None:
    series = plan(cast, sessions=2)
    cancel(cast, sessions(series)[0], Scope.ALL)
    services.undo_last_step(actor=cast.front_desk, appointment_id=sessions(series)[1].pk)
    series.refresh_from_db()
    assert series.ended_at is None
    assert [each.status for each in sessions(series)] == ["cancelled", "scheduled"]


def test_a_monthly_series_moves_to_another_weekday_of_the_same_week_of_the_month(cast: Cast) -> None:
    rule = Recurrence(Frequency.MONTHLY, 1, (1,), 2)
    days, terms = days_of(3, rule), terms_for(cast)
    seen = shown(cast.front_desk, terms, days).seen
    series = plan_series(
        actor=cast.front_desk, terms=terms, rule=rule, days=days, sessions=3, until=None, answers=Answers(), seen=seen
    )  # fmt: skip
    assert [each.start_time.date() for each in sessions(series)] == [
        date(2026, 10, 13), date(2026, 11, 10), date(2026, 12, 8),
    ]  # fmt: skip
    change(cast, sessions(series)[0], Scope.ALL, weekday=2)
    assert [each.start_time.date() for each in sessions(series)] == [
        date(2026, 10, 14), date(2026, 11, 11), date(2026, 12, 9),
    ]  # fmt: skip
    assert Series.objects.get().words == "Every month on the second Wednesday at 10:00 AM"


def test_a_session_keeps_its_room_and_a_room_that_is_taken_is_in_the_way(cast: Cast) -> None:
    room = Room.objects.create(name="Room 2")
    series = plan(cast, sessions=2)
    first, second = sessions(series)
    Appointment.objects.filter(pk__in=[first.pk, second.pk]).update(room=room)
    AppointmentFactory.create(
        staff=cast.stranger.staff, client=cast.other_client, location="office", room=room,
        start_time=week(1, 11), end_time=week(1, 12),
    )  # fmt: skip
    with pytest.raises(PlanChanged):
        change(cast, first, Scope.ALL, wall=time(11))
    change(cast, first, Scope.ALL, wall=time(13))
    assert [(each.start_time, each.room) for each in sessions(series)] == [
        (week(0, 13), room),
        (week(1, 13), room),
    ]
    change(cast, first, Scope.ALL, location="telehealth")
    assert {each.room for each in sessions(series)} == {None}


def test_a_session_that_became_a_group_is_reached_no_more(cast: Cast) -> None:
    series = plan(cast, sessions=3)
    second = sessions(series)[1]
    Appointment.objects.filter(pk=second.pk).update(type="group")
    services.join_group_session(
        actor=cast.front_desk, appointment_id=second.pk, client_id=cast.other_client.pk, anyway=True
    )
    change(cast, sessions(series)[0], Scope.ALL, wall=time(15))
    assert [each.start_time for each in sessions(series)] == [week(0, 15), week(1), week(2, 15)]


@pytest.mark.parametrize("how", ["moved", "cancelled"])
def test_no_reminder_is_left_of_what_the_series_was(cast: Cast, stopped_clock: Any, how: str) -> None:
    """Also not one that the worker found just before."""
    Client.objects.filter(pk=cast.client.pk).update(reminder_email_consent=True, email="clara@example.com")
    second = sessions(plan(cast))[1]
    stopped_clock.move_to(second.start_time - timedelta(hours=47))
    found = list(due_reminders())
    assert [due.appointment for due in found] == [second]
    if how == "moved":
        change(cast, second, "later", wall=time(15))
    else:
        cancel(cast, second, "later")
    assert [send(due) for due in found] == [Outcome.LEFT]
    assert list(due_reminders()) == []
    assert mail.outbox == []
    if how == "moved":
        stopped_clock.move_to(second.start_time - timedelta(hours=42))
        assert [send(due) for due in due_reminders()] == [Outcome.SENT]
        assert "at 3:00 PM" in str(mail.outbox[0].body)
