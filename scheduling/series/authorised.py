"""How many sessions a client's payers have authorized that nobody has used or booked yet."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from clients.models import Client, ClientProfile
from clients.queries.coverage import coverages, in_force
from clients.shapes import Authorisation, Insurance
from mentalspace.core import clock
from scheduling.choices import OPEN
from scheduling.models import Appointment


@dataclass(slots=True)
class Allowance:
    """One authorization of one coverage. `used` is what the coverage says, `booked` what is booked since."""

    coverage: Insurance
    terms: Authorisation
    booked: int = 0

    @property
    def left(self) -> int:
        return max(0, self.terms.sessions - self.terms.used - self.booked)

    def holds(self, day: date) -> bool:
        """May a session of this day count against it?"""
        began = self.terms.valid_from is None or self.terms.valid_from <= day
        lasts = self.terms.valid_to is None or day <= self.terms.valid_to
        return began and lasts and in_force(self.coverage, day)

    @property
    def words(self) -> str:
        """`20 authorized, 14 used, 3 booked`."""
        return f"{self.terms.sessions} authorized, {self.terms.used} used, {self.booked} booked"


class Authorised:
    """What is left, session by session: `use` counts one, `lacking` says why there is none.

    Somebody whose coverage of the day names no authorizations needs none.
    """

    def __init__(self, client: Client, *, billable: bool, besides: Collection[UUID] = ()) -> None:
        """Two queries for sessions that are billed, none for others. `besides` are not counted as booked."""
        self.allowances = list(_allowances(client)) if billable else []
        if self.allowances:
            for start in _booked_ahead(client, besides):
                self.use(clock.local(start).date())

    def lacking(self, day: date) -> str:
        """Why no authorized session is left for this day, in a sentence; empty where one is, or none is needed."""
        needed = [each for each in self.allowances if in_force(each.coverage, day)]
        if not needed or any(each.left for each in needed if each.holds(day)):
            return ""
        holding = [each for each in needed if each.holds(day)]
        if not holding:
            return "No authorization holds on this day."
        return f"No authorized session is left: {'; '.join(each.words for each in holding)}."

    def use(self, day: date) -> None:
        """Count a session of this day; one that nothing covers counts against the last that holds."""
        holding = [each for each in self.allowances if each.holds(day)]
        if holding:
            next((each for each in holding if each.left), holding[-1]).booked += 1


def _allowances(client: Client) -> list[Allowance]:
    profile = ClientProfile.objects.filter(client=client).first()
    if profile is None:
        return []
    return [
        Allowance(coverage, terms) for coverage in coverages(profile) for terms in coverage.authorisations
    ]


def _booked_ahead(client: Client, besides: Collection[UUID]) -> list:
    """Starts of what is booked and will be billed, in order of time."""
    ahead = Appointment.objects.filter(
        client=client, is_billable=True, status__in=OPEN, start_time__gte=clock.now()
    )
    return list(ahead.exclude(pk__in=besides).order_by("start_time").values_list("start_time", flat=True))
