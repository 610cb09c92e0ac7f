"""Fourteen members of staff and a hundred and eighty clients."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from accounts.choices import Role
from accounts.models import User
from clients.choices import CareRole, ClientStatus, FlagKind, Gender, ReminderHours, Severity, TagColor
from clients.models import CareTeamMember, Client, ClientFlag, ClientProfile, ClientStatusChange, Tag
from mentalspace.workspace.demo import words
from mentalspace.workspace.demo.maker import Maker, dated, store
from staff.choices import CalendarColor, LicenseType, Supervision
from staff.models import Staff

DOMAIN = "demo.example.com"
PASSWORD = "mentalspace-demo"  # noqa: S105 - printed for everybody who starts the demo
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Address, role, further roles, first and last name, title, credential, licence, days until it expires, colour.
STAFF = (
    ("admin", Role.ADMIN, (), "Morgan", "Marigold", "Practice manager", "", "", 0, ""),
    ("supervisor", Role.SUPERVISOR, (Role.THERAPIST,), "Sasha", "Snowdrop", "Clinical supervisor", "LCSW", LicenseType.LCSW, 400, "teal"),
    ("supervisor2", Role.SUPERVISOR, (Role.THERAPIST,), "Quinn", "Quillfeather", "Clinical director", "PhD", LicenseType.PSYCHOLOGIST, 220, "purple"),
    ("therapist", Role.THERAPIST, (), "Thea", "Thistlewood", "Therapist", "LPC", LicenseType.LPC, 24, "blue"),
    ("therapist2", Role.THERAPIST, (), "Jules", "Juniper", "Therapist", "LMFT", LicenseType.LMFT, 58, "green"),
    ("therapist3", Role.THERAPIST, (), "Robin", "Rosewater", "Therapist", "LCSW", LicenseType.LCSW, 300, "amber"),
    ("therapist4", Role.THERAPIST, (), "Kai", "Kettlewell", "Therapist", "LPC", LicenseType.LPC, 510, "pink"),
    ("therapist5", Role.THERAPIST, (), "Noor", "Nettlefield", "Therapist", "LCSW", LicenseType.LCSW, 83, "red"),
    ("prescriber", Role.THERAPIST, (), "Ellis", "Everglade", "Psychiatric nurse practitioner", "PMHNP-BC", LicenseType.PMHNP, 190, "grey"),
    ("associate", Role.ASSOCIATE, (), "Ari", "Appleseed", "Associate therapist", "LAC", LicenseType.LAC, 150, "teal"),
    ("associate2", Role.ASSOCIATE, (), "Winter", "Willowby", "Associate therapist", "LMSW", LicenseType.LMSW, 45, "blue"),
    ("biller", Role.BILLER, (), "Blake", "Brambleworth", "Billing specialist", "", "", 0, ""),
    ("frontdesk", Role.FRONT_DESK, (), "Frankie", "Fernsby", "Front desk", "", "", 0, ""),
    ("frontdesk2", Role.FRONT_DESK, (), "Dana", "Dandelion", "Front desk", "", "", 0, ""),
)  # fmt: skip
SPECIALTIES = (
    "Anxiety",
    "Depression",
    "Trauma",
    "Couples",
    "Adolescents",
    "Grief",
    "OCD",
    "ADHD",
    "Substance use",
)
PAYERS = (
    ("Peachtree Medicaid", "PTMCD", "0.00"),
    ("Blue Ridge Health Plan", "BRHP1", "25.00"),
    ("Dogwood Mutual", "DGW02", "30.00"),
    ("Chattahoochee Care", "CHAT7", "20.00"),
)
STATUSES = (
    (ClientStatus.ACTIVE, 150),
    (ClientStatus.WAITLIST, 10),
    (ClientStatus.INQUIRY, 6),
    (ClientStatus.INACTIVE, 8),
    (ClientStatus.DISCHARGED, 6),
)
AREAS = ("404", "470", "678", "770")


@dataclass
class People:
    """Whom the rest of the demo speaks of."""

    staff: dict[str, Staff] = field(default_factory=dict)
    clients: list[Client] = field(default_factory=list)
    clinician_of: dict[object, Staff] = field(default_factory=dict)
    payer_of: dict[object, tuple[str, str, str]] = field(default_factory=dict)

    @property
    def clinicians(self) -> list[Staff]:
        return [member for member in self.staff.values() if member.takes_appointments]

    @property
    def active(self) -> list[Client]:
        return [client for client in self.clients if client.status == ClientStatus.ACTIVE]


def make_people(make: Maker) -> People:
    """Staff, then clients with all that is known of them."""
    people = People()
    make_staff(make, people)
    make_clients(make, people)
    return people


def make_staff(make: Maker, people: People) -> None:
    """Users with one password, hashed once, and their staff rows."""
    hashed = User()
    hashed.set_password(PASSWORD)
    long_ago = make.days_ago(900)
    users = []
    for place, (local, role, further, first, last, title, credential, license_type, days, color) in enumerate(
        STAFF
    ):
        user = User(
            id=make.id(),
            email=f"{local}@{DOMAIN}",
            password=hashed.password,
            role=role,
            further_roles=list(further),
        )
        users.append(dated(user, long_ago))
        clinician = bool(license_type)
        people.staff[local] = dated(
            Staff(
                id=make.id(),
                user=user,
                first_name=first,
                last_name=last,
                title=title,
                credential=credential,
                license_type=license_type,
                license_number=f"DEMO{place:04d}" if clinician else "",
                license_state="GA" if clinician else "",
                license_expires_on=make.today + timedelta(days=days) if clinician else None,
                specialties=make.some(SPECIALTIES, 3) if clinician else [],
                bio=f"{first} is invented, and so is everybody {first} works with." if clinician else "",
                phone=phone(make, place),
                availability=hours(make, place) if clinician else {},
                takes_appointments=clinician,
                color=color or CalendarColor.GREY,
            ),
            long_ago,
        )
    for supervised, supervisor in (
        ("associate", "supervisor"),
        ("associate2", "supervisor2"),
        ("therapist5", "supervisor"),
    ):
        member = people.staff[supervised]
        member.supervisor = people.staff[supervisor]
        member.supervision = (
            Supervision.COSIGN_ALL if supervised.startswith("associate") else Supervision.REVIEW_ALL
        )
    store(users)
    store(list(people.staff.values()))


def phone(make: Maker, place: int) -> str:
    """One of the numbers set aside for fiction."""
    return f"+1{AREAS[place // 100 % len(AREAS)]}55501{place % 100:02d}"


def hours(make: Maker, place: int) -> dict[str, object]:
    """Weekdays and whatever day it is today, so that the demo's day is never empty; a lunch hour; some time off."""
    late = place % 2
    blocks = [
        {"from": "10:00" if late else "08:00", "to": "13:00" if late else "12:00", "location": ""},
        {"from": "14:00" if late else "13:00", "to": "19:00" if late else "17:00", "location": ""},
    ]
    days = {WEEKDAYS[index] for index in range(5)} | {WEEKDAYS[make.today.weekday()]}
    off = make.today + timedelta(days=9 + place)
    # One asks for the Friday afternoons of two months.
    fridays = [make.today + timedelta(days=number) for number in range(14, 75)] if place == 2 else []
    return {
        "weekly": {day: blocks for day in WEEKDAYS if day in days},
        "exceptions": [
            {"date": off.isoformat(), "available": False, "reason": "Training"},
            {"date": (off + timedelta(days=14)).isoformat(), "from": "13:00", "to": "17:00", "available": False, "reason": "Appointment"},
            *(
                {"date": day.isoformat(), "from": "13:00", "to": "17:00", "available": False, "reason": "Course",
                 "pending": True, "entry": "fridays"}
                for day in fridays
                if day.weekday() == 4
            ),
        ],
    }  # fmt: skip


def make_clients(make: Maker, people: People) -> None:
    """Clients with profile, care team, flags, tags and the history of their status."""
    tags = [
        dated(Tag(id=make.id(), name=name, color=color), make.days_ago(300))
        for name, color in (
            ("Court-mandated", TagColor.RED), ("Grant-funded", TagColor.GREEN), ("Spanish-speaking", TagColor.BLUE), ("Evenings only", TagColor.PURPLE),
        )
    ]  # fmt: skip
    store(tags)
    profiles, team, flags, changes, tagged = [], [], [], [], []
    names = make.some([(first, last) for first in words.FIRST_NAMES for last in words.LAST_NAMES], 180)
    statuses = [status for status, count in STATUSES for _ in range(count)]
    clinicians = [member for member in people.clinicians if member.credential != "PMHNP-BC"]
    for place, ((first, last), status) in enumerate(zip(names, statuses, strict=True)):
        client = one_client(make, people, place, first, last, status)
        people.clients.append(client)
        profiles.append(profile_of(make, people, client))
        if status in (ClientStatus.ACTIVE, ClientStatus.INACTIVE, ClientStatus.DISCHARGED):
            clinician = clinicians[place % len(clinicians)]
            people.clinician_of[client.pk] = clinician
            since = make.day(client.created_at)
            ended = None if status == ClientStatus.ACTIVE else make.today - timedelta(days=15 + place % 20)
            team.append(assigned(make, client, clinician, CareRole.PRIMARY, since, ended))
            if place % 9 == 0 and ended is None:
                team.append(
                    assigned(make, client, people.staff["prescriber"], CareRole.PRESCRIBER, since, None)
                )
            changes.append(
                change(
                    make, people, client, ClientStatus.INQUIRY, ClientStatus.ACTIVE, "Intake booked", since
                )
            )
            if ended:
                reason = "Goals met" if status == ClientStatus.DISCHARGED else "No contact for two months"
                changes.append(change(make, people, client, ClientStatus.ACTIVE, status, reason, ended))
        if place % 11 == 3 and status == ClientStatus.ACTIVE:
            flags.append(flag(make, client, people.clinician_of[client.pk], place))
        if place % 6 == 1:
            tagged.append(Client.tags.through(client=client, tag=tags[place % len(tags)]))
    store(people.clients)
    for rows in (profiles, team, flags, changes, tagged):
        store(rows)


def one_client(make: Maker, people: People, place: int, first: str, last: str, status: str) -> Client:
    """The demographics."""
    city, zip_code = words.CITIES[place % len(words.CITIES)]
    recent = place % 5 == 0 and status == ClientStatus.ACTIVE
    joined = make.days_ago(make.random.randint(20, 60) if recent else make.random.randint(120, 700))
    if status in (ClientStatus.INQUIRY, ClientStatus.WAITLIST):
        joined = make.days_ago(make.random.randint(1, 25))
    desk = people.staff["frontdesk"]
    reachable = place % 7 != 0
    slug = f"{first}.{last}".lower().replace(" ", "")
    return dated(
        Client(
            id=make.id(),
            first_name=first,
            last_name=last,
            preferred_name=make.one(words.FIRST_NAMES) if place % 13 == 0 else "",
            pronouns=make.one(words.PRONOUNS) if place % 3 == 0 else "",
            email=f"{slug}@example.com" if reachable else None,
            phone=phone(make, 20 + place),
            date_of_birth=date(
                make.random.randint(1948, 2012), make.random.randint(1, 12), make.random.randint(1, 28)
            ),
            gender=make.one(list(Gender.values)),
            address={
                "street": f"{100 + place} {make.one(words.STREETS)}",
                "city": city,
                "state": "GA",
                "zip_code": zip_code,
            },
            status=status,
            # Some live just over the state's western border, an hour behind.
            time_zone="America/Chicago" if place % 11 == 8 else "",
            reminder_email_consent=reachable and place % 4 != 0,
            reminder_text_consent=place % 3 == 0,
            reminder_email_hours=ReminderHours.DAY if place % 7 == 2 else None,
            reminder_text_hours=ReminderHours.FOUR if place % 12 == 6 else None,
            created_by=desk,
            updated_by=desk,
        ),
        joined,
    )


def profile_of(make: Maker, people: People, client: Client) -> ClientProfile:
    """Insurance for most, emergency contacts, some medical history."""
    place = len(people.clients)
    coverage = []
    if place % 5 != 4:
        payer = PAYERS[place % len(PAYERS)]
        people.payer_of[client.pk] = payer
        coverage = [
            {
                "rank": "primary", "provider": payer[0], "payer_id": payer[1], "plan": "Standard",
                "policy_number": f"DEMO{place:06d}", "group_number": f"G{place % 7:03d}",
                "primary_insured": {"name": client.legal_name, "relationship": "self", "date_of_birth": str(client.date_of_birth)},
                "copay": payer[2], "effective_from": str(make.day(client.created_at) - timedelta(days=30)),
                "authorisations": [{"number": f"A{place:05d}", "sessions": 20, "used": place % 18}] if place % 6 == 0 else [],
            }
        ]  # fmt: skip
    contact = {
        "name": f"{make.one(words.FIRST_NAMES)} {client.last_name}",
        "relationship": make.one(words.RELATIONS),
        "phone": phone(make, 220 + place % 90),
        "may_disclose": place % 2 == 0,
    }
    trouble = words.TROUBLES[place % len(words.TROUBLES)]
    known = client.status == ClientStatus.ACTIVE
    return dated(
        ClientProfile(
            id=make.id(),
            client=client,
            insurance_info=coverage,
            emergency_contact=[contact] if place % 8 else [],
            medical_history={
                "conditions": [trouble[1]] if known else [],
                "medications": [make.one(words.MEDICINES)] if known and place % 3 == 0 else [],
                "allergies": [make.one(words.ALLERGIES)] if place % 10 == 0 else [],
            },
            custom_fields={"Referred by": "Friend"} if place % 4 == 0 else {},
        ),
        client.created_at,
    )


def assigned(
    make: Maker, client: Client, staff: Staff, role: str, since: date, ended: date | None
) -> CareTeamMember:
    """A clinician on the care team."""
    return dated(
        CareTeamMember(
            id=make.id(), client=client, staff=staff, role=role, starts_on=since, ends_on=ended,
            end_reason="Treatment ended" if ended else "", assigned_by=client.created_by,
        ),
        client.created_at,
    )  # fmt: skip


def change(
    make: Maker, people: People, client: Client, before: str, after: str, reason: str, day: date
) -> ClientStatusChange:
    """A step in the history of a client's status."""
    moment = min(make.at(day, make.now.time().replace(hour=15, minute=0, second=0, microsecond=0)), make.now)
    return ClientStatusChange(
        client=client,
        from_status=before,
        to_status=after,
        reason=reason,
        changed_by=people.staff["frontdesk"],
        changed_at=moment,
    )


def flag(make: Maker, client: Client, raiser: Staff, place: int) -> ClientFlag:
    """A warning above the chart."""
    kind, severity, note = make.one(
        (
            (FlagKind.SUICIDE_RISK, Severity.HIGH, "Passive ideation in the intake; safety plan in place."),
            (FlagKind.ALLERGY, Severity.MODERATE, "Latex."),
            (FlagKind.ATTENDANCE, Severity.LOW, "Two missed sessions in a row."),
            (FlagKind.BILLING, Severity.LOW, "Card on file expired."),
        )
    )
    row = ClientFlag(id=make.id(), client=client, kind=kind, severity=severity, note=note, raised_by=raiser)
    return dated(row, make.days_ago(5 + place % 30))
