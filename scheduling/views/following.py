"""What a step leads to: said with it, or asked on the page that comes next."""

from urllib.parse import urlencode

from django.contrib import messages

from accounts.http import ActorRequest
from scheduling import actions
from scheduling.models import Appointment


def follow_up(request: ActorRequest, appointment: Appointment, done: str, target: str) -> str:
    """Say that it is done and what follows from it; the page to go to: the one that asks, which leads to `target`."""
    said, url = actions.consequences_of(request.user, appointment)
    messages.success(request, f"{done} {said}".strip())
    if not url:
        return target
    return f"{url}{'&' if '?' in url else '?'}{urlencode({'next': target})}"
