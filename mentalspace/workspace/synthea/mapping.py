"""What a row of the export means in the practice's tables; one that means nothing raises `Unusable`, saying why."""

import datetime as dt
import re
import unicodedata
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from clients.choices import ClientStatus, Gender
from clients.models import Client
from mentalspace.workspace.synthea.reading import Source
from scheduling.choices import AppointmentStatus, AppointmentType, Location
from scheduling.models import Appointment
from staff.models import Staff

# Ids follow from the export's own, so that a second run finds what the first one made.
NAMESPACE = uuid.UUID("6f1f3f5a-5d0e-5b57-9a43-0d6b8a3f6c11")
NO_INSURANCE = "NO_INSURANCE"
LONGEST = dt.timedelta(hours=24)
STATES = {
    "Alabama": "AL", "Alaska": "AK", "Arizona": "AZ", "Arkansas": "AR", "California": "CA", "Colorado": "CO",
    "Connecticut": "CT", "Delaware": "DE", "District of Columbia": "DC", "Florida": "FL", "Georgia": "GA",
    "Hawaii": "HI", "Idaho": "ID", "Illinois": "IL", "Indiana": "IN", "Iowa": "IA", "Kansas": "KS", "Kentucky": "KY",
    "Louisiana": "LA", "Maine": "ME", "Maryland": "MD", "Massachusetts": "MA", "Michigan": "MI", "Minnesota": "MN",
    "Mississippi": "MS", "Missouri": "MO", "Montana": "MT", "Nebraska": "NE", "Nevada": "NV", "New Hampshire": "NH",
    "New Jersey": "NJ", "New Mexico": "NM", "New York": "NY", "North Carolina": "NC", "North Dakota": "ND",
    "Ohio": "OH", "Oklahoma": "OK", "Oregon": "OR", "Pennsylvania": "PA", "Rhode Island": "RI",
    "South Carolina": "SC", "South Dakota": "SD", "Tennessee": "TN", "Texas": "TX", "Utah": "UT", "Vermont": "VT",
    "Virginia": "VA", "Washington": "WA", "West Virginia": "WV", "Wisconsin": "WI", "Wyoming": "WY",
}  # fmt: skip
LOCATIONS = {"virtual": Location.TELEHEALTH, "home": Location.HOME}
IN_OFFICE = {"ambulatory", "outpatient", "wellness"}
RELATIONSHIPS = {"Self": "self", "Guardian": "child", "Spouse": "spouse", "": "self"}


class Unusable(Exception):
    """The row cannot be imported; the message says why."""


def made_id(kind: str, export_id: str) -> uuid.UUID:
    """Our id for an id of the export."""
    if not export_id:
        raise Unusable("it has no id")
    return uuid.uuid5(NAMESPACE, f"{kind}:{export_id}")


def day(text: str, what: str) -> dt.date:
    """A day, or of an instant its day."""
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        raise Unusable(f"its {what} “{text}” is not a date") from None


def instant(text: str, what: str) -> dt.datetime:
    """An instant with its offset."""
    try:
        value = dt.datetime.fromisoformat(text)
    except ValueError:
        raise Unusable(f"its {what} “{text}” is not a time") from None
    if value.tzinfo is None:
        raise Unusable(f"its {what} “{text}” does not say in which zone")
    return value


def name(text: str, what: str) -> str:
    """A name as it stands, digits and accents included."""
    plain = unicodedata.normalize("NFC", text)
    if not plain:
        raise Unusable(f"it has no {what}")
    if len(plain) > 100:
        raise Unusable(f"its {what} is longer than 100 characters")
    return plain


def address_of(email_name: str, export_id: str) -> str:
    """A sign-in name for a provider, who has none in the export: nobody can receive mail at it."""
    ascii_name = unicodedata.normalize("NFKD", email_name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", ".", ascii_name).strip(".") or "provider"
    return f"{slug[:60]}.{made_id('user', export_id).hex[:10]}@import.example.com"


def staff_from(row: Source, organizations: dict[str, Source]) -> Staff:
    """A provider as a member of staff, without the user. Raises Unusable."""
    first, _, last = name(row["NAME"], "name").partition(" ")
    organization = organizations.get(row["ORGANIZATION"])
    if organization is None:
        raise Unusable(f"there is no organization {row['ORGANIZATION']}")
    speciality = row["SPECIALITY"].capitalize()[:80]
    place = ", ".join(
        part.title() for part in (organization["NAME"], organization["CITY"], organization["STATE"]) if part
    )
    return Staff(
        id=made_id("provider", row["Id"]),
        user_id=made_id("user", row["Id"]),
        first_name=name(first, "first name"),
        last_name=name(last or first, "last name"),
        title=speciality,
        specialties=[speciality] if speciality else [],
        bio=f"Imported from {place}.",
        takes_appointments=True,
    )


def client_from(row: Source) -> Client:
    """A patient as a client. Raises Unusable."""
    born = day(row["BIRTHDATE"], "birth date")
    died = day(row["DEATHDATE"], "death date") if row["DEATHDATE"] else None
    if died and died < born:
        raise Unusable("it dies before it is born")
    zip_code = row["ZIP"]
    if zip_code and not re.fullmatch(r"\d{5}(-\d{4})?", zip_code):
        raise Unusable(f"its ZIP code “{zip_code}” is not one")
    return Client(
        id=made_id("patient", row["Id"]),
        first_name=name(row["FIRST"], "first name"),
        last_name=name(row["LAST"], "last name"),
        date_of_birth=born,
        deceased_on=died,
        gender={"M": Gender.MALE, "F": Gender.FEMALE}.get(row["GENDER"], Gender.UNDISCLOSED),
        address={
            "street": row["ADDRESS"][:120],
            "city": row["CITY"][:120],
            "state": STATES.get(row["STATE"], row["STATE"])[:120],
            "zip_code": zip_code,
        },
        status=ClientStatus.DECEASED if died else ClientStatus.ACTIVE,
    )


def appointment_from(
    row: Source, clients: dict[str, Client], staff: dict[str, Staff], now: dt.datetime
) -> Appointment:
    """An encounter as a completed appointment that is billed elsewhere. Raises Unusable."""
    client, clinician = clients.get(row["PATIENT"]), staff.get(row["PROVIDER"])
    if client is None:
        raise Unusable(f"there is no patient {row['PATIENT']}")
    if clinician is None:
        raise Unusable(f"there is no provider {row['PROVIDER']}")
    start, end = instant(row["START"], "start"), instant(row["STOP"], "end")
    if end <= start:
        raise Unusable("it ends before it starts")
    if end - start > LONGEST:
        raise Unusable("it lasts longer than a day: an inpatient stay is no appointment")
    if end > now:
        raise Unusable("it is not over yet")
    if client.date_of_birth and start.date() < client.date_of_birth:
        raise Unusable("it is before the client's birth")
    if client.deceased_on and start.date() > client.deceased_on:
        raise Unusable("it is after the client's death")
    kind = row["ENCOUNTERCLASS"]
    return Appointment(
        id=made_id("encounter", row["Id"]),
        staff=clinician,
        client=client,
        start_time=start,
        end_time=end,
        completed_at=end,
        status=AppointmentStatus.COMPLETED,
        type=AppointmentType.OTHER,
        location=LOCATIONS.get(kind, Location.OFFICE if kind in IN_OFFICE else Location.OTHER),
        notes=f"{row['DESCRIPTION']} ({kind})",
        is_billable=False,
        imported_at=now,
    )


def condition_text(row: Source) -> str:
    """A condition with its days: `Chronic sinusitis (since 03/14/2011)`."""
    start = day(row["START"], "start")
    if not row["DESCRIPTION"]:
        raise Unusable("it has no description")
    days = (
        f"{start:%m/%d/%Y} to {day(row['STOP'], 'end'):%m/%d/%Y}"
        if row["STOP"]
        else f"since {start:%m/%d/%Y}"
    )
    return f"{row['DESCRIPTION'][:250]} ({days})"


@dataclass
class Coverages:
    """A client's coverages, joined where one year follows another at the same payer with the same member number."""

    found: list[dict[str, Any]] = field(default_factory=list)

    def add(self, row: Source, payers: dict[str, str]) -> bool:
        """Take in one transition; False for a time without insurance. Raises Unusable."""
        start, end = day(row["START_YEAR"], "start"), day(row["END_YEAR"], "end")
        if end < start:
            raise Unusable("it ends before it starts")
        if row["PAYER"] not in payers:
            raise Unusable(f"there is no payer {row['PAYER']}")
        added = self._join("primary", payers[row["PAYER"]], row, start, end)
        second = row["SECONDARY_PAYER"]
        if second:
            if second not in payers:
                raise Unusable(f"there is no payer {second}")
            added = self._join("secondary", payers[second], row, start, end) or added
        return added

    def _join(self, rank: str, provider: str, row: Source, start: dt.date, end: dt.date) -> bool:
        if provider == NO_INSURANCE:
            return False
        # Years meet: the next one starts on the day the last one ends.
        until = (end - dt.timedelta(days=1) if end > start else end).isoformat()
        for each in reversed(self.found):
            if each["rank"] != rank:
                continue
            meets = dt.date.fromisoformat(each["effective_to"]) >= start - dt.timedelta(days=1)
            if meets and each["provider"] == provider and each["policy_number"] == row["MEMBERID"]:
                each["effective_to"] = max(each["effective_to"], until)
                return True
            break
        relationship = RELATIONSHIPS.get(row["OWNERSHIP"], "other")
        self.found.append(
            {
                "rank": rank,
                "provider": provider,
                "policy_number": row["MEMBERID"],
                "primary_insured": {"name": row["OWNERNAME"][:120], "relationship": relationship},
                "effective_from": start.isoformat(),
                "effective_to": until,
            }
        )
        return True


def without_repeats(texts: Iterable[str]) -> list[str]:
    """Each text once, in order."""
    return list(dict.fromkeys(texts))
