"""Whatever is done to the audit log behind the application is found, and the row named; and nobody waits for it."""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client as Browser

from mentalspace.core import audit
from mentalspace.core.audit import anchors, chain
from mentalspace.core.database import roles
from mentalspace.core.models import AuditEvent, AuditLink, AuditUnlinked, PracticeSetting
from mentalspace.dev.pytest_postgres import needs_application_role, owner_connection
from tests.accounts.factories import UserFactory
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)

# What an owner would do who wants to leave no trace: as above, and the chain made anew over it.
REWRITE = """
    DO $$
    DECLARE
        link record;
        last bytea := decode(repeat('00', 32), 'hex');
        made bytea;
    BEGIN
        FOR link IN SELECT c.seq, e AS event FROM audit_chain c JOIN audit_events e ON e.id = c.event_id ORDER BY c.seq
        LOOP
            made := audit_hash(link.event, link.seq, last);
            UPDATE audit_chain SET previous = last, hash = made WHERE seq = link.seq;
            last := made;
        END LOOP;
    END $$
"""


@pytest.fixture
def events() -> list[AuditEvent]:
    """Eight events, numbered 1 to 8."""
    return [
        audit.record(actor=None, verb=f"thing.seen{number}", changes={"size": [number, number + 1]})
        for number in range(1, 9)
    ]


@pytest.fixture
def anchored(events: list[AuditEvent], tmp_path: Path) -> Path:
    """A directory with an anchor at number 8."""
    call_command("audit", "anchor", anchors=tmp_path, stdout=StringIO())
    return tmp_path


def tamper(*statements: str) -> None:
    """As whoever owns the tables can, with the triggers off."""
    tables = ("audit_events", "audit_chain")
    with owner_connection() as owner, owner.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            for statement in statements:
                cursor.execute(statement)
        finally:
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def verify(place: Path) -> tuple[int, list[str]]:
    """The exit code, and what is wrong, line by line."""
    out, err = StringIO(), StringIO()
    code = 0
    try:
        call_command("audit", "verify", anchors=place, stdout=out, stderr=err)
    except CommandError as error:
        code = error.returncode
    return code, [
        line.removeprefix("wrong  ") for line in out.getvalue().splitlines() if line.startswith("wrong")
    ]


def on_its_own(work: Callable[[], object]) -> threading.Thread:
    """Another person's request, with a connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


# What is found


def test_an_untouched_log_is_as_it_was(anchored: Path) -> None:
    assert verify(anchored) == (0, [])


def test_a_changed_byte_is_found(events: list[AuditEvent], anchored: Path) -> None:
    tamper(f"UPDATE audit_events SET verb = 'thing.seen9' WHERE id = {events[4].pk}")
    assert verify(anchored) == (1, [f"Number 5, event {events[4].pk}: not as it was recorded."])


@pytest.mark.parametrize(
    "change",
    [
        "at = at + interval '1 microsecond'",
        "actor_name = 'x'",
        "actor_roles = 'x'",
        "basis = 'x'",
        "outcome = 'refused'",
        "object_type = 'x'",
        "object_id = 'x'",
        "client_id = gen_random_uuid()",
        "changes = jsonb_set(changes, '{size,0}', 'null')",
        "request_id = 'x'",
        "address = '192.0.2.1'",
        "session = 'x'",
    ],
)
def test_every_column_is_covered(events: list[AuditEvent], anchored: Path, change: str) -> None:
    tamper(f"UPDATE audit_events SET {change} WHERE id = {events[2].pk}")
    assert verify(anchored) == (1, [f"Number 3, event {events[2].pk}: not as it was recorded."])


def test_the_person_is_covered(anchored: Path, events: list[AuditEvent]) -> None:
    user = UserFactory.create()
    tamper(f"UPDATE audit_events SET actor_id = '{user.pk}' WHERE id = {events[2].pk}")
    assert verify(anchored) == (1, [f"Number 3, event {events[2].pk}: not as it was recorded."])


def test_a_deleted_row_is_found(events: list[AuditEvent], anchored: Path) -> None:
    tamper(f"DELETE FROM audit_events WHERE id = {events[4].pk}")
    assert verify(anchored) == (1, [f"Number 5, event {events[4].pk}: the event is gone."])


def test_a_row_deleted_with_its_link_is_found(events: list[AuditEvent], anchored: Path) -> None:
    tamper(
        f"DELETE FROM audit_events WHERE id = {events[4].pk}",
        f"DELETE FROM audit_chain WHERE event_id = {events[4].pk}",
    )
    assert verify(anchored) == (1, ["Number 5: gone, with their events."])


def test_a_cut_tail_is_found(events: list[AuditEvent], anchored: Path) -> None:
    tamper(
        f"DELETE FROM audit_events WHERE id >= {events[6].pk}",
        f"DELETE FROM audit_chain WHERE event_id >= {events[6].pk}",
    )
    code, wrong = verify(anchored)
    assert (code, len(wrong)) == (1, 1)
    assert wrong[0].startswith("Number 7 and after: cut off; anchors-")
    assert " saw number 8 at " in wrong[0]


def test_a_log_cut_to_nothing_is_found(anchored: Path) -> None:
    tamper("DELETE FROM audit_events", "DELETE FROM audit_chain")
    code, wrong = verify(anchored)
    assert (code, wrong[0].split(";")[0]) == (1, "Number 1 and after: cut off")


def test_two_rows_in_the_other_order_are_found(events: list[AuditEvent], anchored: Path) -> None:
    third, sixth = events[2].pk, events[5].pk
    tamper(
        f"UPDATE audit_chain SET event_id = -1 WHERE event_id = {third}",
        f"UPDATE audit_chain SET event_id = {third} WHERE event_id = {sixth}",
        f"UPDATE audit_chain SET event_id = {sixth} WHERE event_id = -1",
    )
    assert verify(anchored) == (
        1,
        [
            f"Number 3, event {sixth}: not as it was recorded.",
            f"Number 6, event {third}: not as it was recorded.",
        ],
    )


def test_two_links_in_the_other_order_are_found(events: list[AuditEvent], anchored: Path) -> None:
    tamper(
        "UPDATE audit_chain SET seq = -1 WHERE seq = 3",
        "UPDATE audit_chain SET seq = 3 WHERE seq = 6",
        "UPDATE audit_chain SET seq = 6 WHERE seq = -1",
    )
    code, wrong = verify(anchored)
    assert code == 1
    assert f"Number 3, event {events[5].pk}: not as it was recorded." in wrong
    assert f"Number 6, event {events[2].pk}: does not follow number 5." in wrong


def test_a_wholly_rewritten_chain_is_found(events: list[AuditEvent], anchored: Path) -> None:
    tamper(f"UPDATE audit_events SET verb = 'thing.unseen' WHERE id = {events[1].pk}", REWRITE)
    code, wrong = verify(anchored)
    assert (code, len(wrong)) == (1, 1)
    assert wrong[0].startswith("Number 8: written anew, it or what is before it, since ")


def test_events_written_past_the_chain_are_found(anchored: Path) -> None:
    tamper(
        "INSERT INTO audit_events (id, at, verb, object_type, object_id, changes, request_id, actor_name, actor_roles,"
        " basis, outcome, session) OVERRIDING SYSTEM VALUE"
        " VALUES (999999, now(), 'x.y', '', '', '{}', '', '', '', '', 'done', '')"
    )
    assert verify(anchored) == (1, ["Event 999999: in no chain, written past it."])


def test_a_chain_that_nothing_outside_confirms_does_not_pass(
    events: list[AuditEvent], tmp_path: Path
) -> None:
    code, wrong = verify(tmp_path)
    assert (code, wrong) == (
        1,
        [f"No anchor is in {tmp_path}: run 'manage.py audit anchor', and keep what it writes."],
    )


def test_a_forged_anchor_is_found(anchored: Path) -> None:
    file = next(anchored.glob("*.jsonl"))
    said = json.loads(file.read_text())
    file.write_text(json.dumps(said | {"at": "2026-01-01T00:00:00Z"}) + "\nnonsense\n")
    assert verify(anchored) == (
        1,
        [f"{file.name}, line 2: not an anchor.", f"{file.name}, line 1: its signature is not ours."],
    )


def test_a_log_in_which_everything_is_wrong_is_told_briefly(anchored: Path) -> None:
    for number in range(60):
        audit.record(actor=None, verb=f"thing.seen{number}")
    tamper("UPDATE audit_events SET object_id = 'x'")
    out = StringIO()
    with pytest.raises(CommandError, match="68 faults: the audit log is not as it was recorded"):
        call_command("audit", "verify", anchors=anchored, stdout=out)
    assert out.getvalue().count("wrong  ") == 50


# What is anchored


def test_an_anchor_is_signed_added_and_not_repeated(anchored: Path) -> None:
    (file,) = anchored.glob("*.jsonl")
    assert (file.stat().st_mode & 0o777, anchored.stat().st_mode & 0o077) == (
        0o600,
        anchored.stat().st_mode & 0o077,
    )
    end = AuditLink.objects.get(seq=8)
    (line,) = file.read_text().splitlines()
    assert json.loads(line) | {"at": "", "signature": ""} == {
        "seq": 8,
        "hash": bytes(end.hash).hex(),
        "at": "",
        "signature": "",
    }
    call_command("audit", "anchor", anchors=anchored, stdout=StringIO())
    assert file.read_text() == f"{line}\n"
    audit.record(actor=None, verb="thing.seen")
    call_command("audit", "anchor", anchors=anchored, stdout=StringIO())
    assert [json.loads(each)["seq"] for each in file.read_text().splitlines()] == [8, 9]
    assert verify(anchored) == (0, [])


def test_what_a_power_cut_left_of_a_line_spoils_no_other(anchored: Path) -> None:
    (file,) = anchored.glob("*.jsonl")
    with file.open("a") as stream:
        stream.write('{"seq": 8, "ha')
    audit.record(actor=None, verb="thing.seen")
    anchors.write(anchored)
    assert verify(anchored) == (1, [f"{file.name}, line 2: not an anchor."])
    assert len(file.read_text().splitlines()) == 3


def test_a_running_server_anchors_about_once_a_minute(
    events: list[AuditEvent], tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.AUDIT_ANCHOR_DIR = str(tmp_path / "anchors")
    clock = [1000.0]
    monkeypatch.setattr(anchors.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(anchors._Turn, "next", 0.0)

    def anchored_at() -> list[int]:
        return [each.seq for each in anchors.read(tmp_path / "anchors") if isinstance(each, anchors.Anchor)]

    Browser().get("/healthz")
    assert anchored_at() == [8]
    audit.record(actor=None, verb="thing.seen")
    Browser().get("/healthz")
    assert anchored_at() == [8]
    # A minute later by this process, but another one has looked a moment ago.
    clock[0] += anchors.SECONDS
    Browser().get("/healthz")
    assert anchored_at() == [8]
    clock[0] += anchors.SECONDS
    monkeypatch.setattr(anchors, "last_looked", lambda place: 0.0)
    Browser().get("/healthz")
    assert anchored_at() == [8, 9]


def test_a_place_that_cannot_be_written_stops_nobody(
    events: list[AuditEvent],
    tmp_path: Path,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (tmp_path / "file").write_text("")
    settings.AUDIT_ANCHOR_DIR = str(tmp_path / "file" / "anchors")
    monkeypatch.setattr(anchors._Turn, "next", 0.0)
    assert Browser().get("/healthz").status_code == 200
    assert "The end of the audit log could not be anchored" in caplog.text
    with pytest.raises(CommandError, match="cannot be used"):
        call_command("audit", "anchor")


# How it is linked


def test_numbers_have_no_gap_and_each_hash_covers_the_one_before(events: list[AuditEvent]) -> None:
    links = list(AuditLink.objects.order_by("seq"))
    assert [(link.seq, link.event_id) for link in links] == [
        (number, event.pk) for number, event in enumerate(events, start=1)
    ]
    assert bytes(links[0].previous) == chain.GENESIS
    for one, next_one in pairwise(links):
        assert bytes(next_one.previous) == bytes(one.hash)


def test_what_is_rolled_back_takes_no_number(events: list[AuditEvent]) -> None:
    with transaction.atomic():
        audit.record(actor=None, verb="thing.lost")
        transaction.set_rollback(True)
    assert not AuditEvent.objects.filter(verb="thing.lost").exists()
    audit.record(actor=None, verb="thing.seen")
    assert AuditLink.objects.order_by("-seq")[0].seq == 9


def test_many_at_once_make_one_chain(tmp_path: Path) -> None:
    def write() -> None:
        for number in range(25):
            with transaction.atomic():
                audit.record(actor=None, verb=f"thing.seen{number}")
                audit.record(actor=None, verb=f"thing.left{number}")

    for thread in [on_its_own(write) for _ in range(6)]:
        thread.join()
    anchors.write(tmp_path)
    assert AuditUnlinked.objects.count() == 0
    assert list(AuditLink.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 301))
    assert verify(tmp_path) == (0, [])


@pytest.fixture
def linking(events: list[AuditEvent]) -> Iterator[threading.Event]:
    """Another transaction is at the chain, and ends when the event is set."""
    at_it, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            audit.record(actor=None, verb="thing.slow")
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            at_it.set()
            may_end.wait(30)

    thread = on_its_own(hold)
    assert at_it.wait(30)
    yield may_end
    may_end.set()
    thread.join()


def test_nobody_waits_for_the_chain(linking: threading.Event, tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '1ms'")
    quick = audit.record(actor=None, verb="thing.quick")
    assert list(AuditUnlinked.objects.values_list("event_id", flat=True)) == [quick.pk]
    linking.set()
    while not AuditEvent.objects.filter(verb="thing.slow").exists():
        pass
    audit.record(actor=None, verb="thing.next")
    assert list(
        AuditLink.objects.filter(seq__gt=8).order_by("seq").values_list("event__verb", flat=True)
    ) == [
        "thing.slow",
        "thing.quick",
        "thing.next",
    ]
    anchors.write(tmp_path)
    assert verify(tmp_path) == (0, [])


def test_an_event_that_is_taken_away_before_it_had_a_number_is_found(
    linking: threading.Event, tmp_path: Path
) -> None:
    quick = audit.record(actor=None, verb="thing.quick")
    linking.set()
    while not AuditEvent.objects.filter(verb="thing.slow").exists():
        pass
    tamper(f"DELETE FROM audit_events WHERE id = {quick.pk}")
    anchors.write(tmp_path)
    assert verify(tmp_path) == (1, [f"Event {quick.pk}: gone before it had a number."])


def test_a_transaction_that_sees_an_older_state_leaves_the_link_to_the_next(events: list[AuditEvent]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT count(*) FROM audit_chain")
        thread = on_its_own(lambda: audit.record(actor=None, verb="thing.other"))
        thread.join()
        audit.record(actor=None, verb="thing.older")
    assert AuditUnlinked.objects.count() == 1
    assert chain.link_waiting() == 0
    assert AuditLink.objects.get(seq=10).event.verb == "thing.older"


@needs_application_role
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO audit_chain SELECT 99, previous, hash, 99 FROM audit_chain LIMIT 1",
        "DELETE FROM audit_unlinked",
        "INSERT INTO audit_unlinked VALUES (1)",
        "SELECT FROM audit_turn FOR UPDATE",
        "SELECT audit_link(1, 1)",
        "CREATE TRIGGER mine AFTER INSERT ON practice_settings FOR EACH ROW EXECUTE FUNCTION audit_link_at_commit()",
        "ALTER FUNCTION audit_link_at_commit() SET search_path = pg_temp",
        "LOCK TABLE audit_chain IN EXCLUSIVE MODE",
    ],
)
def test_the_application_has_no_hand_in_the_chain(events: list[AuditEvent], statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match=r"permission denied|must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


# What an event says, and that there is no page without one


def test_an_event_says_who_how_and_from_where(cast: Cast, client: Browser) -> None:
    client.force_login(cast.therapist)
    answer = client.get(f"/clients/{cast.client.pk}/", REMOTE_ADDR="192.0.2.7")
    event = AuditEvent.objects.latest("id")
    assert event.client_id == cast.client.pk
    assert (event.actor, event.actor_name, event.actor_roles) == (
        cast.therapist,
        cast.therapist.email,
        "therapist",
    )
    assert (event.address, event.request_id, event.outcome) == ("192.0.2.7", answer["X-Request-Id"], "done")
    key = client.session.session_key
    assert key is not None
    assert event.session == hashlib.sha256(key.encode()).hexdigest()[:16]


def test_a_name_and_a_role_stay_as_they_were(cast: Cast) -> None:
    before = cast.therapist.email
    audit.record(actor=cast.therapist, verb="thing.seen", right="break-glass")
    cast.therapist.email, cast.therapist.role = "other@example.com", "biller"
    cast.therapist.save()
    event = AuditEvent.objects.latest("id")
    assert (event.actor_name, event.actor_roles, event.basis) == (before, "therapist", "break-glass")


@needs_application_role
def test_no_page_without_its_event(cast: Cast) -> None:
    browser = Browser(raise_request_exception=False)
    browser.force_login(cast.therapist)
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute(f"REVOKE INSERT ON audit_events FROM {roles.APPLICATION}")
        try:
            refused = browser.get(f"/clients/{cast.client.pk}/")
        finally:
            cursor.execute(f"GRANT INSERT ON audit_events TO {roles.APPLICATION}")
    # Unavailable, with nothing of the chart in it.
    assert refused.status_code == 503
    assert cast.client.last_name not in refused.content.decode()
    assert browser.get(f"/clients/{cast.client.pk}/").status_code == 200


@transaction.atomic
def practice_named_and_recorded() -> None:
    PracticeSetting.objects.create(section="tried")
    audit.record(actor=None, verb="setting.changed")


@needs_application_role
def test_a_verb_whose_event_cannot_be_written_is_not_done() -> None:
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute(f"REVOKE INSERT ON audit_events FROM {roles.APPLICATION}")
        try:
            with pytest.raises(DatabaseError, match="permission denied"):
                practice_named_and_recorded()
        finally:
            cursor.execute(f"GRANT INSERT ON audit_events TO {roles.APPLICATION}")
    assert not PracticeSetting.objects.filter(section="tried").exists()


def test_a_refusal_stays_when_what_was_tried_is_undone(cast: Cast) -> None:
    with transaction.atomic():
        audit.record(actor=cast.biller, verb="thing.done")
        transaction.set_rollback(True)
    audit.record_refusal(actor=cast.biller, verb="thing.refused", client_id=cast.client.pk)
    event = AuditEvent.objects.get(verb="thing.refused")
    assert (event.outcome, event.client_id, event.actor) == ("refused", cast.client.pk, cast.biller)
    assert not AuditEvent.objects.filter(verb="thing.done").exists()


def test_a_refusal_is_not_recorded_where_it_would_be_undone() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        audit.record_refusal(actor=None, verb="thing.refused")
