"""Service codes and bills."""

from datetime import date
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from billing.models import Bill, Payment, ServiceCode
from tests.clients.factories import ClientFactory


class ServiceCodeFactory(DjangoModelFactory[ServiceCode]):
    class Meta:
        model = ServiceCode
        django_get_or_create = ("code",)

    code = "90834"
    label = "Psychotherapy 45"
    fee = Decimal("150.00")
    min_minutes = 38
    max_minutes = 52


class BillFactory(DjangoModelFactory[Bill]):
    class Meta:
        model = Bill

    client = factory.SubFactory(ClientFactory)
    amount = Decimal("150.00")
    insurance_amount = Decimal("120.00")
    insurance_share = factory.SelfAttribute("insurance_amount")
    client_amount = Decimal("30.00")
    code = "90834"
    service_date = date(2026, 3, 2)
    client_due_from = date(2026, 3, 2)


class PaymentFactory(DjangoModelFactory[Payment]):
    class Meta:
        model = Payment

    client = factory.SubFactory(ClientFactory)
    amount = Decimal("30.00")
    received_on = date(2026, 3, 2)
