"""Who pays for a day: the client's coverage on it, and how a fee splits into the insurer's and the client's part."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.models import ZERO
from clients.models import Client, ClientProfile
from clients.queries import coverage_on
from clients.shapes import Insurance
from mentalspace.core import clock
from scheduling.models import Appointment


@dataclass(frozen=True, slots=True)
class Parts:
    """A proposed split of a fee; the two parts add up to it. `payer` is empty for self-pay."""

    insurance_amount: Decimal
    client_amount: Decimal
    payer: str = ""


def profile_of(client: Client) -> ClientProfile:
    """The client's profile, loaded with the client; an empty one where there is none."""
    profile: ClientProfile | None = getattr(client, "profile", None)
    return profile or ClientProfile(client=client)


def has_insurance(client: Client) -> bool:
    """Is any coverage on file, in force or not?"""
    return bool(profile_of(client).insurance_info)


def first_coverage(client: Client, day: date) -> Insurance | None:
    """The coverage that is asked first for a service on `day`; None: the client pays."""
    return next(iter(coverage_on(profile_of(client), day)), None)


def propose_parts(fee: Decimal, coverage: Insurance | None) -> Parts:
    """Insured: the copay is the client's, the rest the insurer's. Self-pay: all of it is the client's."""
    if coverage is None:
        return Parts(ZERO, fee)
    copay = min(coverage.copay or ZERO, fee)
    return Parts(fee - copay, copay, coverage.provider)


def forbids_missed_fees(client: Client, day: date, payers: Iterable[str]) -> bool:
    """Is a payer in force on `day` whose members may not be charged for a missed visit?"""
    words = [name.casefold() for name in payers]
    held = (f"{each.provider} {each.plan}".casefold() for each in coverage_on(profile_of(client), day))
    return any(word in text for text in held for word in words)


def copay_for(client: Client, visit: Appointment) -> Decimal | None:
    """The copay of the coverage in force on the day of the visit."""
    coverage = first_coverage(client, clock.local(visit.start_time).date())
    return coverage.copay if coverage and coverage.copay else None
