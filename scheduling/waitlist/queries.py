"""What is read of the waitlist: who waits, which times opened, who fits which, and the next times of one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from clients.choices import ClientStatus
from clients.rules import current_assignments
from mentalspace.core import clock, practice
from scheduling import rules
from scheduling.choices import OCCUPIES, PRESCRIBED
from scheduling.closures import closed_days
from scheduling.defaults import ScheduleDefaults
from scheduling.finding import Wanted, find_times
from scheduling.models import Appointment
from scheduling.waitlist import matching
from scheduling.waitlist.choices import EntryState
from scheduling.waitlist.defaults import WaitlistDefaults
from scheduling.waitlist.matching import Fit, Slot, Wish
from scheduling.waitlist.models import Opening, WaitlistEntry, by_urgency
from staff.availability import WorkingTime
from staff.choices import PRESCRIBERS, StaffStatus
from staff.models import Staff

MOST_OPENINGS = 40
NEXT_TIMES = 8
# Of these nobody is offered a time.
GONE = (ClientStatus.DECEASED, ClientStatus.DISCHARGED, ClientStatus.INACTIVE)


@dataclass(frozen=True, slots=True)
class Fitting:
    """An entry that fits a time, and how."""

    entry: WaitlistEntry
    fit: Fit


@dataclass(frozen=True, slots=True)
class Opened:
    """A time that opened and is still free, with those who fit, best first."""

    opening: Opening
    slot: Slot
    fitting: Sequence[Fitting]


def waiting(actor: User) -> QuerySet[WaitlistEntry]:
    """Who waits now, as far as the actor sees them: the most urgent first, then who has waited longest."""
    return (
        rules.can_see_waitlist_entry.scope(actor)
        .filter(state=EntryState.WAITING, expires_on__gte=clock.today())
        .order_by(by_urgency(), "created_at", "pk")
    )


def fitting(actor: User, slot: Slot) -> list[Fitting]:
    """Who fits this time, best first. Two queries."""
    return _fitting_all(actor, [slot])[0]


def openings(actor: User, *, most: int = MOST_OPENINGS) -> list[Opened]:
    """Times that opened, are still free and suit somebody, the soonest first. Four queries, however many there are."""
    now = clock.now()
    last = clock.today() + timedelta(days=practice.get(WaitlistDefaults).ahead_days)
    taken = Appointment.objects.filter(
        staff_id=OuterRef("staff_id"),
        status__in=OCCUPIES,
        start_time__lt=OuterRef("end_time"),
        end_time__gt=OuterRef("start_time"),
    )
    found = (
        rules.can_see_opening.scope(actor)
        .filter(
            ~Exists(taken),
            dismissed_at__isnull=True,
            start_time__gt=now,
            start_time__lt=clock.day_bounds(last)[1],
            staff__takes_appointments=True,
        )
        .select_related("staff")
        .order_by("start_time", "pk")[:MOST_OPENINGS]
    )
    slots = [(each, slot) for each in found if (slot := _offered(each)) is not None]
    if not slots:
        return []
    closed = closed_days(clock.today(), last)
    slots = [(each, slot) for each, slot in slots if clock.local(slot.start).date() not in closed]
    matched = _fitting_all(actor, [slot for _, slot in slots])
    offered = [Opened(each, slot, fits) for (each, slot), fits in zip(slots, matched, strict=True) if fits]
    return offered[:most]


def slot_of(staff: Staff, start: datetime, end: datetime) -> Slot:
    """The clinician's time with where they work then; outside of hours that is anywhere."""
    return _worked(staff, start, end) or Slot(staff.pk, start, end, frozenset(), _prescribes(staff))


def _offered(opening: Opening) -> Slot | None:
    """The time, while the clinician works then."""
    return _worked(opening.staff, opening.start_time, opening.end_time)


def _worked(staff: Staff, start: datetime, end: datetime) -> Slot | None:
    begins, ends = clock.local(start), clock.local(end - timedelta(microseconds=1))
    if begins.date() != ends.date():
        return None
    first, last = begins.hour * 60 + begins.minute, ends.hour * 60 + ends.minute + 1
    places = {
        place
        for opens, closes, place in WorkingTime(staff).spans(begins.date())
        if opens <= first and last <= closes
    }
    if not places:
        return None
    return Slot(staff.pk, start, end, frozenset() if "" in places else frozenset(places), _prescribes(staff))


def _prescribes(staff: Staff) -> bool:
    return staff.license_type in PRESCRIBERS


def _fitting_all(actor: User, slots: Sequence[Slot]) -> list[list[Fitting]]:
    """For each slot who fits it. Two queries."""
    entries = {each.pk: each for each in with_ties(waiting(actor).exclude(client__status__in=GONE))}
    if not slots or not entries:
        return [[] for _ in slots]
    busy = _busy(entries.values(), min(each.start for each in slots), max(each.end for each in slots))
    wishes = [wish_of(each, busy.get(each.client_id, ())) for each in entries.values()]
    now, zone = clock.now(), clock.zone()
    return [
        [Fitting(entries[fit.wish.key], fit) for fit in matching.best_first(slot, wishes, now=now, zone=zone)]
        for slot in slots
    ]


def with_ties(entries: QuerySet[WaitlistEntry]) -> QuerySet[WaitlistEntry]:
    """The same with their clients, each knowing the clinicians it names and those of the client's care team."""
    named = WaitlistEntry.clinicians.through.objects.filter(waitlistentry_id=OuterRef("pk"))
    team = current_assignments().filter(client_id=OuterRef("client_id"))
    return entries.select_related("client").annotate(
        named_ids=ArraySubquery(named.values("staff_id")), team_ids=ArraySubquery(team.values("staff_id"))
    )


def wish_of(entry: WaitlistEntry, busy: tuple[tuple[int, int], ...] = ()) -> Wish:
    """What the matching knows of an entry; of one that was read `with_ties`."""
    return Wish(
        key=entry.pk,
        urgency=entry.urgency,
        since=entry.created_at,
        minutes=entry.minutes,
        types=tuple(entry.types),
        windows=entry.hours,
        clinicians=frozenset(entry.named_ids),  # type: ignore[attr-defined]
        locations=tuple(entry.locations),
        team=frozenset(entry.team_ids),  # type: ignore[attr-defined]
        busy=busy,
    )


def _busy(
    entries: Iterable[WaitlistEntry], start: datetime, end: datetime
) -> dict[UUID, tuple[tuple[int, int], ...]]:
    """When their clients are taken between the two. One query."""
    clients = [each.client_id for each in entries]
    rows = Appointment.objects.filter(
        client_id__in=clients, status__in=OCCUPIES, start_time__lt=end, end_time__gt=start
    )
    found: dict[UUID, list[tuple[int, int]]] = defaultdict(list)
    for client, begins, ends in rows.values_list("client_id", "start_time", "end_time"):
        found[client].append((int(begins.timestamp()), int(ends.timestamp())))
    return {client: tuple(spans) for client, spans in found.items()}


@dataclass(frozen=True, slots=True)
class NextTime:
    """A free start that suits an entry."""

    staff: Staff
    start: datetime
    location: str
    type: str


def next_times(actor: User, entry: WaitlistEntry, *, most: int = NEXT_TIMES) -> list[NextTime]:
    """The next free starts that suit, of clinicians for whom the actor may book, at most so many. Four queries.

    The entry was read `with_ties`. At most three of one day, so that the choice is one.
    """
    wish = wish_of(entry)
    staff = [
        each
        for each in rules.schedulable_staff(actor)
        .exclude(status=StaffStatus.INACTIVE)
        .order_by("last_name", "first_name", "pk")
        if (not wish.clinicians or each.pk in wish.clinicians)
        and (_prescribes(each) or any(type_ not in PRESCRIBED for type_ in wish.types))
    ]
    settings, today, zone = practice.get(ScheduleDefaults), clock.today(), clock.zone()
    wanted = Wanted(
        minutes=wish.minutes,
        first=today,
        last=today + timedelta(days=practice.get(WaitlistDefaults).ahead_days),
        weekdays=frozenset(day for window in wish.windows for day in window.weekdays),
        pause=settings.buffer_minutes if settings.ask_buffer else 0,
        not_before=clock.now() + timedelta(hours=settings.lead_hours),
    )
    found: list[NextTime] = []
    for day in find_times(staff, wanted, client_id=entry.client_id):
        of_day: list[NextTime] = []
        for each, starts in day.by_staff:
            for start in starts:
                if not matching.suits(wish, start, zone):
                    continue
                slot = slot_of(each, start, start + timedelta(minutes=wish.minutes))
                fit = matching.fitting(slot, wish, now=clock.now(), zone=zone)
                if fit is not None:
                    of_day.append(NextTime(each, start, fit.location, fit.type))
        found += sorted(of_day, key=lambda time: time.start)[:3]
        if len(found) >= most:
            break
    return found[:most]


def waits_of(actor: User, client_id: UUID) -> list[WaitlistEntry]:
    """What a client waits for now. One query."""
    return list(waiting(actor).filter(client_id=client_id))


def is_free(staff: Staff, start: datetime, end: datetime) -> bool:
    """Has the clinician nothing then? One query."""
    taken = Appointment.objects.filter(
        staff=staff, status__in=OCCUPIES, start_time__lt=end, end_time__gt=start
    )
    return not taken.exists()
