"""A day at the desk in the calendar: book, open, confirm, check in, move, cancel; by mouse, by keyboard, on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from scheduling.models import Appointment
from tests.cast import Cast
from tests.journeys.browsing import PHONE
from tests.journeys.conftest import AtWork, clock_at
from tests.journeys.work import choose, field, press, said
from tests.scheduling.factories import AppointmentFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Use = Callable[[Locator], None]


def use_mouse(what: Locator) -> None:
    what.click()


def use_keys(what: Locator) -> None:
    what.focus()
    what.press("Enter")


def use_finger(what: Locator) -> None:
    what.tap()


def block(page: Page, name: str) -> Locator:
    return page.locator("a.appt", has_text=name)


def in_panel(page: Page, name: str, role: str = "button") -> Locator:
    return page.locator("#cal-panel").get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type]


def book_at_one(page: Page, practice: Cast, use: Use) -> None:
    """The free slot in Thea's column, or, on a phone, in her list."""
    column = page.locator(f'[data-staff="{practice.therapist.staff.pk}"]')
    use(column.locator('.cal-slot[aria-label="1:00 PM"]'))
    page.wait_for_url("**/appointments/new/**")


def drag_an_hour(page: Page) -> None:
    box = block(page, "Otto").bounding_box()
    assert box
    page.mouse.move(box["x"] + 50, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 50, box["y"] + 30, steps=3)
    page.mouse.move(box["x"] + 50, box["y"] + 20 + 72, steps=8)
    page.mouse.up()
    press(page, "Move")


def take_up_and_down(page: Page) -> None:
    block(page, "Otto").press("x")
    for key in (*["ArrowDown"] * 4, "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#move-dialog [data-move-yes]")).to_be_focused()
    page.keyboard.press("Enter")


def move_by_form(page: Page) -> None:
    block(page, "Otto").tap()
    in_panel(page, "Move", "link").tap()
    field(page, "Start").fill("2:00 PM")
    press(page, "Move appointment")


@pytest.mark.parametrize(
    ("use", "move", "options"),
    [
        (use_mouse, drag_an_hour, {}),
        (use_keys, take_up_and_down, {}),
        (use_finger, move_by_form, {"viewport": PHONE, "has_touch": True}),
    ],
    ids=["mouse", "keys", "phone"],
)
def test_a_day_at_the_desk(
    at_work: AtWork,
    practice: Cast,
    use: Use,
    move: Callable[..., None],
    options: Any,
) -> None:
    AppointmentFactory.create(
        staff=practice.therapist.staff,
        client=practice.client,
        start_time=clock_at(10),
        end_time=clock_at(10) + timedelta(minutes=50),
    )
    page = at_work("front_desk", **options).open("/schedule/?staff=all")
    book_at_one(page, practice, use)
    choose(page, "Client", "Otto")
    use(page.get_by_role("button", name="Book appointment", exact=True))
    page.wait_for_url("**/schedule/**")
    said(page, re.compile("The appointment is booked: .* 1:00 – 1:50 PM"))

    for step, answer in (("Confirm", "confirmed"), ("Check in", "checked_in")):
        use(block(page, "Clara"))
        use(in_panel(page, step))
        expect(block(page, "Clara")).to_have_class(re.compile(f"st-{answer}"))

    move(page)
    said(page, re.compile("Moved to .* 2:00 – 2:50 PM"))
    assert Appointment.objects.get(client=practice.other_client).start_time == clock_at(14)

    use(block(page, "Otto"))
    use(in_panel(page, "Cancel", "link"))
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("Client", exact=True).check()
    field(page, "Reason").select_option("weather")
    use(dialog.get_by_role("button", name="Cancel appointment"))
    said(page, re.compile("The appointment is cancelled"))
    expect(block(page, "Otto")).to_have_count(0)
    assert [each.status for each in Appointment.objects.order_by("start_time")] == [
        "checked_in",
        "late_cancelled",
    ]
