"""What a practice decides for itself about leads."""

from pydantic import Field

from mentalspace.core import practice


@practice.section("leads", "Leads")
class LeadDefaults(practice.Section):
    """When somebody is called back, and how long the board remembers."""

    first_follow_up_days: int = Field(
        1, ge=0, le=60, title="First follow-up", description="Days after an inquiry until somebody gets back."
    )
    next_follow_up_days: int = Field(
        3, ge=0, le=60, title="Next follow-up", description="Days after a call, e-mail, text or meeting."
    )
    board_closed_days: int = Field(
        30,
        ge=1,
        le=365,
        title="Closed leads on the board",
        description="Days that converted and lost ones stay there.",
    )
