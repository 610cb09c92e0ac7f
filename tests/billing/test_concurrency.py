"""Two people at once: never more than there is, never a number twice, never a deadlock."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from billing import services
from billing.models import Allocation, Bill, Invoice, Payment
from mentalspace.core import clock
from mentalspace.core.errors import DomainError
from tests.billing.factories import BillFactory, PaymentFactory
from tests.billing.sessions import signed_session

pytestmark = pytest.mark.django_db(transaction=True)
D = Decimal


def at_once(*deeds: Callable[[], Any]) -> list[str]:
    """Do all deeds in threads of their own that start together; answers "done" or the name of each refusal."""
    start = Barrier(len(deeds))

    def one(deed: Callable[[], Any]) -> str:
        try:
            start.wait(10)
            deed()
        except DomainError as error:
            return type(error).__name__
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return sorted(pool.map(one, deeds))


def pays(cast, payment, bill, amount):
    return lambda: services.apply_payment(
        actor=cast.biller, payment_id=payment.pk, allocations={bill.pk: D(amount)}
    )


def test_two_payments_never_pay_a_bill_twice(cast):
    bill = BillFactory.create(client=cast.client)
    payments = [PaymentFactory.create(client=cast.client, amount=D(30)) for _ in range(3)]
    assert at_once(*(pays(cast, payment, bill, 30) for payment in payments)) == [
        "MoreThanOwed",
        "MoreThanOwed",
        "done",
    ]
    assert Allocation.objects.get().amount == D(30)
    assert Bill.objects.get().client_paid == D(30)


def test_one_payment_is_never_spent_twice(cast):
    bills = [BillFactory.create(client=cast.client) for _ in range(3)]
    payment = PaymentFactory.create(client=cast.client, amount=D(40))
    answers = at_once(*(pays(cast, payment, bill, 30) for bill in bills))
    assert answers == ["MoreThanUnapplied", "MoreThanUnapplied", "done"]


def test_a_session_is_billed_once(cast):
    session = signed_session(client=cast.client)
    deeds = [lambda: services.bill_session(actor=cast.biller, appointment_id=session.pk)] * 3
    assert at_once(*deeds) == ["AlreadyBilled", "AlreadyBilled", "done"]
    assert Bill.objects.count() == 1


def test_invoice_numbers_have_no_gap(cast):
    bills = [BillFactory.create(client=cast.client) for _ in range(6)]

    def issue(bill: Bill, ok: bool) -> Callable[[], Any]:
        due = None if ok else clock.today().replace(year=2000)
        return lambda: services.create_invoice(
            actor=cast.biller,
            client_id=cast.client.pk,
            bill_ids=[bill.pk],
            invoice_date=clock.today(),
            due_date=due,
        )

    answers = at_once(*(issue(bill, index % 2 == 0) for index, bill in enumerate(bills)))
    assert answers == ["DueBeforeInvoice"] * 3 + ["done"] * 3
    assert sorted(Invoice.objects.values_list("number", flat=True)) == ["INV-1000", "INV-1001", "INV-1002"]


def test_voiding_and_reversing_at_once_wait_for_each_other(cast):
    for _ in range(3):
        bill = BillFactory.create(client=cast.client)
        payment = PaymentFactory.create(client=cast.client, amount=D(30))
        pays(cast, payment, bill, 30)()
        void = partial(services.void_bill, actor=cast.biller, bill_id=bill.pk, reason="Mistake")
        undo = partial(services.reverse_payment, actor=cast.biller, row_id=payment.pk, reason="Bounced")
        answers = at_once(void, undo)
        assert answers == ["done", "done"]
        assert sum(Allocation.objects.filter(bill=bill).values_list("amount", flat=True)) == 0
        assert sum(Payment.objects.filter(client=cast.client).values_list("amount", flat=True)) == 0
