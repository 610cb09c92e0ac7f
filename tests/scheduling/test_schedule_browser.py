"""The calendar in a real browser: dragging, stretching, the keyboard, and the side panel."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client as Browser
from playwright.sync_api import Locator, Page, expect

from mentalspace.core import clock
from scheduling import services
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
    expect(dialog).to_contain_text("Clara Cole, 10:00 – 10:50 AM, to 11:00 – 11:50 AM, Thea Therapist.")
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
    expect(day.locator("#move-dialog")).to_contain_text("to 10:00 – 11:20 AM")
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


def test_a_form_from_the_panel_leaves_the_focus_where_it_was(day: Page, appointment: Appointment) -> None:
    """By keyboard: thought better of, refused in the dialog itself, then done: where it was is a free time."""
    block(day).focus()
    day.keyboard.press("Enter")
    cancel = day.locator("#cal-panel").get_by_role("link", name="Cancel", exact=True)
    cancel.focus()
    day.keyboard.press("Enter")
    dialog = day.locator("#app-dialog")
    expect(dialog.get_by_role("radio").first).to_be_focused()
    day.keyboard.press("Escape")
    expect(cancel).to_be_focused()
    day.keyboard.press("Enter")
    dialog.get_by_role("button", name="Cancel appointment").press("Enter")
    expect(dialog.locator(".faults")).to_be_focused()
    dialog.get_by_label("Client", exact=True).press("Space")
    dialog.get_by_label("Reason").select_option("weather")
    dialog.get_by_role("button", name="Cancel appointment").press("Enter")
    expect(day.locator("#messages")).to_contain_text("cancelled")
    expect(day.locator("#cal-panel")).to_be_empty()
    free = day.get_by_role("region", name="Thea Therapist").get_by_label("10:00 AM", exact=True)
    expect(free).to_be_focused()
    appointment.refresh_from_db()
    assert appointment.status == "cancelled"


def test_arrows_walk_the_blocks_of_month_and_agenda(day: Page, cast: Cast, appointment: Appointment) -> None:
    later = appointment.start_time + timedelta(days=1)
    AppointmentFactory.create(
        staff=cast.therapist.staff,
        client=cast.client,
        start_time=later,
        end_time=later + timedelta(minutes=50),
    )
    for view in ("month", "agenda"):
        day.goto(f"/schedule/?staff=all&view={view}&date={next_monday().isoformat()}")
        day.keyboard.press("c")
        expect(block(day).first).to_be_focused()
        day.keyboard.press("ArrowDown")
        expect(block(day).nth(1)).to_be_focused()
        day.keyboard.press("ArrowDown")
        expect(block(day).nth(1)).to_be_focused()
        day.keyboard.press("Home")
        expect(block(day).first).to_be_focused()


def said(page: Page) -> Locator:
    return page.locator("[data-cal-said]")


def test_the_keyboard_alone_moves_stretches_and_puts_back(day: Page, appointment: Appointment) -> None:
    block(day).focus()
    for key in ("x", "ArrowDown", "ArrowDown", "Shift+ArrowDown"):
        day.keyboard.press(key)
    expect(said(day)).to_have_text("10:30 – 11:35 AM, Thea Therapist")
    day.keyboard.press("Escape")
    expect(said(day)).to_have_text("Put back.")
    expect(block(day)).to_be_focused()
    for key in ("x", "ArrowDown", "ArrowDown", "ArrowLeft", "Enter"):
        day.keyboard.press(key)
    expect(day.locator("#move-dialog")).to_contain_text("to 10:30 – 11:20 AM, Susan Supervisor.")
    day.keyboard.press("Enter")
    expect(day.locator("#messages")).to_contain_text("10:30 – 11:20 AM")
    appointment.refresh_from_db()
    assert appointment.start_time == at(10, 30, next_monday())
    assert appointment.staff.first_name == "Susan"


def test_a_copy_by_keys_is_booked_like_any_other(day: Page, appointment: Appointment) -> None:
    """The form has all of it; what is in the way is said there."""
    block(day).focus()
    for key in ("y", "ArrowDown", "ArrowDown", "Enter"):
        day.keyboard.press(key)
    form = day.locator("#app-dialog-body form")
    expect(form.get_by_label("Start")).to_have_value("10:30 AM")
    expect(form.locator("#id_client")).to_have_value(re.compile("Clara Cole"))
    form.get_by_role("button", name="Book appointment").click()
    expect(form).to_contain_text("Thea Therapist already has an appointment")
    form.get_by_label("Start").fill("2:00 PM")
    form.get_by_role("button", name="Book appointment", exact=True).click()
    expect(day.locator("#messages")).to_contain_text("2:00 – 2:50 PM")
    assert [each.start_time for each in Appointment.objects.order_by("start_time")] == [
        at(10, day=next_monday()),
        at(14, day=next_monday()),
    ]


def test_dragging_with_ctrl_copies(day: Page, appointment: Appointment) -> None:
    day.keyboard.down("Control")
    drag(day, 8 * QUARTER)
    day.keyboard.up("Control")
    form = day.locator("#app-dialog form")
    expect(form.get_by_label("Start")).to_have_value("12:00 PM")
    expect(form.get_by_label("Length")).to_have_value("50")
    day.keyboard.press("Escape")
    expect(day.locator("a.appt")).to_have_count(1)
    assert Appointment.objects.get() == appointment


def test_what_a_colleague_changes_comes_in_and_the_focus_stays(
    day: Page, cast: Cast, appointment: Appointment
) -> None:
    """The clock of the page is put on: what it asks every few seconds is asked now."""
    day.clock.install()
    day.reload()
    slot = day.locator('[data-staff] .cal-slot[aria-label="9:00 AM"]').first
    slot.focus()
    services.confirm(actor=cast.front_desk, appointment_id=appointment.pk)
    day.clock.fast_forward(10_000)
    expect(block(day)).to_have_class(re.compile("st-confirmed"))
    expect(slot).to_be_focused()
    block(day).focus()
    day.keyboard.press("x")
    day.keyboard.press("ArrowDown")
    services.move_appointment(
        actor=cast.front_desk, appointment_id=appointment.pk, start=at(14, day=next_monday()), minutes=50
    )
    day.clock.fast_forward(10_000)
    expect(said(day)).to_have_text("10:15 – 11:05 AM, Thea Therapist")
    expect(block(day)).to_contain_text("10:00")
    day.keyboard.press("Escape")
    day.clock.fast_forward(10_000)
    expect(block(day)).to_contain_text("2:00 – 2:50 PM")
    expect(block(day)).to_be_focused()


def test_question_mark_lists_the_keys_and_plus_divides_finer(day: Page) -> None:
    day.keyboard.press("?")
    keys = day.get_by_role("dialog", name="Keys of the calendar")
    expect(keys).to_contain_text("Copy the appointment")
    day.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    day.keyboard.press("+")
    expect(day.locator(".cal-steps [aria-current]")).to_have_text("15 minutes")
    day.keyboard.press("-")
    expect(day.locator(".cal-steps [aria-current]")).to_have_text("30 minutes")
    day.keyboard.press("g")
    expect(day.get_by_label("Go to date")).to_be_focused()


def test_an_open_panel_says_that_a_colleague_changed_what_it_shows(
    day: Page, cast: Cast, appointment: Appointment
) -> None:
    day.clock.install()
    day.reload()
    block(day).click()
    panel = day.locator("#cal-panel")
    expect(panel).to_contain_text("Scheduled")
    services.confirm(actor=cast.front_desk, appointment_id=appointment.pk)
    day.clock.fast_forward(10_000)
    expect(panel).to_contain_text("A colleague has changed this appointment.")
    panel.get_by_role("button", name="Show it as it is now").click()
    expect(panel).not_to_contain_text("A colleague has changed")
    expect(panel).to_contain_text("Confirmed")
    expect(block(day)).to_have_class(re.compile("is-open"))
