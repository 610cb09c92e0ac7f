"""Errors that state a fact of the practice, in one sentence that a person may read.

A message never holds clinical text: it may end in a log, a toast or a URL's page.
"""


class DomainError(Exception):
    """Something a person asked for cannot be done. `field` names the input that caused it, where one did."""

    message = "This cannot be done."
    field: str | None = None

    def __init__(self, message: str | None = None, *, field: str | None = None) -> None:
        if message is not None:
            self.message = message
        if field is not None:
            self.field = field
        super().__init__(self.message)


class NotPermitted(DomainError):
    """The actor's roles do not allow this."""

    message = "You are not permitted to do this."


class StaleVersion(DomainError):
    """Somebody else saved this record after the actor opened it."""

    message = "Somebody changed this since you opened it. Your text is kept below; compare it and save again."
