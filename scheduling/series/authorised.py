"""How many sessions a client's payers have authorized that nobody has used or booked yet."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
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

    def __init__(self, allowances: Collection[Allowance], booked: Collection[datetime] = ()) -> None:
        """No queries; see `authorised_of`."""
        self.allowances = list(allowances)
        for start in booked:
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


def authorised_of(clients: Collection[Client], *, billable: bool) -> dict[UUID, Authorised]:
    """What is left for each. Two queries for sessions that are billed, however many clients; none for others."""
    found = {client.pk: Authorised([]) for client in clients}
    if not billable:
        return found
    allowances = {
        profile.client_id: [
            Allowance(coverage, terms) for coverage in coverages(profile) for terms in coverage.authorisations
        ]
        for profile in ClientProfile.objects.filter(client__in=found)
    }
    ahead = Appointment.objects.filter(
        client__in=[key for key, allowed in allowances.items() if allowed],
        is_billable=True,
        status__in=OPEN,
        start_time__gte=clock.now(),
    )
    booked: dict[UUID, list[datetime]] = {}
    for client_id, start in ahead.order_by("start_time").values_list("client_id", "start_time"):
        booked.setdefault(client_id, []).append(start)
    return found | {key: Authorised(allowed, booked.get(key, ())) for key, allowed in allowances.items()}
