"""Why something cannot be done with a psychotherapy note. None of these sentences says what is in it, or about whom."""

from mentalspace.core.errors import DomainError


class SessionDoesNotFit(DomainError):
    message = "Choose a session of this client that you held yourself."
    field = "appointment"


class DayAhead(DomainError):
    message = "The conversation has not taken place yet. Choose today or a day before."
    field = "session_date"


class DayNeeded(DomainError):
    message = "Say on which day the conversation was, or choose the session."
    field = "session_date"


class TooLong(DomainError):
    message = "A psychotherapy note holds at most 200,000 characters. Begin a second one for the rest."
    field = "content"
