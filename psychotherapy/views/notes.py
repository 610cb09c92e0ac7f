"""The author's own list, and beginning a note."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import ActorRequest
from clients.models import Client
from mentalspace.core import audit, clock, formatting
from mentalspace.core.errors import DomainError
from mentalspace.core.forms import add_domain_error
from mentalspace.core.gates import requires
from mentalspace.core.ids import read_id
from mentalspace.core.lists import Action, Cell, Column, EmptyState, ListPage
from mentalspace.core.once import FIELD
from psychotherapy import queries, rules, services
from psychotherapy.forms import ClientForm, NoteFilter, NoteForm
from psychotherapy.models import PsychotherapyNote
from scheduling.models import Appointment


class NoteList(ListPage):
    """One's own, the latest conversation first. Never a spreadsheet: what is in them stays where it is."""

    title = "Your psychotherapy notes"
    subtitle = "Kept apart from the record, and readable by you alone."
    default_sort = "-day"
    tiebreak = ("-created_at", "pk")
    can_export = False
    template_name = "psychotherapy/psychotherapy_note_list.html"
    columns = [
        Column(
            "day",
            "Conversation",
            cell=lambda note: Cell(
                formatting.date(note.session_date), url=_url("edit", note), sub=_about(note)
            ),
            sort="session_date",
            descending_first=True,
        ),
        Column(
            "client",
            "Client",
            cell=lambda note: note.client.display_name,
            sort=("client__last_name", "client__first_name"),
        ),
        Column(
            "changed",
            "Last written",
            cell=lambda note: formatting.instant(note.updated_at, clock.zone()),
            sort="updated_at",
            descending_first=True,
        ),
    ]

    def __init__(self, request: ActorRequest, notes: QuerySet[PsychotherapyNote]) -> None:
        super().__init__(request, notes)
        asked = read_id(request.GET.get("client"))
        clients = queries.clients_listed(request.user, notes, asked)
        self.filter_form_class = lambda data: NoteFilter(data, clients=clients)  # type: ignore[assignment,misc]
        new = reverse("psychotherapy:psychotherapy_note_create") + (f"?client={asked}" if asked else "")
        if rules.can_write_notes(request.user):
            self.page_actions = [Action("Write a psychotherapy note", new, "pencil-plus", primary=True)]
        self.empty = EmptyState(
            "You have no psychotherapy notes",
            "What you write to think a conversation through appears here, for you alone.",
            icon="lock",
        )

    def filter(self, source: Any, values: Any) -> Any:
        """Of one client, as chosen."""
        client = values.get("client")
        return source.filter(client=client) if client else source

    def actions(self, row: PsychotherapyNote) -> Sequence[Action]:
        about = f"psychotherapy note of {formatting.date(row.session_date)}"
        return [
            Action("Open", _url("edit", row), "edit", about=about),
            Action("Destroy", _url("destroy", row), "trash", dialog=True, danger=True, about=about),
        ]


@requires(rules.can_see_note)
@require_safe
def psychotherapy_note_list(request: ActorRequest) -> HttpResponseBase:
    """All that the person has written; `?client=` those about one client."""
    with queries.own_notes(request.user) as notes:
        audit.record(actor=request.user, verb="psychotherapy_note.listed", right="author")
        return NoteList(request, notes).respond()


@requires(rules.can_write_notes)
@require_http_methods(["GET", "HEAD", "POST"])
def psychotherapy_note_create(request: ActorRequest) -> HttpResponse:
    """About a session (`?appointment=`) or a client (`?client=`); a session that has a note opens that one."""
    session = _session(request)
    if session is not None:
        written = queries.note_of_session(request.user, session)
        if written is not None:
            return redirect(_url("edit", written))
        return _form_page(request, session.client, {"appointment": session.pk})
    if not request.GET.get("client"):
        return _choose_client(request, ClientForm(actor=request.user))
    picking = ClientForm(request.GET, actor=request.user)
    if not picking.is_valid():
        return _choose_client(request, picking)
    return _form_page(request, picking.cleaned_data["client"], {})


def _session(request: ActorRequest) -> Appointment | None:
    wanted = read_id(request.GET.get("appointment"))
    if wanted is None:
        return None
    return (
        rules.can_write_about_session.scope(request.user).select_related("client").filter(pk=wanted).first()
    )


def _choose_client(request: ActorRequest, form: ClientForm) -> HttpResponse:
    context = {"form": form, "title": "Write a psychotherapy note"}
    template = "psychotherapy/psychotherapy_note_client.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


def _form_page(request: ActorRequest, client: Client, initial: dict[str, Any]) -> HttpResponse:
    if request.method == "POST":
        form = NoteForm(request.POST, actor=request.user, client=client)
        if form.is_valid() and (begun := _begun(request, client, form)) is not None:
            return redirect(_url("edit", begun))
    else:
        form = NoteForm(actor=request.user, client=client, initial=initial)
    context = {
        "title": "Write a psychotherapy note",
        "subtitle": client.display_name,
        "form": form,
        "cancel_url": f"{reverse('psychotherapy:psychotherapy_note_list')}?client={client.pk}",
        "action_url": request.get_full_path(),
    }
    template = "psychotherapy/psychotherapy_note_create.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _begun(request: ActorRequest, client: Client, form: NoteForm) -> PsychotherapyNote | None:
    """The note; None where it was refused, which the form then says. The form's own key becomes the note's id.

    So that what `once` would keep, somebody's name beside the note's address, is kept nowhere.
    """
    try:
        return services.start_note(
            actor=request.user,
            client=client,
            session=form.cleaned_data["appointment"],
            session_date=form.cleaned_data["session_date"],
            note_id=read_id(request.POST.get(FIELD)),
        )
    except DomainError as refused:
        add_domain_error(form, refused)
        return None


def _about(note: PsychotherapyNote) -> str:
    session = note.appointment
    if session is None:
        return "Not about a session"
    return f"Session, {formatting.time_range(session.start_time, session.end_time, clock.zone())}"


def _url(page: str, note: PsychotherapyNote) -> str:
    return reverse(f"psychotherapy:psychotherapy_note_{page}", args=[note.pk])
