"""A day on paper: for whom, what stands on it, and that it is known who made it."""

from datetime import timedelta

import pytest
from django.test import Client as Browser

from accounts.choices import Role
from clients.models import Client
from mentalspace.core.models import AuditEvent
from tests.cast import Cast
from tests.scheduling.conftest import at
from tests.scheduling.factories import AppointmentFactory

pytestmark = [pytest.mark.usefixtures("stopped_clock"), pytest.mark.django_db]
SHEET = "/schedule/sheet/?date=2026-09-14&staff=all"


def sheet(user: object, url: str = SHEET) -> str:
    browser = Browser()
    browser.force_login(user)  # type: ignore[arg-type]
    return browser.get(url).content.decode()


def test_each_clinician_has_a_sheet(cast: Cast) -> None:
    AppointmentFactory.create(
        staff=cast.therapist.staff,
        client=cast.client,
        start_time=at(14),
        end_time=at(14, 50),
        status="confirmed",
    )
    html = sheet(cast.front_desk)
    assert html.count('class="card day-sheet"') == 4
    assert html.count("Nothing booked.") == 3
    row = "".join(html.split("<tbody>")[1].split("</tr>")[0].split("\n"))
    assert row == (
        '<tr><th scope="row">2:00 – 2:50 PM</th><td>Clara Cole</td><td>Individual therapy</td>'
        "<td>Telehealth</td><td>Confirmed</td>"
    )


def test_it_shows_what_the_calendar_shows(cast: Cast) -> None:
    """A colleague's time is Busy; one day, of those chosen; a holiday and time off by name."""
    AppointmentFactory.create(
        staff=cast.stranger.staff, client=cast.other_client, start_time=at(14), end_time=at(14, 50)
    )
    AppointmentFactory.create(
        staff=cast.therapist.staff, client=cast.client, start_time=at(14) + timedelta(days=1),
        end_time=at(15) + timedelta(days=1),
    )  # fmt: skip
    html = sheet(cast.therapist)
    assert ("Busy" in html, "Otto" in html, "Clara" in html) == (True, False, False)
    own = sheet(cast.therapist, f"/schedule/sheet/?date=2026-09-15&staff={cast.therapist.staff.pk}")
    assert (own.count('class="card day-sheet"'), "Clara Cole" in own) == (1, True)


def test_a_client_elsewhere_has_their_own_time_beside_ours(cast: Cast) -> None:
    Client.objects.filter(pk=cast.client.pk).update(time_zone="America/Los_Angeles")
    AppointmentFactory.create(
        staff=cast.therapist.staff, client=cast.client, start_time=at(14), end_time=at(14, 50)
    )
    assert "11:00 AM PDT for the client" in sheet(cast.front_desk)


def test_who_made_it_is_an_event_with_the_names(cast: Cast) -> None:
    AppointmentFactory.create(
        staff=cast.therapist.staff, client=cast.client, start_time=at(14), end_time=at(14, 50)
    )
    sheet(cast.front_desk)
    event = AuditEvent.objects.get(verb="schedule.printed")
    assert (event.actor_id, event.page, event.clients) == (
        cast.front_desk.pk,
        "scheduling:day_sheet",
        [cast.client.pk],
    )


@pytest.mark.parametrize("role", Role.values)
def test_the_desk_and_clinicians_make_it(cast: Cast, role: str) -> None:
    browser = Browser()
    browser.force_login(cast.by_role()[role])
    assert browser.get(SHEET).status_code == (403 if role == Role.BILLER else 200)
    offered = "/schedule/sheet/" in browser.get("/schedule/?view=day").content.decode()
    assert offered == (role != Role.BILLER)
