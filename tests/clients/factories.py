"""Clients, their profiles and care teams."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from clients.choices import CareRole, ClientStatus
from clients.models import CareTeamMember, Client, ClientProfile
from tests.staff.factories import StaffFactory


class ClientFactory(DjangoModelFactory[Client]):
    class Meta:
        model = Client

    first_name = factory.Sequence(lambda n: f"Client{n}")
    last_name = "Sample"
    date_of_birth = date(1990, 3, 14)
    phone = "+14045550134"
    status = ClientStatus.ACTIVE


class ClientProfileFactory(DjangoModelFactory[ClientProfile]):
    class Meta:
        model = ClientProfile

    client = factory.SubFactory(ClientFactory)


class CareTeamFactory(DjangoModelFactory[CareTeamMember]):
    class Meta:
        model = CareTeamMember

    client = factory.SubFactory(ClientFactory)
    staff = factory.SubFactory(StaffFactory)
    role = CareRole.PRIMARY
    starts_on = date(2020, 1, 1)
