"""Which sessions of a series are meant, and changing or cancelling them."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import ActorRequest
from mentalspace.core import clock, formatting
from mentalspace.core.errors import DomainError
from mentalspace.core.forms import add_domain_error, posted
from mentalspace.core.gates import requires
from mentalspace.core.ids import read_ids
from mentalspace.core.once import once
from mentalspace.core.places import came_from
from scheduling import badges, rules
from scheduling.models import Appointment, Series
from scheduling.series.changing import cancel_series, change_series, for_all, listing, moved_slots, reached
from scheduling.series.choices import Scope
from scheduling.series.errors import NotInSeries
from scheduling.series.forms import CancelSeriesForm, ChangeForm
from scheduling.series.sessions import by_session, is_exception
from scheduling.series.settling import CHANGING
from scheduling.series.views.listing import Listing, attempt, counted, list_sessions, page, saves
from scheduling.views.back import changeable, page_of

# What is asked about: the page for one session, the page for several, and the words.
DEEDS = {
    "edit": ("appointment_edit", "series_change", "Edit details"),
    "move": ("appointment_move", "series_change", "Move"),
    "cancel": ("appointment_cancel", "series_cancel", "Cancel"),
    "edit-group": ("group_session_edit", "series_change", "Edit for all"),
    "move-group": ("appointment_move", "series_change", "Move the group"),
    "cancel-group": ("group_session_cancel", "series_cancel", "Cancel for everybody"),
}
WHOLE = "everybody"


def _of_series(request: ActorRequest, pk: UUID) -> tuple[Appointment, Series]:
    """The appointment and its series; one of no series is not found here."""
    appointment = changeable(request, pk)
    if appointment.series is None:
        raise Http404
    return appointment, appointment.series


def _head(appointment: Appointment, series: Series, *, whole: bool = False) -> dict[str, Any]:
    whom = "The whole group" if whole else appointment.client.display_name
    return {
        "intro": f"{whom}, {badges.full_when(appointment, clock.zone())}. {series.words}.",
        "breadcrumbs": [("Series", reverse("scheduling:series_detail", args=[series.pk]))],
    }


@requires(rules.can_change_appointment)
@require_safe
def series_ask(request: ActorRequest, pk: UUID) -> HttpResponse:
    """This one, this and later, or all that are not past: asked before the form opens."""
    appointment, series = _of_series(request, pk)
    deed = request.GET.get("to", "")
    one, several, title = DEEDS.get(deed, DEEDS["edit"])
    back = came_from(request, page_of(appointment))
    whole = deed.endswith("-group") and series.group is not None
    if series.group is not None and several == "series_change" and not whole:
        # What a single member of a group has otherwise is no change of the group.
        return redirect(_url(one, appointment, next=back))
    context = {
        **_head(appointment, series, whole=whole),
        "title": f"{title}: which sessions?",
        "choices": [
            (Scope.ONE.label, "", _url(one, appointment, next=back)),
            *_choices(request, appointment, several, back, whole=whole),
        ],
        "cancel_url": back,
    }
    return render(request, "scheduling/series_ask.html", context)


def _choices(
    request: ActorRequest, appointment: Appointment, several: str, back: str, *, whole: bool
) -> list[tuple[str, str, str]]:
    """The ways to mean more than one, as (label, how many, address); none that would reach nothing."""
    asked = {"of": WHOLE} if whole else {}
    counts = {scope: _count(request, appointment, scope, whole=whole) for scope in (Scope.LATER, Scope.ALL)}
    return [
        (scope.label, counted(count), _url(several, appointment, scope=scope, next=back, **asked))
        for scope, count in counts.items()
        if count
    ]


def _count(request: ActorRequest, appointment: Appointment, scope: str, *, whole: bool) -> int:
    """How many sessions; a group's counts once."""
    try:
        found = reached(request.user, appointment, scope, whole=whole)
    except NotInSeries:
        return 0
    return len({each.group_session or each.pk for each in found})


def _url(name: str, appointment: Appointment, **query: str) -> str:
    return f"{reverse(f'scheduling:{name}', args=[appointment.pk])}?{urlencode(query)}"


@requires(rules.can_change_appointment)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def series_change(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Other terms for several sessions: first listed as they would be, then saved; of a group for all members."""
    appointment, series = _of_series(request, pk)
    initial = {**ChangeForm.initial_of(series), "scope": request.GET.get("scope", Scope.LATER)}
    form = ChangeForm(posted(request), actor=request.user, series=series, initial=initial)
    shown = None
    if request.method == "POST" and form.is_valid():
        shown = _listed(request, form, appointment)
        if shown is not None and saves(request, shown) and _change(request, form, appointment, shown):
            return redirect(came_from(request, reverse("scheduling:series_detail", args=[series.pk])))
    back = came_from(request, page_of(appointment))
    head = _head(appointment, series, whole=series.group is not None)
    return page(
        request, form, shown, title="Change sessions", button="Change", cancel_url=back, next=back, **head
    )


def _listed(request: ActorRequest, form: ChangeForm, appointment: Appointment) -> Listing | None:
    try:
        scope, whole = form.cleaned_data["scope"], form.series.group is not None
        sessions = reached(request.user, appointment, scope, whole=whole)
    except NotInSeries as error:
        add_domain_error(form, error)
        return None
    terms = for_all(form.terms, sessions)
    return list_sessions(request, form, terms, moved_slots(sessions, terms, form.wanted_weekday), CHANGING)


def _change(request: ActorRequest, form: ChangeForm, appointment: Appointment, shown: Listing) -> bool:
    plan = attempt(
        form,
        change_series,
        actor=request.user,
        appointment_id=appointment.pk,
        scope=form.cleaned_data["scope"],
        terms=shown.terms,
        weekday=form.wanted_weekday,
        answers=shown.decided.answers,
        seen=request.POST.get("seen", ""),
    )
    if plan is not None:
        messages.success(request, f"{counted(len(plan.kept))} changed.")
    return plan is not None


@requires(rules.can_change_appointment)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def series_cancel(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Call off several sessions: first listed, then cancelled; the series ends."""
    appointment, series = _of_series(request, pk)
    whole = series.group is not None and request.GET.get("of") == WHOLE
    form = CancelSeriesForm(posted(request), initial={"scope": request.GET.get("scope", Scope.LATER)})
    sessions: list[Appointment] = []
    if request.method == "POST" and form.is_valid():
        try:
            sessions = reached(request.user, appointment, form.cleaned_data["scope"], whole=whole)
            if request.POST.get("do") == "save":
                return _cancel(request, form, appointment, whole=whole)
        except DomainError as error:
            add_domain_error(form, error)
    context = {
        **_head(appointment, series, whole=whole),
        **_listed_to_cancel(request, form, sessions, whole=whole),
        "title": "Cancel sessions for everybody" if whole else "Cancel sessions",
        "next": came_from(request, page_of(appointment)),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "scheduling/series_cancel.html", context, status=status)


def _listed_to_cancel(
    request: ActorRequest, form: CancelSeriesForm, sessions: list[Appointment], *, whole: bool
) -> dict[str, Any]:
    """The form, and under it the sessions that it reaches."""
    return {
        "form": form,
        "rows": _rows(sessions, whole=whole),
        "chosen": set(read_ids(request.POST.getlist("including"))),
        "seen": listing(sessions),
        "action_url": request.get_full_path(),
    }


def _rows(sessions: list[Appointment], *, whole: bool) -> list[tuple[Appointment, str, bool]]:
    """Each session once: when, and whether it stays unless somebody ticks it."""
    zone = clock.zone()
    if not whole:
        return [(each, badges.full_when(each, zone), is_exception(each)) for each in sessions]
    return [
        (group[0], f"{badges.full_when(group[0], zone)}, {formatting.plural(len(group), 'client')}", False)
        for group in by_session(sessions)
    ]


def _cancel(
    request: ActorRequest, form: CancelSeriesForm, appointment: Appointment, *, whole: bool
) -> HttpResponse:
    cleaned = form.cleaned_data
    cancelled = cancel_series(
        actor=request.user,
        appointment_id=appointment.pk,
        scope=cleaned["scope"],
        reason=cleaned["reason"],
        cancelled_by=cleaned["cancelled_by"],
        heard_at=form.heard,
        note=cleaned["note"],
        including=read_ids(request.POST.getlist("including")),
        seen=request.POST.get("seen", ""),
        whole=whole,
    )
    late = sum(each.status == "late_cancelled" for each in cancelled)
    counts = f" {formatting.plural(late, 'counts', 'count')} as late." if late else ""
    number = len({each.group_session or each.pk for each in cancelled})
    messages.success(request, f"{counted(number)} cancelled.{counts}")
    return redirect(came_from(request, page_of(appointment)))
