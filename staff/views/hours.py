"""Weekly hours, time off and extra hours."""

from collections.abc import Iterable, Sequence
from datetime import date, time
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import ActorRequest
from mentalspace.core import clock, formatting, practice
from mentalspace.core.errors import DomainError, StaleVersion
from mentalspace.core.forms import add_domain_error, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once
from staff import pages, panels, queries, rules, services
from staff.defaults import StaffDefaults
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
        "may_approve": rules.can_approve_time_off(request.user, staff),
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
    if request.method != "POST":
        return _week_page(request, staff, form, 200)
    if not form.is_valid():
        return _week_page(request, staff, form, 422)
    try:
        services.set_weekly_hours(
            actor=request.user, staff_id=staff.pk, version=form.version, weekly=form.weekly
        )
    except StaleVersion:
        staff.refresh_from_db()
        form.take_version(staff.version)
        form.options.add_error(None, STALE)
        return _week_page(request, staff, form, 409, present=pages.week_table(staff))
    except DomainError as error:
        add_domain_error(form.options, error)
        return _week_page(request, staff, form, 422)
    messages.success(request, "The weekly hours were saved.")
    return redirect("staff:availability", pk=staff.pk)


def _week_page(
    request: ActorRequest,
    staff: Staff,
    form: WeekForm,
    status: int,
    present: Sequence[pages.DayHours] = (),
) -> HttpResponse:
    """The form; with `present`, what somebody else saved meanwhile beside it."""
    context = {
        "title": f"Weekly hours of {staff.full_name}",
        "breadcrumbs": _crumbs(staff),
        "week": form,
        "present": present,
        "zone": clock.zone().key.replace("_", " "),
        "cancel_url": reverse("staff:availability", args=[staff.pk]),
    }
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
            return redirect(_say_added(request, staff, form))
    context = {
        "title": f"Time off or extra hours of {staff.full_name}",
        "breadcrumbs": _crumbs(staff),
        "intro": "One day, several in a row, or certain weekdays. Times are on the practice's clocks.",
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
    if request.method == "POST":
        return _remove(request, staff, absence)
    what = _what(absence)
    context = {
        "title": f"Remove {what}",
        "text": f"{staff.full_name}: {absence.days}. {absence.times}.",
        "confirm_label": f"Remove {what}",
        "danger": True,
        "cancel_url": reverse("staff:availability", args=[staff.pk]),
    }
    return render(request, "ui/confirm.html", context)


def _what(absence: pages.Absence) -> str:
    return "extra hours" if absence.available else "time off"


def _remove(request: ActorRequest, staff: Staff, absence: pages.Absence) -> HttpResponse:
    try:
        services.remove_exception(
            actor=request.user,
            staff_id=staff.pk,
            first_day=absence.first,
            last_day=absence.last,
            start=absence.start,
            end=absence.end,
            available=absence.available,
            entry=absence.entry,
        )
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"The {_what(absence)} {'were' if absence.available else 'was'} removed.")
    return redirect("staff:availability", pk=staff.pk)


@requires(rules.can_approve_time_off)
@require_safe
def time_off_list(request: ActorRequest) -> HttpResponse:
    """Everything that is asked for, the soonest first."""
    asked = pages.time_off_to_answer(request.user, clock.today())
    return render(request, "staff/time_off_list.html", {"title": "Time off asked for", "waiting": asked})


@requires(rules.can_approve_time_off)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def time_off_answer(request: ActorRequest, pk: UUID, key: str) -> HttpResponse:
    """Approve or decline time off that somebody asked for, knowing what is booked then."""
    staff = get_object_or_404(queries.staff_rows(request.user), pk=pk)
    absence = pages.absence_of(staff, key)
    if absence is None or not absence.pending:
        raise Http404
    found = panels.cautions(request.user, staff, _spans_of(absence.each_days, absence.start, absence.end))
    if request.method == "POST":
        return _answer(request, staff, absence, found)
    context = {
        "title": "Approve time off",
        "breadcrumbs": _crumbs(staff),
        "text": f"{staff.full_name}: {absence.days}. {absence.times}.",
        "reason": absence.reason,
        "cautions": found,
        "cancel_url": reverse("staff:availability", args=[staff.pk]),
    }
    return render(request, "staff/time_off_answer.html", context)


def _answer(
    request: ActorRequest, staff: Staff, absence: pages.Absence, found: Sequence[panels.Caution]
) -> HttpResponse:
    """Go on to where what is left open is settled, as when an absence is entered."""
    hours = reverse("staff:availability", args=[staff.pk])
    approved = request.POST.get("answer") == "approve"
    try:
        services.answer_time_off(
            actor=request.user, staff_id=staff.pk, entry=absence.entry, approved=approved
        )
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"The time off was {'approved' if approved else 'declined'}.")
        if approved:
            return redirect(next((each.settle_url for each in found if each.settle_url), hours))
    return redirect(hours)


def _say_added(request: ActorRequest, staff: Staff, form: AbsenceForm) -> str:
    """Say what was added, and what the absence leaves open; the page to go to, where that is settled."""
    hours = reverse("staff:availability", args=[staff.pk])
    given = form.verb_arguments()
    if given["available"]:
        messages.success(request, f"Extra hours were added on {formatting.date(given['first_day'])}.")
        return hours
    done = "was added" if not _waits(request, staff) else "is asked for"
    messages.success(request, f"Time off {done} from {formatting.date(given['first_day'])}.")
    days = services.days_between(given["first_day"], given["last_day"], given["weekdays"])
    found = panels.cautions(request.user, staff, _spans_of(days, given["start"], given["end"]))
    for caution in found:
        messages.warning(request, caution.text)
    if _waits(request, staff):
        return hours
    return next((caution.settle_url for caution in found if caution.settle_url), hours)


def _waits(request: ActorRequest, staff: Staff) -> bool:
    """Does what was just entered wait for an administrator?"""
    wants_approval = practice.get(StaffDefaults).approve_time_off
    return wants_approval and not rules.can_approve_time_off(request.user, staff)


def _spans_of(days: Iterable[date], start: time | None, end: time | None) -> list[panels.Span]:
    """When somebody is away on these days, at these times of each or all day; what meets is one."""
    spans: list[panels.Span] = []
    for day in days:
        begins, ends = (clock.at(day, start), clock.at(day, end)) if start and end else clock.day_bounds(day)
        if spans and spans[-1][1] == begins:
            begins = spans.pop()[0]
        spans.append((begins, ends))
    return spans


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
