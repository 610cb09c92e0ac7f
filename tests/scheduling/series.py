"""A weekly series as tests plan it: Tuesdays at ten, over the autumn change of the clocks."""

from dataclasses import replace
from datetime import date, time
from typing import Any

from accounts.models import User
from scheduling.models import Series
from scheduling.series.booking import plan_series
from scheduling.series.choices import Frequency
from scheduling.series.obstacles import Terms
from scheduling.series.plan import Answers, Plan, lay_out, slots_of
from scheduling.series.recurrence import Recurrence, days_until
from tests.cast import Cast
from tests.scheduling.conftest import NEW_YORK

TUESDAY = date(2026, 9, 22)
WEEKLY = Recurrence(Frequency.WEEKLY, 1, (1,))


def terms_for(cast: Cast, **changes: Any) -> Terms:
    """Fifty minutes at the office with the therapist."""
    terms = Terms(
        staff=cast.therapist.staff,
        client=cast.client,
        wall=time(10),
        zone=NEW_YORK,
        minutes=50,
        type="individual",
        location="office",
        is_billable=True,
        billing_code="90834",
    )
    return replace(terms, **changes)


def days_of(sessions: int = 12, rule: Recurrence = WEEKLY, start: date = TUESDAY) -> list[date]:
    return days_until(rule, start, sessions=sessions, until=None, most=400)


def shown(actor: User, terms: Terms, days: list[date], answers: Answers | None = None) -> Plan:
    """What the page would list."""
    return lay_out(actor, terms, slots_of(terms, days), answers or Answers())


def plan(
    cast: Cast, sessions: int = 12, answers: Answers | None = None, actor: User | None = None, **changes: Any
) -> Series:
    """Book it as it would be listed."""
    actor, answers = actor or cast.front_desk, answers or Answers()
    terms, days = terms_for(cast, **changes), days_of(sessions)
    return plan_series(
        actor=actor,
        terms=terms,
        rule=WEEKLY,
        days=days,
        sessions=sessions,
        until=None,
        answers=answers,
        seen=shown(actor, terms, days, answers).seen,
    )
