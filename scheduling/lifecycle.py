"""Which step an appointment may take from which state, and when: the one place that says so.

    scheduled → confirmed → checked_in → in_session → completed
    from any state before in_session: cancelled, late_cancelled, no_show, rescheduled

A step may leave out those between (a telehealth client is not checked in; a note signed afterwards completes the
session that nobody started on screen), never go back: going back is `undo`, minutes after the step, by the same table.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from mentalspace.core import clock, formatting
from scheduling.choices import BOOKED, CANCELLED, OPEN, TAKING_PART, AppointmentStatus
from scheduling.errors import TooEarly, WrongStatus
from scheduling.models import Appointment

S = AppointmentStatus
BEFORE_SESSION = BOOKED | {S.CHECKED_IN}


class Opens(Enum):
    """From when a step can be taken."""

    ANY_TIME = "any time"
    ON_THE_DAY = "on its day"
    AT_THE_START = "once it has begun"


@dataclass(frozen=True, slots=True)
class Step:
    """`past` is how the audit trail and the sentence of a refusal speak of it."""

    verb: str
    past: str
    sources: frozenset[AppointmentStatus]
    target: AppointmentStatus
    opens: Opens = Opens.ANY_TIME


CONFIRM = Step("confirm", "confirmed", frozenset({S.SCHEDULED}), S.CONFIRMED)
CHECK_IN = Step("check in", "checked in", BOOKED, S.CHECKED_IN, Opens.ON_THE_DAY)
START = Step("start", "started", BEFORE_SESSION, S.IN_SESSION, Opens.ON_THE_DAY)
COMPLETE = Step("complete", "completed", OPEN, S.COMPLETED, Opens.AT_THE_START)
CANCEL = Step("cancel", "cancelled", BEFORE_SESSION, S.CANCELLED)
CANCEL_LATE = Step("cancel", "cancelled", BEFORE_SESSION, S.LATE_CANCELLED)
MISS = Step("mark as missed", "marked as missed", BEFORE_SESSION, S.NO_SHOW, Opens.AT_THE_START)
RESCHEDULE = Step("reschedule", "rescheduled", BEFORE_SESSION, S.RESCHEDULED)
STEPS = (CONFIRM, CHECK_IN, START, COMPLETE, CANCEL, CANCEL_LATE, MISS, RESCHEDULE)

# Times and the clinician can change until the session begins; type, place and code as long as it was not called off.
MOVABLE = BEFORE_SESSION
EDITABLE = TAKING_PART
UNDOABLE = (
    frozenset({S.CONFIRMED, S.CHECKED_IN, S.IN_SESSION, S.COMPLETED, S.NO_SHOW, S.RESCHEDULED}) | CANCELLED
)


# What closed an appointment can be taken back later too, with a reason.
REOPENABLE = frozenset({S.COMPLETED, S.NO_SHOW}) | CANCELLED


def is_step(source: str, target: str) -> bool:
    """Is this a step forward? What `undo` does is none, so that it cannot be undone in turn."""
    return any(step.target == target and source in step.sources for step in STEPS)


def opens_at(step: Step, appointment: Appointment) -> datetime | None:
    """The instant from which the step can be taken; None for any time. A session that runs can always be completed."""
    if step.opens is Opens.ON_THE_DAY:
        return clock.day_bounds(clock.local(appointment.start_time).date())[0]
    if step.opens is Opens.AT_THE_START and appointment.status != S.IN_SESSION:
        return appointment.start_time
    return None


def allows(step: Step, appointment: Appointment, now: datetime) -> bool:
    """Would `check` pass?"""
    opening = opens_at(step, appointment)
    return appointment.status in step.sources and (opening is None or now >= opening)


def check(step: Step, appointment: Appointment, now: datetime) -> None:
    """Raises WrongStatus or TooEarly, in a sentence."""
    if appointment.status not in step.sources:
        raise WrongStatus(f"This appointment is {status_word(appointment)} and cannot be {step.past}.")
    opening = opens_at(step, appointment)
    if opening is not None and now < opening:
        starts = formatting.instant(appointment.start_time, clock.zone())
        when = "on its day" if step.opens is Opens.ON_THE_DAY else "once it has begun"
        raise TooEarly(f"This appointment is on {starts}. It can be {step.past} {when}.")


def status_word(appointment: Appointment) -> str:
    """The status inside a sentence: `late cancelled`, `no-show`."""
    return AppointmentStatus(appointment.status).label.lower()
