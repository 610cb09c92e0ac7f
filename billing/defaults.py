"""What a practice may choose about its money. Imported by `BillingConfig.ready()`."""

from decimal import Decimal

from pydantic import Field, field_validator

from mentalspace.core import practice


@practice.section("billing", "Billing")
class BillingDefaults(practice.Section):
    """Invoices, fees and ageing. When an unsigned note holds billing is set with the notes."""

    invoice_prefix: str = Field("INV-", max_length=10, title="Invoice number begins with")
    invoice_start: int = Field(1000, ge=1, le=90_000_000, title="First invoice number")
    net_days: int = Field(
        30, ge=0, le=180, title="Invoices are due after", description="Days from the invoice date."
    )
    invoice_note: str = Field(
        "Thank you. Please quote the invoice number with your payment.",
        max_length=300,
        title="Line at the foot of an invoice",
    )
    late_cancel_fee: Decimal = Field(
        Decimal("75.00"),
        ge=0,
        le=9999,
        decimal_places=2,
        title="Late cancellation fee",
        description="0 proposes none.",
    )
    no_show_fee: Decimal = Field(
        Decimal("100.00"),
        ge=0,
        le=9999,
        decimal_places=2,
        title="No-show fee",
        description="0 proposes none.",
    )
    no_fee_payers: list[str] = Field(
        default=["Medicaid"],
        max_length=50,
        title="Payers whose members are never charged such fees",
        description="A client whose insurer’s name or plan contains one of these gets no proposal (42 CFR 447.15).",
    )
    ageing_days: list[int] = Field(
        default=[30, 60, 90],
        min_length=3,
        max_length=3,
        title="Aging buckets end at",
        description="Three rising numbers of days.",
    )
    small_balance: Decimal = Field(
        Decimal("5.00"),
        ge=0,
        le=999,
        decimal_places=2,
        title="Small balance",
        description="Offered for write-off.",
    )

    @field_validator("ageing_days")
    @classmethod
    def rising(cls, value: list[int]) -> list[int]:
        if value[0] < 1 or sorted(set(value)) != value:
            raise ValueError("The days must rise, for example 30, 60 and 90.")
        return value

    @field_validator("no_fee_payers")
    @classmethod
    def no_blanks(cls, value: list[str]) -> list[str]:
        return [name.strip() for name in value if name.strip()]
