"""What stands in the way of a session: read once for a whole series, then asked of every start without a query."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import Enum
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from clients.models import Client
from mentalspace.core import clock, formatting, practice
from scheduling import rules
from scheduling.choices import OCCUPIES, AppointmentType
from scheduling.closures import closed_days
from scheduling.defaults import ScheduleDefaults
from scheduling.errors import Clash
from scheduling.models import Appointment
from scheduling.openings import starts_on
from scheduling.services.fitting import clash_words, closed_then, unusual_about
from staff.models import Staff
from staff.rules import can_see_credentials

DAYS_AROUND = 7
OFFERS = 3


class Kind(Enum):
    """What is in the way; only a clash cannot be accepted."""

    CLASH = "clash"
    CLOSED = "closed"
    UNUSUAL = "unusual"
    LICENSE = "license"
    AUTHORISED = "authorised"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing in the way, in a sentence that names no client; `appointment_id` where the actor may see it.

    Of a group, `client_id` and `whom` say in whose way it alone is; the name is for the page and for no history.
    """

    kind: Kind
    text: str
    appointment_id: UUID | None = None
    client_id: UUID | None = None
    whom: str = ""

    @property
    def acceptable(self) -> bool:
        """Can a session be booked in spite of it?"""
        return self.kind != Kind.CLASH


@dataclass(frozen=True, slots=True)
class Terms:
    """What all sessions of a series have in common. `wall` and `zone` are the clock they keep to."""

    staff: Staff
    client: Client
    wall: time
    zone: ZoneInfo
    minutes: int
    type: str
    location: str
    is_billable: bool
    billing_code: str
    # The further members of a group: all who come to any of its sessions.
    others: tuple[Client, ...] = ()

    @property
    def clients(self) -> tuple[Client, ...]:
        """Everybody who comes to each session."""
        return (self.client, *self.others)

    @property
    def is_group(self) -> bool:
        return self.type == AppointmentType.GROUP

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    def at(self, day: date) -> datetime:
        """The instant of the session of this day."""
        return clock.at(day, self.wall, self.zone)


@dataclass(frozen=True, slots=True)
class Session:
    """Who comes to one session, and the room that it has."""

    client_ids: frozenset[UUID]
    room_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class _Busy:
    """An appointment of the clinician's or a client's (`theirs`), or in a room that one of the sessions has.

    `client_id` is set where only this client is not free.
    """

    clash: Clash
    theirs: bool
    client_id: UUID | None
    room_id: UUID | None
    room: str


class Obstacles:
    """The calendars of the clinician and the client around a series, the practice's closures, hours and license."""

    def __init__(
        self,
        actor: User,
        terms: Terms,
        first: date,
        last: date,
        *,
        rooms: Collection[UUID] = (),
        besides: Collection[UUID] = (),
    ) -> None:
        """Two queries. `rooms` are asked about too; `besides` are appointments that will not be where they are."""
        self.actor, self.terms = actor, terms
        self.names = {client.pk: client.display_name for client in terms.clients}
        around = timedelta(days=DAYS_AROUND)
        self.closed = closed_days(first - around, last + around)
        self.busy = _busy(actor, terms, first - around, last + around, rooms, besides)

    def against(self, start: datetime, session: Session) -> list[Trouble]:
        """Everything in the way of this session if it starts then; the worst first."""
        end, staff = start + self.terms.length, self.terms.staff
        found = [
            self.of_member(client_id, Trouble(Kind.CLASH, clash_words(staff, each), each.appointment_id))
            for each, client_id in self._clashing(start, end, session)
        ]
        found += [Trouble(Kind.CLOSED, text) for text in closed_then(start, end, self.closed)]
        found += self._unusual(start, end, session)
        found += [Trouble(Kind.UNUSUAL, text) for text in self._too_close(start, end)]
        expires = staff.license_expires_on
        if expires and clock.local(start).date() > expires:
            found.append(Trouble(Kind.LICENSE, self._license_words(expires)))
        return found

    def of_member(self, client_id: UUID | None, trouble: Trouble) -> Trouble:
        """The same, said of one member where there are several."""
        if client_id is None or not self.terms.is_group:
            return trouble
        return replace(trouble, client_id=client_id, whom=self.names[client_id])

    def _unusual(self, start: datetime, end: datetime, session: Session) -> list[Trouble]:
        """What is unusual about the time for all, then what is about each client."""
        terms = self.terms
        common = unusual_about(terms.staff, [], start, end, terms.location)
        found = [Trouble(Kind.UNUSUAL, text) for text in common]
        for client in terms.clients:
            if client.pk not in session.client_ids:
                continue
            texts = unusual_about(terms.staff, [client], start, end, terms.location)
            found += [
                self.of_member(client.pk, Trouble(Kind.UNUSUAL, text)) for text in texts if text not in common
            ]
        return found

    def free_near(
        self, slot: datetime, taken: Collection[tuple[datetime, datetime]], session: Session
    ) -> list[datetime]:
        """The nearest starts with nothing in their way, on the same day before all others; in order of time.

        `taken` are the other sessions of the series.
        """
        found: list[datetime] = []
        for day in _days_around(clock.local(slot).date()):
            if day in self.closed:
                continue
            starts = sorted(
                starts_on(self.terms.staff, day, self.terms.length), key=lambda start: abs(start - slot)
            )
            for start in starts:
                free = not overlaps(start, start + self.terms.length, taken)
                if free and not self.against(start, session):
                    found.append(start)
                if len(found) == OFFERS:
                    return sorted(found)
        return sorted(found)

    def next_free_day(
        self, slot: datetime, taken: Collection[tuple[datetime, datetime]], session: Session
    ) -> datetime | None:
        """The same time on the first of the days after it on which nothing is in the way; None within a week."""
        day = clock.local(slot).date()
        for offset in range(1, DAYS_AROUND):
            start = self.terms.at(day + timedelta(days=offset))
            if not overlaps(start, start + self.terms.length, taken) and not self.against(start, session):
                return start
        return None

    def _clashing(
        self, start: datetime, end: datetime, session: Session
    ) -> Iterator[tuple[Clash, UUID | None]]:
        for each in self.busy:
            if each.clash.start >= end or each.clash.end <= start:
                continue
            if each.theirs and (each.client_id is None or each.client_id in session.client_ids):
                yield each.clash, each.client_id
            elif session.room_id is not None and each.room_id == session.room_id:
                yield replace(each.clash, room=each.room), None

    def _too_close(self, start: datetime, end: datetime) -> list[str]:
        """Where the practice asks about its buffer: a sentence if the clinician has less beside this time."""
        settings = practice.get(ScheduleDefaults)
        pause = timedelta(minutes=settings.buffer_minutes if settings.ask_buffer else 0)
        beside = [each.clash for each in self.busy if each.theirs and not each.clash.of_client]
        if not any(start - pause < each.end <= start or end <= each.start < end + pause for each in beside):
            return []
        minutes = formatting.plural(settings.buffer_minutes, "minute")
        return [f"{self.terms.staff.full_name} has less than {minutes} before or after it."]

    def _license_words(self, expires: date) -> str:
        staff = self.terms.staff
        if can_see_credentials(self.actor, staff):
            return f"The license of {staff.full_name} expires on {formatting.date(expires)}."
        return f"The license of {staff.full_name} expires before this day."


def overlaps(start: datetime, end: datetime, spans: Collection[tuple[datetime, datetime]]) -> bool:
    """Does [start, end) touch any of them?"""
    return any(begun < end and over > start for begun, over in spans)


def _days_around(day: date) -> Iterator[date]:
    """The day itself, then the days beside it, the nearer ones first."""
    yield day
    for offset in range(1, DAYS_AROUND):
        yield day + timedelta(days=offset)
        yield day - timedelta(days=offset)


def _busy(
    actor: User,
    terms: Terms,
    first: date,
    last: date,
    rooms: Collection[UUID],
    besides: Collection[UUID],
) -> list[_Busy]:
    """What takes up the clinician's or the client's time, or a room, in order of time. One query."""
    clients = {client.pk for client in terms.clients}
    theirs = Q(staff=terms.staff) | Q(client__in=clients)
    rows = (
        Appointment.objects.filter(
            theirs | Q(room__in=rooms) if rooms else theirs,
            status__in=OCCUPIES,
            start_time__lt=clock.day_bounds(last)[1],
            end_time__gt=clock.day_bounds(first)[0],
        )
        .exclude(pk__in=besides)
        .annotate(seen=Exists(rules.visible_appointments(actor).filter(pk=OuterRef("pk"))))
        .order_by("start_time", "pk")
    )
    return [
        _Busy(
            Clash(start, end, of_client=staff_id != terms.staff.pk, appointment_id=pk if seen else None),
            theirs=staff_id == terms.staff.pk or client_id in clients,
            client_id=client_id if client_id in clients and staff_id != terms.staff.pk else None,
            room_id=room_id,
            room=room or "",
        )
        for pk, staff_id, client_id, start, end, seen, room_id, room in rows.values_list(
            "pk", "staff_id", "client_id", "start_time", "end_time", "seen", "room_id", "room__name"
        )
    ]
