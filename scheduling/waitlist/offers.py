"""Times and people as rows that are booked by one click."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from mentalspace.core import clock, formatting
from mentalspace.core.cells import Badge
from scheduling.choices import AppointmentType, Location
from scheduling.waitlist import badges
from scheduling.waitlist.queries import Fitting, NextTime


@dataclass(frozen=True, slots=True)
class Offer:
    """Somebody who fits a time: what one click books, and why they stand where they stand."""

    name: str
    number: str
    phone: str
    entry_url: str
    book_url: str
    urgency: Badge
    reasons: tuple[str, ...]
    note: str
    what: str
    facts: dict[str, Any]
    button: str
    value: str


def offers(found: Iterable[Fitting], staff_id: Any) -> list[Offer]:
    """For the pages of a time."""
    return [_offer(each, staff_id) for each in found]


def _offer(each: Fitting, staff_id: Any) -> Offer:
    entry, fit = each.entry, each.fit
    wall = clock.local(fit.start)
    return Offer(
        name=entry.client.display_name,
        number=f"C-{entry.client.number}",
        phone=formatting.phone(entry.client.phone),
        entry_url=reverse("scheduling:waitlist_detail", args=[entry.pk]),
        book_url=reverse("scheduling:waitlist_book", args=[entry.pk]),
        urgency=badges.urgency_badge(entry.urgency),
        reasons=fit.reasons[1:],
        note=entry.note,
        what=f"{AppointmentType(fit.type).label}, {formatting.duration(entry.minutes)}, "
        f"{Location(fit.location).label.lower()}",
        facts=_facts(staff_id, entry.minutes, fit.type, fit.location),
        button=f"Book {formatting.time(wall)}",
        value=f"{wall:%Y-%m-%dT%H:%M}",
    )


def time_buttons(times: Iterable[NextTime]) -> list[dict[str, Any]]:
    """The next times of one entry, as buttons."""
    made = []
    for each in times:
        wall = clock.local(each.start)
        made.append(
            {
                "words": f"{formatting.short_date(wall.date())}, {formatting.time(wall)}",
                "who": each.staff.name_with_credential,
                "what": f"{AppointmentType(each.type).label}, {Location(each.location).label.lower()}",
                "value": f"{wall:%Y-%m-%dT%H:%M}",
                "facts": _facts(each.staff.pk, None, each.type, each.location),
            }
        )
    return made


def fits_url(staff_id: Any, start: datetime, minutes: int) -> str:
    """The page of who fits a time."""
    wall = clock.local(start)
    query = {
        "staff": staff_id, "date": wall.date().isoformat(), "start": f"{wall:%H:%M}", "minutes": minutes
    }  # fmt: skip
    return f"{reverse('scheduling:waitlist_fits')}?{urlencode(query)}"


def _facts(staff_id: Any, minutes: int | None, type_: str, location: str) -> dict[str, Any]:
    facts = {"staff": staff_id, "type": type_, "location": location, "is_billable": "on", "assign": "on"}
    return {**facts, "minutes": minutes} if minutes else facts
