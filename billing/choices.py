"""Values of the billing tables."""

from django.db import models


class BillStatus(models.TextChoices):
    PENDING = "pending", "Pending"
    SUBMITTED = "submitted", "Submitted"
    PARTIALLY_PAID = "partially_paid", "Partially paid"
    PAID = "paid", "Paid"
    DENIED = "denied", "Denied"
    WRITTEN_OFF = "written_off", "Written off"
    VOID = "void", "Void"


class BillKind(models.TextChoices):
    SERVICE = "service", "Service"
    LATE_CANCEL = "late_cancel", "Late cancellation fee"
    NO_SHOW = "no_show", "No-show fee"
    OTHER = "other", "Other"


class UnitRule(models.TextChoices):
    PER_SESSION = "per_session", "Per session"
    PER_15 = "per_15", "Per 15 minutes"
    MIDPOINT = "midpoint", "From the midpoint"
    COUNT = "count", "Counted"


class InvoiceStatus(models.TextChoices):
    ISSUED = "issued", "Issued"
    VOID = "void", "Void"


class PaymentSource(models.TextChoices):
    CLIENT = "client", "Client"
    INSURANCE = "insurance", "Insurance"
    OTHER = "other", "Other"


class PaymentMethod(models.TextChoices):
    CARD = "card", "Card"
    CHECK = "check", "Check"
    CASH = "cash", "Cash"
    TRANSFER = "transfer", "Bank transfer"
    INSURANCE = "insurance", "Insurance"
    OTHER = "other", "Other"


class AdjustmentKind(models.TextChoices):
    CONTRACTUAL = "contractual", "Contractual"
    COURTESY = "courtesy", "Courtesy"
    SLIDING = "sliding", "Sliding fee"
    BAD_DEBT = "bad_debt", "Bad debt"
    SMALL_BALANCE = "small_balance", "Small balance"
    DENIAL = "denial", "Denial"


# Adjustments by which the practice gives up what is owed, as opposed to discounts and contracts.
WRITE_OFFS = (
    AdjustmentKind.BAD_DEBT,
    AdjustmentKind.SMALL_BALANCE,
    AdjustmentKind.DENIAL,
    AdjustmentKind.COURTESY,
)


class Owes(models.TextChoices):
    """Whose part of a bill."""

    CLIENT = "client", "Client"
    INSURANCE = "insurance", "Insurer"


class TransferDirection(models.TextChoices):
    TO_CLIENT = "to_client", "Insurer to client"
    TO_INSURANCE = "to_insurance", "Client to insurer"


class FeeState(models.TextChoices):
    PROPOSED = "proposed", "To decide"
    CONFIRMED = "confirmed", "Charged"
    WAIVED = "waived", "Waived"


class NoCopay(models.TextChoices):
    """Why the desk did not take a copay."""

    LATER = "later", "Pays later"
    NO_MEANS = "no_means", "Had no means of payment along"
    REMOTE = "remote", "By video or phone, to be invoiced"
    DISPUTED = "disputed", "Says that none is due"
    COVERAGE = "coverage", "Coverage is to be checked first"
    OTHER = "other", "Other"
