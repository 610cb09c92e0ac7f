"""Is this person here already?"""

from datetime import date
from typing import Any

import pytest

from clients.models import Client
from clients.queries import possible_duplicates
from tests.clients.factories import ClientFactory


@pytest.fixture
def known(db: None) -> Client:
    return ClientFactory.create(
        first_name="Katherine",
        last_name="Walker",
        preferred_name="Kit",
        email="kit@example.com",
        phone="+14045550150",
        date_of_birth=date(1988, 7, 4),
    )


@pytest.mark.parametrize(
    ("facts", "reasons", "certain"),
    [
        ({"first_name": "Zoe", "last_name": "Xu", "email": "KIT@example.com"}, ("same e-mail",), True),
        ({"first_name": "Zoe", "last_name": "Xu", "phone": "+14045550150"}, ("same phone",), False),
        ({"first_name": "Katherine", "last_name": "Walker"}, ("same name",), False),
        ({"first_name": "Katharine", "last_name": "Walker"}, ("similar name",), False),
        ({"first_name": "Catherine", "last_name": "Walkers"}, ("similar name",), False),
        ({"first_name": "Kit", "last_name": "Walker"}, ("same name",), False),
        ({"first_name": "Kathy", "last_name": "Walker"}, ("similar name",), False),
        ({"first_name": "Walker", "last_name": "Katherine"}, ("same name",), False),
        (
            {"first_name": "Kathy", "last_name": "Walker", "date_of_birth": date(1988, 7, 4)},
            ("same date of birth", "similar name"),
            True,
        ),
        (
            {"first_name": "Katherine", "last_name": "Walker", "date_of_birth": date(1988, 7, 4)},
            ("same date of birth", "same name"),
            True,
        ),
    ],
)
def test_says_who_and_why(
    known: Client, facts: dict[str, Any], reasons: tuple[str, ...], certain: bool
) -> None:
    (found,) = possible_duplicates(**facts)
    assert (found.id, found.reasons, found.certain) == (known.pk, reasons, certain)


@pytest.mark.parametrize(
    "facts",
    [
        {"first_name": "Zoe", "last_name": "Xu"},
        {"first_name": "Zoe", "last_name": "Xu", "date_of_birth": date(1988, 7, 4)},
        {"first_name": "", "last_name": ""},
        {"first_name": "Katherine", "last_name": "Okafor"},
        {"first_name": "Peter", "last_name": "Walker"},
    ],
)
def test_leaves_other_people_alone(known: Client, facts: dict[str, Any]) -> None:
    assert possible_duplicates(**facts) == []


def test_one_can_be_left_out(known: Client) -> None:
    assert possible_duplicates(first_name="Kit", last_name="Walker", exclude=known.pk) == []


def test_costs_one_statement(known: Client, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        possible_duplicates(
            first_name="Kit", last_name="Walker", phone="+14045550150", email="kit@example.com"
        )


def test_the_certain_one_comes_first(known: Client) -> None:
    ClientFactory.create(first_name="Katherine", last_name="Walker", phone="", date_of_birth=None)
    found = possible_duplicates(first_name="Katherine", last_name="Walker", email="kit@example.com")
    assert found[0].id == known.pk
    assert len(found) == 2


@pytest.mark.parametrize(
    ("known_as", "typed"),
    [
        (("José", "Ünal"), ("Jose", "Unal")),
        (("Jose", "Unal"), ("JOSÉ", "ÜNAL")),
        (("José", "Ünal"), ("Ünal", "Jose\u0301")),
        (("Zoë", "Weiß"), ("Zoe", "Weiss")),
    ],
)
def test_accents_make_nobody_another_person(
    db: None, known_as: tuple[str, str], typed: tuple[str, str]
) -> None:
    client = ClientFactory.create(
        first_name=known_as[0], last_name=known_as[1], preferred_name="", phone="", date_of_birth=None
    )
    (found,) = possible_duplicates(first_name=typed[0], last_name=typed[1])
    assert (found.id, found.reasons) == (client.pk, ("same name",))
