"""Locks, always taken in this order, so that two people at work on one account wait for each other and never deadlock:

appointment → payments (by id) → bills (by id) → invoices (by id) → the invoice sequence

They are FOR NO KEY UPDATE: a row that only refers to a locked one (an allocation's mirror) need not wait.
What a verb decides on (what is open, what is not applied) is read after its locks are held.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from billing.models import Bill, Invoice, Payment
from scheduling.models import Appointment

# Any constant will do, as long as nothing else in the project uses it.
INVOICE_SEQUENCE = 7_301_001


def lock_appointments(ids: Iterable[UUID]) -> list[Appointment]:
    """With the client, profile and clinician that billing reads; in the order of their ids."""
    found = Appointment.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=list(ids))
    return list(found.select_related("client__profile", "staff").order_by("pk"))


def lock_payments(ids: Iterable[UUID]) -> dict[UUID, Payment]:
    return {
        row.pk: row
        for row in Payment.objects.select_for_update(no_key=True).filter(pk__in=list(ids)).order_by("pk")
    }


def lock_payment(payment_id: UUID) -> Payment:
    return Payment.objects.select_for_update(no_key=True).get(pk=payment_id)


def lock_bills(ids: Iterable[UUID]) -> dict[UUID, Bill]:
    return {
        row.pk: row
        for row in Bill.objects.select_for_update(no_key=True).filter(pk__in=list(ids)).order_by("pk")
    }


def lock_bill(bill_id: UUID) -> Bill:
    return Bill.objects.select_for_update(no_key=True).get(pk=bill_id)


def lock_invoice(invoice_id: UUID) -> Invoice:
    return Invoice.objects.select_for_update(no_key=True).get(pk=invoice_id)


def lock_invoice_sequence() -> None:
    """Only one invoice gets its number at a time, until the end of the transaction: no gap, no number twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [INVOICE_SEQUENCE])
