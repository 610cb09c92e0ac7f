"""A client's account, read as the chart reads it."""

from uuid import UUID

from billing import queries
from clients.models import Client


def account_of(client_id: UUID) -> queries.Account:
    return queries.account_on(
        Client.objects.only("pk").annotate(**queries.account_columns()).get(pk=client_id)
    )
