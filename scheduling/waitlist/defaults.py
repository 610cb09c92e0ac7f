"""What the practice decides about its waitlist."""

from pydantic import Field

from mentalspace.core import practice


@practice.section("waitlist", "Waitlist")
class WaitlistDefaults(practice.Section):
    """How long somebody stays on it, and how far ahead times are offered."""

    keep_days: int = Field(
        90,
        ge=1,
        le=730,
        title="Waits",
        description="Days until a new entry ends by itself, unless another day is entered.",
    )
    ahead_days: int = Field(
        28,
        ge=1,
        le=180,
        title="Times ahead",
        description="Times that open further ahead than so many days are not listed.",
    )
