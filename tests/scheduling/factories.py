"""Appointments: an hour apart, so that they never clash by accident."""

from datetime import UTC, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from scheduling.models import Appointment
from tests.clients.factories import ClientFactory
from tests.staff.factories import StaffFactory


class AppointmentFactory(DjangoModelFactory[Appointment]):
    class Meta:
        model = Appointment

    staff = factory.SubFactory(StaffFactory)
    client = factory.SubFactory(ClientFactory)
    start_time = factory.Sequence(lambda n: datetime(2026, 3, 2, 14, tzinfo=UTC) + timedelta(hours=n))
    end_time = factory.LazyAttribute(lambda made: made.start_time + timedelta(minutes=50))
    billing_code = "90834"
