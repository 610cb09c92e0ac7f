"""Charges: from a session, from a confirmed fee, or by hand; their parts, their way to the insurer, and voiding."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from billing import queries, rules
from billing.choices import BillKind, BillStatus, Owes
from billing.coverage import Parts, first_coverage, propose_parts
from billing.errors import (
    AlreadyBilled,
    AmountNotPositive,
    BillHasRows,
    BillIsVoid,
    BillOnInvoice,
    DateInFuture,
    NotBillable,
    PartsDoNotAddUp,
    ReasonMissing,
    UnknownCode,
)
from billing.models import ZERO, Adjustment, Allocation, Bill, ServiceCode, Transfer
from billing.services.locks import lock_appointments, lock_bill
from billing.services.payments import apply_waiting_payments
from billing.services.reversals import mirror
from billing.services.settle import settle
from clients.models import Client
from mentalspace.core import audit, clock
from mentalspace.core.errors import DomainError
from mentalspace.core.gates import require
from scheduling.choices import AppointmentStatus
from scheduling.models import Appointment
from staff.rules import staff_of


@dataclass
class BulkResult:
    """What billing many sessions at once did: bills made, and (appointment, sentence) for what was refused."""

    created: list[Bill] = field(default_factory=list)
    refused: list[tuple[Appointment, str]] = field(default_factory=list)


def code_with_fee(code: str) -> ServiceCode:
    """The practice's active service code. Raises UnknownCode."""
    found = ServiceCode.objects.filter(code=code, is_active=True, fee__gt=0).first()
    if found is None:
        raise UnknownCode
    return found


def proposed_parts(client: Client, day: date, fee: Decimal) -> Parts:
    """How the fee splits by the coverage in force that day. Needs `client.profile` loaded."""
    return propose_parts(fee, first_coverage(client, day))


@transaction.atomic
def bill_session(
    *,
    actor: User,
    appointment_id: UUID,
    code: str | None = None,
    units: int = 1,
    insurance_amount: Decimal | None = None,
    client_amount: Decimal | None = None,
    payer: str | None = None,
) -> Bill:
    """Charge a completed session whose note is signed, and apply what the client paid for it at the desk.

    Without amounts the parts follow the coverage on the day. `code` defaults to the appointment's.
    Raises NotPermitted, NotBillable, UnknownCode, AlreadyBilled, PartsDoNotAddUp.
    """
    require(rules.can_manage_bills(actor))
    (appointment,) = lock_appointments([appointment_id])
    _require_billable(appointment)
    service = code_with_fee(code or appointment.billing_code)
    amount = service.fee * units
    parts = proposed_parts(appointment.client, clock.local(appointment.start_time).date(), amount)
    insured = parts.insurance_amount if insurance_amount is None else insurance_amount
    own = parts.client_amount if client_amount is None else client_amount
    if insured < 0 or own < 0 or insured + own != amount:
        raise PartsDoNotAddUp(amount)
    chosen = Parts(insured, own, parts.payer if payer is None else payer.strip())
    return _charge(actor, appointment, service, units, chosen)


@transaction.atomic
def bill_sessions(*, actor: User, appointment_ids: Iterable[UUID]) -> BulkResult:
    """Bill many sessions as proposed; one that cannot be billed keeps no other from it. Raises NotPermitted."""
    require(rules.can_manage_bills(actor))
    result = BulkResult()
    for appointment in sorted(lock_appointments(appointment_ids), key=lambda each: each.start_time):
        try:
            with transaction.atomic():
                _require_billable(appointment)
                service = code_with_fee(appointment.billing_code)
                day = clock.local(appointment.start_time).date()
                parts = proposed_parts(appointment.client, day, service.fee)
                result.created.append(_charge(actor, appointment, service, 1, parts))
        except DomainError as error:
            result.refused.append((appointment, error.message))
    return result


@transaction.atomic
def create_other_charge(
    *, actor: User, client_id: UUID, amount: Decimal, description: str, service_date: date
) -> Bill:
    """A charge that is no session: the client's alone.

    Raises NotPermitted, AmountNotPositive, DateInFuture.
    """
    require(rules.can_manage_bills(actor))
    if amount <= 0:
        raise AmountNotPositive
    if service_date > clock.today():
        raise DateInFuture(field="service_date")
    if not description.strip():
        raise ReasonMissing("Say what the charge is for.", field="description")
    return create_charge(
        actor,
        client_id=client_id,
        amount=amount,
        client_amount=amount,
        kind=BillKind.OTHER,
        description=description.strip(),
        service_date=service_date,
    )


@transaction.atomic
def change_parts(
    *, actor: User, bill_id: UUID, insurance_amount: Decimal, client_amount: Decimal, payer: str = ""
) -> Bill:
    """Split a charge differently while nothing has been posted to it.

    Raises NotPermitted, BillIsVoid, BillHasRows, PartsDoNotAddUp.
    """
    require(rules.can_manage_bills(actor))
    bill = lock_bill(bill_id)
    require_live(bill)
    if has_rows(bill) or bill.invoice_id is not None:
        raise BillOnInvoice if bill.invoice_id is not None else BillHasRows
    if insurance_amount < 0 or client_amount < 0 or insurance_amount + client_amount != bill.amount:
        raise PartsDoNotAddUp(bill.amount)
    values = {"insurance_share": insurance_amount, "payer": payer.strip() if insurance_amount else ""}
    changes = audit.changed_fields(bill, values)
    for name, value in values.items():
        setattr(bill, name, value)
    bill.save(update_fields=[*values, "updated_at"])
    settle(bill)
    audit.record(actor=actor, verb="bill.parts_changed", obj=bill, client_id=bill.client_id, changes=changes)
    return bill


@transaction.atomic
def mark_submitted(*, actor: User, bill_id: UUID, submitted_on: date) -> Bill:
    """Say that the insurer was asked, and when; its part ages from the first time.

    Raises NotPermitted, BillIsVoid, DateInFuture, NotBillable.
    """
    require(rules.can_manage_bills(actor))
    bill = lock_bill(bill_id)
    require_live(bill)
    if bill.insurance_balance <= 0:
        raise NotBillable("The insurer owes nothing on this bill.")
    if submitted_on > clock.today():
        raise DateInFuture(field="submitted_on")
    if submitted_on < bill.service_date:
        raise NotBillable("A claim cannot be sent before the day of the service.", field="submitted_on")
    changes = audit.changed_fields(
        bill, {"submitted_on": bill.submitted_on or submitted_on, "denied_on": None}
    )
    bill.submitted_on = bill.submitted_on or submitted_on
    bill.denied_on, bill.denial_reason = None, ""
    bill.save(update_fields=["submitted_on", "denied_on", "denial_reason", "updated_at"])
    settle(bill)
    audit.record(actor=actor, verb="bill.submitted", obj=bill, client_id=bill.client_id, changes=changes)
    return bill


@transaction.atomic
def mark_denied(*, actor: User, bill_id: UUID, denied_on: date, reason: str) -> Bill:
    """Say that the insurer refused; the bill waits for a transfer, an adjustment or a new submission."""
    require(rules.can_manage_bills(actor))
    bill = lock_bill(bill_id)
    require_live(bill)
    if bill.insurance_balance <= 0:
        raise NotBillable("The insurer owes nothing on this bill.")
    if denied_on > clock.today():
        raise DateInFuture(field="denied_on")
    if not reason.strip():
        raise ReasonMissing
    changes = audit.changed_fields(bill, {"denied_on": denied_on})
    bill.denied_on, bill.denial_reason = denied_on, reason.strip()
    bill.save(update_fields=["denied_on", "denial_reason", "updated_at"])
    settle(bill)
    audit.record(actor=actor, verb="bill.denied", obj=bill, client_id=bill.client_id, changes=changes)
    return bill


@transaction.atomic
def void_bill(*, actor: User, bill_id: UUID, reason: str) -> Bill:
    """Take a charge back. Money applied to it becomes the client's or insurer's credit again; adjustments and transfers
    are reversed. Raises NotPermitted, BillIsVoid, BillOnInvoice, ReasonMissing.
    """
    require(rules.can_manage_bills(actor))
    bill = lock_bill(bill_id)
    require_live(bill)
    if bill.invoice_id is not None:
        raise BillOnInvoice
    if not reason.strip():
        raise ReasonMissing
    note = "Bill voided"
    for model in (Allocation, Adjustment, Transfer):
        for row in model.objects.filter(bill=bill, reverses__isnull=True, reversed_by__isnull=True):
            mirror(row, actor, note)
    settle(bill)
    bill.status, bill.void_reason, bill.paid_date = BillStatus.VOID, reason.strip(), None
    bill.save(update_fields=["status", "void_reason", "paid_date", "updated_at"])
    audit.record(
        actor=actor,
        verb="bill.voided",
        obj=bill,
        client_id=bill.client_id,
        changes={"void_reason": ["", bill.void_reason]},
    )
    return bill


def require_live(bill: Bill) -> None:
    if bill.status == BillStatus.VOID:
        raise BillIsVoid


def has_rows(bill: Bill) -> bool:
    """Has anything that still counts been posted?"""
    return any(
        model.objects.filter(bill=bill, reverses__isnull=True, reversed_by__isnull=True).exists()
        for model in (Allocation, Adjustment, Transfer)
    )


def open_part(bill: Bill, owes: str) -> Decimal:
    return bill.client_balance if owes == Owes.CLIENT else bill.insurance_balance


def _require_billable(appointment: Appointment) -> None:
    if queries.is_billed(appointment.pk):
        raise AlreadyBilled
    if appointment.status != AppointmentStatus.COMPLETED:
        raise NotBillable("Only completed sessions can be billed.")
    if not appointment.is_billable:
        raise NotBillable("This appointment is marked as not billable.")
    if not queries.has_signed_note(appointment.pk):
        raise NotBillable("The session’s note is not signed yet.")


def _charge(actor: User, appointment: Appointment, service: ServiceCode, units: int, parts: Parts) -> Bill:
    bill = create_charge(
        actor,
        client_id=appointment.client_id,
        appointment=appointment,
        amount=service.fee * units,
        insurance_amount=parts.insurance_amount,
        client_amount=parts.client_amount,
        payer=parts.payer if parts.insurance_amount else "",
        code=service.code,
        description=service.label,
        units=units,
        service_date=clock.local(appointment.start_time).date(),
        staff_id=appointment.staff_id,
    )
    apply_waiting_payments(actor, bill)
    return bill


def create_charge(
    actor: User, *, client_id: UUID, amount: Decimal, service_date: date, **fields: Any
) -> Bill:
    """A new bill; what may be charged was checked before."""
    bill = Bill.objects.create(
        client_id=client_id,
        amount=amount,
        insurance_share=fields.get("insurance_amount", ZERO),
        service_date=service_date,
        client_due_from=clock.today(),
        created_by=staff_of(actor),
        **fields,
    )
    audit.record(
        actor=actor,
        verb="bill.created",
        obj=bill,
        client_id=client_id,
        changes={"code": ["", bill.code or bill.kind], "amount": ["", str(amount)]},
    )
    return bill
