"""What people saw or took away; the trail holds that too."""

from accounts.models import User
from clients import rules
from clients.models import Client
from mentalspace.core import audit


def record_view(*, actor: User, client: Client, page: str) -> None:
    """The actor opens a page of the chart, under a right that goes to the trail too; written as the page leaves."""
    audit.look(
        actor=actor,
        verb="client.viewed",
        obj=client,
        client_id=client.pk,
        changes={"page": ["", page]},
        right=rules.right_to(actor, client),
    )


def record_export(*, actor: User, address: str) -> None:
    """The actor took a list of clients away as a spreadsheet; `address` says which filters were set."""
    audit.record(actor=actor, verb="client.list_exported", changes={"filters": ["", address]})
