"""The sections of a profile, each with its own form and address."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.http import ActorRequest
from clients import queries, rules, services
from clients.chart import get_client, profile_of
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
from clients.models import Client
from clients.shapes import Insurance
from clients.views.sections import SectionPage
from mentalspace.core import practice
from mentalspace.core.forms import posted
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
    section = SectionPage(request, client, "insurance_info")
    form = SectionForm(posted(request), initial={"seen": section.mark()})

    def remove() -> None:
        services.remove_coverage(
            actor=request.user, client_id=pk, index=index, seen=form.cleaned_data["seen"]
        )

    page = {
        "title": f"Remove {coverage.provider} from {client.display_name}",
        "text": "The coverage disappears from the profile. If it was right and has ended, "
        "edit it and enter its last day instead.",
        "danger": True,
        "confirm_label": "Remove coverage",
    }
    return section.answer(form, remove, page, "ui/confirm.html", "The coverage was removed.")


@requires(rules.can_edit_demographics)
@require_http_methods(METHODS)
def contacts_edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Whom to call in need, and what they may hear."""
    client = get_client(request.user, pk)
    require(rules.can_edit_demographics(request.user, client))
    section = SectionPage(request, client, "emergency_contact")
    form = ContactsForm(posted(request), initial={"seen": section.mark()})
    held = profile_of(client).emergency_contact
    rows: Any = EmergencyContactFormSet(posted(request), initial=held, prefix="contacts")
    page = {
        "title": "Emergency contacts",
        "formset": rows,
        "formset_title": "Contacts",
        "add_label": "Add a contact",
        "row_label": "Emergency contact",
    }

    def save() -> None:
        services.set_emergency_contacts(
            actor=request.user, client_id=pk, seen=form.cleaned_data["seen"], contacts=rows.contacts()
        )

    return section.answer(form, save, page)


@requires(rules.can_edit_medical_history)
@require_http_methods(METHODS)
def medical_history_edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Conditions, medicines, allergies and what else the client tells of their health."""
    client = get_client(request.user, pk)
    require(rules.can_edit_medical_history(request.user, client))
    section = SectionPage(request, client, "medical_history")
    initial = {**profile_of(client).medical_history, "seen": section.mark()}
    form = MedicalHistoryForm(posted(request), initial=initial)

    def save() -> None:
        services.set_medical_history(
            actor=request.user, client_id=pk, seen=form.cleaned_data["seen"], history=form.history()
        )

    return section.answer(form, save, {"title": "Medical history"})


@requires(rules.can_edit_demographics)
@require_http_methods(METHODS)
def intake_edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """When the intake was, and who did it."""
    client = get_client(request.user, pk)
    require(rules.can_edit_demographics(request.user, client))
    section, profile = SectionPage(request, client, "intake"), profile_of(client)
    initial = {"intake_date": profile.intake_date, "intake_staff": profile.intake_staff_id}
    form = IntakeForm(posted(request), initial={**initial, "seen": section.mark()})

    def save() -> None:
        by = form.cleaned_data["intake_staff"]
        services.set_intake(
            actor=request.user,
            client_id=pk,
            seen=form.cleaned_data["seen"],
            intake_date=form.cleaned_data["intake_date"],
            intake_staff_id=by.pk if by else None,
        )

    return section.answer(form, save, {"title": "Intake"})


@requires(rules.can_edit_demographics)
@require_http_methods(METHODS)
def custom_fields_edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The practice's own fields."""
    client = get_client(request.user, pk)
    require(rules.can_edit_demographics(request.user, client))
    section, labels = (
        SectionPage(request, client, "custom_fields"),
        practice.get(ClientDefaults).custom_fields,
    )
    form = CustomFieldsForm(
        posted(request), labels=labels, profile=profile_of(client), initial={"seen": section.mark()}
    )

    def save() -> None:
        services.set_custom_fields(
            actor=request.user, client_id=pk, seen=form.cleaned_data["seen"], values=form.values()
        )

    return section.answer(form, save, {"title": "Further fields"})


def _coverage_page(request: ActorRequest, pk: UUID, index: int | None, title: str) -> HttpResponse:
    client = get_client(request.user, pk)
    require(rules.can_edit_insurance(request.user, client))
    former = None if index is None else _coverage_at(client, index)
    section = SectionPage(request, client, "insurance_info")
    form = CoverageForm(posted(request), initial={"seen": section.mark(), **CoverageForm.initial_of(former)})
    held = [item.model_dump() for item in former.authorisations] if former else []
    rows: Any = AuthorisationFormSet(posted(request), initial=held, prefix="authorisations")
    page = {
        "title": title,
        "formset": rows,
        "formset_title": "Authorized sessions",
        "add_label": "Add an authorization",
        "row_label": "Authorization",
    }

    def save() -> None:
        entered, seen = form.coverage(rows.authorisations()), form.cleaned_data["seen"]
        _ask_about_others(request, client, form, entered, former)
        services.save_coverage(actor=request.user, client_id=pk, index=index, seen=seen, coverage=entered)

    return section.answer(form, save, page)


def _ask_about_others(
    request: ActorRequest, client: Client, form: CoverageForm, entered: Insurance, former: Insurance | None
) -> None:
    """Raise NumberOfOthers where others have this number, until somebody says that it is right."""
    if not _is_same_card(entered, former) and not form.cleaned_data["number_is_shared"]:
        form.sharing = queries.sharing_number(request.user, entered, exclude=client.pk)
    if form.sharing:
        raise NumberOfOthers


def _is_same_card(entered: Insurance, former: Insurance | None) -> bool:
    """Whether payer and number are those that were saved before, so that nobody is asked about them again."""
    if former is None:
        return False
    return (entered.provider, entered.policy_number) == (former.provider, former.policy_number)


def _coverage_at(client: Client, index: int) -> Insurance:
    try:
        return Insurance.model_validate(profile_of(client).insurance_info[index])
    except IndexError:
        raise Http404 from None
