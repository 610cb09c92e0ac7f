"""Noting that a time opened. Called where appointments are called off or moved, inside their transactions."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID

from mentalspace.core import clock, practice
from scheduling.defaults import ScheduleDefaults
from scheduling.finding import Wanted, find_times
from scheduling.waitlist.choices import OpenedBy
from scheduling.waitlist.models import Opening
from staff.availability import END_OF_DAY, TimeOff
from staff.models import Staff

# Further ahead than the setting may say, nothing is listed.
FURTHEST = timedelta(days=180)


def note_openings(staff_id: UUID, spans: Iterable[tuple[datetime, datetime]], opened_by: OpenedBy) -> None:
    """Say that these times are free now. One that opened before has opened anew. One statement."""
    now = clock.now()
    rows = [
        Opening(staff_id=staff_id, start_time=start, end_time=end, opened_by=opened_by, opened_at=now)
        for start, end in spans
        if start > now
    ]
    if rows:
        Opening.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["staff", "start_time"],
            update_fields=["end_time", "opened_by", "opened_at", "dismissed_at", "updated_at"],
        )


def note_time_off_over(staff: Staff, away: Iterable[tuple[date, TimeOff]]) -> None:
    """Time off was taken back: each session's length that is free in it now has opened. Four queries at most."""
    today = clock.today()
    spans = [(day, off) for day, off in away if today <= day <= today + FURTHEST]
    if not spans or not staff.takes_appointments:
        return
    length = timedelta(minutes=practice.get(ScheduleDefaults).session_minutes)
    wanted = Wanted(
        minutes=practice.get(ScheduleDefaults).session_minutes,
        first=min(day for day, _ in spans),
        last=max(day for day, _ in spans),
    )
    opened: list[tuple[datetime, datetime]] = []
    for free in find_times([staff], wanted):
        for start in free.by_staff[0][1]:
            after_the_last = not opened or start >= opened[-1][1]
            if after_the_last and any(
                day == free.day and _lies_in(off, clock.local(start).time()) for day, off in spans
            ):
                opened.append((start, start + length))
    note_openings(staff.pk, opened, OpenedBy.TIME_OFF)


def _lies_in(off: TimeOff, wall: time) -> bool:
    return off.start <= wall and (wall < off.end or off.end == END_OF_DAY)
