"""Reminders: to whom, when, what they say, and that nobody is told twice."""

import json
import os
import re
import signal
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from pytest_django import Settings

from clients.models import Client
from mentalspace.core import clock, practice
from mentalspace.core.texts import FileGateway
from mentalspace.dev.children import all_at_once, children
from scheduling import services
from scheduling.choices import CancelledBy, CancelReason
from scheduling.defaults import ReminderDefaults
from scheduling.models import Appointment, Reminder
from scheduling.reminders import sending
from scheduling.reminders.due import due_reminders
from scheduling.reminders.sending import Outcome, send
from scheduling.reminders.wording import body
from scheduling.services.answering import reminder_of
from tests.cast import Cast
from tests.clients.factories import ClientFactory
from tests.scheduling.conftest import at
from tests.scheduling.factories import AppointmentFactory
from tests.staff.factories import StaffFactory

MONDAY, TUESDAY, WEDNESDAY = date(2026, 9, 14), date(2026, 9, 15), date(2026, 9, 16)


def failing(error: Exception, asked: list[Any] | None = None) -> Callable[..., None]:
    """A mail server that does not take anything."""

    def send_mail(*args: Any, **kwargs: Any) -> None:
        if asked is not None:
            asked.append(args)
        raise error

    return send_mail


def fake_email() -> str:
    return f"{uuid.uuid4().hex}@example.com"


def run(*args: str) -> str:
    out = StringIO()
    call_command("send_reminders", *args, stdout=out, stderr=out)
    return out.getvalue()


def consenting(**fields: Any) -> Any:
    facts = {
        "email": "clara@example.com",
        "reminder_email_consent": True,
        "reminder_text_consent": True,
        **fields,
    }
    return ClientFactory.create(**facts)


def appointment(client: Any, start: Any, **fields: Any) -> Any:
    return AppointmentFactory.create(
        client=client,
        staff=StaffFactory.create(),
        start_time=start,
        end_time=start + timedelta(minutes=50),
        **fields,
    )


@pytest.fixture(autouse=True)
def texts(settings: Settings, tmp_path: Path) -> Path:
    """Where texts go."""
    file = tmp_path / "texts"
    settings.TEXT_GATEWAY = f"file://{file}"
    return file


def links_in(text: str) -> list[str]:
    return re.findall(r"https://practice\.example(/a/[\w-]{22}/)", text)


@pytest.mark.usefixtures("stopped_clock")
@pytest.mark.django_db
class TestMonday:
    """It is Monday, nine o'clock."""

    def test_the_mail_goes_out_two_days_before(self) -> None:
        appointment(consenting(), at(9, day=WEDNESDAY))
        assert run() == "1 e-mail and 0 texts sent.\n"
        (message,) = mail.outbox
        assert message.to == ["clara@example.com"]
        assert message.subject == "Reminder: your appointment on Wed, Sep 16"
        assert message.body == "Reminder of your appointment on Wed, Sep 16 at 9:00 AM."
        assert run() == "0 e-mails and 0 texts sent.\n"
        assert len(mail.outbox) == 1

    def test_not_before_its_time(self) -> None:
        appointment(consenting(), at(9, 30, WEDNESDAY))
        assert run() == "0 e-mails and 0 texts sent.\n"

    def test_the_text_goes_out_two_hours_before(self, texts: Path) -> None:
        appointment(consenting(email=None), at(10, 45))
        assert run() == "0 e-mails and 1 text sent.\n"
        assert json.loads(texts.read_text()) == {
            "to": "+14045550134",
            "text": "Reminder of your appointment on Mon, Sep 14 at 10:45 AM.",
        }
        assert mail.outbox == []

    @pytest.mark.parametrize(
        "client",
        [
            {"reminder_email_consent": False, "reminder_text_consent": False},
            {"email": None, "phone": ""},
            {"status": "deceased"},
        ],
    )
    def test_without_consent_or_address_nothing(self, client: dict[str, Any]) -> None:
        appointment(consenting(**client), at(10, 45))
        appointment(consenting(**{**client, "email": None}), at(9, day=WEDNESDAY))
        assert run() == "0 e-mails and 0 texts sent.\n"

    @pytest.mark.parametrize("status", ["checked_in", "in_session", "completed", "no_show", "rescheduled"])
    def test_only_what_is_still_to_come(self, status: str) -> None:
        appointment(consenting(), at(10, 45), status=status)
        assert run() == "0 e-mails and 0 texts sent.\n"

    def test_a_moved_appointment_is_told_again(self) -> None:
        moved = appointment(consenting(), at(9, day=WEDNESDAY))
        run()
        moved.start_time, moved.end_time = at(8, day=WEDNESDAY), at(9, day=WEDNESDAY)
        moved.save()
        assert run() == "1 e-mail and 0 texts sent.\n"
        assert Reminder.objects.filter(sent_at__isnull=False).count() == 2

    def test_the_hours_are_those_of_the_client(self) -> None:
        """Six in the morning in Los Angeles: who comes at ten there is told at nine, who comes at nine no more."""
        appointment(consenting(time_zone="America/Los_Angeles"), at(13))
        appointment(consenting(time_zone="America/Los_Angeles", email=fake_email()), at(12))
        assert run() == "0 e-mails and 0 texts sent, 1 waiting for the hours.\n"

    @pytest.mark.parametrize(
        ("wish", "hour", "day", "sent"),
        [
            ({"reminder_email_hours": 24}, 9, WEDNESDAY, "0 e-mails and 0 texts"),
            ({"reminder_email_hours": 24}, 9, TUESDAY, "1 e-mail and 0 texts"),
            ({"reminder_email_hours": 168}, 9, date(2026, 9, 21), "1 e-mail and 0 texts"),
            ({"reminder_text_hours": 24}, 9, TUESDAY, "0 e-mails and 1 text"),
            # A text that comes first leaves the e-mail its time.
            ({"reminder_text_hours": 48, "reminder_email_hours": 2}, 9, WEDNESDAY, "0 e-mails and 1 text"),
            ({"reminder_text_hours": 48, "reminder_email_hours": 2}, 11, MONDAY, "1 e-mail and 0 texts"),
            ({"reminder_text_hours": 24, "reminder_email_hours": 24}, 9, TUESDAY, "1 e-mail and 1 text"),
        ],
    )
    def test_a_client_may_wish_another_time(
        self, wish: dict[str, int], hour: int, day: date, sent: str
    ) -> None:
        appointment(consenting(**wish), at(hour, day=day))
        assert run() == f"{sent} sent.\n"

    def test_a_wish_brings_no_reminders_that_the_practice_does_not_send(self) -> None:
        practice.save(ReminderDefaults(email_hours=0))
        appointment(consenting(reminder_email_hours=48), at(9, day=WEDNESDAY))
        assert run() == "0 e-mails and 0 texts sent.\n"

    def test_who_gets_no_texts_is_mailed_until_the_start(self) -> None:
        """A mail that could not leave for two days, and nothing that would take its place."""
        appointment(consenting(reminder_text_consent=False), at(10))
        assert run() == "1 e-mail and 0 texts sent.\n"

    def test_a_dry_run_sends_nothing(self) -> None:
        appointment(consenting(), at(9, day=WEDNESDAY))
        assert run("--dry-run") == "1 e-mail and 0 texts would be sent.\n"
        assert mail.outbox == []
        assert not Reminder.objects.exists()

    def test_what_fails_is_said_and_tried_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        appointment(consenting(), at(9, day=WEDNESDAY))
        monkeypatch.setattr(sending, "send_mail", failing(ConnectionRefusedError()))
        with pytest.raises(CommandError, match="1 reminder could not be sent"):
            run()
        monkeypatch.undo()
        assert run() == "1 e-mail and 0 texts sent.\n"
        reminder = Reminder.objects.get()
        assert (reminder.tries, reminder.fault, reminder.failed_at) == (2, "", None)

    def test_after_five_tries_somebody_has_to_look(self, monkeypatch: pytest.MonkeyPatch) -> None:
        appointment(consenting(), at(9, day=WEDNESDAY))
        monkeypatch.setattr(sending, "send_mail", failing(TimeoutError()))
        for _ in range(5):
            with pytest.raises(CommandError):
                run()
        monkeypatch.undo()
        assert run() == "0 e-mails and 0 texts sent.\n"
        assert mail.outbox == []
        assert Reminder.objects.get().get_fault_display() == "The mail server or gateway did not take it"

    def test_an_address_that_is_refused_is_not_tried_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        appointment(consenting(), at(9, day=WEDNESDAY))
        monkeypatch.setattr(
            sending, "send_mail", failing(SMTPRecipientsRefused({"clara@example.com": (550, b"")}))
        )
        with pytest.raises(CommandError):
            run()
        monkeypatch.undo()
        assert run() == "0 e-mails and 0 texts sent.\n"
        assert Reminder.objects.get().get_fault_display() == "The address was refused"

    def test_a_server_that_is_down_is_not_asked_for_ever(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for _ in range(7):
            appointment(consenting(email=fake_email()), at(9, day=WEDNESDAY))
        asked: list[Any] = []
        monkeypatch.setattr(sending, "send_mail", failing(TimeoutError(), asked))
        with pytest.raises(CommandError, match="5 reminders could not be sent"):
            run()
        assert len(asked) == 5

    @pytest.mark.parametrize(
        "change", [{"status": "cancelled"}, {"start_time": 8}, {"consent": False}, {"email": None}]
    )
    def test_what_changed_since_the_look_is_not_sent(self, change: dict[str, Any]) -> None:
        """Between finding what is due and sending it, the desk may have changed the appointment."""
        made = appointment(consenting(), at(9, day=WEDNESDAY))
        (found,) = due_reminders()
        if "status" in change:
            Appointment.objects.filter(pk=made.pk).update(
                status="cancelled",
                cancelled_at=at(9),
                cancel_reason="client_request",
                cancelled_by="client",
            )
        elif "start_time" in change:
            Appointment.objects.filter(pk=made.pk).update(start_time=at(8, day=WEDNESDAY))
        elif "consent" in change:
            Client.objects.filter(pk=made.client_id).update(reminder_email_consent=False)
        else:
            Client.objects.filter(pk=made.client_id).update(email=None)
        assert send(found) == Outcome.LEFT
        assert mail.outbox == []
        assert not Reminder.objects.exists()

    @pytest.mark.parametrize("change", ["moved", "rescheduled", "cancelled"])
    def test_nobody_is_told_what_the_desk_has_changed(self, cast: Cast, change: str) -> None:
        """All of a group: none of its members gets the reminder that was found before."""
        members = [consenting(), consenting(email="bea@example.com")]
        first, _ = services.book_group_session(
            actor=cast.admin, client_ids=[each.pk for each in members], staff_id=cast.therapist.staff.pk,
            start=at(9, day=WEDNESDAY), minutes=50, anyway=True,
        )  # fmt: skip
        found = list(due_reminders())
        assert len(found) == 2
        if change == "moved":
            services.move_appointment(
                actor=cast.admin,
                appointment_id=first.pk,
                start=at(10, day=WEDNESDAY),
                minutes=50,
                anyway=True,
            )
        for hour, due in enumerate(found, start=11):
            if change == "rescheduled":
                services.reschedule_appointment(
                    actor=cast.admin, appointment_id=due.appointment.pk, start=at(hour, day=date(2026, 9, 24)),
                    minutes=50, anyway=True,
                )  # fmt: skip
            if change == "cancelled":
                services.cancel_appointment(
                    actor=cast.admin, appointment_id=due.appointment.pk,
                    reason=CancelReason.WEATHER, cancelled_by=CancelledBy.PRACTICE,
                )  # fmt: skip
        assert [send(due) for due in found] == [Outcome.LEFT, Outcome.LEFT]
        assert run() == "0 e-mails and 0 texts sent.\n"

    def test_where_nothing_sends_texts_the_mail_has_their_time(self, settings: Settings) -> None:
        settings.TEXT_GATEWAY = ""
        appointment(consenting(), at(10, 45))
        assert run() == "1 e-mail and 0 texts sent.\n"

    def test_the_link_is_in_the_message_and_its_hash_in_the_database(self, settings: Settings) -> None:
        settings.PUBLIC_URL = "https://practice.example"
        appointment(consenting(), at(9, day=WEDNESDAY))
        run()
        (link,) = links_in(str(mail.outbox[0].body))
        assert reminder_of(link.split("/")[2]) == Reminder.objects.get()
        assert link.split("/")[2] not in str(Reminder.objects.values().get())

    def test_it_tells_nothing_about_health_or_who_treats(self, cast: Cast) -> None:
        made = appointment(consenting(), at(10, 45), type="crisis", notes="Bring the safety plan")
        practice.save(practice.PracticeProfile(name="Riverbend Psychotherapy", phone="+14045550100"))
        text = body(made, "")
        assert (
            text
            == "Reminder of your appointment on Mon, Sep 14 at 10:45 AM. To change it, please call (404) 555-0100."
        )
        practice.save(ReminderDefaults(signed="Riverbend"))
        assert body(made, "").startswith("Riverbend: reminder of your appointment")

    def test_another_zone_is_named(self) -> None:
        made = appointment(consenting(time_zone="America/Chicago"), at(14))
        assert body(made, "") == "Reminder of your appointment on Mon, Sep 14 at 1:00 PM CDT."


@pytest.mark.django_db
def test_a_morning_appointment_is_told_the_evening_before() -> None:
    """Two hours before nine is out of hours: the text goes out at seven the evening before."""
    appointment(consenting(email=None), at(9, day=WEDNESDAY))
    with time_machine.travel(datetime(2026, 9, 15, 22, 59, tzinfo=UTC), tick=False):
        assert run() == "0 e-mails and 0 texts sent.\n"
    with time_machine.travel(datetime(2026, 9, 15, 23, 0, tzinfo=UTC), tick=False):
        assert "0 e-mails and 1 text sent." in run()


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_send_it_once(texts: Path) -> None:
    with time_machine.travel(datetime(2026, 9, 14, 13, 0, tzinfo=UTC), tick=False):
        for _ in range(3):
            appointment(consenting(email=None), at(10, 30))
        all_at_once([run] * 4)
        assert len(texts.read_text().splitlines()) == 3
        assert Reminder.objects.filter(sent_at__isnull=False).count() == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_sender_that_is_killed_never_lets_it_be_sent_twice(moment: str, texts: Path) -> None:
    """Killed just before or just after the message left: nobody knows which, so somebody has to look."""
    start = clock.now().replace(hour=18, minute=0, second=0, microsecond=0) + timedelta(days=2)
    with time_machine.travel(start - timedelta(hours=1), tick=False):
        made = appointment(consenting(email=None), start)

    def send_and_be_killed() -> None:
        with time_machine.travel(start - timedelta(hours=1), tick=False):
            real = FileGateway.send

            def killed(gateway: FileGateway, number: str, text: str) -> None:
                if moment == "after":
                    real(gateway, number, text)
                os.kill(os.getpid(), signal.SIGKILL)

            FileGateway.send = killed  # type: ignore[method-assign, assignment]
            run()

    with children([send_and_be_killed]) as [child]:
        pass
    assert child.exitcode == -signal.SIGKILL
    with time_machine.travel(start - timedelta(minutes=50), tick=False):
        assert run() == "0 e-mails and 0 texts sent.\n"
        sent = texts.read_text().splitlines() if texts.exists() else []
        assert len(sent) == (1 if moment == "after" else 0)
        reminder = Reminder.objects.get(appointment=made)
        assert reminder.needs_a_look(clock.now())
