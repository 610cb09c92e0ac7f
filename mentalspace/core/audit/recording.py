"""Adding events.

A verb records what it did as its last step, inside its own transaction, so that neither exists without the other. Who
asked, from where and under which request id is taken from the request at hand; a command records without them.
"""

import hashlib
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models, transaction
from django.http import HttpRequest

from mentalspace.core.models import AuditEvent, Outcome

if TYPE_CHECKING:
    from mentalspace.core.audit.trail import Trail


@dataclass(frozen=True)
class Origin:
    """Where a request came from, and what it has shown and recorded so far."""

    request_id: str = ""
    address: str | None = None
    request: HttpRequest | None = field(default=None, repr=False, compare=False)
    trail: "Trail | None" = field(default=None, repr=False, compare=False)

    @property
    def page(self) -> str:
        """The name of the page that was asked for: `clients:client_detail`."""
        match = getattr(self.request, "resolver_match", None)
        return match.view_name[:80] if match else ""

    @property
    def session(self) -> str:
        """What tells one sign-in from another, as it is now: signing in begins a new one. Nobody can sign in by it."""
        key = getattr(getattr(self.request, "session", None), "session_key", None)
        return hashlib.sha256(key.encode()).hexdigest()[:16] if key else ""


origin: ContextVar[Origin] = ContextVar("audit_origin", default=Origin())  # noqa: B039 - frozen


def record(
    *,
    actor: Any,
    verb: str,
    obj: models.Model | None = None,
    client_id: UUID | None = None,
    changes: dict[str, Any] | None = None,
    right: str = "",
    outcome: str = Outcome.DONE,
    clients: list[UUID] | None = None,
    about: tuple[str, str] = ("", ""),
) -> AuditEvent:
    """Add one event. `verb` reads `thing.happened`, for instance `appointment.cancelled`.

    `changes` is `{field: [before, after]}` as made by `changed_fields`; leave clinical text out of it. `right` says in
    a word under which right somebody came to it, where a role alone does not give it: `care team`, `supervisor`.
    `clients` are those whose names were shown besides. `about` is the kind and the id of a thing that is not at hand.

    Raises whatever the database does when it cannot write: what is not recorded does not happen, and is not shown.
    """
    source = origin.get()
    kind, key = (obj._meta.model_name or "", str(obj.pk)) if obj is not None else about
    event = AuditEvent.objects.create(
        actor=actor if getattr(actor, "pk", None) else None,
        actor_name=str(actor)[:255] if getattr(actor, "pk", None) else "",
        actor_roles=", ".join(sorted(getattr(actor, "roles", ()))),
        basis=right,
        outcome=outcome,
        verb=verb,
        object_type=kind,
        object_id=key[:40],
        client_id=client_id,
        clients=clients,
        page=source.page,
        changes=changes or {},
        request_id=source.request_id,
        address=source.address,
        session=source.session,
    )
    if source.trail is not None:
        source.trail.recorded |= {client_id, *(clients or ())}
    return event


def record_refusal(
    *,
    actor: Any,
    verb: str,
    obj: models.Model | None = None,
    client_id: UUID | None = None,
    changes: dict[str, Any] | None = None,
) -> AuditEvent:
    """Add an event of something that was tried and refused. Stays, whatever becomes of the try.

    Only after the transaction of what was tried has ended, as where the answer is made: within it, the event would be
    rolled back with the rest, so there it raises RuntimeError.
    """
    with transaction.atomic(durable=True):
        return record(
            actor=actor, verb=verb, obj=obj, client_id=client_id, changes=changes, outcome=Outcome.REFUSED
        )


def changed_fields(
    obj: models.Model, values: dict[str, Any], *, secret: Iterable[str] = ()
) -> dict[str, list[Any]]:
    """Which of `values` differ from what `obj` holds, as `{field: [before, after]}` in plain JSON.

    Fields named in `secret` are listed as changed without their text.
    """
    hidden = set(secret)
    changes: dict[str, list[Any]] = {}
    for name, after in values.items():
        before = getattr(obj, name)
        if before == after:
            continue
        changes[name] = ["", ""] if name in hidden else [_plain(before), _plain(after)]
    return changes


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return str(value.pk)
    if value is None or isinstance(value, bool | int | str | list | dict):
        return value
    return str(value)
