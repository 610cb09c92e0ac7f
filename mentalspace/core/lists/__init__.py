"""One declarative machinery for every list: search, filter, sort, page, total and export, all by URL.

    class ClientList(ListPage):
        title = "Clients"
        empty = EmptyState("No clients yet", "People appear here once taken on.", ("New client", "/clients/new/"))
        filterset_class = ClientFilter
        default_sort = "name"
        columns = [
            Column("name", "Name", cell=lambda c: Cell(c.name, url=c.url), sort=("last_name", "first_name")),
            Column("status", "Status", cell=lambda c: status_badge(c.status)),
        ]

    def client_list(request):
        return ClientList(request, queries.client_rows(request.user)).respond()

docs/ui-kit.md tells the rest.
"""

from mentalspace.core.cells import Action, Badge, Cell, EmptyState
from mentalspace.core.lists.columns import Column
from mentalspace.core.lists.export import safe_value
from mentalspace.core.lists.filters import DayFromFilter, DayToFilter
from mentalspace.core.lists.keyset import KeysetPage
from mentalspace.core.lists.page import ListPage

__all__ = [
    "Action",
    "Badge",
    "Cell",
    "Column",
    "DayFromFilter",
    "DayToFilter",
    "EmptyState",
    "KeysetPage",
    "ListPage",
    "safe_value",
]
