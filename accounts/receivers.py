"""What is noted when somebody signs in."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import devices, kept_forms
from accounts.sessions import ADDRESS, DEVICE


@receiver(user_logged_in, dispatch_uid="accounts.describe_session")
def describe_session(sender: Any, request: HttpRequest, user: Any, **_: Any) -> None:
    """What the person is shown of this session later; what others typed in this browser is dropped."""
    request.session[DEVICE] = devices.describe(request)
    request.session[ADDRESS] = request.META.get("REMOTE_ADDR") or None
    kept_forms.release(request, user)
