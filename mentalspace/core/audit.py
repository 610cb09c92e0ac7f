"""The trail of what people do and see.

A verb records what it did as its last step, inside its own transaction, so that neither exists without the other. Who
asked, from where and under which request id is taken from the request at hand; a command records without them.
"""

from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models

from mentalspace.core.models import AuditEvent


@dataclass(frozen=True)
class Origin:
    """Where a request came from."""

    request_id: str = ""
    address: str | None = None


origin: ContextVar[Origin] = ContextVar("audit_origin", default=Origin())  # noqa: B039 - frozen


def record(
    *,
    actor: Any,
    verb: str,
    obj: models.Model | None = None,
    client_id: UUID | None = None,
    changes: dict[str, Any] | None = None,
) -> AuditEvent:
    """Add one event. `verb` reads `thing.happened`, for instance `appointment.cancelled`.

    `changes` is `{field: [before, after]}` as made by `changed_fields`; leave clinical text out of it.
    """
    source = origin.get()
    return AuditEvent.objects.create(
        actor=actor if getattr(actor, "pk", None) else None,
        verb=verb,
        object_type=obj._meta.model_name or "" if obj is not None else "",
        object_id=str(obj.pk) if obj is not None else "",
        client_id=client_id,
        changes=changes or {},
        request_id=source.request_id,
        address=source.address,
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
