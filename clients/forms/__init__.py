"""Input about clients."""

from clients.forms.fields import ClientChoiceField

__all__ = ["ClientChoiceField"]
