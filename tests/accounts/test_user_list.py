"""`accounts:user_list`."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.choices import Role
from mentalspace.core.models import AuditEvent
from tests.accounts.factories import UserFactory
from tests.cast import Cast
from tests.staff.factories import StaffFactory

pytestmark = pytest.mark.django_db
URL = "/users/"


@pytest.fixture(autouse=True)
def _admin(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)


def names(client: Client, **query: str) -> list[str]:
    response = client.get(URL, query)
    assert response.status_code == 200
    page = response.context["list"]
    return [str(page.columns[0].plain(row)) for row in page._cut[0]]


def test_everybody_by_last_name(client: Client) -> None:
    UserFactory.create(email="bare@example.com")
    assert names(client) == [
        "Ada Admin",
        "Aldo Associate",
        "bare@example.com",
        "Bill Biller",
        "Flora Frontdesk",
        "Stella Stranger",
        "Susan Supervisor",
        "Thea Therapist",
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "susan"}, ["Susan Supervisor"]),
        ({"q": "THER"}, ["Thea Therapist"]),
        ({"q": "thea ther"}, ["Thea Therapist"]),
        ({"q": "bill@ex"}, ["Bill Biller"]),
        ({"q": "%"}, []),
        ({"role": "biller"}, ["Bill Biller"]),
        ({"role": "therapist"}, ["Stella Stranger", "Thea Therapist"]),
        ({"active": "false"}, ["Gone Gone"]),
        ({"active": "true", "role": "front_desk"}, ["Flora Frontdesk"]),
        ({"sort": "-email", "role": "therapist"}, ["Thea Therapist", "Stella Stranger"]),
    ],
)
def test_search_filters_and_order(client: Client, query: dict[str, str], found: list[str]) -> None:
    gone = UserFactory.create(role=Role.ASSOCIATE, is_active=False)
    StaffFactory.create(user=gone, first_name="Gone", last_name="Gone")
    assert names(client, **query) == found


def test_a_further_role_counts(client: Client, cast: Cast) -> None:
    cast.supervisor.further_roles = [Role.THERAPIST]
    cast.supervisor.save()
    assert "Susan Supervisor" in names(client, role="therapist")


def test_the_spreadsheet_has_the_same_rows_and_is_recorded(client: Client, cast: Cast) -> None:
    cast.therapist.last_login = datetime(2026, 3, 2, 15, tzinfo=UTC)
    cast.therapist.save()
    response = client.get(URL, {"q": "thea", "format": "csv"})
    text = b"".join(response.streaming_content).decode().removeprefix("\ufeff")  # type: ignore[attr-defined]
    assert text.splitlines() == [
        "Name,E-mail,Main role,Further roles,Sign-in,Second factor,Last signed in",
        "Thea Therapist,thea@example.com,Therapist,,Not invited,None,03/02/2026 10:00 AM",
    ]
    assert AuditEvent.objects.get().verb == "users.exported"


def test_more_rows_ask_no_more_queries(client: Client) -> None:
    UserFactory.create(email="z1@example.com")
    counts = []
    for text in ("z1@", "@example.com"):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(URL, {"q": text})
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 8


def test_htmx_gets_the_region_and_browsers_the_page(client: Client) -> None:
    region = client.get(
        URL, {"q": "thea"}, headers={"HX-Request": "true", "HX-Target": "list"}
    ).content.decode()
    assert region.lstrip().startswith('<div id="list"')
    assert "Thea" in region
    assert client.get(URL).content.decode().lstrip().startswith("<!doctype html>")


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.ADMIN])
def test_nobody_else_opens_it(client: Client, cast: Cast, role: str) -> None:
    client.force_login(cast.by_role()[role])
    for url in (URL, f"/users/{cast.stranger.pk}/", f"/users/{cast.stranger.pk}/edit/"):
        assert client.get(url).status_code == 403
