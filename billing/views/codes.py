"""The practice's service codes."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import ActorRequest
from billing import rules, services
from billing.errors import ImportRefused
from billing.forms import ImportForm, ServiceCodeForm
from billing.lists import ServiceCodeList
from billing.models import ServiceCode
from mentalspace.core import formatting
from mentalspace.core.cells import Action
from mentalspace.core.errors import StaleVersion
from mentalspace.core.forms import answer, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once

FAULTS_SHOWN = 50


@requires(rules.can_manage_bills)
@require_safe
def service_code_list(request: ActorRequest) -> HttpResponseBase:
    """Codes, fees and labels."""
    actions = [
        Action("Import", reverse("billing:service_code_import"), icon="file-import"),
        Action("New code", reverse("billing:service_code_create"), icon="plus", primary=True, dialog=True),
    ]
    return ServiceCodeList(request, ServiceCode.objects.all(), page_actions=actions).respond()


@requires(rules.can_manage_bills)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def service_code_create(request: ActorRequest) -> HttpResponse:
    """A new code."""
    form = ServiceCodeForm(posted(request))

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        values = {key: value for key, value in values.items() if key != "version"}
        code = services.create_code(actor=request.user, **values)
        return f"{code.code} was added.", reverse("billing:service_code_list")

    return answer(
        request, form, deed, {"title": "New service code", "cancel_url": reverse("billing:service_code_list")}
    )


@requires(rules.can_manage_bills)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def service_code_edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Change a code. Bills that exist keep what they charged."""
    code = get_object_or_404(ServiceCode, pk=pk)
    now = {name: getattr(code, name) for name in (*ServiceCodeForm.base_fields,)}
    form = ServiceCodeForm(posted(request), initial=now)
    page: dict[str, Any] = {
        "title": f"Edit {code.code}",
        "intro": "Bills that exist keep the fee they charged.",
        "cancel_url": reverse("billing:service_code_list"),
    }

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        version = values.pop("version") or 0
        try:
            services.update_code(actor=request.user, code_id=code.pk, version=version, **values)
        except StaleVersion:
            # What they typed stays; the next save is made knowing what the other person saved.
            form.data = form.data.copy()
            form.data["version"] = str(code.version)
            page["intro"] = f"Saved meanwhile: {code.label}, {formatting.money(code.fee)}. Yours is below."
            raise
        return f"{code.code} was saved.", reverse("billing:service_code_list")

    return answer(request, form, deed, page)


def _set_active(request: ActorRequest, pk: UUID, *, is_active: bool) -> HttpResponse:
    code = get_object_or_404(ServiceCode, pk=pk)
    services.set_code_active(actor=request.user, code_id=code.pk, is_active=is_active)
    word = "in use again" if is_active else "retired; appointments can no longer be billed with it"
    messages.success(request, f"{code.code} is {word}.")
    return redirect("billing:service_code_list")


@requires(rules.can_manage_bills)
@require_POST
@once
def service_code_deactivate(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Take a code out of use."""
    return _set_active(request, pk, is_active=False)


@requires(rules.can_manage_bills)
@require_POST
@once
def service_code_activate(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Bring a code back."""
    return _set_active(request, pk, is_active=True)


@requires(rules.can_manage_bills)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def service_code_import(request: ActorRequest) -> HttpResponse:
    """Many codes from a CSV file, all of them or none."""
    form = ImportForm(posted(request), request.FILES or None)
    faults: list[tuple[int, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = services.import_codes(actor=request.user, text=form.cleaned_data["lines"])
        except ImportRefused as error:
            faults = error.faults
            form.add_error("file", error.message)
        else:
            words = f"{made.created} added, {made.changed} changed, {made.unchanged} as before."
            messages.success(request, f"Imported: {words}")
            return redirect("billing:service_code_list")
    context = {
        "title": "Import service codes",
        "form": form,
        "faults": faults[:FAULTS_SHOWN],
        "more_faults": max(len(faults) - FAULTS_SHOWN, 0),
        "cancel_url": reverse("billing:service_code_list"),
    }
    return render(request, "billing/service_code_import.html", context, status=422 if form.is_bound else 200)
