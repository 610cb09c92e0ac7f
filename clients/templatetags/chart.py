"""The chart's one tag: a panel's template with the panel's own context."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def panel(context: template.Context, shown: Any) -> SafeString:
    """Render a `clients.chart.ShownCard` over the page's context, so that context processors run once for the page."""
    found = context.template.engine.get_template(shown.template)  # type: ignore[union-attr]
    with context.push(**shown.context):
        return found.render(context)
