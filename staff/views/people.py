"""The directory, a person's page, and changing what is known of them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import mail
from accounts import services as accounts
from accounts.errors import MailNotSent
from accounts.forms import role_explanations
from accounts.http import ActorRequest
from mentalspace.core import audit, clock, formatting
from mentalspace.core.cells import Action, email_cell
from mentalspace.core.errors import DomainError, StaleVersion
from mentalspace.core.forms import add_domain_error, answer, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once
from staff import pages, panels, queries, rules, services
from staff.choices import StaffStatus
from staff.forms import ProfileForm, StaffCreateForm, StaffForm, StatusForm
from staff.lists import LicenseList, StaffList
from staff.models import Staff
from staff.stale import keep_both


@requires(rules.can_see_staff)
@require_safe
def staff_list(request: ActorRequest) -> HttpResponseBase:
    """The directory."""
    actions = []
    if rules.can_list_credentials(request.user):
        actions.append(Action("Licenses", reverse("staff:license_list"), "license"))
    if rules.can_create_staff(request.user):
        actions.append(Action("New person", reverse("staff:staff_create"), "user-plus", primary=True))
    return StaffList(request, queries.staff_rows(request.user), page_actions=actions).respond()


@requires(rules.can_list_credentials)
@require_safe
def license_list(request: ActorRequest) -> HttpResponseBase:
    """When licenses expire, the most urgent first."""
    return LicenseList(
        request,
        queries.license_rows(request.user),
        on_export=lambda page: audit.record(actor=request.user, verb="licenses.exported"),
    ).respond({"breadcrumbs": [("Staff", reverse("staff:staff_list"))]})


@requires(rules.can_see_staff)
@require_safe
def staff_detail(request: ActorRequest, pk: UUID) -> HttpResponse:
    """A colleague: contact, credentials and the cards of the apps above."""
    staff = get_object_or_404(queries.staff_rows(request.user), pk=pk)
    cards = [
        (card.column, card.template, card.context(request, staff))
        for card in panels.person.of(panels.Card)
        if card.allowed(request.user, staff)
    ]
    sees_credentials = rules.can_see_credentials(request.user, staff)
    context = {
        **pages.frame(request, staff),
        "contact": [
            ("E-mail", email_cell(staff.user.email)),
            ("Phone", formatting.phone(staff.phone)),
            ("Takes appointments", "Yes" if staff.takes_appointments else "No"),
        ],
        "status_note": _status_note(staff) if rules.can_change_status(request.user, staff) else "",
        "sees_credentials": sees_credentials,
        "credentials": pages.credential_rows(staff) if sees_credentials else [],
        "supervisees": queries.supervisees(staff) if sees_credentials else [],
        "cards": cards,
    }
    return render(request, "staff/staff_detail.html", context)


@requires(rules.can_see_staff)
@require_safe
def staff_tab(request: ActorRequest, pk: UUID, slug: str) -> HttpResponse:
    """A tab that an app above registered."""
    staff = get_object_or_404(queries.staff_rows(request.user), pk=pk)
    tab = next((tab for tab in panels.person.of(panels.Tab) if tab.slug == slug), None)
    if tab is None or not tab.allowed(request.user, staff):
        raise Http404
    return render(request, tab.template, {**pages.frame(request, staff, slug), **tab.context(request, staff)})


@requires(rules.can_create_staff)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def staff_create(request: ActorRequest) -> HttpResponse:
    """Somebody new: the account and the person in one step."""
    form = StaffCreateForm(posted(request))

    def deed(given: dict[str, Any]) -> tuple[str, str]:
        account = {name: given[name] for name in ("email", "role", "further_roles")}
        staff = services.create_staff(actor=request.user, details=form.details(), **account)
        if given["send_link"]:
            _send_link(request, staff)
        return f"{staff.full_name} was added to staff.", reverse("staff:staff_detail", args=[staff.pk])

    page = {
        "title": "New person",
        "breadcrumbs": [("Staff", reverse("staff:staff_list"))],
        "explanations": role_explanations(),
        "cancel_url": reverse("staff:staff_list"),
    }
    return answer(request, form, deed, page, "staff/staff_create.html")


@requires(rules.can_edit_staff)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def staff_edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Name, credentials and supervision; a stale form shows what was saved meanwhile."""
    staff = _editable(request, pk, rules.can_edit_staff)
    form = StaffForm.of(staff, posted(request))
    stored: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            services.update_staff(
                actor=request.user,
                staff_id=staff.pk,
                version=form.cleaned_data["version"],
                details=form.details(),
            )
        except DomainError as error:
            stored = keep_both(form, staff) if isinstance(error, StaleVersion) else []
            add_domain_error(form, error)
        else:
            messages.success(request, f"{staff.full_name} was saved.")
            return redirect("staff:staff_detail", pk=staff.pk)
    return _form_page(request, staff, form, f"Edit {staff.full_name}", stored)


@requires(rules.can_edit_own_profile)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def staff_profile(request: ActorRequest, pk: UUID) -> HttpResponse:
    """What people say of themselves."""
    staff = _editable(request, pk, rules.can_edit_own_profile)
    form = ProfileForm.of(staff, posted(request))
    stored: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            services.update_profile(actor=request.user, staff_id=staff.pk, **form.cleaned_data)
        except DomainError as error:
            stored = keep_both(form, staff) if isinstance(error, StaleVersion) else []
            add_domain_error(form, error)
        else:
            messages.success(request, "The profile was saved.")
            return redirect("staff:staff_detail", pk=staff.pk)
    title = (
        "Edit my profile" if rules.is_own(request.user, staff) else f"Edit the profile of {staff.full_name}"
    )
    return _form_page(request, staff, form, title, stored)


@requires(rules.can_change_status)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def staff_status(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Working, on leave, or gone; with what that leaves open."""
    staff = _editable(request, pk, rules.can_change_status)
    back = reverse("staff:staff_detail", args=[staff.pk])

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.change_status(actor=request.user, staff_id=staff.pk, **values)
        return f"{staff.full_name} is now {StaffStatus(values['status']).label.lower()}.", back

    page = {
        "title": f"Status of {staff.full_name}",
        "breadcrumbs": _crumbs(staff),
        "cautions": panels.cautions(request.user, staff, [(clock.now(), None)]),
        "now": pages.status_badge(staff),
        "cancel_url": back,
    }
    return answer(request, StatusForm.of(staff, posted(request)), deed, page, "staff/staff_status.html")


def _editable(request: ActorRequest, pk: UUID, rule: Any) -> Staff:
    """The person, if the actor may do this to them: everybody sees everybody here, so a refusal is a 403."""
    staff = get_object_or_404(queries.staff_rows(request.user), pk=pk)
    if not rule(request.user, staff):
        raise PermissionDenied
    return staff


def _form_page(
    request: ActorRequest, staff: Staff, form: Any, title: str, stored: list[tuple[str, str]]
) -> HttpResponse:
    context = {
        "title": title,
        "breadcrumbs": _crumbs(staff),
        "form": form,
        "stored": stored,
        "cancel_url": reverse("staff:staff_detail", args=[staff.pk]),
    }
    status = 409 if stored else 422 if form.errors else 200
    return render(request, "staff/staff_form.html", context, status=status)


def _crumbs(staff: Staff) -> list[tuple[str, str]]:
    return [
        ("Staff", reverse("staff:staff_list")),
        (staff.name_with_credential, reverse("staff:staff_detail", args=[staff.pk])),
    ]


def _send_link(request: ActorRequest, staff: Staff) -> None:
    try:
        accounts.send_reset_link(actor=request.user, user_id=staff.user_id, base_url=mail.base_url(request))
    except MailNotSent as error:
        messages.warning(request, f"{error.message} It is under Users, with the account.")
    else:
        messages.success(request, f"A link to choose a password was mailed to {staff.user.email}.")


def _status_note(staff: Staff) -> str:
    """Since when and why, for administrators."""
    if not staff.status_since:
        return ""
    since = f"{staff.get_status_display()} since {formatting.date(staff.status_since)}"
    return f"{since}: {staff.status_reason}" if staff.status_reason else since
