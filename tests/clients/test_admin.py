"""Administrators' screens of clients."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Client, ClientFlag, Tag
from mentalspace.core.models import AuditEvent
from tests.cast import Cast
from tests.clients.conftest import SignIn
from tests.clients.factories import CareTeamFactory, ClientProfileFactory

TABLES = ("client", "clientprofile", "careteammember", "clientflag", "clientstatuschange", "tag")


@pytest.mark.parametrize("table", TABLES)
def test_lists_search_and_keep_their_statements(sign_in: SignIn, full: Client, table: str) -> None:
    browser = sign_in("admin")

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(f"/admin/clients/{table}/?q=cole").status_code == 200
        return len(queries)

    count()
    few = count()
    for index in range(3):
        other = ClientProfileFactory.create(client__last_name="Cole").client
        CareTeamFactory.create(client=other)
        ClientFlag.objects.create(client=other, kind="billing")
        Tag.objects.create(name=f"Cole {index}")
    assert count() == few


def test_phones_are_written_as_everywhere(sign_in: SignIn, cast: Cast) -> None:
    Client.objects.filter(pk=cast.client.pk).update(phone="+14045550134")
    assert "(404) 555-0134" in sign_in("admin").get("/admin/clients/client/").content.decode()


@pytest.mark.parametrize("name", ["supervisor", "therapist", "biller", "front_desk"])
def test_nobody_else_comes_in(sign_in: SignIn, name: str) -> None:
    assert sign_in(name).get("/admin/clients/client/").status_code in {302, 403}


def test_demographics_are_saved_by_the_verb(sign_in: SignIn, cast: Cast) -> None:
    url = f"/admin/clients/client/{cast.client.pk}/change/"
    browser = sign_in("admin")
    assert browser.get(url).status_code == 200
    names = {"first_name": "Clara", "last_name": "Coleman", "email": "C@Example.com"}
    data = {**names, "address": "{}", "language": "English", "status": "discharged"}
    browser.post(url, data)
    cast.client.refresh_from_db()
    assert (cast.client.last_name, cast.client.email, cast.client.version) == ("Coleman", "c@example.com", 2)
    assert cast.client.status == "active"
    assert AuditEvent.objects.get(verb="client.updated").actor == cast.admin


def test_nothing_that_happened_can_be_changed_or_deleted(sign_in: SignIn, full: Client) -> None:
    browser = sign_in("admin")
    flag = ClientFlag.objects.get(kind="billing")
    for path in (
        f"clientflag/{flag.pk}/delete/",
        f"client/{full.pk}/delete/",
        f"clientprofile/{full.profile.pk}/delete/",
        "clientflag/add/",
        "careteammember/add/",
        "clientstatuschange/add/",
    ):
        assert browser.get(f"/admin/clients/{path}").status_code == 403, path
    assert browser.get(f"/admin/clients/clientprofile/{full.profile.pk}/change/").status_code == 200


def test_tags_go_through_their_verbs(sign_in: SignIn, full: Client) -> None:
    browser = sign_in("admin")
    browser.post("/admin/clients/tag/add/", {"name": "Couple", "color": "purple"})
    tag = Tag.objects.get(name="Couple")
    browser.post(f"/admin/clients/tag/{tag.pk}/change/", {"name": "Couples", "color": "red"})
    browser.post(f"/admin/clients/tag/{tag.pk}/delete/", {"post": "yes"})
    verbs = AuditEvent.objects.filter(object_id=str(tag.pk)).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["tag.created", "tag.updated", "tag.deleted"]
