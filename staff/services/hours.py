"""Weekly hours, time off and extra hours."""

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from mentalspace.core import audit, formatting
from mentalspace.core.errors import StaleVersion
from mentalspace.core.gates import require
from staff import rules
from staff.availability import END_OF_DAY, OpenBlock, hours_of
from staff.errors import ExceptionClash, HoursOverlap, NoSuchException
from staff.models import Staff
from staff.shapes import AvailabilityException, Day


@transaction.atomic
def set_weekly_hours(
    *, actor: User, staff_id: UUID, version: int, weekly: Mapping[Day, Sequence[OpenBlock]]
) -> Staff:
    """Replace the hours of every weekday; time off and extra hours stay.

    Raises NotPermitted, StaleVersion, HoursOverlap.
    """
    staff = _lock(staff_id, actor)
    if staff.version != version:
        raise StaleVersion
    plain = {
        day: [_plain(block) for block in sorted(blocks, key=lambda each: each.start)]
        for day, blocks in weekly.items()
        if blocks
    }
    return _store(actor, staff, {**_stored(staff), "weekly": plain}, "staff.hours_changed")


@transaction.atomic
def add_exception(
    *,
    actor: User,
    staff_id: UUID,
    first_day: date,
    last_day: date,
    start: time | None = None,
    end: time | None = None,
    available: bool = False,
    reason: str = "",
) -> Staff:
    """Add time off, or extra hours, on each day from the first to the last (both inclusive); no times: the whole day.

    Raises NotPermitted, ExceptionClash.
    """
    staff = _lock(staff_id, actor)
    days = [first_day + timedelta(days=number) for number in range((last_day - first_day).days + 1)]
    added = [
        AvailabilityException(day=day, start=start, end=end, available=available, reason=reason)
        for day in days
    ]
    exceptions = hours_of(staff).exceptions
    for new in added:
        _refuse_clash(new, exceptions)
    everything = sorted([*exceptions, *added], key=lambda each: (each.day, each.start or time.min))
    values = {**_stored(staff), "exceptions": [_exception(each) for each in everything]}
    verb = "staff.extra_hours_added" if available else "staff.time_off_added"
    return _store(actor, staff, values, verb, days=[first_day, last_day])


@transaction.atomic
def remove_exception(
    *,
    actor: User,
    staff_id: UUID,
    first_day: date,
    last_day: date,
    start: time | None,
    end: time | None,
    available: bool,
) -> Staff:
    """Take back time off or extra hours with these times, on each day from the first to the last.

    Raises NotPermitted, NoSuchException.
    """
    staff = _lock(staff_id, actor)
    asked = (start, end, available)
    exceptions = hours_of(staff).exceptions
    kept = [
        each
        for each in exceptions
        if not (first_day <= each.day <= last_day and (each.start, each.end, each.available) == asked)
    ]
    if len(kept) == len(exceptions):
        raise NoSuchException
    values = {**_stored(staff), "exceptions": [_exception(each) for each in kept]}
    verb = "staff.extra_hours_removed" if available else "staff.time_off_removed"
    return _store(actor, staff, values, verb, days=[first_day, last_day])


def _lock(staff_id: UUID, actor: User) -> Staff:
    staff = Staff.objects.select_for_update().get(pk=staff_id)
    require(rules.can_edit_own_profile(actor, staff))
    return staff


def _stored(staff: Staff) -> dict[str, Any]:
    return {"weekly": {}, "exceptions": [], **(staff.availability or {})}


def _store(actor: User, staff: Staff, values: dict[str, Any], verb: str, days: Sequence[date] = ()) -> Staff:
    """Save if something changed. The reason of an absence is nobody's business and stays out of the trail."""
    if values == _stored(staff):
        return staff
    staff.availability = values
    staff.version += 1
    try:
        staff.save(update_fields=["availability", "version", "updated_at"])
    except ValidationError as error:
        raise HoursOverlap from error
    changes = {"days": [str(day) for day in days]} if days else {}
    audit.record(actor=actor, verb=verb, obj=staff, changes=changes)
    return staff


def _plain(block: OpenBlock) -> dict[str, str]:
    return {"from": f"{block.start:%H:%M:%S}", "to": f"{block.end:%H:%M:%S}", "location": block.location}


def _exception(exception: AvailabilityException) -> dict[str, Any]:
    return exception.model_dump(mode="json", by_alias=True)


def _refuse_clash(new: AvailabilityException, existing: Sequence[AvailabilityException]) -> None:
    for other in existing:
        if other.day == new.day and _from(new) < _to(other) and _from(other) < _to(new):
            what = "extra hours" if other.available else "time off"
            raise ExceptionClash(
                f"There is {what} at that time on {formatting.date(new.day)} already. Remove it first."
                if what == "time off"
                else f"There are {what} at that time on {formatting.date(new.day)} already. Remove them first."
            )


def _from(exception: AvailabilityException) -> time:
    return exception.start or time.min


def _to(exception: AvailabilityException) -> time:
    return exception.end or END_OF_DAY
