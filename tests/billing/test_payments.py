"""Taking payments on screen: proposals, bad input, double submits, the copay before its bill."""

import uuid
from decimal import Decimal

import pytest
from django.urls import reverse

from billing import queries, services
from billing.models import Allocation, Bill, Payment
from mentalspace.core import clock, formatting
from scheduling.choices import AppointmentStatus
from tests.billing.accounts import account_of
from tests.billing.factories import BillFactory, PaymentFactory
from tests.billing.sessions import held_session, insure, sign_note

D = Decimal


def url_for(client_id, **more):
    return f"{reverse('billing:payment_create')}?client={client_id}" + "".join(
        f"&{k}={v}" for k, v in more.items()
    )


def money(amount="30.00", **more):
    return {"amount": amount, "received_on": formatting.date(clock.today()), "method": "card", **more}


def test_oldest_bill_is_proposed_first(cast):
    old, new = BillFactory.create(client=cast.client), BillFactory.create(client=cast.client)
    Bill.objects.filter(pk=new.pk)
    bills = list(queries.applicable_bills(cast.client.pk, "client"))
    assert services.propose_allocations(bills, "client", D(40)) == {old.pk: D(30), new.pk: D(10)}
    assert services.propose_allocations(bills, "insurance", D(100)) == {old.pk: D(100)}
    assert services.propose_allocations(bills, "client", D(100)) == {old.pk: D(30), new.pk: D(30)}


def test_desk_takes_a_payment_and_the_rest_stays_as_credit(cast, client):
    bill = BillFactory.create(client=cast.client)
    client.force_login(cast.front_desk)
    client.post(url_for(cast.client.pk), money("$50", **{f"bill_{bill.pk}": "30"}))
    bill.refresh_from_db()
    assert bill.client_paid == D(30)
    assert account_of(cast.client.pk).unapplied == D(20)
    assert Payment.objects.get().created_by == cast.front_desk.staff


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"amount": "abc"}, "Enter an amount in dollars and cents"),
        ({"amount": "1.005"}, "at most two decimals"),
        ({"amount": "0"}, "at least $0.01"),
        ({"amount": "-5"}, "at least $0.01"),
        ({"amount": "100,00"}, "Enter an amount in dollars and cents"),
        ({"received_on": "13/45/2026"}, "There is no such day"),
        ({"received_on": "1/1/2199"}, "or earlier"),
        ({"method": "gold"}, "Select a valid choice"),
    ],
)
def test_bad_input_is_named_and_kept(cast, client, typed, sentence):
    client.force_login(cast.front_desk)
    answer = client.post(url_for(cast.client.pk), money(**typed))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    field, value = next(iter(typed.items()))
    assert answer.context["form"][field].value() == value
    assert not Payment.objects.exists()


def test_more_than_there_is_or_than_is_owed(cast, client):
    bill = BillFactory.create(client=cast.client)
    client.force_login(cast.biller)
    answer = client.post(url_for(cast.client.pk), money("10", **{f"bill_{bill.pk}": "29"}))
    assert "come to $29.00, $19.00 more than there is" in answer.content.decode()
    answer = client.post(url_for(cast.client.pk), money("50", **{f"bill_{bill.pk}": "31"}))
    assert "Only $30.00 is open on this bill." in answer.content.decode()
    assert not Payment.objects.exists()


def test_bills_nobody_touched_shrink_to_what_was_paid(cast, client):
    """The proposal fills in all that is open; who then types a smaller amount has said how much is applied."""
    bill = BillFactory.create(client=cast.client)
    client.force_login(cast.biller)
    client.post(url_for(cast.client.pk), money("10", **{f"bill_{bill.pk}": "30.00"}))
    bill.refresh_from_db()
    assert (Payment.objects.get().amount, bill.client_balance) == (D("10.00"), D("20.00"))


def test_pressed_twice_is_taken_once(cast, client):
    client.force_login(cast.front_desk)
    form = money(_once=str(uuid.uuid4()))
    first, second = (client.post(url_for(cast.client.pk), form) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Payment.objects.count() == 1


def test_copay_waits_for_its_bill(cast, client):
    insure(cast.client)
    visit = held_session(client=cast.client, status=AppointmentStatus.CHECKED_IN)
    client.force_login(cast.front_desk)
    client.post(f"{reverse('billing:payment_create')}?appointment={visit.pk}", money())
    payment = Payment.objects.get()
    assert (payment.appointment_id, payment.client_id) == (visit.pk, cast.client.pk)
    visit.status = AppointmentStatus.COMPLETED
    visit.save()
    sign_note(visit)
    bill = services.bill_session(actor=cast.biller, appointment_id=visit.pk)
    bill.refresh_from_db()
    assert (bill.client_paid, bill.status, Allocation.objects.get().payment) == (
        D(30),
        "partially_paid",
        payment,
    )


def test_copay_is_applied_only_as_far_as_the_client_owes(cast):
    visit = held_session(client=cast.client)
    insure(cast.client)
    sign_note(visit)
    PaymentFactory.create(client=cast.client, appointment=visit, amount=D(45))
    PaymentFactory.create(client=cast.other_client, amount=D(45))
    bill = services.bill_session(actor=cast.biller, appointment_id=visit.pk)
    bill.refresh_from_db()
    assert bill.client_paid == D(30)
    assert account_of(cast.client.pk).unapplied == D(15)


def test_insurers_money_is_the_billers(cast, client):
    bill = BillFactory.create(client=cast.client, payer="Acme Health")
    url = url_for(cast.client.pk, source="insurance")
    client.force_login(cast.front_desk)
    assert "payer" not in client.get(url).context["form"].fields
    client.force_login(cast.biller)
    form = client.get(url).context["form"]
    assert (form["payer"].value(), form["amount"].value()) == ("Acme Health", "120.00")
    client.post(url, money("120", payer="Acme Health", **{f"bill_{bill.pk}": "120", "method": "transfer"}))
    bill.refresh_from_db()
    assert (bill.insurance_paid, Payment.objects.get().source) == (D(120), "insurance")


def test_apply_and_refund_on_screen(cast, client):
    bill = BillFactory.create(client=cast.client)
    payment = PaymentFactory.create(client=cast.client, amount=D(50))
    client.force_login(cast.biller)
    apply = reverse("billing:payment_apply", args=[payment.pk])
    assert client.post(apply, {}).status_code == 422
    client.post(apply, {f"bill_{bill.pk}": "30.00"})
    day = formatting.date(clock.today())
    refund = reverse("billing:payment_refund", args=[payment.pk])
    answer = client.post(refund, {"amount": "21", "refunded_on": day, "method": "check", "note": "Overpaid"})
    assert "Only $20.00 of this payment is not applied." in answer.content.decode()
    client.post(refund, {"amount": "20", "refunded_on": day, "method": "check", "note": "Overpaid"})
    client.post(reverse("billing:payment_reverse", args=[payment.pk]), {"reason": "Bounced"})
    page = client.get(reverse("billing:payment_detail", args=[payment.pk]))
    assert [(line.text, line.balance) for line in page.context["lines"]] == [
        ("Applied to 90834 of 03/02/2026", "$20.00"),
        ("Refunded by check", "$0.00"),
    ]


def test_unknown_client_is_not_found(cast, client):
    client.force_login(cast.front_desk)
    assert client.get(url_for(uuid.uuid4())).status_code == 404
    chosen = client.post(reverse("billing:payment_create"), {"client": str(cast.client.pk)})
    assert chosen["Location"] == url_for(cast.client.pk)
    assert client.post(reverse("billing:payment_create"), {"client": "nobody"}).status_code == 422
