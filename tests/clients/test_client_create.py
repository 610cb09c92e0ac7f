"""A new client."""

from typing import Any

import pytest

from clients.models import CareTeamMember, Client
from tests.cast import Cast
from tests.clients.conftest import SignIn
from tests.clients.factories import ClientFactory

URL = "/clients/new/"


def typed(**facts: Any) -> dict[str, Any]:
    return {"first_name": "Nora", "last_name": "Newman", "language": "English", "status": "active", **facts}


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("admin", 200),
        ("front_desk", 200),
        ("biller", 403),
        ("therapist", 403),
        ("associate", 403),
        ("supervisor", 403),
    ],
)
def test_who_opens_the_form(sign_in: SignIn, name: str, status: int) -> None:
    browser = sign_in(name)
    assert browser.get(URL).status_code == status
    assert browser.post(f"{URL}duplicates/", typed()).status_code == status


def test_creates_with_clinician_and_tidied_facts(sign_in: SignIn, cast: Cast) -> None:
    answer = sign_in("front_desk").post(
        URL,
        typed(
            phone="404.555.0177", email="Nora@Example.com", date_of_birth="3/4/1991", street="1 Oak St", city="Atlanta",
            state="georgia", zip_code="303091234", clinician=str(cast.associate.staff.pk), reminder_email_consent="on",
        ),
    )  # fmt: skip
    client = Client.objects.get(last_name="Newman")
    assert answer.headers["Location"] == f"/clients/{client.pk}/"
    assert (client.phone, client.email, str(client.date_of_birth)) == (
        "+14045550177",
        "nora@example.com",
        "1991-03-04",
    )
    assert client.address == {
        "street": "1 Oak St",
        "city": "Atlanta",
        "state": "GA",
        "zip_code": "30309-1234",
    }
    assert client.reminder_email_consent
    assert CareTeamMember.objects.get(client=client).staff == cast.associate.staff


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"first_name": ""}, "Fill this in."),
        ({"email": "nonsense"}, "Enter an e-mail address, for example name@example.com."),
        ({"email": "taken@example.com"}, "Another client already has this e-mail address."),
        ({"phone": "123"}, "Enter a phone number with its area code"),
        ({"date_of_birth": "02/30/1990"}, "There is no such day in the calendar."),
        ({"date_of_birth": "3/4/2999"}, "The date must be"),
        ({"zip_code": "303"}, "Enter a ZIP code of five digits"),
        ({"state": "Nowhere"}, "Enter the state by its two letters"),
        ({"reminder_text_consent": "on"}, "Enter a phone number, or untick"),
        ({"reminder_email_consent": "on"}, "Enter an e-mail address, or untick"),
        ({"last_name": "x" * 101}, "at most 100 characters"),
        ({"last_name": "a\u202eb"}, "invisible control character"),
        ({"clinician": "00000000-0000-0000-0000-000000000000"}, "is not an active clinician"),
    ],
)
def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(
    sign_in: SignIn, facts: dict[str, str], sentence: str
) -> None:
    ClientFactory.create(last_name="Entirely", first_name="Different", email="taken@example.com", phone="")
    count = Client.objects.count()
    page = sign_in("front_desk").post(URL, typed(street="77 Kept Street", **facts)).content.decode()
    assert sentence in page
    assert "77 Kept Street" in page
    assert Client.objects.count() == count


def test_a_likely_duplicate_must_be_looked_at_and_confirmed(sign_in: SignIn, cast: Cast) -> None:
    browser = sign_in("front_desk")
    same = typed(first_name="Klara", last_name="Cole", date_of_birth="03/14/1990")
    page = browser.post(URL, same).content.decode()
    assert "We may know this person already" in page
    assert f'href="/clients/{cast.client.pk}/"' in page
    assert "Same date of birth and similar name" in page
    assert Client.objects.filter(last_name="Cole").count() == 1
    # The tick alone does not do for somebody who was not on the list that was confirmed.
    assert browser.post(URL, {**same, "is_another_person": "on"}).status_code == 200
    answer = browser.post(URL, {**same, "is_another_person": "on", "compared": str(cast.client.pk)})
    assert answer.status_code == 302
    assert Client.objects.filter(last_name="Cole").count() == 2


def test_warns_while_typing_without_complaining(sign_in: SignIn, cast: Cast) -> None:
    browser = sign_in("front_desk")
    region = browser.post(f"{URL}duplicates/", {"first_name": "Clara", "last_name": "Cole"}).content.decode()
    assert "Same name" in region
    assert f'value="{cast.client.pk} "' in region
    assert "required" not in region
    assert browser.post(f"{URL}duplicates/", {"first_name": "Zz"}).content.decode().strip() == ""


def test_the_same_form_sent_twice_creates_one(sign_in: SignIn) -> None:
    browser = sign_in("front_desk")
    data = typed(_once="7b4a4f3e-7c77-4c1f-8a39-0f1f5f1f0001")
    first, second = browser.post(URL, data), browser.post(URL, data)
    assert first.headers["Location"] == second.headers["Location"]
    assert Client.objects.filter(last_name="Newman").count() == 1


def test_an_address_may_bring_the_name_along(sign_in: SignIn) -> None:
    page = sign_in("front_desk").get(f"{URL}?first_name=Ida&last_name=Quinn").content.decode()
    assert 'value="Ida"' in page
    assert 'value="Quinn"' in page


def test_a_form_sent_empty_is_refused_at_its_fields(sign_in: SignIn) -> None:
    browser = sign_in("front_desk")
    assert "Fill this in." in browser.post(URL, {}).content.decode()
    assert browser.post(f"{URL}duplicates/", {}).status_code == 200
