"""The page of one's own feed, and the feed."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.http import ActorRequest
from mentalspace.core.gates import public, requires
from scheduling import rules
from scheduling.errors import NoFeed
from scheduling.feed import services
from scheduling.feed.calendar import appointments_of, written
from scheduling.feed.choices import FeedShows
from scheduling.feed.forms import FeedForm
from scheduling.feed.models import CalendarFeed
from staff.models import Staff
from staff.rules import staff_of


def _own(request: ActorRequest) -> Staff:
    """The person's own row; whoever has no calendar has no feed."""
    own = staff_of(request.user)
    if own is None or not rules.can_keep_feed(request.user, own):
        raise Http404
    return own


def _page(request: ActorRequest, own: Staff, form: FeedForm | None = None) -> HttpResponse:
    found = CalendarFeed.objects.filter(staff=own).first()
    form = form or FeedForm(initial={"shows": found.shows if found else FeedShows.BUSY})
    scene = {
        "title": "Calendar feed",
        "form": form,
        "feed": found,
        "action_url": reverse("scheduling:feed_change" if found else "scheduling:feed_renew"),
        "submit_label": "Save" if found else "Make an address",
        "cancel_url": reverse("scheduling:schedule"),
    }
    return render(request, "scheduling/feed.html", scene, status=422 if form.is_bound else 200)


@requires(rules.can_keep_feed)
@require_safe
def feed(request: ActorRequest) -> HttpResponse:
    """What it is, whether there is one, and what it shows."""
    return _page(request, _own(request))


@requires(rules.can_keep_feed)
@require_POST
def feed_renew(request: ActorRequest) -> HttpResponse:
    """A new address, shown this once; an older one ends."""
    own, form = _own(request), FeedForm(request.POST)
    if not form.is_valid():
        return _page(request, own, form)
    token = services.renew_feed(actor=request.user, staff=own, shows=FeedShows(form.cleaned_data["shows"]))
    address = request.build_absolute_uri(reverse("scheduling:feed_file", args=[token]))
    scene = {"title": "Your calendar’s address", "address": address}
    return render(request, "scheduling/feed_made.html", scene)


@requires(rules.can_keep_feed)
@require_POST
def feed_change(request: ActorRequest) -> HttpResponse:
    """What it shows from now on."""
    own, form = _own(request), FeedForm(request.POST)
    if not form.is_valid():
        return _page(request, own, form)
    try:
        services.change_feed(actor=request.user, staff=own, shows=FeedShows(form.cleaned_data["shows"]))
    except NoFeed as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "Saved. Calendar programs show it when they ask again.")
    return redirect("scheduling:feed")


@requires(rules.can_keep_feed)
@require_POST
def feed_end(request: ActorRequest) -> HttpResponse:
    """The address answers nobody any more."""
    services.end_feed(actor=request.user, staff=_own(request))
    messages.success(request, "The address no longer works.")
    return redirect("scheduling:feed")


@public
@require_safe
def feed_file(request: HttpRequest, token: str) -> HttpResponse:
    """What calendar programs read."""
    found = services.feed_of(token)
    if found is None:
        raise Http404
    services.note_reading(found)
    answer = HttpResponse(written(found, appointments_of(found)), content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="appointments.ics"'
    return answer
