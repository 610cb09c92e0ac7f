"""Appointments, an hour apart, so that they never clash by accident; and series."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import factory
from factory.django import DjangoModelFactory

from scheduling.models import Appointment, BookingRequest, Series, WaitlistEntry
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


class SeriesFactory(DjangoModelFactory[Series]):
    """Every Tuesday at ten for twelve weeks; its sessions are the test's own."""

    class Meta:
        model = Series

    id = factory.LazyFunction(uuid4)
    origin_id = factory.SelfAttribute("id")
    staff = factory.SubFactory(StaffFactory)
    client = factory.SubFactory(ClientFactory)
    frequency = "weekly"
    weekdays = factory.LazyFunction(lambda: [1])
    starts_on = date(2026, 9, 22)
    sessions = 12
    wall_time = time(10)
    time_zone = "America/New_York"
    minutes = 50
    billing_code = "90834"


class WaitlistFactory(DjangoModelFactory[WaitlistEntry]):
    """Any time, any clinician, an hour of individual therapy."""

    class Meta:
        model = WaitlistEntry

    client = factory.SubFactory(ClientFactory)
    types = factory.LazyFunction(lambda: ["individual"])
    minutes = 50
    expires_on = date(2030, 12, 31)


class RequestFactory(DjangoModelFactory[BookingRequest]):
    """Somebody nobody knows asks for a consultation by video."""

    class Meta:
        model = BookingRequest

    type = "consultation"
    location = "telehealth"
    staff = factory.SubFactory(StaffFactory)
    start_time = factory.Sequence(lambda n: datetime(2031, 3, 3, 14, tzinfo=UTC) + timedelta(hours=n))
    end_time = factory.LazyAttribute(lambda made: made.start_time + timedelta(minutes=50))
    first_name = "Wren"
    last_name = factory.Sequence(lambda n: f"Honeydew{n}")
    email = factory.LazyAttribute(lambda made: f"{made.last_name.lower()}@example.com")
    consented_to = "I agree."
