"""Requests that no browser sends: every address answers them with a page, a refusal or a 404, never with a 500."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from django.test import Client, RequestFactory

from tests.architecture.practice import of_the_cast
from tests.architecture.urls import LEAVES, URLS, Rows, address
from tests.cast import Cast

pytestmark = pytest.mark.django_db

# Values as they stand in an address: some are no UTF-8, no number, no date, no id, or far too much of one.
JUNK = [
    "-1",
    "0",
    "999999999999999999999999",
    "1e309",
    "NaN",
    "%00",
    "%FF%FE",
    "%ED%A0%80",
    "%E2%80%AE",
    "9999-99-99",
    "0001-01-01",
    "9999-12-31",
    "2026-W99",
    "00000000-0000-0000-0000-00000000000g",
    quote("' OR 1=1--"),
    quote("-pk;DROP TABLE clients"),
    quote("__class__.__init__"),
    quote("../../../etc/passwd"),
    quote("{{7*7}}${7*7}<%=7*7%>"),
    "x" * 3000,
    "",
]
ALWAYS = [
    "page",
    "sort",
    "q",
    "format",
    "next",
    "date",
    "day",
    "from",
    "to",
    "status",
    "staff",
    "client",
    "type",
    "view",
]


@pytest.fixture
def records(cast: Cast) -> Rows:
    return of_the_cast(cast)


def places(records: Rows) -> list[str]:
    """Every address, on the client's own records where it takes some."""
    return [address(name, pattern, records) for name, pattern in URLS if not name.endswith(LEAVES)]


def asked_by(page: str) -> list[str]:
    """What the page's own forms and links put into addresses."""
    found = {*re.findall(r'\bname="([\w-]+)"', page), *re.findall(r"[?&;]([\w-]+)=", page), *ALWAYS}
    return sorted(found - {"csrfmiddlewaretoken", "viewport", "robots", "referrer"})


def test_junk_in_the_query(cast: Cast, records: Rows) -> None:
    """Each page by the administrator or, where she is refused, by the therapist."""
    people = [Client(raise_request_exception=False) for _ in range(2)]
    for person, user in zip(people, (cast.admin, cast.therapist), strict=True):
        person.force_login(user)
    broken, answered = [], 0
    for turn, url in enumerate(places(records)):
        client, plain = next(
            ((each, page) for each in people if (page := each.get(url)).status_code == 200), (people[0], None)
        )
        if plain is None or plain.streaming:
            continue
        # Each name gets two values; together the pages try each value on each name many times.
        names = asked_by(plain.content.decode(errors="replace"))
        for shift in (0, 11):
            pairs = [f"{name}={JUNK[(turn + place + shift) % len(JUNK)]}" for place, name in enumerate(names)]
            query = "&".join([*pairs, pairs[0]])
            answered += 1
            if client.get(f"{url}?{query}").status_code >= 500:
                broken.append(f"{url}?{query[:300]}")
    assert broken == []
    assert answered > 160


BODIES = {
    "invalid utf-8": ("application/x-www-form-urlencoded", b"name=%ff%fe&notes=%ed%a0%80&reason=\xff\xfe"),
    "bogus charset": ("application/x-www-form-urlencoded; charset=bogus", b"name=a"),
    "utf-7": ("application/x-www-form-urlencoded; charset=utf-7", b"name=+ADw-script+AD4-"),
    "json": ("application/json", b'{"name": "a\\u0000", "notes": "\\ud800"}'),
    "no boundary": ("multipart/form-data", b"--x\r\n\r\n--x--"),
    "cut multipart": ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a'),
    "odd part": (
        "multipart/form-data; boundary=x",
        b"--x\r\nContent-Type: a/b; charset=\xff\r\n\r\na\r\n--x--\r\n",
    ),
    "xml": ("text/xml", b'<?xml version="1.0"?><a>&b;</a>'),
    "nothing said": ("", b"name=a"),
    "duplicates": (
        "application/x-www-form-urlencoded",
        b"&".join([b"name=a", b"name=b", b"pk=1", b"version=x"] * 20),
    ),
}


@pytest.mark.parametrize("turn", [0, 3, 7])
def test_odd_bodies(cast: Cast, records: Rows, client: Client, turn: int) -> None:
    """Each address gets three of them, its neighbours others."""
    client.force_login(cast.therapist)
    client.raise_request_exception = False
    broken = []
    for place, url in enumerate(places(records)):
        name, (kind, body) = list(BODIES.items())[(place + turn) % len(BODIES)]
        if client.generic("POST", url, body, kind).status_code >= 500:
            broken.append(f"{name}: {url}")
    assert broken == []


def test_too_much_of_a_form_is_refused(cast: Cast, client: Client) -> None:
    client.force_login(cast.front_desk)
    client.raise_request_exception = False
    fields = "&".join(f"f{number}=1" for number in range(1_001))
    parts = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="f%d"\r\n\r\n1\r\n' % number
        for number in range(100_000)
    )
    files = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="f%d"; filename="a"\r\n\r\n1\r\n' % number
        for number in range(200)
    )
    multipart = "multipart/form-data; boundary=x"
    long = b"notes=" + b"x" * (3 * 1024 * 1024)
    answers = {
        "fields": client.generic(
            "POST", "/clients/new/", fields.encode(), "application/x-www-form-urlencoded"
        ),
        "parts": client.generic("POST", "/clients/new/", parts + b"--x--\r\n", multipart),
        "files": client.generic("POST", "/clients/new/", files + b"--x--\r\n", multipart),
        "long": client.generic("POST", "/clients/new/", long, "application/x-www-form-urlencoded"),
        "query": client.get(f"/clients/?{fields}"),
    }
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, 400)
    assert all("<h1" in answer.content.decode() for answer in answers.values())


METHODS = ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "BREW"]


@pytest.mark.parametrize("turn", [0, 4])
def test_odd_methods(cast: Cast, records: Rows, client: Client, turn: int) -> None:
    client.force_login(cast.therapist)
    client.raise_request_exception = False
    wrong = []
    for place, url in enumerate(places(records)):
        method = METHODS[(place + turn) % len(METHODS)]
        answer = client.generic(method, url, headers={"X-Echo": "zquonaberg"})
        if answer.status_code >= 500 or b"zquonaberg" in b"".join(answer):
            wrong.append(f"{method} {url}: {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize(
    "path",
    [
        "/clients/%00/",
        "/clients/not-an-id/",
        "/clients/00000000-0000-0000-0000-000000000000%00/",
        "/clients/..%2f..%2fetc%2fpasswd",
        "/static/..%2f..%2fmentalspace/settings.py",
        "/static/../mentalspace/settings.py",
        "/static/%00",
        "/%ff%fe/",
        "/%ed%a0%80/",
        "/staff/photos/" + "a" * 5000 + "/",
        "/reset/%00/",
        "/reset/%ff/",
        "//evil.example/",
        "/.git/config",
        "/.env",
        "/" + "a/" * 2000,
    ],
)
def test_odd_paths_are_not_found(cast: Cast, client: Client, path: str) -> None:
    client.force_login(cast.therapist)
    client.raise_request_exception = False
    # Put in as the server hands it over: the test client would tidy it first.
    assert client.get("/healthz", PATH_INFO=unescaped(path)).status_code in {400, 404, 410}


def unescaped(path: str) -> str:
    """As WSGI gives paths: percent signs undone, each byte a letter of Latin-1."""
    return re.sub(r"%([0-9a-fA-F]{2})", lambda found: chr(int(found[1], 16)), path)


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "x" * 100_000},
        {"Cookie": "sessionid=" + "x" * 50_000},
        {"Cookie": "sessionid=\x00\xff; csrftoken=\xed\xa0\x80"},
        {"Referer": "http://[::1"},
        {"Origin": "null"},
        {"X-Request-Id": "a\nb"},
        {"X-Forwarded-For": "1.2.3.4, \x00"},
        {"HX-Request": "true", "HX-Current-URL": "http://[", "HX-Target": "\x00"},
        {"Accept-Language": "x" * 10_000},
        {"Host": "[::1"},
        {"Range": "bytes=0-0,-1"},
        {"If-None-Match": '"' * 1000, "If-Modified-Since": "Thu, 99 Xyz 99999"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_odd_headers(cast: Cast, client: Client, headers: dict[str, str]) -> None:
    client.raise_request_exception = False
    client.force_login(cast.therapist)
    for url in ("/home/", "/clients/", "/sign-in/", "/search/?q=a", "/no/such/page/"):
        for method in (client.get, client.post):
            assert method(url, headers=headers).status_code < 500


def test_the_test_asks_what_pages_ask() -> None:
    page = '<input name="status"><a href="/clients/?sort=name&amp;tag=1">'
    assert {"status", "sort", "tag", "page"} <= set(asked_by(page))
    assert RequestFactory().get("/?q=%FF").GET["q"] == "\N{REPLACEMENT CHARACTER}"
