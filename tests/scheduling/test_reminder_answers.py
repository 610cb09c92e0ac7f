"""What a client may do by the link of a reminder, without signing in: answer once, about this one appointment."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Visitor
from pytest_django import Settings

from billing.models import FeeProposal
from clients.models import Client
from mentalspace.core import practice
from mentalspace.core.errors import NotPermitted
from mentalspace.core.models import AuditEvent
from scheduling.choices import ReminderFault, ReminderKind
from scheduling.defaults import ReminderDefaults
from scheduling.errors import NothingToSendAgain
from scheduling.models import Appointment, Reminder
from scheduling.reminders.due import Due, due_reminders
from scheduling.reminders.links import hash_of
from scheduling.reminders.sending import Outcome, send
from scheduling.services import confirm, send_again
from tests.cast import Cast
from tests.scheduling.conftest import at
from tests.scheduling.factories import AppointmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]

TOKEN = "abcdefghijklmnopqrstuv"
PAGE = f"/a/{TOKEN}/"


@pytest.fixture
def reminder(cast: Cast) -> Reminder:
    """It is Monday, nine o'clock; the appointment is on Wednesday, and the mail has gone out."""
    practice.save(practice.PracticeProfile(name="Riverbend Psychotherapy", phone="+14045550100"))
    start = at(9) + timedelta(days=2)
    appointment = AppointmentFactory.create(
        staff=cast.therapist.staff,
        client=cast.client,
        start_time=start,
        end_time=start + timedelta(minutes=50),
    )
    return Reminder.objects.create(
        appointment=appointment,
        kind="email",
        start_time=start,
        claimed_at=at(9),
        sent_at=at(9),
        link_hash=hash_of(TOKEN),
    )


@pytest.fixture
def visitor() -> Visitor:
    return Visitor()


def shown(visitor: Visitor, page: str = PAGE) -> str:
    return visitor.get(page).content.decode()


def status(reminder: Reminder) -> str:
    return str(Appointment.objects.get(pk=reminder.appointment_id).status)


def test_the_page_tells_a_time_and_a_number_and_nothing_else(visitor: Visitor, reminder: Reminder) -> None:
    page = shown(visitor)
    assert "Wed, Sep 16 at 9:00 AM" in page
    assert "(404) 555-0100" in page
    body = page[page.index("<body") :]
    for told in (
        "Riverbend",
        "MentalSpace",
        "Clara",
        "Cole",
        "Thea",
        "therap",
        "client",
        "health",
        "practice",
    ):
        assert told.lower() not in body.lower(), told
    assert "<title>Your appointment</title>" in page
    practice.save(ReminderDefaults(signed="Riverbend"))
    assert "Riverbend" in shown(visitor)


def test_the_client_confirms_once(visitor: Visitor, reminder: Reminder) -> None:
    answer = visitor.post(f"{PAGE}confirm/", follow=True)
    assert "Thank you: you are expected." in answer.content.decode()
    assert status(reminder) == "confirmed"
    reminder.refresh_from_db()
    assert reminder.answer == "confirmed"
    event = AuditEvent.objects.get(verb="appointment.confirmed")
    assert (event.actor, event.client_id) == (None, reminder.appointment.client_id)
    # The link is spent.
    for verb in ("confirm", "cancel"):
        again = visitor.post(f"{PAGE}{verb}/")
        assert again.status_code == 409
        assert "Thank you: you are expected." in again.content.decode()
    assert status(reminder) == "confirmed"
    assert AuditEvent.objects.filter(verb__in=["appointment.confirmed", "appointment.cancelled"]).count() == 1


def test_the_client_cancels_in_time(visitor: Visitor, reminder: Reminder) -> None:
    asked = shown(visitor, f"{PAGE}cancel/")
    assert "Cancel your appointment?" in asked
    assert "fee" not in asked
    assert status(reminder) == "scheduled"
    answer = visitor.post(f"{PAGE}cancel/", follow=True)
    assert "You have cancelled it." in answer.content.decode()
    appointment = Appointment.objects.get(pk=reminder.appointment_id)
    assert (appointment.status, appointment.cancelled_by, appointment.cancel_reason) == (
        "cancelled",
        "client",
        "client_request",
    )
    assert appointment.events.get(to_status="cancelled").by is None
    assert not FeeProposal.objects.exists()
    assert visitor.get(f"{PAGE}cancel/").headers["Location"] == PAGE


def test_who_cancels_late_is_told_of_the_fee_first(
    visitor: Visitor, reminder: Reminder, stopped_clock: Any
) -> None:
    stopped_clock.move_to(at(9) + timedelta(days=1, hours=1))
    assert "It is less than 24 hours ahead, so a fee may be due." in shown(visitor, f"{PAGE}cancel/")
    visitor.post(f"{PAGE}cancel/")
    assert status(reminder) == "late_cancelled"
    assert FeeProposal.objects.get().appointment_id == reminder.appointment_id


@pytest.mark.parametrize("verb", ["confirm", "cancel"])
@pytest.mark.parametrize("change", ["moved", "checked in", "begun"])
def test_what_is_no_longer_as_told_cannot_be_answered(
    visitor: Visitor, reminder: Reminder, verb: str, change: str, stopped_clock: Any
) -> None:
    rows = Appointment.objects.filter(pk=reminder.appointment_id)
    if change == "moved":
        rows.update(start_time=at(10) + timedelta(days=2), end_time=at(11) + timedelta(days=2))
    elif change == "checked in":
        rows.update(status="checked_in")
    else:
        stopped_clock.move_to(at(9) + timedelta(days=2))
    before = status(reminder)
    assert "This link is no longer good" in shown(visitor)
    answer = visitor.post(f"{PAGE}{verb}/")
    assert answer.status_code == 409
    assert "This link is no longer good" in answer.content.decode()
    assert status(reminder) == before


@pytest.mark.parametrize("address", ["", "confirm/", "cancel/"])
def test_a_link_that_was_never_sent(visitor: Visitor, reminder: Reminder, address: str) -> None:
    for method in ("get", "post"):
        answer = getattr(visitor, method)(f"/a/{TOKEN[::-1]}/{address}")
        allowed = {"": ("get",), "confirm/": ("post",), "cancel/": ("get", "post")}[address]
        if method in allowed:
            assert answer.status_code == 404
            assert "This link is not known" in answer.content.decode()
    assert status(reminder) == "scheduled"


def test_confirmed_by_phone_meanwhile(visitor: Visitor, cast: Cast, reminder: Reminder) -> None:
    confirm(actor=cast.front_desk, appointment_id=reminder.appointment_id)
    page = shown(visitor)
    assert "It is confirmed already." in page
    assert "I will come" not in page
    assert "I cannot come" in page


def consent(cast: Cast, **facts: Any) -> None:
    Client.objects.filter(pk=cast.client.pk).update(**facts)


class TestTheList:
    """What somebody has to look at."""

    @pytest.fixture
    def failed(self, cast: Cast, reminder: Reminder) -> Reminder:
        consent(cast, reminder_email_consent=True, email="clara@example.com")
        reminder.sent_at, reminder.failed_at, reminder.fault = None, at(9), ReminderFault.REFUSED
        reminder.tries = 1
        reminder.save()
        return reminder

    def test_it_says_what_became_of_each(self, cast: Cast, visitor: Visitor, failed: Reminder) -> None:
        visitor.force_login(cast.front_desk)
        page = shown(visitor, "/reminders/?state=look")
        assert "Clara" in page
        assert "Not sent" in page
        assert "The address was refused" in page
        assert "Clara" not in shown(visitor, "/reminders/?state=sent")

    def test_others_do_not_see_it(self, cast: Cast, visitor: Visitor, failed: Reminder) -> None:
        visitor.force_login(cast.stranger)
        assert "Clara" not in shown(visitor, "/reminders/")
        assert visitor.post(f"/reminders/{failed.pk}/send/").status_code == 404

    def test_it_is_sent_again(self, cast: Cast, visitor: Visitor, failed: Reminder) -> None:
        visitor.force_login(cast.front_desk)
        answer = visitor.post(f"/reminders/{failed.pk}/send/", follow=True)
        assert "The reminder will be sent within minutes." in answer.content.decode()
        failed.refresh_from_db()
        assert (failed.claimed_at, failed.failed_at, failed.tries, failed.fault) == (None, None, 0, "")
        with pytest.raises(NothingToSendAgain):
            send_again(actor=cast.front_desk, reminder_id=failed.pk)

    def test_what_would_never_leave_is_not_offered_and_the_list_says_why(
        self, cast: Cast, visitor: Visitor, failed: Reminder, settings: Settings, stopped_clock: Any
    ) -> None:
        """What the list offers, what the button does and what the worker sends are one rule."""
        settings.TEXT_GATEWAY = "console:"
        visitor.force_login(cast.front_desk)
        sent_again = f"/reminders/{failed.pk}/send/"
        assert sent_again in shown(visitor, "/reminders/")

        def refused(why: str) -> None:
            page = shown(visitor, "/reminders/")
            assert sent_again not in page
            assert f"The address was refused. {why}" in page
            assert why in visitor.post(sent_again, follow=True).content.decode()
            failed.refresh_from_db()
            assert failed.failed_at is not None

        consent(cast, reminder_email_consent=False)
        refused("The client does not consent to reminders by e-mail.")
        consent(cast, reminder_email_consent=True, email=None)
        refused("There is nowhere to send a reminder by e-mail.")
        consent(cast, email="clara@example.com", reminder_text_consent=True, phone="+14045550134")
        practice.save(ReminderDefaults(email_hours=0))
        refused("No reminders are sent by e-mail.")
        practice.save(ReminderDefaults())
        stopped_clock.move_to(failed.start_time - timedelta(hours=1))
        visitor.force_login(cast.front_desk)
        refused("It is too late for the e-mail: the text reminds now.")
        # Six in the morning where the client is, who comes at seven.
        consent(cast, reminder_text_consent=False, time_zone="America/Denver")
        refused("It is too late: the appointment begins before the client may be written to.")

    def test_in_the_night_it_says_when_it_leaves(
        self, cast: Cast, visitor: Visitor, failed: Reminder, stopped_clock: Any
    ) -> None:
        stopped_clock.move_to(at(21))
        visitor.force_login(cast.front_desk)
        answer = visitor.post(f"/reminders/{failed.pk}/send/", follow=True)
        assert "The reminder will be sent on 09/15/2026 9:00 AM." in answer.content.decode()
        assert list(due_reminders()) == [Due(failed.appointment, ReminderKind.EMAIL, waits=True)]
        stopped_clock.move_to(at(9) + timedelta(days=1))
        assert [send(due) for due in due_reminders()] == [Outcome.SENT]

    def test_not_by_who_only_looks_on(self, cast: Cast, failed: Reminder) -> None:
        with pytest.raises(NotPermitted):
            send_again(actor=cast.biller, reminder_id=failed.pk)

    def test_what_was_sent_is_not_sent_again(self, cast: Cast, reminder: Reminder) -> None:
        with pytest.raises(NothingToSendAgain):
            send_again(actor=cast.front_desk, reminder_id=reminder.pk)

    def test_nor_what_was_cancelled(self, cast: Cast, failed: Reminder) -> None:
        Appointment.objects.filter(pk=failed.appointment_id).update(
            status="cancelled", cancelled_at=at(9), cancel_reason="weather", cancelled_by="practice"
        )
        with pytest.raises(NothingToSendAgain):
            send_again(actor=cast.front_desk, reminder_id=failed.pk)
