"""Beginning, writing and discarding drafts."""

import datetime as dt
from collections.abc import Collection, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from clients.models import Client
from documents import answers as answering
from documents import errors, queries, rules
from documents.choices import SESSION_TYPES, DocumentStatus, DocumentType
from documents.defaults import NoteDefaults
from documents.definitions import FormDefinition
from documents.designs import catalogue
from documents.models import Document, DocumentComment
from documents.plans import carried_over
from documents.plans.queries import interval_days
from documents.services.acting import acting
from mentalspace.core import audit, clock, practice
from mentalspace.core.errors import StaleVersion
from mentalspace.core.gates import require
from scheduling.choices import CANCELLED, AppointmentStatus
from scheduling.models import Appointment
from staff.models import Staff

NOT_HELD = CANCELLED | {AppointmentStatus.NO_SHOW, AppointmentStatus.RESCHEDULED}
MISSED = CANCELLED | {AppointmentStatus.NO_SHOW}
# Answers to comments, by the comment's number.
Replies = Mapping[int, str]
NONE_SAID: Replies = MappingProxyType({})
# How long a burst of autosaves counts as one in the audit trail.
ONE_SITTING = timedelta(minutes=10)


@transaction.atomic
def start_document(
    *,
    actor: User,
    type: DocumentType | str,
    client: Client | None = None,
    appointment: Appointment | None = None,
    form_key: str = "",
    title: str = "",
) -> Document:
    """Begin a draft about a client, or about one of their sessions; what exists for that session is returned.

    Session notes need their appointment. Raises NotPermitted, AppointmentNeeded, AppointmentDoesNotFit,
    SessionNotHeld, SessionNotMissed, SessionAhead, FormUnknown.
    """
    kind = DocumentType(type)
    if appointment is not None:
        # Two windows that start the same note wait for each other here.
        appointment = Appointment.objects.select_for_update().select_related("client").get(pk=appointment.pk)
        if client is not None and client.pk != appointment.client_id:
            raise errors.AppointmentDoesNotFit
        client = appointment.client
    elif kind in SESSION_TYPES:
        raise errors.AppointmentNeeded
    if client is None:
        raise errors.AppointmentNeeded
    author = _author_for(actor, client, appointment)
    if appointment is not None:
        existing = Document.objects.filter(queries.STANDS, appointment=appointment, type=kind).first()
        if existing is not None:
            return existing
        _check_session(kind, appointment)
    form = _form(kind, form_key)
    document = _new(actor, author, client, appointment, kind, form, title)
    audit.record(
        actor=actor,
        verb="document.started",
        obj=document,
        client_id=client.pk,
        changes={"type": ["", kind.value]},
    )
    return document


@transaction.atomic
def save_draft(
    *,
    actor: User,
    document_id: UUID,
    version: int,
    answers: dict[str, Any],
    title: str | None = None,
    replies: Replies = NONE_SAID,
    touched: Collection[str] = (),
    autosave: bool = False,
) -> Document:
    """Keep what was written; `answers` are clean (see `documents.answers.clean`), complete or not.

    `replies` answer the supervisor's comments; `touched` names carried answers that the author says are still right.
    What is the same already changes nothing, whatever the version. Raises NotPermitted, NotADraft, DraftLocked,
    TitleNeeded and, when somebody saved in between, StaleVersion.
    """
    document = lock_draft(actor, document_id)
    title = _title(document, title)
    replied = _replied(document, replies)
    written = document.answers != answers or document.title != title
    if not (written or replied or document.carried.keys() & set(touched)):
        return document
    if document.version != version:
        raise StaleVersion
    first_of_sitting = clock.now() - document.updated_at > ONE_SITTING or document.version == 1
    for comment in replied:
        comment.save(update_fields=["answer"])
    write(document, form_of(document), answers, title, touched=touched)
    if first_of_sitting or not autosave:
        audit.record(actor=actor, verb="document.saved", obj=document, client_id=document.client_id)
    return document


@transaction.atomic
def carry_forward(
    *,
    actor: User,
    document_id: UUID,
    version: int,
    answers: dict[str, Any],
    title: str | None = None,
    replies: Replies = NONE_SAID,
    touched: Collection[str] = (),
) -> Document:
    """Keep what was written, and copy from the last signed note what continues into questions that are still empty.

    What was copied is marked until it is touched. Raises what `save_draft` raises.
    """
    document = save_draft(
        actor=actor,
        document_id=document_id,
        version=version,
        answers=answers,
        title=title,
        replies=replies,
        touched=touched,
    )
    form = form_of(document)
    last = queries.last_session_note(actor, document.client_id, before=document)
    source = last.answers if last else {}
    taken = {
        key: source[key]
        for field in form.fields()
        if field.carry and not answers.get(field.key)
        for key in (field.key, field.other_key)
        if key in source
    }
    write(document, form, {**answers, **taken}, document.title)
    if last and taken:
        known = {field.key for field in form.fields()} & taken.keys()
        document.carried |= dict.fromkeys(known, last.service_date.isoformat())
        document.save(update_fields=["carried"])
    audit.record(
        actor=actor,
        verb="document.carried_forward",
        obj=document,
        client_id=document.client_id,
        changes={"from": ["", str(last.pk) if last else ""]},
    )
    return document


@transaction.atomic
def discard_draft(*, actor: User, document_id: UUID) -> None:
    """Delete a draft that nobody ever signed or submitted. Raises NotPermitted, NotDiscardable."""
    document = Document.objects.select_for_update().get(pk=document_id)
    require(rules.is_author(actor, document))
    history = document.signatures.exists() or document.reviews.exists() or document.unlock_requests.exists()
    if history or not rules.is_discardable(document):
        raise errors.NotDiscardable
    audit.record(
        actor=actor,
        verb="document.discarded",
        obj=document,
        client_id=document.client_id,
        changes={"type": [document.type, ""], "appointment": [str(document.appointment_id or ""), ""]},
    )
    document.delete()


def _title(document: Document, typed: str | None) -> str:
    """The title as it will stand. Raises TitleNeeded."""
    title = document.title if typed is None else " ".join(typed.split())
    if not title or len(title) > 255:
        raise errors.TitleNeeded
    return title


def lock_draft(actor: User, document_id: UUID) -> Document:
    """The draft, locked for this transaction, that the actor may change now."""
    rows = Document.objects.select_for_update(of=("self",)).select_related(
        "client", "staff__user", "staff__supervisor", "appointment"
    )
    document = rows.get(pk=document_id)
    require(rules.can_write_documents(actor) and rules.is_author(actor, document))
    if document.status != DocumentStatus.DRAFT:
        raise errors.NotADraft
    if document.in_error:
        raise errors.AlreadyInError
    if rules.is_locked(document):
        raise errors.DraftLocked
    return document


def form_of(document: Document) -> FormDefinition:
    """The form it is written with; a draft that came without one is free text."""
    return catalogue.definition(document.form_key, document.form_version) or catalogue.free_text()


def _replied(document: Document, replies: Replies) -> list[DocumentComment]:
    """Comments that wait for an answer and whose answer is another now, not saved yet."""
    if not replies:
        return []
    changed = []
    for comment in document.comments.filter(answered_at=None):
        answer = replies.get(comment.pk, comment.answer).strip()
        if answer != comment.answer:
            comment.answer = answer
            changed.append(comment)
    return changed


def write(
    document: Document,
    form: FormDefinition,
    answers: dict[str, Any],
    title: str,
    *,
    touched: Collection[str] = (),
) -> None:
    """Answers, the text made from them, and what the record's columns take from them."""
    document.carried = {
        key: day
        for key, day in document.carried.items()
        if key not in touched
        and all(answers.get(each) == document.answers.get(each) for each in (key, f"{key}_other"))
    }
    document.answers = answers
    document.content = answering.to_text(form, answers)
    document.title = title
    document.form_key, document.form_version = form.key, form.version
    if document.type == DocumentType.TREATMENT_PLAN:
        document.review_on = _day(answers.get("review_on"))
    document.version += 1
    document.save(
        update_fields=[
            "answers",
            "content",
            "title",
            "form_key",
            "form_version",
            "review_on",
            "carried",
            "version",
            "updated_at",
        ]
    )


def _author_for(actor: User, client: Client, appointment: Appointment | None) -> Staff:
    require(rules.can_write_documents(actor))
    author = acting(actor)
    if appointment is not None:
        if not rules.can_write_session_note(actor, appointment):
            raise errors.AppointmentDoesNotFit
    else:
        require(rules.can_write_for_client(actor, client))
    return author


def _check_session(kind: DocumentType, appointment: Appointment) -> None:
    missed = appointment.status in MISSED
    if kind == DocumentType.MISSED_NOTE and not missed:
        raise errors.SessionNotMissed
    if kind in queries.SESSION_NOTES and appointment.status in NOT_HELD:
        raise errors.SessionNotHeld
    if clock.local(appointment.start_time).date() > clock.today() and not missed:
        raise errors.SessionAhead


def _form(kind: DocumentType, form_key: str) -> FormDefinition:
    menu = catalogue.menu()
    form = menu.get(form_key) if form_key else menu.first(kind)
    if form is None or form.type != kind:
        raise errors.FormUnknown
    return form


def _new(
    actor: User,
    author: Staff,
    client: Client,
    appointment: Appointment | None,
    kind: DocumentType,
    form: FormDefinition,
    title: str,
) -> Document:
    settings = practice.get(NoteDefaults)
    service_date = clock.local(appointment.start_time).date() if appointment else clock.today()
    answers, carried = _first_answers(actor, kind, client)
    return Document.objects.create(
        client=client,
        staff=author,
        appointment=appointment,
        type=kind,
        title=" ".join(title.split())[:255] or kind.label,
        form_key=form.key,
        form_version=form.version,
        service_date=service_date,
        due_on=service_date + timedelta(days=settings.due_days),
        review_on=_day(answers.get("review_on")),
        answers=answers,
        content=answering.to_text(form, answers),
        carried=carried,
    )


def _first_answers(actor: User, kind: DocumentType, client: Client) -> tuple[dict[str, Any], dict[str, str]]:
    """What is known already: diagnoses from the last signed document, and for a plan the open goals of the last one.

    And which of it was carried, with the day of the document it came from.
    """
    if kind not in {DocumentType.PROGRESS_NOTE, DocumentType.TREATMENT_PLAN, DocumentType.DISCHARGE}:
        return {}, {}
    source = queries.diagnosing_document(actor, client.pk)
    first: dict[str, Any] = {"diagnoses": source.answers["diagnoses"]} if source else {}
    carried = {"diagnoses": source.service_date.isoformat()} if source else {}
    if kind == DocumentType.TREATMENT_PLAN:
        last = queries.current_plan(actor, client.pk)
        if last:
            from_plan = carried_over(last.answers)
            first |= from_plan
            keys = [key for key in from_plan if not key.endswith("_other")]
            carried |= dict.fromkeys(keys, last.service_date.isoformat())
        first["plan_kind"] = "n90_day_review" if last else "initial"
        first["plan_date"] = clock.today().isoformat()
        first["review_on"] = (clock.today() + timedelta(days=interval_days(client.pk))).isoformat()
    return first, carried


def _day(value: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        return None
