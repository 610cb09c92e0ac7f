"""The calendar: what stands in it, for whom, at what cost."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.choices import Role
from scheduling import services
from scheduling.choices import CancelledBy, CancelReason
from tests.cast import Cast
from tests.clients.factories import ClientFactory
from tests.scheduling.conftest import TODAY, at
from tests.scheduling.factories import AppointmentFactory

pytestmark = [pytest.mark.usefixtures("stopped_clock"), pytest.mark.django_db]
URL = "/schedule/"


def page(user: Any, query: str = "") -> str:
    browser = Browser()
    browser.force_login(user)
    answer = browser.get(f"{URL}{query}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def booked(cast: Cast, hour: int = 14, **fields: Any) -> Any:
    facts = {"staff": cast.therapist.staff, "client": cast.client, **fields}
    start = facts.pop("start_time", at(hour))
    return AppointmentFactory.create(start_time=start, end_time=start + timedelta(minutes=50), **facts)


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("view", ["day", "week", "month", "agenda"])
def test_every_role_opens_every_view(cast: Cast, role: str, view: str) -> None:
    booked(cast)
    assert "America/New York (EDT)" in page(cast.by_role()[role], f"?view={view}&date=2026-09-14&staff=all")


def test_busy_says_nothing_else(cast: Cast) -> None:
    """No name, no type, no address of it anywhere in the page, in any view."""
    hidden = booked(
        cast, client=cast.other_client, staff=cast.stranger.staff, type="crisis", notes="Side door"
    )
    for view in ("day", "month", "agenda"):
        html = page(cast.therapist, f"?view={view}&staff={cast.stranger.staff.pk}&date=2026-09-14")
        assert "Busy" in html
        body = html.split('class="cal-legend"')[0]
        for secret in (
            "Otto",
            str(hidden.pk),
            "Crisis",
            "t-crisis",
            "Side door",
            "Telehealth",
            str(cast.other_client.pk),
        ):
            assert secret not in body
    assert "Otto Other" in page(cast.front_desk, "?staff=all&date=2026-09-14")


def test_the_desk_sees_everybody_and_a_clinician_herself(cast: Cast) -> None:
    assert page(cast.front_desk).count('class="cal-col') == 4
    own = page(cast.therapist)
    assert own.count('class="cal-col') == 1
    assert f'data-staff="{cast.therapist.staff.pk}"' in own


def test_whom_one_looked_at_is_remembered(cast: Cast) -> None:
    browser = Browser()
    browser.force_login(cast.front_desk)
    browser.get(f"{URL}?staff={cast.stranger.staff.pk}")
    html = browser.get(f"{URL}?view=week").content.decode()
    assert f'data-staff="{cast.stranger.staff.pk}"' in html
    browser.get(f"{URL}?staff=all")
    assert browser.get(URL).content.decode().count('class="cal-col') == 4


def test_it_is_as_one_left_it_after_signing_in_again(cast: Cast) -> None:
    """Whom, and how finely: of everybody their own. One's own week forgets nobody."""
    first = Browser()
    first.force_login(cast.front_desk)
    first.get(f"{URL}?staff={cast.stranger.staff.pk}&staff={cast.therapist.staff.pk}&step=10")
    first.get(f"{URL}?view=week&staff={cast.therapist.staff.pk}")
    html = page(cast.front_desk)
    assert re.findall('data-staff="([^"]*)"', html) == [
        str(each.staff.pk) for each in (cast.stranger, cast.therapist)
    ]
    assert 'data-step="10"' in html
    assert 'data-step="30"' in page(cast.therapist)
    page(cast.front_desk, "?staff=all&step=15")
    html = page(cast.front_desk)
    assert (html.count('class="cal-col'), 'data-step="15"' in html) == (4, True)


@pytest.mark.parametrize(
    ("step", "starts"), [(10, ["10:50", "11:00"]), (15, ["11:00", "11:15"]), (30, ["11:00", "11:30"])]
)
def test_a_step_divides_the_hours_between_appointments(cast: Cast, step: int, starts: list[str]) -> None:
    booked(cast, 10)
    html = page(cast.front_desk, f"?staff={cast.therapist.staff.pk}&date=2026-09-14&step={step}")
    free = re.findall(r"start=(1[01]:\d\d)", html)
    assert free[: len(starts)] == starts


def test_a_step_that_there_is_not_is_the_usual_one(cast: Cast) -> None:
    assert 'data-step="30"' in page(cast.front_desk, "?step=7")


def test_an_empty_slot_books_that_very_time(cast: Cast) -> None:
    """Clicking 10:30 in Thea's column opens the form with the day, the time and Thea filled in."""
    html = page(cast.front_desk, "?date=2026-09-15&staff=all")
    link = f"/appointments/new/?staff={cast.therapist.staff.pk}&amp;date=2026-09-15&amp;start=10:30"
    assert link in html
    browser = Browser()
    browser.force_login(cast.front_desk)
    form = browser.get(link.replace("&amp;", "&")).content.decode()
    assert 'value="09/15/2026"' in form
    assert 'value="10:30 AM"' in form
    assert f'<option value="{cast.therapist.staff.pk}" selected>' in form


def test_a_clinician_books_only_in_her_own_column(cast: Cast) -> None:
    html = page(cast.therapist, "?staff=all")
    assert f"/appointments/new/?staff={cast.therapist.staff.pk}" in html
    assert f"/appointments/new/?staff={cast.stranger.staff.pk}" not in html
    assert "cal-slot" not in page(cast.biller, "?staff=all")


def test_called_off_ones_are_shown_on_request(cast: Cast) -> None:
    appointment = booked(cast)
    services.cancel_appointment(
        actor=cast.front_desk,
        appointment_id=appointment.pk,
        reason=CancelReason.WEATHER,
        cancelled_by=CancelledBy.PRACTICE,
    )
    assert "Clara Cole" not in page(cast.front_desk, "?staff=all")
    assert "Clara Cole" in page(cast.front_desk, "?staff=all&called_off=1")


def test_members_of_a_group_are_one_block(cast: Cast) -> None:
    services.book_group_session(
        actor=cast.front_desk,
        client_ids=[cast.client.pk, cast.other_client.pk, ClientFactory.create().pk],
        staff_id=cast.therapist.staff.pk,
        start=at(14),
        minutes=90,
    )
    html = page(cast.front_desk)
    assert html.count('class="appt ') == 1
    assert "3 clients" in html
    # The therapist treats one of the three, yet holds the session: all are hers to see.
    assert "3 clients" in page(cast.therapist)


def test_status_is_a_word_and_time_off_has_a_label(cast: Cast) -> None:
    booked(cast, status="checked_in")
    staff = cast.therapist.staff
    staff.availability = {
        **staff.availability,
        "exceptions": [
            {"date": "2026-09-14", "from": "10:00", "to": "12:00", "available": False, "reason": "Surgery"}
        ],
    }
    staff.save()
    html = page(cast.front_desk)
    assert '<span class="appt-state">Checked in</span>' in html
    assert "Time off until 12:00 PM" in html
    assert "Surgery" not in html


@pytest.mark.parametrize("text", ["nonsense", "13/45/2026", "1", "2026-02-30"])
def test_a_day_that_cannot_be_read_is_today_and_says_so(cast: Cast, text: str) -> None:
    html = page(cast.front_desk, f"?date={text}")
    assert "Monday, September 14, 2026" in html
    assert "This is today." in html


@pytest.mark.parametrize(
    "query", ["?view=year", "?staff=none-such", "?staff=&view=week", "?date=09/14/2026&staff=all"]
)
def test_other_nonsense_falls_back(cast: Cast, query: str) -> None:
    page(cast.front_desk, query)


def statements(user: Any, query: str) -> int:
    browser = Browser()
    browser.force_login(user)
    browser.get(f"{URL}{query}")
    with CaptureQueriesContext(
        connection,
    ) as seen:
        browser.get(f"{URL}{query}")
    return len([each for each in seen.captured_queries if "SAVEPOINT" not in each["sql"]])


@pytest.mark.parametrize("view", ["day", "week", "month", "agenda"])
@pytest.mark.parametrize("role", ["front_desk", "therapist"])
def test_more_rows_cost_no_more_statements(cast: Cast, view: str, role: str) -> None:
    query = f"?view={view}&date=2026-09-14&staff=all"
    booked(cast, 9)
    one = statements(cast.by_role()[role], query)
    booked(cast, 10, client=cast.other_client)
    booked(cast, 11)
    booked(cast, 12, staff=cast.stranger.staff, client=cast.other_client)
    assert statements(cast.by_role()[role], query) == one
    # Two more than its days need: how it was left, and what tells a window that something has changed.
    assert one <= 11


def test_sixty_clinicians_cost_no_more_statements(cast: Cast) -> None:
    from tests.staff.factories import StaffFactory

    before = statements(cast.front_desk, "?staff=all&date=2026-09-14")
    for _ in range(10):
        person = StaffFactory.create()
        for hour in (9, 10, 11):
            booked(cast, hour, staff=person, client=ClientFactory.create())
    assert statements(cast.front_desk, "?staff=all&date=2026-09-14") == before


def test_it_turns_by_its_view(cast: Cast) -> None:
    html = page(cast.front_desk, "?view=month&date=2026-01-31&staff=all")
    assert "date=2026-02-28" in html
    assert "date=2025-12-31" in html
    assert reverse("scheduling:schedule") == URL
    assert date(2026, 9, 14) == TODAY
