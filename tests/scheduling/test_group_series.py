"""A weekly group planned once: what is in the way of any member is shown and settled, and it stays one session."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.models import Client
from mentalspace.core import formatting, practice
from mentalspace.core.errors import NotPermitted
from scheduling.choices import CancelledBy, CancelReason
from scheduling.errors import NotBookable, SlotTaken
from scheduling.groups.joining import Joined, join_group_series
from scheduling.groups.sessions import group_of
from scheduling.models import Appointment, Series
from scheduling.series.booking import extend_series, plan_series, terms_of
from scheduling.series.changing import cancel_series, listing, reached
from scheduling.series.choices import Scope
from scheduling.series.obstacles import Kind, Terms
from scheduling.series.plan import Answers, Choice, token_of
from scheduling.series.sessions import further_days
from scheduling.services import join_group_session
from tests.cast import Cast
from tests.clients.factories import ClientFactory, ClientProfileFactory
from tests.scheduling.conftest import at
from tests.scheduling.factories import AppointmentFactory
from tests.scheduling.series import TUESDAY, WEEKLY, days_of, shown, terms_for
from tests.staff.factories import StaffFactory

pytestmark = pytest.mark.usefixtures("stopped_clock")
NEW = reverse("scheduling:group_series_create")


@pytest.fixture
def third(db: None) -> Client:
    return ClientFactory.create(first_name="Tara", last_name="Third")


def group_terms(cast: Cast, *others: Client) -> Terms:
    return terms_for(cast, type="group", billing_code="90853", others=others)


def plan(cast: Cast, terms: Terms, sessions: int = 4, answers: Answers | None = None) -> Series:
    answers, days = answers or Answers(), days_of(sessions)
    return plan_series(
        actor=cast.front_desk,
        terms=terms,
        rule=WEEKLY,
        days=days,
        sessions=sessions,
        until=None,
        answers=answers,
        seen=shown(cast.front_desk, terms, days, answers).seen,
    )


def elsewhere(client: Client, day: Any) -> Appointment:
    """The client is with another clinician then."""
    return AppointmentFactory.create(
        staff=StaffFactory.create(), client=client, start_time=at(10, 0, day), end_time=at(11, 0, day)
    )


def by_session(group: Any) -> dict[Any, set[str]]:
    """The names of who comes, by start."""
    found: dict[Any, set[str]] = {}
    for each in Appointment.objects.filter(series__group=group, status="scheduled").select_related("client"):
        found.setdefault(each.start_time, set()).add(each.client.first_name)
    return found


def test_every_member_has_a_series_and_every_session_is_one(cast: Cast, third: Client) -> None:
    series = plan(cast, group_terms(cast, cast.other_client, third))
    assert Series.objects.filter(group=series.group).count() == 3
    rows = Appointment.objects.filter(series__group=series.group)
    sessions = set(rows.values_list("group_session", "start_time"))
    assert (rows.count(), len(sessions)) == (12, 4)
    assert {each.type for each in rows} == {"group"}
    first = rows.order_by("start_time")[0]
    assert len(group_of(cast.front_desk, first).members) == 3
    assert [str(each) for each in Series.objects.filter(group=series.group)] == [
        "Every Tuesday at 10:00 AM"
    ] * 3


def test_what_is_in_the_way_of_one_member_is_said_by_name_and_settled(cast: Cast, third: Client) -> None:
    elsewhere(third, TUESDAY + timedelta(weeks=1))
    terms = group_terms(cast, cast.other_client, third)
    listed = shown(cast.front_desk, terms, days_of(4))
    (row,) = listed.unsettled
    assert [(each.kind, each.whom, each.client_id) for each in row.before] == [
        (Kind.CLASH, "Tara Third", third.pk)
    ]
    part = Choice("part", token=token_of(row.before))
    series = plan(cast, terms, answers=Answers({row.slot.key: part}))
    found = by_session(series.group)
    assert [found[start] for start in sorted(found)] == [
        {"Clara", "Otto", "Tara"},
        {"Clara", "Otto"},
        {"Clara", "Otto", "Tara"},
        {"Clara", "Otto", "Tara"},
    ]
    # The history of the others tells nothing of her.
    told = [each.events.get().detail for each in Appointment.objects.filter(series__group=series.group)]
    assert not [detail for detail in told if "already has" in detail or "Tara" in detail]


def test_leaving_members_out_never_books_into_the_clinicians_time(cast: Cast, third: Client) -> None:
    AppointmentFactory.create(
        staff=cast.therapist.staff, start_time=at(10, 0, TUESDAY), end_time=at(11, 0, TUESDAY)
    )
    elsewhere(third, TUESDAY)
    terms = group_terms(cast, third)
    (row,) = shown(cast.front_desk, terms, days_of(2)).unsettled
    answers = Answers({row.slot.key: Choice("part", token=token_of(row.before))})
    assert len(shown(cast.front_desk, terms, days_of(2), answers).unsettled) == 1


def test_a_session_without_anybody_is_none(cast: Cast, third: Client) -> None:
    for client in (cast.client, third):
        elsewhere(client, TUESDAY)
    terms = group_terms(cast, third)
    (row,) = shown(cast.front_desk, terms, days_of(2)).unsettled
    answers = Answers({row.slot.key: Choice("part", token=token_of(row.before))})
    assert len(shown(cast.front_desk, terms, days_of(2), answers).unsettled) == 1


def test_authorised_sessions_are_counted_for_each(cast: Cast, third: Client) -> None:
    coverage = [{"rank": "primary", "provider": "Acme", "authorisations": [{"sessions": 2}]}]
    ClientProfileFactory.create(client=third, insurance_info=coverage)
    rows = shown(cast.front_desk, group_terms(cast, cast.other_client, third), days_of(4)).rows
    assert [[(each.kind, each.whom) for each in row.before] for row in rows] == [
        [],
        [],
        [(Kind.AUTHORISED, "Tara Third")],
        [(Kind.AUTHORISED, "Tara Third")],
    ]


def test_a_hundred_sessions_cost_as_much_as_two_and_ten_members_as_two(cast: Cast) -> None:
    def cost(sessions: int, members: int) -> int:
        terms = group_terms(cast, *(ClientFactory.create() for _ in range(members)))
        with practice.loaded(), CaptureQueriesContext(connection) as captured:
            shown(cast.front_desk, terms, days_of(sessions))
        return len(captured)

    assert cost(2, 2) == cost(60, 9)


def test_whom_one_does_not_serve_one_does_not_plan_for(cast: Cast) -> None:
    terms = group_terms(cast, cast.other_client)
    days = days_of(2)
    with pytest.raises(NotBookable):
        plan_series(
            actor=cast.therapist, terms=terms, rule=WEEKLY, days=days, sessions=2, until=None,
            answers=Answers(), seen=shown(cast.therapist, terms, days).seen,
        )  # fmt: skip
    assert not Series.objects.exists()


def cancel(cast: Cast, appointment: Appointment, scope: str, *, whole: bool) -> list[Appointment]:
    appointment = Appointment.objects.select_related("series").get(pk=appointment.pk)
    return cancel_series(
        actor=cast.front_desk,
        appointment_id=appointment.pk,
        scope=scope,
        reason=CancelReason.OTHER,
        cancelled_by=CancelledBy.PRACTICE,
        seen=listing(reached(cast.front_desk, appointment, scope, whole=whole)),
        whole=whole,
    )


def test_one_leaves_the_group_from_a_session_on(cast: Cast, third: Client) -> None:
    series = plan(cast, group_terms(cast, cast.other_client, third))
    theirs = Appointment.objects.filter(series__group=series.group, client=third).order_by("start_time")
    assert len(cancel(cast, theirs[2], Scope.LATER, whole=False)) == 2
    found = by_session(series.group)
    assert [len(found[start]) for start in sorted(found)] == [3, 3, 2, 2]
    assert set(Series.objects.filter(ended_at=None).values_list("client__first_name", flat=True)) == {
        "Clara",
        "Otto",
    }


def test_the_group_ends_for_everybody_also_for_a_guest(cast: Cast, third: Client) -> None:
    series = plan(cast, group_terms(cast, cast.other_client))
    rows = Appointment.objects.filter(series__group=series.group).order_by("start_time")
    guest = join_group_session(actor=cast.front_desk, appointment_id=rows[4].pk, client_id=third.pk)
    assert len(cancel(cast, rows[4], Scope.LATER, whole=True)) == 5
    guest.refresh_from_db()
    assert guest.status == "cancelled"
    assert [len(names) for names in by_session(series.group).values()] == [2, 2]
    assert not Series.objects.filter(ended_at=None).exists()


def test_the_session_to_which_somebody_came_is_not_called_off_with_the_others(cast: Cast) -> None:
    series = plan(cast, group_terms(cast, cast.other_client))
    rows = Appointment.objects.filter(series__group=series.group).order_by("start_time")
    Appointment.objects.filter(pk=rows[0].pk).update(status="checked_in")
    assert len(cancel(cast, rows[2], Scope.ALL, whole=True)) == 6
    assert sorted(rows.filter(start_time=rows[0].start_time).values_list("status", flat=True)) == [
        "checked_in",
        "scheduled",
    ]


def test_it_is_extended_for_all_who_are_still_in_it(cast: Cast, third: Client) -> None:
    series = plan(cast, group_terms(cast, cast.other_client, third))
    left = Appointment.objects.filter(series__group=series.group, client=third).order_by("start_time")[0]
    cancel(cast, left, Scope.ALL, whole=False)
    own = Series.objects.get(group=series.group, client=cast.client)
    days = further_days(own, sessions=2, until=None)
    extend_series(
        actor=cast.front_desk,
        series_id=own.pk,
        sessions=2,
        until=None,
        answers=Answers(),
        seen=shown(cast.front_desk, terms_of(own), days).seen,
    )
    found = by_session(series.group)
    assert [found[start] for start in sorted(found)] == [{"Clara", "Otto"}] * 6


def join(cast: Cast, appointment: Appointment, client: Client) -> Joined:
    return join_group_series(actor=cast.front_desk, appointment_id=appointment.pk, client_id=client.pk)


def test_somebody_joins_from_a_session_on_but_for_where_they_are_elsewhere(cast: Cast, third: Client) -> None:
    series = plan(cast, group_terms(cast, cast.other_client))
    rows = Appointment.objects.filter(series__group=series.group, client=cast.client).order_by("start_time")
    busy = elsewhere(third, TUESDAY + timedelta(weeks=2))
    joined = join(cast, rows[1], third)
    assert joined.missed == [busy.start_time]
    found = by_session(series.group)
    assert [len(found[start]) for start in sorted(found)] == [2, 3, 2, 3]
    theirs = Series.objects.get(group=series.group, client=third)
    assert (theirs.starts_on, theirs.planned_until) == (
        TUESDAY + timedelta(weeks=1),
        TUESDAY + timedelta(weeks=3),
    )
    with pytest.raises(NotBookable, match="in the group already"):
        join(cast, rows[2], third)
    # And is called off with the others.
    assert len(cancel(cast, rows[3], Scope.LATER, whole=True)) == 3


def test_nobody_joins_sessions_at_all_of_which_they_are_elsewhere(cast: Cast, third: Client) -> None:
    plan(cast, group_terms(cast, cast.other_client), sessions=1)
    elsewhere(third, TUESDAY)
    with pytest.raises(SlotTaken, match="another appointment at each"):
        join(cast, Appointment.objects.filter(client=cast.client)[0], third)
    assert not Series.objects.filter(client=third).exists()


def test_joining_is_for_who_holds_the_group(cast: Cast, third: Client) -> None:
    plan(cast, group_terms(cast, cast.other_client))
    row = Appointment.objects.filter(client=cast.other_client)[0]
    with pytest.raises(NotPermitted):
        join_group_series(actor=cast.stranger, appointment_id=row.pk, client_id=cast.other_client.pk)


def test_joining_asks_whether_the_later_sessions_are_meant(cast: Cast, third: Client) -> None:
    series = plan(cast, group_terms(cast, cast.other_client))
    row = Appointment.objects.filter(client=cast.client).order_by("start_time")[0]
    desk = Browser()
    desk.force_login(cast.front_desk)
    url = reverse("scheduling:group_member_add", args=[row.pk])
    assert "And to all later sessions" in desk.get(url).content.decode()
    assert desk.post(url, {"client": third.pk, "later": "on"}).status_code == 302
    assert [len(names) for names in by_session(series.group).values()] == [3, 3, 3, 3]
    fourth = ClientFactory.create()
    assert desk.post(url, {"client": fourth.pk}).status_code == 302
    assert Appointment.objects.filter(client=fourth).count() == 1


# ---- By form ------------------------------------------------------------------------------------------------


def typed(cast: Cast, *clients: Client, **changes: Any) -> dict[str, Any]:
    return {
        "clients": [client.pk for client in clients],
        "staff": cast.therapist.staff.pk,
        "date": formatting.date(TUESDAY),
        "start": "10:00 AM",
        "minutes": "90",
        "every": "1",
        "unit": "weeks",
        "sessions": "3",
        "holidays": "skip",
        "conflicts": "ask",
        "location": "office",
        "is_billable": "on",
        "do": "list",
        **changes,
    }


def test_it_is_listed_settled_and_booked_by_form(cast: Cast, third: Client) -> None:
    elsewhere(third, TUESDAY)
    desk = Browser()
    desk.force_login(cast.front_desk)
    form = typed(cast, cast.client, third)
    page = desk.post(NEW, form)
    html = page.content.decode()
    assert "Tara Third: The client already has an appointment" in html
    lines = page.context["listing"]["lines"]
    value = next(value for value, label, _ in lines[0].options if label == "Book it without Tara Third")
    saved = {**form, "do": "save", "seen": page.context["listing"]["seen"], f"decide-{lines[0].key}": value}
    assert desk.post(NEW, {**saved, f"decide-{lines[0].key}": ""}).status_code == 422
    answer = desk.post(NEW, saved)
    assert answer.status_code == 302
    detail = desk.get(answer.headers["Location"]).content.decode()
    assert "With Tara Third" in detail
    assert "Cancel for everybody" in detail
    rows = Appointment.objects.filter(series__isnull=False)
    assert (rows.count(), set(rows.values_list("type", "billing_code"))) == (5, {("group", "90853")})
    later = rows.order_by("-start_time")[0]
    ask = f"{reverse('scheduling:series_ask', args=[later.pk])}?to=cancel-group"
    html = desk.get(ask).content.decode()
    assert "of=everybody" in html
    cancel_url = f"{reverse('scheduling:series_cancel', args=[later.pk])}?of=everybody"
    said = {"scope": "all", "cancelled_by": "practice", "reason": "other", "do": "list"}
    listed = desk.post(cancel_url, said)
    assert "2 clients" in listed.content.decode()
    assert desk.post(cancel_url, {**said, "do": "save", "seen": listed.context["seen"]}).status_code == 302
    assert set(rows.values_list("status", flat=True)) == {"cancelled"}


def test_a_group_needs_clients(cast: Cast) -> None:
    desk = Browser()
    desk.force_login(cast.front_desk)
    answer = desk.post(NEW, typed(cast))
    assert (answer.status_code, "Choose the clients of the group." in answer.content.decode()) == (422, True)
