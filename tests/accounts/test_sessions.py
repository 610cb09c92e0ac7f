"""Sessions: unreadable in the database, ended by time, by their owner and by whoever keeps somebody out."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.crypto import get_random_string

from accounts import services
from accounts.choices import Role
from accounts.models import Session, User
from accounts.sessions import SessionStore, digest
from mentalspace.core.gates import anonymous
from mentalspace.core.models import AuditEvent
from tests.accounts.factories import PASSWORD, UserFactory
from tests.architecture.urls import URLS, address, gate_of
from tests.cast import Cast

START = datetime(2026, 3, 18, 15, tzinfo=UTC)
PAGE = "/account/"

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Safari/604.1"
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return UserFactory.create(email="maya@example.com", password=PASSWORD)


def signed_in(user: User, agent: str = CHROME) -> Client:
    browser = Client(headers={"User-Agent": agent})
    browser.post("/sign-in/", {"email": user.email, "password": PASSWORD})
    assert browser.session[SESSION_KEY] == str(user.pk)
    return browser


def cookie(browser: Client) -> str:
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def test_the_table_holds_neither_the_cookie_nor_what_is_in_the_session(user: User) -> None:
    browser = signed_in(user)
    session = browser.session
    session["note"] = "a canary"
    session.save()
    row = Session.objects.get(user=user)
    assert row.session_key == digest(cookie(browser))
    everything = repr({field.name: getattr(row, field.attname) for field in Session._meta.fields})
    assert cookie(browser) not in everything
    assert "canary" not in everything
    assert "_auth_user" not in everything
    assert SessionStore(cookie(browser)).load()["note"] == "a canary"


def test_what_stands_in_the_table_is_no_cookie(user: User) -> None:
    signed_in(user)
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = Session.objects.get().session_key
    assert thief.get(PAGE)["Location"].startswith("/sign-in/")


def test_a_row_moved_under_a_cookie_of_ones_own_opens_nothing(user: User) -> None:
    """Who can write the table still cannot make a session of somebody else's."""
    signed_in(user)
    planted = get_random_string(32)
    Session.objects.update(session_key=digest(planted))
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert thief.get(PAGE)["Location"].startswith("/sign-in/")


def test_twelve_hours_end_a_session_however_busy(user: User) -> None:
    with time_machine.travel(START, tick=False) as clock:
        browser = Client()
        browser.force_login(user)
        for _ in range(71):
            clock.shift(timedelta(minutes=10))
            assert browser.get(PAGE).status_code == 200
        clock.shift(timedelta(minutes=10))
        assert browser.get(PAGE)["Location"].startswith("/sign-in/")


def test_what_a_page_asks_by_itself_does_not_keep_a_session(cast: Cast) -> None:
    """Nor can a header or a parameter make it do so."""
    url = "/account/session/?stay=1&skip_timeout_reset=0"
    with time_machine.travel(START, tick=False) as clock:
        browser = Client()
        browser.force_login(cast.therapist)
        for minutes in (5, 5, 4):
            clock.shift(timedelta(minutes=minutes))
            assert browser.get(url, headers={"X-Background": "no"}).json()["seconds"] > 0
        clock.shift(timedelta(minutes=2))
        assert browser.get(url).json() == {"seconds": 0}
        assert browser.get(PAGE).status_code == 302


def test_the_views_that_pages_ask_by_themselves_are_these() -> None:
    marked = {name for name, pattern in URLS if getattr(pattern.callback, "background", False)}
    assert marked == {
        "accounts:session_state",
        "clients:client_duplicates",
        "crm:lead_duplicates",
        "documents:document_autosave",
        "documents:group_note_autosave",
        "psychotherapy:psychotherapy_note_autosave",
        "scheduling:schedule_live",
    }


def test_saying_that_one_is_still_there_keeps_it(cast: Cast) -> None:
    with time_machine.travel(START, tick=False) as clock:
        browser = Client()
        browser.force_login(cast.therapist)
        for _ in range(3):
            clock.shift(timedelta(minutes=14))
            assert browser.post("/account/session/stay/").json() == {"seconds": 900}
        clock.shift(timedelta(minutes=14))
        assert browser.get(PAGE).status_code == 200


def test_an_ended_cookie_opens_no_address_whatever_is_added_to_it(cast: Cast) -> None:
    with time_machine.travel(START, tick=False) as clock:
        browser = Client()
        browser.force_login(cast.admin)
        clock.shift(timedelta(minutes=16))
        opened = []
        for name, pattern in URLS:
            if gate_of(pattern) is anonymous:
                continue
            for more in ("", "?skip_timeout_reset=1&background=1&partial=1"):
                answer = browser.get(address(name, pattern) + more)
                if (answer.status_code, answer.headers["Location"][:9]) != (302, "/sign-in/"):
                    opened.append(name)
    assert opened == []


def test_one_sees_where_one_is_signed_in(user: User) -> None:
    here, phone = signed_in(user), signed_in(user, SAFARI)
    rows = here.get(PAGE).context["sessions"]
    assert [(row.device, row.address, row.is_this) for row in rows] == [
        ("Chrome on Windows", "127.0.0.1", True),
        ("Safari on iPhone", "127.0.0.1", False),
    ]
    assert phone.get(PAGE).status_code == 200


def test_one_ends_one_of_them_and_it_is_recorded(user: User) -> None:
    here, phone = signed_in(user), signed_in(user, SAFARI)
    key = digest(cookie(phone))
    assert here.post(f"/account/sessions/{key}/end/")["Location"] == PAGE
    assert phone.get(PAGE)["Location"].startswith("/sign-in/")
    assert here.get(PAGE).status_code == 200
    event = AuditEvent.objects.get(verb="user.session_ended")
    assert (event.actor, event.changes) == (user, {"device": ["Safari on iPhone", ""]})


def test_one_ends_all_others(user: User) -> None:
    here, *others = [signed_in(user) for _ in range(3)]
    here.post("/account/sessions/end-others/")
    assert here.get(PAGE).status_code == 200
    assert [each.get(PAGE).status_code for each in others] == [302, 302]
    assert AuditEvent.objects.get(verb="user.sessions_ended").changes == {"sessions": [2, 0]}


def test_nobody_ends_somebody_else_s(user: User) -> None:
    other = UserFactory.create(email="noor@example.com", password=PASSWORD)
    mine, theirs = signed_in(user), signed_in(other)
    assert mine.post(f"/account/sessions/{digest(cookie(theirs))}/end/").status_code == 404
    assert mine.post("/account/sessions/none-such/end/").status_code == 404
    assert theirs.get(PAGE).status_code == 200


def test_disabling_ends_them_and_another_role_holds_at_the_next_request(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.front_desk)
    assert browser.get("/leads/").status_code == 200
    services.update_user(
        actor=cast.admin, user_id=cast.front_desk.pk, email=cast.front_desk.email, role=Role.BILLER
    )
    assert browser.get("/leads/").status_code == 403
    services.disable_user(actor=cast.admin, user_id=cast.front_desk.pk)
    assert not Session.objects.filter(user=cast.front_desk).exists()
    services.enable_user(actor=cast.admin, user_id=cast.front_desk.pk)
    assert browser.get(PAGE)["Location"].startswith("/sign-in/")


def test_two_statements_tell_who_asks(user: User) -> None:
    browser = signed_in(user)
    browser.get("/account/session/")
    with CaptureQueriesContext(connection) as asked:
        browser.get("/account/session/")
    tables = ("sessions", "users", "practice_settings")
    read = [[table for table in tables if f' FROM "{table}"' in query["sql"]] for query in asked]
    assert read == [[table] for table in tables]
