"""Names as they are compared: without accents and capitals, so that who types `unal` finds Ünal, and the other way."""

from django.db.models import Func, TextField
from django.db.models.expressions import Combinable


def plain(name: str | Combinable) -> Func:
    """A column or a typed text as the database's own `plain_name` spells it; the indexes of names are made of this.

    The database does it on both sides, so that both always agree: José is jose, Łukasz lukasz, Weiß weiss.
    """
    return Func(name, function="plain_name", output_field=TextField())
