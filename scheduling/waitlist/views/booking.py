"""Booking somebody who waits."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.http import ActorRequest
from mentalspace.core.forms import posted
from mentalspace.core.gates import require, requires
from mentalspace.core.once import once
from scheduling import rules
from scheduling.views.back import page_of
from scheduling.views.booking import facts_of, initial_times, page, say
from scheduling.views.confirming import attempt, with_opening
from scheduling.waitlist import badges, services
from scheduling.waitlist.forms import WaitlistBookForm
from scheduling.waitlist.views.entries import detail_url, get_entry


@requires(rules.can_keep_waitlist_entry)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def waitlist_book(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The same form and the same checks as for any appointment, for the client who waits."""
    entry = get_entry(request, pk)
    require(rules.can_schedule_for.gate(request.user))
    initial: dict[str, Any] = {
        **initial_times(request), "minutes": entry.minutes, "type": entry.types[0],
        "location": next(iter(entry.locations), "telehealth"),
    }  # fmt: skip
    form = WaitlistBookForm(with_opening(posted(request)), actor=request.user, entry=entry, initial=initial)
    if request.method == "POST" and form.is_valid():
        booked = attempt(
            form,
            services.book_waiting,
            actor=request.user,
            entry_id=entry.pk,
            type=form.cleaned_data["type"],
            assign=form.cleaned_data.get("assign", False),
            **facts_of(form),
        )
        if booked is not None:
            say(request, booked, f"{entry.client.display_name} is booked")
            return redirect(page_of(booked))
    title = f"Book {entry.client.display_name}"
    waits = f"{badges.hours_words(entry)}. {badges.what_words(entry)}."
    return page(
        request,
        form,
        title,
        intro=f"Waits for: {waits}",
        cancel_url=detail_url(entry),
        find_url="",
        series_url="",
        group_url="",
        fits_url="",
    )
