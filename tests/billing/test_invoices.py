"""Invoices: numbers, snapshots, states, paper, voiding."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from billing import queries, services
from billing.defaults import BillingDefaults
from billing.errors import BillOnInvoice, InvoiceIsVoid, NothingToInvoice
from billing.models import Bill, Invoice
from mentalspace.core import clock, practice
from mentalspace.core.errors import NotPermitted
from mentalspace.core.models import AuditEvent
from tests.billing.factories import BillFactory

D = Decimal


def issue(cast, *bills, **fields):
    fields.setdefault("invoice_date", clock.today())
    return services.create_invoice(
        actor=cast.biller, client_id=cast.client.pk, bill_ids=[bill.pk for bill in bills], **fields
    )


def state(cast, invoice):
    row: Any = queries.invoice_rows(cast.biller).get(pk=invoice.pk)
    return row.state


def pay(cast, bill, amount):
    services.take_payment(
        actor=cast.biller,
        client_id=cast.client.pk,
        amount=D(amount),
        method="cash",
        received_on=clock.today(),
        allocations={bill.pk: D(amount)},
    )


def test_numbers_begin_where_the_practice_says_and_go_on(cast):
    practice.save(BillingDefaults(invoice_prefix="A-", invoice_start=7, net_days=10))
    first, second = (issue(cast, BillFactory.create(client=cast.client)) for _ in range(2))
    assert [first.number, second.number] == ["A-7", "A-8"]
    assert first.due_date == first.invoice_date + timedelta(days=10)
    services.void_invoice(actor=cast.biller, invoice_id=second.pk, reason="Mistake")
    assert issue(cast, BillFactory.create(client=cast.client)).number == "A-9"


def test_state_follows_the_bills(cast):
    bill = BillFactory.create(client=cast.client)
    invoice = issue(cast, bill)
    assert state(cast, invoice) == "issued"
    pay(cast, bill, 10)
    assert state(cast, invoice) == "partially_paid"
    pay(cast, bill, 20)
    assert state(cast, invoice) == "paid"


def test_overdue_by_date_and_void(cast):
    invoice = issue(
        cast, BillFactory.create(client=cast.client), invoice_date=date(2026, 1, 2), due_date=date(2026, 2, 1)
    )
    assert state(cast, invoice) == "overdue"
    services.void_invoice(actor=cast.biller, invoice_id=invoice.pk, reason="Sent twice")
    assert state(cast, invoice) == "void"
    with pytest.raises(InvoiceIsVoid):
        services.void_invoice(actor=cast.biller, invoice_id=invoice.pk, reason="Again")


def test_snapshot_stays_whatever_happens_later(cast):
    bill = BillFactory.create(client=cast.client, description="Psychotherapy 45")
    pay(cast, bill, 10)
    invoice = issue(cast, bill)
    cast.client.last_name = "Changed"
    cast.client.save()
    pay(cast, bill, 20)
    invoice.refresh_from_db()
    assert (invoice.snapshot["client"]["name"], invoice.snapshot["total_due"]) == ("Clara Cole", "20.00")
    assert invoice.snapshot["lines"][0]["paid"] == "10.00"


def test_bill_stands_on_one_invoice_and_is_free_again_after_voiding(cast):
    bill = BillFactory.create(client=cast.client)
    invoice = issue(cast, bill)
    with pytest.raises(NothingToInvoice):
        issue(cast, bill)
    with pytest.raises(BillOnInvoice):
        services.void_bill(actor=cast.biller, bill_id=bill.pk, reason="Mistake")
    services.void_invoice(actor=cast.biller, invoice_id=invoice.pk, reason="Mistake")
    bill.refresh_from_db()
    assert (bill.invoice_id, bill.invoice_number, bill.due_date) == (None, "", None)
    services.void_bill(actor=cast.biller, bill_id=bill.pk, reason="Mistake")


def test_others_bills_and_the_insurers_alone_do_not_fit(cast):
    other = BillFactory.create(client=cast.other_client)
    insured = BillFactory.create(client=cast.client, insurance_amount=D(150), client_amount=D(0))
    for bills in ([other], [insured], []):
        with pytest.raises(NothingToInvoice):
            issue(cast, *bills)
    with pytest.raises(NotPermitted):
        services.create_invoice(
            actor=cast.front_desk, client_id=cast.client.pk, bill_ids=[insured.pk], invoice_date=clock.today()
        )
    assert not Invoice.objects.exists()


@pytest.mark.parametrize("change", [{"number": "INV-1"}, {"snapshot": {}}, {"due_date": date(2030, 1, 1)}])
def test_database_keeps_what_an_invoice_said(cast, change):
    invoice = issue(cast, BillFactory.create(client=cast.client))
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk).update(**change)
    with pytest.raises(DatabaseError, match=r"permission denied|never change"), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk)._raw_delete("default")


def test_pdf_is_on_stationery_and_in_the_audit_trail(cast, client):
    invoice = issue(cast, BillFactory.create(client=cast.client))
    client.force_login(cast.front_desk)
    answer = client.get(reverse("billing:invoice_pdf", args=[invoice.pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert AuditEvent.objects.filter(verb="invoice.printed", object_id=str(invoice.pk)).count() == 1


def test_form_issues_chosen_bills(cast, client):
    wanted, left = BillFactory.create(client=cast.client), BillFactory.create(client=cast.client)
    client.force_login(cast.biller)
    url = reverse("billing:invoice_create", args=[cast.client.pk])
    bad = client.post(url, {"bills": [wanted.pk], "invoice_date": "1/2/2026", "due_date": "1/1/2026"})
    assert bad.status_code == 422
    assert "The due date cannot be before the invoice date." in bad.content.decode()
    assert bad.context["form"]["due_date"].value() == "1/1/2026"
    client.post(url, {"bills": [wanted.pk], "invoice_date": "1/2/2026", "due_date": "2/1/2026"})
    assert Bill.objects.get(pk=wanted.pk).invoice_number == "INV-1000"
    assert Bill.objects.get(pk=left.pk).invoice_id is None


def test_search_finds_invoices_for_who_may_see_them(cast):
    invoice = issue(cast, BillFactory.create(client=cast.client))
    for text in ("INV-1000", "inv-10", "1000"):
        assert [hit.label for hit in queries.search_hits(cast.front_desk, text)] == [invoice.number]
    assert queries.search_hits(cast.therapist, "INV-1000") == []
    assert queries.search_hits(cast.biller, "clara") == []


def test_who_paid_at_the_desk_gets_an_invoice_that_says_so(cast, client):
    bill = BillFactory.create(client=cast.client, service_date=clock.today())
    pay(cast, bill, 30)
    client.force_login(cast.biller)
    page = client.get(reverse("billing:invoice_create", args=[cast.client.pk])).content.decode()
    assert "· paid" in page
    invoice = issue(cast, bill)
    assert (invoice.snapshot["total_paid"], invoice.snapshot["total_due"]) == ("30.00", "0.00")
    shown: Any = queries.invoice_rows(cast.biller).get(pk=invoice.pk)
    assert shown.state == "paid"
    printed = client.get(reverse("billing:invoice_pdf", args=[invoice.pk]))
    assert (printed.status_code, printed.content[:5]) == (200, b"%PDF-")
