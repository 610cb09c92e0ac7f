"""Planning a series: what is shown of each session, how it is settled, and that all of it is booked or nothing."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.choices import Role
from clients.models import CareTeamMember
from mentalspace.core import clock, practice
from mentalspace.core.errors import NotPermitted
from mentalspace.core.models import AuditEvent
from scheduling import services
from scheduling.models import Appointment, AppointmentEvent, Closure, Series
from scheduling.series.booking import extend_series, plan_series, terms_of
from scheduling.series.choices import OnConflicts, OnHolidays
from scheduling.series.errors import NothingPlanned, PlanChanged
from scheduling.series.obstacles import Kind
from scheduling.series.plan import Answers, Choice, token_of
from scheduling.series.sessions import further_days, with_places
from staff.models import Staff
from tests.cast import Cast
from tests.clients.factories import ClientFactory, ClientProfileFactory
from tests.scheduling.conftest import at
from tests.scheduling.factories import AppointmentFactory
from tests.scheduling.series import TUESDAY, WEEKLY, days_of, plan, shown, terms_for

pytestmark = pytest.mark.usefixtures("stopped_clock")


def taken(cast: Cast, day: date, hour: int = 10, minute: int = 20) -> Appointment:
    """Something else that the therapist does then, with a client whom the desk knows."""
    return AppointmentFactory.create(
        staff=cast.therapist.staff,
        client=ClientFactory.create(),
        start_time=at(hour, minute, day),
        end_time=at(hour + 1, minute, day),
    )


def starts(series: Series) -> list[datetime]:
    return list(series.appointments.order_by("start_time").values_list("start_time", flat=True))


# What is booked


def test_every_session_is_at_ten_before_and_after_the_clocks_change(cast: Cast) -> None:
    series = plan(cast)
    local = [start.astimezone(ZoneInfo("America/New_York")) for start in starts(series)]
    assert [each.date() for each in local] == [TUESDAY + timedelta(weeks=week) for week in range(12)]
    assert {each.time() for each in local} == {time(10)}
    assert {str(each.utcoffset()) for each in local} == {"-1 day, 20:00:00", "-1 day, 19:00:00"}


def test_the_series_keeps_its_rule_and_each_session_its_slot(cast: Cast) -> None:
    series = Series.objects.get(pk=plan(cast).pk)
    assert series.words == "Every Tuesday at 10:00 AM"
    assert (series.starts_on, series.sessions, series.until) == (TUESDAY, 12, None)
    assert (series.wall_time, series.time_zone) == (time(10), "America/New_York")
    assert series.planned_until == date(2026, 12, 8)
    assert (series.staff, series.client, series.origin) == (cast.therapist.staff, cast.client, series)
    assert series.created_by == cast.front_desk.staff
    sessions = with_places(series.appointments.order_by("start_time"))
    assert all(each.series_slot == each.start_time for each in sessions)
    assert [(each.series_place, each.series_total) for each in sessions] == [  # type: ignore[attr-defined]
        (place, 12) for place in range(1, 13)
    ]


def test_each_session_has_its_history_and_its_trace_and_the_series_one_more(cast: Cast) -> None:
    series = plan(cast, sessions=3)
    details = [event.detail for event in AppointmentEvent.objects.filter(appointment__series=series)]
    assert details == ["In a series: Every Tuesday at 10:00 AM."] * 3
    booked = AuditEvent.objects.filter(verb="appointment.booked").values_list("object_id", flat=True)
    assert set(booked) == {str(pk) for pk in series.appointments.values_list("pk", flat=True)}
    trace = AuditEvent.objects.get(verb="series.planned")
    assert (trace.object_id, trace.client_id) == (str(series.pk), cast.client.pk)
    assert trace.changes["sessions"] == [0, 3]


@pytest.mark.parametrize("role", [Role.BILLER, Role.SUPERVISOR, Role.ASSOCIATE])
def test_nobody_plans_for_a_clinician_for_whom_they_may_not_book(cast: Cast, role: str) -> None:
    with pytest.raises(NotPermitted):
        plan(cast, actor=cast.by_role()[role])
    assert not Series.objects.exists()


def test_the_clinician_is_put_on_the_care_team_when_that_is_asked_for(cast: Cast) -> None:
    client, terms = ClientFactory.create(), terms_for(cast)
    terms = terms_for(cast, client=client)
    seen = shown(cast.front_desk, terms, days_of(2)).seen
    plan_series(
        actor=cast.front_desk,
        terms=terms,
        rule=WEEKLY,
        days=days_of(2),
        sessions=2,
        until=None,
        answers=Answers(),
        seen=seen,
        assign=True,
    )
    assert CareTeamMember.objects.get(client=client).staff == cast.therapist.staff


# What is in the way


def test_a_clash_is_named_and_offers_the_nearest_free_times(cast: Cast) -> None:
    other = taken(cast, TUESDAY + timedelta(weeks=1))
    rows = shown(cast.front_desk, terms_for(cast), days_of()).rows
    assert [row.settled for row in rows] == [True, False, *[True] * 10]
    (trouble,) = rows[1].troubles
    assert trouble.text == "Thea Therapist already has an appointment, 10:20 – 11:20 AM."
    assert (trouble.kind, trouble.appointment_id) == (Kind.CLASH, other.pk)
    day = TUESDAY + timedelta(weeks=1)
    assert rows[1].offers == (at(9, 0, day), at(9, 30, day), at(11, 30, day))


def test_of_what_one_may_not_see_only_the_time_is_told(cast: Cast) -> None:
    """The client sees somebody of whose work the supervisor knows nothing."""
    AppointmentFactory.create(
        staff=cast.stranger.staff,
        client=cast.client,
        start_time=at(10, 0, TUESDAY),
        end_time=at(11, 0, TUESDAY),
    )
    rows = shown(cast.supervisor, terms_for(cast, staff=cast.supervisor.staff), days_of(1)).rows
    (trouble,) = rows[0].troubles
    assert (trouble.text, trouble.appointment_id) == ("The client is busy, 10:00 – 11:00 AM.", None)


def test_a_clash_is_never_accepted_whatever_the_form_says(cast: Cast) -> None:
    taken(cast, TUESDAY)
    terms = terms_for(cast)
    (row,) = shown(cast.front_desk, terms, days_of(1)).rows
    key = TUESDAY.isoformat()
    for choice in (
        Choice("take"),
        Choice("take", token=token_of(row.before)),
        Choice("at", at(10, 0, TUESDAY)),
    ):
        with pytest.raises(PlanChanged):
            plan(cast, 1, Answers({key: choice}))
    assert not Series.objects.exists()


def test_hours_and_time_off_can_be_accepted_by_the_very_sentence_that_was_shown(cast: Cast) -> None:
    hours = {
        "weekly": {"tue": [{"from": "13:00", "to": "17:00"}]},
        "exceptions": [{"date": "2026-09-29", "reason": "Dentist"}],
    }
    Staff.objects.filter(pk=cast.therapist.staff.pk).update(availability=hours)
    cast.therapist.staff.refresh_from_db()
    first, second = shown(cast.front_desk, terms_for(cast), days_of(2)).rows
    assert first.troubles[0].text == "Thea Therapist works 1:00 PM – 5:00 PM on Tuesday, September 22, 2026."
    assert second.troubles[0].text == "Thea Therapist has the day off on Tuesday, September 29, 2026."
    assert "Dentist" not in second.troubles[0].text
    keys = [row.slot.key for row in (first, second)]
    accepted = {keys[0]: Choice("take", token=token_of(first.before)), keys[1]: Choice("skip")}
    series = plan(cast, 2, Answers(accepted))
    assert starts(series) == [at(10, 0, TUESDAY)]
    detail = AppointmentEvent.objects.get(appointment__series=series).detail
    assert detail.endswith(
        "Booked although: Thea Therapist works 1:00 PM – 5:00 PM on Tuesday, September 22, 2026."
    )
    with pytest.raises(PlanChanged):
        plan(
            cast,
            2,
            Answers({**accepted, keys[1]: Choice("take", token=token_of(first.before))}),
            wall=time(9),
        )


def test_holidays_are_left_out_or_moved_to_the_next_free_day_by_one_choice(cast: Cast) -> None:
    Closure.objects.create(name="Retreat", day=TUESDAY + timedelta(weeks=1))
    taken(cast, TUESDAY + timedelta(weeks=1, days=1), hour=10, minute=0)
    (_, left_out) = shown(cast.front_desk, terms_for(cast), days_of(2)).rows
    assert (left_out.start, left_out.settled) == (None, True)
    assert left_out.before[0].text == "The practice is closed then: Retreat."
    (_, moved) = shown(cast.front_desk, terms_for(cast), days_of(2), Answers({}, OnHolidays.MOVE)).rows
    assert moved.start == at(10, 0, TUESDAY + timedelta(weeks=1, days=2))
    series = plan(cast, 2, Answers({}, OnHolidays.MOVE))
    second = series.appointments.order_by("start_time")[1]
    assert (second.start_time, second.series_slot) == (moved.start, at(10, 0, TUESDAY + timedelta(weeks=1)))


def test_conflicts_are_left_out_or_moved_to_the_nearest_free_time_by_one_choice(cast: Cast) -> None:
    taken(cast, TUESDAY)
    skipped = shown(cast.front_desk, terms_for(cast), days_of(1), Answers({}, "skip", OnConflicts.SKIP)).rows[
        0
    ]
    assert (skipped.start, skipped.settled) == (None, True)
    moved = shown(
        cast.front_desk, terms_for(cast), days_of(1), Answers({}, "skip", OnConflicts.NEAREST)
    ).rows[0]
    assert (moved.start, moved.settled) == (at(9, 30, TUESDAY), True)


def test_a_session_goes_where_somebody_puts_it_unless_another_of_the_series_is_there(cast: Cast) -> None:
    key = TUESDAY.isoformat()
    elsewhere = at(15, 0, TUESDAY + timedelta(days=1))
    series = plan(cast, 2, Answers({key: Choice("at", elsewhere)}))
    assert starts(series)[0] == elsewhere
    on_top = Answers({key: Choice("at", at(10, 30, TUESDAY + timedelta(weeks=1)))})
    rows = shown(
        cast.front_desk, terms_for(cast, client=cast.other_client, wall=time(11)), days_of(2), on_top
    ).rows
    assert [each.text for each in rows[0].troubles][-1] == "Another session of this series is at that time."
    assert not rows[0].settled


def test_the_license_of_the_clinician_is_looked_at(cast: Cast) -> None:
    Staff.objects.filter(pk=cast.therapist.staff.pk).update(license_expires_on=TUESDAY + timedelta(weeks=1))
    cast.therapist.staff.refresh_from_db()
    told = {
        actor: [[each.text for each in row.troubles] for row in shown(who, terms_for(cast), days_of(3)).rows]
        for actor, who in {"desk": cast.front_desk, "herself": cast.therapist}.items()
    }
    assert told["desk"] == [[], [], ["The license of Thea Therapist expires before this day."]]
    assert told["herself"] == [[], [], ["The license of Thea Therapist expires on 09/29/2026."]]


def insured(cast: Cast, **authorisation: Any) -> None:
    coverage = {
        "rank": "primary",
        "provider": "Dogwood Mutual",
        "authorisations": [{"number": "A1", "sessions": 20, "used": 16, **authorisation}],
    }
    ClientProfileFactory.create(client=cast.client, insurance_info=[coverage])


def test_authorized_sessions_are_counted_down_with_what_is_used_and_booked(cast: Cast) -> None:
    insured(cast)
    AppointmentFactory.create(
        client=cast.client,
        staff=cast.stranger.staff,
        start_time=at(16),
        end_time=at(16, 50),
        is_billable=True,
    )
    AppointmentFactory.create(
        client=cast.client,
        staff=cast.stranger.staff,
        start_time=at(17),
        end_time=at(17, 50),
        is_billable=False,
    )
    rows = shown(cast.front_desk, terms_for(cast), days_of(5)).rows
    assert [row.settled for row in rows] == [True, True, True, False, False]
    assert rows[3].troubles[0].text == "No authorized session is left: 20 authorized, 16 used, 4 booked."
    freed = Answers({rows[0].slot.key: Choice("skip")})
    assert [row.settled for row in shown(cast.front_desk, terms_for(cast), days_of(5), freed).rows] == [
        True, True, True, True, False,
    ]  # fmt: skip
    assert all(
        row.settled for row in shown(cast.front_desk, terms_for(cast, is_billable=False), days_of(5)).rows
    )


def test_an_authorization_holds_on_its_days_only(cast: Cast) -> None:
    insured(cast, valid_to=str(TUESDAY + timedelta(weeks=1)))
    rows = shown(cast.front_desk, terms_for(cast), days_of(3)).rows
    assert [[each.text for each in row.troubles] for row in rows] == [
        [],
        [],
        ["No authorization holds on this day."],
    ]


def test_the_clocks_are_spoken_of_where_they_change(cast: Cast) -> None:
    notes = {
        row.slot.key: row.notes
        for row in shown(cast.front_desk, terms_for(cast), days_of()).rows
        if row.notes
    }
    assert notes == {"2026-11-03": ("The clocks have changed by then: still 10:00 AM.",)}
    night = terms_for(cast, wall=time(2, 30))
    (row,) = shown(cast.front_desk, night, [date(2027, 3, 14)]).rows
    assert row.notes == ("The clocks skip 2:30 AM on this day: it starts at 3:30 AM.",)
    assert clock.local(row.slot.at).time() == time(3, 30)
    (row,) = shown(cast.front_desk, terms_for(cast, wall=time(1, 30)), [date(2026, 11, 1)]).rows
    assert row.notes == ("The clocks show 1:30 AM twice on this day: the first is meant.",)
    assert row.slot.at == datetime(2026, 11, 1, 5, 30, tzinfo=ZoneInfo("UTC"))


def test_a_hundred_sessions_ask_no_more_than_two(cast: Cast) -> None:
    def asked(sessions: int) -> int:
        # As in a request, which reads the settings once.
        with practice.loaded(), CaptureQueriesContext(connection) as queries:
            shown(cast.front_desk, terms_for(cast), days_of(sessions))
        return len(queries)

    for week in range(0, 100, 3):
        taken(cast, TUESDAY + timedelta(weeks=week))
    assert asked(100) == asked(2) <= 6


# All or nothing, once


def test_what_changed_since_it_was_shown_is_not_booked(cast: Cast) -> None:
    terms, days = terms_for(cast), days_of(4)
    seen = shown(cast.front_desk, terms, days).seen
    taken(cast, TUESDAY + timedelta(weeks=3))
    with pytest.raises(PlanChanged):
        plan_series(
            actor=cast.front_desk, terms=terms, rule=WEEKLY, days=days, sessions=4, until=None, answers=Answers(),
            seen=seen,
        )  # fmt: skip
    assert not Series.objects.exists()
    assert Appointment.objects.count() == 1


def test_a_series_of_nothing_is_none(cast: Cast) -> None:
    with pytest.raises(NothingPlanned):
        plan(cast, 1, Answers({TUESDAY.isoformat(): Choice("skip")}))


def test_the_database_keeps_a_slot_once_and_no_slot_without_its_series(cast: Cast) -> None:
    session = plan(cast, sessions=1).appointments.get()
    with pytest.raises(IntegrityError, match="appointments_series_slot_once"), transaction.atomic():
        AppointmentFactory.create(series=session.series, series_slot=session.series_slot)
    with pytest.raises(IntegrityError, match="appointments_series_with_slot"), transaction.atomic():
        AppointmentFactory.create(series_slot=session.series_slot)


# Further sessions


def test_extending_goes_on_where_the_rule_was(cast: Cast) -> None:
    series = plan(cast, sessions=3)
    days = further_days(series, sessions=2, until=None)
    assert days == [TUESDAY + timedelta(weeks=3), TUESDAY + timedelta(weeks=4)]
    seen = shown(cast.front_desk, terms_of(series), days).seen
    extended = extend_series(
        actor=cast.front_desk, series_id=series.pk, sessions=2, until=None, answers=Answers(), seen=seen
    )
    assert (extended.pk, extended.appointments.count(), extended.planned_until) == (series.pk, 5, days[-1])
    until = TUESDAY + timedelta(weeks=7, days=3)
    assert further_days(extended, sessions=None, until=until) == [
        TUESDAY + timedelta(weeks=week) for week in (5, 6, 7)
    ]


def test_a_rescheduled_session_keeps_its_place_in_the_series(cast: Cast) -> None:
    session = plan(cast, sessions=3).appointments.order_by("start_time")[1]
    new = services.reschedule_appointment(
        actor=cast.front_desk,
        appointment_id=session.pk,
        start=at(14, 0, TUESDAY + timedelta(weeks=1)),
        minutes=50,
    )
    assert (new.series, new.series_slot) == (session.series, session.series_slot)
    placed = with_places(Appointment.objects.all()).get(pk=new.pk)
    assert (placed.series_place, placed.series_total) == (2, 3)  # type: ignore[attr-defined]
