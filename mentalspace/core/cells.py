"""The small things that pages are made of, as data: badges, table cells, actions, figures, tabs, timeline entries.

Cells and actions write their own markup here, escaped, because a list of 30 rows and 8 columns spends more time in
template tags than in the database. Everything else is rendered by a template in `templates/ui/`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.templatetags.static import static
from django.utils.html import escape
from django.utils.safestring import SafeString

Tone = Literal["neutral", "accent", "info", "success", "warning", "danger"]
TONES: tuple[Tone, ...] = ("neutral", "accent", "info", "success", "warning", "danger")
SPRITE = "vendor/tabler-icons-3.51.0/sprite.svg"
_ICON_LIST = Path(__file__).resolve().parents[2] / "static" / "vendor" / "icons.txt"


class UnknownIcon(LookupError):
    """The icon is not in the sprite; see docs/ui-kit.md for how to add one."""


@cache
def icon_names() -> frozenset[str]:
    """The icons in the sprite."""
    return frozenset(_ICON_LIST.read_text().split())


@cache
def icon(name: str, classes: str = "", label: str = "") -> SafeString:
    """An icon of the sprite. Without a label it is decoration; a mistyped name fails while developing."""
    if name not in icon_names():
        if settings.DEBUG:
            raise UnknownIcon(name)
        name = "point"
    spoken = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    extra = f" {escape(classes)}" if classes else ""
    use = f'<use href="{static(SPRITE)}#{name}"/>'
    return SafeString(f'<svg class="icon{extra}" {spoken} focusable="false">{use}</svg>')


@dataclass(frozen=True, slots=True)
class Badge:
    """A word in a tinted pill; the tone supports the word and never stands for it."""

    text: str
    tone: Tone = "neutral"
    icon: str = ""

    def __html__(self) -> str:
        lead = icon(self.icon) if self.icon else ""
        return f'<span class="tag tone-{self.tone}">{lead}{escape(self.text)}</span>'


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a table: text, perhaps as a link, with a second line and badges.

    `sub` is a quieter second line, `title` a tooltip for shortened text, `tone` colours the text (money owed, overdue).
    """

    text: str = ""
    url: str = ""
    sub: str = ""
    badge: Badge | Sequence[Badge] | None = None
    icon: str = ""
    tone: Tone | None = None
    title: str = ""
    dialog: bool = False

    def __html__(self) -> str:
        body = str(escape(self.text))
        if self.url.startswith("mailto:"):
            # Where it is narrow an address breaks before its domain, not within a word.
            body = body.replace("@", "@<wbr>")
        if self.icon:
            body = icon(self.icon) + body
        if self.url:
            opens = " data-dialog" if self.dialog else ""
            body = f'<a href="{escape(self.url)}"{opens}>{body}</a>'
        if self.tone:
            body = f'<span class="ink-{self.tone}">{body}</span>'
        if self.title:
            body = f'<span title="{escape(self.title)}">{body}</span>'
        for badge in self.badges:
            body += (" " if body else "") + badge.__html__()
        if self.sub:
            body += f'<span class="cell-sub">{escape(self.sub)}</span>'
        return body

    @property
    def badges(self) -> Sequence[Badge]:
        """The badges, however many were given."""
        if self.badge is None:
            return ()
        return (self.badge,) if isinstance(self.badge, Badge) else self.badge

    @property
    def plain(self) -> str:
        """What a spreadsheet shows."""
        return ", ".join(part for part in (self.text, *(badge.text for badge in self.badges)) if part)


def email_cell(address: str | None) -> Cell | str:
    """An address one can write to; nothing where there is none."""
    return Cell(address, url=f"mailto:{address}") if address else ""


@dataclass(frozen=True, slots=True)
class Action:
    """Something one can do: a link, or with `post` a button that posts (never a GET that changes anything).

    `dialog` opens the target page's form over this one; `danger` is for what cannot be undone.
    """

    label: str
    url: str
    icon: str = ""
    post: bool = False
    dialog: bool | Literal["panel"] = False
    danger: bool = False
    primary: bool = False
    about: str = ""
    # Leads out of the application, beside it.
    outside: bool = False

    @property
    def spoken(self) -> str:
        """The accessible name: `Edit` alone says nothing in a list of thirty."""
        return f"{self.label}: {self.about}" if self.about else self.label

    def html(self, classes: str, form: str = "row-post") -> str:
        """A link, or a button that belongs to the page's one hidden POST form."""
        lead = icon(self.icon) if self.icon else ""
        tone = " is-danger" if self.danger else ""
        name = f' aria-label="{escape(self.spoken)}"' if self.about else ""
        inside = f"{lead}{escape(self.label)}"
        if self.post:
            return (
                f'<button type="submit" form="{form}" formaction="{escape(self.url)}"'
                f' class="{classes}{tone}"{name}>{inside}</button>'
            )
        opens = f' data-dialog="{"panel" if self.dialog == "panel" else ""}"' if self.dialog else ""
        if self.outside:
            opens = ' target="_blank" rel="noopener noreferrer"'
        return f'<a href="{escape(self.url)}" class="{classes}{tone}"{name}{opens}>{inside}</a>'

    @property
    def button(self) -> SafeString:
        """As a small button above a list, acting on the chosen rows."""
        return SafeString(self.html("btn btn-sm btn-primary" if self.primary else "btn btn-sm"))


def actions_html(actions: Sequence[Action], menu_id: str, about: str = "") -> str:
    """One or two actions side by side, more of them behind a menu that also opens without JavaScript."""
    if not actions:
        return ""
    if len(actions) <= 2:
        return "".join(action.html("row-action") for action in actions)
    items = "".join(action.html("menu-item") for action in actions)
    name = escape(f"Actions for {about}" if about else "Actions")
    return (
        f'<button type="button" class="row-more" popovertarget="{menu_id}" aria-label="{name}">'
        f'{icon("dots")}</button><div popover id="{menu_id}" class="menu" data-menu>{items}</div>'
    )


@dataclass(frozen=True, slots=True)
class EmptyState:
    """What would stand here, and the next step. `action` is (label, url)."""

    title: str
    text: str = ""
    action: tuple[str, str] | None = None
    icon: str = "inbox"


@dataclass(frozen=True, slots=True)
class Tab:
    """One of a page's tabs, each its own address."""

    label: str
    url: str
    active: bool = False
    count: int | str | None = None
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Stat:
    """A figure that leads to the rows it counts."""

    label: str
    value: str
    url: str = ""
    sub: str = ""
    tone: Tone = "neutral"
    icon: str = ""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """Something that happened. `when` is formatted already."""

    when: str
    title: str
    text: str = ""
    actor: str = ""
    url: str = ""
    icon: str = "point"
    tone: Tone = "neutral"
    badge: Badge | None = None
