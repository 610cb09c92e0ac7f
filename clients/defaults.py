"""What a practice decides for itself about clients."""

from typing import Annotated

from pydantic import Field, StringConstraints, field_validator

from mentalspace.core import practice

Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


@practice.section("clients", "Clients")
class ClientDefaults(practice.Section):
    """Fields of the practice's own, on every client's profile."""

    custom_fields: list[Label] = Field(
        default_factory=lambda: ["School or employer", "Primary care provider", "Referred by"],
        max_length=30,
        title="Fields of your own",
        description="Labels that stand on every client's profile. A label that is taken away keeps its values.",
    )

    @field_validator("custom_fields")
    @classmethod
    def each_label_once(cls, labels: list[str]) -> list[str]:
        if len({label.casefold() for label in labels}) < len(labels):
            raise ValueError("Each label may stand in the list once.")
        return labels


@practice.section("emergency_access", "Emergency access")
class EmergencyDefaults(practice.Section):
    """Opening a chart in an emergency without being on the care team."""

    minutes: int = Field(
        60,
        ge=5,
        le=240,
        title="Minutes a chart stays open",
        description="After that it closes by itself. Charts that are open keep the time they were given.",
    )
    tries: int = Field(
        10,
        ge=3,
        le=100,
        title="Tries within an hour",
        description="How often one person may name a client before they have to wait.",
    )
