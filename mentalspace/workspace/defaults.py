"""The practice's thresholds for unusual reading."""

from pydantic import Field

from mentalspace.core import practice


@practice.section("unusual_reading", "Unusual reading")
class ReadingDefaults(practice.Section):
    """When administrators are told that somebody reads more, or otherwise, than their work asks for."""

    charts_an_hour: int = Field(
        30, ge=2, le=1000, title="Many charts", description="Charts that one person opens within an hour."
    )
    day_begins: int = Field(
        6, ge=0, le=23, title="Working day begins", description="The hour, by the practice's clock."
    )
    day_ends: int = Field(
        21, ge=1, le=24, title="Working day ends", description="The hour, by the practice's clock."
    )
    weekends: bool = Field(True, title="Weekends count as working days")
    charts_out_of_hours: int = Field(
        3,
        ge=1,
        le=1000,
        title="Out of hours",
        description="Charts that one person opens outside of them in a day.",
    )
    exports_a_day: int = Field(
        10,
        ge=1,
        le=1000,
        title="Many exports",
        description="Lists, papers and files one person takes away in a day.",
    )
    refusals_an_hour: int = Field(
        15,
        ge=2,
        le=1000,
        title="Many refusals",
        description="Pages that one person is refused within an hour.",
    )
    own_names: bool = Field(
        True,
        title="Own name",
        description="Tell when somebody opens the chart of a client with their own last name.",
    )
    colleagues: bool = Field(
        True,
        title="Colleagues",
        description="Tell when somebody opens the chart of a client who is called like a colleague.",
    )
