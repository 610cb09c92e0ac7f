"""The weekly lock-out and the way back in."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from documents import errors, rules
from documents.choices import UnlockState
from documents.services import decide_unlock, request_unlock, save_draft, sign_document
from mentalspace.core.errors import NotPermitted
from mentalspace.core.models import AuditEvent


def run(**options):
    out = StringIO()
    call_command("lock_overdue_notes", stdout=out, **options)
    return out.getvalue()


def test_locks_what_is_past_its_day(cast, written, waiting, the_day):
    assert run() == "Locked 0 overdue drafts.\n"
    the_day.shift(timedelta(days=4))
    assert run(dry_run=True) == "Would lock 1 overdue draft.\n"
    written.refresh_from_db()
    assert written.locked_at is None
    assert run() == "Locked 1 overdue draft.\n"
    assert run() == "Locked 0 overdue drafts.\n"
    written.refresh_from_db()
    waiting.refresh_from_db()
    assert rules.is_locked(written)
    assert waiting.locked_at is None
    assert AuditEvent.objects.get(verb="document.locked").object_id == str(written.pk)
    for verb in (
        lambda: save_draft(actor=cast.therapist, document_id=written.pk, version=written.version, answers={}),
        lambda: sign_document(actor=cast.therapist, document_id=written.pk),
    ):
        with pytest.raises(errors.DraftLocked):
            verb()


def test_the_week_ends_on_sunday(written, the_day):
    """Due on Saturday, the 7th: still open on Sunday, locked at any time after it."""
    the_day.shift(timedelta(days=4))
    assert run(weekly=True) == "Locked 0 overdue drafts.\n"
    the_day.shift(timedelta(days=1))
    assert run(weekly=True) == "Locked 1 overdue draft.\n"
    written.refresh_from_db()
    assert rules.is_locked(written)


def test_asking_and_deciding(cast, written, the_day):
    with pytest.raises(errors.NotLocked):
        request_unlock(actor=cast.therapist, document_id=written.pk, reason="Ill")
    the_day.shift(timedelta(days=4))
    run()
    with pytest.raises(errors.ReasonNeeded):
        request_unlock(actor=cast.therapist, document_id=written.pk, reason=" ")
    with pytest.raises(NotPermitted):
        request_unlock(actor=cast.supervisor, document_id=written.pk, reason="Ill")
    request = request_unlock(actor=cast.therapist, document_id=written.pk, reason="Ill")
    with pytest.raises(errors.AlreadyRequested):
        request_unlock(actor=cast.therapist, document_id=written.pk, reason="Ill")
    for who in (cast.therapist, cast.associate, cast.stranger, cast.biller):
        with pytest.raises(NotPermitted):
            decide_unlock(actor=who, request_id=request.pk, approve=True)
    decide_unlock(actor=cast.supervisor, request_id=request.pk, approve=True)
    with pytest.raises(errors.AlreadyDecided):
        decide_unlock(actor=cast.admin, request_id=request.pk, approve=False)
    written.refresh_from_db()
    assert not rules.is_locked(written)
    the_day.shift(timedelta(hours=49))
    assert rules.is_locked(written)


def test_declining(cast, written, the_day):
    the_day.shift(timedelta(days=4))
    run()
    request = request_unlock(actor=cast.therapist, document_id=written.pk, reason="Ill")
    declined = decide_unlock(actor=cast.admin, request_id=request.pk, approve=False)
    assert declined.state == UnlockState.DECLINED
    written.refresh_from_db()
    assert rules.is_locked(written)


def test_an_author_who_is_an_administrator_does_not_decide(cast, written, the_day):
    cast.therapist.further_roles = ["admin", "supervisor"]
    cast.therapist.save()
    the_day.shift(timedelta(days=4))
    run()
    request = request_unlock(actor=cast.therapist, document_id=written.pk, reason="Ill")
    with pytest.raises(NotPermitted):
        decide_unlock(actor=cast.therapist, request_id=request.pk, approve=True)
