"""A copy is an ordinary booking whose form is filled in from another appointment."""

from typing import Any

import pytest
from django.test import Client as Browser

from scheduling import services
from scheduling.models import Appointment
from tests.cast import Cast
from tests.clients.factories import ClientFactory
from tests.scheduling.conftest import at
from tests.scheduling.factories import AppointmentFactory

pytestmark = [pytest.mark.usefixtures("stopped_clock"), pytest.mark.django_db]


@pytest.fixture
def appointment(cast: Cast) -> Appointment:
    return AppointmentFactory.create(
        staff=cast.therapist.staff, client=cast.client, start_time=at(14), end_time=at(14, 45), type="couples",
        location="phone", is_billable=False, billing_code="H0004", notes="Rings twice.",
    )  # fmt: skip


def form(user: Any, query: str) -> Any:
    browser = Browser()
    browser.force_login(user)
    return browser.get(f"/appointments/new/?{query}", follow=True).context["form"]


def test_the_form_is_filled_in_from_it(cast: Cast, appointment: Appointment) -> None:
    """Its note was about that one time; what the address names besides wins."""
    made = form(
        cast.front_desk, f"like={appointment.pk}&date=2026-09-15&start=09:30&staff={cast.stranger.staff.pk}"
    )
    names = ("client", "staff", "minutes", "type", "location", "is_billable", "billing_code", "notes")
    assert [made[name].value() for name in names] == [
        cast.client.pk, str(cast.stranger.staff.pk), 45, "couples", "phone", False, "H0004", None
    ]  # fmt: skip
    assert (made["date"].value(), made["start"].value()) == ("09/15/2026", "9:30 AM")


def test_who_may_not_see_it_learns_nothing_of_it(cast: Cast, appointment: Appointment) -> None:
    made = form(cast.stranger, f"like={appointment.pk}")
    assert (made["client"].value(), made["type"].value()) == (None, "individual")
    assert form(cast.front_desk, "like=nonsense")["client"].value() is None


def test_of_a_group_everybody_comes_along(cast: Cast) -> None:
    third = ClientFactory.create()
    booked = services.book_group_session(
        actor=cast.front_desk, client_ids=[cast.client.pk, cast.other_client.pk, third.pk],
        staff_id=cast.therapist.staff.pk, start=at(14), minutes=75,
    )  # fmt: skip
    made = form(cast.front_desk, f"like={booked[0].pk}&date=2026-09-21&start=14:00")
    assert set(made["clients"].value()) == {cast.client.pk, cast.other_client.pk, third.pk}
    assert made["minutes"].value() == 75


def test_the_panel_offers_it_a_week_later(cast: Cast, appointment: Appointment) -> None:
    browser = Browser()
    browser.force_login(cast.front_desk)
    page = browser.get(f"/appointments/{appointment.pk}/").content.decode()
    assert f'href="/appointments/new/?like={appointment.pk}&amp;date=2026-09-21&amp;start=14%3A00"' in page
