"""The practice's settings about signing in."""

from pydantic import Field

from mentalspace.core import practice


@practice.section("sign_in", "Signing in")
class SignInDefaults(practice.Section):
    reset_minutes: int = Field(
        30,
        ge=5,
        le=120,
        title="Reset link valid",
        description="Minutes after somebody asked for a new password.",
    )
    invitation_hours: int = Field(
        48,
        ge=1,
        le=336,
        title="Invitation valid",
        description="Hours in which somebody who was invited may choose their first password.",
    )
