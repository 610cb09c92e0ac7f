"""Finding a client from whatever the caller says."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

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


ACCENTS = [
    ("Deniz", "Ünal", ["unal", "UNAL", "Ünal", "ünal", "U\u0308nal", "deniz unal", "unal, deniz", "una"]),
    ("Deniz", "Unal", ["unal", "Ünal", "ÜNAL", "u\u0308nal", "ünal deniz"]),
    ("José", "Peña", ["jose", "JOSE\u0301", "josé", "pena", "peña", "jose pena", "pena jose", "peñ"]),
    ("Jose\u0301", "Pen\u0303a", ["jose", "josé", "pena", "peña", "jose pena"]),
    ("Zoë", "Brontë", ["zoe", "zoë", "ZOË", "bronte", "zoe bronte"]),
    ("Jürgen", "Weiß", ["weiss", "weiß", "WEISS", "WEIẞ", "wei", "weis", "jurgen weiss"]),
    ("Jürgen", "Weiss", ["weiß", "weiss", "jürgen weiß"]),
    ("Łukasz", "Øster", ["lukasz", "łukasz", "ŁUKASZ", "oster", "øster"]),
    ("İpek", "Yıldız", ["ipek", "İPEK", "yildiz", "yıldız"]),
    ("Nguyễn", "Ti\u1ebfn", ["nguyen", "nguyễn", "tien", "tie\u0302\u0301n"]),
    ("Sean", "O\u2019Neill", ["o'neill", "o\u2019neill", "sean o'neill"]),
    ("Ελένη", "Παπά", ["ελένη", "ελενη", "παπα", "παπά"]),
]


@pytest.mark.parametrize(
    ("first", "last", "typed"), [(first, last, text) for first, last, texts in ACCENTS for text in texts]
)
def test_accents_never_matter(cast: Cast, first: str, last: str, typed: str) -> None:
    person = ClientFactory.create(first_name=first, last_name=last)
    with CaptureQueriesContext(connection) as one:
        found = search_clients(cast.admin, typed, limit=1)
    assert [client.id for client in found] == [person.pk]
    assert len(one) == 1, "found by its beginning, not as a misspelling"
    assert list(matching(Client.objects.all(), typed)) == [person]


def test_accents_never_matter_in_preferred_names_the_middle_and_misspellings(cast: Cast) -> None:
    person = ClientFactory.create(first_name="Maria", last_name="García-Núñez", preferred_name="Zoë")
    for typed in ("zoe", "nunez", "NÚÑEZ", "zoe garcia", "garica", "gárica"):
        assert [client.id for client in search_clients(cast.admin, typed)] == [person.pk], typed


def test_names_sort_by_their_letters_not_their_accents(cast: Cast) -> None:
    names = ["Ulrich", "Ünal", "Unger", "Üzel"]
    for name in reversed(names):
        ClientFactory.create(first_name="Ada", last_name=name, preferred_name="")
    assert [client.last_name for client in search_clients(cast.admin, "u")][:4] == names
    assert [client.last_name for client in search_clients(cast.admin, "ada")][:4] == names


@pytest.mark.parametrize("typed", ["\u0301", "\u00a8", "\u0308 \u20dd", "\u00b4,"])
def test_an_accent_alone_is_nobody(cast: Cast, people: dict[str, Client], typed: str) -> None:
    assert search_clients(cast.admin, typed) == []
    assert list(matching(Client.objects.all(), typed)) == []


def test_a_beginning_is_served_by_the_indexes_of_names(cast: Cast, people: dict[str, Client]) -> None:
    with CaptureQueriesContext(connection) as asked, connection.cursor() as cursor:
        search_clients(cast.admin, "gar", limit=1)
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + asked[0]["sql"])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    for index in ("clients_name_prefix", "clients_first_name_prefix", "clients_preferred_name_prefix"):
        assert f"using {index} on" in plan
    assert ">= 'gar'" in plan, "the typed text is made plain once, while planning"


def test_the_function_is_what_an_index_and_a_dump_ask_for(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT provolatile, proisstrict, proparallel FROM pg_proc WHERE oid = 'plain_name'::regproc"
        )
        assert cursor.fetchall() == [("i", True, "s")]
        cursor.execute("SET LOCAL search_path = pg_catalog")
        cursor.execute("SELECT public.plain_name('ÜNAL'), public.plain_name(NULL)")
        assert cursor.fetchall() == [("unal", None)]
