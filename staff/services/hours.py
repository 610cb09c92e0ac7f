"""Weekly hours, time off and extra hours."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from mentalspace.core import audit, formatting, practice
from mentalspace.core.errors import StaleVersion
from mentalspace.core.gates import require
from staff import rules
from staff.availability import END_OF_DAY, OpenBlock, TimeOff, hours_of
from staff.defaults import StaffDefaults
from staff.errors import ExceptionClash, HoursOverlap, NoSuchDay, NoSuchException
from staff.models import Staff
from staff.shapes import AvailabilityException, Day
from staff.signals import time_off_taken_back


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
    weekdays: Collection[int] = (),
) -> Staff:
    """Add time off, or extra hours, on each day from the first to the last (both inclusive); no times: the whole day.

    With `weekdays` (Monday is 0) only on those: every Friday afternoon for half a year. Where the practice wants time
    off approved, it is only asked for, unless who adds it may approve it. Raises NotPermitted, ExceptionClash,
    NoSuchDay.
    """
    staff = _lock(staff_id, actor)
    days = days_between(first_day, last_day, weekdays)
    if not days:
        raise NoSuchDay
    pending = not available and practice.get(StaffDefaults).approve_time_off and not _may_approve(actor)
    entry = secrets.token_hex(6)
    added = [
        AvailabilityException(
            day=day, start=start, end=end, available=available, reason=reason, pending=pending, entry=entry
        )
        for day in days
    ]
    exceptions = hours_of(staff).exceptions
    for new in added:
        _refuse_clash(new, exceptions)
    everything = sorted([*exceptions, *added], key=lambda each: (each.day, each.start or time.min))
    values = {**_stored(staff), "exceptions": [_exception(each) for each in everything]}
    verb = "staff.extra_hours_added" if available else "staff.time_off_added"
    verb = "staff.time_off_requested" if pending else verb
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
    entry: str = "",
) -> Staff:
    """Take back time off or extra hours with these times, on each day from the first to the last, or of one `entry`.

    Raises NotPermitted, NoSuchException.
    """
    staff = _lock(staff_id, actor)
    asked = (start, end, available)
    exceptions = hours_of(staff).exceptions
    kept = [
        each
        for each in exceptions
        if not (
            first_day <= each.day <= last_day
            and (each.start, each.end, each.available) == asked
            and (not entry or each.entry == entry)
        )
    ]
    if len(kept) == len(exceptions):
        raise NoSuchException
    held = [each for each in exceptions if each not in kept and not each.available and not each.pending]
    values = {**_stored(staff), "exceptions": [_exception(each) for each in kept]}
    verb = "staff.extra_hours_removed" if available else "staff.time_off_removed"
    _store(actor, staff, values, verb, days=[first_day, last_day])
    if held:
        away = [(each.day, TimeOff(_from(each), _to(each), each.start is None)) for each in held]
        time_off_taken_back.send(sender=Staff, staff=staff, away=away)
    return staff


@transaction.atomic
def answer_time_off(*, actor: User, staff_id: UUID, entry: str, approved: bool) -> Staff:
    """Approve time off that was asked for, or decline it: then it is gone. Raises NotPermitted, NoSuchException."""
    staff = Staff.objects.select_for_update().get(pk=staff_id)
    require(rules.can_approve_time_off(actor, staff))
    exceptions = hours_of(staff).exceptions
    asked = [each for each in exceptions if each.pending and each.entry == entry]
    if not asked:
        raise NoSuchException
    kept = [each for each in exceptions if each not in asked]
    if approved:
        kept += [each.model_copy(update={"pending": False}) for each in asked]
    kept.sort(key=lambda each: (each.day, each.start or time.min))
    values = {**_stored(staff), "exceptions": [_exception(each) for each in kept]}
    verb = "staff.time_off_approved" if approved else "staff.time_off_declined"
    return _store(actor, staff, values, verb, days=[asked[0].day, asked[-1].day])


def days_between(first: date, last: date, weekdays: Collection[int] = ()) -> list[date]:
    """The days from the first to the last, both inclusive; with `weekdays` (Monday is 0) only those."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [day for day in days if not weekdays or day.weekday() in weekdays]


def _may_approve(actor: User) -> bool:
    return rules.can_approve_time_off.gate(actor)


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
