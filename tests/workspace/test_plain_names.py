"""Who types without accents finds people who are written with them, on every list that is searched by name."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.queries import matching as matching_users
from billing.lists.cells import by_person
from billing.models import Bill
from crm.queries import searched, similar_leads
from mentalspace.workspace.audit_log import clients_called
from staff.queries import matching as matching_staff
from tests.billing.factories import BillFactory
from tests.cast import Cast
from tests.clients.factories import ClientFactory
from tests.crm.factories import LeadFactory

pytestmark = pytest.mark.django_db
NAME = {"first_name": "Zoë", "last_name": "Ünal"}
TYPED = ("zoe unal", "ZOË", "Unal", "u\u0308nal")


@pytest.mark.parametrize("typed", TYPED)
def test_clients_are_found_on_billing_lists_and_in_the_audit_log(typed: str) -> None:
    found = ClientFactory.create(**NAME)
    bill = BillFactory.create(client=found)
    BillFactory.create(client=ClientFactory.create(first_name="Zora", last_name="Unwin"))
    assert list(Bill.objects.filter(by_person(typed, "client"))) == [bill]
    assert list(clients_called(typed)) == [found]


@pytest.mark.parametrize("typed", TYPED)
def test_leads_are_found(typed: str) -> None:
    found = LeadFactory.create(**NAME)
    LeadFactory.create(first_name="Zora", last_name="Unwin")
    assert list(searched(type(found).objects.all(), typed)) == [found]


def test_a_lead_is_like_another_whatever_accents_it_has() -> None:
    found = LeadFactory.create(**NAME)
    assert similar_leads(first_name="Zoe", last_name="UNAL") == [found]
    assert similar_leads(first_name="Zoe", last_name="Unwin") == []


@pytest.mark.parametrize("typed", TYPED)
def test_colleagues_are_found(cast: Cast, typed: str) -> None:
    found = cast.therapist.staff
    found.first_name, found.last_name = NAME.values()
    found.save()
    assert list(matching_staff(type(found).objects.all(), typed)) == [found]
    assert list(matching_users(type(cast.therapist).objects.all(), typed)) == [cast.therapist]


def test_wildcards_of_the_database_are_letters_like_others() -> None:
    ClientFactory.create(**NAME)
    assert not clients_called("%").exists()
    assert not clients_called("Zo_").exists()


def test_the_administration_finds_them_too(client: Client, cast: Cast) -> None:
    found = ClientFactory.create(**NAME)
    client.force_login(cast.admin)
    response = client.get(reverse("admin:clients_client_changelist"), {"q": "unal zoe"})
    assert [row.pk for row in response.context["cl"].result_list] == [found.pk]
