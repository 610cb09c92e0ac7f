"""What cannot be done with staff, and why."""

from mentalspace.core.errors import DomainError


class SupervisorUnfit(DomainError):
    message = "Choose an active colleague with the role of supervisor."
    field = "supervisor"


class SupervisionLoop(DomainError):
    message = "These two would supervise each other. Choose another supervisor."
    field = "supervisor"


class SupervisorMissing(DomainError):
    message = "Choose a supervisor, or set supervision to none."
    field = "supervisor"


class AssociateUnsupervised(DomainError):
    message = "An associate's notes are never final alone: choose what the supervisor reviews or co-signs."
    field = "supervision"


class SupervisesOthers(DomainError):
    """Somebody who becomes inactive leaves nobody without a supervisor."""

    field = "status"


class StatusUnchanged(DomainError):
    message = "This is the status already. Choose another one."
    field = "status"


class HoursOverlap(DomainError):
    message = "Two blocks overlap on this day."


class ExceptionClash(DomainError):
    """Time off or extra hours where there is an exception already."""

    field = "first_day"


class NoSuchDay(DomainError):
    """None of the chosen weekdays lies between the first day and the last."""

    message = "None of these weekdays lies between the first day and the last."
    field = "weekdays"


class NoSuchException(DomainError):
    message = "This time off or these extra hours were removed already."


class PhotoRefused(DomainError):
    message = "This file is no picture that can be read. Choose a JPEG, PNG or WebP picture."
    field = "photo"
