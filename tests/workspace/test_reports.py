"""Reports count what is there, for whom they may, and every figure opens exactly the rows it counts."""

import csv
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client as Browser
from django.test import RequestFactory
from django.urls import reverse

from accounts.models import User
from mentalspace.core.charts import Chart
from mentalspace.workspace.reports import REPORTS
from mentalspace.workspace.reports.kept_visits import BY, KeptVisitsReport
from scheduling.choices import AppointmentStatus
from scheduling.models import Appointment, Closure
from tests.billing.factories import BillFactory
from tests.cast import Cast
from tests.clients.factories import CareTeamFactory, ClientFactory
from tests.documents.factories import DocumentFactory
from tests.scheduling.factories import AppointmentFactory

NOW = datetime(2026, 3, 18, 16, tzinfo=UTC)


@pytest.fixture(autouse=True)
def a_day_in_march() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


class Links(HTMLParser):
    """The addresses in a page's table."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._href = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._href = dict(attrs).get("href") or "" if tag == "a" else self._href

    def handle_data(self, data: str) -> None:
        if self._href:
            self.found.append((data.strip(), self._href))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._href = ""


def browser_of(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def rows(user: User, slug: str, **filters: str) -> list[dict[str, str]]:
    """The report's spreadsheet."""
    answer = browser_of(user).get(reverse("workspace:report", args=[slug]), {**filters, "format": "csv"})
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(text.splitlines()))


def visits(cast: Cast, *statuses: str) -> None:
    for place, status in enumerate(statuses):
        extra = (
            {"cancelled_at": NOW, "cancel_reason": "weather", "cancelled_by": "client"}
            if "cancelled" in status
            else {}
        )
        start = NOW - timedelta(days=2 + place)
        AppointmentFactory.create(
            client=cast.client, staff=cast.therapist.staff, start_time=start, status=status, **extra
        )


def test_the_kept_visit_rate_leaves_out_what_was_cancelled_in_time_or_moved(cast: Cast) -> None:
    visits(
        cast, "completed", "completed", "completed", "no_show", "late_cancelled", "cancelled", "rescheduled"
    )
    assert rows(cast.admin, "kept-visits") == [
        {
            "Clinician": "Thea Therapist", "Held": "3", "No-show": "1", "Cancelled late": "1", "Not closed": "0",
            "Cancelled in time": "1", "Kept": "0.6000",
        }
    ]  # fmt: skip


def picture(user: User, query: str = "") -> Chart:
    drawn = KeptVisitsReport(RequestFactory().get(f"/{query}"), user).picture
    assert drawn is not None
    return drawn


def test_one_clinicians_visits_are_drawn_by_week_and_several_clinicians_side_by_side(cast: Cast) -> None:
    visits(cast, "completed", "no_show")
    alone = picture(cast.admin)
    assert alone.title == "Visits by week"
    assert 13 <= len(alone.labels) <= 14
    assert [sum(value or 0 for value in series.values) for series in alone.series] == [1, 1, 0]
    assert picture(cast.admin, "?first=01/01/2024").title == "Visits by month"
    AppointmentFactory.create(
        client=cast.client,
        staff=cast.stranger.staff,
        start_time=NOW - timedelta(days=3),
        end_time=NOW - timedelta(days=3) + timedelta(minutes=50),
        status="completed",
    )
    both = picture(cast.admin)
    assert (both.title, len(both.labels)) == ("Visits", 2)


def test_figures_open_the_rows_they_count(cast: Cast) -> None:
    visits(cast, "completed", "completed", "completed", "no_show", "cancelled")
    browser = browser_of(cast.admin)
    page = browser.get(reverse("workspace:report", args=["kept-visits"])).content.decode()
    opened = {
        text: url for text, url in Links(page).found if url.startswith(reverse("scheduling:appointment_list"))
    }
    for count in ("3", "1"):
        listed = browser.get(opened[count] + "&format=csv")
        assert len(b"".join(listed.streaming_content).decode().splitlines()) - 1 == int(count)  # type: ignore[attr-defined]


@pytest.mark.parametrize("who", ["admin", "supervisor", "therapist"])
def test_every_count_opens_exactly_the_rows_it_counts(cast: Cast, who: str) -> None:
    """Not what begins later, what colleagues hold, what lies outside the days, nor what an import brought along."""
    therapist, stranger = cast.therapist.staff, cast.stranger.staff

    def held(start: datetime, **fields: Any) -> None:
        facts = {"client": cast.client, "staff": therapist, "status": "completed", **fields}
        AppointmentFactory.create(start_time=start, end_time=start + timedelta(minutes=50), **facts)

    visits(cast, "completed", "no_show", "scheduled")
    held(NOW + timedelta(hours=2), status="scheduled")
    held(NOW - timedelta(days=5), staff=stranger)
    held(NOW - timedelta(days=16))
    held(NOW - timedelta(days=6), imported_at=NOW)
    browser = browser_of(getattr(cast, who))
    for slug, by in (("utilisation", ""), *(("kept-visits", by) for by, _ in BY)):
        page = browser.get(reverse("workspace:report", args=[slug]), {"by": by, "first": "03/03/2026"})
        found = Links(page.content.decode()).found
        opened = [(text, url) for text, url in found if "/appointments/?" in url and text.isdigit()]
        assert opened
        for text, url in opened:
            listed = browser.get(url + "&format=csv")
            count = len(b"".join(listed.streaming_content).decode().splitlines()) - 1  # type: ignore[attr-defined]
            assert (url, count) == (url, int(text))


def test_visits_of_one_clinician(cast: Cast) -> None:
    visits(cast, "completed", "no_show")
    AppointmentFactory.create(
        client=cast.other_client, staff=cast.stranger.staff, status="completed",
        start_time=NOW - timedelta(days=3), end_time=NOW - timedelta(days=3) + timedelta(minutes=50),
    )  # fmt: skip
    of = str(cast.therapist.staff.pk)
    assert [row["Held"] for row in rows(cast.admin, "kept-visits", by="month", staff=of)] == ["1"]
    assert [row["Held"] for row in rows(cast.admin, "kept-visits", by="month")] == ["2"]
    # Nobody asks for figures of whom they do not answer for.
    others = str(cast.stranger.staff.pk)
    assert [row["Held"] for row in rows(cast.therapist, "kept-visits", by="month", staff=others)] == ["1"]


def test_the_time_of_a_group_counts_once(cast: Cast) -> None:
    group = uuid4()
    for client, status in ((cast.client, "completed"), (cast.other_client, "no_show")):
        AppointmentFactory.create(
            client=client, staff=cast.therapist.staff, status=status, type="group", group_session=group,
            start_time=NOW - timedelta(days=2), end_time=NOW - timedelta(days=2) + timedelta(minutes=60),
        )  # fmt: skip
    (row,) = rows(cast.therapist, "utilisation")
    assert (row["Booked"], row["Held"], row["Appointments"]) == ("1.0", "1.0", "2")


@pytest.mark.parametrize(("by", "label"), [("weekday", "Weekday"), ("hour", "Hour")])
def test_visits_by_weekday_and_hour_open_their_rows(cast: Cast, by: str, label: str) -> None:
    """At noon on the practice's clock, three days in a row."""
    visits(cast, "completed", "completed", "completed")
    browser = browser_of(cast.admin)
    found = {row[label]: row["Held"] for row in rows(cast.admin, "kept-visits", by=by)}
    assert found == (
        {"Monday": "1", "Sunday": "1", "Saturday": "1"} if by == "weekday" else {"12:00 PM": "3"}
    )
    page = browser.get(reverse("workspace:report", args=["kept-visits"]), {"by": by}).content.decode()
    opened = [url for text, url in Links(page).found if text.isdigit() and f"&{by}=" in url]
    assert len(opened) == len(found)
    for url in opened:
        listed = browser.get(url + "&format=csv")
        count = len(b"".join(listed.streaming_content).decode().splitlines()) - 1  # type: ignore[attr-defined]
        assert count == (1 if by == "weekday" else 3)


def test_utilisation_is_of_the_hours_offered_less_time_off_and_holidays(cast: Cast) -> None:
    """Eight hours each Monday: one Monday off, one a holiday, and two hours more on the third."""
    staff = cast.therapist.staff
    staff.availability = {
        "weekly": {
            "mon": [
                {"from": "09:00", "to": "12:00", "location": "office"},
                {"from": "13:00", "to": "18:00", "location": "telehealth"},
            ]
        },
        "exceptions": [
            {"date": "2026-03-02", "available": False, "reason": ""},
            {"date": "2026-03-16", "from": "17:00", "to": "20:00", "available": True, "reason": ""},
        ],
    }
    staff.save()
    Closure.objects.create(name="Retreat", day=datetime(2026, 3, 9).date())
    visits(cast, "completed", "no_show", "cancelled")
    (row,) = rows(cast.therapist, "utilisation", first="03/01/2026", last="03/18/2026")
    assert (row["Offered"], row["Booked"], row["Held"], row["Appointments"]) == ("10.0", "1.67", "0.83", "2")
    assert (row["Booked of offered"], row["Held of offered"]) == ("0.1667", "0.0833")


def test_hours_booked_open_their_appointments(cast: Cast) -> None:
    visits(cast, "completed", "no_show", "cancelled")
    browser = browser_of(cast.therapist)
    page = browser.get(reverse("workspace:report", args=["utilisation"])).content.decode()
    opened = {text: url for text, url in Links(page).found if url.startswith("/appointments/")}
    for text, count in (("1.7 h", 2), ("0.8 h", 1), ("2", 2)):
        listed = browser.get(opened[text] + "&format=csv")
        assert len(b"".join(listed.streaming_content).decode().splitlines()) - 1 == count  # type: ignore[attr-defined]


def test_how_long_ahead_is_the_median(cast: Cast) -> None:
    visits(cast, "completed", "completed", "completed")
    for place, each in enumerate(Appointment.objects.order_by("start_time")):
        Appointment.objects.filter(pk=each.pk).update(
            created_at=each.start_time - timedelta(days=1 + 3 * place)
        )
    (row,) = rows(cast.therapist, "utilisation")
    assert row["Booked ahead"] == "4.0"


def test_clinicians_get_their_own_figures_and_supervisors_their_supervisees_too(cast: Cast) -> None:
    visits(cast, "completed")
    assert [row["Clinician"] for row in rows(cast.therapist, "kept-visits")] == ["Thea Therapist"]
    assert [row["Clinician"] for row in rows(cast.supervisor, "kept-visits")] == ["Thea Therapist"]
    assert rows(cast.stranger, "kept-visits") == []


def test_notes_count_what_is_unwritten_unsigned_and_overdue(cast: Cast) -> None:
    visits(cast, "completed")
    DocumentFactory.create(
        appointment__client=cast.client, appointment__staff=cast.therapist.staff,
        appointment__start_time=NOW - timedelta(days=30), appointment__status=AppointmentStatus.COMPLETED,
    )  # fmt: skip
    mine = {row["Clinician"]: row for row in rows(cast.admin, "notes")}["Thea Therapist"]
    assert (mine["No note yet"], mine["Drafts"], mine["Overdue"], mine["Signed"]) == (
        "1",
        "1",
        "1",
        "0",
    )


def test_how_soon_notes_are_signed(cast: Cast) -> None:
    """Ten notes of one day, signed after 1 to 10 days; due after three. Each figure opens the notes it is about."""
    for days in range(1, 11):
        end = NOW - timedelta(days=20) + timedelta(hours=days)
        session = AppointmentFactory.create(
            client=cast.client, staff=cast.therapist.staff, start_time=end - timedelta(minutes=50),
            end_time=end, status=AppointmentStatus.COMPLETED,
        )  # fmt: skip
        signed_at = end + timedelta(days=days)
        DocumentFactory.create(
            appointment=session, status="signed", submitted_at=signed_at, signed_at=signed_at,
            signed_by=cast.therapist.staff, digest="0" * 64, service_date=date(2026, 2, 26),
        )  # fmt: skip
    mine = {row["Clinician"]: row for row in rows(cast.admin, "notes")}["Thea Therapist"]
    assert (mine["Signed"], mine["Median days"], mine["90th percentile"]) == ("10", "5.5", "9.1")
    assert Decimal(mine["By the due day"]) == Decimal("0.3")
    assert {row["Month of the session"]: row["Signed"] for row in rows(cast.admin, "notes-by-month")} == {
        "February 2026": "10"
    }


def test_revenue_adds_up_by_clinician_code_and_payer(cast: Cast) -> None:
    BillFactory.create(client=cast.client, staff=cast.therapist.staff, payer="Dogwood Mutual")
    BillFactory.create(client=cast.client, staff=cast.therapist.staff, payer="Dogwood Mutual", code="90791")
    BillFactory.create(client=cast.other_client, staff=cast.stranger.staff, payer="", amount=Decimal("90.00"),
                       insurance_amount=Decimal(0), client_amount=Decimal("90.00"))  # fmt: skip
    for by, label in (("staff", "Clinician"), ("code", "Service code"), ("payer", "Payer")):
        found = rows(cast.biller, "revenue", by=by)
        assert sum(Decimal(row["Charged"]) for row in found) == Decimal("390.00")
        assert {row[label] for row in found} == {
            "staff": {"Thea Therapist", "Stella Stranger"},
            "code": {"90834", "90791"},
            "payer": {"Dogwood Mutual", "Self-pay"},
        }[by]


def test_the_range_is_both_days_included(cast: Cast) -> None:
    BillFactory.create(client=cast.client, staff=cast.therapist.staff)
    inside = rows(cast.biller, "revenue", first="03/02/2026", last="03/02/2026")
    outside = rows(cast.biller, "revenue", first="03/03/2026", last="03/05/2026")
    assert (len(inside), len(outside)) == (1, 0)


def test_clients_with_nothing_booked_are_named(cast: Cast) -> None:
    booked = ClientFactory.create(first_name="Bea", last_name="Booked")
    CareTeamFactory.create(client=booked, staff=cast.therapist.staff)
    AppointmentFactory.create(client=booked, staff=cast.therapist.staff, start_time=NOW + timedelta(days=3))
    page = browser_of(cast.therapist).get(reverse("workspace:unbooked_clients")).content.decode()
    assert ("Clara Cole" in page, "Bea Booked" in page, "Otto Other" in page) == (True, False, False)
    mine = {row["Clinician"]: row for row in rows(cast.admin, "caseload")}["Thea Therapist"]
    assert (mine["Active clients"], mine["Nothing booked"]) == ("2", "1")


def test_how_many_are_treated_as_primary_opens_them(cast: Cast) -> None:
    """Two clients, of whom one is somebody else's first."""
    shared = ClientFactory.create(first_name="Sid", last_name="Shared")
    CareTeamFactory.create(client=shared, staff=cast.therapist.staff, role="secondary")
    mine = {row["Clinician"]: row for row in rows(cast.admin, "caseload")}["Thea Therapist"]
    assert (mine["Active clients"], mine["As primary"]) == ("2", "1")
    browser = browser_of(cast.admin)
    report = browser.get(reverse("workspace:report", args=["caseload"])).content.decode()
    (query,) = re.findall(rf'/clients/\?(clinician={cast.therapist.staff.pk}&amp;role=primary[^"]*)"', report)
    page = browser.get(f"/clients/?{query.replace('&amp;', '&')}").content.decode()
    assert ("Clara Cole" in page, "Sid Shared" in page) == (True, False)


@pytest.mark.parametrize("slug", sorted(REPORTS))
def test_each_report_opens_for_those_it_is_for_and_is_refused_to_the_rest(cast: Cast, slug: str) -> None:
    for user in cast.by_role().values():
        answer = browser_of(user).get(reverse("workspace:report", args=[slug]))
        assert answer.status_code == (200 if REPORTS[slug].allowed(user) else 403)


@pytest.mark.parametrize("slug", sorted(REPORTS))
def test_nonsense_in_the_address_is_said_and_survived(cast: Cast, slug: str) -> None:
    answer = browser_of(cast.admin).get(
        reverse("workspace:report", args=[slug]),
        {"first": "02/30/2026", "last": "soon", "by": "moon", "sort": "x", "page": "-1", "within": "x"},
    )
    assert answer.status_code == 200


def test_the_index_names_only_what_the_person_may_open(cast: Cast) -> None:
    for user in cast.by_role().values():
        browser = browser_of(user)
        page = browser.get(reverse("workspace:report_list")).content.decode()
        for _text, url in Links(page).found:
            if url.startswith("/reports/"):
                assert browser.get(url).status_code == 200
