"""Fees for missed visits: proposed by the schedule, decided by a person, never for payers that forbid them."""

from decimal import Decimal

import pytest
from django.urls import reverse

from billing import services
from billing.choices import BillKind, FeeState
from billing.defaults import BillingDefaults
from billing.errors import AppointmentBilled, FeeDecided, FeeNoLongerDue, ReasonMissing
from billing.models import Bill, FeeProposal
from mentalspace.core import clock, practice
from mentalspace.core.errors import NotPermitted
from scheduling import services as scheduling_services
from scheduling.choices import AppointmentStatus, CancelledBy, CancelReason
from scheduling.signals import appointment_missed
from tests.billing.sessions import ACME, held_session, insure


def missed(cast, **fields):
    """A no-show, as the schedule tells of it."""
    fields.setdefault("status", AppointmentStatus.NO_SHOW)
    visit = held_session(client=cast.client, **fields)
    appointment_missed.send(sender=type(visit), appointment=visit, actor=cast.front_desk)
    return visit


def cancelled_by(who):
    return {
        "status": AppointmentStatus.LATE_CANCELLED,
        "cancelled_by": who,
        "cancel_reason": CancelReason.CLIENT_REQUEST,
        "cancelled_at": clock.now(),
    }


def test_no_show_and_late_cancellation_have_their_fees(cast):
    missed(cast)
    missed(cast, **cancelled_by(CancelledBy.CLIENT))
    kinds = FeeProposal.objects.order_by("amount").values_list("kind", "amount", "state")
    assert list(kinds) == [
        ("late_cancel", Decimal("75.00"), "proposed"),
        ("no_show", Decimal("100.00"), "proposed"),
    ]


def test_the_practices_own_cancellation_costs_nothing(cast):
    missed(cast, **cancelled_by(CancelledBy.PRACTICE))
    missed(cast, **cancelled_by(CancelledBy.CLINICIAN))
    missed(cast, is_billable=False)
    practice.save(BillingDefaults(no_show_fee=Decimal(0)))
    missed(cast)
    assert not FeeProposal.objects.exists()


@pytest.mark.parametrize(
    ("coverage", "proposals"),
    [
        ({"provider": "Georgia Medicaid"}, 0),
        ({"provider": "Peach Care", "plan": "Medicaid HMO"}, 0),
        ({"provider": "Georgia Medicaid", "effective_to": "2026-01-01"}, 1),
        (ACME, 1),
    ],
)
def test_never_for_a_payer_that_forbids_it(cast, coverage, proposals):
    insure(cast.client, coverage)
    missed(cast)
    assert FeeProposal.objects.count() == proposals


def test_told_twice_proposes_once(cast):
    visit = missed(cast)
    appointment_missed.send(sender=type(visit), appointment=visit, actor=cast.front_desk)
    assert FeeProposal.objects.count() == 1


def test_charged_to_the_client_alone(cast, client):
    insure(cast.client)
    missed(cast)
    proposal = FeeProposal.objects.get()
    client.force_login(cast.biller)
    answer = client.post(reverse("billing:fee_confirm", args=[proposal.pk]))
    bill = Bill.objects.get()
    assert answer["Location"] == reverse("billing:bill_detail", args=[bill.pk])
    assert bill.kind == BillKind.NO_SHOW
    assert (bill.client_amount, bill.insurance_amount, bill.payer) == (Decimal(100), Decimal(0), "")
    with pytest.raises(FeeDecided):
        services.confirm_fee(actor=cast.biller, proposal_id=proposal.pk)
    with pytest.raises(FeeDecided):
        services.waive_fee(actor=cast.biller, proposal_id=proposal.pk, reason="Late")


def test_waived_with_a_reason(cast, client):
    missed(cast)
    proposal = FeeProposal.objects.get()
    with pytest.raises(NotPermitted):
        services.waive_fee(actor=cast.front_desk, proposal_id=proposal.pk, reason="Illness")
    with pytest.raises(ReasonMissing):
        services.waive_fee(actor=cast.biller, proposal_id=proposal.pk, reason="  ")
    client.force_login(cast.biller)
    url = reverse("billing:fee_waive", args=[proposal.pk])
    assert client.post(url, {"reason": ""}).status_code == 422
    client.post(url, {"reason": "First time"})
    proposal.refresh_from_db()
    assert (proposal.state, proposal.waive_reason, proposal.decided_by) == (
        FeeState.WAIVED,
        "First time",
        cast.biller.staff,
    )
    assert not Bill.objects.exists()


def test_not_charged_when_the_appointment_was_taken_back(cast):
    visit = missed(cast)
    visit.status = AppointmentStatus.CONFIRMED
    visit.save()
    with pytest.raises(FeeNoLongerDue):
        services.confirm_fee(actor=cast.biller, proposal_id=FeeProposal.objects.get().pk)


def test_an_appointment_taken_back_owes_no_fee(cast):
    visit = missed(cast)
    scheduling_services.reopen_appointment(
        actor=cast.front_desk, appointment_id=visit.pk, reason="She was early."
    )
    assert FeeProposal.objects.count() == 0
    scheduling_services.mark_no_show(actor=cast.front_desk, appointment_id=visit.pk)
    assert FeeProposal.objects.get().state == FeeState.PROPOSED


def test_an_appointment_whose_fee_was_charged_is_not_taken_back(cast):
    visit = missed(cast)
    services.confirm_fee(actor=cast.biller, proposal_id=FeeProposal.objects.get().pk)
    with pytest.raises(AppointmentBilled):
        scheduling_services.reopen_appointment(
            actor=cast.front_desk, appointment_id=visit.pk, reason="Mistake."
        )
    visit.refresh_from_db()
    assert visit.status == AppointmentStatus.NO_SHOW
