"""How the sessions of a plan stand on a page, and how what was decided there is read again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.urls import reverse

from mentalspace.core import clock, formatting
from mentalspace.core.cells import Badge
from mentalspace.core.forms import DateField, TimeField
from scheduling.badges import when
from scheduling.models import Appointment
from scheduling.series.choices import OnConflicts, OnHolidays
from scheduling.series.obstacles import Terms, Trouble
from scheduling.series.plan import WALL, Answers, Choice, Plan, Planned, in_the_way_of, token_of

OTHER = "other"
DECIDE, DAY, TIME = "decide-", "day-", "time-"


@dataclass(frozen=True, slots=True)
class Decided:
    """What a form brought: the answers, what was typed for other times, and what of it could not be read."""

    answers: Answers
    typed: Mapping[str, tuple[str, str]]
    faults: Mapping[str, str]


def read(
    data: Mapping[str, Any], *, holidays: str = OnHolidays.SKIP, conflicts: str = OnConflicts.ASK
) -> Decided:
    """The decisions among the fields of a form. An other time that cannot be read decides nothing, and says so."""
    choices: dict[str, Choice] = {}
    typed: dict[str, tuple[str, str]] = {}
    faults: dict[str, str] = {}
    for name in data:
        if not name.startswith(DECIDE):
            continue
        key, value = name.removeprefix(DECIDE), str(data[name])
        typed[key] = str(data.get(DAY + key, "")), str(data.get(TIME + key, ""))
        if value != OTHER:
            choices[key] = Choice.read(value, clock.zone())
            continue
        try:
            day, wall = DateField().clean(typed[key][0]), TimeField().clean(typed[key][1])
        except ValidationError as error:
            faults[key] = error.messages[0]
        else:
            choices[key] = Choice("at", clock.at(day, wall))
    return Decided(Answers(choices, holidays, conflicts), typed, faults)


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of sessions that are booked, or of those that are changed."""

    take: str
    anyway: str
    without: str
    skip: str
    taken: str
    skipped: str


BOOKING = Words("Book it", "Book it anyway", "Book it without", "Leave it out", "To book", "Left out")
CHANGING = Words(
    "Change it", "Change it anyway", "Change it, and cancel it for", "Leave it as it is", "To change", "Stays"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One session on the page. `options` are (value, label, chosen)."""

    key: str
    number: int
    day: str
    time: str
    now: str
    badge: Badge
    troubles: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    options: tuple[tuple[str, str, bool], ...]
    typed: tuple[str, str]
    fault: str
    open: bool
    other: bool


def lines(
    plan: Plan, terms: Terms, decided: Decided, words: Words, client_zone: ZoneInfo | None
) -> list[Line]:
    """All sessions in order. No queries."""
    found, number = [], 0
    for row in plan.rows:
        number += row.start is not None
        found.append(_line(row, number, terms, decided, words, client_zone))
    return found


def _line(
    row: Planned, number: int, terms: Terms, decided: Decided, words: Words, client_zone: ZoneInfo | None
) -> Line:
    key, shown = row.slot.key, row.start or row.slot.wanted
    other = decided.faults.get(key, "")
    local = clock.local(shown)
    time = formatting.time_range(shown, shown + terms.length, clock.zone())
    if client_zone is not None:
        time += f" ({formatting.instant_time(shown, client_zone)} for the client)"
    return Line(
        key=key,
        number=number if row.start else 0,
        day=f"{formatting.short_date(local.date())}, {local.year}",
        time=time,
        now=_now(row.slot.current, row, terms),
        badge=_badge(row, words, faulty=bool(other)),
        troubles=tuple((_said(each), _url(each)) for each in (row.troubles or row.before)),
        notes=row.notes,
        options=tuple(_options(row, terms, words, faulty=bool(other))),
        typed=decided.typed.get(key, ("", "")),
        fault=other,
        open=bool(row.before or row.troubles or other) or row.slot.kept,
        other=bool(other),
    )


def _now(current: Appointment | None, row: Planned, terms: Terms) -> str:
    """Where a session is that there is already, or from where a new one was moved."""
    zone = clock.zone()
    if current is not None:
        with_whom = f", {current.staff.full_name}" if current.staff_id != terms.staff.pk else ""
        members = f", {formatting.plural(len(row.slot.rows), 'client')}" if terms.is_group else ""
        return f"Now {when(current, zone)}{with_whom}{members}"
    if row.moved:
        local = row.slot.at.astimezone(zone)
        return f"Instead of {formatting.short_date(local.date())}, {formatting.time(local)}"
    return ""


def _badge(row: Planned, words: Words, *, faulty: bool) -> Badge:
    if not row.settled or faulty:
        return Badge("Decide", "danger", "alert-circle")
    if row.start is None:
        return Badge(words.skipped, "neutral", "circle-x")
    if row.moved:
        return Badge("Moved", "info", "arrows-move")
    if row.without:
        return Badge(f"{words.taken} without {len(row.without)}", "warning", "alert-triangle")
    if row.troubles:
        return Badge(f"{words.taken} anyway", "warning", "alert-triangle")
    return Badge(words.taken, "success", "check")


def _without(row: Planned, terms: Terms) -> str:
    """The names of those who would be left out, where that leaves somebody and settles it."""
    hindered = in_the_way_of(row.before)
    if not hindered or hindered == row.slot.clients(terms):
        return ""
    if any(each.client_id is None and not each.acceptable for each in row.before):
        return ""
    return formatting.listed(client.display_name for client in terms.clients if client.pk in hindered)


def _options(row: Planned, terms: Terms, words: Words, *, faulty: bool) -> list[tuple[str, str, bool]]:
    """Everything that can be decided about this session; the first is chosen where nothing is decided yet."""
    wanted, open_ = row.slot.wanted, not row.settled or faulty
    made: list[tuple[str, str, bool]] = [("", "Decide", True)] if open_ and not faulty else []
    if not row.before:
        made.append(("take", words.take, not open_ and row.start == wanted))
    elif all(each.acceptable for each in row.before):
        chosen = not open_ and row.start == wanted and not row.without
        made.append((f"take~{token_of(row.before)}", words.anyway, chosen))
    if part := _without(row, terms):
        made.append((f"part~{token_of(row.before)}", f"{words.without} {part}", bool(row.without)))
    made.append(("skip", words.skip, not open_ and row.start is None))
    for offer in dict.fromkeys([*row.offers, *([row.start] if row.start and row.moved else [])]):
        accepting = row.troubles if offer == row.start else ()
        if all(each.acceptable for each in accepting):
            anyway = " anyway" if accepting else ""
            made.append(
                (_at(offer, accepting), f"Move to {_moment(offer)}{anyway}", not open_ and offer == row.start)
            )
    made.append((OTHER, "Another day or time", faulty))
    return made


def _at(start: datetime, accepting: tuple[Trouble, ...]) -> str:
    token = token_of(accepting)
    return f"at~{clock.local(start):{WALL}}" + (f"~{token}" if token else "")


def _moment(start: datetime) -> str:
    local = clock.local(start)
    return f"{formatting.short_date(local.date())}, {formatting.time(local)}"


def _said(trouble: Trouble) -> str:
    return f"{trouble.whom}: {trouble.text}" if trouble.whom else trouble.text


def _url(trouble: Trouble) -> str:
    if trouble.appointment_id is None:
        return ""
    return reverse("scheduling:appointment_detail", args=[trouble.appointment_id])


def summary(plan: Plan, words: Words) -> list[tuple[str, str]]:
    """How many of each, for the line above the list."""
    total, kept, undecided = len(plan.rows), len(plan.kept), len(plan.unsettled)
    moved = sum(row.moved for row, _ in plan.kept)
    return [
        ("Sessions", str(total)),
        (words.taken, str(kept - undecided)),
        *([("Moved", str(moved))] if moved else []),
        *([(words.skipped, str(total - kept))] if total != kept else []),
        *([("To decide", str(undecided))] if undecided else []),
    ]
