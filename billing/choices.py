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
