"""Charging a session."""

from decimal import Decimal

from billing import queries, services
from billing.choices import BillStatus
from scheduling.choices import AppointmentStatus
from tests.billing.sessions import ACME, held_session, insure, signed_session


def test_insured_copay_is_clients(cast):
    insure(cast.client)
    bill = services.bill_session(actor=cast.biller, appointment_id=signed_session(client=cast.client).pk)
    assert (bill.amount, bill.insurance_amount, bill.client_amount) == (
        Decimal("150"),
        Decimal("120"),
        Decimal("30"),
    )
    assert (bill.payer, bill.code, bill.status) == ("Acme Health", "90834", BillStatus.PENDING)


def test_self_pay_is_all_clients(cast):
    bill = services.bill_session(actor=cast.biller, appointment_id=signed_session(client=cast.client).pk)
    assert (bill.insurance_amount, bill.client_amount, bill.payer) == (Decimal("0"), Decimal("150"), "")


def test_ready_list_holds_exactly_what_can_be_billed(cast):
    ready = signed_session(client=cast.client)
    unsigned = held_session(client=cast.client)
    no_code = signed_session(client=cast.client, billing_code="X0000")
    expired = signed_session(client=cast.other_client)
    insure(cast.other_client, {**ACME, "effective_to": "2026-01-31"})
    signed_session(client=cast.client, is_billable=False)
    signed_session(client=cast.client, status=AppointmentStatus.CONFIRMED)
    assert list(queries.ready_to_bill()) == [ready]
    assert set(queries.held_sessions()) == {unsigned, no_code, expired}
    services.bill_session(actor=cast.biller, appointment_id=ready.pk)
    assert not queries.ready_to_bill().exists()
    insure(cast.other_client)
    assert list(queries.ready_to_bill()) == [expired]
