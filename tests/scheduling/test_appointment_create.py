"""The booking form: what it is filled in with, refuses, asks and keeps."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import CareTeamMember
from scheduling.choices import AppointmentType
from scheduling.models import Appointment
from tests.cast import Cast
from tests.clients.factories import ClientFactory
from tests.scheduling.conftest import at
from tests.scheduling.factories import AppointmentFactory

pytestmark = [pytest.mark.usefixtures("stopped_clock"), pytest.mark.django_db]
URL = "/appointments/new/"


@pytest.fixture
def desk(cast: Cast) -> Browser:
    browser = Browser()
    browser.force_login(cast.front_desk)
    return browser


def form(cast: Cast, **changes: Any) -> dict[str, str]:
    typed = {
        "client": str(cast.client.pk),
        "staff": str(cast.therapist.staff.pk),
        "date": "09/14/2026",
        "start": "2:00 PM",
        "minutes": "50",
        "type": "individual",
        "location": "telehealth",
        "is_billable": "on",
        "billing_code": "",
        "notes": "Ring twice",
    }
    return {**typed, **changes}


def test_it_books_and_shows_the_day(cast: Cast, desk: Browser) -> None:
    answer = desk.post(URL, form(cast))
    assert answer.headers["Location"] == "/schedule/?date=2026-09-14"
    made = Appointment.objects.get()
    assert (made.start_time, made.billing_code, made.notes, made.is_billable) == (
        at(14),
        "90834",
        "Ring twice",
        True,
    )


def test_it_goes_back_to_where_one_came_from(cast: Cast, desk: Browser) -> None:
    calendar = "/schedule/?view=week&date=2026-09-14"
    page = desk.get(URL, headers={"Referer": f"http://testserver{calendar}"}).content.decode()
    assert f'name="next" value="{calendar.replace("&", "&amp;")}"' in page
    assert desk.post(URL, form(cast, next=calendar)).headers["Location"] == calendar


def test_sent_twice_it_books_once(cast: Cast, desk: Browser) -> None:
    key = {"_once": "7d7b5df8-5a5f-4a33-9d24-9a2f1c7f7d11"}
    first = desk.post(URL, {**form(cast), **key})
    second = desk.post(URL, {**form(cast), **key})
    assert first.headers["Location"] == second.headers["Location"]
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"client": ""}, "Choose a client."),
        (
            {"client": "7d7b5df8-5a5f-4a33-9d24-9a2f1c7f7d11"},
            "This client is not among those you may choose.",
        ),
        ({"date": "13/45/2026"}, "There is no such day in the calendar."),
        ({"date": "tomorrow"}, "Enter the date as month, day and year"),
        ({"start": "25:00"}, "Enter the time as hours and minutes"),
        ({"start": "2:30"}, "Add AM or PM"),
        ({"minutes": "7"}, "Select a valid choice"),
        ({"billing_code": "90 834!"}, "A service code has letters and digits only"),
        ({"type": "massage"}, "Select a valid choice"),
        ({"staff": ""}, "Choose a clinician."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    cast: Cast, desk: Browser, changes: dict[str, str], says: str
) -> None:
    answer = desk.post(URL, form(cast, **changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert "Ring twice" in page
    assert not Appointment.objects.exists()


def test_a_taken_time_offers_free_ones_that_book_at_once(cast: Cast, desk: Browser) -> None:
    AppointmentFactory.create(
        staff=cast.therapist.staff, client=cast.other_client, start_time=at(14), end_time=at(15)
    )
    answer = desk.post(URL, form(cast))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Thea Therapist already has an appointment, 2:00 – 3:00 PM." in page
    assert "Ring twice" in page
    assert 'value="2026-09-14T15:00"' in page
    assert desk.post(URL, form(cast, opening="2026-09-14T15:00")).status_code == 302
    assert Appointment.objects.get(client=cast.client).start_time == at(15)


def test_outside_hours_it_asks_and_the_answer_counts_for_that_question_only(
    cast: Cast, desk: Browser
) -> None:
    asked = desk.post(URL, form(cast, start="6:00 PM"))
    page = asked.content.decode()
    assert "Thea Therapist works 9:00 AM – 5:00 PM on Monday, September 14, 2026." in page
    token = asked.context["form"]["anyway"].field.widget.attrs["value"]
    assert f'value="{token}"' in page
    assert 'type="checkbox" name="anyway"' in page
    # Another question: the day is over as well.
    assert desk.post(URL, form(cast, start="7:00 AM", anyway=token)).status_code == 422
    assert desk.post(URL, form(cast, start="6:00 PM", anyway=token)).status_code == 302
    assert Appointment.objects.get().start_time == at(18)


def test_a_short_pause_is_pointed_out(cast: Cast, desk: Browser) -> None:
    AppointmentFactory.create(
        staff=cast.therapist.staff, client=cast.other_client, start_time=at(13), end_time=at(13, 55)
    )
    page = desk.post(URL, form(cast), follow=True).content.decode()
    assert "Thea Therapist has less than 10 minutes before or after this appointment." in page


def test_the_desk_can_put_the_clinician_on_the_care_team(cast: Cast, desk: Browser) -> None:
    """Who holds the intake needs the chart."""
    newcomer = ClientFactory.create()
    desk.post(URL, form(cast, client=str(newcomer.pk), assign="on"))
    member = CareTeamMember.objects.get(client=newcomer)
    assert (member.staff, member.role) == (cast.therapist.staff, "primary")
    desk.post(
        URL,
        form(cast, client=str(newcomer.pk), staff=str(cast.stranger.staff.pk), start="4:00 PM", assign="on"),
    )
    assert CareTeamMember.objects.get(client=newcomer, staff=cast.stranger.staff).role == "secondary"
    desk.post(URL, form(cast, client=str(newcomer.pk), start="11:00 AM", assign="on"))
    assert CareTeamMember.objects.filter(client=newcomer).count() == 2


def test_a_therapist_books_her_own_clients_with_herself(cast: Cast) -> None:
    browser = Browser()
    browser.force_login(cast.therapist)
    page = browser.get(URL).content.decode()
    assert "Stella Stranger" not in page
    assert 'name="assign"' not in page
    assert browser.post(URL, form(cast, client=str(cast.other_client.pk))).status_code == 422
    assert browser.post(URL, form(cast, staff=str(cast.stranger.staff.pk))).status_code == 422
    assert browser.post(URL, form(cast)).status_code == 302


def test_a_biller_does_not_book(cast: Cast) -> None:
    browser = Browser()
    browser.force_login(cast.biller)
    assert browser.get(URL).status_code == 403
    assert browser.post(URL, form(cast)).status_code == 403


def test_a_group_is_booked_and_joined_by_form(cast: Cast, desk: Browser) -> None:
    third = ClientFactory.create()
    typed = {**form(cast, minutes="90"), "clients": [str(cast.client.pk), str(cast.other_client.pk)]}
    assert desk.post(reverse("scheduling:group_session_create"), typed).status_code == 302
    first = Appointment.objects.order_by("created_at").first()
    assert first is not None
    assert (first.type, first.billing_code) == (AppointmentType.GROUP, "90853")
    add = reverse("scheduling:group_member_add", args=[first.pk])
    assert desk.post(add, {"client": str(third.pk)}).status_code == 302
    again = desk.post(add, {"client": str(third.pk)})
    assert again.status_code == 422
    assert "The client already has an appointment" in again.content.decode()
    assert Appointment.objects.filter(group_session=first.group_session).count() == 3
    page = desk.get(reverse("scheduling:appointment_detail", args=[first.pk])).content.decode()
    assert "Otto Other" in page


def test_a_group_needs_clients(cast: Cast, desk: Browser) -> None:
    answer = desk.post(reverse("scheduling:group_session_create"), form(cast))
    assert "Choose the clients of the group." in answer.content.decode()
