"""The practice's holidays."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import ActorRequest
from mentalspace.core import formatting
from mentalspace.core.cells import Action
from mentalspace.core.forms import answer, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once
from scheduling import rules, services
from scheduling.choices import FederalHoliday
from scheduling.forms import ClosureForm
from scheduling.lists import ClosureList, closure_rows
from scheduling.models import Closure

LIST = "scheduling:closure_list"


@requires(rules.can_keep_closures)
@require_safe
def closure_list(request: ActorRequest) -> HttpResponseBase:
    """All holidays, the next first."""
    rows = closure_rows()
    actions = [
        Action("New holiday", reverse("scheduling:closure_create"), icon="plus", primary=True, dialog=True)
    ]
    if sum(bool(row.closure.holiday) for row in rows) < len(FederalHoliday):
        federal = reverse("scheduling:closure_federal")
        actions.insert(0, Action("Add federal holidays", federal, icon="calendar-plus", post=True))
    return ClosureList(request, rows, page_actions=actions).respond()


@requires(rules.can_keep_closures)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def closure_create(request: ActorRequest) -> HttpResponse:
    """A holiday of the practice's own."""

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.create_closure(actor=request.user, **values)
        return "The holiday was added. Appointments on it stay until somebody moves them.", reverse(LIST)

    page = {"title": "New holiday", "cancel_url": reverse(LIST)}
    return answer(request, ClosureForm(posted(request)), deed, page)


@requires(rules.can_keep_closures)
@require_http_methods(["GET", "HEAD", "POST"])
def closure_edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Another name or day; a federal holiday has those of the law."""
    closure = get_object_or_404(Closure, pk=pk, holiday="")
    form = ClosureForm(
        posted(request), initial={name: getattr(closure, name) for name in ClosureForm.base_fields}
    )

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.update_closure(actor=request.user, closure_id=closure.pk, **values)
        return "The holiday was saved.", reverse(LIST)

    return answer(request, form, deed, {"title": f"Edit {closure.name}", "cancel_url": reverse(LIST)})


@requires(rules.can_keep_closures)
@require_http_methods(["GET", "HEAD", "POST"])
def closure_delete(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Take it off the list, after a question."""
    closure = get_object_or_404(Closure, pk=pk)
    if request.method == "POST":
        services.delete_closure(actor=request.user, closure_id=closure.pk)
        messages.success(request, "The holiday was removed.")
        return redirect(LIST)
    context = {
        "title": "Remove holiday",
        "text": f"{closure.name}: the practice will be open, and its hours are offered again.",
        "confirm_label": "Remove holiday",
        "danger": True,
        "cancel_url": reverse(LIST),
    }
    return render(request, "ui/confirm.html", context)


@requires(rules.can_keep_closures)
@require_POST
@once
def closure_federal(request: ActorRequest) -> HttpResponse:
    """All federal holidays in one click."""
    added = services.keep_federal_holidays(actor=request.user)
    holidays = formatting.plural(len(added), "federal holiday")
    messages.success(request, f"{holidays} added. Remove those on which you are open.")
    return redirect(LIST)
