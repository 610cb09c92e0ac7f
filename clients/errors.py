"""What the practice's rules about clients refuse, one kind sentence each."""

import datetime as dt

from mentalspace.core import formatting
from mentalspace.core.errors import DomainError


class EmailTaken(DomainError):
    """Two clients never share an e-mail address, whatever its case."""

    message = (
        "Another client already has this e-mail address. Leave it empty here and note a shared family address "
        "with the emergency contact."
    )
    field = "email"


class LooksLikeAnother(DomainError):
    """A client with much the same facts exists, and nobody said that this is another person."""

    message = "We may know this person already. Compare the clients listed, and confirm that this is another person."
    field = "is_another_person"


class BornInFuture(DomainError):
    message = "The date of birth is in the future."
    field = "date_of_birth"


class AlreadyInStatus(DomainError):
    """The client has this status already."""

    field = "to_status"

    def __init__(self, label: str) -> None:
        super().__init__(f"The client already is “{label}”. Choose another status.")


class ReasonMissing(DomainError):
    message = "Say why in a few words; the reason stays in the client's history."
    field = "reason"


class DeathDateMissing(DomainError):
    message = "Enter the date on which the client died."
    field = "deceased_on"


class DeathDateImpossible(DomainError):
    message = "The date of death cannot be in the future or before the date of birth."
    field = "deceased_on"


class NotAClinician(DomainError):
    """Only clinicians who work here can be on a care team."""

    field = "staff"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not an active clinician of this practice. Choose somebody else.")


class AlreadyOnCareTeam(DomainError):
    field = "staff"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is on the care team already. End that assignment first to change the role.")


class PrimaryTaken(DomainError):
    """There is one primary clinician at a time."""

    field = "role"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is the primary clinician in that time. Hand over the primary role instead.")


class NoPrimary(DomainError):
    message = "Nobody is primary clinician now. Assign one instead."


class AssignmentEnded(DomainError):
    message = "This assignment has ended already."


class EndsBeforeStart(DomainError):
    field = "ends_on"

    def __init__(self, starts_on: dt.date) -> None:
        super().__init__(
            f"The assignment began on {formatting.date(starts_on)}; it cannot end before that day."
        )


class HandsOverToSelf(DomainError):
    message = "This clinician is the primary clinician already."
    field = "staff"


class HandsOverTooEarly(DomainError):
    field = "on"

    def __init__(self, starts_on: dt.date) -> None:
        super().__init__(
            f"The present primary clinician began on {formatting.date(starts_on)}. Choose that day or later."
        )


class FlagRaisedAlready(DomainError):
    field = "kind"

    def __init__(self, label: str) -> None:
        super().__init__(
            f"A flag “{label}” stands above this chart already. Resolve it first to raise a new one."
        )


class FlagResolvedAlready(DomainError):
    message = "Somebody has resolved this flag already."


class TagNameTaken(DomainError):
    message = "There is a tag of this name already."
    field = "name"


class CoverageOverlaps(DomainError):
    """Two coverages of one rank at the same time: a claim would not know whom to go to."""

    field = "rank"


class NoSuchCoverage(DomainError):
    message = "This coverage is no longer there; somebody changed the insurance in the meantime."


class UnknownCustomField(DomainError):
    message = "The practice no longer keeps this field. Load the page again."


class NobodyIdentified(DomainError):
    """The same for who is unknown, not told exactly, or one of two: the answer tells nobody who is a client."""

    message = (
        "No chart was opened. Nobody, or more than one person, fits exactly what you entered. Check the spelling, the "
        "date of birth and the number."
    )


class TooManyTries(DomainError):
    message = "You have tried too often. Wait an hour, or ask an administrator to put you on the care team."


class WithinReach(DomainError):
    message = "You can open this chart without emergency access: search for the client."


class EmergencyOpenAlready(DomainError):
    message = "You have emergency access to a chart now. End it before you open another one."


class EmergencyOver(DomainError):
    message = "This emergency access is over."


class EmergencyLasts(DomainError):
    message = "This emergency access still lasts. End it first, or review it when it is over."


class OwnEmergency(DomainError):
    message = "You had this access yourself. Somebody else has to review it."


class ReviewedAlready(DomainError):
    message = "Somebody has reviewed this emergency access already."


class NoteMissing(DomainError):
    message = "Say what was not appropriate."
    field = "note"


class NumberOfOthers(DomainError):
    message = "Other clients have this number at this payer. Compare them, then save again."
    field = "number_is_shared"
