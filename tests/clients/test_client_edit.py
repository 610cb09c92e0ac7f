"""Correcting demographics."""

from typing import Any

import pytest

from clients import services
from clients.forms import DemographicsForm
from clients.models import Client
from tests.cast import Cast
from tests.clients.conftest import SignIn
from tests.clients.factories import ClientFactory


def typed(client: Client, **facts: Any) -> dict[str, Any]:
    """The form as it was rendered, with some fields typed over."""
    form = DemographicsForm(initial=DemographicsForm.initial_of(client))
    values = {name: form[name].value() for name in form.fields}
    shown = {name: form.fields[name].prepare_value(value) for name, value in values.items()}
    return {name: value for name, value in {**shown, **facts}.items() if value not in (None, False)}


@pytest.mark.parametrize(
    ("name", "status"),
    [("admin", 200), ("front_desk", 200), ("therapist", 200), ("supervisor", 403), ("associate", 403),
     ("biller", 403), ("stranger", 404)],
)  # fmt: skip
def test_who_opens_the_form(sign_in: SignIn, cast: Cast, name: str, status: int) -> None:
    assert sign_in(name).get(f"/clients/{cast.client.pk}/edit/").status_code == status


def test_saves_and_returns_to_the_profile(sign_in: SignIn, cast: Cast) -> None:
    url = f"/clients/{cast.client.pk}/edit/"
    answer = sign_in("therapist").post(
        url, typed(cast.client, preferred_name="Clare", phone="(404) 555-0101")
    )
    assert answer.headers["Location"] == f"/clients/{cast.client.pk}/profile/"
    cast.client.refresh_from_db()
    assert (cast.client.preferred_name, cast.client.phone, cast.client.version) == (
        "Clare",
        "+14045550101",
        2,
    )


def test_an_email_that_is_taken_is_refused_at_its_field(sign_in: SignIn, cast: Cast) -> None:
    ClientFactory.create(email="taken@example.com")
    data = typed(cast.client, email="TAKEN@example.com", city="Kept City")
    page = sign_in("front_desk").post(f"/clients/{cast.client.pk}/edit/", data).content.decode()
    assert "Another client already has this e-mail address." in page
    assert "TAKEN@example.com" in page
    assert "Kept City" in page


def test_two_editors_see_each_others_fields_and_lose_nothing(sign_in: SignIn, cast: Cast) -> None:
    url = f"/clients/{cast.client.pk}/edit/"
    stale = typed(cast.client, phone="(404) 555-0122", preferred_name="Clare")
    services.update_client(
        actor=cast.front_desk, client_id=cast.client.pk, version=1, phone="+14045550111",
        address={"city": "Decatur"}, pronouns="she/her", reminder_text_consent=True,
    )  # fmt: skip
    answer = sign_in("admin").post(url, stale)
    page = answer.content.decode()
    assert "Flora Frontdesk saved on" in page
    assert "<td>(404) 555-0111</td><td>(404) 555-0122</td>" in page
    cast.client.refresh_from_db()
    assert cast.client.phone == "+14045550111"
    form = answer.context["form"]
    assert form["city"].value() == "Decatur"
    assert form["pronouns"].value() == "she/her"
    assert form["reminder_text_consent"].value()
    assert form["preferred_name"].value() == "Clare"
    again = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False, "")}
    assert sign_in("admin").post(url, again).status_code == 302
    cast.client.refresh_from_db()
    assert (cast.client.phone, cast.client.preferred_name) == ("+14045550122", "Clare")
    assert (cast.client.pronouns, cast.client.address["city"]) == ("she/her", "Decatur")
    assert cast.client.reminder_text_consent


@pytest.mark.parametrize(
    ("name", "status"),
    [("admin", 200), ("front_desk", 200), ("therapist", 200), ("biller", 403), ("stranger", 404)],
)
def test_who_changes_the_status(sign_in: SignIn, cast: Cast, name: str, status: int) -> None:
    assert sign_in(name).get(f"/clients/{cast.client.pk}/status/").status_code == status


def test_a_status_needs_its_reason_and_death_its_date(sign_in: SignIn, cast: Cast) -> None:
    url = f"/clients/{cast.client.pk}/status/"
    browser = sign_in("admin")
    assert "Fill this in." in browser.post(url, {"to_status": "inactive"}).content.decode()
    page = browser.post(url, {"to_status": "deceased", "reason": "Told by family"}).content.decode()
    assert "Enter the date on which the client died." in page
    assert "Told by family" in page
    answer = browser.post(
        url, {"to_status": "deceased", "reason": "Told by family", "deceased_on": "02/01/2026"}
    )
    assert answer.status_code == 302
    cast.client.refresh_from_db()
    assert cast.client.status == "deceased"
    page = sign_in("front_desk").post(url, {"to_status": "inactive", "reason": "x"}).content.decode()
    assert "Select a valid choice" in page
