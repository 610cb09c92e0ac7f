"""Coming in, in a real browser: passkeys (a virtual authenticator), an app's codes, and sessions that end."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db.models import Model
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from clients.models import Client
from messaging.models import Message
from tests.accounts.factories import PASSWORD, UserFactory
from tests.accounts.factors import code
from tests.cast import Cast
from tests.journeys.browsing import PHONE, Person, person
from tests.journeys.conftest import AtWork
from tests.journeys.looking import AXE, RULES, RUN
from tests.scheduling.factories import AppointmentFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
Newcomer = Callable[..., Person]


@pytest.fixture
def maya(settings: Any) -> User:
    settings.SECOND_FACTOR_REQUIRED = True
    return UserFactory.create(email="maya@example.com", password=PASSWORD, role="biller")


@pytest.fixture
def newcomer(maya: User, browser: Browser, live_server: Any) -> Any:
    """Maya at a browser whose device can keep passkeys."""
    with person(browser, live_server.url) as somebody:
        device = somebody.context.new_cdp_session(somebody.page)
        device.send("WebAuthn.enable")
        device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        yield somebody
        assert somebody.faults == []


def by_password(somebody: Person) -> Page:
    page = somebody.open("/sign-in/?next=/account/")
    page.get_by_label("E-mail").fill("maya@example.com")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    return page


def assert_accessible(page: Page) -> None:
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE)
    assert page.evaluate(RUN, RULES) == []


def test_a_passkey_from_the_first_sign_in_on(newcomer: Person) -> None:
    page = by_password(newcomer)
    page.wait_for_url("**/sign-in/second-factor/")
    assert_accessible(page)
    page.get_by_role("link", name="A passkey").click()
    assert_accessible(page)
    page.get_by_label("Name").fill("Laptop")
    page.get_by_role("button", name="Create the passkey").click()
    page.wait_for_url("**/account/recovery-codes/")
    assert page.locator(".codes li").count() == 10
    assert_accessible(page)
    page.get_by_role("link", name="I have kept them").click()
    page.wait_for_url("**/account/")
    expect(page.get_by_text("Passkey: Laptop")).to_be_visible()

    # After the password, the passkey is the second step.
    sign_out(page)
    page = by_password(newcomer)
    page.wait_for_url("**/sign-in/second-step/")
    assert_accessible(page)
    page.get_by_role("button", name="Use your passkey").click()
    page.wait_for_url("**/account/")

    # And it opens by itself, without address or password.
    sign_out(page)
    page = newcomer.open("/sign-in/?next=/account/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/account/")
    expect(page.get_by_role("heading", name="My account")).to_be_visible()


def test_a_device_that_knows_no_passkey_is_told_so(newcomer: Person) -> None:
    page = newcomer.open("/sign-in/")
    device = newcomer.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("use another way")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_enabled()


def test_an_app_is_set_up_by_its_picture_or_by_typing_the_key(newcomer: Person) -> None:
    page = by_password(newcomer)
    page.get_by_role("link", name="An authenticator app").click()
    picture = page.get_by_role("img", name="The key as a picture")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") > 0
    assert_accessible(page)
    page.set_viewport_size(PHONE)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
    secret = page.locator(".qr code").inner_text().replace(" ", "")
    page.get_by_label("Code that the app shows now").fill("000000")
    page.get_by_role("button", name="Set up").click()
    expect(page.locator("#id_code")).to_have_attribute("aria-invalid", "true")
    # The same key is still offered, so the app need not be set up again.
    assert page.locator(".qr code").inner_text().replace(" ", "") == secret
    page.get_by_label("Code that the app shows now").fill(code(secret=secret))
    page.get_by_role("button", name="Set up").click()
    page.wait_for_url("**/account/recovery-codes/")


def test_a_minute_before_the_end_one_is_asked_and_stays(
    at_work: AtWork, clock: time_machine.Traveller
) -> None:
    somebody = at_work("therapist")
    somebody.page.clock.install()
    page = somebody.open("/account/")
    later(page, clock, minutes=13, seconds=10)
    dialog = page.get_by_role("dialog", name="Still there?")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("you will be signed out in")
    assert_accessible(page)
    page.get_by_role("button", name="Stay signed in").click()
    expect(dialog).to_be_hidden()
    later(page, clock, minutes=10)
    assert somebody.status_of("/account/") == 200


def test_five_minutes_before_the_longest_session_ends_one_is_told_once(
    at_work: AtWork, clock: time_machine.Traveller, settings: Any
) -> None:
    # Shorter than being idle may last, so that this end is the one that comes.
    settings.SESSION_LONGEST = 12 * 60
    somebody = at_work("therapist")
    somebody.page.clock.install()
    page = somebody.open("/account/")
    later(page, clock, minutes=7, seconds=10)
    dialog = page.get_by_role("dialog", name="Save what you are writing")
    expect(dialog).to_contain_text("In 5 minutes you will be signed out, whatever you do.")
    assert_accessible(page)
    page.get_by_role("button", name="Go on until then").click()
    expect(dialog).to_be_hidden()
    later(page, clock, minutes=2)
    expect(dialog).to_be_hidden()
    later(page, clock, minutes=3)
    ended = page.get_by_role("dialog", name="You were signed out")
    expect(ended).to_contain_text("as long as a session may last")
    assert somebody.status_of("/account/") == 302


@pytest.mark.parametrize(
    ("role", "path", "field", "model"),
    [
        ("front_desk", "/clients/new/", "#id_first_name", Client),
        ("therapist", "/messages/new/", "#id_subject", Message),
    ],
)
def test_what_was_typed_is_there_again_after_signing_in(
    at_work: AtWork,
    practice: Cast,
    clock: time_machine.Traveller,
    role: str,
    path: str,
    field: str,
    model: type[Model],
) -> None:
    somebody = at_work(role)
    somebody.page.clock.install()
    page = somebody.open(path)
    before = model._default_manager.count()
    page.locator(field).fill("Zelda")
    # What was on the screen is covered.
    sign_in_again(page, clock, practice.by_role()[role].email, covered=field)
    page.wait_for_url(f"**{path}")
    expect(page.locator(field)).to_have_value("Zelda")
    expect(page.get_by_text("Nothing was sent yet.")).to_be_visible()
    assert model._default_manager.count() == before


def test_what_was_typed_into_a_dialog_is_there_again_on_the_page_of_its_form(
    at_work: AtWork, practice: Cast, clock: time_machine.Traveller
) -> None:
    appointment = AppointmentFactory.create(client=practice.client, staff=practice.therapist.staff)
    somebody = at_work("therapist")
    somebody.page.clock.install()
    page = somebody.open(f"/appointments/{appointment.pk}/")
    page.get_by_role("link", name="Cancel").first.click()
    page.locator("#id_note").fill("Her car broke down")
    sign_in_again(page, clock, practice.therapist.email, covered="#id_note")
    page.wait_for_url(re.compile(f"/appointments/{appointment.pk}/cancel/"))
    expect(page.locator("#id_note")).to_have_value("Her car broke down")


def sign_in_again(page: Page, clock: time_machine.Traveller, email: str, *, covered: str) -> None:
    """Be idle until the session has ended, and come back; what was on the screen is covered meanwhile."""
    later(page, clock, minutes=20)
    again = page.get_by_role("link", name="Sign in again")
    expect(again).to_be_visible()
    expect(page.locator(covered)).to_be_hidden()
    again.click()
    page.wait_for_url("**/sign-in/**")
    page.get_by_label("E-mail").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def later(page: Page, clock: time_machine.Traveller, **passed: int) -> None:
    """Time goes by, for the browser and for the server."""
    gone = timedelta(**passed)
    clock.shift(gone)
    page.clock.fast_forward(int(gone.total_seconds() * 1000))


def sign_out(page: Page) -> None:
    page.locator(".app-person").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/sign-in/**")
