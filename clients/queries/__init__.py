"""Named reads about clients."""

from clients.queries.coverage import coverage_on
from clients.queries.duplicates import Duplicate, possible_duplicates, sharing_number
from clients.queries.emergencies import identified, lasting_of, overlapping, unreviewed
from clients.queries.search import ClientFound, matching, search_clients, search_hits

__all__ = [
    "ClientFound",
    "Duplicate",
    "coverage_on",
    "identified",
    "lasting_of",
    "matching",
    "overlapping",
    "possible_duplicates",
    "search_clients",
    "search_hits",
    "sharing_number",
    "unreviewed",
]
