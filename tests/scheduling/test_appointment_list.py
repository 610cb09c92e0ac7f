"""The list: what it finds, shows, exports and costs; and the schedule within a client's chart."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from mentalspace.core.models import AuditEvent
from tests.cast import Cast
from tests.clients.factories import ClientFactory
from tests.scheduling.conftest import NOW, at
from tests.scheduling.factories import AppointmentFactory

pytestmark = [pytest.mark.usefixtures("stopped_clock"), pytest.mark.django_db]
URL = "/appointments/"


def browser_of(user: Any) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


@pytest.fixture
def rows(cast: Cast) -> list[Any]:
    def made(client: Any, staff: Any, start: Any, **fields: Any) -> Any:
        return AppointmentFactory.create(
            client=client, staff=staff, start_time=start, end_time=start + timedelta(minutes=50), **fields
        )

    return [
        made(cast.client, cast.therapist.staff, at(10)),
        made(
            cast.client,
            cast.therapist.staff,
            at(23, 30, date(2026, 9, 10)),
            status="completed",
            type="intake",
        ),
        made(cast.other_client, cast.stranger.staff, at(11), location="office", status="no_show"),
    ]


def names(browser: Browser, query: str = "") -> tuple[int, int]:
    html = browser.get(f"{URL}{query}").content.decode()
    body = html.split("<tbody>")[1] if "<tbody>" in html else ""
    return body.count("Clara Cole</"), body.count("Otto Other</")


def seen(browser: Browser, query: str = "") -> int:
    html = browser.get(f"{URL}{query}").content.decode()
    return html.split("<tbody>")[1].split("</tbody>")[0].count("<tr") if "<tbody>" in html else 0


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 3),
        ("?q=cole", 2),
        ("?q=Otto", 1),
        ("?q=nobody", 0),
        ("?status=completed&status=no_show", 2),
        ("?type=intake", 1),
        ("?location=office", 1),
        ("?first=09/14/2026", 2),
        ("?last=09/10/2026", 1),
        ("?first=09/11/2026&last=09/13/2026", 0),
        ("?first=nonsense&type=massage&status=x", 3),
    ],
)
def test_search_and_filters(cast: Cast, rows: list[Any], query: str, count: int) -> None:
    """An appointment at 11:30 PM belongs to that day, though it is the next in UTC."""
    assert seen(browser_of(cast.front_desk), query) == count


def test_one_finds_only_what_one_may_see(cast: Cast, rows: list[Any]) -> None:
    assert seen(browser_of(cast.therapist)) == 2
    assert seen(browser_of(cast.therapist), "?q=Otto") == 0
    assert seen(browser_of(cast.biller)) == 3


def test_the_spreadsheet_is_what_is_shown_and_is_recorded(cast: Cast, rows: list[Any]) -> None:
    answer = browser_of(cast.therapist).get(f"{URL}?format=csv&sort=when")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert lines[0] == "When,Minutes,Client,Clinician,Type,Location,Code,Status"
    assert lines[1].startswith(
        "09/10/2026 11:30 PM,50,Clara Cole,Thea Therapist,Intake assessment,Telehealth,90834,Completed"
    )
    assert len(lines) == 3
    assert AuditEvent.objects.filter(verb="appointments.exported", actor=cast.therapist).count() == 1


def cost(user: Any, url: str) -> int:
    browser = browser_of(user)
    browser.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(url).status_code == 200
    return len([each for each in asked.captured_queries if "SAVEPOINT" not in each["sql"]])


@pytest.mark.parametrize("role", ["front_desk", "therapist"])
def test_more_rows_cost_no_more_statements(cast: Cast, role: str) -> None:
    def more(hour: int) -> None:
        AppointmentFactory.create(
            client=ClientFactory.create(),
            staff=cast.therapist.staff,
            start_time=at(hour),
            end_time=at(hour, 50),
        )

    more(9)
    one = cost(cast.by_role()[role], URL)
    more(10)
    more(11)
    assert cost(cast.by_role()[role], URL) == one
    assert one <= 8


def test_the_chart_shows_what_was_and_what_is_to_come(cast: Cast, rows: list[Any]) -> None:
    html = browser_of(cast.therapist).get(f"/clients/{cast.client.pk}/schedule/").content.decode()
    upcoming, past = html.split("<h2>Past and called off</h2>")
    assert "09/14/2026, 10:00 – 10:50 AM" in upcoming
    assert "09/10/2026, 11:30 PM – 12:20 AM" in past
    assert f"client={cast.client.pk}" in upcoming


def test_the_chart_costs_the_same_with_more_visits(cast: Cast) -> None:
    def more(hour: int) -> None:
        AppointmentFactory.create(
            client=cast.client, staff=cast.therapist.staff, start_time=at(hour), end_time=at(hour, 50)
        )

    url = f"/clients/{cast.client.pk}/schedule/"
    more(10)
    one = cost(cast.front_desk, url)
    more(11)
    more(12)
    assert cost(cast.front_desk, url) == one


def test_the_header_names_the_next_and_the_last_visit(cast: Cast, rows: list[Any]) -> None:
    html = browser_of(cast.therapist).get(f"/clients/{cast.client.pk}/").content.decode()
    assert "Next visit" in html
    assert "09/14/2026 10:00 AM" in html
    assert "Last visit" in html
    assert at(9) == NOW


def test_the_details_are_edited_and_a_stale_form_loses_nothing(cast: Cast, rows: list[Any]) -> None:
    browser = browser_of(cast.front_desk)
    url = f"/appointments/{rows[0].pk}/edit/"
    form = {
        "type": "couples",
        "location": "office",
        "billing_code": "90847",
        "notes": "Bring forms",
        "version": "1",
    }
    assert browser.post(url, form).status_code == 302
    rows[0].refresh_from_db()
    assert (rows[0].type, rows[0].is_billable, rows[0].billing_code, rows[0].version) == (
        "couples",
        False,
        "90847",
        2,
    )
    stale = browser.post(url, {**form, "notes": "Mine"})
    html = stale.content.decode()
    assert stale.status_code == 422
    assert "Bring forms" in html
    assert "Mine" in html
    assert browser.post(url, {**form, "notes": "Mine", "version": "2"}).status_code == 302
    trace = AuditEvent.objects.filter(verb="appointment.updated").latest("id")
    assert "Mine" not in str(trace.changes)
