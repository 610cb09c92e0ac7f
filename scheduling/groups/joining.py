"""A client who joins a group that repeats, from one of its sessions on."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from accounts.models import User
from clients.models import Client
from clients.rules import served_clients
from mentalspace.core import audit
from mentalspace.core.gates import require
from scheduling import rules
from scheduling.choices import BOOKED, OCCUPIES
from scheduling.errors import NotBookable, SlotTaken
from scheduling.groups.errors import NoGroupSession
from scheduling.models import Appointment, Series
from scheduling.series.choices import Scope
from scheduling.series.sessions import latest_of, still_to_come
from scheduling.services.fitting import Agreed, Wanted, ask_about_unusual, refuse_unbookable
from scheduling.services.holding import hold_calendars, locked_all
from scheduling.services.putting_down import put_down
from staff.rules import staff_of

# What the series of a further member has as those of the others.
SHARED = (
    "staff", "group", "frequency", "every", "weekdays", "place", "wall_time", "time_zone", "minutes", "type",
    "location", "is_billable", "billing_code",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Joined:
    """The sessions that the client comes to, and when they are elsewhere."""

    booked: list[Appointment]
    missed: list[datetime]


@transaction.atomic
def join_group_series(
    *, actor: User, appointment_id: UUID, client_id: UUID, anyway: bool | str = False
) -> Joined:
    """Add a client to this session of a group and to all later ones, but for those at which they are elsewhere.

    Raises NotPermitted, NoGroupSession, NotBookable (also who is in the group already), SlotTaken if no session is
    left, NeedsConfirmation about the first one unless `anyway`.
    """
    known = Appointment.objects.select_related("series").get(pk=appointment_id)
    ahead = still_to_come(known, Scope.LATER, whole=True)
    hold_calendars(staff_ids=set(ahead.values_list("staff_id", flat=True)), client_ids=[client_id])
    # Read again: who held them before may have changed the group.
    known = Appointment.objects.select_related("series").get(pk=appointment_id)
    joined = known.series
    if joined is None or joined.group is None:
        raise NoGroupSession
    ahead = still_to_come(known, Scope.LATER, whole=True)
    sessions = _sessions(actor, list(ahead.values_list("pk", flat=True)))
    if not sessions:
        raise NoGroupSession
    client = served_clients(actor).filter(pk=client_id).first()
    if client is None:
        raise NotBookable("Choose a client.", field="client")
    if Series.objects.filter(group=joined.group, client=client, ended_at=None).exists():
        raise NotBookable("This client is in the group already.", field="client")
    free, missed = _sorted_out(sessions, client)
    if not free:
        raise SlotTaken("The client has another appointment at each of these sessions.", field="client")
    first = free[0]
    refuse_unbookable(first.staff, [client])
    ask_about_unusual(
        actor=actor, staff=first.staff, clients=[client], start=first.start_time, end=first.end_time,
        location=first.location, anyway=anyway,
        besides=list(Appointment.objects.filter(group_session=first.group_session).values_list("pk", flat=True)),
    )  # fmt: skip
    series = _series_of(actor, latest_of(joined.origin_id), client, first)
    return Joined([_join(actor, each, series, client) for each in free], missed)


def _sessions(actor: User, keys: list[UUID]) -> list[Appointment]:
    """One row of each session, locked, in order of time. Raises NotPermitted."""
    found: dict[UUID | None, Appointment] = {}
    for each in locked_all(keys):
        require(rules.can_change_appointment(actor, each))
        # Called off, or begun, while one waited for it.
        if each.status not in BOOKED:
            continue
        # Whoever joined once has no slot of the series.
        if each.series_slot is not None or each.group_session not in found:
            found[each.group_session] = each
    return sorted(found.values(), key=lambda each: each.start_time)


def _sorted_out(sessions: list[Appointment], client: Client) -> tuple[list[Appointment], list[datetime]]:
    """Those that the client is free for, and when they are elsewhere, or there already. One query."""
    busy = list(
        Appointment.objects.filter(client=client, status__in=OCCUPIES).values_list("start_time", "end_time")
    )
    free: list[Appointment] = []
    missed: list[datetime] = []
    for each in sessions:
        taken = any(start < each.end_time and end > each.start_time for start, end in busy)
        if taken:
            missed.append(each.start_time)
        else:
            free.append(each)
    return free, missed


def _series_of(actor: User, series: Series, client: Client, first: Appointment) -> Series:
    key = uuid4()
    made = Series.objects.create(
        id=key,
        origin_id=key,
        client=client,
        starts_on=series.day_of(first.series_slot or first.start_time),
        until=max(series.planned_until, series.day_of(first.series_slot or first.start_time)),
        created_by=staff_of(actor),
        **{name: getattr(series, name) for name in SHARED},
    )
    audit.record(
        actor=actor,
        verb="series.planned",
        obj=made,
        client_id=client.pk,
        changes={"rule": ["", made.words], "group": ["", str(series.group)]},
    )
    return made


def _join(actor: User, session: Appointment, series: Series, client: Client) -> Appointment:
    wanted = Wanted(
        session.staff, [client], session.start_time, session.end_time, session.location, session.room
    )
    return put_down(
        wanted,
        client,
        # Whoever joins a session that stands beside another one stands there with it.
        Agreed(session.overbook_reason),
        actor=actor,
        detail=f"In a series: {series.words}.",
        type=session.type,
        is_billable=session.is_billable,
        billing_code=session.billing_code,
        group_session=session.group_session,
        series=series,
        series_slot=session.series_slot or session.start_time,
    )
