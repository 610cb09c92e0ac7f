"""Finding a client from whatever the caller says."""

from datetime import date

import pytest

from clients.models import Client
from clients.queries import matching, search_clients, search_hits
from tests.cast import Cast
from tests.clients.factories import ClientFactory


@pytest.fixture
def people(cast: Cast) -> dict[str, Client]:
    """A few people whose names are hard."""
    make = ClientFactory.create
    return {
        "garcia": make(
            first_name="María José",
            last_name="García Márquez",
            phone="+14045550111",
            date_of_birth=date(1985, 12, 1),
        ),
        "johnson": make(
            first_name="Alexander",
            last_name="Johnson",
            preferred_name="Sasha",
            phone="+14045550112",
            date_of_birth=date(2001, 1, 2),
        ),
        "smith": make(
            first_name="Ann",
            last_name="Smith",
            email="ann.smith@example.com",
            phone="+17705550113",
            date_of_birth=date(1990, 3, 14),
        ),
        "smithers": make(first_name="Anthony", last_name="Smithers", phone="", date_of_birth=None),
        "digits": make(
            first_name="Ada123", last_name="O'Brien-Lee456", phone="", date_of_birth=date(1931, 5, 6)
        ),
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("smi", ["smith", "smithers"]),
        ("SMITH", ["smith", "smithers"]),
        ("ann smith", ["smith"]),
        ("smith, ann", ["smith"]),
        ("smith a", ["smith", "smithers"]),
        ("sasha", ["johnson"]),
        ("sasha johnson", ["johnson"]),
        ("alex john", ["johnson"]),
        ("maría josé garcía", ["garcia"]),
        ("garcía márquez", ["garcia"]),
        ("márquez", ["garcia"]),
        ("marquez", ["garcia"]),
        ("jonson", ["johnson"]),
        ("jonhson", ["johnson"]),
        ("garica", ["garcia"]),
        ("sash jonson", ["johnson"]),
        ("ada123", ["digits"]),
        ("brien", ["digits"]),
        ("12/01/1985", ["garcia"]),
        ("12/1/85", ["garcia"]),
        ("1-2-01", ["johnson"]),
        ("1985-12-01", ["garcia"]),
        ("12011985", ["garcia"]),
        ("5/6/31", ["digits"]),
        ("(404) 555-0112", ["johnson"]),
        ("404-555-0112", ["johnson"]),
        ("+1 404 555 0112", ["johnson"]),
        ("555-0112", ["johnson"]),
        ("0113", ["smith"]),
        ("ann.smith@", ["smith"]),
        ("ANN.SMITH@EXAMPLE.COM", ["smith"]),
        ("nobody at all", []),
        ("   ", []),
        ("%", []),
        ("_", []),
        ("\\", []),
        ("13/45/1990", []),
    ],
)
def test_finds_whom_the_words_mean(
    cast: Cast, people: dict[str, Client], text: str, expected: list[str]
) -> None:
    wanted = [people[name].pk for name in expected]
    assert [found.id for found in search_clients(cast.admin, text)][: len(wanted) or None] == wanted
    in_list = matching(Client.objects.all(), text).values_list("pk", flat=True) if text.strip() else []
    assert set(wanted) <= set(in_list)


@pytest.mark.parametrize("form", ["{}", "C-{}", "c{}", "#{}"])
def test_finds_by_client_number(cast: Cast, people: dict[str, Client], form: str) -> None:
    found = search_clients(cast.front_desk, form.format(people["smith"].number))
    assert [client.id for client in found] == [people["smith"].pk]


def test_only_visible_clients_are_found(cast: Cast) -> None:
    assert [found.id for found in search_clients(cast.therapist, "clara")] == [cast.client.pk]
    assert [found.id for found in search_clients(cast.supervisor, "clara")] == [cast.client.pk]
    assert search_clients(cast.therapist, "otto") == []
    assert search_clients(cast.stranger, "clara") == []
    assert search_clients(cast.associate, "clara") == []
    assert [found.id for found in search_clients(cast.biller, "otto")] == [cast.other_client.pk]


def test_takes_one_statement_or_two(
    cast: Cast, people: dict[str, Client], django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(1):
        assert len(search_clients(cast.admin, "smi", limit=2)) == 2
    with django_assert_max_num_queries(1):
        search_clients(cast.admin, "12/01/1985")
    with django_assert_max_num_queries(2):
        search_clients(cast.admin, "jonson")


def test_the_limit_is_kept_and_nobody_comes_twice(cast: Cast) -> None:
    for index in range(4):
        ClientFactory.create(first_name="Sam", last_name=f"Sam{index}", preferred_name="Sam")
    found = search_clients(cast.admin, "sam", limit=3)
    assert len({client.id for client in found}) == 3


def test_hits_name_the_person_and_lead_to_the_chart(cast: Cast, people: dict[str, Client]) -> None:
    (hit,) = search_hits(cast.admin, "sasha")
    johnson = people["johnson"]
    assert hit.label == "Sasha Johnson"
    assert hit.url == f"/clients/{johnson.pk}/"
    assert hit.sub == f"C-{johnson.number} · legally Alexander Johnson · 01/02/2001 · (404) 555-0112"
    assert hit.badge == ""
