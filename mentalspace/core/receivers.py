"""What the kernel does when somebody signs in, after an answer, and after the database was brought up to date."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.core.signals import request_finished
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models.signals import post_migrate
from django.dispatch import receiver
from django.http import HttpRequest

from mentalspace.core import clock
from mentalspace.core.audit import anchors
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


@receiver(request_finished, dispatch_uid="core.anchor_audit")
def anchor_audit(sender: Any, **_: Any) -> None:
    """Write the end of the audit log's chain outside the database, about once a minute."""
    anchors.from_time_to_time()
