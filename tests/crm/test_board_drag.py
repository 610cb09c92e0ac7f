"""The board in a real browser: dragging a card, and being asked where that asks something."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from crm.models import Lead
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, live_server: Any, user: User) -> None:
    browser = Browser()
    browser.force_login(user)
    cookie = browser.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])


def drag(page: Page, name: str, status: str) -> None:
    """By hand: down, a little, over, up."""
    card = page.locator("[data-card]", has_text=name).locator(".lead-card-facts")
    start = card.bounding_box()
    end = page.locator(f'.board-cards[data-status="{status}"]').bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 20, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(start["x"] + 40, start["y"] + 14, steps=4)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 30, steps=12)
    page.mouse.up()


@pytest.fixture
def board(page: Page, live_server: Any, cast: Cast, lead: Lead) -> Page:
    sign_in(page, live_server, cast.front_desk)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(reverse("crm:lead_board"))
    return page


def test_dragging_to_another_stage(board: Page, lead: Lead) -> None:
    drag(board, "Lena Lindqvist", "qualified")
    expect(board.locator('.board-cards[data-status="qualified"]')).to_contain_text("Lena Lindqvist")
    expect(board.locator("#messages")).to_contain_text("Moved to qualified.")
    lead.refresh_from_db()
    assert lead.status == "qualified"
    # The new board takes drags too.
    drag(board, "Lena Lindqvist", "contacted")
    expect(board.locator('.board-cards[data-status="contacted"]')).to_contain_text("Lena Lindqvist")


def test_dragging_to_lost_asks_why_and_changes_nothing_until_told(board: Page, lead: Lead) -> None:
    drag(board, "Lena Lindqvist", "lost")
    dialog = board.locator("#app-dialog")
    expect(dialog).to_contain_text("Mark Lena Lindqvist lost")
    dialog.get_by_role("button", name="Close").click()
    expect(board.locator('.board-cards[data-status="new"]')).to_contain_text("Lena Lindqvist")
    lead.refresh_from_db()
    assert lead.status == "new"
    drag(board, "Lena Lindqvist", "lost")
    dialog.get_by_label("Reason").select_option("elsewhere")
    dialog.get_by_role("button", name="Mark lost").click()
    expect(board.locator("#messages")).to_contain_text("The lead was marked lost.")
    lead.refresh_from_db()
    assert (lead.status, lead.lost_reason) == ("lost", "elsewhere")


def test_dragging_to_converted_opens_the_form(board: Page, lead: Lead) -> None:
    drag(board, "Lena Lindqvist", "converted")
    expect(board.get_by_label("Legal first name")).to_have_value("Lena")


def test_the_cards_menu_by_keyboard(board: Page, lead: Lead) -> None:
    board.get_by_role("button", name="Move or act on Lena Lindqvist").press("Enter")
    expect(board.get_by_role("button", name="Move to contacted")).to_be_visible()
    board.keyboard.press("Tab")
    board.keyboard.press("Tab")
    expect(board.locator(":focus")).to_contain_text("Move to contacted")
    board.keyboard.press("Enter")
    expect(board.locator('.board-cards[data-status="contacted"]')).to_contain_text("Lena Lindqvist")


def test_the_hint_comes_while_typing(page: Page, live_server: Any, cast: Cast, lead: Lead) -> None:
    sign_in(page, live_server, cast.front_desk)
    page.goto(reverse("crm:lead_create"))
    page.get_by_label("First name").fill("Clara")
    page.get_by_label("Last name").press_sequentially("Cole")
    expect(page.locator("#alike")).to_contain_text("Clara Cole")
