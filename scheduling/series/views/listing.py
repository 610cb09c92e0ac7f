"""The list of sessions under a form: laid out, settled, and saved once nothing is open."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render

from accounts.http import ActorRequest
from clients.models import Client
from mentalspace.core import clock, formatting, practice
from mentalspace.core.errors import DomainError
from mentalspace.core.forms import add_domain_error
from scheduling.defaults import UsualCodes
from scheduling.series import settling
from scheduling.series.obstacles import Terms
from scheduling.series.plan import Plan, Slot, lay_out
from scheduling.series.settling import Decided, Words

SAVE = "save"


@dataclass(frozen=True, slots=True)
class Listing:
    """What was asked for, and the sessions that come of it."""

    terms: Terms
    plan: Plan
    decided: Decided
    words: Words

    def context(self) -> dict[str, Any]:
        """For `scheduling/_sessions.html`."""
        zone = None if self.terms.is_group else _other_zone(self.terms.client)
        return {
            "lines": settling.lines(self.plan, self.terms, self.decided, self.words, zone),
            "summary": settling.summary(self.plan, self.words),
            "seen": self.plan.seen,
            "settled": not self.plan.unsettled and not self.decided.faults,
            "count": len(self.plan.kept),
        }


def list_sessions(
    request: ActorRequest, form: Any, terms: Terms, slots: Sequence[Slot], words: Words
) -> Listing:
    """Lay out the sessions that a valid form asks for, with what is decided about them so far."""
    cleaned = form.cleaned_data
    named = {name: cleaned[name] for name in ("holidays", "conflicts") if cleaned.get(name)}
    decided = settling.read(request.POST, **named)
    plan = lay_out(request.user, terms, slots, decided.answers)
    return Listing(terms, plan, decided, words)


def saves(request: ActorRequest, listing: Listing) -> bool:
    """Was the button pressed that saves, and could every decision be read?"""
    return request.POST.get("do") == SAVE and not listing.decided.faults


def attempt(form: Any, verb: Callable[..., Any], **facts: Any) -> Any:
    """Call the verb; None when the page has to be shown again, with the refusal on it."""
    try:
        return verb(**facts)
    except DomainError as error:
        add_domain_error(form, error)
    return None


def page(request: ActorRequest, form: Any, listing: Listing | None, **context: Any) -> HttpResponse:
    """Form and list; 422 where something is refused or saving has to wait for a decision."""
    codes = practice.get(UsualCodes).model_dump().values()
    waiting = listing is not None and request.POST.get("do") == SAVE
    context = {
        "form": form,
        "listing": listing.context() if listing else None,
        "waiting": waiting and not form.errors,
        "action_url": request.get_full_path(),
        "codes": sorted({code for code in codes if code}),
        **context,
    }
    status = 422 if waiting or (form.is_bound and form.errors) else 200
    return render(request, "scheduling/series_form.html", context, status=status)


def _other_zone(client: Client) -> ZoneInfo | None:
    """The client's time zone, where it is not the practice's."""
    name = client.time_zone
    return ZoneInfo(name) if name and name != clock.zone().key else None


def counted(count: int) -> str:
    """`12 sessions`."""
    return formatting.plural(count, "session")
