"""What the practice decides about series."""

from pydantic import Field

from mentalspace.core import practice


@practice.section("series", "Series")
class SeriesDefaults(practice.Section):
    """How appointments that repeat are planned."""

    sessions: int = Field(
        12, ge=2, le=366, title="Sessions", description="How many a new series starts out with."
    )
    most_sessions: int = Field(
        104, ge=2, le=366, title="At most", description="Sessions that can be booked at once."
    )
