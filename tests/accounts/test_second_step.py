"""The second factor: asked of everybody, good once, readable by nobody."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import resolve

from accounts import second_factors
from accounts.models import Session, User
from accounts.sessions import digest
from mentalspace.core.crypto.errors import CannotOpen
from mentalspace.core.gates import anonymous
from mentalspace.core.models import AuditEvent
from tests.accounts.factories import PASSWORD, UserFactory
from tests.accounts.factors import SECRET, at_second_step, code, give_app, give_codes
from tests.architecture.urls import ADMIN_URLS, URLS, address, gate_of
from tests.cast import Cast

DOOR = "/sign-in/second-factor/"
STEP = "/sign-in/second-step/"
NOON = datetime(2026, 3, 18, 16, 0, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def required(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def user(db: None) -> User:
    return UserFactory.create(email="maya@example.com", password=PASSWORD)


def verbs() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("verb", flat=True))


def by_password(user: User) -> Client:
    browser = Client()
    browser.post("/sign-in/", {"email": user.email, "password": PASSWORD})
    assert browser.session[SESSION_KEY] == str(user.pk)
    return browser


def test_a_password_alone_opens_no_page_but_those_of_the_door(cast: Cast) -> None:
    """Over every address of the application and of Django's admin, as the administrator, GET and POST."""
    cast.admin.set_password(PASSWORD)
    cast.admin.save()
    browser = by_password(cast.admin)
    browser.raise_request_exception = False
    opened = set()
    for name, pattern in [*URLS, *ADMIN_URLS]:
        if gate_of(pattern) is anonymous or not pattern.name:
            continue
        try:
            url = address(name, pattern)
        except Exception:  # noqa: BLE001 - a pattern of the admin's own that takes other arguments
            url = f"/admin/accounts/user/{cast.admin.pk}/change/"
        view = resolve(url).func
        if getattr(view, "gate", None) is anonymous:
            continue
        if getattr(view, "before_second_factor", False):
            opened.add(name)
            continue
        for method in (browser.get, browser.post):
            answer = method(url)
            assert (answer.status_code, answer.headers.get("Location")) == (302, DOOR), name
    assert opened == {
        "accounts:second_factor",
        "accounts:totp_add",
        "accounts:passkey_add",
        "accounts:confirm_by_password",
        "accounts:confirm_by_code",
        "accounts:confirm_by_passkey",
        "accounts:sign_out",
        "accounts:admin_sign_out",
        "admin:logout",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
    }


def test_a_region_asked_for_by_htmx_becomes_the_door_as_a_page(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.therapist)
    answer = browser.get("/clients/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"], answer.content) == (204, DOOR, b"")


def test_setting_up_an_app_leads_on_to_where_one_wanted_to_go(
    user: User, django_capture_on_commit_callbacks: Any
) -> None:
    browser = by_password(user)
    assert browser.get("/account/?a=1")["Location"] == DOOR
    assert b"An authenticator app" in browser.get(DOOR).content
    with time_machine.travel(NOON, tick=False):
        secret = browser.get("/account/authenticator-app/").context["form"].secret
        wrong = browser.post("/account/authenticator-app/", {"code": "000000"})
        assert wrong.status_code == 422
        with django_capture_on_commit_callbacks(execute=True):
            done = browser.post("/account/authenticator-app/", {"code": code(secret=secret)})
        assert done["Location"] == "/account/recovery-codes/"
        page = browser.get("/account/recovery-codes/")
        assert len(page.context["unused_codes"]) == 10
        assert page.context["way_on"] == "/account/?a=1"
        assert browser.get("/account/").status_code == 200
        # Shown once, and only once.
        assert page.context["unused_codes"][0] not in browser.get("/account/recovery-codes/").content.decode()
        # The code that proved the app works is used up.
        refused = at_second_step(user).post(STEP, {"code": code(secret=secret)})
        assert refused.status_code == 422
    assert "user.second_factor_added" in verbs()
    assert [each.to for each in mail.outbox] == [[user.email]]


def test_the_second_step_opens_and_is_recorded(user: User) -> None:
    give_app(user)
    browser = at_second_step(user)
    assert SESSION_KEY not in browser.session
    assert browser.get("/account/")["Location"].startswith("/sign-in/?next=")
    answer = browser.post(STEP, {"code": code()})
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert browser.get("/account/").status_code == 200
    assert verbs() == ["user.signed_in"]


@pytest.mark.parametrize("typed", ["000000", "", "12", "not a code", "９９９９９９"])
def test_a_wrong_code_is_refused_recorded_and_told_kindly(user: User, typed: str) -> None:
    give_app(user)
    browser = at_second_step(user)
    answer = browser.post(STEP, {"code": typed})
    assert answer.status_code == 422
    assert SESSION_KEY not in browser.session
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.object_id) == ("user.second_factor_refused", None, str(user.pk))


def test_wrong_codes_run_out_and_a_new_half_minute_does_not_bring_them_back(user: User) -> None:
    give_app(user)
    browser = at_second_step(user)
    for _ in range(10):
        browser.post(STEP, {"code": "000000"})
    answer = browser.post(STEP, {"code": code()})
    assert answer.status_code == 422
    assert "Too many tries" in answer.content.decode()


@pytest.mark.parametrize("ago", [1, -1])
def test_a_code_is_good_in_its_own_half_minute_only(user: User, ago: int) -> None:
    give_app(user)
    with time_machine.travel(NOON, tick=False):
        assert at_second_step(user).post(STEP, {"code": code(ago)}).status_code == 422
        assert at_second_step(user).post(STEP, {"code": code()}).status_code == 302


def test_a_used_code_stays_used_when_the_cache_is_emptied(user: User) -> None:
    give_app(user)
    with time_machine.travel(NOON, tick=False):
        assert at_second_step(user).post(STEP, {"code": code()}).status_code == 302
        cache.clear()
        assert at_second_step(user).post(STEP, {"code": code()}).status_code == 422
    with time_machine.travel(NOON + timedelta(seconds=30), tick=False):
        assert at_second_step(user).post(STEP, {"code": code()}).status_code == 302


@pytest.mark.parametrize(("by_code_of_the_app", "tries"), [(True, 20), (False, 50)])
@pytest.mark.django_db(transaction=True)
def test_one_code_sent_many_times_at_once_lets_one_in(by_code_of_the_app: bool, tries: int) -> None:
    maya = UserFactory.create(email="maya@example.com", password=PASSWORD)
    give_app(maya)
    codes = give_codes(maya)
    browsers = [at_second_step(maya) for _ in range(tries)]
    # Limits would stop a guesser earlier; here they would hide a race.
    cache.clear()
    with time_machine.travel(datetime.now(UTC), tick=False):
        typed = code() if by_code_of_the_app else codes[3]

        def send(browser: Client) -> int:
            try:
                return browser.post(STEP, {"code": typed}).status_code
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as pool:
            answers = sorted(pool.map(send, browsers))
    assert answers.count(302) == 1
    assert set(answers) <= {302, 422}


def test_a_recovery_code_lets_in_once(user: User) -> None:
    give_app(user)
    first, second, *_ = give_codes(user)
    assert at_second_step(user).post(STEP, {"code": first}).status_code == 302
    assert at_second_step(user).post(STEP, {"code": first}).status_code == 422
    assert at_second_step(user).post(STEP, {"code": second}).status_code == 302


def test_neither_key_nor_codes_can_be_read_in_the_database(user: User) -> None:
    give_app(user)
    codes = give_codes(user)
    stored = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert SECRET not in stored
    assert not any(each in stored for each in codes)


def test_a_key_opens_for_its_owner_only(user: User) -> None:
    mine = give_app(user)
    thief = UserFactory.create(email="thief@example.com", password=PASSWORD)
    Authenticator.objects.create(user=thief, type="totp", data=mine.data)
    with second_factors.of(thief), pytest.raises(CannotOpen):
        Authenticator.objects.get(user=thief).wrap().validate_code(code())


def test_the_key_that_is_being_set_up_cannot_be_read_in_the_session(user: User) -> None:
    browser = by_password(user)
    secret = browser.get("/account/authenticator-app/").context["form"].secret
    row = Session.objects.get(session_key=digest(browser.session.session_key or ""))
    assert secret not in row.session_data


def test_who_is_disabled_between_the_steps_stays_outside(user: User) -> None:
    give_app(user)
    browser = at_second_step(user)
    User.objects.update(is_active=False)
    assert browser.post(STEP, {"code": code()}).status_code == 403
    assert SESSION_KEY not in browser.session
    assert verbs() == ["page.refused"]


def test_the_second_step_expires(user: User) -> None:
    give_app(user)
    with time_machine.travel(NOON, tick=False) as clock:
        browser = at_second_step(user)
        clock.shift(timedelta(minutes=11))
        assert browser.post(STEP, {"code": code()})["Location"] == "/sign-in/"


def test_a_session_opened_before_the_factor_was_set_up_must_show_it(user: User) -> None:
    """Such a session ends when the first factor is set up; should one be left, it is asked."""
    browser = by_password(user)
    give_app(user)
    assert browser.get("/account/")["Location"] == DOOR
    assert browser.get(DOOR)["Location"] == "/account/confirm/code/"
    assert browser.get("/account/authenticator-app/")["Location"].startswith("/account/")
    assert browser.get("/account/passkeys/new/")["Location"].startswith("/account/confirm/code/")
    assert browser.post("/account/confirm/code/", {"code": code()}).status_code == 302
    assert browser.get("/account/").status_code == 200


def test_the_first_factor_ends_sessions_opened_without_it(user: User) -> None:
    elsewhere, here = by_password(user), by_password(user)
    secret = here.get("/account/authenticator-app/").context["form"].secret
    here.post("/account/authenticator-app/", {"code": code(secret=secret)})
    assert here.get("/account/").status_code == 200
    assert elsewhere.get("/account/")["Location"].startswith("/sign-in/?next=")


def test_a_demonstration_asks_only_who_set_one_up(user: User, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    assert by_password(user).get("/account/").status_code == 200
    give_app(user)
    at_second_step(user)


def test_a_new_password_by_mail_keeps_the_second_factor(user: User) -> None:
    give_app(user)
    Client().post("/reset/", {"email": user.email})
    link = next(line for line in str(mail.outbox[-1].body).splitlines() if "/reset/" in line)
    chosen = "seven otters ate my lunch"
    address = "/reset/" + link.rpartition("/reset/")[2]
    Client().post(address, {"new_password": chosen, "new_password_again": chosen})
    browser = Client()
    answer = browser.post("/sign-in/", {"email": user.email, "password": chosen})
    assert answer["Location"] == STEP
    assert browser.post(STEP, {"code": code()}).status_code == 302
