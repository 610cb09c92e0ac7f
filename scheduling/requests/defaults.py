"""What the practice decides about its booking page."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from mentalspace.core import practice
from scheduling.choices import AppointmentType, Location
from staff.choices import StaffStatus
from staff.models import Staff

TYPES = [each for each in AppointmentType.choices if each[0] != AppointmentType.GROUP]
DESCRIPTION = "Of those who take appointments. None chosen: nobody, and the page offers no times."


def who_may_accept() -> list[tuple[str, str]]:
    """Who takes appointments, by id."""
    found = Staff.objects.filter(takes_appointments=True).exclude(status=StaffStatus.INACTIVE)
    return [(str(each.pk), each.name_with_credential) for each in found.order_by("last_name", "first_name")]


@practice.section("booking_page", "Booking page")
class BookingPageDefaults(practice.Section):
    """A public page at /book/ on which people ask for a time. The desk answers each request."""

    is_open: bool = Field(
        False, title="The page is open", description="While it is not, its address does not exist."
    )
    types: Annotated[list[str], practice.ChosenFrom(lambda: TYPES)] = Field(
        default=[AppointmentType.INTAKE.value, AppointmentType.CONSULTATION.value], title="Types offered"
    )
    clinicians: Annotated[list[str], practice.ChosenFrom(who_may_accept)] = Field(
        default=[], title="Clinicians who accept requests", description=DESCRIPTION
    )
    locations: Annotated[list[str], practice.ChosenFrom(lambda: Location.choices)] = Field(
        default=[Location.TELEHEALTH.value, Location.OFFICE.value], title="Locations offered"
    )
    minutes: int = Field(50, ge=5, le=480, title="Length", description="Minutes of the times offered.")
    lead_hours: int = Field(
        24, ge=0, le=720, title="Not before", description="Hours from now; the desk needs time to answer."
    )
    days_ahead: int = Field(28, ge=1, le=180, title="Days ahead")
    introduction: str = Field(
        "Choose a time that suits you. We answer every request by e-mail, usually within one working day.",
        max_length=600,
        title="Text on the page",
    )
    consent: str = Field(
        "I agree that the practice keeps what I enter here to answer my request, and contacts me about it"
        " by e-mail or phone.",
        min_length=1,
        max_length=600,
        title="Consent",
        description="What people tick; kept with each request as it read then.",
    )
    privacy: str = Field(
        "We use what you enter only to answer your request. Please do not write about your health here.",
        max_length=600,
        title="Privacy",
        description="Stands beside the form.",
    )
    keep_days: int = Field(
        90,
        ge=7,
        le=730,
        title="Kept",
        description="Days after the time asked for until names and contacts of a request are cleared.",
    )

    @model_validator(mode="after")
    def offers_something(self) -> Self:
        if self.is_open and not (self.types and self.locations and self.clinicians):
            raise ValueError("An open page offers at least one type, one location and one clinician.")
        return self
