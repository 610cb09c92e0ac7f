"""What the rules about leads refuse, one kind sentence each."""

from uuid import UUID

from crm.choices import LeadStatus
from mentalspace.core.errors import DomainError


class LeadConverted(DomainError):
    """The lead became a client; `client_id` says which."""

    message = "This lead has become a client and stays as it is. Change the client instead."

    def __init__(self, client_id: UUID | None = None) -> None:
        self.client_id = client_id
        super().__init__()


class LeadLost(DomainError):
    message = "This lead was marked lost. Reopen it first."


class NoSuchStep(DomainError):
    """The table of transitions has no such step."""

    field = "status"

    def __init__(self, from_status: str, to_status: str) -> None:
        was, wanted = LeadStatus(from_status).label.lower(), LeadStatus(to_status).label.lower()
        super().__init__(f"A lead that is {was} cannot become {wanted}.")


class LossNeedsReason(DomainError):
    message = "Say why the lead was lost; the reports count the reasons."
    field = "reason"


class LossNeedsNote(DomainError):
    message = "Say in a few words what the other reason was."
    field = "note"


class LeadUnreachable(DomainError):
    message = "Enter a phone number or an e-mail address, so that somebody can call back."
    field = "phone"


class NotALeadOwner(DomainError):
    """Only administrators and the front desk work with leads."""

    field = "assigned_to"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} does not work with leads. Choose somebody of the front desk or an administrator."
        )


class FollowUpInPast(DomainError):
    message = "The follow-up date has passed. Choose today or a later day."
    field = "follow_up_on"


class HappenedInFuture(DomainError):
    message = "This is in the future. Log what has happened; plan the next step as the follow-up date."
    field = "happened_on"
