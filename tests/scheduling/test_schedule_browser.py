"""The calendar in a real browser: dragging, stretching, the keyboard, and the side panel."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client as Browser
from playwright.sync_api import Locator, Page, expect

from mentalspace.core import clock
from scheduling.models import Appointment
from tests.cast import Cast
from tests.scheduling.conftest import at
from tests.scheduling.factories import AppointmentFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
QUARTER = 18  # pixels: three rows of five minutes


def next_monday() -> date:
    today = clock.today()
    return today + timedelta(days=7 - today.weekday())


@pytest.fixture
def appointment(cast: Cast) -> Appointment:
    day = next_monday()
    return AppointmentFactory.create(
        staff=cast.therapist.staff, client=cast.client, start_time=at(10, day=day), end_time=at(10, 50, day)
    )


@pytest.fixture
def day(page: Page, live_server: Any, cast: Cast, appointment: Appointment) -> Page:
    browser = Browser()
    browser.force_login(cast.front_desk)
    cookie = browser.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page.set_viewport_size({"width": 1440, "height": 1000})
    page.goto(f"/schedule/?staff=all&date={next_monday().isoformat()}")
    return page


def block(page: Page) -> Locator:
    return page.locator("a.appt", has_text="Clara Cole")


def drag(page: Page, down: int, *, grip: int = 20) -> None:
    """From `grip` pixels below the block's top, so far down."""
    box = block(page).bounding_box()
    assert box
    x, y = box["x"] + 50, box["y"] + (grip if grip >= 0 else box["height"] + grip)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 9, steps=3)
    page.mouse.move(x, y + down, steps=8)
    page.mouse.up()


def test_dragging_asks_and_then_moves(day: Page, appointment: Appointment) -> None:
    drag(day, 4 * QUARTER)
    dialog = day.locator("#move-dialog")
    expect(dialog).to_contain_text("Clara Cole, 10:00 – 10:50 AM, to 11:00 AM – 11:50 AM, Thea Therapist.")
    dialog.get_by_role("button", name="Move").click()
    expect(day.locator("#messages")).to_contain_text("11:00 – 11:50 AM")
    appointment.refresh_from_db()
    assert appointment.start_time == at(11, day=next_monday())


def test_a_refusal_puts_it_back_with_the_sentence(day: Page, cast: Cast, appointment: Appointment) -> None:
    AppointmentFactory.create(
        staff=cast.therapist.staff,
        client=cast.other_client,
        start_time=at(12, day=next_monday()),
        end_time=at(13, day=next_monday()),
    )
    drag(day, 8 * QUARTER)
    dialog = day.locator("#move-dialog")
    dialog.get_by_role("button", name="Move").click()
    expect(dialog).to_contain_text("Thea Therapist already has an appointment, 12:00 – 1:00 PM.")
    dialog.get_by_role("button", name="Close").click()
    assert block(day).evaluate("element => element.style.transform") == ""
    appointment.refresh_from_db()
    assert appointment.start_time == at(10, day=next_monday())


def test_stretching_and_thinking_better_of_it(day: Page, appointment: Appointment) -> None:
    drag(day, 2 * QUARTER, grip=-2)
    expect(day.locator("#move-dialog")).to_contain_text("to 10:00 AM – 11:20 AM")
    day.keyboard.press("Escape")
    expect(day.locator("#move-dialog")).to_be_hidden()
    appointment.refresh_from_db()
    assert appointment.minutes == 50


def test_the_keyboard_alone_opens_books_and_turns(day: Page) -> None:
    block(day).focus()
    day.keyboard.press("Enter")
    panel = day.locator("#cal-panel")
    expect(panel).to_contain_text("Scheduled")
    expect(panel.locator("[data-panel-title]")).to_be_focused()
    day.keyboard.press("Escape")
    expect(panel).to_be_empty()
    expect(block(day)).to_be_focused()
    day.keyboard.press("ArrowDown")
    expect(day.locator('.cal-slot[aria-label="11:00 AM"]:focus')).to_be_visible()
    day.keyboard.press("Enter")
    expect(day.get_by_label("Start")).to_have_value("11:00 AM")
    day.go_back()
    day.keyboard.press("w")
    expect(day.locator(".cal-views [aria-current]")).to_have_text("Week")
