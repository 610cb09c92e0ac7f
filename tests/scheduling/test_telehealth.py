"""Sessions by video: one room each, shown to those who take part, from a quarter of an hour before."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Visitor

from mentalspace.core import practice
from scheduling.defaults import TelehealthDefaults
from scheduling.models import Appointment, Reminder
from scheduling.reminders.links import hash_of
from scheduling.telehealth import code_of, join_address
from tests.cast import Cast
from tests.scheduling.conftest import at
from tests.scheduling.factories import AppointmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]


@pytest.fixture(autouse=True)
def rooms() -> None:
    practice.save(TelehealthDefaults(address="https://video.example/{code}"))


@pytest.fixture
def session(cast: Cast) -> Appointment:
    return booked(cast)


def booked(cast: Cast, **fields: Any) -> Appointment:
    facts = {"staff": cast.therapist.staff, "client": cast.client, "location": "telehealth", **fields}
    return AppointmentFactory.create(start_time=at(10), end_time=at(10, 50), **facts)


@pytest.mark.parametrize(
    ("minutes", "is_shown"), [(-16, False), (-15, True), (0, True), (49, True), (50, False)]
)
def test_the_room_opens_before_and_closes_after(session: Appointment, minutes: int, is_shown: bool) -> None:
    assert bool(join_address(session, at(10) + timedelta(minutes=minutes))) is is_shown


def test_a_session_in_hand_keeps_its_room(session: Appointment) -> None:
    session.status, session.started_at = "in_session", at(10)
    assert join_address(session, at(11, 30))


@pytest.mark.parametrize("change", [{"location": "office"}, {"status": "cancelled"}, {"status": "completed"}])
def test_elsewhere_and_afterwards_there_is_none(session: Appointment, change: dict[str, str]) -> None:
    for name, value in change.items():
        setattr(session, name, value)
    assert join_address(session, at(10)) == ""


def test_each_session_has_a_room_of_its_own_and_a_group_one_together(
    cast: Cast, session: Appointment
) -> None:
    other = booked(cast, client=cast.other_client, staff=cast.supervisor.staff)
    assert re.fullmatch("[a-z2-7]{24}", code_of(session))
    assert code_of(session) != code_of(other)
    session.group_session = other.group_session = other.pk
    assert code_of(session) == code_of(other)


def test_only_who_holds_it_is_shown_the_room(cast: Cast, session: Appointment, stopped_clock: Any) -> None:
    stopped_clock.move_to(at(9, 50))
    for user, is_shown in ((cast.therapist, True), (cast.supervisor, False), (cast.front_desk, False)):
        visitor = Visitor()
        visitor.force_login(user)
        pages = [visitor.get(f"/appointments/{session.pk}/"), visitor.get("/home/")]
        assert [code_of(session) in page.content.decode() for page in pages] == [is_shown, is_shown]


def test_the_client_finds_it_behind_the_link_of_the_reminder(
    session: Appointment, stopped_clock: Any
) -> None:
    token = "abcdefghijklmnopqrstuv"
    Reminder.objects.create(
        appointment=session, kind="email", start_time=session.start_time, sent_at=at(9),
        claimed_at=at(9), link_hash=hash_of(token), answer="confirmed", answered_at=at(9),
    )  # fmt: skip
    visitor, room = Visitor(), f"https://video.example/{code_of(session)}"
    assert room not in visitor.get(f"/a/{token}/").content.decode()
    for moment in (at(9, 45), at(10, 20)):
        stopped_clock.move_to(moment)
        assert f'href="{room}"' in visitor.get(f"/a/{token}/").content.decode()
    Appointment.objects.update(start_time=at(10, 5))
    assert room not in visitor.get(f"/a/{token}/").content.decode()


def test_without_an_address_there_are_no_links(session: Appointment) -> None:
    practice.save(TelehealthDefaults())
    assert join_address(session, at(10)) == ""


@pytest.mark.parametrize(
    "address", ["http://video.example/{code}", "https://video.example/", "javascript:{code}"]
)
def test_an_address_that_leads_nowhere_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="must begin with https:// and have"):
        TelehealthDefaults(address=address)
