"""The sections of a profile, each with its own form and address."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.http import ActorRequest
from clients import queries, rules, services
from clients.chart import get_client, profile_of, tab_url
from clients.defaults import ClientDefaults
from clients.errors import NumberOfOthers
from clients.forms import (
    AuthorisationFormSet,
    ContactsForm,
    CoverageForm,
    CustomFieldsForm,
    EmergencyContactFormSet,
    IntakeForm,
    MedicalHistoryForm,
    SectionForm,
)
from clients.models import Client, ClientProfile
from clients.services import section_mark
from clients.shapes import Insurance
from mentalspace.core import practice
from mentalspace.core.errors import DomainError, StaleVersion
from mentalspace.core.forms import add_domain_error, posted
from mentalspace.core.gates import require, requires
from mentalspace.core.once import once

METHODS = ["GET", "HEAD", "POST"]


@requires(rules.can_edit_insurance)
@require_http_methods(METHODS)
@once
def coverage_create(request: ActorRequest, pk: UUID) -> HttpResponse:
    """A further coverage."""
    return _coverage_page(request, pk, None, "Add a coverage")


@requires(rules.can_edit_insurance)
@require_http_methods(METHODS)
def coverage_edit(request: ActorRequest, pk: UUID, index: int) -> HttpResponse:
    """Correct a coverage, or end it."""
    return _coverage_page(request, pk, index, "Edit coverage")


@requires(rules.can_edit_insurance)
@require_http_methods(METHODS)
def coverage_remove(request: ActorRequest, pk: UUID, index: int) -> HttpResponse:
    """Take out a coverage that was entered by mistake."""
    client = get_client(request.user, pk)
    require(rules.can_edit_insurance(request.user, client))
    coverage = _coverage_at(client, index)
    form = SectionForm(posted(request), initial={"seen": _mark(client, "insurance_info")})
    if request.method == "POST" and form.is_valid():
        try:
            services.remove_coverage(
                actor=request.user, client_id=pk, index=index, seen=form.cleaned_data["seen"]
            )
        except DomainError as error:
            add_domain_error(form, error)
            form.reopen(_mark(client, "insurance_info"))
        else:
            messages.success(request, "The coverage was removed.")
            return redirect(_profile_url(client, "insurance"))
    context = {
        "title": f"Remove {coverage.provider} from {client.display_name}",
        "text": "The coverage disappears from the profile. If it was right and has ended, "
        "edit it and enter its last day instead.",
        "form": form,
        "danger": True,
        "confirm_label": "Remove coverage",
        "cancel_url": _profile_url(client, "insurance"),
    }
    return render(request, "clients/coverage_remove.html", context)


@requires(rules.can_edit_demographics)
@require_http_methods(METHODS)
def contacts_edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Whom to call in need, and what they may hear."""
    client = get_client(request.user, pk)
    require(rules.can_edit_demographics(request.user, client))
    profile = profile_of(client)
    form = ContactsForm(posted(request), initial={"seen": section_mark(profile, "emergency_contact")})
    rows: Any = EmergencyContactFormSet(posted(request), initial=profile.emergency_contact, prefix="contacts")
    context = {
        "formset": rows,
        "formset_title": "Contacts",
        "add_label": "Add a contact",
        "row_label": "Emergency contact",
    }

    def save() -> None:
        services.set_emergency_contacts(
            actor=request.user, client_id=pk, seen=form.cleaned_data["seen"], contacts=rows.contacts()
        )

    return _section_page(
        request, client, form, save, "contacts", "Emergency contacts", "emergency_contact", context
    )


@requires(rules.can_edit_medical_history)
@require_http_methods(METHODS)
def medical_history_edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Conditions, medicines, allergies and what else the client tells of their health."""
    client = get_client(request.user, pk)
    require(rules.can_edit_medical_history(request.user, client))
    profile = profile_of(client)
    seen = section_mark(profile, "medical_history")
    form = MedicalHistoryForm(posted(request), initial={**profile.medical_history, "seen": seen})

    def save() -> None:
        services.set_medical_history(
            actor=request.user, client_id=pk, seen=form.cleaned_data["seen"], history=form.history()
        )

    return _section_page(request, client, form, save, "medical", "Medical history", "medical_history", {})


@requires(rules.can_edit_demographics)
@require_http_methods(METHODS)
def intake_edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """When the intake was, and who did it."""
    client = get_client(request.user, pk)
    require(rules.can_edit_demographics(request.user, client))
    profile = profile_of(client)
    initial = {"intake_date": profile.intake_date, "intake_staff": profile.intake_staff_id}
    form = IntakeForm(posted(request), initial={**initial, "seen": section_mark(profile, "intake")})

    def save() -> None:
        by = form.cleaned_data["intake_staff"]
        services.set_intake(
            actor=request.user,
            client_id=pk,
            seen=form.cleaned_data["seen"],
            intake_date=form.cleaned_data["intake_date"],
            intake_staff_id=by.pk if by else None,
        )

    return _section_page(request, client, form, save, "intake", "Intake", "intake", {})


@requires(rules.can_edit_demographics)
@require_http_methods(METHODS)
def custom_fields_edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The practice's own fields."""
    client = get_client(request.user, pk)
    require(rules.can_edit_demographics(request.user, client))
    profile, labels = profile_of(client), practice.get(ClientDefaults).custom_fields
    seen = section_mark(profile, "custom_fields")
    form = CustomFieldsForm(posted(request), labels=labels, profile=profile, initial={"seen": seen})

    def save() -> None:
        services.set_custom_fields(
            actor=request.user, client_id=pk, seen=form.cleaned_data["seen"], values=form.values()
        )

    return _section_page(request, client, form, save, "further", "Further fields", "custom_fields", {})


def _coverage_page(request: ActorRequest, pk: UUID, index: int | None, title: str) -> HttpResponse:
    client = get_client(request.user, pk)
    require(rules.can_edit_insurance(request.user, client))
    coverage = None if index is None else _coverage_at(client, index)
    initial: dict[str, Any] = {"seen": _mark(client, "insurance_info")}
    if coverage:
        initial |= CoverageForm.initial_of(coverage)
    form = CoverageForm(posted(request), initial=initial)
    held = [item.model_dump() for item in coverage.authorisations] if coverage else []
    rows: Any = AuthorisationFormSet(posted(request), initial=held, prefix="authorisations")
    context = {
        "formset": rows,
        "formset_title": "Authorized sessions",
        "add_label": "Add an authorization",
        "row_label": "Authorization",
    }

    def save() -> None:
        entered = form.coverage(rows.authorisations())
        if not _is_same_card(entered, coverage) and not form.cleaned_data["number_is_shared"]:
            form.sharing = queries.sharing_number(request.user, entered, exclude=pk)
        if form.sharing:
            raise NumberOfOthers
        services.save_coverage(
            actor=request.user,
            client_id=pk,
            index=index,
            seen=form.cleaned_data["seen"],
            coverage=entered,
        )

    return _section_page(request, client, form, save, "insurance", title, "insurance_info", context)


def _is_same_card(entered: Insurance, former: Insurance | None) -> bool:
    """Whether payer and number are those that were saved before, so that nobody is asked about them again."""
    if former is None:
        return False
    return (entered.provider, entered.policy_number) == (former.provider, former.policy_number)


def _section_page(
    request: ActorRequest,
    client: Client,
    form: SectionForm,
    save: Callable[[], None],
    anchor: str,
    title: str,
    section: str,
    further: dict[str, Any],
) -> HttpResponse:
    """One section's form: saved and back to the profile, or once more with what was typed."""
    formset, stale = further.get("formset"), ""
    if request.method == "POST" and form.is_valid() & (formset is None or formset.is_valid()):
        try:
            save()
        except StaleVersion as error:
            form.reopen(_mark(client, section))
            stale = error.message
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "The profile was saved.")
            return redirect(_profile_url(client, anchor))
    context = {
        "title": title,
        "subtitle": client.display_name,
        "breadcrumbs": [
            ("Clients", reverse("clients:client_list")),
            (client.display_name, _profile_url(client, anchor)),
        ],
        "form": form,
        "stale": stale,
        "profile_url": _profile_url(client, anchor),
        "cancel_url": _profile_url(client, anchor),
    }
    return render(request, "clients/profile_section.html", context | further)


def _profile_url(client: Client, anchor: str) -> str:
    return f"{tab_url(client, 'profile')}#{anchor}"


def _coverage_at(client: Client, index: int) -> Insurance:
    try:
        return Insurance.model_validate(profile_of(client).insurance_info[index])
    except IndexError:
        raise Http404 from None


def _mark(client: Client, section: str) -> str:
    """The mark of a section as it stands in the database."""
    stored = ClientProfile.objects.filter(client=client).first()
    return section_mark(stored or ClientProfile(client=client), section)
