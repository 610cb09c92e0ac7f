"""Whatever people and clocks do, a chart is open exactly while an access lasts, and a review is written once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import User
from clients import rules, services
from clients.defaults import EmergencyDefaults
from clients.models import EmergencyAccess
from mentalspace.core import practice
from mentalspace.core.errors import DomainError
from tests.cast import Cast

BEGAN = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
# To the second before, at, and after the end, and far away in both directions.
STEPS = (0, 1, 3599, 3600, 3601, -1, -3600, -90_000, 90_000)


class Emergencies(RuleBasedStateMachine):
    """Two clinicians with no tie to two clients, and two administrators; the model is a list of spans."""

    cast: Cast
    people: tuple[User, User]
    chief: User

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.clock = time_machine.travel(BEGAN, tick=False)
        self.now = self.clock.start()
        self.at = BEGAN
        self.disabled: set[int] = set()
        self.spans: list[dict[str, Any]] = []

    def teardown(self) -> None:
        self.clock.stop()
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def person(self, who: int) -> User:
        return User.objects.select_related("staff").get(pk=self.people[who].pk)

    def lasting(self, who: int) -> list[dict[str, Any]]:
        return [
            s for s in self.spans if s["who"] == who and s["from"] <= self.at < s["to"] and not s["ended"]
        ]

    @rule(seconds=st.sampled_from(STEPS))
    def time_passes_or_the_clock_is_set(self, seconds: int) -> None:
        self.at += timedelta(seconds=seconds)
        self.now.move_to(self.at)

    @rule(who=st.integers(0, 1), which=st.integers(0, 1))
    def begins(self, who: int, which: int) -> None:
        client = (self.cast.client, self.cast.other_client)[which]
        until = self.at + timedelta(hours=1)
        taken = any(s["who"] == who and s["from"] < until and s["to"] > self.at for s in self.spans)
        expected = who not in self.disabled and not taken
        try:
            access = services.begin_emergency_access(
                actor=self.person(who), base_url="", reason="Needed now, says the test.",
                last_name=client.last_name, number=client.number,
            )  # fmt: skip
        except DomainError:
            assert not expected
            return
        assert expected
        self.spans.append({"who": who, "client": client.pk, "from": self.at, "to": until, "ended": False,
                           "reviewed": False, "pk": access.pk})  # fmt: skip

    @precondition(lambda self: self.spans)
    @rule(data=st.data(), by=st.sampled_from([0, 1, "chief"]))
    def ends(self, data: Any, by: Any) -> None:
        span = data.draw(st.sampled_from(self.spans))
        lasts = span in self.lasting(span["who"])
        may = by == "chief" or (by == span["who"] and by not in self.disabled)
        try:
            services.end_emergency_access(
                actor=self.chief if by == "chief" else self.person(by), access_id=span["pk"]
            )
        except DomainError:
            assert not (lasts and may)
            return
        assert lasts
        assert may
        span["to"], span["ended"] = self.at, True

    @precondition(lambda self: self.spans)
    @rule(data=st.data(), by=st.sampled_from([0, 1, "chief"]))
    def reviews(self, data: Any, by: Any) -> None:
        span = data.draw(st.sampled_from(self.spans))
        over = span["to"] <= self.at
        try:
            services.review_emergency_access(
                actor=self.chief if by == "chief" else self.person(by),
                access_id=span["pk"],
                verdict="appropriate",
            )
        except DomainError:
            assert not (over and by == "chief" and not span["reviewed"])
            return
        assert (over, by, span["reviewed"]) == (True, "chief", False)
        span["reviewed"] = True

    @rule(who=st.integers(0, 1))
    def is_disabled_or_comes_back(self, who: int) -> None:
        User.objects.filter(pk=self.people[who].pk).update(is_active=who in self.disabled)
        self.disabled ^= {who}

    @invariant()
    def a_chart_is_open_while_its_access_lasts_and_at_no_other_time(self) -> None:
        for who in (0, 1):
            person = self.person(who)
            open_now = set() if who in self.disabled else {span["client"] for span in self.lasting(who)}
            assert set(rules.clinical_clients(person).values_list("pk", flat=True)) == open_now
            for client in (self.cast.client, self.cast.other_client):
                assert rules.can_see_clinical(person, client) is (client.pk in open_now)
                assert not rules.can_add_to_record(person, client)
            assert len(self.lasting(who)) <= 1

    @invariant()
    def the_table_is_what_was_done(self) -> None:
        stored = EmergencyAccess.objects.values_list("pk", "ended_at", "reviewed_at")
        told = {pk: (ended is not None, reviewed is not None) for pk, ended, reviewed in stored}
        assert told == {span["pk"]: (span["ended"], span["reviewed"]) for span in self.spans}


@pytest.mark.django_db
def test_no_order_of_events_opens_a_chart_that_should_be_closed(cast: Cast) -> None:
    practice.save(EmergencyDefaults(tries=100))
    other = User.objects.select_related("staff").get(pk=cast.associate.pk)
    # The stranger's own client is on nobody's care team here.
    cast.other_client.care_team.all().delete()
    machine = type(
        "Machine", (Emergencies,), {"cast": cast, "people": (cast.stranger, other), "chief": cast.admin}
    )
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            # Each step asks the database: without shrinking, which takes minutes, a failure shows its steps at once.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
