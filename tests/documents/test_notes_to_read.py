"""Notes of clinicians under "review all notes" are final at once, and wait for their supervisor to read them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from documents import errors, queries, reminders
from documents.models import Document, DocumentReading
from documents.services import mark_in_error, sign_document, tick_as_read
from mentalspace.core import clock
from mentalspace.core.errors import NotPermitted
from mentalspace.core.models import AuditEvent
from staff.choices import Supervision
from staff.models import Staff
from tests.cast import Cast

LIST = reverse("documents:reading_list")
TICK = reverse("documents:readings_tick")


@pytest.fixture
def to_read(cast: Cast, written: Document) -> Document:
    """The therapist's note, signed under "review all notes"."""
    Staff.objects.filter(pk=cast.therapist.staff.pk).update(
        supervision=Supervision.REVIEW_ALL, supervisor=cast.supervisor.staff
    )
    return sign_document(actor=cast.therapist, document_id=written.pk)


def test_a_note_is_signed_for_good_and_on_the_supervisors_list(cast: Cast, to_read: Document) -> None:
    assert to_read.is_signed
    assert to_read.reading.due_on == clock.today() + timedelta(days=7)
    assert list(queries.to_read(cast.supervisor)) == [to_read]
    assert list(queries.cosign_queue(cast.supervisor)) == []
    assert list(queries.to_read(cast.therapist)) == []
    assert list(queries.unread_documents(cast.therapist)) == [to_read]


def test_without_that_kind_of_supervision_nothing_waits_to_be_read(cast: Cast, signed: Document) -> None:
    assert not DocumentReading.objects.exists()
    with pytest.raises(errors.NotToBeRead):
        tick_as_read(actor=cast.supervisor, document_id=signed.pk)


def test_the_supervisor_ticks_it_once(cast: Cast, to_read: Document, the_day: Any) -> None:
    the_day.shift(timedelta(days=2))
    tick_as_read(actor=cast.supervisor, document_id=to_read.pk)
    reading = DocumentReading.objects.get()
    assert (reading.read_by, reading.read_at) == (cast.supervisor.staff, clock.now())
    assert list(queries.to_read(cast.supervisor)) == []
    event = AuditEvent.objects.get(verb="document.read")
    assert (event.actor, event.object_id) == (cast.supervisor, str(to_read.pk))
    with pytest.raises(errors.NotToBeRead):
        tick_as_read(actor=cast.supervisor, document_id=to_read.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        DocumentReading.objects.update(read_at=None, read_by=None)


@pytest.mark.parametrize("who", ["therapist", "associate", "admin"])
def test_nobody_else_ticks_it(cast: Cast, to_read: Document, who: str) -> None:
    with pytest.raises(NotPermitted):
        tick_as_read(actor=getattr(cast, who), document_id=to_read.pk)


def test_what_was_entered_in_error_waits_for_nobody(cast: Cast, to_read: Document) -> None:
    mark_in_error(actor=cast.therapist, document_id=to_read.pk, reason="Wrong chart.")
    assert list(queries.to_read(cast.supervisor)) == []
    with pytest.raises(errors.NotToBeRead):
        tick_as_read(actor=cast.supervisor, document_id=to_read.pk)


def test_the_list_is_ticked_off_and_a_second_click_says_nothing(
    client: Any, cast: Cast, to_read: Document, the_day: Any
) -> None:
    the_day.shift(timedelta(days=8))
    client.force_login(cast.supervisor)
    page = client.get(LIST).content.decode()
    assert "8 days" in page
    assert "yesterday" in page
    assert f'value="{to_read.pk}"' in page
    sent = client.post(TICK, {"selected": [to_read.pk]}, follow=True)
    assert "1 note ticked as read." in sent.content.decode()
    again = client.post(TICK, {"selected": [to_read.pk]}, follow=True).content.decode()
    assert "ticked as read." not in again
    assert "Every note is read" in again
    assert "Choose the notes" in client.post(TICK, {"selected": ["no id"]}, follow=True).content.decode()


def test_it_is_read_and_ticked_on_its_own_page(client: Any, cast: Cast, to_read: Document) -> None:
    url = reverse("documents:document_detail", args=[to_read.pk])
    tick = reverse("documents:document_read", args=[to_read.pk])
    client.force_login(cast.therapist)
    page = client.get(url).content.decode()
    assert f"To be read by {cast.supervisor.staff.name_with_credential}" in page
    assert tick not in page
    client.force_login(cast.supervisor)
    assert f'formaction="{tick}"' in client.get(url).content.decode()
    client.post(tick)
    page = client.get(url).content.decode()
    assert f"Read by {cast.supervisor.staff.name_with_credential} on 03/04/2026" in page
    assert tick not in page


def test_the_supervisor_is_mailed_when_it_is_overdue(cast: Cast, to_read: Document, the_day: Any) -> None:
    the_day.shift(timedelta(days=7))
    assert not any("to read" in line for letter in reminders.letters() for line in letter.lines)
    the_day.shift(timedelta(days=1))
    lines = {letter.to: letter.lines for letter in reminders.letters()}
    assert lines[cast.supervisor.staff] == (
        "1 signed note waits for you to read, overdue, the oldest since 03/11/2026.",
    )


def test_report_and_notes_list_count_it(client: Any, cast: Cast, to_read: Document) -> None:
    client.force_login(cast.supervisor)
    url = f"{reverse('documents:note_list')}?clinician={cast.therapist.staff.pk}&state=unread"
    report = client.get(reverse("workspace:report", args=["notes"])).content.decode()
    assert url.replace("&", "&amp;") in report
    listed = client.get(url).content.decode()
    assert listed.count(reverse("documents:document_detail", args=[to_read.pk])) >= 1
    assert "Signed notes to read" in client.get(reverse("workspace:home")).content.decode()
    tick_as_read(actor=cast.supervisor, document_id=to_read.pk)
    assert reverse("documents:document_detail", args=[to_read.pk]) not in client.get(url).content.decode()
