"""The request as views receive it, and a mark that the door reads."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User
from mentalspace.core.gates import View


class ActorRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: User
    htmx: HtmxDetails


def before_second_factor(view: View) -> View:
    """Open the view also to who has shown no second factor yet: where it is set up or shown, and signing out."""
    view.before_second_factor = True  # type: ignore[attr-defined]
    return view
