"""Named reads of disclosures; each returns only what the actor may see."""

from datetime import date

from dateutil.relativedelta import relativedelta
from django.db.models import QuerySet

from accounts.models import User
from documents import rules
from documents.disclosures.models import Disclosure
from documents.models import Consent
from mentalspace.core import clock

# As far back as 45 CFR 164.528 has a practice answer.
YEARS = 6


def disclosures(actor: User) -> QuerySet[Disclosure]:
    """With what a list or a page says of them."""
    rows = rules.can_see_disclosure.scope(actor)
    return rows.select_related("client", "disclosed_by", "voided_by", "consent")


def under(actor: User, consent: Consent) -> list[Disclosure]:
    """What was disclosed under this release, the latest first."""
    return list(disclosures(actor).filter(consent=consent).order_by("-released_at", "pk"))


def years_ago(years: int) -> date:
    """The first day of so many years until today."""
    return clock.today() - relativedelta(years=years)
