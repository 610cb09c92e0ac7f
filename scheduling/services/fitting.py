"""Does an appointment fit: is everybody free, and is there anything unusual about the time?"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from clients.choices import ClientStatus
from clients.models import Client
from mentalspace.core import clock, formatting
from mentalspace.core.gates import require
from scheduling import rules
from scheduling.choices import OCCUPIES
from scheduling.closures import closed_days
from scheduling.errors import BadLength, Clash, NeedsConfirmation, NotBookable, SlotTaken
from scheduling.models import Appointment
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


def refuse_unbookable(staff: Staff, clients: Sequence[Client]) -> None:
    """Raises NotBookable for who has left or died."""
    if not staff.takes_appointments or staff.status == StaffStatus.INACTIVE:
        raise NotBookable(f"{staff.full_name} does not take appointments.", field="staff")
    if any(client.status == ClientStatus.DECEASED for client in clients):
        raise NotBookable("This client is recorded as deceased.", field="client")


def ask_about_unusual(
    *,
    actor: User,
    staff: Staff,
    clients: Sequence[Client],
    start: datetime,
    end: datetime,
    location: str,
    anyway: bool | str,
) -> str:
    """What is unusual and was accepted, for the history; NeedsConfirmation if it was not accepted yet.

    `anyway` is True for whatever it may be, or the token of the question that was answered.
    """
    reasons = []
    if start < clock.now():
        reasons.append(f"{formatting.instant(start, clock.zone())} has already passed.")
    day = clock.local(start).date()
    holidays = closed_days(day, clock.local(end - timedelta(microseconds=1)).date())
    reasons += [f"The practice is closed then: {name}." for name in holidays.values()]
    if closed := why_closed(staff, start, end, clock.zone(), location):
        reasons.append(closed)
    if any(client.status in {ClientStatus.DISCHARGED, ClientStatus.INACTIVE} for client in clients):
        reasons.append("The client is not active.")
    if not reasons:
        return ""
    question = NeedsConfirmation(reasons)
    if anyway not in {True, question.token}:
        raise question
    require(rules.can_override_availability(actor, staff))
    return "Booked although: " + " ".join(reasons)


def refuse_clashes(
    *,
    actor: User,
    staff: Staff,
    client_ids: Collection[UUID],
    start: datetime,
    end: datetime,
    group_session: UUID | None = None,
    besides: Collection[UUID] = (),
) -> None:
    """Raises SlotTaken with what is in the way, as far as the actor may see it, and the nearest openings."""
    rows = (
        Appointment.objects.filter(Q(staff=staff) | Q(client_id__in=client_ids))
        .filter(status__in=OCCUPIES, start_time__lt=end, end_time__gt=start)
        .exclude(pk__in=besides)
        .order_by("start_time")
    )
    in_the_way = [
        row
        for row in rows
        if row.client_id in client_ids or group_session is None or row.group_session != group_session
    ]
    if not in_the_way:
        return
    seen = set(
        rules.visible_appointments(actor)
        .filter(pk__in=[row.pk for row in in_the_way])
        .values_list("pk", flat=True)
    )
    clashes = [
        Clash(
            row.start_time,
            row.end_time,
            # In a group, and with another clinician, it is the client who cannot be in two places.
            of_client=row.client_id in client_ids and (row.staff_id != staff.pk or group_session is not None),
            appointment_id=row.pk if row.pk in seen else None,
        )
        for row in in_the_way
    ]
    minutes = int((end - start).total_seconds() // 60)
    raise SlotTaken(
        _sentence(staff, clashes[0]),
        clashes=clashes,
        openings=nearest_openings(staff, start, minutes, client_ids=client_ids),
    )


def _sentence(staff: Staff, clash: Clash) -> str:
    who = "The client" if clash.of_client else staff.full_name
    when = formatting.time_range(clash.start, clash.end, clock.zone())
    return f"{who} already has an appointment, {when}." if clash.appointment_id else f"{who} is busy, {when}."
