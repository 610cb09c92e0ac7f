"""Where apps above put links on a document's page, without `documents` knowing them.

Billing registers "Bill". Registered in `AppConfig.ready()`; the functions are asked once for each page.
"""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.models import User
from documents.models import Document
from mentalspace.core.panels import Registry


@dataclass(frozen=True)
class DocumentLink:
    """A link in the chain appointment → note → bill. `link` answers (label, url), or None where there is none."""

    key: str
    icon: str
    order: int
    link: Callable[[User, Document], tuple[str, str] | None]


document = Registry[DocumentLink]()
