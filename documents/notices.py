"""What a reader of a document should be told above it: how late it is, and that its answers point to risk."""

from dataclasses import dataclass

from django.urls import reverse

from accounts.models import User
from clients.choices import FlagKind
from clients.models import ClientFlag
from documents import answers as answering
from documents import queries, rules
from documents.choices import DocumentStatus
from documents.defaults import NoteDefaults
from documents.designs import catalogue
from documents.models import Document
from mentalspace.core import clock, formatting, practice

RISK_FLAGS = (FlagKind.SUICIDE_RISK, FlagKind.SELF_HARM_RISK, FlagKind.VIOLENCE_RISK)


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence, with a link to what can be done."""

    text: str
    icon: str
    link: str = ""
    url: str = ""


def notices(actor: User, document: Document) -> list[Notice]:
    """At most one query, and only where the answers point to risk."""
    found = [_late(document), _risk(actor, document)]
    return [notice for notice in found if notice is not None]


def _late(document: Document) -> Notice | None:
    """The practice's warning and billing hold, counted from the day of the session."""
    if (
        document.in_error
        or document.status == DocumentStatus.SIGNED
        or document.type not in queries.SESSION_NOTES
    ):
        return None
    settings, days = practice.get(NoteDefaults), (clock.today() - document.service_date).days
    if days < min(settings.warn_days, settings.hold_days):
        return None
    since = f"This note is unsigned {formatting.plural(days, 'day')} after the session"
    if days >= settings.hold_days:
        return Notice(f"{since}: the session’s billing is held until it is signed.", "clock-exclamation")
    return Notice(f"{since}. Billing is held from day {settings.hold_days} on.", "clock-exclamation")


def _risk(actor: User, document: Document) -> Notice | None:
    """Answers beyond "none" ask for a flag on the chart, which a person confirms."""
    form = catalogue.definition(document.form_key, document.form_version)
    if (
        form is None
        or not rules.is_author(actor, document)
        or not answering.answers_show_risk(form, document.answers)
    ):
        return None
    open_flags = ClientFlag.objects.filter(
        client_id=document.client_id, kind__in=RISK_FLAGS, resolved_at__isnull=True
    )
    if open_flags.exists():
        return None
    url = reverse("clients:flag_raise", args=[document.client_id])
    said = "These answers point to risk, and the chart has no risk flag."
    return Notice(said, "shield-exclamation", "Raise a flag", url)
