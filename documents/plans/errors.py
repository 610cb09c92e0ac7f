"""Why something cannot be done with a plan. None of these sentences holds clinical text."""

from mentalspace.core.errors import DomainError


class ClientSignatureLacks(DomainError):
    message = "The client has not signed this plan, and it does not say why."


class NotAPlan(DomainError):
    message = "Only a treatment plan in writing can be signed by the client."


class NameNeeded(DomainError):
    message = "Write the full name of whoever signs."
    field = "name"


class NoSignature(DomainError):
    message = "This drawing cannot be read. Clear it and sign once more, or leave it empty: the typed name counts too."
    field = "drawn"


class IntervalOutOfRange(DomainError):
    message = "Choose from 7 to 400 days."
    field = "days"
