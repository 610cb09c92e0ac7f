"""Names as they are compared: without accents and capitals, so that who types `unal` finds Ünal, and the other way.

The database does it on both sides, so that both always agree: José is jose, Łukasz lukasz, Weiß weiss. Its function
`plain_name` comes with the first index of names that is made of it, in a migration of an app above.
"""

from django.db.models import CharField, Func, TextField, Transform
from django.db.models.expressions import Combinable

PLAIN = "plain_name"


def plain(name: str | Combinable) -> Func:
    """A column or a typed text as it is compared, for indexes and expressions."""
    return Func(name, function=PLAIN, output_field=TextField())


@CharField.register_lookup
class Plain(Transform):
    """The same in a filter and in the admin's search: `last_name__plain__startswith="unal"` compares both."""

    lookup_name = "plain"
    function = PLAIN
    bilateral = True
    output_field = TextField()
