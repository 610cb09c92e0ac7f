"""Where the client's clock shows another time, both stand there: on the block, in the panel, beside the form."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client
from scheduling.clocks import elsewhere
from scheduling.models import Appointment
from tests.cast import Cast
from tests.scheduling.conftest import TODAY, at
from tests.scheduling.factories import AppointmentFactory

pytestmark = [pytest.mark.usefixtures("stopped_clock"), pytest.mark.django_db]
ASKED = {"client": "", "date": "09/15/2026", "start": "10:00 AM"}


@pytest.fixture
def far(cast: Cast) -> Appointment:
    """Clara is in Los Angeles."""
    Client.objects.filter(pk=cast.client.pk).update(time_zone="America/Los_Angeles")
    return AppointmentFactory.create(
        staff=cast.therapist.staff, client=cast.client, start_time=at(14), end_time=at(14, 50)
    )


def text(cast: Cast, path: str, query: dict[str, str] | None = None) -> str:
    browser = Browser()
    browser.force_login(cast.front_desk)
    answer = browser.get(path, query or {})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize(
    ("instant", "zone", "said"),
    [
        (datetime(2026, 9, 14, 18, tzinfo=UTC), "America/Chicago", "1:00 PM CDT"),
        (datetime(2026, 9, 14, 18, tzinfo=UTC), "America/Detroit", ""),
        (datetime(2026, 9, 14, 18, tzinfo=UTC), "", ""),
        (datetime(2026, 9, 14, 18, tzinfo=UTC), "Nowhere/Such", ""),
        # Arizona keeps its clock: two hours behind in winter, three in summer.
        (datetime(2026, 12, 14, 18, tzinfo=UTC), "America/Phoenix", "11:00 AM MST"),
        (datetime(2026, 9, 14, 18, tzinfo=UTC), "America/Phoenix", "11:00 AM MST"),
        # Panama agrees with New York in winter and not in summer.
        (datetime(2026, 12, 14, 18, tzinfo=UTC), "America/Panama", ""),
        (datetime(2026, 9, 14, 18, tzinfo=UTC), "America/Panama", "1:00 PM EST"),
        (datetime(2026, 9, 15, 3, tzinfo=UTC), "Europe/Berlin", "Tue 5:00 AM CEST"),
    ],
)
def test_it_is_said_where_it_differs(cast: Cast, instant: datetime, zone: str, said: str) -> None:
    assert elsewhere(instant, zone) == said


def test_block_and_panel_say_it(cast: Cast, far: Appointment) -> None:
    for view in ("day", "week", "agenda"):
        page = text(cast, "/schedule/", {"view": view, "date": TODAY.isoformat(), "staff": str(far.staff_id)})
        assert '<span class="appt-theirs">11:00 AM PDT for the client</span>' in page
    page = text(cast, reverse("scheduling:appointment_detail", args=[far.pk]))
    assert "2:00 – 2:50 PM (11:00 AM PDT for the client)" in page


def test_who_may_not_see_the_appointment_sees_no_time_of_theirs(cast: Cast, far: Appointment) -> None:
    browser = Browser()
    browser.force_login(cast.stranger)
    page = browser.get(f"/schedule/?staff=all&date={TODAY}").content.decode()
    assert ("Busy" in page, "PDT" in page) == (True, False)


def test_the_booking_form_says_it_while_it_is_filled_in(cast: Cast, far: Appointment) -> None:
    url = reverse("scheduling:client_time")
    query = ASKED | {"client": str(cast.client.pk)}
    assert text(cast, url, query) == "For the client it is 7:00 AM PDT then."
    assert text(cast, url, query | {"client": str(cast.other_client.pk)}) == ""
    for name in ASKED:
        assert text(cast, url, query | {name: "?"}) == ""
    move = text(cast, reverse("scheduling:appointment_move", args=[far.pk]))
    assert f'hx-get="{url}" hx-trigger="load, change from:closest form"' in move
    assert f'hx-get="{url}"' in text(cast, reverse("scheduling:series_create"))
    assert f'hx-get="{url}"' not in text(cast, reverse("scheduling:group_series_create"))


def test_a_clinician_is_told_of_nobody_elses_client(cast: Cast, far: Appointment) -> None:
    browser = Browser()
    browser.force_login(cast.stranger)
    query = ASKED | {"client": str(cast.client.pk)}
    assert browser.get(reverse("scheduling:client_time"), query).content.decode().strip() == ""


def test_the_message_after_booking_says_it(cast: Cast, far: Appointment) -> None:
    browser = Browser()
    browser.force_login(cast.front_desk)
    page = browser.post(
        reverse("scheduling:appointment_create"),
        {
            "client": cast.client.pk, "staff": cast.therapist.staff.pk, "date": "09/15/2026", "start": "10:00 AM",
            "minutes": "50", "type": "individual", "location": "telehealth",
        },
        follow=True,
    )  # fmt: skip
    assert "10:00 – 10:50 AM (7:00 AM PDT for the client)" in page.content.decode()
    assert Appointment.objects.get(start_time=at(10) + timedelta(days=1)).client == cast.client
