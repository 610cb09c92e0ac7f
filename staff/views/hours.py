"""Weekly hours, time off and extra hours."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import ActorRequest
from mentalspace.core import clock, formatting
from mentalspace.core.errors import DomainError, StaleVersion
from mentalspace.core.forms import add_domain_error, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once
from staff import pages, panels, queries, rules, services
from staff.forms import AbsenceForm, WeekForm
from staff.models import Staff

STALE = (
    "Somebody changed these hours since you opened them. Yours are kept below; compare them and save again."
)


@requires(rules.can_see_staff)
@require_safe
def availability(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The tab with somebody's hours. Why somebody is away is for them and administrators."""
    staff = get_object_or_404(queries.staff_rows(request.user), pk=pk)
    may_edit = rules.can_edit_own_profile(request.user, staff)
    context = {
        **pages.frame(request, staff, "availability"),
        "week": pages.week_table(staff),
        "absences": pages.absences(staff, clock.today()),
        "may_edit": may_edit,
        "zone": clock.zone().key.replace("_", " "),
    }
    return render(request, "staff/availability.html", context)


@requires(rules.can_edit_own_profile)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def availability_edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The hours of a usual week."""
    staff = _own(request, pk)
    form = WeekForm(staff, posted(request))
    present = []
    if request.method == "POST" and form.is_valid():
        try:
            services.set_weekly_hours(
                actor=request.user, staff_id=staff.pk, version=form.version, weekly=form.weekly
            )
        except StaleVersion:
            staff.refresh_from_db()
            form.take_version(staff.version)
            form.options.add_error(None, STALE)
            present = pages.week_table(staff)
        except DomainError as error:
            add_domain_error(form.options, error)
        else:
            messages.success(request, "The weekly hours were saved.")
            return redirect("staff:availability", pk=staff.pk)
    context = {
        "title": f"Weekly hours of {staff.full_name}",
        "breadcrumbs": _crumbs(staff),
        "week": form,
        "present": present,
        "zone": clock.zone().key.replace("_", " "),
        "cancel_url": reverse("staff:availability", args=[staff.pk]),
    }
    status = 409 if present else 422 if request.method == "POST" else 200
    return render(request, "staff/availability_edit.html", context, status=status)


@requires(rules.can_edit_own_profile)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def exception_add(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Time off, or extra hours."""
    staff = _own(request, pk)
    form = AbsenceForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.add_exception(actor=request.user, staff_id=staff.pk, **form.verb_arguments())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            _say_added(request, staff, form)
            return redirect("staff:availability", pk=staff.pk)
    context = {
        "title": f"Time off or extra hours of {staff.full_name}",
        "breadcrumbs": _crumbs(staff),
        "intro": "One day, or several in a row. Times are on the practice's clocks.",
        "form": form,
        "cancel_url": reverse("staff:availability", args=[staff.pk]),
    }
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


@requires(rules.can_edit_own_profile)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def exception_remove(request: ActorRequest, pk: UUID, key: str) -> HttpResponse:
    """Take back time off or extra hours, after a question."""
    staff = _own(request, pk)
    absence = pages.absence_of(staff, key)
    if absence is None:
        raise Http404
    what = "extra hours" if absence.available else "time off"
    if request.method == "POST":
        try:
            services.remove_exception(
                actor=request.user,
                staff_id=staff.pk,
                first_day=absence.first,
                last_day=absence.last,
                start=absence.start,
                end=absence.end,
                available=absence.available,
            )
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, f"The {what} {'were' if absence.available else 'was'} removed.")
        return redirect("staff:availability", pk=staff.pk)
    context = {
        "title": f"Remove {what}",
        "text": f"{staff.full_name}: {absence.days}. {absence.times}.",
        "confirm_label": f"Remove {what}",
        "danger": True,
        "cancel_url": reverse("staff:availability", args=[staff.pk]),
    }
    return render(request, "ui/confirm.html", context)


def _say_added(request: ActorRequest, staff: Staff, form: AbsenceForm) -> None:
    """What was added, and what the absence leaves open."""
    given = form.verb_arguments()
    if given["available"]:
        messages.success(request, f"Extra hours were added on {formatting.date(given['first_day'])}.")
        return
    messages.success(request, f"Time off was added from {formatting.date(given['first_day'])}.")
    if given["start"] and given["end"]:
        start, end = clock.at(given["first_day"], given["start"]), clock.at(given["last_day"], given["end"])
    else:
        start, end = clock.day_bounds(given["first_day"])[0], clock.day_bounds(given["last_day"])[1]
    for caution in panels.cautions(request.user, staff, start, end):
        messages.warning(request, caution.text)


def _own(request: ActorRequest, pk: UUID) -> Staff:
    staff = get_object_or_404(queries.staff_rows(request.user), pk=pk)
    if not rules.can_edit_own_profile(request.user, staff):
        raise PermissionDenied
    return staff


def _crumbs(staff: Staff) -> list[tuple[str, str]]:
    return [
        ("Staff", reverse("staff:staff_list")),
        (staff.name_with_credential, reverse("staff:staff_detail", args=[staff.pk])),
        ("Hours", reverse("staff:availability", args=[staff.pk])),
    ]
