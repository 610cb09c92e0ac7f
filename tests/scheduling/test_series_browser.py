"""A series planned in a real browser by the keyboard alone, and without scripts."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client as Browser
from playwright.sync_api import Page, expect

from mentalspace.core import clock
from scheduling.models import Appointment, Series
from tests.cast import Cast
from tests.clients.factories import ClientFactory
from tests.scheduling.conftest import at
from tests.scheduling.factories import AppointmentFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def next_monday() -> date:
    today = clock.today()
    return today + timedelta(days=7 - today.weekday())


@pytest.fixture
def desk(page: Page, live_server: Any, cast: Cast) -> Page:
    browser = Browser()
    browser.force_login(cast.front_desk)
    cookie = browser.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    second = next_monday() + timedelta(weeks=1)
    AppointmentFactory.create(
        staff=cast.therapist.staff,
        client=ClientFactory.create(),
        start_time=at(10, 0, second),
        end_time=at(11, 0, second),
    )
    return page


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has the focus is called this."""
    for _ in range(80):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => { const it = document.activeElement;
            return it.labels?.[0]?.textContent.trim() || it.getAttribute('aria-label') || it.textContent.trim(); }"""
        )
        if found.replace("*", "").strip().startswith(name):
            return
    raise AssertionError(f"Nothing called {name} can be reached.")


def test_a_series_is_planned_settled_and_booked_without_a_mouse(desk: Page, cast: Cast) -> None:
    monday = next_monday()
    desk.goto(
        f"/series/new/?client={cast.client.pk}&staff={cast.therapist.staff.pk}&date={monday.isoformat()}&start=10:00"
    )
    tab_to(desk, "Number of sessions")
    desk.keyboard.press("Control+A")
    desk.keyboard.type("3")
    desk.keyboard.press("Enter")
    # The focus is on the list: from there the next thing is the first session.
    expect(desk.locator("#sessions-title")).to_be_focused()
    expect(desk.locator(".series-line")).to_have_count(3)
    clash = desk.locator(".series-line").nth(1)
    expect(clash).to_contain_text("Thea Therapist already has an appointment, 10:00 – 11:00 AM.")
    key = (monday + timedelta(weeks=1)).isoformat()
    desk.locator(f"#decide-{key}").focus()
    # To the first free time that is offered: after Decide and Leave it out.
    desk.keyboard.type("Move")
    tab_to(desk, "Book the sessions")
    desk.keyboard.press("Enter")
    expect(desk.locator("#messages")).to_contain_text("3 sessions booked")
    expect(desk.get_by_role("heading", level=1)).to_have_text("Every Monday at 10:00 AM")
    moved = Appointment.objects.get(
        series=Series.objects.get(), series_slot=at(10, 0, monday + timedelta(weeks=1))
    )
    assert moved.start_time == at(9, 0, monday + timedelta(weeks=1))


def test_this_and_later_are_cancelled_from_the_panel_of_one(desk: Page, cast: Cast) -> None:
    monday = next_monday()
    desk.goto(
        f"/series/new/?client={cast.client.pk}&staff={cast.therapist.staff.pk}&date={monday.isoformat()}&start=2:00 PM"
    )
    desk.get_by_role("button", name="Show the sessions").click()
    expect(desk.locator(".series-line")).to_have_count(12)
    desk.get_by_role("button", name="Book 1", exact=False).click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Every Monday at 2:00 PM")
    third = Appointment.objects.filter(series__isnull=False).order_by("start_time")[2]
    count = Appointment.objects.filter(series__isnull=False).count()
    desk.goto(f"/schedule/?view=day&staff=all&date={clock.local(third.start_time).date().isoformat()}")
    desk.locator("a.appt", has_text="Clara Cole").click()
    panel = desk.locator("#cal-panel")
    expect(panel).to_contain_text(f"Every Monday at 2:00 PM, 3 of {count}")
    panel.get_by_role("link", name="Cancel").click()
    dialog = desk.locator("#app-dialog")
    expect(dialog).to_contain_text("This and later")
    dialog.get_by_role("link", name="This and later").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Cancel sessions")
    desk.get_by_label("Client", exact=True).check()
    desk.get_by_label("Reason").select_option("client_request")
    desk.get_by_role("button", name="Show the sessions").click()
    expect(desk.get_by_text("Is cancelled")).to_have_count(count - 2)
    desk.get_by_role("button", name="Cancel these sessions").click()
    expect(desk.locator("#messages")).to_contain_text(f"{count - 2} sessions cancelled")
    left = Appointment.objects.filter(series__isnull=False, status="scheduled").count()
    assert left == 2
