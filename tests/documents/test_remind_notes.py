"""Mails about notes: before and after they are due, to supervisors about what stays undone; never about whom."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from documents.defaults import NoteDefaults
from documents.models import Document, NoteReminder
from documents.services import mark_in_error, sign_document
from mentalspace.core import practice
from tests.documents.conftest import CANARY


def run(mailoutbox) -> list[tuple[str, str, str]]:
    """What one run of the command mails: to whom, subject, text."""
    mailoutbox.clear()
    call_command("remind_notes", stdout=StringIO())
    return [(mail.to[0], mail.subject, mail.body) for mail in mailoutbox]


@pytest.fixture
def started(cast, written, the_day):
    """The draft of March 4 is due on March 7; nothing else is."""
    return written


def test_two_days_one_day_and_on_the_day(cast, started, the_day, mailoutbox):
    said = []
    for _ in range(4):
        said.append([body.split("\n\n")[1].split("\n")[0] for _to, _subject, body in run(mailoutbox)])
        the_day.shift(timedelta(days=1))
    assert said == [[], ["1 note is due in 2 days."], ["1 note is due tomorrow."], ["1 note is due today."]]


def test_once_a_day_however_often_it_runs(cast, started, the_day, mailoutbox):
    the_day.shift(timedelta(days=3))
    assert [to for to, _subject, _body in run(mailoutbox)] == [cast.therapist.email]
    assert run(mailoutbox) == []
    assert NoteReminder.objects.count() == 1


def test_what_stays_overdue_goes_to_the_supervisor(cast, started, the_day, mailoutbox):
    the_day.shift(timedelta(days=6))
    assert [(to, subject) for to, subject, _ in run(mailoutbox)] == [
        (cast.therapist.email, "Notes to finish")
    ]
    the_day.shift(timedelta(days=1))
    mails = run(mailoutbox)
    assert [to for to, _subject, _body in mails] == [cast.therapist.email, cast.supervisor.email]
    assert "Thea Therapist: 1 note, the oldest due 03/07/2026." in mails[1][2]


def test_who_has_no_supervisor_is_told_of_to_administrators(cast, started, the_day, mailoutbox):
    staff = cast.therapist.staff
    staff.supervisor = None
    staff.save()
    the_day.shift(timedelta(days=7))
    assert [to for to, _subject, _body in run(mailoutbox)] == [cast.therapist.email, cast.admin.email]


def test_a_session_without_a_note_and_a_late_cosignature_count(
    cast, associate_session, waiting, the_day, mailoutbox
):
    the_day.shift(timedelta(days=8))
    (mail,) = run(mailoutbox)
    assert mail[0] == cast.supervisor.email
    assert "1 note waits for your co-signature, overdue, the oldest since 03/11/2026." in mail[2]
    mark_in_error(actor=cast.associate, document_id=waiting.pk, reason="Wrong chart.")
    the_day.shift(timedelta(days=1))
    mails = {to: body for to, _subject, body in run(mailoutbox)}
    assert "1 note is overdue, the oldest since 03/07/2026." in mails[cast.associate.email]


def test_no_mail_names_a_client(cast, started, the_day, mailoutbox):
    the_day.shift(timedelta(days=10))
    for _to, subject, body in run(mailoutbox):
        assert not any(
            word in subject + body for word in (CANARY, cast.client.first_name, cast.client.last_name)
        )
    assert len(mailoutbox) == 2


def test_overdue_notes_come_back_as_often_as_the_practice_says(cast, started, the_day, mailoutbox):
    practice.save(NoteDefaults(remind_days=[], escalate_days=90, remind_again_days=3))
    the_day.shift(timedelta(days=3))
    sent = []
    for day in range(1, 9):
        the_day.shift(timedelta(days=1))
        sent += [day] * len(run(mailoutbox))
    assert sent == [1, 4, 7]


def test_nothing_for_what_is_signed_and_intervals_are_settings(cast, started, the_day, mailoutbox):
    practice.save(NoteDefaults(remind_days=[3], escalate_days=1))
    assert len(run(mailoutbox)) == 1
    the_day.shift(timedelta(days=4))
    assert len(run(mailoutbox)) == 2
    Document.objects.update(locked_at=None)
    sign_document(actor=cast.therapist, document_id=started.pk)
    the_day.shift(timedelta(days=1))
    assert run(mailoutbox) == []
