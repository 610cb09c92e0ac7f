"""Lists: what they show, what they cost, and that every figure opens the rows it adds up."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing import queries, services
from billing.models import FeeProposal
from mentalspace.core import clock
from mentalspace.core.models import AuditEvent
from scheduling.choices import AppointmentStatus
from tests.billing.accounts import account_of
from tests.billing.factories import BillFactory, PaymentFactory
from tests.billing.sessions import held_session, insure, signed_session
from tests.clients.factories import ClientFactory

D = Decimal


def add_one(cast):
    """One more row on every list."""
    person = ClientFactory.create(first_name="Row")
    insure(person)
    bill = BillFactory.create(client=person, staff=cast.therapist.staff, payer="Acme Health")
    services.create_invoice(
        actor=cast.biller, client_id=person.pk, bill_ids=[bill.pk], invoice_date=clock.today()
    )
    PaymentFactory.create(client=person)
    BillFactory.create(client=cast.client, staff=cast.therapist.staff)
    PaymentFactory.create(client=cast.client)
    signed_session(client=person)
    held_session(client=person)
    missed = held_session(client=person, status=AppointmentStatus.NO_SHOW)
    FeeProposal.objects.create(client=person, appointment=missed, kind="no_show", amount=100)


LISTS = [
    *(
        (name, "biller")
        for name in (
            "billing_home",
            "bill_list",
            "bill_ready",
            "bill_held",
            "invoice_list",
            "payment_list",
            "ageing",
            "ageing_payers",
            "fee_list",
            "service_code_list",
        )
    ),
    ("bill_list", "therapist"),
    ("bill_held", "admin"),
    ("invoice_list", "front_desk"),
]


@pytest.mark.parametrize(("name", "role"), LISTS)
def test_statements_do_not_grow_with_rows(cast, client, name, role):
    client.force_login(getattr(cast, role))
    url = reverse(f"billing:{name}")
    add_one(cast)
    counts = []
    for more in (0, 2):
        for _ in range(more):
            add_one(cast)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(url).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 12, counts


@pytest.mark.parametrize("role", ["biller", "therapist"])
def test_account_and_details_cost_the_same(cast, client, role):
    client.force_login(getattr(cast, role))
    bill = BillFactory.create(client=cast.client, staff=cast.therapist.staff)
    urls = [
        reverse("clients:client_tab", args=[cast.client.pk, "billing"]),
        reverse("billing:bill_detail", args=[bill.pk]),
    ]
    for url in urls:
        counts = []
        for _ in range(2):
            add_one(cast)
            services.adjust(
                actor=cast.biller, bill_id=bill.pk, kind="courtesy", amount=D(1), taken_from="client"
            )
            with CaptureQueriesContext(connection) as asked:
                assert client.get(url).status_code == 200
            counts.append(len(asked))
        assert counts[0] == counts[1]
        assert counts[0] <= 18, [query["sql"][:90] for query in asked]


def test_clinician_sees_own_services_only(cast, client):
    own = BillFactory.create(client=cast.client, staff=cast.therapist.staff)
    BillFactory.create(client=cast.client, staff=cast.stranger.staff)
    client.force_login(cast.therapist)
    page = client.get(reverse("billing:bill_list")).content.decode()
    assert set(re.findall(r"/bills/([0-9a-f-]{36})/", page)) == {str(own.pk)}


@pytest.fixture
def aged(cast):
    """A bill in each bucket, for the client and the insurer, and a paid and a void one that count nowhere."""
    today = clock.today()
    days = (0, 30, 31, 60, 61, 90, 91, 400)
    bills = [
        BillFactory.create(
            client=cast.client,
            payer="Acme Health",
            client_due_from=today - timedelta(days=age),
            service_date=today - timedelta(days=age),
        )
        for age in days
    ]
    void = BillFactory.create(client=cast.client, payer="Acme Health")
    services.void_bill(actor=cast.biller, bill_id=void.pk, reason="Mistake")
    paid = BillFactory.create(client=cast.client, amount=D(30), insurance_amount=D(0), client_amount=D(30))
    services.take_payment(
        actor=cast.biller,
        client_id=cast.client.pk,
        amount=D(50),
        method="cash",
        received_on=today,
        allocations={paid.pk: D(30)},
    )
    return bills


def test_buckets_are_the_practices_and_total_the_ledger(cast, aged):
    ages = queries.open_by_age()
    assert [ages[f"client_{n}"] for n in (1, 2, 3, 4)] == [D(60)] * 4
    assert ages["client_owed"] == account_of(cast.client.pk).client_owes == D(240)
    assert ages["insurance_owed"] == D(960)
    assert queries.open_total() == D(1200)


def test_every_figure_of_the_ageing_opens_its_rows(cast, aged, client):
    client.force_login(cast.biller)
    for name, part in (("ageing", "client_open"), ("ageing_payers", "insurance_open")):
        page = client.get(reverse(f"billing:{name}")).content.decode().replace("&amp;", "&")
        links = re.findall(r'<a href="(/bills/\?[^"]+)"[^>]*>\$([\d,.]+)</a>', page)
        assert len(links) == 5
        for url, shown in links:
            rows = client.get(url).context["list"]
            assert sum(getattr(row, part) for row in rows.filtered) == D(shown.replace(",", "")), url
    assert "$20.00" in client.get(reverse("billing:ageing")).content.decode()


def test_home_figures_open_what_they_count(cast, aged, client):
    signed_session(client=cast.client)
    held_session(client=cast.client)
    client.force_login(cast.biller)
    figures = {stat.label: stat for stat in client.get(reverse("billing:billing_home")).context["figures"]}
    assert figures["Ready to bill"].value == "1"
    assert figures["Clients owe"].value == "$240.00"
    for label in ("Ready to bill", "Not ready", "Denied claims", "Fees to decide", "Invoices overdue"):
        rows = client.get(figures[label].url).context["list"].rows
        assert len(rows) == int(figures[label].value), label
    rows = client.get(figures["Clients owe"].url).context["list"].filtered
    assert sum(row.client_open for row in rows) == D(240)
    payments = client.get(figures["Not applied"].url).context["list"].filtered
    assert [row.unapplied for row in payments] == [D(20)]


def test_filters_and_search(cast, client):
    client.force_login(cast.biller)
    wanted = BillFactory.create(
        client=cast.client,
        staff=cast.therapist.staff,
        payer="Acme Health",
        code="90837",
        service_date=date(2026, 5, 4),
    )
    BillFactory.create(client=cast.other_client, service_date=date(2026, 5, 6))
    url = reverse("billing:bill_list")
    for query in (
        "q=cla+co",
        f"q=C-{cast.client.number}",
        "q=90837",
        "payer=acme+health",
        "code=90837",
        f"staff={cast.therapist.staff.pk}",
        f"client={cast.client.pk}",
        "date_to=05/05/2026",
    ):
        found = client.get(f"{url}?{query}").context["list"].filtered
        assert [bill.pk for bill in found] == [wanted.pk], query
    assert (
        client.get(
            f"{url}?status=lost&date_from=never&bucket=9&owed_by=me&client=x&sort=x&page=0"
        ).status_code
        == 200
    )


def test_csv_has_what_is_shown(cast, client):
    BillFactory.create(client=cast.client, payer="=Acme", staff=cast.therapist.staff)
    client.force_login(cast.biller)
    answer = client.get(reverse("billing:bill_list"), {"format": "csv"})
    lines = b"".join(answer).decode("utf-8-sig").splitlines()
    assert lines == [
        "Service date,Client,Service,Insurer,Status,Charge,Insurer owes,Client owes,Open",
        "03/02/2026,Clara Cole,90834,'=Acme,Pending,150.00,120.00,30.00,150.00",
    ]
    for name in (
        "bill_ready",
        "bill_held",
        "invoice_list",
        "payment_list",
        "ageing",
        "ageing_payers",
        "fee_list",
        "service_code_list",
    ):
        add_one(cast)
        answer = client.get(reverse(f"billing:{name}"), {"format": "csv"})
        assert len(b"".join(answer).decode().splitlines()) >= 2, name
    exports = AuditEvent.objects.filter(verb="list.exported", actor=cast.biller)
    assert exports.count() == 9
    assert exports.earliest("pk").changes == {"list": ["", "Bills"]}


def test_htmx_gets_the_region_alone(cast, client):
    client.force_login(cast.biller)
    url = reverse("billing:bill_list")
    part = client.get(url, headers={"HX-Request": "true", "HX-Target": "list"}).content.decode()
    whole = client.get(url).content.decode()
    assert "<html" not in part
    assert "<html" in whole


def test_revenue_counts_services_by_day(cast):
    bill = BillFactory.create(client=cast.client, staff=cast.therapist.staff, payer="Acme Health")
    BillFactory.create(
        client=cast.client, service_date=date(2026, 4, 1), staff=cast.stranger.staff, code="90837"
    )
    services.take_payment(
        actor=cast.biller,
        client_id=cast.client.pk,
        amount=D(30),
        method="cash",
        received_on=date(2026, 3, 5),
        allocations={bill.pk: D(30)},
    )
    (row,) = queries.revenue(date(2026, 3, 1), date(2026, 3, 31))
    assert (row.key, row.label, row.bills) == (str(cast.therapist.staff.pk), "Thea Therapist", 1)
    assert (row.charges, row.payments, row.open) == (D(150), D(30), D(120))
    assert [row.label for row in queries.revenue(date(2026, 1, 1), date(2026, 12, 31), by="code")] == [
        "90834",
        "90837",
    ]
    assert {row.label for row in queries.revenue(date(2026, 1, 1), date(2026, 12, 31), by="payer")} == {
        "Acme Health",
        "Self-pay",
    }
    (month,) = queries.collections_by_month(date(2026, 1, 1), date(2026, 12, 31))
    assert (month["month"], month["source"], month["amount"]) == (date(2026, 3, 1), "client", D(30))
