"""Why a file cannot be taken, or changed. None of these sentences holds clinical text but a file's own name."""

from mentalspace.core.errors import DomainError


class FileRefused(DomainError):
    message = "This file cannot be taken."
    field = "chosen"


class NothingSent(FileRefused):
    message = "Choose a file, take a photo, or type the text."


class KnownAlready(FileRefused):
    """The same content stands in the chart. `known` is the file it is."""

    message = "This is in the chart already."


class KindNotYours(DomainError):
    message = "Files of this kind belong to the clinical record; somebody on the care team puts them there."
    field = "kind"


class FileInError(DomainError):
    message = "This file is marked as entered in error and no longer changes."


class FileReasonNeeded(DomainError):
    message = "Say why it was entered in error."
    field = "reason"


class WrongChart(DomainError):
    message = "Choose another client, to whose chart you may add."
    field = "client"


class ChartFull(FileRefused):
    message = (
        "The files of this chart take all the room they may. An administrator can allow more in Settings."
    )


class NotScanned(FileRefused):
    message = (
        "Files cannot be checked for viruses at the moment, so none is taken. Try again in some minutes."
    )
