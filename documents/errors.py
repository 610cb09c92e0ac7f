"""Why something cannot be done with a document. None of these sentences holds clinical text."""

from mentalspace.core.errors import DomainError


class NotADraft(DomainError):
    message = "This document is signed or waits for a co-signature, so its text can no longer be changed."


class DraftLocked(DomainError):
    message = "This draft was overdue and is locked. Ask for it to be unlocked, with a reason."


class NotLocked(DomainError):
    message = "This draft is not locked: you can go on writing."


class AppointmentNeeded(DomainError):
    message = "Choose the session this note is about."
    field = "appointment"


class AppointmentDoesNotFit(DomainError):
    message = "Choose a session of this client that you held yourself."
    field = "appointment"


class SessionNotHeld(DomainError):
    message = "This session was cancelled or missed. Write a “Missed or cancelled session” note instead."
    field = "type"


class SessionNotMissed(DomainError):
    message = "This session was neither missed nor cancelled."
    field = "type"


class SessionAhead(DomainError):
    message = "This session has not begun yet."
    field = "appointment"


class FormUnknown(DomainError):
    message = "Choose one of the forms offered."
    field = "form_key"


class SomethingMissing(DomainError):
    message = "Some required answers are missing. Nothing was signed, and everything you wrote is kept."


class IntakeFirst(DomainError):
    message = "The practice asks for a signed intake assessment before this can be signed."


class NoSupervisor(DomainError):
    message = "Your notes need a co-signature, but no supervisor is named for you. Ask an administrator."


class NotAwaitingCosignature(DomainError):
    message = "This document is not waiting for a co-signature."


class NotToBeRead(DomainError):
    message = "This document does not wait to be read, or was ticked as read already."


class CommentNeeded(DomainError):
    message = "Say what should be changed."
    field = "comment"


class CommentsUnanswered(DomainError):
    message = (
        "Answer every comment of your supervisor first. Nothing was signed, and everything you wrote is kept."
    )


class DiagnosesChanged(DomainError):
    message = (
        "The diagnoses are others than in the chart: say why. Nothing was signed; what you wrote is kept."
    )


class AlreadyInError(DomainError):
    message = "This document is marked as entered in error already."


class DiscardInstead(DomainError):
    message = "Nobody has signed this draft and nobody else relies on it: discard it instead."


class ErrorReasonNeeded(DomainError):
    message = "Say why this was entered in error."
    field = "reason"


class NotSigned(DomainError):
    message = "An addendum follows a signature; this document is not signed yet."


class TextNeeded(DomainError):
    message = "Write the text of the addendum."
    field = "content"


class ReasonNeeded(DomainError):
    message = "Say why the draft should be opened again."
    field = "reason"


class AlreadyRequested(DomainError):
    message = "You have asked already; the request waits for a decision."


class AlreadyDecided(DomainError):
    message = "Somebody has decided this request already."


class NotDiscardable(DomainError):
    message = "Only a draft that was never signed or submitted can be discarded."


class TitleNeeded(DomainError):
    message = "Give the document a title of at most 255 characters."
    field = "title"


class SessionHasSignedNote(DomainError):
    message = "The note of this session is signed, so the session stays as it was."


class NotAGroup(DomainError):
    message = "This session is no group session of yours that took place."


class NoSealKey(DomainError):
    message = "Nothing can be signed now: the practice has no key for its seals. Ask an administrator."


class AlteredSince(DomainError):
    message = "This document is no longer what its author signed. Do not sign it, and tell an administrator at once."
