"""The shapes of the client tables' JSON columns. Dates are ISO days, money is text with two decimals."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Long = Annotated[str, StringConstraints(max_length=5000)]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Address(_Shape):
    """`clients.address`."""

    street: Short = ""
    city: Short = ""
    state: Short = ""
    zip_code: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^(\d{5}(-\d{4})?)?$")] = ""


class PrimaryInsured(_Shape):
    """Who holds the policy."""

    name: Short = ""
    relationship: Literal["self", "spouse", "child", "other"] = "self"
    date_of_birth: date | None = None


class Authorisation(_Shape):
    """Sessions that the payer allowed."""

    number: Short = ""
    sessions: int = Field(default=0, ge=0, le=999)
    used: int = Field(default=0, ge=0, le=999)
    valid_from: date | None = None
    valid_to: date | None = None


class Insurance(_Shape):
    """One coverage in `client_profiles.insurance_info`."""

    rank: Literal["primary", "secondary", "tertiary"] = "primary"
    provider: Name
    payer_id: Short = ""
    plan: Short = ""
    policy_number: Short = ""
    group_number: Short = ""
    primary_insured: PrimaryInsured = Field(default_factory=PrimaryInsured)
    copay: Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)] | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    authorisations: list[Authorisation] = Field(default_factory=list)

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Self:
        if self.effective_from and self.effective_to and self.effective_to < self.effective_from:
            raise ValueError("Coverage cannot end before it starts.")
        return self


class EmergencyContact(_Shape):
    """One contact in `client_profiles.emergency_contact`; `may_disclose` says whether the client allows health talk."""

    name: Name
    relationship: Short = ""
    phone: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20)] = ""
    may_disclose: bool = False


class MedicalHistory(_Shape):
    """`client_profiles.medical_history`."""

    conditions: list[
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
    ] = Field(default_factory=list)
    medications: list[
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
    ] = Field(default_factory=list)
    allergies: list[
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
    ] = Field(default_factory=list)
    hospitalisations: Long = ""
    family_history: Long = ""


CustomFields = dict[
    Annotated[str, StringConstraints(min_length=1, max_length=60)],
    Annotated[str, StringConstraints(max_length=500)],
]
