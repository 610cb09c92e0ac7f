"""Fees for missed and late-cancelled appointments: proposed by the schedule, charged or waived by a person."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from accounts.models import User
from billing import rules
from billing.choices import BillKind, BillStatus, FeeState
from billing.coverage import forbids_missed_fees
from billing.defaults import BillingDefaults
from billing.errors import AppointmentBilled, FeeDecided, FeeNoLongerDue, ReasonMissing
from billing.models import ZERO, Bill, FeeProposal
from billing.services.bills import create_charge
from billing.services.payments import apply_waiting_payments
from clients.models import Client
from mentalspace.core import audit, clock, practice
from mentalspace.core.gates import require
from scheduling.choices import AppointmentStatus, CancelledBy
from scheduling.models import Appointment
from staff.rules import staff_of

KINDS = {AppointmentStatus.LATE_CANCELLED: BillKind.LATE_CANCEL, AppointmentStatus.NO_SHOW: BillKind.NO_SHOW}


@dataclass(frozen=True, slots=True)
class MissedFee:
    """What a missed appointment costs the client; without an amount `why_none` says why, in a sentence."""

    amount: Decimal = ZERO
    why_none: str = ""


def missed_fee(appointment: Appointment, client: Client) -> MissedFee | None:
    """The fee of a no-show or late cancellation; None for whatever else. Reads the client's profile."""
    kind = KINDS.get(AppointmentStatus(appointment.status))
    if kind is None:
        return None
    defaults = practice.get(BillingDefaults)
    amount = defaults.no_show_fee if kind == BillKind.NO_SHOW else defaults.late_cancel_fee
    day = clock.local(appointment.start_time).date()
    if appointment.cancelled_by not in {"", CancelledBy.CLIENT}:
        return MissedFee(why_none="The client did not cancel.")
    if not appointment.is_billable:
        return MissedFee(why_none="The appointment is not billable.")
    if forbids_missed_fees(client, day, defaults.no_fee_payers):
        return MissedFee(why_none="The client’s payer forbids charging its members for missed visits.")
    if amount <= 0:
        return MissedFee(why_none="The practice charges none.")
    return MissedFee(amount)


def propose_fee(*, actor: User | None, appointment: Appointment) -> FeeProposal | None:
    """Put a missed appointment's fee before the biller; None where none is due."""
    client = Client.objects.select_related("profile").get(pk=appointment.client_id)
    fee = missed_fee(appointment, client)
    if fee is None or fee.why_none:
        return None
    kind, amount = KINDS[AppointmentStatus(appointment.status)], fee.amount
    proposal, created = FeeProposal.objects.get_or_create(
        appointment=appointment, defaults={"client": client, "kind": kind, "amount": amount}
    )
    if created:
        audit.record(
            actor=actor,
            verb="fee.proposed",
            obj=proposal,
            client_id=client.pk,
            changes={"amount": ["", str(amount)]},
        )
    return proposal


@transaction.atomic
def confirm_fee(*, actor: User, proposal_id: UUID) -> Bill:
    """Charge a proposed fee to the client. Raises NotPermitted, FeeDecided, FeeNoLongerDue."""
    require(rules.can_manage_bills(actor))
    proposal = _lock(proposal_id)
    appointment = proposal.appointment
    if KINDS.get(AppointmentStatus(appointment.status)) != proposal.kind:
        raise FeeNoLongerDue
    bill = create_charge(
        actor,
        client_id=proposal.client_id,
        appointment=appointment,
        amount=proposal.amount,
        client_amount=proposal.amount,
        kind=proposal.kind,
        description=BillKind(proposal.kind).label,
        service_date=clock.local(appointment.start_time).date(),
        staff_id=appointment.staff_id,
    )
    apply_waiting_payments(actor, bill)
    _decide(actor, proposal, FeeState.CONFIRMED, bill=bill)
    return bill


@transaction.atomic
def waive_fee(*, actor: User, proposal_id: UUID, reason: str) -> FeeProposal:
    """Let a proposed fee go. Raises NotPermitted, FeeDecided, ReasonMissing."""
    require(rules.can_manage_bills(actor))
    proposal = _lock(proposal_id)
    if not reason.strip():
        raise ReasonMissing
    return _decide(actor, proposal, FeeState.WAIVED, waive_reason=reason.strip())


def withdraw_fee(*, actor: User | None, appointment: Appointment) -> None:
    """Forget the fee of an appointment that was taken back, unless it was charged. Raises AppointmentBilled then."""
    if Bill.objects.filter(appointment=appointment).exclude(status=BillStatus.VOID).exists():
        raise AppointmentBilled
    for proposal in FeeProposal.objects.select_for_update().filter(
        appointment=appointment, state__in=[FeeState.PROPOSED, FeeState.WAIVED]
    ):
        audit.record(actor=actor, verb="fee.withdrawn", obj=proposal, client_id=proposal.client_id)
        proposal.delete()


def _lock(proposal_id: UUID) -> FeeProposal:
    found = (
        FeeProposal.objects.select_for_update(of=("self",)).select_related("appointment").get(pk=proposal_id)
    )
    if found.state != FeeState.PROPOSED:
        raise FeeDecided
    return found


def _decide(actor: User, proposal: FeeProposal, state: FeeState, **fields: object) -> FeeProposal:
    proposal.state, proposal.decided_by, proposal.decided_at = state, staff_of(actor), clock.now()
    for name, value in fields.items():
        setattr(proposal, name, value)
    proposal.save(update_fields=["state", "decided_by", "decided_at", *fields, "updated_at"])
    audit.record(
        actor=actor,
        verb=f"fee.{state.value}",
        obj=proposal,
        client_id=proposal.client_id,
        changes={"state": ["proposed", state.value]},
    )
    return proposal
