"""The groupings a form needs; everything else is one column."""

from typing import Any

from crispy_forms.layout import Div, LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from django.template.loader import render_to_string
from django.utils.safestring import SafeString


class Section(LayoutObject):
    """Fields under a heading of their own: `Section("Contact", "phone", "email", text="How we reach the client.")`."""

    template = "ui/section.html"

    def __init__(self, title: str, *fields: Any, text: str = "", css_id: str = "") -> None:
        self.title, self.text, self.css_id = title, text, css_id
        self.fields = list(fields)

    def render(
        self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any
    ) -> SafeString:
        """A fieldset with its legend."""
        fields = self.get_rendered_fields(form, context, template_pack, **kwargs)
        return render_to_string(self.template, {"section": self, "fields": fields})


class Folded(LayoutObject):
    """Fields that are seldom needed: open, but on a phone folded away until one of them says something."""

    template = "ui/folded.html"

    def __init__(self, title: str, *fields: Any) -> None:
        self.title, self.fields = title, list(fields)

    def render(
        self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any
    ) -> SafeString:
        """A `details` with its summary."""
        fields = self.get_rendered_fields(form, context, template_pack, **kwargs)
        return render_to_string(self.template, {"folded": self, "fields": fields})


class Together(Div):
    """Fields that are read as one, side by side where there is room: city, state, ZIP."""

    def __init__(self, *fields: Any) -> None:
        super().__init__(*fields, css_class="form-together")
