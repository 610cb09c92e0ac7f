"""Why a text cannot be kept."""

from mentalspace.core.errors import DomainError


class NameTaken(DomainError):
    message = "There is a text of this name already."
    field = "name"
