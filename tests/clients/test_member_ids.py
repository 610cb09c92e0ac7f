"""Member numbers of insurances are sealed; a keyed index finds a client by the whole number, in any spelling."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test.utils import CaptureQueriesContext

from clients import services
from clients.member_ids import digest, normalised
from clients.models import Client, ClientProfile
from clients.queries import matching, search_clients, search_hits, sharing_number
from clients.shapes import Insurance
from tests.cast import Cast
from tests.clients.conftest import SignIn, mark
from tests.clients.factories import ClientFactory, ClientProfileFactory
from tests.clients.test_profile_pages import coverage

NUMBER = "W12-3456 789"
SPELLINGS = [NUMBER, "W123456789", "w123456789", " w 123-456.789 "]


def card(number: str, provider: str = "Dogwood Health") -> dict[str, Any]:
    return {"provider": provider, "policy_number": number}


def holder(*numbers: str) -> Client:
    profile = ClientProfileFactory.create(insurance_info=[card(number) for number in numbers])
    client: Client = profile.client
    return client


def found(cast: Cast, text: str) -> list[Any]:
    return [each.id for each in search_clients(cast.front_desk, text)]


@pytest.mark.parametrize("text", SPELLINGS)
def test_a_client_is_found_by_the_whole_number_in_any_spelling(cast: Cast, text: str) -> None:
    client, other = holder("G-1", NUMBER), holder("W123456780")
    assert found(cast, text) == [client.pk]
    assert list(matching(Client.objects.all(), text)) == [client]
    assert [hit.url for hit in search_hits(cast.front_desk, text)] == [f"/clients/{client.pk}/"]
    assert found(cast, "W123456780") == [other.pk]


@pytest.mark.parametrize("text", ["W1234567", "123456789", "W12345678", "W12345678901", "56789", "W"])
def test_a_part_of_the_number_finds_nobody(cast: Cast, text: str) -> None:
    client = holder(NUMBER)
    Client.objects.filter(pk=client.pk).update(phone="", date_of_birth=None)
    assert client.pk not in found(cast, text)
    assert not matching(Client.objects.filter(pk=client.pk), text).exists()


def test_a_number_of_digits_alone_is_found_beside_what_else_it_may_be(cast: Cast) -> None:
    client = holder("5550177")
    phone = ClientFactory.create(phone="+14045550177")
    assert set(found(cast, "555-0177")) == {client.pk, phone.pk}


def test_only_clients_whom_one_sees_are_found(cast: Cast) -> None:
    client = holder(NUMBER)
    assert found(cast, NUMBER) == [client.pk]
    assert search_clients(cast.stranger, NUMBER) == []


def test_the_number_costs_no_statement(cast: Cast) -> None:
    holder(NUMBER)
    for text, statements in (("ann 1990", 2), (NUMBER, 2), ("4045550134", 1)):
        digest(text)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            search_clients(cast.front_desk, text)
        assert len(asked) == statements, text


def test_the_index_follows_the_insurance(cast: Cast, full: Client) -> None:
    def index() -> list[str]:
        return ClientProfile.objects.values_list("member_ids", flat=True).get(client=full)

    assert index() == [digest("psm 1")]
    entered = Insurance(rank="secondary", provider="Dogwood Health", policy_number=NUMBER)
    services.save_coverage(
        actor=cast.admin, client_id=full.pk, index=None, seen=mark(full, "insurance_info"), coverage=entered
    )
    assert index() == sorted([digest("PSM-1"), digest("W123456789")])
    services.remove_coverage(actor=cast.admin, client_id=full.pk, index=0, seen=mark(full, "insurance_info"))
    assert index() == [digest(NUMBER)]
    services.remove_coverage(actor=cast.admin, client_id=full.pk, index=0, seen=mark(full, "insurance_info"))
    assert index() == []


@pytest.mark.django_db
def test_the_column_holds_digests_of_a_key_and_nothing_else() -> None:
    holder(NUMBER, NUMBER, "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT member_ids::text FROM client_profiles")
        (stored,) = cursor.fetchone()
    assert stored == "{" + digest(NUMBER) + "}"
    assert normalised(NUMBER) not in stored.upper()


@pytest.mark.django_db
def test_profiles_written_in_bulk_are_indexed_too() -> None:
    """As the import and the demo write them."""
    client = ClientFactory.create()
    ClientProfile.objects.bulk_create([ClientProfile(client=client, insurance_info=[card(NUMBER)])])
    assert ClientProfile.objects.get(member_ids__contains=[digest("w123456789")]).client == client


@pytest.mark.django_db
def test_profiles_written_before_are_indexed_by_the_migration() -> None:
    clients = [holder(NUMBER, "G 7"), holder("PSM-1"), holder()]
    written = dict(ClientProfile.objects.values_list("client_id", "member_ids"))
    ClientProfile.objects.update(member_ids=[])
    fill = import_module("clients.migrations.0009_member_ids").fill
    fill(Historical(), None)
    assert dict(ClientProfile.objects.values_list("client_id", "member_ids")) == written
    assert [len(written[client.pk]) for client in clients] == [2, 1, 0]


class Historical:
    """The models as a migration has them: sealed columns are what the table holds."""

    def get_model(self, app: str, name: str) -> Any:
        state = MigrationLoader(connection).project_state(("clients", "0009_member_ids"))
        return state.apps.get_model(app, name)


def test_who_else_has_the_number_at_this_payer_is_asked_about(cast: Cast) -> None:
    client, other = holder(NUMBER), holder("w123456789")
    elsewhere = ClientProfileFactory.create(insurance_info=[card(NUMBER, "Peach State Medicaid")])

    def sharing(actor: Any, provider: str, number: str) -> list[Client]:
        entered = Insurance(provider=provider, policy_number=number)
        return sharing_number(actor, entered, exclude=client.pk)

    assert sharing(cast.front_desk, "dogwood  health", "W 123456789") == [other]
    assert sharing(cast.front_desk, "Peach State Medicaid", NUMBER) == [elsewhere.client]
    assert sharing(cast.front_desk, "Dogwood Health", "W1234567") == []
    assert sharing(cast.front_desk, "Dogwood Health", "") == []
    assert sharing(cast.stranger, "Dogwood Health", NUMBER) == []


def test_a_number_of_somebody_else_is_saved_after_a_look(sign_in: SignIn, cast: Cast, full: Client) -> None:
    other = holder(NUMBER)
    browser, url = sign_in("front_desk"), f"/clients/{full.pk}/insurance/0/edit/"
    entered = coverage(
        provider="Dogwood Health", policy_number="W123456789", seen=mark(full, "insurance_info")
    )
    page = browser.post(url, entered).content.decode()
    assert f'href="/clients/{other.pk}/"' in page
    assert "Other clients have this number at this payer. Compare them, then save again." in page
    assert 'name="number_is_shared"' in page
    assert ClientProfile.objects.get(client=full).insurance_info[0]["policy_number"] == "PSM-1"
    assert browser.post(url, {**entered, "number_is_shared": "on"}).status_code == 302
    assert ClientProfile.objects.get(client=full).insurance_info[0]["policy_number"] == "W123456789"
    # What was looked at once is not asked again.
    again = {**entered, "plan": "Gold", "seen": mark(full, "insurance_info")}
    assert browser.post(url, again).status_code == 302
    assert "number_is_shared" not in browser.get(url).content.decode()
