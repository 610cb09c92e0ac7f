"""A series before it is saved: every session with what stands in its way, and what was decided about it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.models import User
from mentalspace.core import clock, formatting
from scheduling.choices import Location
from scheduling.models import Appointment
from scheduling.series.authorised import Authorised, authorised_of
from scheduling.series.choices import OnConflicts, OnHolidays
from scheduling.series.obstacles import Kind, Obstacles, Session, Terms, Trouble, overlaps

WALL = "%Y-%m-%dT%H:%M"
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody decided about one session; without a deed nothing yet.

    `part` is a group's session without those members in whose way something is. `token` names exactly the sentences
    that were accepted, so that nobody accepts what they were not shown.
    """

    deed: Literal["", "take", "part", "skip", "at"] = ""
    start: datetime | None = None
    token: str = ""

    @classmethod
    def read(cls, text: str, zone: ZoneInfo) -> Self:
        """`take`, `part`, `skip`, `at~2026-12-01T10:00`, all but `skip` also with `~token`; all else is no choice."""
        match text.split("~"):
            case ["take" | "part" as deed, *rest] if len(rest) < 2:
                return cls("take" if deed == "take" else "part", None, "".join(rest))
            case ["skip"]:
                return cls("skip")
            case ["at", wall, *rest] if len(rest) < 2:
                try:
                    at = datetime.strptime(wall, WALL)  # noqa: DTZ007 - a wall time
                except ValueError:
                    return cls()
                return cls("at", clock.at(at.date(), at.time(), zone), "".join(rest))
        return cls()


@dataclass(frozen=True, slots=True)
class Slot:
    """Where the rule puts a session. `wanted` differs from it where a session keeps the time that it was given by hand.

    `rows` are the appointments of a session that there is already: one, or those of a group's members. `kept` says that
    it stays as it is unless somebody decides otherwise.
    """

    key: str
    at: datetime
    wanted: datetime
    rows: tuple[Appointment, ...] = ()
    kept: bool = False

    @property
    def current(self) -> Appointment | None:
        """What stands for the session that there is already."""
        return self.rows[0] if self.rows else None

    def clients(self, terms: Terms) -> frozenset[UUID]:
        """Who comes: those who are in the session already, to a new one everybody."""
        return frozenset(each.client_id for each in self.rows) or frozenset(
            client.pk for client in terms.clients
        )

    def room_under(self, terms: Terms) -> UUID | None:
        """The room that the session has, and keeps as long as it is at the office."""
        if terms.location != Location.OFFICE:
            return None
        return next((each.room_id for each in self.rows if each.room_id is not None), None)


@dataclass(frozen=True, slots=True)
class Answers:
    """What was decided: for each session by its key, and for all that nobody decided about."""

    choices: Mapping[str, Choice] = field(default_factory=dict)
    holidays: str = OnHolidays.SKIP
    conflicts: str = OnConflicts.ASK


@dataclass(frozen=True, slots=True)
class Planned:
    """One session. `start` is None where it is left out, or stays as it is. `troubles` are those at `start`.

    `before` are those of the rule's own time, which are why it was moved or left out. `without` are the members of a
    group who are left out of this session.
    """

    slot: Slot
    start: datetime | None
    settled: bool
    troubles: tuple[Trouble, ...] = ()
    before: tuple[Trouble, ...] = ()
    offers: tuple[datetime, ...] = ()
    notes: tuple[str, ...] = ()
    without: frozenset[UUID] = frozenset()

    @property
    def moved(self) -> bool:
        return self.start is not None and self.start != self.slot.wanted

    def accepted(self, client_id: UUID) -> str:
        """What was unusual and was accepted, for the history of this client: of other members nothing is told."""
        told = [each.text for each in self.troubles if each.client_id in {None, client_id}]
        return "Booked although: " + " ".join(told) if told else ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All sessions in order, as they were laid out with these answers."""

    rows: tuple[Planned, ...]
    answers: Answers

    @property
    def kept(self) -> list[tuple[Planned, datetime]]:
        """Those that will take place, or change, each with its start."""
        return [(row, row.start) for row in self.rows if row.start is not None]

    @property
    def unsettled(self) -> list[Planned]:
        return [row for row in self.rows if not row.settled]

    @property
    def seen(self) -> str:
        """Names which sessions there would be and what is in their way, so that nothing is saved that was not shown.

        What is decided about one is no part of it: it comes with the form that saves.
        """
        told = [self.answers.holidays, self.answers.conflicts]
        told += [
            f"{row.slot.key} {row.slot.at.isoformat()} {row.slot.wanted.isoformat()} {token_of(row.before)}"
            f" {','.join(sorted(str(each.pk) for each in row.slot.rows))}"
            for row in self.rows
        ]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()[:24]


def token_of(troubles: Sequence[Trouble]) -> str:
    """Names exactly these sentences; empty for none."""
    if not troubles:
        return ""
    told = "\n".join(f"{each.client_id or ''}{each.text}" for each in troubles)
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def in_the_way_of(troubles: Sequence[Trouble]) -> frozenset[UUID]:
    """The members of a group to whom something is in the way, who could be left out."""
    return frozenset(each.client_id for each in troubles if each.client_id is not None)


def slots_of(terms: Terms, days: Sequence[date]) -> list[Slot]:
    """The slots of new sessions on these days."""
    return [Slot(day.isoformat(), at, at) for day in days for at in [terms.at(day)]]


def lay_out(actor: User, terms: Terms, slots: Sequence[Slot], answers: Answers) -> Plan:
    """Look at every session in order, with the decisions made so far. Five queries at most, however many sessions."""
    if not slots:
        return Plan((), answers)
    staying = {slot.key for slot in slots if _stays(slot, answers)}
    movers = [each.pk for slot in slots if slot.key not in staying for each in slot.rows]
    days = [clock.local(each).date() for slot in slots for each in (slot.at, slot.wanted)]
    chosen = [clock.local(choice.start).date() for choice in answers.choices.values() if choice.start]
    rooms = {room for slot in slots if (room := slot.room_under(terms)) is not None}
    obstacles = Obstacles(actor, terms, min(days + chosen), max(days + chosen), rooms=rooms, besides=movers)
    new = any(slot.current is None for slot in slots)
    authorised = authorised_of(terms.clients, billable=new and terms.is_billable)
    layout = _Layout(obstacles, authorised, answers)
    layout.spans = {
        slot.key: (slot.wanted, slot.wanted + terms.length) for slot in slots if slot.key not in staying
    }
    notes = _notes(terms, slots)
    return Plan(tuple(layout.settle(slot, notes[slot.key]) for slot in slots), answers)


def _stays(slot: Slot, answers: Answers) -> bool:
    """Is this a session that there is, and that stays as it is?"""
    choice = answers.choices.get(slot.key, Choice())
    return slot.current is not None and (choice.deed == "skip" or (slot.kept and not choice.deed))


class _Layout:
    """Settles session after session; `spans` are the times of those of this series."""

    def __init__(self, obstacles: Obstacles, authorised: Mapping[UUID, Authorised], answers: Answers) -> None:
        self.obstacles, self.authorised, self.answers = obstacles, authorised, answers
        self.spans: dict[str, Span] = {}

    def settle(self, slot: Slot, notes: tuple[str, ...]) -> Planned:
        """One session, by what was decided about it, else by what is done with all such."""
        before = self._against(slot, slot.wanted)
        others = [span for key, span in self.spans.items() if key != slot.key]
        session = self._session(slot)
        offers = tuple(self.obstacles.free_near(slot.wanted, others, session)) if before else ()
        start, settled = self._decided(slot, before, offers, others)
        troubles = before if start == slot.wanted else self._against(slot, start) if start else ()
        choice = self.answers.choices.get(slot.key, Choice())
        without = in_the_way_of(troubles) if choice.deed == "part" else frozenset()
        if start is not None and troubles:
            settled = choice.deed != "" and choice.token == token_of(troubles)
            settled = settled and all(each.acceptable or each.client_id in without for each in troubles)
            settled = settled and len(without) < len(session.client_ids)
        self._count(slot, start, without)
        return Planned(slot, start, settled, tuple(troubles), tuple(before), offers, notes, without)

    def _decided(
        self, slot: Slot, before: Sequence[Trouble], offers: Sequence[datetime], others: list[Span]
    ) -> tuple[datetime | None, bool]:
        """The start, None for left out, and whether that is decided as far as nothing is in the way of it."""
        choice = self.answers.choices.get(slot.key, Choice())
        if choice.deed == "skip" or (slot.kept and not choice.deed):
            return None, True
        if choice.deed:
            return (choice.start if choice.deed == "at" else slot.wanted), True
        if not before:
            return slot.wanted, True
        if any(each.kind == Kind.CLOSED for each in before) and slot.current is None:
            if self.answers.holidays == OnHolidays.SKIP:
                return None, True
            if moved := self.obstacles.next_free_day(slot.wanted, others, self._session(slot)):
                return moved, True
        elif self.answers.conflicts == OnConflicts.SKIP:
            return None, True
        elif self.answers.conflicts == OnConflicts.NEAREST and offers:
            return min(offers, key=lambda offer: abs(offer - slot.wanted)), True
        return slot.wanted, False

    def _against(self, slot: Slot, start: datetime) -> tuple[Trouble, ...]:
        terms = self.obstacles.terms
        if slot.current is not None and _same(slot.current, terms, start):
            return ()
        found = self.obstacles.against(start, self._session(slot))
        others = [span for key, span in self.spans.items() if key != slot.key]
        if overlaps(start, start + terms.length, others):
            found.append(Trouble(Kind.CLASH, "Another session of this series is at that time."))
        if slot.current is None:
            for client_id, authorised in self.authorised.items():
                if lacking := authorised.lacking(clock.local(start).date()):
                    found.append(self.obstacles.of_member(client_id, Trouble(Kind.AUTHORISED, lacking)))
        return tuple(found)

    def _session(self, slot: Slot) -> Session:
        terms = self.obstacles.terms
        return Session(slot.clients(terms), slot.room_under(terms))

    def _count(self, slot: Slot, start: datetime | None, without: frozenset[UUID]) -> None:
        """What was decided counts for the sessions after it."""
        if start is None:
            self.spans.pop(slot.key, None)
            return
        self.spans[slot.key] = (start, start + self.obstacles.terms.length)
        if slot.current is None:
            for client_id in self.authorised.keys() - without:
                self.authorised[client_id].use(clock.local(start).date())


def _same(appointment: Appointment, terms: Terms, start: datetime) -> bool:
    """Does it keep its time, its length and its clinician?"""
    return (
        appointment.start_time == start
        and appointment.end_time == start + terms.length
        and appointment.staff_id == terms.staff.pk
    )


def _notes(terms: Terms, slots: Sequence[Slot]) -> dict[str, tuple[str, ...]]:
    """What the clocks do: the first session after each change, times that do not exist, times that come twice."""
    found: dict[str, tuple[str, ...]] = {}
    offset: timedelta | None = None
    for slot in slots:
        local, said = slot.at.astimezone(terms.zone), []
        wall = formatting.time(terms.wall)
        if local.time() != terms.wall:
            said.append(f"The clocks skip {wall} on this day: it starts at {formatting.time(local)}.")
        elif local.utcoffset() != local.replace(fold=1).utcoffset():
            said.append(f"The clocks show {wall} twice on this day: the first is meant.")
        elif offset is not None and local.utcoffset() != offset:
            said.append(f"The clocks have changed by then: still {wall}.")
        offset = local.utcoffset()
        found[slot.key] = tuple(said)
    return found
