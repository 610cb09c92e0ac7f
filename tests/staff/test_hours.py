"""Hours and time off: `staff:availability`, `availability_edit`, `exception_add`, `exception_remove`."""

import re
from collections.abc import Iterator
from datetime import date, time
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.choices import Role
from mentalspace.core.errors import NotPermitted, StaleVersion
from mentalspace.core.models import AuditEvent
from staff import pages, services
from staff.availability import OpenBlock, hours_of, open_blocks
from staff.errors import ExceptionClash, HoursOverlap, NoSuchException
from staff.models import Staff
from staff.shapes import DAYS
from tests.cast import Cast

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _stopped_clock() -> Iterator[None]:
    with time_machine.travel("2026-03-02T15:00:00Z", tick=False):
        yield


@pytest.fixture
def staff(client: Client, cast: Cast) -> Staff:
    """The therapist, signed in, with nine to five on weekdays."""
    client.force_login(cast.therapist)
    return cast.therapist.staff


def week(version: int = 1, same: bool = False, **days: list[tuple[str, str, str]]) -> dict[str, Any]:
    """What the editor posts: for each day its rows, and a blank one."""
    data: dict[str, Any] = {"version": version}
    if same:
        data["same_all_week"] = "on"
    for day in DAYS:
        rows = [*days.get(day, []), ("", "", "")]
        data |= {f"{day}-TOTAL_FORMS": len(rows), f"{day}-INITIAL_FORMS": 0}
        for number, (start, end, location) in enumerate(rows):
            data |= {
                f"{day}-{number}-start": start,
                f"{day}-{number}-end": end,
                f"{day}-{number}-location": location,
            }
    return data


def edit(client: Client, staff: Staff, data: dict[str, Any]) -> Any:
    return client.post(f"/staff/{staff.pk}/availability/edit/", data)


def errors_in(response: Any) -> dict[str, dict[str, list[str]]]:
    """Errors of the editor by row: {"mon-0": {"end": […]}}."""
    found = {}
    for rows in response.context["week"]:
        for form in rows.formset.forms:
            if form.errors:
                found[form.prefix] = dict(form.errors)
    return found


# --- The week ----------------------------------------------------------------------------------------------------


def test_several_blocks_a_day_with_places_on_the_twelve_hour_clock(client: Client, staff: Staff) -> None:
    response = edit(
        client,
        staff,
        week(
            mon=[("1:00 PM", "5:00 PM", "office"), ("9a", "12p", "telehealth")],
            sat=[("10:00 pm", "12:00 AM", "")],
        ),
    )
    assert response["Location"] == f"/staff/{staff.pk}/availability/"
    staff.refresh_from_db()
    assert open_blocks(staff, MONDAY) == [
        OpenBlock(time(9), time(12), "telehealth"),
        OpenBlock(time(13), time(17), "office"),
    ]
    assert open_blocks(staff, date(2026, 3, 3)) == []
    assert open_blocks(staff, date(2026, 3, 7)) == [OpenBlock(time(22), time(23, 59))]
    table = {day.label: day.lines for day in client.get(response["Location"]).context["week"]}
    assert table["Monday"] == ["9:00 AM – 12:00 PM, telehealth", "1:00 PM – 5:00 PM, office"]
    assert table["Saturday"] == ["10:00 PM – midnight"]
    assert table["Sunday"] == []
    assert AuditEvent.objects.exclude(verb="page.viewed").get().verb == "staff.hours_changed"


def test_monday_may_hold_for_the_working_week(client: Client, staff: Staff) -> None:
    edit(
        client,
        staff,
        week(
            same=True,
            mon=[("8:00 AM", "4:00 PM", "")],
            tue=[("nonsense", "", "")],
            sun=[("1:00 PM", "2:00 PM", "")],
        ),
    )
    staff.refresh_from_db()
    weekly = hours_of(staff).weekly
    assert [weekly[day][0].start for day in DAYS[:5]] == [time(8)] * 5
    assert weekly["sun"][0].start == time(13)
    assert "sat" not in weekly


def test_time_off_survives_new_hours(client: Client, staff: Staff) -> None:
    services.add_exception(actor=staff.user, staff_id=staff.pk, first_day=MONDAY, last_day=MONDAY)
    edit(client, staff, week(version=2, mon=[("8:00 AM", "4:00 PM", "")]))
    staff.refresh_from_db()
    assert len(hours_of(staff).exceptions) == 1


@pytest.mark.parametrize(
    ("rows", "errors"),
    [
        ([("9:00 AM", "9:00 AM", "")], {"mon-0": {"end": ["The end must be after 9:00 AM."]}}),
        ([("5:00 PM", "9:00 AM", "")], {"mon-0": {"end": ["The end must be after 5:00 PM."]}}),
        ([("9:00 AM", "", "")], {"mon-0": {"end": ["Enter when it ends."]}}),
        ([("", "9:00 AM", "")], {"mon-0": {"start": ["Enter when it begins."]}}),
        (
            [("nine", "5:00 PM", "")],
            {"mon-0": {"start": ["Enter the time as hours and minutes, for example 2:30 PM."]}},
        ),
        ([("9:00", "5:00 PM", "")], {"mon-0": {"start": ["Add AM or PM, for example 9:00 AM."]}}),
        (
            [("9:00 AM", "12:00 PM", ""), ("11:00 AM", "2:00 PM", "office")],
            {"mon-1": {"start": ["This overlaps with 9:00 AM – 12:00 PM."]}},
        ),
    ],
)
def test_a_refusal_stands_at_its_row_and_keeps_everything(
    client: Client, staff: Staff, rows: list[tuple[str, str, str]], errors: dict[str, Any]
) -> None:
    response = edit(client, staff, week(mon=rows, fri=[("8:15 AM", "4:45 PM", "school")]))
    assert response.status_code == 422
    assert errors_in(response) == errors
    summary = response.context["week"].faults
    assert [fault.text for fault in summary] == [text for row in errors.values() for (text,) in row.values()]
    assert all(
        fault.label.startswith("Monday, ") and f'id="{fault.target}"' in response.content.decode()
        for fault in summary
    )
    page = response.content.decode()
    assert 'value="8:15 AM"' in page
    assert all(f'value="{text}"' in page for text in rows[0][:2] if text)
    staff.refresh_from_db()
    assert hours_of(staff).weekly["mon"][0].start == time(9)


def test_blocks_that_meet_are_no_overlap(client: Client, staff: Staff) -> None:
    assert (
        edit(
            client, staff, week(mon=[("9:00 AM", "12:00 PM", ""), ("12:00 PM", "2:00 PM", "office")])
        ).status_code
        == 302
    )


def test_a_removed_row_counts_for_nothing_whatever_it_holds(client: Client, staff: Staff) -> None:
    data = week(mon=[("nonsense", "", ""), ("9:00 AM", "10:00 AM", "")]) | {"mon-0-DELETE": "on"}
    assert edit(client, staff, data).status_code == 302
    staff.refresh_from_db()
    assert [block.start for block in hours_of(staff).weekly["mon"]] == [time(9)]


def test_the_editor_shows_what_is_stored_and_a_row_for_no_scripts(client: Client, staff: Staff) -> None:
    page = client.get(f"/staff/{staff.pk}/availability/edit/").content.decode()
    assert page.count('value="9:00 AM"') == 5
    assert page.count("no-js-only") >= 7
    assert 'name="mon-1-start"' in page


def test_who_comes_second_sees_both_and_decides(client: Client, staff: Staff) -> None:
    services.set_weekly_hours(
        actor=staff.user, staff_id=staff.pk, version=1, weekly={"tue": [OpenBlock(time(7), time(8))]}
    )
    data = week(mon=[("8:15 AM", "4:00 PM", "")])
    response = edit(client, staff, data)
    assert response.status_code == 409
    page = response.content.decode()
    assert "7:00 AM – 8:00 AM" in page
    assert 'value="8:15 AM"' in page
    assert re.search(r'name="version" value="2"', page)
    assert edit(client, staff, data | {"version": 2}).status_code == 302


def test_damaged_or_missing_counts_are_no_error_of_the_server(client: Client, staff: Staff) -> None:
    assert edit(client, staff, {}).status_code == 422
    assert edit(client, staff, week() | {"mon-TOTAL_FORMS": "9999"}).status_code == 422
    assert edit(client, staff, week() | {"mon-TOTAL_FORMS": "x"}).status_code == 422
    assert (
        edit(
            client, staff, week() | {"mon-0-location": "moon", "mon-0-start": "9a", "mon-0-end": "10a"}
        ).status_code
        == 422
    )


def test_the_verb_refuses_overlaps_and_strangers(cast: Cast) -> None:
    staff = cast.therapist.staff
    both = [OpenBlock(time(9), time(12)), OpenBlock(time(11), time(13))]
    with pytest.raises(HoursOverlap):
        services.set_weekly_hours(actor=cast.therapist, staff_id=staff.pk, version=1, weekly={"mon": both})
    with pytest.raises(StaleVersion):
        services.set_weekly_hours(actor=cast.therapist, staff_id=staff.pk, version=7, weekly={})
    for actor in (cast.supervisor, cast.stranger, cast.front_desk, cast.biller):
        with pytest.raises(NotPermitted):
            services.set_weekly_hours(actor=actor, staff_id=staff.pk, version=1, weekly={})
        with pytest.raises(NotPermitted):
            services.add_exception(actor=actor, staff_id=staff.pk, first_day=MONDAY, last_day=MONDAY)
    services.set_weekly_hours(actor=cast.admin, staff_id=staff.pk, version=1, weekly={})
    staff.refresh_from_db()
    assert hours_of(staff).weekly == {}


# --- Time off and extra hours ------------------------------------------------------------------------------------


def add(client: Client, staff: Staff, **given: str) -> Any:
    return client.post(f"/staff/{staff.pk}/availability/add/", {"kind": "off", **given})


def test_a_holiday_is_a_row_for_each_day_and_one_line_to_read(client: Client, staff: Staff) -> None:
    response = add(client, staff, first_day="12/21/2026", last_day="01/02/2027", reason="Vacation")
    assert response["Location"] == f"/staff/{staff.pk}/availability/"
    staff.refresh_from_db()
    assert len(hours_of(staff).exceptions) == 13
    assert open_blocks(staff, date(2026, 12, 28)) == []
    absences = client.get(response["Location"]).context["absences"]
    assert [(each.days, each.times, each.reason) for each in absences] == [
        ("12/21/2026 – 01/02/2027 (13 days)", "Whole day", "Vacation")
    ]
    assert AuditEvent.objects.exclude(verb="page.viewed").get().changes == {
        "days": ["2026-12-21", "2027-01-02"]
    }


def test_a_part_of_a_day_and_extra_hours(client: Client, staff: Staff) -> None:
    add(client, staff, first_day="03/04/2026", start="11:00 AM", end="1:00 PM")
    add(client, staff, kind="extra", first_day="03/07/2026", start="10:00 AM", end="2:00 PM")
    staff.refresh_from_db()
    assert open_blocks(staff, date(2026, 3, 4)) == [
        OpenBlock(time(9), time(11)),
        OpenBlock(time(13), time(17)),
    ]
    assert open_blocks(staff, date(2026, 3, 7)) == [OpenBlock(time(10), time(14))]


@pytest.mark.parametrize(
    ("given", "errors"),
    [
        ({"first_day": ""}, {"first_day": ["Enter a date."]}),
        ({"first_day": "03/01/2026"}, {"first_day": ["The date must be 03/02/2026 or later."]}),
        (
            {"first_day": "03/05/2026", "last_day": "03/04/2026"},
            {"last_day": ["The last day is before the first."]},
        ),
        (
            {"first_day": "03/05/2026", "last_day": "03/06/2027"},
            {"last_day": ["Enter at most 366 days at once; for longer, change the status."]},
        ),
        (
            {"first_day": "03/05/2026", "start": "1:00 PM"},
            {"end": ["Enter when it ends, or leave both times empty."]},
        ),
        (
            {"first_day": "03/05/2026", "end": "1:00 PM"},
            {"start": ["Enter when it begins, or leave both times empty."]},
        ),
        (
            {"first_day": "03/05/2026", "start": "1:00 PM", "end": "1:00 PM"},
            {"end": ["The end must be after 1:00 PM."]},
        ),
        ({"kind": "extra", "first_day": "03/05/2026"}, {"start": ["Enter when the extra hours begin."]}),
    ],
)
def test_what_makes_no_sense_is_said_at_the_field(
    client: Client, staff: Staff, given: dict[str, str], errors: dict[str, list[str]]
) -> None:
    response = add(client, staff, reason="Kept text", **given)
    assert response.status_code == 422
    assert response.context["form"].errors == errors
    assert 'value="Kept text"' in response.content.decode()


def test_two_exceptions_at_one_time_are_refused(client: Client, staff: Staff) -> None:
    add(client, staff, first_day="03/04/2026", start="11:00 AM", end="1:00 PM")
    response = add(client, staff, first_day="03/03/2026", last_day="03/05/2026")
    assert response.context["form"].errors == {
        "first_day": ["There is time off at that time on 03/04/2026 already. Remove it first."]
    }
    assert add(client, staff, first_day="03/04/2026", start="1:00 PM", end="2:00 PM").status_code == 302
    with pytest.raises(ExceptionClash, match="There is time off"):
        services.add_exception(
            actor=staff.user,
            staff_id=staff.pk,
            first_day=date(2026, 3, 4),
            last_day=date(2026, 3, 4),
            start=time(12),
            end=time(12, 30),
            available=True,
        )


def test_a_holiday_is_taken_back_as_a_whole(client: Client, staff: Staff) -> None:
    add(client, staff, first_day="12/21/2026", last_day="12/25/2026", reason="Vacation")
    add(client, staff, first_day="12/28/2026", reason="Vacation")
    staff.refresh_from_db()
    first, second = pages.absences(staff, MONDAY)
    url = f"/staff/{staff.pk}/availability/remove/{first.key}/"
    assert "12/21/2026 – 12/25/2026 (5 days). Whole day." in client.get(url).content.decode()
    assert client.post(url)["Location"] == f"/staff/{staff.pk}/availability/"
    staff.refresh_from_db()
    assert pages.absences(staff, MONDAY) == [second]
    assert client.get(url).status_code == 404
    with pytest.raises(NoSuchException):
        services.remove_exception(
            actor=staff.user,
            staff_id=staff.pk,
            first_day=first.first,
            last_day=first.last,
            start=None,
            end=None,
            available=False,
        )


def test_what_is_over_is_not_listed(client: Client, staff: Staff) -> None:
    add(client, staff, first_day="03/02/2026")
    add(client, staff, first_day="03/05/2026", start="1:00 PM", end="12:00 AM")
    with time_machine.travel("2026-03-04T15:00:00Z", tick=False):
        client.force_login(staff.user)
        absences = client.get(f"/staff/{staff.pk}/availability/").context["absences"]
    assert [(each.days, each.times) for each in absences] == [
        ("Thursday, March 5, 2026", "1:00 PM – midnight")
    ]


def test_colleagues_see_when_and_never_why(client: Client, staff: Staff, cast: Cast) -> None:
    add(client, staff, first_day="03/05/2026", reason="Surgery")
    for reader, sees in (
        (cast.therapist, True),
        (cast.admin, True),
        (cast.supervisor, False),
        (cast.front_desk, False),
    ):
        client.force_login(reader)
        page = client.get(f"/staff/{staff.pk}/availability/").content.decode()
        assert "Thursday, March 5, 2026" in page
        assert ("Surgery" in page) == sees
    assert "Surgery" not in str(list(AuditEvent.objects.values()))


def test_more_time_off_asks_no_more_queries(client: Client, staff: Staff) -> None:
    counts = []
    for day in ("03/05/2026", "04/05/2026"):
        add(client, staff, first_day=day)
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/staff/{staff.pk}/availability/")
        counts.append(len(asked))
    # Eight of the page, and the event of its being looked at.
    assert counts[0] == counts[1] == 9


@pytest.mark.parametrize("role", Role.values)
def test_everybody_sees_hours_and_few_change_them(client: Client, cast: Cast, role: str) -> None:
    client.force_login(cast.by_role()[role])
    url = f"/staff/{cast.stranger.staff.pk}/availability/"
    response = client.get(url)
    assert response.status_code == 200
    assert response.context["may_edit"] == (role == Role.ADMIN)
    for path in ("edit/", "add/"):
        assert client.get(url + path).status_code == (200 if role == Role.ADMIN else 403)
