"""What the kernel does when somebody signs in."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from mentalspace.core import clock
from mentalspace.core.middleware import TOUCHED


@receiver(user_logged_in, dispatch_uid="core.begin_idle_time")
def begin_idle_time(sender: Any, request: HttpRequest, **_: Any) -> None:
    """The idle time begins with the session; the first page need not write it down again."""
    request.session[TOUCHED] = int(clock.now().timestamp())
