"""What the practice decides about its schedule, and what an appointment starts out with."""

from datetime import time
from typing import Self

from pydantic import Field, model_validator

from mentalspace.core import practice
from scheduling.choices import AppointmentType

DURATIONS = (30, 45, 50, 60, 90, 120)


@practice.section("schedule", "Schedule")
class ScheduleDefaults(practice.Section):
    """Lengths, deadlines and the hours that the calendar shows."""

    session_minutes: int = Field(
        50, ge=5, le=480, title="Session", description="Minutes a new appointment lasts."
    )
    durations: list[int] = Field(
        default=list(DURATIONS),
        min_length=1,
        max_length=12,
        title="Lengths offered",
        description="In minutes.",
    )
    buffer_minutes: int = Field(
        10,
        ge=0,
        le=60,
        title="Buffer",
        description="Minutes between two appointments; less is pointed out after booking.",
    )
    ask_buffer: bool = Field(
        False,
        title="Ask before booking into the buffer",
        description="Instead of pointing it out afterwards.",
    )
    lead_hours: int = Field(
        0,
        ge=0,
        le=336,
        title="Lead time",
        description="Hours from now within which booking asks first; 0 for none.",
    )
    notice_hours: int = Field(
        24,
        ge=0,
        le=168,
        title="Notice",
        description="Hours before the start; a client who cancels later cancels late.",
    )
    undo_minutes: int = Field(
        15,
        ge=0,
        le=1440,
        title="Undo",
        description="Minutes during which the last step of an appointment can be taken back.",
    )
    day_starts: time = Field(
        time(7), title="Calendar from", description="Earlier appointments stretch the day they are on."
    )
    day_ends: time = Field(time(20), title="Calendar to")

    @model_validator(mode="after")
    def makes_sense(self) -> Self:
        if self.day_ends <= self.day_starts:
            raise ValueError("The calendar must end after it starts.")
        if any(not 5 <= minutes <= 480 for minutes in self.durations):
            raise ValueError("A length is between 5 minutes and 8 hours.")
        return self


@practice.section("reminders", "Reminders to clients")
class ReminderDefaults(practice.Section):
    """When clients are reminded. Only those who consented are, and never outside the hours, on their own clocks."""

    email_hours: int = Field(
        48, ge=0, le=336, title="E-mail", description="Hours before the start; 0 sends none."
    )
    text_hours: int = Field(2, ge=0, le=72, title="Text", description="Hours before the start; 0 sends none.")
    signed: str = Field(
        "",
        max_length=60,
        title="Signed",
        description="A name that tells nothing about health, in case somebody else reads it; empty for none.",
    )
    earliest: time = Field(time(9), title="Not before")
    latest: time = Field(time(20), title="Not after")

    @model_validator(mode="after")
    def hours_make_sense(self) -> Self:
        if self.latest <= self.earliest:
            raise ValueError("The last hour must be after the first.")
        return self


@practice.section("telehealth", "Telehealth")
class TelehealthDefaults(practice.Section):
    """Where sessions by video take place. Each has a room of its own, whose name nobody guesses."""

    address: str = Field(
        "",
        max_length=200,
        title="Address of a room",
        description="With {code} where the room’s name belongs: https://video.example/{code}. Empty: no links.",
    )
    opens_minutes: int = Field(
        15, ge=0, le=120, title="Opens", description="Minutes before the start from which the link is shown."
    )

    @model_validator(mode="after")
    def leads_somewhere(self) -> Self:
        if self.address and not (self.address.startswith("https://") and "{code}" in self.address):
            raise ValueError(
                "The address must begin with https:// and have {code} where the room’s name belongs."
            )
        return self


@practice.section("service_codes", "Usual service codes")
class UsualCodes(practice.Section):
    """The code that a new appointment of each type starts out with; empty means none."""

    intake: str = Field("90791", max_length=20, title="Intake assessment")
    individual: str = Field("90834", max_length=20, title="Individual therapy")
    couples: str = Field("90847", max_length=20, title="Couples therapy")
    family: str = Field("90847", max_length=20, title="Family therapy")
    group: str = Field("90853", max_length=20, title="Group therapy")
    medication: str = Field("99213", max_length=20, title="Medication management")
    consultation: str = Field("", max_length=20, title="Consultation")
    crisis: str = Field("90839", max_length=20, title="Crisis intervention")
    psychiatric: str = Field("90792", max_length=20, title="Psychiatric evaluation")
    other: str = Field("", max_length=20, title="Other")


def usual_code(type_: str) -> str:
    """The service code that an appointment of this type usually has."""
    return str(getattr(practice.get(UsualCodes), AppointmentType(type_).value))
