"""The shape of the times that somebody prefers."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from staff.shapes import WallTime

Weekday = Annotated[int, Field(ge=0, le=6)]


class Window(BaseModel):
    """Hours on some weekdays (Monday is 0), on the practice's clock: the whole session lies within them."""

    model_config = ConfigDict(populate_by_name=True, extra="forbid")
    weekdays: Annotated[list[Weekday], Field(min_length=1, max_length=7)]
    start: WallTime = Field(alias="from")
    end: WallTime = Field(alias="to")

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Self:
        if self.end <= self.start:
            raise ValueError("The end must be after the start.")
        return self


Windows = Annotated[list[Window], Field(max_length=6)]
