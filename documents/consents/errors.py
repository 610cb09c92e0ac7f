"""Why something cannot be done with consents. None of these sentences holds clinical text."""

from mentalspace.core.errors import DomainError


class NothingChosen(DomainError):
    message = "Choose a packet, or at least one form."
    field = "packet"


class SignerNeeded(DomainError):
    message = "Say who signs."
    field = "name_1"


class GuardianNeeded(DomainError):
    message = "The client is a minor: name a parent, a guardian or a legal representative who signs."
    field = "name_1"


class BirthDateNeeded(DomainError):
    message = "Enter the client’s date of birth first: whoever opens the link is asked for it."


class NotToBeAsked(DomainError):
    message = "Nothing is sent to a client who has died."


class NoAddress(DomainError):
    message = "This signer has no e-mail address. Let them sign on a device of the practice."


class NoPublicAddress(DomainError):
    message = "The application has no public address to link to. An administrator sets PUBLIC_URL."


class MailFailed(DomainError):
    message = "The mail could not be sent. Try again in a few minutes; nothing was kept."


class RequestOver(DomainError):
    message = "This is signed or was taken back already."


class LinkClosed(DomainError):
    message = "This link cannot be used any more."


class NotYou(DomainError):
    message = "This is not the date of birth that we have. Please check it."
    field = "date_of_birth"


class TriedTooOften(DomainError):
    message = "That was tried too often. Please wait a quarter of an hour, or call us."
    field = "date_of_birth"


class SignedAlready(DomainError):
    message = "You have signed this form already, or it is not open any more."


class TextChanged(DomainError):
    message = "The form was changed after this page was opened. Please read it once more, then sign."


class AnswersMissing(DomainError):
    message = "Some answers are missing. What you entered is kept."


class NameNeeded(DomainError):
    message = "Write your full name."
    field = "name"


class DrawingUnreadable(DomainError):
    message = "The drawing could not be read. Clear it and draw again, or leave it empty."
    field = "drawn"


class ReasonNeeded(DomainError):
    message = "Say so in a few words, at most 500 characters."
    field = "reason"


class DoesNotHold(DomainError):
    message = "Only what is signed and not withdrawn can be withdrawn."


class DayDoesNotFit(DomainError):
    message = "Choose a day from the signature until today."
    field = "day"


class NameTaken(DomainError):
    message = "Another packet has this name."
    field = "name"
