"""Whatever order people and the calendar choose, a note is in the state that a small model says, and stays whole."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.models import User
from documents import integrity, queries, services, versions
from documents.choices import DocumentStatus, DocumentType
from documents.models import Document
from documents.rules import is_locked
from mentalspace.core.errors import DomainError
from scheduling.choices import AppointmentStatus
from tests.cast import Cast
from tests.clients.factories import CareTeamFactory
from tests.documents.conftest import NOW, SOAP
from tests.scheduling.factories import AppointmentFactory

DRAFT, WAITING, SIGNED = DocumentStatus.DRAFT, DocumentStatus.PENDING_COSIGN, DocumentStatus.SIGNED


class Note(RuleBasedStateMachine):
    """One note of a clinician, supervised or not; the model is the attributes that `begins` sets."""

    cast: Cast

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.clock = time_machine.travel(NOW, tick=False)
        self.now = self.clock.start()
        self.at = NOW

    def teardown(self) -> None:
        self.clock.stop()
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize(supervised=st.booleans())
    def begins(self, supervised: bool) -> None:
        self.supervised = supervised
        who = self.cast.associate if supervised else self.cast.therapist
        self.author = User.objects.select_related("staff").get(pk=who.pk)
        session = AppointmentFactory.create(
            staff=self.author.staff,
            client=self.cast.client,
            start_time=datetime(2026, 3, 4, 14, 0, tzinfo=UTC),
            end_time=datetime(2026, 3, 4, 14, 50, tzinfo=UTC),
            status=AppointmentStatus.COMPLETED,
        )
        made = services.start_document(
            actor=self.author, appointment=session, type=DocumentType.PROGRESS_NOTE
        )
        self.pk, self.session = made.pk, session
        self.status, self.in_error, self.due = DRAFT, False, date(2026, 3, 7)
        self.returned: list[str] = []
        self.text, self.asked, self.addenda = "", False, 0
        self.submitted, self.was_locked = False, False
        self.open_until: datetime | None = None

    @property
    def locked(self) -> bool:
        closed = self.open_until is None or self.open_until <= self.at
        return self.status == DRAFT and not self.in_error and self.was_locked and closed

    def document(self) -> Document:
        return Document.objects.select_related("staff__user", "client").get(pk=self.pk)

    def does(self, refusal: str, verb: Any, **given: Any) -> bool:
        """Do it as the service does; it must end as the model says: refused with this error, or done."""
        refused = ""
        try:
            with transaction.atomic():
                verb(**given)
        except DomainError as error:
            refused = type(error).__name__
        assert refused == refusal, verb.__name__
        return not refused

    def not_writable(self) -> str:
        if self.status != DRAFT:
            return "NotADraft"
        return "AlreadyInError" if self.in_error else "DraftLocked" if self.locked else ""

    @rule(days=st.sampled_from((0, 1, 3, 8)))
    def time_passes(self, days: int) -> None:
        self.at += timedelta(days=days, minutes=1)
        self.now.move_to(self.at)

    @rule(word=st.sampled_from(("Calm.", "Tearful.", "Hopeful.")), answers=st.booleans())
    def writes(self, word: str, answers: bool) -> None:
        document = self.document()
        replies = {each.pk: "Done." for each in document.comments.filter(answered_at=None)} if answers else {}
        if self.does(
            self.not_writable(),
            services.save_draft,
            actor=self.author,
            document_id=self.pk,
            version=document.version,
            answers={**SOAP, "observations": word},
            replies=replies,
        ):
            self.text = word
            self.asked = self.asked and not answers

    @rule()
    def signs(self) -> None:
        unready = "" if self.text else "SomethingMissing"
        refusal = self.not_writable() or unready or ("CommentsUnanswered" if self.asked else "")
        if self.does(refusal, services.sign_document, actor=self.author, document_id=self.pk):
            self.submitted = True
            self.status = WAITING if self.supervised else SIGNED

    @rule(by_author=st.booleans())
    def cosigns(self, by_author: bool) -> None:
        refusal = self.not_waiting(by_author)
        actor = self.author if by_author else self.supervisor
        if self.does(refusal, services.cosign_document, actor=actor, document_id=self.pk):
            self.status = SIGNED

    @rule(comments=st.booleans())
    def returns(self, comments: bool) -> None:
        said = {"plan": "By when?"} if comments else {}
        if self.does(
            self.not_waiting(by_author=False),
            services.return_document,
            actor=self.supervisor,
            document_id=self.pk,
            comment="Please look again.",
            on_sections=said,
        ):
            self.returned.append(self.text)
            self.status, self.asked, self.was_locked, self.open_until = DRAFT, comments, False, None
            self.due = self.at.date() + timedelta(days=3)

    def not_waiting(self, by_author: bool) -> str:
        if by_author or (not self.supervised and self.author.staff.supervisor_id is None):
            return "NotPermitted"
        if self.status != WAITING:
            return "NotAwaitingCosignature"
        return "NotPermitted" if self.in_error else ""

    @property
    def supervisor(self) -> User:
        return User.objects.select_related("staff").get(pk=self.cast.supervisor.pk)

    @rule()
    def adds(self) -> None:
        refusal = "NotSigned" if self.status != SIGNED else "NotPermitted" if self.in_error else ""
        if self.does(refusal, services.add_addendum, actor=self.author, document_id=self.pk, content="More."):
            self.addenda += 1

    @rule()
    def the_week_ends(self) -> None:
        list(services.lock_overdue())
        if self.status == DRAFT and not self.in_error and not self.was_locked and self.due < self.at.date():
            self.was_locked = True

    @rule(approve=st.booleans())
    def is_opened_again(self, approve: bool) -> None:
        refusal = "" if self.locked else "NotLocked"
        if self.does(
            refusal, services.request_unlock, actor=self.author, document_id=self.pk, reason="I was ill."
        ):
            asked = self.document().unlock_requests.get(state="requested")
            services.decide_unlock(actor=self.supervisor, request_id=asked.pk, approve=approve)
            self.open_until = self.at + timedelta(hours=48) if approve else self.open_until

    @rule()
    def was_wrong(self) -> None:
        fresh = self.status == DRAFT and not self.submitted and not self.was_locked
        refusal = "AlreadyInError" if self.in_error else "DiscardInstead" if fresh else ""
        if self.does(
            refusal, services.mark_in_error, actor=self.author, document_id=self.pk, reason="Wrong chart."
        ):
            self.in_error = True

    @invariant()
    def it_is_what_the_model_says(self) -> None:
        document = self.document()
        assert (document.status, document.in_error, is_locked(document)) == (
            self.status,
            self.in_error,
            self.locked,
        )
        assert document.answers.get("observations", "") == self.text
        assert document.addenda.count() == self.addenda
        waiting = document.comments.filter(answered_at=None)
        assert [each.pk for each in waiting if not each.answer] == [each.pk for each in waiting if self.asked]

    @invariant()
    def what_was_signed_is_whole(self) -> None:
        record = integrity.record_of(self.document())
        assert record.faults == ()
        *earlier, _now = versions.versions_of(record)
        assert [text in each.text for text, each in zip(self.returned, earlier, strict=True)] == [True] * len(
            earlier
        )
        assert all(each.is_verified for each in earlier)

    @invariant()
    def what_is_in_error_counts_for_nothing(self) -> None:
        counts = self.status == SIGNED and not self.in_error
        assert (queries.last_session_note(self.author, self.cast.client.pk) is not None) == counts
        assert queries.sessions_without_note(self.author).filter(pk=self.session.pk).exists() == self.in_error


@pytest.mark.django_db
def test_no_order_of_events_brings_a_note_into_a_state_that_it_may_not_have(cast: Cast) -> None:
    CareTeamFactory.create(client=cast.client, staff=cast.associate.staff, role="secondary")
    run_state_machine_as_test(
        type("Machine", (Note,), {"cast": cast}),
        settings=settings(
            max_examples=10,
            stateful_step_count=18,
            deadline=None,
            # Each step asks the database: without shrinking, which takes minutes, a failure shows its steps at once.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
