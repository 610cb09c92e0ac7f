"""Markup of what a calendar shows hundreds of times on one page: blocks and free slots.

Written here, escaped, and not in a template: sixty columns with ten appointments each would spend most of the answer's
time in template tags.
"""

from collections.abc import Collection
from datetime import date
from functools import cache
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString

from mentalspace.core import formatting
from scheduling import lifecycle
from scheduling.choices import AppointmentStatus, AppointmentType, Location
from scheduling.entries import Entry
from scheduling.grid import Column, Placed

TYPES = dict(AppointmentType.choices)
STATUSES = dict(AppointmentStatus.choices)
LOCATIONS = dict(Location.choices)
# Drawn by the stylesheet, read aloud as words.
IN_SERIES = '<span class="appt-series"><span class="visually-hidden">, in a series</span></span>'
OVERBOOKED = '<span class="appt-over">Overbooked</span>'


def column_html(column: Column, *, draggable: bool) -> SafeString:
    """All of a column in order of time; `draggable` where the actor may move what stands in it."""
    booking = _booking_url(column.staff.pk, column.day)
    parts = [f'<div class="cal-closed {span.classes}"></div>' for span in column.closed]
    parts += [
        f'<div class="cal-off {span.classes}"><span>{escape(label)}</span></div>'
        for span, label in column.off
    ]
    parts += [
        f'<div class="cal-off is-asked {span.classes}"><span>{escape(label)}, asked for</span></div>'
        for span, label in column.asked
    ]
    for piece in column.pieces:
        if isinstance(piece, Placed):
            lane = f" l{piece.lane}of{piece.lanes}" if piece.lanes > 1 else ""
            parts.append(entry_html(piece.entry, f"{piece.span.classes}{lane}", draggable=draggable))
        else:
            url, label = f"{booking}{piece.start:%H:%M}", formatting.time(piece.start)
            parts.append(f'<a class="cal-slot {piece.span.classes}" href="{url}" aria-label="{label}"></a>')
    return SafeString("".join(parts))


def address(name: str, pk: UUID) -> str:
    """An appointment's URL, without asking the resolver for each of hundreds."""
    before, after = _around(name)
    return f"{before}{pk}{after}"


@cache
def _around(name: str) -> tuple[str, str]:
    """What stands before and after the id in the URL of this name."""
    nobody = UUID(int=0)
    before, _, after = reverse(f"scheduling:{name}", args=[nobody]).partition(str(nobody))
    return before, after


def _booking_url(staff_id: UUID, day: date) -> str:
    """The booking form's address up to the time."""
    query = urlencode({"staff": staff_id, "date": day.isoformat(), "start": ""})
    return str(escape(f"{reverse('scheduling:appointment_create')}?{query}"))


def entry_html(
    entry: Entry, classes: str, *, draggable: bool = False, who: str = "", short: bool = False
) -> str:
    """One block. What the actor may not see is a time and the word Busy: no name, no type, no link."""
    span = formatting.time(entry.start) if short else _time_range(entry)
    with_whom = f'<span class="appt-with">{escape(who)}</span>' if who else ""
    if entry.pk is None:
        return (
            f'<div class="appt is-busy {classes}"><span class="appt-time">{span}</span>'
            f'<span class="appt-who">Busy</span>{with_whom}</div>'
        )
    url = address("group_session_detail" if entry.members else "appointment_detail", entry.pk)
    title = entry.client
    if entry.members:
        title = f"{formatting.plural(entry.members, 'client')}: {entry.client}"
    drag = ""
    if draggable:
        # What is over can be copied, and no more.
        drag = f' data-start="{entry.start:%Y-%m-%dT%H:%M}" data-minutes="{entry.minutes}"'
        if entry.status in lifecycle.MOVABLE:
            drag += f' data-move="{address("appointment_drag", entry.pk)}" data-version="{entry.version}"'
    place = escape(entry.room) or LOCATIONS[entry.location]
    theirs = (
        f'<span class="appt-theirs">{entry.client_time} for the client</span>' if entry.client_time else ""
    )
    over, spoken = (" is-overbooked", OVERBOOKED) if entry.overbooked else ("", "")
    return (
        f'<a class="appt t-{entry.type} st-{entry.status}{over} {classes}" href="{url}" hx-boost="true"{drag}>'
        f'<span class="appt-time">{span}{IN_SERIES if entry.in_series else ""}</span>'
        f'<span class="appt-who">{escape(title)}</span>{theirs}{with_whom}'
        f'{spoken}<span class="appt-what">{place}, {TYPES[entry.type].lower()}</span>'
        f'<span class="appt-state">{STATUSES[entry.status]}</span></a>'
    )


def _time_range(entry: Entry) -> str:
    first, last = formatting.time(entry.start), formatting.time(entry.end)
    return f"{first[:-3] if first[-2:] == last[-2:] else first} {formatting.EN_DASH} {last}"


def entries_html(
    entries: Collection[Entry], names: dict[UUID, str] | None = None, *, short: bool = False
) -> SafeString:
    """Entries one below the other; `names` says with whom where there are several, `short` leaves out the end."""
    return SafeString(
        "".join(
            entry_html(entry, "", who=names.get(entry.staff_id, "") if names else "", short=short)
            for entry in entries
        )
    )
