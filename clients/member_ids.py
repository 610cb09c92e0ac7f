"""Look-ups by the number on an insurance card, of which the database holds only sealed text.

`client_profiles.member_ids` keeps a keyed digest of each coverage's member number, whatever its spelling, so that the
whole number finds its clients and a part of it finds nobody.
"""

import re
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from mentalspace.core.crypto.index import blind_index

# What is typed into a search is taken for a number of a card from this length on, and with a digit in it.
SHORTEST = 4


def normalised(number: str) -> str:
    """The number as it counts: letters in upper case and digits, without what stands between them."""
    return re.sub(r"[\W_]+", "", number).upper()


def digest(number: str) -> str:
    """What stands in the index for the number; empty for none."""
    plain = normalised(number)
    return blind_index("member id", plain) if plain else ""


def digests(numbers: Iterable[str]) -> list[str]:
    """The entries for several numbers, each once, in an order that says nothing."""
    return sorted({digest(number) for number in numbers} - {""})


def typed_digest(text: str) -> str:
    """The entry that somebody who types this may look for; empty where it cannot be a number of a card."""
    plain = normalised(text)
    is_number = len(plain) >= SHORTEST and any(letter.isdigit() for letter in plain)
    return digest(text) if is_number else ""


class MemberIdsField(ArrayField):
    """Filled from the insurance whenever a profile is written, by `save` or in bulk."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{"base_field": models.CharField(max_length=32), "default": list, "editable": False, **kwargs}
        )

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.contrib.postgres.fields.ArrayField", args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> list[str]:
        coverages: list[dict[str, Any]] = getattr(model_instance, "insurance_info")  # noqa: B009
        found = digests(str(coverage.get("policy_number") or "") for coverage in coverages)
        setattr(model_instance, self.attname, found)
        return found
