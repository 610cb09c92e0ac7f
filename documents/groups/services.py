"""Beginning, writing and signing the notes of a group session together; each is a document of its own."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from documents import answers as answering
from documents import errors
from documents.choices import DocumentType
from documents.groups.notes import ABSENT, FORM, GroupNote, group_note
from documents.models import Document
from documents.services.drafts import save_draft, start_document
from documents.services.signing import sign_document
from mentalspace.core.errors import StaleVersion
from scheduling.choices import AppointmentStatus
from scheduling.models import Appointment

REASONS = {AppointmentStatus.NO_SHOW: "no_show", AppointmentStatus.LATE_CANCELLED: "cancelled_later"}


@transaction.atomic
def start_group_note(*, actor: User, appointment_id: UUID) -> GroupNote:
    """A draft for everybody who was there, with the text that is shared already; a missed note for who stayed away.

    What exists stays as it is. Raises NotAGroup and what `start_document` raises.
    """
    appointment = Appointment.objects.get(pk=appointment_id)
    found = group_note(actor, appointment)
    if not any(not each.is_absent for each in found.members):
        raise errors.NotAGroup
    for each in found.members:
        if each.document is not None:
            continue
        if not each.is_absent:
            made = start_document(
                actor=actor, appointment=each.appointment, type=DocumentType.PROGRESS_NOTE, form_key=FORM
            )
            if found.shared:
                answers = {**made.answers, **found.shared}
                save_draft(actor=actor, document_id=made.pk, version=made.version, answers=answers)
        elif each.appointment.status in ABSENT:
            made = start_document(actor=actor, appointment=each.appointment, type=DocumentType.MISSED_NOTE)
            answers = {"missed_reason": REASONS[AppointmentStatus(each.appointment.status)], **made.answers}
            save_draft(actor=actor, document_id=made.pk, version=made.version, answers=answers)
    return group_note(actor, appointment)


@transaction.atomic
def save_group_note(
    *,
    actor: User,
    appointment_id: UUID,
    token: str,
    shared: Mapping[str, Any],
    private: Mapping[UUID, Mapping[str, Any]],
    autosave: bool = False,
) -> GroupNote:
    """Keep what was written: the shared text with everybody who has it, and each member's own part, by appointment.

    All of it or nothing: `token` says which drafts in which versions the page showed. Raises NotPermitted, StaleVersion
    where one of them was saved, signed or closed since.
    """
    appointment = Appointment.objects.get(pk=appointment_id)
    found = group_note(actor, appointment, lock=True)
    wanted = {
        each.document.pk: (
            each.document,
            {**_shared(found, each, shared), **private.get(each.appointment.pk, {})},
        )
        for each in found.open
        if each.document
    }
    unchanged = all(document.answers == answers for document, answers in wanted.values())
    if unchanged and {each.appointment.pk for each in found.open} == set(private):
        return found
    if token != found.token:
        raise StaleVersion
    for document, answers in wanted.values():
        save_draft(
            actor=actor, document_id=document.pk, version=document.version, answers=answers, autosave=autosave
        )
    return group_note(actor, appointment)


def _shared(found: GroupNote, each: Any, shared: Mapping[str, Any]) -> Mapping[str, Any]:
    """The shared text, or what the member's note says instead where it was written to alone."""
    return shared if each in found.together else found.shared_of(each.document)


@transaction.atomic
def sign_group_note(*, actor: User, appointment_id: UUID, seen: Mapping[UUID, str]) -> list[Document]:
    """Sign all of the actor's drafts of this session, or none; `seen` is what was shown of each, by document.

    Raises StaleVersion where a draft was not shown, SomethingMissing where one is not complete, and what
    `sign_document` raises.
    """
    found = group_note(actor, Appointment.objects.get(pk=appointment_id), lock=True)
    drafts = [each.document for each in found.open if each.document]
    if not drafts or {draft.pk for draft in drafts} != set(seen):
        raise StaleVersion("The notes were changed after you opened them. Read them once more, then sign.")
    if found.form is None or any(
        answering.problems(found.form, draft.answers, day=draft.service_date) for draft in drafts
    ):
        raise errors.SomethingMissing
    return [sign_document(actor=actor, document_id=draft.pk, seen=seen[draft.pk]) for draft in drafts]
