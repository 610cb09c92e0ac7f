"""The list, a new client, correcting one, and the status."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import ActorRequest
from clients import rules, services
from clients.chart import get_client
from clients.choices import CareRole
from clients.errors import EmailTaken, LooksLikeAnother
from clients.forms import ClientCreateForm, DemographicsForm, StatusForm
from clients.lists import ClientList
from clients.models import Client
from clients.queries.duplicates import Duplicate
from clients.queries.listing import client_rows
from clients.views.merging import merged_form
from mentalspace.core.cells import Action
from mentalspace.core.errors import DomainError, StaleVersion
from mentalspace.core.forms import add_domain_error, answer, posted
from mentalspace.core.gates import background, require, requires
from mentalspace.core.once import once


@requires(rules.can_see_client)
@require_safe
def client_list(request: ActorRequest) -> HttpResponseBase:
    """Clients by name, searched as one types; for administrators also as a spreadsheet."""
    exports = rules.can_export_clients(request.user)
    if request.GET.get("format") == "csv" and not exports:
        raise PermissionDenied
    actions = []
    if rules.can_begin_emergency(request.user):
        actions.append(Action("Emergency access", reverse("clients:emergency_create"), icon="lock-open"))
    if rules.can_manage_tags(request.user):
        actions.append(Action("Tags", reverse("clients:tag_list"), icon="tags"))
    if rules.can_create_client(request.user):
        actions.append(Action("New client", reverse("clients:client_create"), icon="user-plus", primary=True))
    page = ClientList(
        request,
        client_rows(request.user),
        page_actions=actions,
        on_export=lambda shown: services.record_export(actor=request.user, address=shown.url()),
    )
    page.can_export = exports
    return page.respond()


@requires(rules.can_create_client)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def client_create(request: ActorRequest) -> HttpResponse:
    """A new client, after a look at everybody who may be the same person."""
    form = ClientCreateForm(posted(request), initial=_initial_from(request))
    duplicates: list[Duplicate] = []
    if request.method == "POST":
        duplicates = form.duplicates()
        if form.is_valid():
            try:
                _refuse_unless_compared(form, duplicates)
                client = _create(request, form)
            except DomainError as error:
                add_domain_error(form, error)
            else:
                messages.success(request, f"The client was created, with number C-{client.number}.")
                return redirect("clients:client_detail", client.pk)
    context = {
        "title": "New client",
        "form": form,
        "duplicates": duplicates,
        "cancel_url": reverse("clients:client_list"),
    }
    return render(request, "clients/client_create.html", context)


@background
@requires(rules.can_create_client)
@require_POST
def client_duplicates(request: ActorRequest) -> HttpResponse:
    """Whom the half-typed form may mean. A POST, because names and birthdays do not belong in an address."""
    form = ClientCreateForm(request.POST)
    return render(request, "clients/_duplicates.html", {"form": form, "duplicates": form.duplicates()})


@requires(rules.can_edit_demographics)
@require_http_methods(["GET", "HEAD", "POST"])
def client_edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Correct demographics; what somebody else saved meanwhile is shown field by field."""
    client = get_client(request.user, pk)
    require(rules.can_edit_demographics(request.user, client))
    form = DemographicsForm(posted(request), initial=DemographicsForm.initial_of(client))
    found: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            services.update_client(actor=request.user, client_id=pk, version=version, **form.facts())
        except StaleVersion as error:
            form, found["merge"] = merged_form(client, form, version)
            found["stale"] = error.message
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "The demographics were saved.")
            return redirect("clients:client_tab", client.pk, "profile")
    chart = client_url(client)
    page = {
        "title": f"Edit {client.display_name}",
        "breadcrumbs": [("Clients", reverse("clients:client_list")), (client.display_name, chart)],
        "cancel_url": chart,
    }
    return render(request, "clients/client_edit.html", {**page, **found, "form": form})


@requires(rules.can_change_status)
@require_http_methods(["GET", "HEAD", "POST"])
def client_status(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Move the client to another status, with a reason."""
    client = get_client(request.user, pk)
    require(rules.can_change_status(request.user, client))
    form = StatusForm(posted(request), actor=request.user, client=client)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.change_status(actor=request.user, client_id=pk, **values)
        return "The status was changed.", client_url(client)

    page = {
        "title": f"Change the status of {client.display_name}",
        "text": f"Now: {client.get_status_display()}.",
        "confirm_label": form.submit_label,
        "cancel_url": client_url(client),
        "client": client,
    }
    return answer(request, form, deed, page, "clients/client_status.html")


def client_url(client: Client) -> str:
    """The chart."""
    return reverse("clients:client_detail", args=[client.pk])


def _initial_from(request: ActorRequest) -> dict[str, str]:
    """Another page may send along what the caller said (`?first_name=…`), for instance a search that found nobody."""
    return {
        name: request.GET[name][:120] for name in ("first_name", "last_name", "status") if name in request.GET
    }


def _refuse_unless_compared(form: ClientCreateForm, duplicates: list[Duplicate]) -> None:
    """Somebody has to have seen these very clients and said that this is another person; one e-mail is never two's."""
    email = form.cleaned_data["email"].lower()
    if email and any(duplicate.email == email for duplicate in duplicates):
        raise EmailTaken
    if duplicates and not form.is_compared_with(duplicates):
        raise LooksLikeAnother


@transaction.atomic
def _create(request: ActorRequest, form: ClientCreateForm) -> Client:
    """The client and, where one was chosen, the primary clinician: both or neither."""
    client = services.create_client(actor=request.user, status=form.cleaned_data["status"], **form.facts())
    clinician = form.cleaned_data["clinician"]
    if clinician:
        services.assign_clinician(
            actor=request.user, client_id=client.pk, staff_id=clinician.pk, role=CareRole.PRIMARY
        )
    return client
