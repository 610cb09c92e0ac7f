"""Why a disclosure is refused. None of these sentences holds clinical text."""

from mentalspace.core.errors import DomainError


class GroundNeeded(DomainError):
    message = "Choose a release in force, or say on which ground it is disclosed without one."
    field = "ground"


class ReasonNeeded(DomainError):
    message = "Say in a few words why it is disclosed without a release."
    field = "reason"


class RecipientNeeded(DomainError):
    message = "Say who gets it."
    field = "recipient"


class PurposeNeeded(DomainError):
    message = "Say what it is for."
    field = "purpose"


class WhatNeeded(DomainError):
    message = "Say what was disclosed."
    field = "what"


class NotYet(DomainError):
    message = "Choose a time that is past: it is recorded once it has left."
    field = "day"


class ReleaseRefused(DomainError):
    """The message says since when it does not hold, or what it does not cover."""

    message = "This release does not allow it."
    field = "release"


class TakenBack(DomainError):
    message = "This is marked as entered in error already."


class VoidReasonNeeded(DomainError):
    message = "Say what is wrong with it, in at most 500 characters."
    field = "reason"
