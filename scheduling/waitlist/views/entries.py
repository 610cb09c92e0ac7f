"""Who waits: the list, an entry with the next times that suit it, and changing it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import ActorRequest
from clients.rules import visible_clients
from mentalspace.core import clock, formatting
from mentalspace.core.cells import Action
from mentalspace.core.errors import DomainError, StaleVersion
from mentalspace.core.forms import add_domain_error, ask, posted
from mentalspace.core.gates import requires
from mentalspace.core.ids import read_id
from mentalspace.core.once import once
from mentalspace.core.places import came_from
from scheduling import rules
from scheduling.models import WaitlistEntry
from scheduling.waitlist import badges, matching, queries, services
from scheduling.waitlist.choices import ClosedBecause, EntryState
from scheduling.waitlist.forms import CloseForm, EntryForm, WindowFormSet, entry_initial, windows_initial
from scheduling.waitlist.lists import WaitlistList
from scheduling.waitlist.offers import time_buttons

LIST = "scheduling:waitlist_list"


def get_entry(request: ActorRequest, pk: UUID) -> WaitlistEntry:
    """The entry with its client; 404 for whoever may not see it."""
    seen = rules.can_see_waitlist_entry.scope(request.user)
    return get_object_or_404(
        queries.with_ties(seen).select_related("appointment").prefetch_related("clinicians"), pk=pk
    )


def detail_url(entry: WaitlistEntry) -> str:
    """The page of an entry."""
    return reverse("scheduling:waitlist_detail", args=[entry.pk])


@requires(rules.can_see_waitlist_entry)
@require_safe
def waitlist_list(request: ActorRequest) -> HttpResponseBase:
    """Search, filter, sort, page and export."""
    asks = rules.can_see_request.gate(request.user)
    actions = [
        *([Action("Requests", reverse("scheduling:request_list"), icon="inbox")] if asks else []),
        Action("Times that opened", reverse("scheduling:opening_list"), icon="calendar-plus"),
        Action("Add a client", reverse("scheduling:waitlist_create"), icon="plus", primary=True),
    ]
    rows = rules.can_see_waitlist_entry.scope(request.user)
    return WaitlistList(request, rows, actions).respond()


@requires(rules.can_keep_waitlist_entry)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def waitlist_create(request: ActorRequest) -> HttpResponse:
    """Let a client wait; the address may name the client."""
    named = read_id(request.GET.get("client"))
    form = EntryForm(
        posted(request), actor=request.user, initial={"client": named, "types": ["individual"]} if named
        else {"types": ["individual"]},
    )  # fmt: skip
    rows: Any = WindowFormSet(posted(request), prefix="windows")
    if _fits(request, form, rows):
        try:
            entry = services.add_to_waitlist(
                actor=request.user,
                client_id=form.cleaned_data["client"].pk,
                windows=rows.windows,
                **form.wanted,
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"{entry.client.display_name} is on the waitlist.")
            return redirect(came_from(request, detail_url(entry)))
    back = came_from(request, reverse(LIST))
    return _form_page(request, form, rows, title="Put on the waitlist", cancel_url=back)


@requires(rules.can_see_waitlist_entry)
@require_safe
def waitlist_detail(request: ActorRequest, pk: UUID) -> HttpResponse:
    """What they wait for, and the next free times that suit: each is booked by one click."""
    entry = get_entry(request, pk)
    open_now = entry.state == EntryState.WAITING
    keeps = rules.can_keep_waitlist_entry(request.user, entry)
    client, zone = entry.client, clock.zone()
    times = queries.next_times(request.user, entry) if open_now and keeps else []
    chart = visible_clients(request.user).filter(pk=entry.client_id).exists()
    context = {
        "title": f"{client.display_name} waits" if open_now else client.display_name,
        "entry": entry,
        "state": badges.state_badge(entry, clock.today()),
        "urgency": badges.urgency_badge(entry.urgency),
        "facts": [
            ("Times", badges.hours_words(entry)),
            ("For", badges.what_words(entry)),
            ("With", badges.whom_words(entry)),
            ("Phone", formatting.phone(client.phone)),
            ("On the list since", formatting.instant_date(entry.created_at, zone)),
            ("Until", formatting.date(entry.expires_on)),
        ],
        "chart_url": reverse("clients:client_detail", args=[client.pk]) if chart else "",
        "appointment_url": reverse("scheduling:appointment_detail", args=[entry.appointment_id])
        if entry.appointment_id
        else "",
        "waited": matching.waited(entry.created_at, clock.now()),
        "times": time_buttons(times),
        "may_book": open_now and keeps,
        "may_reopen": keeps and not entry.waits(clock.today()),
        "find_url": f"{reverse('scheduling:find_a_time')}?client={client.pk}&minutes={entry.minutes}",
        "breadcrumbs": [("Waitlist", reverse(LIST))],
    }
    return render(request, "scheduling/waitlist_detail.html", context)


@requires(rules.can_keep_waitlist_entry)
@require_http_methods(["GET", "HEAD", "POST"])
def waitlist_edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Other times, other clinicians, more or less urgent."""
    entry = get_entry(request, pk)
    form = EntryForm(posted(request), actor=request.user, entry=entry, initial=entry_initial(entry))
    rows: Any = WindowFormSet(posted(request), prefix="windows", initial=windows_initial(entry))
    if _fits(request, form, rows):
        try:
            services.change_entry(
                actor=request.user,
                entry_id=entry.pk,
                version=form.cleaned_data["version"] or 0,
                windows=rows.windows,
                **form.wanted,
            )
        except DomainError as error:
            if isinstance(error, StaleVersion):
                form.data = form.data.copy()
                entry.refresh_from_db(fields=["version"])
                form.data["version"] = str(entry.version)
            add_domain_error(form, error)
        else:
            messages.success(request, "The waitlist entry was saved.")
            return redirect(detail_url(entry))
    title = f"Edit {entry.client.display_name}’s place"
    crumbs = [("Waitlist", reverse(LIST)), (entry.client.display_name, detail_url(entry))]
    return _form_page(request, form, rows, title=title, cancel_url=detail_url(entry), breadcrumbs=crumbs)


@requires(rules.can_keep_waitlist_entry)
@require_http_methods(["GET", "HEAD", "POST"])
def waitlist_close(request: ActorRequest, pk: UUID) -> HttpResponse:
    """They no longer wait: why."""
    entry = get_entry(request, pk)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.close_entry(actor=request.user, entry_id=entry.pk, because=ClosedBecause(values["because"]))
        return f"{entry.client.display_name} is off the waitlist.", reverse(LIST)

    form = CloseForm(posted(request))
    page = {
        "title": f"Take {entry.client.display_name} off the waitlist",
        "text": "It can be put back from its page.",
        "confirm_label": form.submit_label,
        "cancel_url": detail_url(entry),
    }
    return ask(request, form, deed, page)


@requires(rules.can_keep_waitlist_entry)
@require_POST
def waitlist_reopen(request: ActorRequest, pk: UUID) -> HttpResponse:
    """They wait again, since when they first did."""
    entry = get_entry(request, pk)
    try:
        services.reopen_entry(actor=request.user, entry_id=entry.pk)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"{entry.client.display_name} waits again.")
    return redirect(detail_url(entry))


def _fits(request: ActorRequest, form: EntryForm, rows: Any) -> bool:
    """Both are looked at, so that all faults are said at once."""
    checked = [form.is_valid(), rows.is_valid()] if request.method == "POST" else [False]
    return all(checked)


def _form_page(
    request: ActorRequest, form: EntryForm, rows: Any, *, cancel_url: str, **page: Any
) -> HttpResponse:
    context = {
        "form": form,
        "formset": rows,
        "formset_title": "Times that suit",
        "add_label": "Add other hours",
        "row_label": "Hours",
        "cancel_url": cancel_url,
        "breadcrumbs": [("Waitlist", reverse(LIST))],
        **page,
    }
    status = 422 if form.is_bound and (form.errors or rows.total_error_count()) else 200
    return render(request, "scheduling/waitlist_form.html", context, status=status)
