"""What the kernel does when somebody signs in, and after the database was brought up to date."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models.signals import post_migrate
from django.dispatch import receiver
from django.http import HttpRequest

from mentalspace.core import clock
from mentalspace.core.crypto import data_keys
from mentalspace.core.middleware import STARTED, TOUCHED


@receiver(user_logged_in, dispatch_uid="core.begin_idle_time")
def begin_idle_time(sender: Any, request: HttpRequest, **_: Any) -> None:
    """Both limits begin with the session; the first page need not write it down again."""
    request.session[TOUCHED] = request.session[STARTED] = int(clock.now().timestamp())


@receiver(post_migrate, dispatch_uid="core.make_practice_key")
def make_practice_key(sender: Any, using: str, **_: Any) -> None:
    """The practice's own data key is there before anything is signed or indexed with it."""
    if sender.label != "core" or using != DEFAULT_DB_ALIAS:
        return
    if "data_keys" in connection.introspection.table_names():
        # Also after `flush`, which takes away the keys that this process may still remember.
        data_keys.forget()
        data_keys.for_scope(data_keys.PRACTICE)
