"""Tags of the interface kit; docs/ui-kit.md shows each."""

import hashlib
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from mentalspace.core import cells, formatting
from mentalspace.core.cells import Action, Badge, EmptyState, Stat, Tone
from mentalspace.core.forms.faults import Fault, faults_of

register = template.Library()
LEVEL_ICONS = {
    "success": "circle-check",
    "warning": "alert-triangle",
    "error": "alert-circle",
    "danger": "alert-circle",
}
AVATAR_HUES = 6


@register.simple_tag
def icon(name: str, classes: str = "", label: str = "") -> SafeString:
    """`{% icon "calendar" %}`; with `label` it is spoken, else decoration."""
    return cells.icon(name or "point", classes, label)


@register.simple_tag
def icon_sprite() -> str:
    """Where scripts find the icons."""
    return static(cells.SPRITE)


@register.filter
def level_icon(level: str) -> str:
    """The icon of a message's level."""
    return LEVEL_ICONS.get(level, "info-circle")


@register.simple_tag
def badge(text: str | Badge, tone: Tone = "neutral", icon: str = "") -> SafeString:
    """`{% badge "Active" "success" %}`, or `{% badge row.badge %}` for a `Badge`."""
    made = text if isinstance(text, Badge) else Badge(str(text), tone, icon)
    return SafeString(made.__html__())


@register.simple_tag
def avatar(name: str, initials: str = "", size: str = "") -> SafeString:
    """A person's initials on a hue that is always theirs. `size`: sm, lg."""
    hue = hashlib.sha256((name or "").encode()).digest()[0] % AVATAR_HUES
    kind = f" face-{size}" if size else ""
    return format_html(
        '<span class="face face-{}{}" aria-hidden="true">{}</span>',
        hue,
        kind,
        initials or formatting.initials(name or ""),
    )


@register.inclusion_tag("ui/person.html")
def person(name: str, sub: str = "", url: str = "", size: str = "") -> dict[str, Any]:
    """A person chip: initials, name, a second line, perhaps a link."""
    return {"name": name, "sub": sub, "url": url, "size": size}


@register.inclusion_tag("ui/stat.html")
def stat(
    item: Stat | str, value: Any = "", url: str = "", sub: str = "", tone: Tone = "neutral", icon: str = ""
) -> dict[str, Any]:
    """A figure that leads to its rows: `{% stat figure %}` or `{% stat "Unsigned notes" 4 url=… %}`."""
    made = item if isinstance(item, Stat) else Stat(item, str(value), url, sub, tone, icon)
    return {"stat": made}


@register.inclusion_tag("ui/empty.html")
def empty(
    title: str | EmptyState, text: str = "", action_label: str = "", action_url: str = "", icon: str = "inbox"
) -> dict[str, Any]:
    """What would stand here and the next step."""
    action = (action_label, action_url) if action_url else None
    return {"empty": title if isinstance(title, EmptyState) else EmptyState(title, text, action, icon)}


@register.simple_tag
def action(item: Action, classes: str = "") -> SafeString:
    """An `Action` as a button of the page header or a card."""
    kind = classes or f"btn{' btn-primary' if item.primary else ''}{' btn-danger' if item.danger else ''}"
    return SafeString(item.html(kind))


@register.simple_tag
def actions_menu(items: list[Action], menu_id: str, about: str = "") -> SafeString:
    """Row actions elsewhere than in a list: up to two as links, more in a menu."""
    return SafeString(cells.actions_html(items, menu_id, about))


@register.simple_tag
def progress(value: int, maximum: int = 100, label: str = "", tone: Tone = "accent") -> SafeString:
    """A labelled bar: `{% progress 7 12 "Sessions used" %}`."""
    shown = max(0, min(int(value or 0), int(maximum or 0)))
    return format_html(
        '<progress class="bar bar-{}" value="{}" max="{}" aria-label="{}">{} of {}</progress>',
        tone,
        shown,
        maximum or 1,
        label,
        value,
        maximum,
    )


@register.simple_tag
def keys(combination: str) -> SafeString:
    """`{% keys "Ctrl+Enter" %}`; a plus alone is the key of that name."""
    names = combination.split("+") if combination != "+" else [combination]
    parts = [format_html("<kbd>{}</kbd>", key) for key in names]
    return SafeString('<span class="keys">' + "+".join(parts) + "</span>")


@register.inclusion_tag("ui/tag_chip.html")
def tag_chip(label: str, colour: str = "", remove_url: str = "") -> dict[str, Any]:
    """A coloured tag, perhaps with a way to take it off. `colour`: one of the eight named in the style sheet."""
    return {"label": label, "colour": colour or "grey", "remove_url": remove_url}


@register.simple_tag(takes_context=True)
def chart(context: template.Context, item: Any) -> SafeString:
    """A `core.charts.Chart` with its table under it."""
    return item.render()


@register.filter
def shown(value: Any) -> SafeString:
    """A fact's value: a `Cell` or `Badge` as its markup, a list as lines, anything else as text."""
    if hasattr(value, "__html__"):
        return SafeString(value.__html__())
    if isinstance(value, (list, tuple)):
        return format_html_join(SafeString("<br>"), "{}", ((shown(line),) for line in value if line))
    return format_html_join(SafeString("<br>"), "{}", ((line,) for line in str(value).splitlines()))


@register.simple_tag
def error_summary(form: Any) -> list[Fault]:
    """What is wrong with a form (or formset), each with the id of the input to go to."""
    return faults_of(form)
