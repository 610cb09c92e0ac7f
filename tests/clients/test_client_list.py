"""The list of clients."""

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.choices import ClientStatus
from clients.models import Client
from mentalspace.core.models import AuditEvent
from tests.cast import Cast
from tests.clients.conftest import SignIn
from tests.clients.factories import CareTeamFactory, ClientFactory

URL = "/clients/"


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("admin", {"Clara Cole", "Otto Other"}),
        ("front_desk", {"Clara Cole", "Otto Other"}),
        ("biller", {"Clara Cole", "Otto Other"}),
        ("supervisor", {"Clara Cole"}),
        ("therapist", {"Clara Cole"}),
        ("associate", set()),
        ("stranger", {"Otto Other"}),
    ],
)
def test_shows_whom_the_person_may_see(sign_in: SignIn, name: str, sees: set[str]) -> None:
    page = sign_in(name).get(URL).content.decode()
    assert {who for who in ("Clara Cole", "Otto Other") if who in page} == sees


def test_the_address_searches_and_filters(sign_in: SignIn, cast: Cast, full: Client) -> None:
    browser = sign_in("admin")
    tag = full.tags.get()
    for query, expected in (
        ("q=cole", "Clara"),
        ("q=otto", "Otto"),
        ("q=othr", "Otto"),
        (f"tag={tag.pk}", "Clara"),
        ("flag=suicide_risk", "Clara"),
        (f"clinician={cast.stranger.staff.pk}", "Otto"),
        ("status=active&q=other", "Otto"),
        ("sort=-name&q=clara", "Clara"),
    ):
        page = browser.get(f"{URL}?{query}").content.decode()
        other = "Otto Other" if expected == "Clara" else "Clara Cole"
        assert expected in page, query
        assert other not in page, query
    assert "Nothing matches" in browser.get(f"{URL}?status=discharged").content.decode()


def test_what_the_address_says_wrongly_is_left_out(sign_in: SignIn) -> None:
    page = sign_in("biller").get(f"{URL}?flag=suicide_risk&tag=nonsense&sort=evil").content.decode()
    assert "Flag was left out" in page
    assert "Tag was left out" in page
    assert "Clara Cole" in page


def test_clinical_flags_are_not_shown_outside_the_record(sign_in: SignIn, full: Client) -> None:
    for name, sees in (("therapist", True), ("supervisor", True), ("front_desk", False), ("biller", False)):
        page = sign_in(name).get(URL).content.decode()
        assert ('aria-hidden="true" focusable="false"' in page) is True
        assert ("Suicide risk</span>" in page) is sees, name


def test_htmx_gets_the_region_alone(sign_in: SignIn) -> None:
    answer = sign_in("admin").get(f"{URL}?q=cole", headers={"HX-Request": "true", "HX-Target": "list"})
    page = answer.content.decode()
    assert page.startswith('<div id="list"')
    assert "Clara Cole" in page
    assert "<html" not in page


def test_takes_as_many_statements_for_three_rows_as_for_one(
    sign_in: SignIn, cast: Cast, full: Client
) -> None:
    browser = sign_in("admin")

    def count(query: str = "") -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert browser.get(URL + query).status_code == 200
        return len(queries)

    Client.objects.filter(pk=cast.other_client.pk).update(last_name="Cole")
    browser.get(URL)
    one = count("?q=clara")
    for index in range(3):
        CareTeamFactory.create(client=ClientFactory.create(first_name=f"Clara{index}", last_name="Cole"))
    assert count("?q=clara") == one <= 12
    assert count() <= 12


def test_administrators_take_the_list_away_and_leave_a_trace(sign_in: SignIn, full: Client) -> None:
    ClientFactory.create(first_name="=HYPERLINK(1)", last_name="Evil", status=ClientStatus.INACTIVE)
    answer: Any = sign_in("admin").get(f"{URL}?format=csv&sort=name")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows[0] == ["Name", "Number", "Date of birth", "Phone", "Clinicians", "Status", "Tags"]
    assert rows[1] == [
        "Clara Cole", f"C-{full.number}", "03/14/1990", "(404) 555-0134", "Thea Therapist", "Active", "Grant-funded",
    ]  # fmt: skip
    assert rows[2][0] == "'=HYPERLINK(1) Evil"
    assert AuditEvent.objects.get(verb="client.list_exported").changes == {"filters": ["", "/clients/"]}


@pytest.mark.parametrize("name", ["front_desk", "biller", "therapist", "supervisor"])
def test_nobody_else_takes_it_away(sign_in: SignIn, name: str) -> None:
    browser = sign_in(name)
    assert browser.get(f"{URL}?format=csv").status_code == 403
    assert "format=csv" not in browser.get(URL).content.decode()


def test_a_combobox_offers_visible_clients(sign_in: SignIn, cast: Cast) -> None:
    headers = {"HX-Request": "true"}
    found = sign_in("therapist").get("/clients/choices/?q=o", headers=headers).content.decode()
    assert "Otto" not in found
    found = sign_in("front_desk").get("/clients/choices/?q=otto", headers=headers).content.decode()
    assert f'data-value="{cast.other_client.pk}"' in found
    first = sign_in("therapist").get("/clients/choices/", headers=headers).content.decode()
    assert str(cast.client.pk) in first
