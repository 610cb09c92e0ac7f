"""Store what is new of an export, in one transaction; say of every other row why it is not stored."""

import datetime as dt
from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from accounts.choices import Role
from accounts.models import User
from clients.choices import CareRole, ClientStatus
from clients.models import CareTeamMember, Client, ClientProfile
from mentalspace.core import audit, clock
from mentalspace.core.crypto.fields import prepare
from mentalspace.workspace.synthea import mapping
from mentalspace.workspace.synthea.mapping import Unusable
from mentalspace.workspace.synthea.reading import Export, Source
from scheduling.choices import OCCUPIES
from scheduling.models import Appointment
from staff.models import Staff

Progress = Callable[[str, int, int], None]
BATCH = 500


@dataclass(frozen=True, slots=True)
class Reported:
    """A row that was not imported."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: not imported: {self.reason}."


@dataclass
class Outcome:
    """What an import did: rows imported, rows that were there already, and rows reported, by file."""

    imported: Counter[str] = field(default_factory=Counter)
    present: Counter[str] = field(default_factory=Counter)
    reported: list[Reported] = field(default_factory=list)

    def report(self, row: Source, error: Unusable) -> None:
        self.reported.append(Reported(row.file, row.line, str(error)))


@dataclass
class Occupied:
    """Time that is taken, per clinician and per client, as sorted half-open spans."""

    spans: dict[UUID, list[tuple[dt.datetime, dt.datetime]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def clashes(self, who: UUID, start: dt.datetime, end: dt.datetime) -> bool:
        taken = self.spans[who]
        place = bisect_left(taken, (start, start))
        before = place > 0 and taken[place - 1][1] > start
        return before or (place < len(taken) and taken[place][0] < end)

    def take(self, who: UUID, start: dt.datetime, end: dt.datetime) -> None:
        insort(self.spans[who], (start, end))


@transaction.atomic
def store(export: Export, *, progress: Progress, now: dt.datetime | None = None) -> Outcome:
    """Import everything that is new. Run by an operator; there is no actor to ask permission of."""
    outcome = Outcome()
    moment = now or clock.now()
    staff = _providers(export, outcome, progress)
    clients = _patients(export, outcome, progress)
    _encounters(export, outcome, progress, clients, staff, moment)
    _profiles(export, outcome, progress, clients)
    if outcome.imported:
        audit.record(actor=None, verb="practice.imported", changes={"rows": [0, outcome.imported.total()]})
    return outcome


def _providers(export: Export, outcome: Outcome, progress: Progress) -> dict[str, Staff]:
    organizations = {row["Id"]: row for row in export["organizations"]}
    known: dict[str, Staff] = {}
    present = set(Staff.objects.values_list("pk", flat=True))
    users, fresh = [], []
    for place, row in enumerate(export["providers"], 1):
        progress("providers", place, len(export["providers"]))
        try:
            member = mapping.staff_from(row, organizations)
        except Unusable as error:
            outcome.report(row, error)
            continue
        if row["Id"] in known:
            outcome.report(row, Unusable("its id stands twice in the file"))
            continue
        known[row["Id"]] = member
        if member.pk in present:
            outcome.present[row.file] += 1
            continue
        # Imported people cannot sign in until an administrator gives them an address and a way in.
        user = User(
            id=member.user_id,
            email=mapping.address_of(member.full_name, row["Id"]),
            role=Role.THERAPIST,
            is_active=False,
        )
        user.set_unusable_password()
        users.append(user)
        fresh.append(member)
        outcome.imported[row.file] += 1
    User.objects.bulk_create(users, batch_size=BATCH)
    Staff.objects.bulk_create(fresh, batch_size=BATCH)
    return known


def _patients(export: Export, outcome: Outcome, progress: Progress) -> dict[str, Client]:
    known: dict[str, Client] = {}
    present = set(Client.objects.values_list("pk", flat=True))
    fresh = []
    for place, row in enumerate(export["patients"], 1):
        progress("patients", place, len(export["patients"]))
        try:
            client = mapping.client_from(row)
            if row["Id"] in known:
                raise Unusable("its id stands twice in the file")
        except Unusable as error:
            outcome.report(row, error)
            continue
        known[row["Id"]] = client
        if client.pk in present:
            outcome.present[row.file] += 1
        else:
            fresh.append(client)
            outcome.imported[row.file] += 1
    Client.objects.bulk_create(fresh, batch_size=BATCH)
    return known


def _encounters(
    export: Export,
    outcome: Outcome,
    progress: Progress,
    clients: dict[str, Client],
    staff: dict[str, Staff],
    now: dt.datetime,
) -> None:
    people = [each.pk for each in (*clients.values(), *staff.values())]
    occupied = Occupied()
    there = Appointment.objects.filter(status__in=OCCUPIES, staff_id__in=people) | Appointment.objects.filter(
        status__in=OCCUPIES, client_id__in=people
    )
    for staff_id, client_id, start, end in there.values_list(
        "staff_id", "client_id", "start_time", "end_time"
    ):
        occupied.take(staff_id, start, end)
        occupied.take(client_id, start, end)
    present = set(Appointment.objects.filter(client_id__in=people).values_list("pk", flat=True))
    seen: set[UUID] = set()
    fresh = []
    rows = sorted(export["encounters"], key=lambda row: (row["START"], row.line))
    for place, row in enumerate(rows, 1):
        progress("encounters", place, len(rows))
        try:
            appointment = mapping.appointment_from(row, clients, staff, now)
            if appointment.pk in seen:
                raise Unusable("its id stands twice in the file")
            seen.add(appointment.pk)
            if appointment.pk in present:
                outcome.present[row.file] += 1
                continue
            _take(occupied, appointment)
        except Unusable as error:
            outcome.report(row, error)
            continue
        fresh.append(appointment)
        outcome.imported[row.file] += 1
    prepare(fresh)
    Appointment.objects.bulk_create(fresh, batch_size=BATCH)
    _assign(fresh)


def _take(occupied: Occupied, appointment: Appointment) -> None:
    start, end = appointment.start_time, appointment.end_time
    for who, whose in ((appointment.client_id, "client"), (appointment.staff_id, "provider")):
        if occupied.clashes(who, start, end):
            raise Unusable(f"it overlaps another encounter of the same {whose}")
    occupied.take(appointment.client_id, start, end)
    occupied.take(appointment.staff_id, start, end)


def _assign(appointments: list[Appointment]) -> None:
    """Whom a client saw last is the primary clinician, since the first visit; the deceased have nobody any more."""
    latest = {appointment.client_id: appointment for appointment in appointments}
    taken = set(CareTeamMember.objects.filter(client_id__in=latest).values_list("client_id", flat=True))
    zone = clock.zone()
    team = []
    for client_id, last in latest.items():
        if client_id in taken or last.client.status == ClientStatus.DECEASED:
            continue
        first = next(
            each for each in appointments if (each.client_id, each.staff_id) == (client_id, last.staff_id)
        )
        since = first.start_time.astimezone(zone).date()
        team.append(
            CareTeamMember(
                client_id=client_id, staff_id=last.staff_id, role=CareRole.PRIMARY, starts_on=since
            )
        )
    CareTeamMember.objects.bulk_create(team, batch_size=BATCH)


def _profiles(export: Export, outcome: Outcome, progress: Progress, clients: dict[str, Client]) -> None:
    payers = {row["Id"]: row["NAME"] for row in export["payers"]}
    have = set(
        ClientProfile.objects.filter(client__in=[each.pk for each in clients.values()]).values_list(
            "client_id", flat=True
        )
    )
    insurance: dict[UUID, mapping.Coverages] = defaultdict(mapping.Coverages)
    conditions: dict[UUID, list[str]] = defaultdict(list)
    transitions = sorted(export["payer_transitions"], key=lambda row: (row["PATIENT"], row["START_YEAR"]))
    for row in [*transitions, *export["conditions"]]:
        try:
            client = clients.get(row["PATIENT"])
            if client is None:
                raise Unusable(f"there is no patient {row['PATIENT']}")
            if row.file == "conditions.csv":
                conditions[client.pk].append(mapping.condition_text(row))
            else:
                insurance[client.pk].add(row, payers)
        except Unusable as error:
            outcome.report(row, error)
            continue
        (outcome.present if client.pk in have else outcome.imported)[row.file] += 1
    fresh = []
    for place, client in enumerate(clients.values(), 1):
        progress("profiles", place, len(clients))
        if client.pk not in have:
            history = {"conditions": mapping.without_repeats(conditions[client.pk])}
            fresh.append(
                ClientProfile(
                    client=client, insurance_info=insurance[client.pk].found, medical_history=history
                )
            )
    prepare(fresh)
    ClientProfile.objects.bulk_create(fresh, batch_size=BATCH)
