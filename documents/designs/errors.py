"""Why a form cannot be changed."""

from mentalspace.core.errors import DomainError


class PartGone(DomainError):
    message = "This part of the form is not there any more: somebody removed it."


class NotADraftForm(DomainError):
    message = "This version was published, so it stays as it is. Begin a new version to change the form."


class ListNeedsQuestion(DomainError):
    message = "An entry of a list asks at least one thing. Remove the list itself instead."


class AskedAlready(DomainError):
    message = "The form asks this already, and the record reads it once."
    field = "kind"


class FormIncomplete(DomainError):
    message = "The form is not complete yet."


class FormNeeded(DomainError):
    message = "This is the only form in use for documents that people begin every day: publish another first."


class NotInUse(DomainError):
    message = "This version is not in use."


class NotRetired(DomainError):
    message = "Only a version that was published and is not in use can be put in use."
