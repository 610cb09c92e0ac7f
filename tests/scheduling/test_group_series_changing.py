"""Other terms for a group that repeats: for all members at once, each session as those come who are in it."""

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.models import Client
from documents.choices import DocumentType
from mentalspace.core import practice
from mentalspace.core.models import AuditEvent
from scheduling import services
from scheduling.choices import CancelledBy, CancelReason
from scheduling.groups.joining import join_group_series
from scheduling.groups.services import update_group_session
from scheduling.models import Appointment, Series
from scheduling.series.booking import extend_series, terms_of
from scheduling.series.changing import change_series, for_all, moved_slots, reached
from scheduling.series.choices import Scope
from scheduling.series.errors import NotInSeries, PlanChanged
from scheduling.series.obstacles import Kind
from scheduling.series.plan import Answers, Choice, Plan, lay_out, token_of
from scheduling.series.sessions import further_days, latest_of, members_of
from tests.billing.factories import BillFactory
from tests.cast import Cast
from tests.clients.factories import ClientFactory
from tests.documents.factories import DocumentFactory
from tests.scheduling.conftest import at
from tests.scheduling.factories import AppointmentFactory
from tests.scheduling.series import TUESDAY, shown
from tests.scheduling.test_group_series import by_session, cancel, group_terms, plan
from tests.staff.factories import StaffFactory

pytestmark = pytest.mark.usefixtures("stopped_clock")


@pytest.fixture
def third(db: None) -> Client:
    return ClientFactory.create(first_name="Tara", last_name="Third")


@pytest.fixture
def series(cast: Cast, third: Client) -> Series:
    """Clara, Otto and Tara, four Tuesdays at ten."""
    return plan(cast, group_terms(cast, cast.other_client, third))


def week(number: int, hour: int = 10, days: int = 0) -> Any:
    return at(hour, 0, TUESDAY + timedelta(weeks=number, days=days))


def row_of(series: Series, client: Client, number: int) -> Appointment:
    """Somebody's place in the session of this week."""
    rows = Appointment.objects.filter(series__group=series.group, client=client).order_by("series_slot")
    return rows.select_related("series", "client")[number]


def listed(
    cast: Cast, appointment: Appointment, scope: str, weekday: int | None, answers: Answers, **changes: Any
) -> tuple[Any, Plan]:
    """What the page would list, with its terms."""
    fresh = Appointment.objects.select_related("series").get(pk=appointment.pk)
    assert fresh.series is not None
    rows = reached(cast.front_desk, fresh, scope, whole=True)
    terms = for_all(replace(terms_of(fresh.series), others=(), **changes), rows)
    return terms, lay_out(cast.front_desk, terms, moved_slots(rows, terms, weekday), answers)


def change(
    cast: Cast,
    appointment: Appointment,
    scope: str,
    *,
    weekday: int | None = None,
    answers: Answers | None = None,
    seen: str = "",
    **changes: Any,
) -> Plan:
    """Change the group as it would be listed."""
    answers = answers or Answers()
    terms, found = listed(cast, appointment, scope, weekday, answers, **changes)
    return change_series(
        actor=cast.front_desk,
        appointment_id=appointment.pk,
        scope=scope,
        terms=terms,
        weekday=weekday,
        answers=answers,
        seen=seen or found.seen,
    )


def extend(cast: Cast, series: Series, sessions: int) -> Series:
    days = further_days(series, sessions=sessions, until=None)
    return extend_series(
        actor=cast.front_desk, series_id=series.pk, sessions=sessions, until=None, answers=Answers(),
        seen=shown(cast.front_desk, terms_of(series), days).seen,
    )  # fmt: skip


ALL_THREE = {"Clara", "Otto", "Tara"}


def test_this_and_later_move_for_all_members_and_stay_one_session_each(cast: Cast, series: Series) -> None:
    change(cast, row_of(series, cast.client, 2), Scope.LATER, weekday=3, wall=time(14), minutes=60)
    assert by_session(series.group) == {
        week(0): ALL_THREE, week(1): ALL_THREE, week(2, 14, 2): ALL_THREE, week(3, 14, 2): ALL_THREE,
    }  # fmt: skip
    rows = Appointment.objects.filter(series__group=series.group)
    assert len(set(rows.values_list("group_session", flat=True))) == 4
    assert {each.minutes for each in rows.filter(start_time__gte=week(2))} == {60}
    for member in members_of(latest_of(series.origin_id)):
        assert (member.words, member.starts_on) == (
            "Every Thursday at 2:00 PM",
            TUESDAY + timedelta(weeks=2, days=2),
        )
    traces = AuditEvent.objects.filter(verb="series.changed")
    assert {each.client_id for each in traces} == set(rows.values_list("client", flat=True))
    assert [each.changes["sessions"] for each in traces] == [[0, 2]] * 3


def test_all_to_come_are_the_same_series_with_other_terms(cast: Cast, series: Series) -> None:
    change(cast, row_of(series, cast.other_client, 3), Scope.ALL, wall=time(11), location="telehealth")
    assert by_session(series.group) == {week(n, 11): ALL_THREE for n in range(4)}
    assert Series.objects.count() == 3
    assert {each.location for each in Appointment.objects.filter(series__group=series.group)} == {
        "telehealth"
    }


def test_after_two_changes_it_is_extended_as_it_is_now(cast: Cast, series: Series) -> None:
    change(cast, row_of(series, cast.client, 2), Scope.LATER, wall=time(14))
    change(cast, row_of(series, cast.client, 0), Scope.ALL, wall=time(15))
    now = latest_of(series.origin_id)
    assert now.words == "Every Tuesday at 3:00 PM"
    assert [each.client.first_name for each in members_of(now)] == ["Clara", "Otto", "Tara"]
    extend(cast, now, 1)
    assert by_session(series.group) == {week(n, 15): ALL_THREE for n in range(5)}


def test_who_left_stays_away_and_who_joined_stays_in_what_they_joined(
    cast: Cast, series: Series, third: Client
) -> None:
    cancel(cast, row_of(series, third, 1), Scope.LATER, whole=False)
    fourth, guest = ClientFactory.create(first_name="Fay"), ClientFactory.create(first_name="Gus")
    join_group_series(
        actor=cast.front_desk, appointment_id=row_of(series, cast.client, 2).pk, client_id=fourth.pk
    )
    once = services.join_group_session(
        actor=cast.front_desk, appointment_id=row_of(series, cast.client, 1).pk, client_id=guest.pk
    )
    change(cast, row_of(series, cast.client, 0), Scope.ALL, wall=time(13))
    assert by_session(series.group) == {
        week(0, 13): ALL_THREE, week(1, 13): {"Clara", "Otto"},
        week(2, 13): {"Clara", "Otto", "Fay"}, week(3, 13): {"Clara", "Otto", "Fay"},
    }  # fmt: skip
    once.refresh_from_db()
    assert (once.start_time, once.series) == (week(1, 13), None)
    gone = Appointment.objects.filter(client=third, status="cancelled").values_list("start_time", flat=True)
    assert set(gone) == {week(1), week(2), week(3)}
    extend(cast, latest_of(series.origin_id), 1)
    assert by_session(series.group)[week(4, 13)] == {"Clara", "Otto", "Fay"}


def test_who_left_after_a_change_may_come_back_and_taking_the_leaving_back_makes_no_second_membership(
    cast: Cast, series: Series, third: Client
) -> None:
    change(cast, row_of(series, cast.client, 1), Scope.LATER, wall=time(14))
    left = row_of(series, third, 3)
    cancel(cast, row_of(series, third, 1), Scope.LATER, whole=False)
    assert not Series.objects.filter(client=third, ended_at=None).exists()
    joined = join_group_series(
        actor=cast.front_desk, appointment_id=row_of(series, cast.client, 2).pk, client_id=third.pk
    )
    assert [each.start_time for each in joined.booked] == [week(2, 14), week(3, 14)]
    services.cancel_appointment(
        actor=cast.front_desk,
        appointment_id=joined.booked[1].pk,
        reason=CancelReason.OTHER,
        cancelled_by=CancelledBy.PRACTICE,
    )
    services.undo_last_step(actor=cast.front_desk, appointment_id=left.pk)
    (only,) = Series.objects.filter(client=third, ended_at=None)
    assert only.origin_id == joined.booked[0].series_id


# What is in the way


def elsewhere(client: Client, start: Any) -> Appointment:
    """The client is with another clinician then."""
    return AppointmentFactory.create(
        staff=StaffFactory.create(), client=client, start_time=start, end_time=start + timedelta(hours=1)
    )


def test_what_is_in_the_way_of_a_member_is_said_by_name_and_only_where_they_come(
    cast: Cast, series: Series, third: Client
) -> None:
    services.cancel_appointment(
        actor=cast.front_desk,
        appointment_id=row_of(series, third, 2).pk,
        reason=CancelReason.OTHER,
        cancelled_by=CancelledBy.CLIENT,
    )
    for number in (1, 2):
        elsewhere(third, week(number, 14))
    first = row_of(series, cast.client, 0)
    _, found = listed(cast, first, Scope.ALL, None, Answers(), wall=time(14))
    (row,) = found.unsettled
    assert row.slot.wanted == week(1, 14)
    assert [(each.kind, each.whom) for each in row.before] == [(Kind.CLASH, "Tara Third")]
    with pytest.raises(PlanChanged):
        change(cast, first, Scope.ALL, wall=time(14))
    assert len(by_session(series.group)[week(1)]) == 3


def test_a_session_changes_without_a_member_who_is_called_off(
    cast: Cast, series: Series, third: Client
) -> None:
    elsewhere(third, week(1, 14))
    first = row_of(series, cast.client, 0)
    _, found = listed(cast, first, Scope.ALL, None, Answers(), wall=time(14))
    (row,) = found.unsettled
    answers = Answers({row.slot.key: Choice("part", token=token_of(row.before))})
    change(cast, first, Scope.ALL, answers=answers, wall=time(14))
    assert by_session(series.group) == {
        week(0, 14): ALL_THREE, week(1, 14): {"Clara", "Otto"}, week(2, 14): ALL_THREE, week(3, 14): ALL_THREE,
    }  # fmt: skip
    theirs = row_of(series, third, 1)
    assert (theirs.status, theirs.cancel_reason, theirs.cancelled_by) == (
        "cancelled", "schedule_conflict", "practice",
    )  # fmt: skip
    rows = Appointment.objects.filter(start_time=week(1, 14), series__group=series.group)
    told = [each.events.latest("id").detail for each in rows]
    assert len(told) == 2
    assert not [detail for detail in told if "already has" in detail or "Tara" in detail]


def test_who_joins_after_the_list_was_shown_was_not_seen(cast: Cast, series: Series) -> None:
    first = row_of(series, cast.client, 0)
    _, found = listed(cast, first, Scope.ALL, None, Answers(), wall=time(14))
    services.join_group_session(
        actor=cast.front_desk, appointment_id=first.pk, client_id=ClientFactory.create().pk
    )
    with pytest.raises(PlanChanged):
        change(cast, first, Scope.ALL, seen=found.seen, wall=time(14))


# What stays


def test_a_session_moved_by_hand_stays_unless_somebody_takes_it_along(cast: Cast, series: Series) -> None:
    second = row_of(series, cast.client, 1)
    services.move_appointment(
        actor=cast.front_desk, appointment_id=second.pk, start=week(1, 16, 1), minutes=50
    )
    change(cast, second, Scope.ALL, wall=time(14))
    assert set(by_session(series.group)) == {week(0, 14), week(1, 16, 1), week(2, 14), week(3, 14)}
    taken = Answers({str(second.group_session): Choice("take")})
    change(cast, second, Scope.ALL, answers=taken, wall=time(15))
    assert by_session(series.group) == {week(n, 15): ALL_THREE for n in range(4)}


def test_a_session_edited_for_all_stays_and_what_one_member_has_otherwise_stays_theirs(
    cast: Cast, series: Series, third: Client
) -> None:
    first, second = row_of(series, cast.client, 0), row_of(series, cast.client, 1)
    update_group_session(
        actor=cast.front_desk, appointment_id=second.pk, location="telehealth", is_billable=True,
        billing_code="90849",
    )  # fmt: skip
    Appointment.objects.filter(pk=row_of(series, third, 2).pk).update(
        is_billable=False, location="telehealth"
    )
    change(cast, first, Scope.ALL, billing_code="90847", location="school")
    rows = Appointment.objects.filter(series__group=series.group).order_by("start_time", "client__first_name")
    found = list(rows.values_list("billing_code", "location", "is_billable"))
    assert found[3:6] == [("90849", "telehealth", True)] * 3
    assert found[6:9] == [("90847", "school", True)] * 2 + [("90847", "telehealth", False)]
    assert found[:3] + found[9:] == [("90847", "school", True)] * 6


def test_what_is_past_or_has_begun_for_somebody_is_never_touched(
    cast: Cast, series: Series, stopped_clock: Any
) -> None:
    stopped_clock.move_to(week(1, 9))
    services.check_in(actor=cast.front_desk, appointment_id=row_of(series, cast.client, 1).pk)
    change(cast, row_of(series, cast.other_client, 0), Scope.ALL, wall=time(15))
    starts = set(Appointment.objects.filter(series__group=series.group).values_list("start_time", flat=True))
    assert starts == {week(0), week(1), week(2, 15), week(3, 15)}
    stopped_clock.move_to(week(9))
    with pytest.raises(NotInSeries):
        change(cast, row_of(series, cast.client, 0), Scope.ALL, wall=time(16))


def test_a_place_that_was_put_off_by_itself_stays_where_it_is(
    cast: Cast, series: Series, third: Client
) -> None:
    alone = services.reschedule_appointment(
        actor=cast.front_desk, appointment_id=row_of(series, third, 1).pk, start=week(1, 16, 1), minutes=50
    )
    change(cast, row_of(series, cast.client, 0), Scope.ALL, wall=time(14))
    alone.refresh_from_db()
    assert alone.start_time == week(1, 16, 1)
    assert by_session(series.group)[week(1, 14)] == {"Clara", "Otto"}


def test_notes_and_bills_stay_linked_while_the_clinician_does_not_change(cast: Cast, series: Series) -> None:
    first, second = row_of(series, cast.client, 0), row_of(series, cast.client, 1)
    bill = BillFactory.create(client=cast.client, appointment=first, staff=cast.therapist.staff)
    note = DocumentFactory.create(appointment=second, type=DocumentType.PROGRESS_NOTE)
    change(cast, first, Scope.ALL, wall=time(11))
    bill.refresh_from_db()
    note.refresh_from_db()
    assert (bill.appointment_id, note.appointment_id) == (first.pk, second.pk)
    change(cast, row_of(series, cast.client, 2), Scope.LATER, staff=cast.stranger.staff)
    rows = Appointment.objects.filter(series__group=series.group).order_by("start_time")
    assert [each.staff for each in rows] == [cast.therapist.staff] * 6 + [cast.stranger.staff] * 6


def test_a_colleague_reaches_nothing(cast: Cast, series: Series) -> None:
    with pytest.raises(NotInSeries):
        reached(cast.stranger, row_of(series, cast.client, 0), Scope.ALL, whole=True)


def test_a_member_without_a_session_to_come_is_still_in_the_group_as_it_is_now(
    cast: Cast, series: Series, third: Client
) -> None:
    for number in range(4):
        services.cancel_appointment(
            actor=cast.front_desk, appointment_id=row_of(series, third, number).pk, reason=CancelReason.OTHER,
            cancelled_by=CancelledBy.CLIENT,
        )  # fmt: skip
    change(cast, row_of(series, cast.client, 0), Scope.ALL, wall=time(14))
    extend(cast, latest_of(series.origin_id), 1)
    assert by_session(series.group)[week(4, 14)] == ALL_THREE
    assert {each.words for each in members_of(latest_of(series.origin_id))} == {"Every Tuesday at 2:00 PM"}


def test_a_list_of_many_sessions_and_members_asks_as_much_as_a_short_one(cast: Cast) -> None:
    def cost(sessions: int, members: int) -> int:
        others = [ClientFactory.create() for _ in range(members)]
        own = ClientFactory.create()
        terms = replace(group_terms(cast, *others), client=own, staff=StaffFactory.create())
        made = plan(cast, terms, sessions)
        first = row_of(made, own, 0)
        with practice.loaded(), CaptureQueriesContext(connection) as captured:
            rows = reached(cast.front_desk, first, Scope.ALL, whole=True)
            wanted = for_all(replace(terms, others=(), wall=time(14)), rows)
            lay_out(cast.front_desk, wanted, moved_slots(rows, wanted, None), Answers())
        return len(captured)

    assert cost(2, 1) == cost(8, 4)


# ---- By form ------------------------------------------------------------------------------------------------


def test_the_group_asks_which_sessions_and_changes_them_as_they_were_listed(
    cast: Cast, series: Series, third: Client
) -> None:
    elsewhere(third, week(2, 14))
    second = row_of(series, cast.client, 1)
    desk = Browser()
    desk.force_login(cast.front_desk)
    group = desk.get(reverse("scheduling:group_session_detail", args=[second.pk])).content.decode()
    ask = reverse("scheduling:series_ask", args=[second.pk])
    for deed, one in (("edit-group", "group_session_edit"), ("move-group", "appointment_move")):
        assert f"{ask}?to={deed}" in group
        choices = desk.get(f"{ask}?to={deed}").context["choices"]
        assert [(label, count) for label, count, _ in choices] == [
            ("This one", ""), ("This and later", "3 sessions"), ("All that are not past", "4 sessions"),
        ]  # fmt: skip
        assert [url.partition("?")[0] for _, _, url in choices] == [
            reverse(f"scheduling:{one}", args=[second.pk]),
            *[reverse("scheduling:series_change", args=[second.pk])] * 2,
        ]
    alone = desk.get(f"{ask}?to=edit")
    assert alone.headers["Location"].startswith(reverse("scheduling:appointment_edit", args=[second.pk]))

    url = reverse("scheduling:series_change", args=[second.pk])
    page = desk.get(url)
    assert "The whole group" in page.content.decode()
    assert "type" not in page.context["form"].fields
    form = {
        "scope": "later", "staff": cast.therapist.staff.pk, "weekday": "1", "start": "2:00 PM", "minutes": "50",
        "location": "office", "billing_code": "90853", "is_billable": "on", "conflicts": "ask", "do": "list",
    }  # fmt: skip
    page = desk.post(url, form)
    assert "Tara Third: The client already has an appointment" in page.content.decode()
    lines = page.context["listing"]["lines"]
    assert [line.now for line in lines][:1] == ["Now Tue, Sep 29, 10:00 – 10:50 AM, 3 clients"]
    label = "Change it, and cancel it for Tara Third"
    value = next(value for value, text, _ in lines[1].options if text == label)
    saved = {**form, "do": "save", "seen": page.context["listing"]["seen"]}
    assert desk.post(url, saved).status_code == 422
    assert desk.post(url, {**saved, f"decide-{lines[1].key}": value}).status_code == 302
    found = by_session(series.group)
    assert [(start, len(found[start])) for start in sorted(found)] == [
        (week(0), 3), (week(1, 14), 3), (week(2, 14), 2), (week(3, 14), 3),
    ]  # fmt: skip
    detail = desk.get(reverse("scheduling:series_detail", args=[series.pk])).content.decode()
    assert "Change for everybody" in detail
    assert detail.count("Otto") == 1
