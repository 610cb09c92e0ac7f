"""What the booking page offers: free times, and nothing about anybody."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mentalspace.core import clock, practice
from scheduling.choices import PRESCRIBED
from scheduling.defaults import ScheduleDefaults
from scheduling.finding import FreeDay, Wanted, find_times
from scheduling.requests.defaults import BookingPageDefaults
from staff.choices import PRESCRIBERS, StaffStatus
from staff.models import Staff


@dataclass(frozen=True, slots=True)
class Sought:
    """What somebody looks for: a type, a location, and one clinician or anybody."""

    type: str
    location: str
    staff: Staff | None = None


def settings() -> BookingPageDefaults:
    """The practice's settings of the page."""
    return practice.get(BookingPageDefaults)


def accepting(type_: str = "") -> list[Staff]:
    """Who accepts requests, by name, and does this type where one is named. One query."""
    chosen = settings().clinicians
    if not chosen:
        return []
    found = list(
        Staff.objects.filter(
            pk__in=chosen, takes_appointments=True, status=StaffStatus.ACTIVE, user__is_active=True
        ).order_by("last_name", "first_name", "pk")
    )
    if type_ in PRESCRIBED:
        found = [each for each in found if each.license_type in PRESCRIBERS]
    return found


def offered_days(sought: Sought, *, first: date | None = None, days: int | None = None) -> list[FreeDay]:
    """The next days with free times from `first`, at most so many. Four queries."""
    held, today = settings(), clock.today()
    staff = accepting(sought.type)
    if sought.staff is not None:
        staff = [each for each in staff if each.pk == sought.staff.pk]
    last = today + timedelta(days=held.days_ahead)
    begins = max(first or today, today)
    if not staff or begins > last:
        return []
    schedule = practice.get(ScheduleDefaults)
    wanted = Wanted(
        minutes=held.minutes,
        first=begins,
        last=last,
        location=sought.location,
        pause=schedule.buffer_minutes if schedule.ask_buffer else 0,
        not_before=clock.now() + timedelta(hours=max(held.lead_hours, schedule.lead_hours)),
    )
    return find_times(staff, wanted, days=days)


def free_for(sought: Sought, start: datetime) -> Staff | None:
    """Who would take this very time: the one asked for, or the first of those who are free then; else None."""
    day = clock.local(start).date()
    for free in offered_days(sought, first=day, days=1):
        if free.day == day:
            return next((staff for staff, starts in free.by_staff if start in starts), None)
    return None
