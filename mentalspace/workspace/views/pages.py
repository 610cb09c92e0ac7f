"""Home, the global search, and the door to administration."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.http import ActorRequest
from mentalspace.core import clock, formatting
from mentalspace.core.gates import anyone_signed_in, requires
from mentalspace.workspace import search as searching
from mentalspace.workspace.homes import home_for
from staff.rules import staff_of


@requires(anyone_signed_in)
@require_safe
def root(request: ActorRequest) -> HttpResponse:
    """The bare address leads home."""
    return redirect("workspace:home")


@requires(anyone_signed_in)
@require_safe
def home(request: ActorRequest) -> HttpResponse:
    """The work list of the person's main role."""
    own = staff_of(request.user)
    title = f"{greeting()}, {own.first_name}" if own else greeting()
    subtitle = formatting.long_date(clock.today())
    return render(
        request, "workspace/home.html", {"home": home_for(request.user), "title": title, "subtitle": subtitle}
    )


def greeting() -> str:
    """By the practice's clock."""
    hour = clock.local(clock.now()).hour
    return "Good morning" if hour < 12 else "Good afternoon" if hour < 17 else "Good evening"


@requires(anyone_signed_in)
@require_safe
def search(request: ActorRequest) -> HttpResponse:
    """Everything the person may see that matches; a fragment while typing, a page on Enter."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[: searching.LONGEST]
    groups = searching.find(request.user, text, per_group=5 if request.htmx else 20) if text else []
    template = "ui/search_results.html" if request.htmx else "workspace/search.html"
    return render(request, template, {"groups": groups, "query": text, "title": "Search"})
