"""The practice's settings about staff."""

from pydantic import Field

from mentalspace.core import practice


@practice.section("staff", "Staff")
class StaffDefaults(practice.Section):
    license_notice_days: int = Field(
        90, ge=1, le=365, title="License: first alert", description="Days before it expires."
    )
    license_warning_days: int = Field(
        60, ge=1, le=365, title="License: second alert", description="Days before it expires."
    )
    license_urgent_days: int = Field(
        30, ge=1, le=365, title="License: last alert", description="Days before it expires."
    )
    approve_time_off: bool = Field(
        False,
        title="Time off is approved",
        description="What clinicians enter is asked for, and an administrator approves it.",
    )
    photo_megabytes: int = Field(5, ge=1, le=20, title="Photo: largest file", description="Megabytes.")
    photo_megapixels: int = Field(
        40, ge=1, le=100, title="Photo: largest picture", description="Millions of pixels."
    )
