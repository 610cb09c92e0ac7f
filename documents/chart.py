"""What documents show in a client's chart and on an appointment; registered in `DocumentsConfig.ready()`."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse

from accounts.http import ActorRequest
from accounts.models import User
from clients.models import Client
from clients.panels import Action, Card, Subject, Tab
from clients.rules import can_see_clinical
from documents import queries, rules
from documents.answers import Part, read
from documents.badges import document_badge
from documents.choices import SESSION_TYPES
from documents.designs import catalogue
from documents.models import Document
from mentalspace.core import clock, formatting
from scheduling.choices import AppointmentStatus
from scheduling.models import Appointment
from scheduling.panels import AppointmentAction
from staff.rules import staff_of

ROWS = 50


def can_read(actor: User, client: Client) -> bool:
    """Clinical tabs and cards: never for billers and the front desk."""
    return rules.can_see_document.gate(actor) and can_see_clinical(actor, client)


def can_begin(actor: User, client: Client) -> bool:
    return rules.can_write_for_client(actor, client)


def new_url(client: Client, kind: str = "") -> str:
    """Where a document about this client is begun."""
    suffix = f"&type={kind}" if kind else ""
    return f"{reverse('documents:document_create')}?client={client.pk}{suffix}"


def documents_tab(request: ActorRequest, client: Client) -> dict[str, Any]:
    """The latest documents with their states; all of them are in the list of notes."""
    actor = request.user
    found = (
        rules.visible_documents(actor)
        .filter(client=client)
        .select_related("staff")
        .order_by("-service_date", "-created_at", "pk")[: ROWS + 1]
    )
    rows = [document_row(actor, document) for document in found]
    return {
        "document_rows": rows[:ROWS],
        "all_url": f"{reverse('documents:note_list')}?client={client.pk}&state=",
        "has_more": len(rows) > ROWS,
        "export_url": reverse("documents:chart_export", args=[client.pk])
        if rules.can_export_chart(actor, client)
        else "",
        "new_document_url": new_url(client) if can_begin(actor, client) else "",
    }


def last_plan_card(request: ActorRequest, client: Client) -> dict[str, Any]:
    """What the last session note planned: read in the minute before the next session."""
    note, _plan = at_hand(request.user, client)
    return {"note": note, "part": queries.plan_part(note)}


def session_note_links(actor: User, sessions: Sequence[Appointment]) -> dict[UUID, tuple[str, str]]:
    """ "Start note" or "Open note" on each of these sessions; nothing for who may do neither. One query."""
    if not rules.can_see_document.gate(actor):
        return {}
    written = rules.visible_documents(actor).filter(
        queries.STANDS, appointment__in=sessions, type__in=SESSION_TYPES
    )
    notes = {note.appointment_id: note for note in written.order_by("-created_at")}
    return {each.pk: link for each in sessions if (link := _note_link(actor, each, notes.get(each.pk)))}


def _note_link(actor: User, appointment: Appointment, note: Document | None) -> tuple[str, str] | None:
    if note is not None:
        own_draft = rules.can_edit_document(actor, note)
        name = "document_edit" if own_draft else "document_detail"
        return ("Continue note" if own_draft else "Open note", reverse(f"documents:{name}", args=[note.pk]))
    begun = clock.local(appointment.start_time).date() <= clock.today()
    held_or_missed = appointment.status != AppointmentStatus.RESCHEDULED
    own = staff_of(actor)
    mine = own is not None and appointment.staff_id == own.pk and rules.can_write_documents(actor)
    if mine and begun and held_or_missed:
        return ("Start note", reverse("documents:note_start", args=[appointment.pk]))
    return None


def at_hand(actor: User, client: Client) -> tuple[Document | None, Document | None]:
    """Last note and current plan, asked once for the overview's cards together."""
    kept = vars(client).get("_documents_at_hand")
    if kept is None or kept[0] != actor.pk:
        kept = (actor.pk, queries.at_hand(actor, client.pk))
        vars(client)["_documents_at_hand"] = kept
    found: tuple[Document | None, Document | None] = kept[1]
    return found


def parts_of(document: Document | None) -> list[Part]:
    """What a document says, section by section."""
    form = catalogue.definition(document.form_key, document.form_version) if document else None
    return read(form, document.answers) if document and form else []


def document_row(actor: User, document: Document) -> dict[str, Any]:
    """A row of `documents/_chart_rows.html`."""
    edits = rules.can_edit_document(actor, document)
    return {
        "document": document,
        "badge": document_badge(document),
        "url": reverse(f"documents:document_{'edit' if edits else 'detail'}", args=[document.pk]),
        "verb": "Edit" if edits else "Open",
    }


def named_documents(actor: User, keys: Collection[str]) -> dict[str, tuple[str, str]]:
    """Title and day of documents, for the chart's history."""
    rows = rules.visible_documents(actor).filter(pk__in=keys).values_list("pk", "title", "service_date")
    return {
        str(pk): (f"{title}, {formatting.date(day)}", reverse("documents:document_detail", args=[pk]))
        for pk, title, day in rows
    }


TAB = Tab("documents", "Documents", "files", 20, can_read, "documents/chart_documents.html", documents_tab)
CARD = Card("documents_last_plan", 10, can_read, "documents/_card_last_plan.html", last_plan_card)
ACTION = Action("Note", "file-plus", 10, can_begin, new_url)
SUBJECT = Subject("document", named_documents)
NOTE_ACTION = AppointmentAction("note", "file-text", 10, session_note_links)
