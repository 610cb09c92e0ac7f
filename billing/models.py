"""Money: the documented `billing` table, and the ledger from which its status follows.

Payments, allocations, adjustments, transfers and refunds are only ever added; a mistake is mended by a row that
points to the one it reverses and carries the opposite amount. Triggers refuse changes to anyone.
"""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from billing.choices import (
    AdjustmentKind,
    BillKind,
    BillStatus,
    FeeState,
    InvoiceStatus,
    NoCopay,
    PaymentMethod,
    PaymentSource,
    TransferDirection,
    UnitRule,
)
from mentalspace.core.constraints import known_value, not_before
from mentalspace.core.crypto.fields import EncryptedCharField
from mentalspace.core.models import Record

ZERO = Decimal("0.00")


class MoneyField(models.DecimalField):
    """US dollars: DECIMAL(12,2)."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs["max_digits"], kwargs["decimal_places"] = 12, 2
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]


class ServiceCode(Record):
    """A code that the practice bills, with its fee and the minutes it stands for. Labels are the practice's own."""

    code = models.CharField(max_length=20)
    label = models.CharField(max_length=120)
    fee = MoneyField()
    min_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    max_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    unit_rule = models.CharField(max_length=20, choices=UnitRule, default=UnitRule.PER_SESSION)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        db_table = "service_codes"
        constraints = [
            models.UniqueConstraint(fields=["code"], name="service_codes_code_unique"),
            models.CheckConstraint(condition=Q(fee__gte=0), name="service_codes_fee_not_negative"),
            known_value("unit_rule", UnitRule, "service_codes"),
            not_before("max_minutes", "min_minutes", "service_codes"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class Invoice(Record):
    """A numbered demand for payment. Numbers have no gaps; a voided invoice keeps its own."""

    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="invoices")
    sequence = models.PositiveIntegerField(editable=False)
    number = models.CharField(max_length=100, editable=False)
    invoice_date = models.DateField()
    due_date = models.DateField()
    status = models.CharField(max_length=20, choices=InvoiceStatus, default=InvoiceStatus.ISSUED)
    snapshot = models.JSONField(
        default=dict, help_text="What was printed: practice, client and lines as they were."
    )
    void_reason = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey("staff.Staff", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "invoices"
        constraints = [
            models.UniqueConstraint(fields=["sequence"], name="invoices_sequence_unique"),
            models.UniqueConstraint(fields=["number"], name="invoices_number_unique"),
            known_value("status", InvoiceStatus, "invoices"),
            not_before("due_date", "invoice_date", "invoices"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def total_due(self) -> Decimal:
        """What was asked for, as issued."""
        return Decimal(self.snapshot.get("total_due", "0.00"))


class Bill(Record):
    """One charge: a service, or a fee. `amount` = insurance part + client part + adjustments, to the cent.

    Status, paid amounts and `paid_date` follow from the ledger; `services.settle` writes them in the same transaction.
    """

    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="bills")
    appointment = models.ForeignKey(
        "scheduling.Appointment", on_delete=models.PROTECT, null=True, blank=True, related_name="bills"
    )
    amount = MoneyField()
    insurance_amount = MoneyField(default=ZERO)
    client_amount = MoneyField(default=ZERO)
    status = models.CharField(max_length=20, choices=BillStatus, default=BillStatus.PENDING)
    invoice_number = models.CharField(max_length=100, blank=True)
    invoice_date = models.DateField(null=True, blank=True)
    due_date = models.DateField(null=True, blank=True)
    paid_date = models.DateField(null=True, blank=True)
    created_by = models.ForeignKey(
        "staff.Staff",
        on_delete=models.PROTECT,
        db_column="created_by",
        null=True,
        blank=True,
        related_name="+",
    )
    # Further columns
    kind = models.CharField(max_length=20, choices=BillKind, default=BillKind.SERVICE)
    code = models.CharField("service code", max_length=20, blank=True)
    description = models.CharField(max_length=200, blank=True)
    units = models.PositiveSmallIntegerField(default=1)
    service_date = models.DateField()
    staff = models.ForeignKey(
        "staff.Staff", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    payer = models.CharField(
        max_length=120, blank=True, help_text="The insurer that is asked, as in the coverage."
    )
    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, null=True, blank=True, related_name="bills"
    )
    adjusted_amount = MoneyField(default=ZERO)
    insurance_paid = MoneyField(default=ZERO)
    client_paid = MoneyField(default=ZERO)
    insurance_share = MoneyField(
        default=ZERO,
        help_text="The insurer's part as charged, before adjustments and transfers; the client's is the rest.",
    )
    client_due_from = models.DateField(help_text="The day the client part became the client's, for ageing.")
    submitted_on = models.DateField(
        null=True, blank=True, help_text="First sent to the insurer; its part ages from here."
    )
    denied_on = models.DateField(null=True, blank=True)
    denial_reason = models.CharField(max_length=300, blank=True)
    void_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "billing"
        indexes = [
            models.Index(fields=["status", "service_date"], name="billing_status_date"),
            models.Index(fields=["client", "-service_date"], name="billing_client_date"),
            models.Index(fields=["invoice_number"], name="billing_invoice_number"),
        ]
        constraints = [
            known_value("status", BillStatus, "billing"),
            known_value("kind", BillKind, "billing"),
            models.CheckConstraint(
                condition=Q(amount=F("insurance_amount") + F("client_amount") + F("adjusted_amount")),
                name="billing_parts_add_up",
            ),
            models.CheckConstraint(
                condition=Q(
                    amount__gte=0, insurance_amount__gte=0, client_amount__gte=0, adjusted_amount__gte=0
                ),
                name="billing_amounts_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(insurance_share__gte=0, insurance_share__lte=F("amount")),
                name="billing_share_within_amount",
            ),
            models.CheckConstraint(
                condition=Q(
                    insurance_paid__gte=0,
                    client_paid__gte=0,
                    insurance_paid__lte=F("insurance_amount"),
                    client_paid__lte=F("client_amount"),
                ),
                name="billing_paid_within_parts",
            ),
            models.CheckConstraint(condition=Q(units__gte=1), name="billing_units_positive"),
            models.CheckConstraint(
                condition=Q(status=BillStatus.PAID, paid_date__isnull=False) | ~Q(status=BillStatus.PAID),
                name="billing_paid_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(status=BillStatus.VOID) | ~Q(void_reason=""), name="billing_void_says_why"
            ),
            not_before("due_date", "invoice_date", "billing"),
            models.UniqueConstraint(
                fields=["appointment", "code"],
                condition=~Q(status=BillStatus.VOID),
                name="billing_once_per_appointment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service_date} {self.code or self.get_kind_display()}"

    @property
    def balance(self) -> Decimal:
        """What is still owed, by whomever."""
        return self.amount - self.adjusted_amount - self.insurance_paid - self.client_paid

    @property
    def client_balance(self) -> Decimal:
        return self.client_amount - self.client_paid

    @property
    def insurance_balance(self) -> Decimal:
        return self.insurance_amount - self.insurance_paid


class LedgerRow(Record):
    """A row that is never edited: positive, or the mirror of the row it reverses."""

    amount = MoneyField()
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    note = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey("staff.Staff", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, amount__gt=0) | Q(reverses__isnull=False, amount__lt=0),
                name="%(class)s_positive_or_reversal",
            ),
        ]


class Payment(LedgerRow):
    """Money that came in from the client, an insurer or somebody else; applied to bills by allocations."""

    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="payments")
    source = models.CharField(max_length=20, choices=PaymentSource, default=PaymentSource.CLIENT)
    method = models.CharField(max_length=20, choices=PaymentMethod, default=PaymentMethod.CARD)
    payer = models.CharField(max_length=120, blank=True)
    reference = models.CharField(
        max_length=100, blank=True, help_text="Check number, trace number, last four digits."
    )
    received_on = models.DateField()
    appointment = models.ForeignKey(
        "scheduling.Appointment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="payments",
        help_text="A copay taken at the desk belongs to this visit until its bill exists.",
    )

    class Meta(LedgerRow.Meta):
        db_table = "payments"
        indexes = [
            models.Index(fields=["client", "-received_on"], name="payments_client_date"),
            models.Index(fields=["-received_on"], name="payments_date"),
        ]
        constraints = [
            *LedgerRow.Meta.constraints,
            known_value("source", PaymentSource, "payments"),
            known_value("method", PaymentMethod, "payments"),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.amount}"


class Allocation(LedgerRow):
    """The part of a payment that pays one bill."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="allocations")
    bill = models.ForeignKey(
        Bill, on_delete=models.PROTECT, related_name="allocations", db_column="billing_id"
    )

    class Meta(LedgerRow.Meta):
        db_table = "payment_allocations"

    def __str__(self) -> str:
        return f"{self.amount} of {self.payment_id}"


class Adjustment(LedgerRow):
    """A part of a bill that nobody has to pay: from the insurer's or the client's part."""

    bill = models.ForeignKey(
        Bill, on_delete=models.PROTECT, related_name="adjustments", db_column="billing_id"
    )
    kind = models.CharField(max_length=20, choices=AdjustmentKind)
    taken_from = models.CharField(max_length=20, choices=PaymentSource, default=PaymentSource.INSURANCE)

    class Meta(LedgerRow.Meta):
        db_table = "adjustments"
        constraints = [
            *LedgerRow.Meta.constraints,
            known_value("kind", AdjustmentKind, "adjustments"),
            models.CheckConstraint(
                condition=Q(taken_from__in=["client", "insurance"]), name="adjustments_taken_from_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"


class Transfer(LedgerRow):
    """A part of a bill that moved between insurer and client; its reversal moves it back."""

    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="transfers", db_column="billing_id")
    direction = models.CharField(
        max_length=20, choices=TransferDirection, default=TransferDirection.TO_CLIENT
    )

    class Meta(LedgerRow.Meta):
        db_table = "transfers"
        constraints = [*LedgerRow.Meta.constraints, known_value("direction", TransferDirection, "transfers")]

    def __str__(self) -> str:
        return f"{self.get_direction_display()} {self.amount}"


class Refund(LedgerRow):
    """Money given back out of the unapplied part of a payment."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    method = models.CharField(max_length=20, choices=PaymentMethod)
    reference = models.CharField(max_length=100, blank=True)
    refunded_on = models.DateField()

    class Meta(LedgerRow.Meta):
        db_table = "refunds"
        constraints = [*LedgerRow.Meta.constraints, known_value("method", PaymentMethod, "refunds")]

    def __str__(self) -> str:
        return f"Refund {self.amount}"


class FeeProposal(Record):
    """A fee for a missed or late-cancelled appointment, until somebody charges it or waives it with a reason."""

    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="fee_proposals")
    appointment = models.OneToOneField(
        "scheduling.Appointment", on_delete=models.PROTECT, related_name="fee_proposal"
    )
    kind = models.CharField(max_length=20, choices=BillKind)
    amount = MoneyField()
    state = models.CharField(max_length=20, choices=FeeState, default=FeeState.PROPOSED)
    waive_reason = models.CharField(max_length=300, blank=True)
    bill = models.OneToOneField(
        Bill, on_delete=models.PROTECT, null=True, blank=True, related_name="fee_proposal"
    )
    decided_by = models.ForeignKey(
        "staff.Staff", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "fee_proposals"
        indexes = [models.Index(fields=["state", "-created_at"], name="fee_proposals_state")]
        constraints = [
            known_value("state", FeeState, "fee_proposals"),
            models.CheckConstraint(
                condition=Q(kind__in=["late_cancel", "no_show"]), name="fee_proposals_kind_known"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="fee_proposals_amount_positive"),
            models.CheckConstraint(
                condition=~Q(state=FeeState.WAIVED) | ~Q(waive_reason=""),
                name="fee_proposals_waived_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state=FeeState.CONFIRMED) | Q(bill__isnull=False),
                name="fee_proposals_confirmed_has_bill",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"


class LeftCopay(Record):
    """A copay that was not taken at the desk, and why: no list asks for it again, the client owes it with the bill.

    A payment for the visit that comes after all counts instead.
    """

    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="left_copays")
    appointment = models.OneToOneField(
        "scheduling.Appointment", on_delete=models.PROTECT, related_name="left_copay"
    )
    amount = MoneyField()
    reason = models.CharField(max_length=20, choices=NoCopay)
    note = EncryptedCharField(scope="client_id", max_length=150, blank=True)
    left_by = models.ForeignKey("staff.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    left_at = models.DateTimeField()

    class Meta:
        db_table = "left_copays"
        constraints = [
            known_value("reason", NoCopay, "left_copays"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="left_copays_amount_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} not taken"

    @property
    def why(self) -> str:
        """`had no means of payment along. Card at home`"""
        return f"{self.get_reason_display().lower()}. {self.note}".strip()
