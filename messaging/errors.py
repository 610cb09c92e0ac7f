"""Why a message cannot be sent."""

from mentalspace.core.errors import DomainError


class NobodyToSendTo(DomainError):
    message = "Choose at least one person to send this to."
    field = "receivers"


class OnlyToOneself(DomainError):
    message = "This would go to nobody but you. Choose somebody else as well."
    field = "receivers"


class ReceiverGone(DomainError):
    """Somebody chosen can no longer sign in, so would never read it."""

    field = "receivers"

    def __init__(self, names: str, *, field: str | None = None) -> None:
        super().__init__(f"{names} can no longer sign in here and would not read this.", field=field)


class ClientOutOfReach(DomainError):
    message = "Choose a client whose chart you may open."
    field = "client"


class NothingWritten(DomainError):
    message = "Write something first."
    field = "content"


class NothingToAnswer(DomainError):
    message = "The message that this answers is not in this conversation."
