"""Where apps above put links on a document's page, without `documents` knowing them.

Billing registers "Bill". Registered in `AppConfig.ready()`; the functions are asked once for each page.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from accounts.models import User
from documents.models import Document


@dataclass(frozen=True)
class DocumentLink:
    """A link in the chain appointment → note → bill. `link` answers (label, url), or None where there is none."""

    key: str
    icon: str
    order: int
    link: Callable[[User, Document], tuple[str, str] | None]


@dataclass
class Registry:
    """Everything registered; filled once at start."""

    links: list[DocumentLink] = field(default_factory=list)

    def add(self, *links: DocumentLink) -> None:
        self.links = sorted([*self.links, *links], key=lambda each: each.order)


document = Registry()
