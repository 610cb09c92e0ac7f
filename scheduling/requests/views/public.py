"""The public booking page. Nobody is signed in; it tells free times and the practice's own texts, and nothing else."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.services import limits
from mentalspace.core import clock, formatting, practice
from mentalspace.core.errors import DomainError
from mentalspace.core.forms import DateField, add_domain_error, posted
from mentalspace.core.gates import public
from mentalspace.core.once import once
from scheduling.choices import AppointmentType, Location
from scheduling.errors import SlotTaken
from scheduling.requests import services
from scheduling.requests.forms import PersonForm, SoughtForm
from scheduling.requests.limits import LOOKS_BY_ADDRESS
from scheduling.requests.offered import Sought, accepting, free_for, offered_days, settings

DAYS = 5
TAKEN = "This time has just been taken. Please choose another one."


@public
@never_cache
@require_safe
def booking_times(request: HttpRequest) -> HttpResponse:
    """The next free times of what is looked for, each the way to the form."""
    if (limited := _guard(request)) is not None:
        return limited
    form = _sought_form(request)
    days: list[dict[str, Any]] = []
    later = ""
    if form.is_valid():
        sought = _sought(form)
        found = offered_days(sought, first=_first(request), days=DAYS)
        days = [_day(sought, each) for each in found]
        if len(found) == DAYS:
            following = formatting.date(found[-1].day + timedelta(days=1))
            later = f"{request.path}?{urlencode({**_named(sought), 'from': following})}"
    scene = {
        "title": "Ask for an appointment",
        "form": form,
        "days": days,
        "later_url": later,
        "introduction": settings().introduction,
        "taken": TAKEN if request.GET.get("taken") else "",
        "zone": _zone_words(),
    }
    return _page(request, "booking_times", scene, status=200 if form.is_valid() else 422)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@once
def booking_details(request: HttpRequest) -> HttpResponse:
    """Who asks, for the time that the address names. Whoever sends it gets the same answer, known here or not."""
    if (limited := _guard(request)) is not None:
        return limited
    choice = _sought_form(request)
    start = _start(request)
    if start is None or not choice.is_valid():
        return redirect("scheduling:booking_times")
    sought = _sought(choice)
    form = PersonForm(posted(request), consent=settings().consent)
    if request.method == "POST" and form.is_valid():
        answered = _ask(request, form, sought, start)
        if answered is not None:
            return answered
    elif free_for(sought, start) is None:
        return redirect(f"{reverse('scheduling:booking_times')}?{urlencode({**_named(sought), 'taken': 1})}")
    wall = clock.local(start)
    scene = {
        "title": "Your request",
        "form": form,
        "when": f"{formatting.long_date(wall.date())}, {formatting.time(wall)}",
        "what": f"{AppointmentType(sought.type).label}, {Location(sought.location).label.lower()}",
        "who": sought.staff.name_with_credential if sought.staff else "",
        "zone": _zone_words(),
        "privacy": settings().privacy,
        "back_url": f"{reverse('scheduling:booking_times')}?{urlencode(_named(sought))}",
    }
    return _page(request, "booking_details", scene, status=422 if form.errors else 200)


@public
@never_cache
@require_safe
def booking_sent(request: HttpRequest) -> HttpResponse:
    """Thank you: what happens next."""
    if (limited := _guard(request)) is not None:
        return limited
    return _page(request, "booking_sent", {"title": "Thank you"})


def _ask(request: HttpRequest, form: PersonForm, sought: Sought, start: datetime) -> HttpResponse | None:
    """Where to go after it was taken; None to show the form again."""
    if form.is_a_machine:
        return redirect("scheduling:booking_sent")
    facts = form.facts
    try:
        services.spend_tries(address=_address(request), email=facts["email"].strip().lower())
        services.ask_for_time(sought=sought, start=start, **facts)
    except SlotTaken:
        return redirect(f"{reverse('scheduling:booking_times')}?{urlencode({**_named(sought), 'taken': 1})}")
    except DomainError as error:
        add_domain_error(form, error)
        return None
    return redirect("scheduling:booking_sent")


def _guard(request: HttpRequest) -> HttpResponse | None:
    """The page does not exist while it is closed; whoever looks too often waits. Raises Http404."""
    if not settings().is_open:
        raise Http404
    if limits.spend(LOOKS_BY_ADDRESS, _address(request)).allowed:
        return None
    return _page(request, "booking_limited", {"title": "Please wait a little"}, status=429)


def _page(request: HttpRequest, name: str, scene: dict[str, Any], *, status: int = 200) -> HttpResponse:
    profile = practice.get(practice.PracticeProfile)
    # The frame would show it in the way it greets colleagues.
    around = {"practice_name": "", "signed": profile.name, "phone": formatting.phone(profile.phone)}
    return render(request, f"scheduling/{name}.html", {**around, **scene}, status=status)


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _sought_form(request: HttpRequest) -> SoughtForm:
    """The address, with the first of what is offered where it says nothing."""
    held, given = settings(), request.GET.copy()
    for name, offered in (("type", held.types), ("location", held.locations)):
        if not given.get(name) and offered:
            given[name] = offered[0]
    return SoughtForm(given, held=held, accepting=accepting(given.get("type", "")))


def _sought(form: SoughtForm) -> Sought:
    given = form.cleaned_data
    staff = next((each for each in accepting(given["type"]) if str(each.pk) == given["staff"]), None)
    return Sought(given["type"], given["location"], staff)


def _named(sought: Sought) -> dict[str, Any]:
    named: dict[str, Any] = {"type": sought.type, "location": sought.location}
    return {**named, "staff": sought.staff.pk} if sought.staff else named


def _day(sought: Sought, free: Any) -> dict[str, Any]:
    """A day with its starts, each once, whoever is free then."""
    starts = sorted({start for _, found in free.by_staff for start in found})
    details = reverse("scheduling:booking_details")
    return {
        "label": formatting.long_date(free.day),
        "times": [
            (
                formatting.time(wall := clock.local(start)),
                f"{details}?{urlencode({**_named(sought), 'start': f'{wall:%Y-%m-%dT%H:%M}'})}",
            )
            for start in starts
        ],
    }


def _start(request: HttpRequest) -> datetime | None:
    """The start that the address names, on the practice's clocks."""
    try:
        wall = datetime.strptime(  # noqa: DTZ007 - a wall time
            request.GET.get("start", ""), "%Y-%m-%dT%H:%M"
        )
    except ValueError:
        return None
    if abs(wall.date() - clock.today()).days > 400:
        return None
    return clock.at(wall.date(), wall.time())


def _first(request: HttpRequest) -> Any:
    try:
        return DateField(required=False).clean(request.GET.get("from", ""))
    except ValidationError:
        return None


def _zone_words() -> str:
    return f"Times are {clock.zone().key.split('/')[-1].replace('_', ' ')} time."
