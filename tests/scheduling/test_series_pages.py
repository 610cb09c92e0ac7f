"""The pages of series: planning with nothing lost and nothing twice, the question before a change, where they show."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from scheduling.models import Appointment, Closure, Series
from scheduling.series.choices import Scope
from tests.cast import Cast
from tests.clients.factories import ClientFactory
from tests.scheduling.conftest import at
from tests.scheduling.factories import AppointmentFactory
from tests.scheduling.series import TUESDAY, plan

pytestmark = pytest.mark.usefixtures("stopped_clock")
NEW = "/series/new/"


def browser_of(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def typed(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "client": str(cast.client.pk),
        "staff": str(cast.therapist.staff.pk),
        "date": "09/22/2026",
        "start": "10:00 AM",
        "minutes": "50",
        "every": "1",
        "unit": "weeks",
        "sessions": "4",
        "until": "",
        "holidays": "skip",
        "conflicts": "ask",
        "type": "individual",
        "location": "office",
        "is_billable": "on",
        "notes": "Ground floor",
        "do": "list",
        **changes,
    }


def clash(cast: Cast, weeks: int = 1) -> None:
    day = TUESDAY + timedelta(weeks=weeks)
    AppointmentFactory.create(
        staff=cast.therapist.staff,
        client=ClientFactory.create(),
        start_time=at(10, 0, day),
        end_time=at(11, 0, day),
    )


def text_of(response: Any) -> str:
    """What one reads, without markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


# Planning


def test_the_list_comes_before_the_booking_and_books_what_it_shows(cast: Cast) -> None:
    browser = browser_of(cast.front_desk)
    listed = browser.post(NEW, typed(cast))
    assert listed.status_code == 200
    assert not Appointment.objects.exists()
    shown = listed.context["listing"]
    assert [(line.day, line.time, line.badge.text) for line in shown["lines"]] == [
        (f"Tue, {day}, 2026", "10:00 – 10:50 AM", "To book")
        for day in ("Sep 22", "Sep 29", "Oct 6", "Oct 13")
    ]
    answer = browser.post(NEW, typed(cast, do="save", seen=shown["seen"]))
    series = Series.objects.get()
    assert answer.headers["Location"] == f"/series/{series.pk}/"
    assert series.appointments.count() == 4
    assert {each.notes for each in series.appointments.all()} == {"Ground floor"}
    page = browser.get(answer.headers["Location"])
    assert "4 sessions booked: every Tuesday at 10:00 AM." in text_of(page)


def test_saving_without_having_seen_the_list_shows_it_instead(cast: Cast) -> None:
    browser = browser_of(cast.front_desk)
    refused = browser.post(NEW, typed(cast, do="save"))
    assert refused.status_code == 422
    assert "Something has changed since these sessions were listed" in text_of(refused)
    seen = refused.context["listing"]["seen"]
    other = browser.post(NEW, typed(cast, do="save", seen=seen, start="11:00 AM"))
    assert other.status_code == 422
    assert not Appointment.objects.exists()


def test_the_same_form_twice_books_once(cast: Cast) -> None:
    browser = browser_of(cast.front_desk)
    listed = browser.post(NEW, typed(cast))
    key = re.findall(r'name="_once" value="([^"]+)"', listed.content.decode())[-1]
    form = typed(cast, do="save", seen=listed.context["listing"]["seen"], _once=key)
    first, again = browser.post(NEW, form), browser.post(NEW, form)
    assert (first.status_code, again.headers["Location"]) == (302, first.headers["Location"])
    assert Series.objects.count() == 1


def test_what_is_open_keeps_everything_from_being_booked_and_nothing_typed_is_lost(cast: Cast) -> None:
    clash(cast)
    browser = browser_of(cast.front_desk)
    listed = browser.post(NEW, typed(cast))
    line = listed.context["listing"]["lines"][1]
    assert line.badge.text == "Decide"
    assert [label for _, label, _ in line.options] == [
        "Decide", "Leave it out", "Move to Tue, Sep 29, 9:00 AM", "Move to Tue, Sep 29, 11:00 AM",
        "Move to Tue, Sep 29, 11:30 AM", "Another day or time",
    ]  # fmt: skip
    form = typed(cast, do="save", seen=listed.context["listing"]["seen"])
    form |= {"decide-2026-09-29": "other", "day-2026-09-29": "09/30/2026", "time-2026-09-29": "half past two"}
    refused = browser.post(NEW, form)
    assert refused.status_code == 422
    again = refused.context["listing"]["lines"][1]
    assert again.typed == ("09/30/2026", "half past two")
    assert again.fault == "Enter the time as hours and minutes, for example 2:30 PM."
    html = refused.content.decode()
    assert 'value="half past two"' in html
    assert "Ground floor" in html
    assert not Series.objects.exists()
    form |= {"time-2026-09-29": "2:30 PM"}
    assert browser.post(NEW, form).status_code == 302
    second = Appointment.objects.get(
        series__isnull=False, series_slot=at(10, 0, TUESDAY + timedelta(weeks=1))
    )
    assert second.start_time == at(14, 30, TUESDAY + timedelta(weeks=1, days=1))


def test_a_decision_is_kept_while_others_are_made(cast: Cast) -> None:
    clash(cast, 1)
    clash(cast, 2)
    browser = browser_of(cast.front_desk)
    decided = typed(cast, **{"decide-2026-09-29": "skip"})
    lines = browser.post(NEW, decided).context["listing"]["lines"]
    assert [line.badge.text for line in lines] == ["To book", "Left out", "Decide", "To book"]
    assert [label for _, label, chosen in lines[1].options if chosen] == ["Leave it out"]


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"sessions": "", "until": ""}, "sessions", "Give the number of sessions, or the last day."),
        ({"until": "12/01/2026"}, "until", "Give the number of sessions or the last day, not both."),
        (
            {"sessions": "105"},
            "sessions",
            "That is more than 104 sessions, the most that are booked at once.",
        ),
        ({"sessions": "", "until": "09/01/2026"}, "until", "No session falls before this day."),
        (
            {"unit": "months", "date": "09/29/2026"},
            "unit",
            "This is the fifth Tuesday of its month, and not every month has one."
            " Choose the last such weekday, or another first day.",
        ),
    ],
)
def test_a_rule_that_makes_no_sense_is_said_at_its_field(
    cast: Cast, changes: dict[str, str], field: str, sentence: str
) -> None:
    answer = browser_of(cast.front_desk).post(NEW, typed(cast, **changes))
    assert answer.status_code == 422
    assert answer.context["form"].errors[field] == [sentence]


def test_chosen_weekdays_and_months(cast: Cast) -> None:
    browser = browser_of(cast.front_desk)

    def days(**changes: Any) -> list[str]:
        listing = browser.post(NEW, typed(cast, **changes)).context["listing"]
        return [line.key for line in listing["lines"]]

    assert days(every="2", weekdays=["1", "3"]) == ["2026-09-22", "2026-09-24", "2026-10-06", "2026-10-08"]
    assert days(unit="months") == ["2026-09-22", "2026-10-27", "2026-11-24", "2026-12-22"]
    assert days(unit="months_last", date="09/29/2026") == [
        "2026-09-29",
        "2026-10-27",
        "2026-11-24",
        "2026-12-29",
    ]
    assert days(sessions="", until="10/06/2026") == ["2026-09-22", "2026-09-29", "2026-10-06"]


def test_the_clients_own_time_stands_beside_where_it_differs(cast: Cast) -> None:
    cast.client.time_zone = "America/Chicago"
    cast.client.save()
    line = browser_of(cast.front_desk).post(NEW, typed(cast)).context["listing"]["lines"][0]
    assert line.time == "10:00 – 10:50 AM (9:00 AM for the client)"


def test_a_group_is_no_series(cast: Cast) -> None:
    answer = browser_of(cast.front_desk).post(NEW, typed(cast, type="group"))
    assert "type" in answer.context["form"].errors


@pytest.mark.parametrize("role", ["biller"])
def test_who_books_nothing_plans_nothing(cast: Cast, role: str) -> None:
    assert browser_of(cast.by_role()[role]).get(NEW).status_code == 403


# Afterwards


def test_changing_is_asked_about_first(cast: Cast) -> None:
    session = plan(cast, sessions=4).appointments.order_by("start_time")[1]
    browser = browser_of(cast.front_desk)
    panel = browser.get(f"/appointments/{session.pk}/")
    for deed in ("edit", "move", "cancel"):
        assert f"/appointments/{session.pk}/series/?to={deed}" in panel.content.decode().replace("&amp;", "&")
    asked = browser.get(f"/appointments/{session.pk}/series/?to=cancel")
    assert [(label, count) for label, count, _ in asked.context["choices"]] == [
        ("This one", ""), ("This and later", "3 sessions"), ("All that are not past", "4 sessions"),
    ]  # fmt: skip
    assert [url.split("?", maxsplit=1)[0] for _, _, url in asked.context["choices"]] == [
        f"/appointments/{session.pk}/cancel/", *[f"/appointments/{session.pk}/series/cancel/"] * 2,
    ]  # fmt: skip
    assert "Every Tuesday at 10:00 AM, 2 of 4" in text_of(panel)


def test_an_appointment_of_no_series_has_no_such_question(cast: Cast) -> None:
    single = AppointmentFactory.create(staff=cast.therapist.staff, client=cast.client)
    browser = browser_of(cast.front_desk)
    for name in ("series_ask", "series_change", "series_cancel"):
        assert browser.get(reverse(f"scheduling:{name}", args=[single.pk])).status_code == 404
    assert "/series/" not in browser.get(f"/appointments/{single.pk}/").content.decode()


def terms_typed(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "scope": Scope.LATER, "staff": str(cast.therapist.staff.pk), "weekday": "1", "start": "10:00 AM",
        "minutes": "50",
        "type": "individual", "location": "office", "billing_code": "90834", "is_billable": "on", "conflicts": "ask",
        "do": "list", **changes,
    }  # fmt: skip


def test_several_sessions_change_as_they_were_listed(cast: Cast) -> None:
    session = plan(cast, sessions=4).appointments.order_by("start_time")[1]
    browser, url = browser_of(cast.front_desk), f"/appointments/{session.pk}/series/change/"
    listed = browser.post(url, terms_typed(cast, weekday="3", start="2:00 PM"))
    lines = listed.context["listing"]["lines"]
    assert [(line.day, line.now) for line in lines] == [
        ("Thu, Oct 1, 2026", "Now Tue, Sep 29, 10:00 – 10:50 AM"),
        ("Thu, Oct 8, 2026", "Now Tue, Oct 6, 10:00 – 10:50 AM"),
        ("Thu, Oct 15, 2026", "Now Tue, Oct 13, 10:00 – 10:50 AM"),
    ]
    seen = listed.context["listing"]["seen"]
    saved = browser.post(url, terms_typed(cast, weekday="3", start="2:00 PM", do="save", seen=seen))
    assert saved.status_code == 302
    session.refresh_from_db()
    assert session.start_time == at(14, 0, TUESDAY + timedelta(weeks=1, days=2))


def test_several_sessions_are_cancelled_as_they_were_listed(cast: Cast) -> None:
    series = plan(cast, sessions=4)
    session = series.appointments.order_by("start_time")[1]
    browser, url = browser_of(cast.front_desk), f"/appointments/{session.pk}/series/cancel/"
    why = {
        "scope": "later",
        "cancelled_by": "client",
        "reason": "client_request",
        "note": "Moves away",
        "do": "list",
    }
    listed = browser.post(url, why)
    assert "Moves away" in listed.content.decode()
    assert len(listed.context["rows"]) == 3
    saved = browser.post(url, {**why, "do": "save", "seen": listed.context["seen"]})
    assert saved.status_code == 302
    statuses = series.appointments.order_by("start_time").values_list("status", flat=True)
    assert list(statuses) == ["scheduled", *["cancelled"] * 3]
    page = text_of(browser.get(f"/series/{series.pk}/"))
    assert "4, 1 to come" in page
    assert "Ended" in page


def test_further_sessions_are_listed_and_booked(cast: Cast) -> None:
    series = plan(cast, sessions=2)
    Closure.objects.create(name="Retreat", day=TUESDAY + timedelta(weeks=3))
    browser, url = browser_of(cast.front_desk), f"/series/{series.pk}/extend/"
    form = {"sessions": "3", "until": "", "holidays": "skip", "conflicts": "ask", "do": "list"}
    listed = browser.post(url, form)
    assert [line.badge.text for line in listed.context["listing"]["lines"]] == [
        "To book",
        "Left out",
        "To book",
    ]
    saved = browser.post(url, {**form, "do": "save", "seen": listed.context["listing"]["seen"]})
    assert saved.headers["Location"] == f"/series/{series.pk}/"
    assert series.appointments.count() == 4


# Where series show


def test_the_calendar_the_chart_and_the_agenda_know_of_them(cast: Cast) -> None:
    series = plan(cast, sessions=4)
    browser = browser_of(cast.front_desk)
    for view in ("day", "week", "month", "agenda"):
        url = f"/schedule/?view={view}&date=2026-09-22&staff={cast.therapist.staff.pk}"
        shown = browser.get(url).content.decode().count(", in a series")
        # The month shows the days of its weeks, the last of them of October.
        assert shown == {"day": 1, "week": 1, "month": 2, "agenda": 1}[view], view
    tab = browser.get(f"/clients/{cast.client.pk}/schedule/")
    assert f"/series/{series.pk}/" in tab.content.decode()
    said = text_of(tab)
    assert "Every Tuesday at 10:00 AM" in said
    assert "Next Tue, Sep 22, 10:00 – 10:50 AM · Tue, Sep 29, 10:00 – 10:50 AM" in said
    assert "4 of 4 sessions to come" in said


def test_a_colleague_who_does_not_see_the_client_finds_no_series(cast: Cast) -> None:
    series = plan(cast, sessions=2)
    assert browser_of(cast.stranger).get(f"/series/{series.pk}/").status_code == 404
    assert browser_of(cast.therapist).get(f"/series/{series.pk}/").status_code == 200


def test_pages_of_series_ask_the_same_whatever_their_length(cast: Cast) -> None:
    def cost(browser: Browser, url: str, form: dict[str, Any] | None = None) -> int:
        (browser.post(url, form) if form else browser.get(url))
        with CaptureQueriesContext(connection) as asked:
            (browser.post(url, form) if form else browser.get(url))
        return len(asked)

    browser = browser_of(cast.front_desk)
    short, long = (
        plan(cast, sessions=2),
        plan(cast, sessions=20, client=cast.other_client, staff=cast.stranger.staff),
    )
    first = {series.pk: series.appointments.order_by("start_time")[0].pk for series in (short, long)}
    for path in ("/series/{series}/", "/appointments/{session}/series/?to=move", "/appointments/{session}/"):
        found = [cost(browser, path.format(series=each.pk, session=first[each.pk])) for each in (short, long)]
        assert found[0] == found[1] <= 13, path
    planning = [cost(browser, NEW, typed(cast, start="1:00 PM", sessions=str(count))) for count in (2, 40)]
    assert planning[0] == planning[1]
