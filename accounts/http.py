"""The request as views receive it, and what the door asks before a view is opened."""

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest
from django.views.decorators.http import require_http_methods
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


# For allauth's views, which answer PUT as POST.
page_with_form = require_http_methods(["GET", "HEAD", "POST"])


def asked_again(view: View) -> View:
    """Ask who it is once more, by second factor or else by password, unless that was shown minutes ago."""
    asking: View = reauthentication_required(app="mentalspace")(view)
    return asking
