"""Reminders of the last days and the next: most sent, some answered, and two that somebody has to look at."""

from datetime import timedelta

from mentalspace.workspace.demo.calendar import Diary
from mentalspace.workspace.demo.maker import Maker, store
from scheduling.choices import AppointmentStatus as S
from scheduling.choices import ReminderAnswer, ReminderFault, ReminderKind
from scheduling.models import Reminder
from scheduling.reminders.links import hash_of

# Links that a demo shows: invented, and published as its password is.
LINK = "demo-reminder-{}"
BACK, AHEAD = timedelta(days=5), timedelta(hours=48)


def make_reminders(make: Maker, diary: Diary) -> None:
    """By e-mail two days before; never more than was due when the demo was made."""
    rows: list[Reminder] = []
    for appointment in sorted(diary.appointments, key=lambda each: (each.start_time, each.pk)):
        client, sent = appointment.client, appointment.start_time - AHEAD
        if not (
            client.reminder_email_consent
            and client.email
            and -BACK < appointment.start_time - make.now <= AHEAD
        ):
            continue
        if appointment.status in (S.CANCELLED, S.LATE_CANCELLED):
            continue
        row = Reminder(
            appointment=appointment, kind=ReminderKind.EMAIL, start_time=appointment.start_time, claimed_at=sent,
            sent_at=sent, tries=1, link_hash=hash_of(LINK.format(len(rows) + 1)),
        )  # fmt: skip
        if appointment.status == S.CONFIRMED and make.chance(0.7):
            row.answer, row.answered_at = ReminderAnswer.CONFIRMED, min(sent + timedelta(hours=3), make.now)
        rows.append(row)
    waiting = [row for row in rows if row.start_time > make.now and row.appointment.status == S.SCHEDULED]
    if len(waiting) > 3:
        refused, lost = waiting[1], waiting[2]
        refused.claimed_at = refused.sent_at = None
        refused.failed_at, refused.fault = make.now - timedelta(hours=2), ReminderFault.REFUSED
        lost.sent_at = None
    store(rows)
