"""Wall time over both changes of the clocks in 2026 and 2027: nine o'clock is nine o'clock, minutes are real ones."""

from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client as Browser
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from mentalspace.core import clock
from scheduling import grid
from scheduling.defaults import ReminderDefaults
from scheduling.entries import Entry
from scheduling.models import Appointment
from scheduling.reminders.due import due_at, within_hours
from tests.cast import Cast
from tests.scheduling.conftest import NEW_YORK

CHANGES = (date(2026, 3, 8), date(2026, 11, 1), date(2027, 3, 14), date(2027, 11, 7))
near_change = st.builds(
    lambda day, offset: day + timedelta(days=offset),
    st.sampled_from(CHANGES),
    st.integers(min_value=-2, max_value=2),
)
quarters = st.builds(lambda n: time(n // 4, n % 4 * 15), st.integers(min_value=0, max_value=95))


def entry(day: date, wall: time, minutes: int) -> Entry:
    start = clock.at(day, wall, NEW_YORK)
    end = start + timedelta(minutes=minutes)
    return Entry(UUID(int=1), start.astimezone(NEW_YORK), end.astimezone(NEW_YORK), pk=uuid4())


@given(near_change, quarters, st.sampled_from((30, 45, 50, 60, 90, 120)))
def test_a_booking_lasts_its_minutes_and_starts_when_it_says(day: date, wall: time, minutes: int) -> None:
    made = entry(day, wall, minutes)
    assert made.minutes == minutes
    skipped = day in {CHANGES[0], CHANGES[2]} and time(2) <= wall < time(3)
    shown = made.start.time()
    assert shown == (time(wall.hour + 1, wall.minute) if skipped else wall)
    assert made.day == day


@given(near_change, quarters, st.sampled_from((30, 50, 120)))
def test_a_block_is_as_high_as_it_is_long(day: date, wall: time, minutes: int) -> None:
    made = entry(day, wall, minutes)
    hours = grid.shown_hours(time(7), time(20), [made])
    (placed,) = grid.place([made], hours)
    first = hours.start + (placed.span.row - 1) * grid.ROW_MINUTES
    assert first == grid.wall_minutes(made.start)
    assert placed.span.rows * grid.ROW_MINUTES == min(minutes, 24 * 60 - first)


@given(near_change)
def test_a_day_is_what_lies_between_its_midnights(day: date) -> None:
    start, end = clock.day_bounds(day, NEW_YORK)
    hours = {CHANGES[0]: 23, CHANGES[2]: 23, CHANGES[1]: 25, CHANGES[3]: 25}.get(day, 24)
    assert end - start == timedelta(hours=hours)


@given(near_change, quarters, st.sampled_from((2, 24, 48)))
def test_a_reminder_goes_out_before_its_appointment_and_never_at_night(
    day: date, wall: time, hours: int
) -> None:
    start = clock.at(day, wall, NEW_YORK)
    settings = ReminderDefaults()
    due = due_at(start, hours, NEW_YORK, settings)
    assert due <= start - timedelta(hours=hours)
    assert start - due <= timedelta(hours=hours + 15)
    assert within_hours(due, NEW_YORK, settings)


@given(
    st.lists(
        st.tuples(st.integers(0, 280), st.integers(1, 24)).map(lambda pair: (pair[0] * 5, pair[1] * 5)),
        max_size=12,
    )
)
def test_no_two_blocks_share_a_place_unless_there_are_more_than_lanes(spans: list[tuple[int, int]]) -> None:
    base = datetime(2026, 9, 14, tzinfo=NEW_YORK)
    entries = [
        Entry(
            UUID(int=1),
            base + timedelta(minutes=start),
            base + timedelta(minutes=start + minutes),
            pk=uuid4(),
        )
        for start, minutes in spans
        if start + minutes <= 1440
    ]
    placed = grid.place(entries, grid.Hours(0, 1440))
    assert len(placed) == len(entries)
    for number, one in enumerate(placed):
        for other in placed[number + 1 :]:
            apart = (
                one.span.row + one.span.rows <= other.span.row
                or other.span.row + other.span.rows <= one.span.row
            )
            assert apart or one.lane != other.lane or one.lane == grid.LANES
            assert apart or one.lanes == other.lanes


@pytest.mark.django_db
@pytest.mark.parametrize("day", CHANGES)
@pytest.mark.parametrize("typed", ["9:00 AM", "1:30 AM"])
def test_the_form_keeps_the_time_that_was_typed(cast: Cast, day: date, typed: str) -> None:
    browser = Browser()
    browser.force_login(cast.front_desk)
    form = {
        "client": str(cast.client.pk),
        "staff": str(cast.therapist.staff.pk),
        "date": f"{day:%m/%d/%Y}",
        "start": typed,
        "minutes": "60",
        "type": "individual",
        "location": "office",
    }
    url = reverse("scheduling:appointment_create")
    asked = browser.post(url, form)
    assert asked.status_code == 422
    token = asked.context["form"]["anyway"].field.widget.attrs["value"]
    assert browser.post(url, {**form, "anyway": token}).status_code == 302
    made = Appointment.objects.get()
    local = made.start_time.astimezone(NEW_YORK)
    assert (local.date(), f"{local:%I:%M %p}".lstrip("0")) == (day, typed)
    assert made.end_time - made.start_time == timedelta(hours=1)
    html = browser.get(f"/schedule/?date={day.isoformat()}&staff=all").content.decode()
    assert typed.split(maxsplit=1)[0] in html
