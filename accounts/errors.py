"""What cannot be done with people who sign in, and why."""

from mentalspace.core.errors import DomainError


class EmailTaken(DomainError):
    message = "Somebody already signs in with this e-mail address."
    field = "email"


class LastAdministrator(DomainError):
    message = "This is the last administrator who may sign in. Make somebody else an administrator first."


class NotYourself(DomainError):
    message = "You cannot disable yourself. Ask another administrator."


class UserDisabled(DomainError):
    message = "This person may not sign in. Let them sign in again first."


class WrongPassword(DomainError):
    message = "This is not your current password."
    field = "current_password"


class WeakPassword(DomainError):
    field = "new_password"


class ResetLinkInvalid(DomainError):
    """Unknown, used, replaced by a newer one, or expired: the answer does not tell which."""

    message = "This link is no longer valid. Ask for a new one."


class NoInvitation(DomainError):
    message = "There is no invitation to revoke: it was used, revoked or never sent."


class MailNotSent(DomainError):
    message = "The mail could not be sent. Check the address and the mail settings, then send the link again."


class TooManyTries(DomainError):
    """Says the same for known and unknown addresses."""

    message = "Too many tries. Wait a quarter of an hour, or choose a new password by mail."


class LastSecondFactor(DomainError):
    message = "This is your only second factor. Add another one first."
