"""Beginning a document, from the chart, a session or the menu; and throwing a draft away."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.http import ActorRequest
from clients.models import Client
from clients.rules import clinical_clients
from documents import queries, rules, services
from documents.choices import DocumentType
from documents.designs import catalogue
from documents.errors import NotDiscardable
from documents.forms import ClientForm, DocumentForm
from documents.models import Document
from documents.services.drafts import MISSED
from documents.views.finding import own_document
from mentalspace.core import clock, formatting
from mentalspace.core.errors import DomainError
from mentalspace.core.forms import add_domain_error
from mentalspace.core.gates import requires
from mentalspace.core.once import once
from scheduling.choices import AppointmentType
from scheduling.models import Appointment
from scheduling.rules import visible_appointments
from staff.rules import staff_of

INTAKES = frozenset({AppointmentType.INTAKE, AppointmentType.PSYCHIATRIC})


@requires(rules.can_write_documents)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def document_create(request: ActorRequest) -> HttpResponse:
    """Choose the client, then the form and, for a session note, the session."""
    chosen = request.GET.get("client", "")
    if not chosen:
        return _choose_client(request, ClientForm(actor=request.user))
    picking = ClientForm(request.GET, actor=request.user)
    if not picking.is_valid():
        return _choose_client(request, picking)
    client: Client = picking.cleaned_data["client"]
    menu = catalogue.menu()
    if request.method == "POST":
        form = DocumentForm(request.POST, actor=request.user, client=client, menu=menu)
        if form.is_valid():
            return _started(request, client, form)
    else:
        form = DocumentForm(actor=request.user, client=client, menu=menu, initial=_initial(request, menu))
    return _form_page(request, client, form)


# Whoever sees a colleague's session is told here who writes its note.
@requires(rules.can_write_documents)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def note_start(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The note of a session: posting begins the one that fits it, or opens the one that exists."""
    session = get_object_or_404(visible_appointments(request.user).select_related("client", "staff"), pk=pk)
    existing = _existing(session, request)
    if existing is not None:
        return redirect("documents:document_detail", pk=existing.pk)
    menu = catalogue.menu()
    offered = {form.key: form for form in menu.of(*_types(session))}
    form = offered.get(request.POST.get("form_key", ""))
    error = ""
    if request.method == "POST":
        kind = form.type if form else _types(session)[0]
        try:
            made = services.start_document(
                actor=request.user, appointment=session, type=kind, form_key=form.key if form else ""
            )
        except DomainError as refused:
            error = refused.message
        else:
            return redirect("documents:document_edit", pk=made.pk)
    return _start_page(request, session, menu, error)


@requires(rules.can_edit_document)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def document_discard(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Throw a draft away, after asking."""
    document = own_document(request.user, pk)
    back = reverse("documents:document_detail", args=[pk])
    if request.method == "POST":
        try:
            services.discard_draft(actor=request.user, document_id=pk)
        except DomainError as refused:
            messages.error(request, refused.message)
            return redirect(back)
        messages.success(request, "The draft was discarded.")
        return redirect("documents:note_list")
    if not rules.is_discardable(document):
        messages.error(request, NotDiscardable.message)
        return redirect(back)
    context = {
        "title": "Discard this draft?",
        "text": f"{document.title} of {document.client.display_name}, {formatting.date(document.service_date)}. "
        "What was written in it is lost.",
        "confirm_label": "Discard the draft",
        "cancel_url": reverse("documents:document_edit", args=[pk]),
        "danger": True,
    }
    return render(request, "ui/confirm.html", context)


def _choose_client(request: ActorRequest, form: ClientForm) -> HttpResponse:
    own = staff_of(request.user)
    waiting = queries.sessions_without_note(request.user).filter(staff=own).select_related("client")
    zone = clock.zone()
    sessions = [
        {"session": each, "when": formatting.instant(each.start_time, zone)}
        for each in waiting.order_by("-start_time")[:8]
    ]
    context = {"title": "New note", "form": form, "sessions": sessions}
    return render(request, "documents/document_create.html", context, status=422 if form.is_bound else 200)


def _initial(request: ActorRequest, menu: catalogue.Menu) -> dict[str, str]:
    """From the link that led here: `?type=` and `?appointment=`."""
    wanted = request.GET.get("type", "")
    first = menu.first(wanted if wanted in DocumentType.values else DocumentType.PROGRESS_NOTE)
    return {
        "form_key": first.key if first else "",
        "appointment": request.GET.get("appointment", ""),
    }


def _form_page(request: ActorRequest, client: Client, form: DocumentForm) -> HttpResponse:
    context = {
        "title": "New note",
        "subtitle": client.display_name,
        "form": form,
        "cancel_url": reverse("clients:client_detail", args=[client.pk]),
        "action_url": request.get_full_path(),
    }
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


def _started(request: ActorRequest, client: Client, form: DocumentForm) -> HttpResponse:
    chosen = form.menu.get(form.cleaned_data["form_key"])
    try:
        made = services.start_document(
            actor=request.user,
            client=client,
            appointment=form.cleaned_data["appointment"],
            type=chosen.type if chosen else DocumentType.FREE,
            form_key=form.cleaned_data["form_key"],
            title=form.cleaned_data["title"],
        )
    except DomainError as refused:
        add_domain_error(form, refused)
        return _form_page(request, client, form)
    return redirect("documents:document_edit", pk=made.pk)


def _types(session: Appointment) -> list[DocumentType]:
    """What can be written about a session in its state; what fits best comes first."""
    if session.status in MISSED:
        return [DocumentType.MISSED_NOTE]
    if session.type in INTAKES:
        return [DocumentType.INTAKE, DocumentType.PROGRESS_NOTE]
    return [DocumentType.PROGRESS_NOTE, DocumentType.INTAKE]


def _existing(session: Appointment, request: ActorRequest) -> Document | None:
    """The session's note, if the actor may read it."""
    notes = rules.visible_documents(request.user).filter(queries.STANDS, appointment=session)
    return notes.filter(type__in=_types(session)).first()


def _start_page(
    request: ActorRequest, session: Appointment, menu: catalogue.Menu, error: str
) -> HttpResponse:
    kinds = _types(session)
    first = menu.first(kinds[0])
    zone = clock.zone()
    context = {
        "title": "Start a note",
        "session": session,
        "when": f"{formatting.instant_date(session.start_time, zone)}, "
        f"{formatting.time_range(session.start_time, session.end_time, zone)}",
        "choices": [(form.key, form.title) for form in menu.of(*kinds)],
        "chosen": first.key if first else "",
        "may_write": rules.can_write_session_note(request.user, session),
        "error": error,
        "has_chart": clinical_clients(request.user).filter(pk=session.client_id).exists(),
    }
    return render(request, "documents/note_start.html", context, status=422 if error else 200)
