"""Why something cannot be done with a measure. None of these sentences holds clinical text."""

from mentalspace.core.errors import DomainError


class AnswersMissing(DomainError):
    message = "Some answers are missing or do not fit together. Nothing was saved."


class InstrumentUnknown(DomainError):
    message = "Choose one of the questionnaires offered."
    field = "instruments"


class DayDoesNotFit(DomainError):
    message = "The day must be today or earlier, and not before the client was born."
    field = "taken_on"


class AlreadyVoided(DomainError):
    message = "This was marked as entered in error already."


class VoidReasonNeeded(DomainError):
    message = "Say why this was entered in error."
    field = "reason"


class NothingToAnswer(DomainError):
    message = "Somebody has signed a response already."


class ResponseNeeded(DomainError):
    message = "Write what was done."
    field = "content"


class NoAddress(DomainError):
    message = "This client has no e-mail address. Add one under Profile first."


class NotToBeWritten(DomainError):
    message = "This client is recorded as deceased."


class NoPublicAddress(DomainError):
    message = "Links cannot be sent: the address of this installation (PUBLIC_URL) is not set. Ask an administrator."


class MailFailed(DomainError):
    message = "The mail could not be sent, so no link was made. Try again in a few minutes."


class LinkClosed(DomainError):
    message = "This link can no longer be used."


class LinkNotOpen(DomainError):
    message = "This link was used, taken back, or has expired."
