"""Two people edited the same client: what each of them changed, field by field."""

from dataclasses import dataclass, field
from typing import Any

from clients.models import Client
from mentalspace.core.models import AuditEvent


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that both changed, to different values."""

    field: str
    saved: Any
    mine: Any


@dataclass(frozen=True, slots=True)
class Merge:
    """What a stale form says beside what stands: clashes, and fields that only the other person changed."""

    clashes: list[Clash] = field(default_factory=list)
    taken_over: dict[str, Any] = field(default_factory=dict)
    changed_by: Any = None
    changed_at: Any = None


def merge_edit(client: Client, version: int, mine: dict[str, Any]) -> Merge:
    """Compare a form that was opened at `version` with the client as it stands.

    What stood at `version` is found by undoing the changes recorded since. One query. `mine` has the fields of
    `update_client`; parts of the address are compared one by one, as `address.city`.
    """
    events = list(
        AuditEvent.objects.filter(
            object_id=str(client.pk), verb__startswith="client.", changes__version__0__gte=version
        )
        .select_related("actor__staff")
        .order_by("-pk")
    )
    now = _flat({name: getattr(client, name) for name in mine})
    then = dict(now)
    for event in events:
        then |= {
            name: value
            for name, value in _flat({k: v[0] for k, v in event.changes.items()}).items()
            if name in now
        }
    typed = _flat(mine)
    clashes, taken_over = [], {}
    for name, value in typed.items():
        if value == now[name]:
            continue
        if value == then[name]:
            taken_over[name] = now[name]
        elif now[name] != then[name]:
            clashes.append(Clash(name, now[name], value))
    last = events[0] if events else None
    return Merge(clashes, taken_over, last.actor if last else None, last.at if last else None)


def _flat(values: dict[str, Any]) -> dict[str, Any]:
    """Plain comparable values; the address in parts."""
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if name == "address":
            parts = ("street", "city", "state", "zip_code")
            flat |= {f"address.{part}": (value or {}).get(part, "") for part in parts}
        else:
            flat[name] = value if isinstance(value, bool) else "" if value is None else str(value)
    return flat
