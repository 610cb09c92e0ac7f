"""What can stand against an appointment. Messages name no client: they may end in a toast or a log."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from mentalspace.core.errors import DomainError


class AppointmentError(DomainError):
    """Something about an appointment cannot be done."""


class WrongStatus(AppointmentError):
    """The appointment is not in a state from which this step leads on."""


class TooEarly(AppointmentError):
    """The step belongs to the day, or to the time after the start."""


@dataclass(frozen=True, slots=True)
class Clash:
    """What takes the time; `appointment_id` only where the actor may see that appointment, else it is "Busy".

    `room` names the room where that is all that is taken.
    """

    start: datetime
    end: datetime
    of_client: bool
    appointment_id: UUID | None = None
    room: str = ""


def token_of(parts: Sequence[str]) -> str:
    """Names exactly what a person was shown, so that an answer to it counts for nothing else."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


class SlotTaken(AppointmentError):
    """The clinician or the client has an appointment then. `openings` are the clinician's nearest free starts.

    They may be given as a function, which is asked when somebody wants to know: by then the transaction that was
    refused is over, and nobody waits for the calendars it held.

    `overbookable` says that the actor may put this one beside it with a reason; `token` names what is in the way.
    """

    message = "Somebody has just taken this time. Choose another one."
    field = "start"

    def __init__(
        self,
        message: str | None = None,
        *,
        field: str | None = None,
        clashes: Sequence[Clash] = (),
        openings: Sequence[datetime] | Callable[[], Sequence[datetime]] = (),
        token: str = "",
        overbookable: bool = False,
    ) -> None:
        super().__init__(message, field=field)
        self.token, self.overbookable = token, overbookable
        self.clashes = tuple(clashes)
        self._openings = openings

    @cached_property
    def openings(self) -> tuple[datetime, ...]:
        """The nearest free starts, in order of time."""
        return tuple(self._openings() if callable(self._openings) else self._openings)


class NeedsConfirmation(AppointmentError):
    """Possible, but unusual: outside hours, in the past. `reasons` are sentences; the same with `anyway` does it.

    `token` names exactly these sentences: a person who was shown them answers with it, and is asked again about others.
    """

    field = "anyway"

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        self.token = token_of(self.reasons)
        super().__init__(" ".join(self.reasons))


class BadLength(AppointmentError):
    """Too short, too long, or nothing at all."""

    message = "An appointment lasts between 5 minutes and 8 hours."
    field = "minutes"


class NotBookable(AppointmentError):
    """The clinician or the client cannot be booked at all."""


class NoteHangsOnIt(AppointmentError):
    """A note was begun for this session, so it stays with the clinician who holds it."""

    message = "A note was begun for this session, so it stays with its clinician."
    field = "staff"


class NothingToUndo(AppointmentError):
    """The last step is too long ago, or cannot be taken back."""

    message = "The last step can no longer be undone."


class RoomKnown(AppointmentError):
    """There is a room of this name in this place."""

    message = "There is a room of this name already."
    field = "name"


class ClosureKnown(AppointmentError):
    """The day stands in the list already, under this name."""

    message = "This holiday is in the list already."
    field = "day"


class LinkSpent(AppointmentError):
    """The link of a reminder was used, or the appointment is no longer what it told."""

    message = "This link is no longer good."


class NothingToSendAgain(AppointmentError):
    """The reminder would not leave if it were tried once more: it was sent, or its time has passed."""

    message = "This reminder cannot be sent any more."


class NoFeed(AppointmentError):
    """The address was ended meanwhile, perhaps in another window."""

    message = "There is no address any more: make a new one."


class RequestAnswered(AppointmentError):
    """The request was approved or declined meanwhile, perhaps by a colleague."""

    message = "Somebody has just answered this request."


class AlreadyTold(AppointmentError):
    """The mail left after all, or a colleague has called."""

    message = "They have been told already."


class TooManyRequests(AppointmentError):
    """More requests from one place, or for one address, than anybody needs."""

    message = "We have received several requests from you already. Please call us, or try again tomorrow."


class NoLongerWaits(AppointmentError):
    """The entry was booked or closed meanwhile, perhaps by a colleague."""

    message = "This client no longer waits: somebody has just booked or closed it."


class StillBooked(AppointmentError):
    """The appointment that came of it stands, so nobody waits."""

    message = "The appointment that came of it still stands. Cancel that first."
