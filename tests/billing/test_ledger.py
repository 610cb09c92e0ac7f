"""What is always true of the ledger, whatever is done to it."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing import queries, services
from billing.choices import AdjustmentKind, BillStatus, InvoiceStatus, PaymentMethod, TransferDirection
from billing.errors import AlreadyReversed, MoreThanOwed, MoreThanUnapplied, RefundStands
from billing.models import Adjustment, Allocation, Bill, Invoice, Payment, Refund, Transfer
from mentalspace.core import clock
from mentalspace.core.errors import DomainError, NotPermitted
from tests.billing.accounts import account_of
from tests.billing.factories import BillFactory, PaymentFactory

D = Decimal
LEDGER = (Payment, Allocation, Adjustment, Transfer, Refund)


def pay(cast, amount, bill=None, *, source="client", **fields):
    return services.take_payment(
        actor=cast.biller,
        client_id=cast.client.pk,
        amount=D(amount),
        method=PaymentMethod.CHECK,
        received_on=clock.today(),
        source=source,
        payer="Acme Health" if source == "insurance" else "",
        allocations={bill.pk: D(amount)} if bill else None,
        **fields,
    )


@pytest.fixture
def bill(cast):
    """$150.00: the insurer's part 120, the client's 30."""
    return BillFactory.create(client=cast.client, payer="Acme Health")


def check_books(client_id):
    """The invariants of the practice's ledger, over all that there is."""
    for bill in Bill.objects.filter(client_id=client_id):
        allocated = bill.allocations.aggregate(s=Sum("amount"))["s"] or D(0)
        adjusted = bill.adjustments.aggregate(s=Sum("amount"))["s"] or D(0)
        if bill.status == BillStatus.VOID:
            assert (allocated, adjusted) == (0, 0)
            continue
        assert bill.balance == bill.amount - allocated - adjusted
        assert bill.balance == bill.client_balance + bill.insurance_balance
        assert bill.amount == bill.insurance_amount + bill.client_amount + bill.adjusted_amount
        assert min(bill.client_balance, bill.insurance_balance, bill.balance) >= 0
        assert (bill.status in {BillStatus.PAID, BillStatus.WRITTEN_OFF}) == (bill.balance == 0)
        assert (bill.paid_date is not None) == (bill.status == BillStatus.PAID)
    payments: Any = queries.with_unapplied(Payment.objects.filter(client_id=client_id, reverses__isnull=True))
    left = [payment.unapplied for payment in payments]
    assert all(amount >= 0 for amount in left)
    rest = sum(left, D(0))
    account = account_of(client_id)
    live = Bill.objects.filter(client_id=client_id).exclude(status=BillStatus.VOID)
    assert account.unapplied == rest
    assert account.balance == sum((bill.balance for bill in live), D(0)) - rest
    row = queries.ageing_by_client().filter(client_id=client_id).order_by("client_id").first() or {}
    assert account.ages == tuple(row.get(f"bucket_{n}", D(0)) for n in (1, 2, 3, 4))
    assert row.get("owed", D(0)) == account.client_owes == sum(account.ages)


def test_copay_then_insurer_pays_the_rest(cast, bill):
    pay(cast, "30", bill)
    bill.refresh_from_db()
    assert (bill.status, bill.client_paid, bill.paid_date) == (BillStatus.PARTIALLY_PAID, D(30), None)
    services.adjust(
        actor=cast.biller, bill_id=bill.pk, kind="contractual", amount=D(20), taken_from="insurance"
    )
    pay(cast, "100", bill, source="insurance")
    bill.refresh_from_db()
    assert (bill.status, bill.balance, bill.adjusted_amount) == (BillStatus.PAID, D(0), D(20))
    assert bill.paid_date == clock.today()
    check_books(cast.client.pk)


def test_reversed_payment_restores_what_was_owed(cast, bill):
    payment = pay(cast, "30", bill)
    services.reverse_payment(actor=cast.biller, row_id=payment.pk, reason="Bounced")
    bill.refresh_from_db()
    assert (bill.status, bill.client_balance, bill.balance) == (BillStatus.PENDING, D(30), D(150))
    assert account_of(cast.client.pk).unapplied == 0
    with pytest.raises(AlreadyReversed):
        services.reverse_payment(actor=cast.biller, row_id=payment.pk, reason="Again")
    check_books(cast.client.pk)


def test_voided_bill_gives_the_money_back_as_credit(cast, bill):
    pay(cast, "30", bill)
    services.adjust(actor=cast.biller, bill_id=bill.pk, kind="courtesy", amount=D(5), taken_from="insurance")
    services.transfer(actor=cast.biller, bill_id=bill.pk, amount=D(10))
    services.void_bill(actor=cast.biller, bill_id=bill.pk, reason="Wrong client")
    bill.refresh_from_db()
    account = account_of(cast.client.pk)
    assert (bill.status, bill.void_reason) == (BillStatus.VOID, "Wrong client")
    assert (account.balance, account.unapplied, account.charges) == (D(-30), D(30), D(0))
    check_books(cast.client.pk)


def test_transfer_makes_it_the_clients_and_back(cast, bill):
    row = services.transfer(actor=cast.biller, bill_id=bill.pk, amount=D(50))
    bill.refresh_from_db()
    assert (bill.insurance_amount, bill.client_amount) == (D(70), D(80))
    pay(cast, "40", bill)
    with pytest.raises(DomainError, match="Reverse that first"):
        services.reverse_transfer(actor=cast.biller, row_id=row.pk, reason="Mistake")
    back = services.transfer(
        actor=cast.biller, bill_id=bill.pk, amount=D(40), direction=TransferDirection.TO_INSURANCE
    )
    services.reverse_transfer(actor=cast.biller, row_id=back.pk, reason="Mistake")
    bill.refresh_from_db()
    assert (bill.insurance_amount, bill.client_amount, bill.client_paid) == (D(70), D(80), D(40))


def test_clients_part_ages_from_the_day_it_became_theirs(cast):
    bill = BillFactory.create(client=cast.client, insurance_amount=D(150), client_amount=D(0))
    services.transfer(actor=cast.biller, bill_id=bill.pk, amount=D(150), note="Deductible")
    bill.refresh_from_db()
    assert bill.client_due_from == clock.today()
    assert queries.open_by_age()["client_1"] == D(150)


def test_denied_until_it_is_dealt_with(cast, bill):
    services.mark_submitted(actor=cast.biller, bill_id=bill.pk, submitted_on=clock.today())
    assert Bill.objects.get().status == BillStatus.SUBMITTED
    services.mark_denied(actor=cast.biller, bill_id=bill.pk, denied_on=clock.today(), reason="CO 197")
    assert Bill.objects.get().status == BillStatus.DENIED
    services.adjust(actor=cast.biller, bill_id=bill.pk, kind="denial", amount=D(120), taken_from="insurance")
    assert Bill.objects.get().status == BillStatus.PENDING
    services.write_off(actor=cast.biller, bill_id=bill.pk, kind=AdjustmentKind.BAD_DEBT, reason="Moved away")
    bill = Bill.objects.get()
    assert (bill.status, bill.balance, bill.paid_date) == (BillStatus.WRITTEN_OFF, D(0), None)


def test_nobody_pays_or_gives_back_more_than_there_is(cast, bill):
    payment = pay(cast, "50")
    with pytest.raises(MoreThanOwed, match=r"\$30\.00 is open on the client’s part"):
        services.apply_payment(actor=cast.biller, payment_id=payment.pk, allocations={bill.pk: D("30.01")})
    services.apply_payment(actor=cast.biller, payment_id=payment.pk, allocations={bill.pk: D(30)})
    with pytest.raises(MoreThanUnapplied, match=r"\$20\.00"):
        services.refund(
            actor=cast.biller,
            payment_id=payment.pk,
            amount=D("20.01"),
            method="check",
            refunded_on=clock.today(),
            note="Overpaid",
        )
    refund = services.refund(
        actor=cast.biller,
        payment_id=payment.pk,
        amount=D(20),
        method="check",
        refunded_on=clock.today(),
        note="Overpaid",
    )
    with pytest.raises(RefundStands):
        services.reverse_payment(actor=cast.biller, row_id=payment.pk, reason="Bounced")
    services.reverse_refund(actor=cast.biller, row_id=refund.pk, reason="Never cashed")
    services.reverse_payment(actor=cast.biller, row_id=payment.pk, reason="Bounced")
    check_books(cast.client.pk)
    assert account_of(cast.client.pk).balance == D(150)


def test_desk_takes_clients_money_and_nothing_else(cast, bill):
    money = {"client_id": cast.client.pk, "amount": D(30), "method": "cash", "received_on": clock.today()}
    services.take_payment(actor=cast.front_desk, **money, allocations={bill.pk: D(30)})
    with pytest.raises(NotPermitted):
        services.take_payment(actor=cast.front_desk, **money, source="insurance", payer="Acme")
    for actor in (cast.therapist, cast.supervisor, cast.stranger, cast.associate):
        with pytest.raises(NotPermitted):
            services.take_payment(actor=actor, **money)
    with pytest.raises(NotPermitted):
        services.adjust(
            actor=cast.front_desk, bill_id=bill.pk, kind="courtesy", amount=D(1), taken_from="insurance"
        )


def test_another_clients_bill_is_refused(cast):
    other = BillFactory.create(client=cast.other_client)
    with pytest.raises(DomainError, match="same client"):
        pay(cast, "30", other)


# The database itself


@pytest.mark.parametrize("model", LEDGER, ids=lambda model: model._meta.db_table)
def test_ledger_rows_cannot_be_changed_by_sql(cast, bill, model):
    payment = pay(cast, "35")
    services.apply_payment(actor=cast.biller, payment_id=payment.pk, allocations={bill.pk: D(10)})
    services.refund(
        actor=cast.biller,
        payment_id=payment.pk,
        amount=D(5),
        method="cash",
        refunded_on=clock.today(),
        note="Change",
    )
    services.adjust(actor=cast.biller, bill_id=bill.pk, kind="courtesy", amount=D(1), taken_from="client")
    services.transfer(actor=cast.biller, bill_id=bill.pk, amount=D(1))
    table = model._meta.db_table
    cursor = connection.cursor()
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for sql in (f"UPDATE {table} SET amount = 1", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        with pytest.raises(DatabaseError, match=r"permission denied|never change"), transaction.atomic():
            cursor.execute(sql)
    assert model.objects.exists()


def test_database_refuses_an_overdrawn_payment(cast, bill):
    payment = PaymentFactory.create(client=cast.client, amount=D(10))
    with pytest.raises(IntegrityError, match="overdrawn"), transaction.atomic():
        Allocation.objects.create(payment=payment, bill=bill, amount=D("10.01"))
    Refund.objects.create(payment=payment, amount=D(10), method="cash", refunded_on=clock.today())
    with pytest.raises(IntegrityError, match="overdrawn"), transaction.atomic():
        Payment.objects.create(client=cast.client, amount=D(-10), reverses=payment, received_on=clock.today())


def test_database_refuses_another_clients_allocation(cast):
    payment = PaymentFactory.create(client=cast.client)
    with pytest.raises(IntegrityError, match="another client"), transaction.atomic():
        Allocation.objects.create(
            payment=payment, bill=BillFactory.create(client=cast.other_client), amount=D(1)
        )


def test_database_refuses_a_reversal_that_is_no_mirror(cast, bill):
    row = Adjustment.objects.create(bill=bill, amount=D(5), kind="courtesy")
    with pytest.raises(IntegrityError, match="mirrors"), transaction.atomic():
        Adjustment.objects.create(bill=bill, amount=D(-4), kind="courtesy", reverses=row)
    Adjustment.objects.create(bill=bill, amount=D(-5), kind="courtesy", reverses=row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Adjustment.objects.create(bill=bill, amount=D(-5), kind="courtesy", reverses=row)


def test_database_keeps_parts_and_charges(bill):
    for change in (
        {"client_amount": D(31)},
        {"client_paid": D(31)},
        {"insurance_paid": D(-1)},
        {"status": "lost"},
        {"amount": D(1)},
        {"status": "paid"},
    ):
        with pytest.raises(DatabaseError, match=r"violates|never change"), transaction.atomic():
            Bill.objects.filter(pk=bill.pk).update(**change)


# Whatever people do

CENTS = st.integers(min_value=1, max_value=20_000).map(lambda cents: D(cents) / 100)
STEP = st.tuples(
    st.sampled_from(
        [
            "pay",
            "insurer",
            "apply",
            "adjust",
            "transfer",
            "back",
            "refund",
            "void",
            "write_off",
            "charge",
            "invoice",
            "undo",
        ]
    ),
    CENTS,
    st.integers(min_value=0, max_value=30),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=4, max_size=18))
def test_books_always_balance(cast, steps):
    with transaction.atomic():
        BillFactory.create(client=cast.client, payer="Acme Health")
        for name, amount, pick in steps:
            try:
                with transaction.atomic():
                    STEPS[name](cast, amount, pick)
            except DomainError:
                pass
            check_books(cast.client.pk)
        transaction.set_rollback(True)


def _one(rows, pick):
    rows = list(rows.order_by("created_at", "pk"))
    return rows[pick % len(rows)] if rows else None


def _bill(cast, pick):
    return _one(Bill.objects.filter(client=cast.client), pick)


def _payment(cast, pick):
    return _one(Payment.objects.filter(client=cast.client, reverses__isnull=True), pick)


def _pay(source):
    def step(cast, amount, pick):
        bills = list(queries.applicable_bills(cast.client.pk, source))
        services.take_payment(
            actor=cast.biller,
            client_id=cast.client.pk,
            amount=amount,
            method="check",
            received_on=clock.today(),
            source=source,
            payer="Acme" if source == "insurance" else "",
            allocations=services.propose_allocations(bills, source, amount) if pick % 2 else None,
        )

    return step


def _apply(cast, amount, pick):
    if payment := _payment(cast, pick):
        services.apply_payment(
            actor=cast.biller, payment_id=payment.pk, allocations={_bill(cast, pick).pk: amount}
        )


def _adjust(cast, amount, pick):
    part = ("client", "insurance")[pick % 2]
    services.adjust(
        actor=cast.biller, bill_id=_bill(cast, pick).pk, kind="courtesy", amount=amount, taken_from=part
    )


def _transfer(direction):
    def step(cast, amount, pick):
        services.transfer(actor=cast.biller, bill_id=_bill(cast, pick).pk, amount=amount, direction=direction)

    return step


def _refund(cast, amount, pick):
    if payment := _payment(cast, pick):
        services.refund(
            actor=cast.biller,
            payment_id=payment.pk,
            amount=amount,
            method="check",
            refunded_on=clock.today(),
            note="Back",
        )


def _undo(cast, amount, pick):
    verbs = [
        (Payment.objects.filter(client=cast.client), "payment"),
        (Allocation.objects.filter(bill__client=cast.client), "allocation"),
        (Adjustment.objects.filter(bill__client=cast.client), "adjustment"),
        (Transfer.objects.filter(bill__client=cast.client), "transfer"),
        (Refund.objects.filter(payment__client=cast.client), "refund"),
    ]
    rows, name = verbs[pick % len(verbs)]
    if row := _one(rows, pick):
        verb = getattr(services, f"reverse_{name}")
        verb(actor=cast.biller, row_id=row.pk, reason="Mistake")


def _invoice(cast, amount, pick):
    bills = [bill.pk for bill in queries.invoiceable_bills(cast.client.pk)]
    services.create_invoice(
        actor=cast.biller, client_id=cast.client.pk, bill_ids=bills, invoice_date=clock.today()
    )
    if pick % 2:
        last = Invoice.objects.filter(status=InvoiceStatus.ISSUED).latest("sequence")
        services.void_invoice(actor=cast.biller, invoice_id=last.pk, reason="Mistake")


STEPS = {
    "pay": _pay("client"),
    "insurer": _pay("insurance"),
    "apply": _apply,
    "adjust": _adjust,
    "transfer": _transfer(TransferDirection.TO_CLIENT),
    "back": _transfer(TransferDirection.TO_INSURANCE),
    "refund": _refund,
    "void": lambda cast, amount, pick: services.void_bill(
        actor=cast.biller, bill_id=_bill(cast, pick).pk, reason="Mistake"
    ),
    "write_off": lambda cast, amount, pick: services.write_off(
        actor=cast.biller, bill_id=_bill(cast, pick).pk, kind="bad_debt", reason="Gone"
    ),
    "charge": lambda cast, amount, pick: services.create_other_charge(
        actor=cast.biller,
        client_id=cast.client.pk,
        amount=amount,
        description="Records",
        service_date=clock.today(),
    ),
    "invoice": _invoice,
    "undo": _undo,
}
