"""Planning a series, and extending it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.http import ActorRequest
from mentalspace.core import clock, formatting
from mentalspace.core.forms import posted
from mentalspace.core.gates import require, requires
from mentalspace.core.once import once
from mentalspace.core.places import came_from
from scheduling import rules
from scheduling.models import Series
from scheduling.series.booking import extend_series, plan_series, terms_of
from scheduling.series.forms import ExtendForm, GroupSeriesForm, SeriesForm
from scheduling.series.plan import slots_of
from scheduling.series.settling import BOOKING
from scheduling.series.views.detail import get_series
from scheduling.series.views.listing import Listing, attempt, counted, list_sessions, page, saves
from scheduling.views.booking import initial_times


@requires(rules.can_schedule_for)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def series_create(request: ActorRequest) -> HttpResponse:
    """Say what repeats, see every session, settle what is in the way of some, and book them all."""
    form, listing = SeriesForm(posted(request), actor=request.user, initial=initial_times(request)), None
    if request.method == "POST" and form.is_valid():
        listing = list_sessions(request, form, form.terms, slots_of(form.terms, form.days), BOOKING)
        if saves(request, listing) and (series := _book(request, form, listing)):
            return redirect(came_from(request, reverse("scheduling:series_detail", args=[series.pk])))
    back = came_from(request, reverse("scheduling:schedule"))
    return page(
        request,
        form,
        listing,
        title="New series",
        intro=f"All times are those of the practice, {clock.zone().key.replace('_', ' ')}.",
        button="Book",
        cancel_url=back,
        next=came_from(request, ""),
    )


@requires(rules.can_schedule_for)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def group_series_create(request: ActorRequest) -> HttpResponse:
    """The same for a group: what is in the way of one member is shown by name and settled for that session."""
    initial = {**initial_times(request), "location": "office", "minutes": 90}
    form, listing = GroupSeriesForm(posted(request), actor=request.user, initial=initial), None
    if request.method == "POST" and form.is_valid():
        listing = list_sessions(request, form, form.terms, slots_of(form.terms, form.days), BOOKING)
        if saves(request, listing) and (series := _book(request, form, listing)):
            return redirect(came_from(request, reverse("scheduling:series_detail", args=[series.pk])))
    return page(
        request,
        form,
        listing,
        title="New group series",
        intro=f"All times are those of the practice, {clock.zone().key.replace('_', ' ')}.",
        button="Book",
        cancel_url=came_from(request, reverse("scheduling:schedule")),
        next=came_from(request, ""),
    )


def _book(request: ActorRequest, form: SeriesForm, listing: Listing) -> Series | None:
    cleaned = form.cleaned_data
    series: Series | None = attempt(
        form,
        plan_series,
        actor=request.user,
        terms=form.terms,
        rule=form.rule,
        days=form.days,
        sessions=cleaned["sessions"],
        until=cleaned["until"],
        answers=listing.decided.answers,
        seen=request.POST.get("seen", ""),
        notes=cleaned["notes"],
        assign=cleaned.get("assign", False),
    )
    if series is not None:
        messages.success(request, f"{counted(len(listing.plan.kept))} booked: {_lower(series.words)}.")
    return series


def _lower(words: str) -> str:
    return words[0].lower() + words[1:]


@requires(rules.can_schedule_for)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def series_extend(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Further sessions of a series, listed and settled as when it was planned."""
    series = get_series(request, pk)
    require(rules.can_schedule_for(request.user, series.staff))
    form, listing, terms = ExtendForm(posted(request), series=series), None, terms_of(series)
    if request.method == "POST" and form.is_valid():
        listing = list_sessions(request, form, terms, slots_of(terms, form.days), BOOKING)
        if saves(request, listing) and _extend(request, form, series, listing):
            return redirect(reverse("scheduling:series_detail", args=[series.pk]))
    planned = formatting.long_date(series.planned_until)
    context: dict[str, Any] = {
        "title": "Extend series",
        "intro": f"{series.client.display_name}, {_lower(series.words)}, planned until {planned}.",
        "button": "Book",
        "cancel_url": reverse("scheduling:series_detail", args=[series.pk]),
        "breadcrumbs": [("Series", reverse("scheduling:series_detail", args=[series.pk]))],
    }
    return page(request, form, listing, **context)


def _extend(request: ActorRequest, form: ExtendForm, series: Series, listing: Listing) -> bool:
    extended = attempt(
        form,
        extend_series,
        actor=request.user,
        series_id=series.pk,
        sessions=form.cleaned_data["sessions"],
        until=form.cleaned_data["until"],
        answers=listing.decided.answers,
        seen=request.POST.get("seen", ""),
    )
    if extended is not None:
        messages.success(request, f"{counted(len(listing.plan.kept))} booked.")
    return extended is not None
