"""A button pressed twice, or again after going back, does its work once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Model
from playwright.sync_api import Page, expect

from billing.models import Payment
from clients.models import Client
from crm.models import Lead
from messaging.models import Message
from scheduling.models import Appointment
from tests.cast import Cast
from tests.journeys.conftest import AtWork, clock_at
from tests.journeys.work import choose, field

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def new_client(page: Page, cast: Cast) -> None:
    page.goto("/clients/new/")
    field(page, "Legal first name").fill("Tess")
    field(page, "Legal last name").fill("Twice")


def new_appointment(page: Page, cast: Cast) -> None:
    page.goto(f"/appointments/new/?client={cast.client.pk}")
    field(page, "Clinician").select_option(label="Thea Therapist, LCSW")
    field(page, "Date").fill(clock_at(9).strftime("%m/%d/%Y"))
    field(page, "Start").fill("2:00 PM")


def new_payment(page: Page, cast: Cast) -> None:
    page.goto(f"/payments/new/?client={cast.client.pk}")
    field(page, "Amount").fill("25")


def new_message(page: Page, cast: Cast) -> None:
    page.goto("/messages/new/")
    choose(page, "To", "Thea")
    field(page, "Subject").fill("Once")
    field(page, "Message").fill("Only once.")


def new_lead(page: Page, cast: Cast) -> None:
    page.goto("/leads/new/")
    field(page, "First name").fill("Lou")
    field(page, "Last name").fill("Lead")
    field(page, "Phone").fill("4045550177")


KINDS: list[tuple[type[Model], Callable[[Page, Cast], None], str]] = [
    (Client, new_client, "Create client"),
    (Appointment, new_appointment, "Book appointment"),
    (Payment, new_payment, "payment"),
    (Message, new_message, "Send message"),
    (Lead, new_lead, "Log inquiry"),
]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "none"])
def test_pressing_twice_and_going_back_creates_one_row(
    at_work: AtWork, practice: Cast, scripts: bool
) -> None:
    somebody = at_work("front_desk", java_script_enabled=scripts)
    made: dict[str, Any] = {}
    for model, fill_in, button in KINDS:
        if not scripts and model is Message:
            continue
        before = model._default_manager.count()
        page = somebody.page
        fill_in(page, practice)
        page.locator("main").get_by_role("button", name=re.compile(button, re.IGNORECASE)).last.dblclick()
        # Asked again and again: the second press cuts off the navigation that the first began.
        expect(page).not_to_have_url(re.compile("/new/"), timeout=15_000)
        after_two = model._default_manager.count() - before
        page.go_back()
        save = page.locator("main").get_by_role("button", name=re.compile(button, re.IGNORECASE)).last
        if save.count():
            save.click()
            page.wait_for_load_state("networkidle")
        made[model.__name__] = (after_two, model._default_manager.count() - before)
    assert made == dict.fromkeys(made, (1, 1))
