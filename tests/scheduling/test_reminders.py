"""Reminders: to whom, when, what they say, and that nobody is told twice."""

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command

from mentalspace.core import practice
from scheduling.defaults import ReminderDefaults
from scheduling.models import Reminder
from scheduling.reminders import wording
from tests.cast import Cast
from tests.clients.factories import ClientFactory
from tests.scheduling.conftest import at
from tests.scheduling.factories import AppointmentFactory
from tests.scheduling.test_double_booking import all_at_once
from tests.staff.factories import StaffFactory

WEDNESDAY = date(2026, 9, 16)


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

    def test_the_text_goes_out_two_hours_before(self, tmp_path: Path) -> None:
        appointment(consenting(email=None), at(10, 45))
        file = tmp_path / "texts"
        assert run("--texts-to", str(file)) == "0 e-mails and 1 text sent.\n"
        assert json.loads(file.read_text()) == {
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
        """Six in the morning in Los Angeles."""
        appointment(consenting(time_zone="America/Los_Angeles"), at(12))
        assert run() == "0 e-mails and 0 texts sent, 1 waiting for the hours.\n"

    def test_a_dry_run_sends_nothing(self) -> None:
        appointment(consenting(), at(9, day=WEDNESDAY))
        assert run("--dry-run") == "1 e-mail and 0 texts would be sent.\n"
        assert mail.outbox == []
        assert not Reminder.objects.exists()

    def test_what_fails_is_said_and_tried_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        appointment(consenting(), at(9, day=WEDNESDAY))

        def down(*args: Any, **kwargs: Any) -> None:
            raise ConnectionRefusedError

        monkeypatch.setattr("scheduling.reminders.send_mail", down)
        with pytest.raises(CommandError, match="1 reminder could not be sent"):
            run()
        monkeypatch.undo()
        assert run() == "1 e-mail and 0 texts sent.\n"

    def test_a_directory_that_is_missing_is_named(self) -> None:
        with pytest.raises(CommandError, match="There is no directory /nowhere") as refused:
            run("--texts-to", "/nowhere/texts")
        assert refused.value.returncode == 2

    def test_it_tells_nothing_about_health_or_who_treats(self, cast: Cast) -> None:
        made = appointment(consenting(), at(10, 45), type="crisis", notes="Bring the safety plan")
        practice.save(practice.PracticeProfile(name="Riverbend Psychotherapy", phone="+14045550100"))
        text = wording(made)
        assert (
            text
            == "Reminder of your appointment on Mon, Sep 14 at 10:45 AM. To change it, please call (404) 555-0100."
        )
        practice.save(ReminderDefaults(signed="Riverbend"))
        assert wording(made).startswith("Riverbend: reminder of your appointment")

    def test_another_zone_is_named(self) -> None:
        made = appointment(consenting(time_zone="America/Chicago"), at(14))
        assert wording(made) == "Reminder of your appointment on Mon, Sep 14 at 1:00 PM CDT."


@pytest.mark.django_db
def test_a_morning_appointment_is_told_the_evening_before() -> None:
    """Two hours before nine is out of hours: the text goes out at seven the evening before."""
    appointment(consenting(email=None), at(9, day=WEDNESDAY))
    with time_machine.travel(datetime(2026, 9, 15, 22, 59, tzinfo=UTC), tick=False):
        assert run() == "0 e-mails and 0 texts sent.\n"
    with time_machine.travel(datetime(2026, 9, 15, 23, 0, tzinfo=UTC), tick=False):
        assert "0 e-mails and 1 text sent." in run()


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_send_it_once(tmp_path: Path) -> None:
    with time_machine.travel(datetime(2026, 9, 14, 13, 0, tzinfo=UTC), tick=False):
        for _ in range(3):
            appointment(consenting(email=None), at(10, 30))
        file = tmp_path / "texts"
        all_at_once([lambda: run("--texts-to", str(file))] * 4)
        assert len(file.read_text().splitlines()) == 3
        assert Reminder.objects.filter(sent_at__isnull=False).count() == 3
