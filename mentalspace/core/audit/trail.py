"""What one request shows, gathered while its page is made and written as one event before the page leaves.

`saw` is told of each client whose name is read from the database, wherever that happens, so no page has to think of
it. A view that can say better what was looked at says so with `look`; of every other one the middleware says it.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db import models

from mentalspace.core.audit.recording import Origin, origin, record
from mentalspace.core.models import AuditEvent

# Names that one event lists; a page shows far fewer. What is beyond is counted.
MOST = 1_000
Rights = Callable[[Any, Mapping[UUID, Any]], str]


@dataclass
class Trail:
    """Of one request: the clients whose names were read, what is in the log already, what the view says of itself."""

    clients: dict[UUID, Any] = field(default_factory=dict)
    recorded: set[UUID | None] = field(default_factory=set)
    looked: dict[str, Any] | None = None


@dataclass
class Policy:
    """What the apps say of their pages; the kernel knows neither clients nor roles.

    `sentence` says in plain words what an event is, `watching` are the verbs of looking and refusing, which only
    administrators are shown. `rights` names the right under which somebody reaches these clients. `client_of` says
    which client's record a refused address named, `readers_url` where to read who opened a client's. `unrecorded` maps
    a page that shows nothing of anybody to the reason. Pages of a namespace in `discreet` are recorded without whom
    they are about.
    """

    sentence: Callable[[AuditEvent], str] = lambda event: event.verb
    watching: tuple[str, ...] = ()
    readers_url: Callable[[UUID], str] = lambda client_id: ""
    rights: Rights = lambda actor, clients: ""
    client_of: Callable[[str, Mapping[str, Any]], UUID | None] = lambda page, parts: None
    unrecorded: dict[str, str] = field(default_factory=dict)
    discreet: set[str] = field(default_factory=set)


policy = Policy()


def saw(client_id: UUID, row: Any = None) -> None:
    """A client's name was read. Outside of a request nobody is shown it."""
    source = origin.get()
    if source.trail is not None:
        source.trail.clients.setdefault(client_id, row)


def look(
    *,
    actor: Any,
    verb: str,
    obj: models.Model | None = None,
    client_id: UUID | None = None,
    changes: dict[str, Any] | None = None,
    right: str = "",
) -> None:
    """Say what a page shows, in place of "page viewed". Written with the names on the page before it leaves.

    Outside of a request it is recorded at once.
    """
    event = {
        "actor": actor, "verb": verb, "obj": obj, "client_id": client_id, "changes": changes, "right": right
    }  # fmt: skip
    trail = origin.get().trail
    if trail is None:
        record(**event)
    else:
        trail.looked = event


@contextmanager
def gathering(source: Origin) -> Iterator[Trail]:
    """Gather what is read inside, for a file that is still being sent when its request is over."""
    trail = Trail()
    token = origin.set(replace(source, trail=trail))
    try:
        yield trail
    finally:
        origin.reset(token)


def listed(trail: Trail, main: UUID | None) -> tuple[list[UUID] | None, dict[str, Any]]:
    """The names besides the one an event is about, and how many more there were than it lists."""
    others = sorted(client for client in trail.clients if client != main)
    beyond = len(others) - MOST
    return others[:MOST] or None, {"further clients": [0, beyond]} if beyond > 0 else {}
