"""Does an appointment fit: is everybody free, and is there anything unusual about the time?"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from clients.choices import ClientStatus
from clients.models import Client
from mentalspace.core import clock, formatting, practice
from mentalspace.core.gates import require
from scheduling import rules
from scheduling.choices import OCCUPIES, Location
from scheduling.closures import closed_days
from scheduling.defaults import ScheduleDefaults
from scheduling.errors import BadLength, Clash, NeedsConfirmation, NotBookable, SlotTaken, token_of
from scheduling.models import Appointment, Room
from scheduling.openings import nearest_openings
from staff.availability import why_closed
from staff.choices import StaffStatus
from staff.models import Staff

SHORTEST, LONGEST = 5, 480


def end_of(start: datetime, minutes: int) -> datetime:
    """When an appointment of so many minutes ends; minutes are real ones, whatever the clocks do meanwhile."""
    if not SHORTEST <= minutes <= LONGEST:
        raise BadLength
    return start + timedelta(minutes=minutes)


@dataclass(frozen=True, slots=True)
class InRoom:
    """The room that was chosen; without a key, none."""

    pk: UUID | None

    def found(self, location: str, before: UUID | None) -> Room | None:
        """The room at this location. One that was given up may be kept by what is in it. Raises NotBookable."""
        if self.pk is not None and self.pk == before and location == Location.OFFICE:
            return Room.objects.get(pk=before)
        return room_for(self.pk, location)


def room_for(room_id: UUID | None, location: str) -> Room | None:
    """The room of a session at this location; elsewhere than at the office there is none. Raises NotBookable."""
    if room_id is None or location != Location.OFFICE:
        return None
    room = Room.objects.filter(pk=room_id, is_active=True).first()
    if room is None:
        raise NotBookable("This room is no longer in use.", field="room")
    return room


def refuse_unbookable(staff: Staff, clients: Sequence[Client]) -> None:
    """Raises NotBookable for who has left or died."""
    if not staff.takes_appointments or staff.status == StaffStatus.INACTIVE:
        raise NotBookable(f"{staff.full_name} does not take appointments.", field="staff")
    if any(client.status == ClientStatus.DECEASED for client in clients):
        raise NotBookable("This client is recorded as deceased.", field="client")


def closed_then(start: datetime, end: datetime, holidays: Mapping[date, str]) -> list[str]:
    """For each of the holidays that [start, end) touches, a sentence."""
    first, last = clock.local(start).date(), clock.local(end - timedelta(microseconds=1)).date()
    return [f"The practice is closed then: {name}." for day, name in holidays.items() if first <= day <= last]


def unusual_about(
    staff: Staff, clients: Sequence[Client], start: datetime, end: datetime, location: str
) -> list[str]:
    """What is unusual about a time apart from holidays, a sentence each. No queries."""
    reasons = []
    if start < clock.now():
        reasons.append(f"{formatting.instant(start, clock.zone())} has already passed.")
    elif start < clock.now() + timedelta(hours=(lead := practice.get(ScheduleDefaults).lead_hours)):
        reasons.append(f"It begins less than {formatting.plural(lead, 'hour')} from now.")
    if closed := why_closed(staff, start, end, clock.zone(), location):
        reasons.append(closed)
    if any(client.status in {ClientStatus.DISCHARGED, ClientStatus.INACTIVE} for client in clients):
        reasons.append("The client is not active.")
    return reasons


def ask_about_unusual(
    *,
    actor: User,
    staff: Staff,
    clients: Sequence[Client],
    start: datetime,
    end: datetime,
    location: str,
    anyway: bool | str,
    besides: Collection[UUID] = (),
) -> str:
    """What is unusual and was accepted, for the history; NeedsConfirmation if it was not accepted yet.

    `anyway` is True for whatever it may be, or the token of the question that was answered.
    """
    first, last = clock.local(start).date(), clock.local(end - timedelta(microseconds=1)).date()
    reasons = closed_then(start, end, closed_days(first, last))
    reasons += unusual_about(staff, clients, start, end, location)
    reasons += _too_close(staff, start, end, besides)
    if not reasons:
        return ""
    question = NeedsConfirmation(reasons)
    if anyway not in {True, question.token}:
        raise question
    require(rules.can_override_availability(actor, staff))
    return "Booked although: " + " ".join(reasons)


def _too_close(staff: Staff, start: datetime, end: datetime, besides: Collection[UUID]) -> list[str]:
    """Where the practice asks about its buffer: a sentence if the clinician has less beside this time."""
    settings = practice.get(ScheduleDefaults)
    pause = timedelta(minutes=settings.buffer_minutes)
    if not (settings.ask_buffer and pause):
        return []
    beside = Appointment.objects.filter(
        Q(start_time__gte=end, start_time__lt=end + pause)
        | Q(end_time__lte=start, end_time__gt=start - pause),
        staff=staff,
        status__in=OCCUPIES,
    )
    if not beside.exclude(pk__in=besides).exists():
        return []
    minutes = formatting.plural(settings.buffer_minutes, "minute")
    return [f"{staff.full_name} has less than {minutes} before or after it."]


@dataclass(frozen=True, slots=True)
class Overbooking:
    """Why an appointment is put beside another one of the clinician's; `token` names the clashes that were shown.

    Without a token it stands for whatever the clinician has then.
    """

    reason: str
    token: str = ""


def overbooking_of(appointment: Appointment) -> Overbooking | None:
    """Why it stands beside another one, if it does."""
    return Overbooking(appointment.overbook_reason) if appointment.overbooked else None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A time that is asked for: with whom, for whom, from when to when, and where."""

    staff: Staff
    clients: Sequence[Client]
    start: datetime
    end: datetime
    location: str
    room: Room | None = None

    @property
    def client_ids(self) -> list[UUID]:
        return [client.pk for client in self.clients]


@dataclass(frozen=True, slots=True)
class Agreed:
    """What was accepted about a time: why it stands beside another appointment, and what else is unusual about it."""

    beside: str = ""
    unusual: str = ""

    @property
    def said(self) -> str:
        """What the history says of it."""
        return (
            f"Overbooked: {self.beside.rstrip('.')}. {self.unusual}".strip() if self.beside else self.unusual
        )

    @property
    def columns(self) -> dict[str, Any]:
        """The same on the appointment."""
        return {"overbooked": bool(self.beside), "overbook_reason": self.beside}


def agree(
    wanted: Wanted,
    *,
    actor: User,
    anyway: bool | str,
    overbooking: Overbooking | None = None,
    group_session: UUID | None = None,
    besides: Collection[UUID] = (),
    inherited: str = "",
    in_the_way: Iterable[Appointment] | None = None,
) -> Agreed:
    """Nothing stands against the time, or it was accepted. The calendars are held already.

    `in_the_way` is what `in_the_way_of` answers, where it was put together before the calendars were held. `inherited`
    is why the session that is joined stands beside another one. Raises SlotTaken unless `overbooking`,
    NeedsConfirmation unless `anyway`, NotPermitted for who may accept neither.
    """
    beside = refuse_clashes(
        wanted,
        actor=actor,
        group_session=group_session,
        besides=besides,
        overbooking=overbooking,
        in_the_way=in_the_way,
    )
    unusual = ask_about_unusual(
        actor=actor,
        staff=wanted.staff,
        clients=wanted.clients,
        start=wanted.start,
        end=wanted.end,
        location=wanted.location,
        anyway=anyway,
        besides=besides,
    )
    return Agreed(beside or inherited, unusual)


def refuse_clashes(
    wanted: Wanted,
    *,
    actor: User,
    group_session: UUID | None = None,
    besides: Collection[UUID] = (),
    overbooking: Overbooking | None = None,
    in_the_way: Iterable[Appointment] | None = None,
) -> str:
    """The reason for overbooking where that is what happens, else an empty text: nothing is in the way.

    Raises SlotTaken with what is in the way, as far as the actor may see it, and the nearest openings. A client is
    never in two places at once, and no two clinicians in one room, whatever the reason. Raises NotPermitted for
    who may not overbook.
    """
    staff, client_ids, room, start = wanted.staff, wanted.client_ids, wanted.room, wanted.start
    rows = list(in_the_way if in_the_way is not None else in_the_way_of(wanted, actor, besides))
    # A session that stands there already keeps its place: who joins it needs a free client and nothing else.
    if group_session is not None and any(row.group_session == group_session for row in rows):
        rows = [row for row in rows if row.client_id in client_ids]
    if not rows:
        return ""
    clashes = _clashes(rows, staff, client_ids, group_session, room)
    minutes = int((wanted.end - start).total_seconds() // 60)
    of_clinician_alone = all(row.staff_id == staff.pk and row.client_id not in client_ids for row in rows)
    taken = SlotTaken(
        clash_words(staff, clashes[0]),
        field="room" if clashes[0].room else "start",
        clashes=clashes,
        openings=partial(
            nearest_openings, staff, start, minutes, client_ids=client_ids, room=room, besides=besides
        ),
        token=token_of([*(str(row.pk) for row in rows), str(start), str(wanted.end)]),
        overbookable=of_clinician_alone and rules.can_overbook(actor, staff),
    )
    if overbooking and overbooking.reason and of_clinician_alone and overbooking.token in {"", taken.token}:
        require(rules.can_overbook(actor, staff))
        return overbooking.reason
    raise taken


def in_the_way_of(wanted: Wanted, actor: User, besides: Collection[UUID] = ()) -> QuerySet[Appointment]:
    """What occupies the clinician, a client or the room then, in order of time; asked when it is looked at.

    `is_seen` says whether the actor may see it. One statement, put together before the calendars are held, for which
    others may be waiting: that takes as long as the answer.
    """
    theirs = Q(staff=wanted.staff) | Q(client_id__in=wanted.client_ids)
    return (
        Appointment.objects.filter(theirs | Q(room=wanted.room) if wanted.room else theirs)
        .filter(status__in=OCCUPIES, start_time__lt=wanted.end, end_time__gt=wanted.start)
        .exclude(pk__in=besides)
        .annotate(is_seen=Exists(rules.visible_appointments(actor).filter(pk=OuterRef("pk"))))
        .only("staff_id", "client_id", "start_time", "end_time", "group_session")
        .order_by("start_time", "pk")
    )


def _clashes(
    in_the_way: Sequence[Any],
    staff: Staff,
    client_ids: Collection[UUID],
    group_session: UUID | None,
    room: Room | None,
) -> list[Clash]:
    """The same as the actor may know of it."""
    return [
        Clash(
            row.start_time,
            row.end_time,
            # In a group, and with another clinician, it is the client who cannot be in two places.
            of_client=row.client_id in client_ids and (row.staff_id != staff.pk or group_session is not None),
            appointment_id=row.pk if row.is_seen else None,
            room=room.name if room and row.staff_id != staff.pk and row.client_id not in client_ids else "",
        )
        for row in in_the_way
    ]


def clash_words(staff: Staff, clash: Clash) -> str:
    """What is in the way, in a sentence that names nobody but the clinician."""
    who = "The client" if clash.of_client else staff.full_name
    when = formatting.time_range(clash.start, clash.end, clock.zone())
    if clash.room:
        return f"{clash.room} is taken, {when}."
    return f"{who} already has an appointment, {when}." if clash.appointment_id else f"{who} is busy, {when}."
