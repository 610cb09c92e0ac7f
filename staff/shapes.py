"""The shapes of the staff table's JSON columns."""

from datetime import date, time
from itertools import pairwise
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = get_args(Day)


def _wall_clock(value: time) -> time:
    if value.tzinfo is not None or value.second or value.microsecond:
        raise ValueError("Give hours and minutes on the practice's clock.")
    return value


WallTime = Annotated[time, AfterValidator(_wall_clock)]


class Block(BaseModel):
    """Hours on one weekday, on the practice's clock; `location` as in the schedule's list, or empty for any."""

    model_config = ConfigDict(populate_by_name=True, extra="forbid")
    start: WallTime = Field(alias="from")
    end: WallTime = Field(alias="to")
    location: Annotated[str, StringConstraints(max_length=100)] = ""

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Self:
        if self.end <= self.start:
            raise ValueError("The end must be after the start.")
        return self


class AvailabilityException(BaseModel):
    """One day, or a part of it, that differs from the week: time off, or extra hours. No times means the whole day."""

    model_config = ConfigDict(populate_by_name=True, extra="forbid")
    day: date = Field(alias="date")
    start: WallTime | None = Field(default=None, alias="from")
    end: WallTime | None = Field(default=None, alias="to")
    available: bool = False
    reason: Annotated[str, StringConstraints(max_length=200)] = ""
    # Asked for and not approved yet: nobody is away because of it.
    pending: bool = False
    # Shared by the days that were entered together.
    entry: Annotated[str, StringConstraints(max_length=12, pattern=r"^[0-9a-z]*$")] = ""

    @model_validator(mode="after")
    def times_make_sense(self) -> Self:
        if (self.start is None) != (self.end is None):
            raise ValueError("Give both times, or none for the whole day.")
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise ValueError("The end must be after the start.")
        if self.available and self.start is None:
            raise ValueError("Extra hours need a start and an end.")
        return self


class Availability(BaseModel):
    """`staff.availability`: weekly blocks by weekday, and dated exceptions."""

    model_config = ConfigDict(extra="forbid")
    weekly: dict[Day, list[Block]] = Field(default_factory=dict)
    exceptions: list[AvailabilityException] = Field(default_factory=list)

    @model_validator(mode="after")
    def blocks_do_not_overlap(self) -> Self:
        for day, blocks in self.weekly.items():
            ordered = sorted(blocks, key=lambda block: block.start)
            for earlier, later in pairwise(ordered):
                if later.start < earlier.end:
                    raise ValueError(f"Two blocks overlap on {day}.")
        return self


Specialties = list[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]]
