"""Django admin: every table is readable, nothing posted can be changed, codes go through their service."""

from decimal import Decimal

import pytest
from django.contrib import admin
from django.urls import reverse

from billing import services
from billing.models import (
    Adjustment,
    Allocation,
    Bill,
    FeeProposal,
    Invoice,
    LeftCopay,
    Payment,
    Refund,
    ServiceCode,
    Transfer,
)
from mentalspace.core import clock
from mentalspace.core.models import AuditEvent
from scheduling.choices import AppointmentStatus
from tests.billing.factories import BillFactory, ServiceCodeFactory
from tests.billing.sessions import held_session

TABLES = (Adjustment, Allocation, Bill, FeeProposal, Invoice, LeftCopay, Payment, Refund, Transfer)


def books(cast):
    """A row in every table."""
    bill = BillFactory.create(client=cast.client)
    services.create_invoice(
        actor=cast.biller, client_id=cast.client.pk, bill_ids=[bill.pk], invoice_date=clock.today()
    )
    payment = services.take_payment(
        actor=cast.biller,
        client_id=cast.client.pk,
        amount=Decimal(30),
        method="check",
        received_on=clock.today(),
        allocations={bill.pk: Decimal(10)},
    )
    services.refund(
        actor=cast.biller,
        payment_id=payment.pk,
        amount=Decimal(1),
        method="cash",
        refunded_on=clock.today(),
        note="Change",
    )
    services.adjust(
        actor=cast.biller, bill_id=bill.pk, kind="courtesy", amount=Decimal(1), taken_from="client"
    )
    services.transfer(actor=cast.biller, bill_id=bill.pk, amount=Decimal(1))
    missed = held_session(client=cast.client, status=AppointmentStatus.NO_SHOW)
    FeeProposal.objects.create(client=cast.client, appointment=missed, kind="no_show", amount=100)
    LeftCopay.objects.create(
        client=cast.client, appointment=missed, amount=30, reason="later", left_at=clock.now()
    )


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.model_name)
def test_posted_rows_are_read_only(cast, client, model):
    books(cast)
    client.force_login(cast.admin)
    name = f"admin:billing_{model._meta.model_name}"
    row = model.objects.first()
    assert client.get(reverse(f"{name}_changelist"), {"q": "Cole"}).status_code == 200
    page = client.get(reverse(f"{name}_change", args=[row.pk]))
    assert page.status_code == 200
    assert "_save" not in page.content.decode()
    assert client.get(reverse(f"{name}_add")).status_code == 403
    assert client.post(reverse(f"{name}_change", args=[row.pk]), {"amount": "1"}).status_code == 403
    assert client.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.model_name)
def test_lists_ask_no_more_for_more_rows(cast, client, model, django_assert_max_num_queries):
    for _ in range(2):
        books(cast)
    client.force_login(cast.admin)
    with django_assert_max_num_queries(12):
        client.get(reverse(f"admin:billing_{model._meta.model_name}_changelist"))


def test_codes_are_saved_through_the_service(cast, client):
    code = ServiceCodeFactory.create()
    client.force_login(cast.admin)
    values = {
        "code": "90834",
        "label": "Talk 45",
        "fee": "160.00",
        "unit_rule": "per_session",
        "is_active": "on",
    }
    answer = client.post(reverse("admin:billing_servicecode_change", args=[code.pk]), values)
    assert answer.status_code == 302
    code.refresh_from_db()
    assert (code.label, code.fee, code.version) == ("Talk 45", Decimal("160.00"), 2)
    assert AuditEvent.objects.filter(verb="service_code.changed").count() == 1
    client.post(reverse("admin:billing_servicecode_add"), {**values, "code": "h0004"})
    assert ServiceCode.objects.filter(code="H0004").count() == 1


def test_every_table_is_registered():
    assert {model for model in admin.site._registry if model._meta.app_label == "billing"} == {
        *TABLES,
        ServiceCode,
    }
