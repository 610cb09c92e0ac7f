"""Does the name of a member stand where another member, or whoever reads another's chart, would read it?"""

import re
from collections.abc import Iterable

from clients.models import Client
from documents.definitions import FormDefinition
from mentalspace.core.folding import folded

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
SHORTEST = 3


def named(text: str, clients: Iterable[Client]) -> list[str]:
    """Those of the clients of whose names a word stands in the text, however accented or capitalized."""
    said = {folded(word) for word in WORD.findall(text)}
    return [client.display_name for client in clients if said & names_of(client)]


def names_of(client: Client) -> set[str]:
    """The words of a client's names that can be told from other words."""
    words = WORD.findall(" ".join((client.first_name, client.preferred_name, client.last_name)))
    return {folded(word) for word in words if len(word) >= SHORTEST}


def shared_keys(form: FormDefinition) -> set[str]:
    """The answers that are written once for the whole group."""
    return {
        key
        for section in form.sections
        if section.shared
        for field in section.fields
        for key in (field.key, field.other_key)
    }
