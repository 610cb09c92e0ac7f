"""A feed as an iCalendar file (RFC 5545)."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

from mentalspace.core import clock
from mentalspace.core.formatting import initials
from scheduling.choices import CANCELLED, AppointmentStatus
from scheduling.feed.choices import FeedShows
from scheduling.feed.models import CalendarFeed
from scheduling.models import Appointment

BEHIND, AHEAD = timedelta(days=30), timedelta(days=365)
# Each event is of a time that no longer stands: shown as called off, so that a program takes it away.
GONE = CANCELLED | {AppointmentStatus.RESCHEDULED}
REFRESH = timedelta(hours=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def appointments_of(feed: CalendarFeed) -> list[Appointment]:
    """From a month ago to a year ahead, also what was called off. One query; clients only where initials are shown."""
    now = clock.now()
    rows = Appointment.objects.filter(
        staff_id=feed.staff_id, start_time__gte=now - BEHIND, start_time__lt=now + AHEAD
    ).order_by("start_time", "id")
    return list(rows.select_related("client") if feed.shows == FeedShows.INITIALS else rows)


def written(feed: CalendarFeed, appointments: Iterable[Appointment]) -> bytes:
    """The file: CRLF, folded at 75 octets, one VTIMEZONE, an event for each session."""
    zone = clock.zone()
    calendar = Calendar()
    calendar.add("prodid", "-//MentalSpace//Calendar feed//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Appointments")
    calendar.add("x-wr-timezone", str(zone))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    calendar.add_component(_zone(zone))
    for members in _sessions(appointments):
        calendar.add_component(_event(feed, members, zone))
    return calendar.to_ical()


def _sessions(appointments: Iterable[Appointment]) -> Iterable[list[Appointment]]:
    """The members of a group session are one event."""
    sessions: dict[object, list[Appointment]] = {}
    for appointment in appointments:
        sessions.setdefault(appointment.group_session or appointment.pk, []).append(appointment)
    return sessions.values()


def _event(feed: CalendarFeed, members: list[Appointment], zone: ZoneInfo) -> Event:
    """Its name is never used again, and each change of time or state has a higher sequence."""
    standing = [each for each in members if each.status not in GONE]
    first = (standing or members)[0]
    event = Event()
    event.add("uid", f"{first.group_session or first.pk}@{_host()}")
    event.add("sequence", sum(each.version - 1 for each in members))
    event.add("dtstamp", max(each.updated_at for each in members))
    event.add("last-modified", max(each.updated_at for each in members))
    event.add("created", min(each.created_at for each in members))
    starts, ends = _span(first, zone)
    event.add("dtstart", starts)
    event.add("dtend", ends)
    event.add("summary", _summary(feed, standing or members))
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE" if standing else "TRANSPARENT")
    if not standing:
        event.add("status", "CANCELLED")
    elif all(each.status == AppointmentStatus.SCHEDULED for each in standing):
        event.add("status", "TENTATIVE")
    else:
        event.add("status", "CONFIRMED")
    return event


def _span(appointment: Appointment, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Start and end on the practice's clock; in UTC in the hour that the clock shows twice.

    A time with a zone means the first of the two there (RFC 5545, 3.3.5), and no other way is left to say the second.
    """
    starts, ends = appointment.start_time.astimezone(zone), appointment.end_time.astimezone(zone)
    return (starts.astimezone(UTC), ends.astimezone(UTC)) if starts.fold or ends.fold else (starts, ends)


def _summary(feed: CalendarFeed, members: list[Appointment]) -> str:
    if feed.shows == FeedShows.BUSY:
        return "Busy"
    return " ".join(initials(each.client.display_name) for each in members)


def _zone(zone: ZoneInfo) -> Timezone:
    """The practice's zone, its changes as the yearly rules that they follow: not every program reads lists of dates."""
    first = (clock.today() - BEHIND).year - 1
    changes = list(_changes(zone, first))
    if not changes:
        # Arizona and Hawaii leave their clocks alone.
        return Timezone.from_tzinfo(zone, str(zone), date(first, 1, 1), date(first + 1, 1, 1))
    component = Timezone()
    component.add("tzid", str(zone))
    for moment in changes:
        before, after = (moment - HOUR).astimezone(zone), moment.astimezone(zone)
        kept, now = before.utcoffset() or timedelta(0), after.utcoffset() or timedelta(0)
        # Onsets are told in the time that clocks showed until then.
        onset = (moment + kept).replace(tzinfo=None)
        part = TimezoneDaylight() if after.dst() else TimezoneStandard()
        part.add("dtstart", onset)
        part.add("rrule", {"freq": "yearly", "bymonth": onset.month, "byday": _weekday(onset)})
        part.add("tzname", after.tzname())
        part.add("tzoffsetfrom", kept)
        part.add("tzoffsetto", now)
        component.add_component(part)
    return component


def _changes(zone: ZoneInfo, year: int) -> Iterator[datetime]:
    """The instants of a year at which the zone's clocks change: on full hours, in every zone of the United States."""
    moment = datetime(year, 1, 1, tzinfo=UTC)
    while moment.year == year:
        if (moment + DAY).astimezone(zone).utcoffset() != moment.astimezone(zone).utcoffset():
            hours = (moment + HOUR * number for number in range(1, 25))
            kept = moment.astimezone(zone).utcoffset()
            yield next(hour for hour in hours if hour.astimezone(zone).utcoffset() != kept)
        moment += DAY


def _weekday(day: datetime) -> str:
    """Which one of its month, as RFC 5545 writes it: "2SU" is the second Sunday, "-1SU" the last."""
    is_last = (day + timedelta(days=7)).month != day.month
    return f"{-1 if is_last else (day.day - 1) // 7 + 1}{WEEKDAYS[day.weekday()]}"


def _host() -> str:
    """What makes the names of events ours."""
    return urlsplit(settings.PUBLIC_URL).hostname or "mentalspace.invalid"
