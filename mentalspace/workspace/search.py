"""The global search: every module finds in what the person may see."""

from collections.abc import Callable, Sequence

import billing.queries.invoices
import clients.queries
import crm.queries
import documents.queries
import messaging.queries
import staff.queries
from accounts.models import User
from mentalspace.core.search import Hit, HitGroup

LONGEST = 100
Finder = Callable[[User, str, int], Sequence[Hit]]

# In the order shown: clients first, then people, documents, invoices, leads, messages.
FINDERS: tuple[tuple[str, Finder], ...] = (
    ("Clients", clients.queries.search_hits),
    ("Staff", staff.queries.search_hits),
    ("Documents", documents.queries.search_hits),
    ("Invoices", billing.queries.invoices.search_hits),
    ("Leads", crm.queries.search_hits),
    ("Messages", messaging.queries.search_hits),
)


def find(actor: User, text: str, *, per_group: int) -> list[HitGroup]:
    """What matches, by kind; kinds without a hit are left out."""
    groups = [HitGroup(label, finder(actor, text, per_group)) for label, finder in FINDERS]
    return [group for group in groups if group.items]
