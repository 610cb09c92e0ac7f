"""Named reads about clients."""

from clients.queries.coverage import coverage_on
from clients.queries.duplicates import Duplicate, possible_duplicates
from clients.queries.search import ClientFound, matching, search_clients, search_hits

__all__ = [
    "ClientFound",
    "Duplicate",
    "coverage_on",
    "matching",
    "possible_duplicates",
    "search_clients",
    "search_hits",
]
