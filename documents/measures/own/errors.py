"""Why an instrument cannot be made or changed so."""

from mentalspace.core.errors import DomainError


class NotADraftInstrument(DomainError):
    message = "This version is published and never changes. Begin a new version."


class NotOffered(DomainError):
    message = "This version is not in use."


class NotRetiredInstrument(DomainError):
    message = "Only a version that was published before can be put in use again."


class NameTaken(DomainError):
    message = "There is an instrument of this name already."
    field = "name"
