"""The database itself opens a psychotherapy note to its author and to nobody else, whoever asks in whatever way."""

import re

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.models import User
from mentalspace.core.crypto.errors import CannotOpen
from mentalspace.core.crypto.fields import Stored
from mentalspace.core.database import acting_as
from mentalspace.core.models import DataKey
from mentalspace.dev.pytest_postgres import owner_connection
from psychotherapy.models import KEYS, PsychotherapyNote
from psychotherapy.queries import own_notes
from tests.cast import Cast
from tests.psychotherapy.conftest import CANARY
from tests.psychotherapy.factories import make_note

TABLE = "psychotherapy_notes"
LOOKS = (
    f"SELECT count(*) FROM {TABLE}",
    f"SELECT count(*) FROM (SELECT id FROM {TABLE} FOR UPDATE) locked",
    f"SELECT count(*) FROM clients c JOIN {TABLE} n ON n.client_id = c.id",
    f"SELECT count(*) FROM users u WHERE EXISTS (SELECT 1 FROM {TABLE} n WHERE n.author_id = u.id)",
)


def looked(database: BaseDatabaseWrapper, user_id: object) -> list[int]:
    """How many rows each way of looking finds, on behalf of this person; None names nobody."""
    found = []
    with database.cursor() as cursor:
        if user_id is not None:
            cursor.execute("SELECT set_config('app.user_id', %s, true)", [str(user_id)])
        for look in LOOKS:
            cursor.execute(look)
            found.append(cursor.fetchone()[0])
        cursor.execute("SELECT set_config('app.user_id', '', true)")
    return found


NOTHING, ONE = [0] * len(LOOKS), [1] * len(LOOKS)


@pytest.mark.django_db
def test_the_author_finds_it_and_nobody_else(cast: Cast, note: PsychotherapyNote, colleague: User) -> None:
    assert looked(connection, cast.therapist.pk) == ONE
    others = (cast.admin, cast.supervisor, colleague, cast.associate, cast.biller, cast.front_desk)
    assert {str(each): looked(connection, each.pk) for each in others} == {
        str(each): NOTHING for each in others
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    "nobody", [None, "", "nobody", "%", "' OR true --", "00000000-0000-0000-0000-000000000000"]
)
def test_nobody_finds_it_when_nobody_is_named(note: PsychotherapyNote, nobody: str | None) -> None:
    assert looked(connection, nobody) == NOTHING
    assert PsychotherapyNote.objects.filter(pk=note.pk).exists() is False


@pytest.mark.django_db
def test_copying_the_table_copies_nothing(note: PsychotherapyNote) -> None:
    """`COPY table` reads past no policy: it is a SELECT where there is one."""
    with connection.cursor() as cursor, cursor.copy(f"COPY {TABLE} TO STDOUT") as copy:
        assert b"".join(bytes(part) for part in copy) == b""


@pytest.mark.django_db
def test_a_plan_reads_no_row_out(note: PsychotherapyNote) -> None:
    """It does say how many rows the policy kept back; see docs/security.md on whoever can type SQL."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM {TABLE}")
        plan = " ".join(row[0] for row in cursor.fetchall())
    assert re.search(r"actual time=\S+ rows=0(\.00)? loops=1", plan)
    assert str(note.pk) not in plan


@pytest.mark.django_db
def test_nobody_changes_gives_away_or_forges_one(cast: Cast, note: PsychotherapyNote) -> None:
    with acting_as(cast.supervisor.pk), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {TABLE} SET version = 9")
        assert cursor.rowcount == 0
        cursor.execute(f"DELETE FROM {TABLE}")
        assert cursor.rowcount == 0
    for acting, author in ((cast.supervisor, cast.therapist), (cast.therapist, cast.supervisor)):
        with (
            pytest.raises(DatabaseError, match="row-level security"),
            transaction.atomic(),
            acting_as(acting.pk),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                f"INSERT INTO {TABLE}"
                " (id, created_at, updated_at, session_date, content, version, author_id, client_id)"
                " VALUES (gen_random_uuid(), now(), now(), now(), '', 1, %s, %s)",
                [author.pk, cast.client.pk],
            )
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
        acting_as(cast.therapist.pk),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE {TABLE} SET author_id = %s", [cast.supervisor.pk])
    with own_notes(cast.therapist) as notes:
        assert notes.get().version == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        f"ALTER TABLE {TABLE} DISABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {TABLE} NO FORCE ROW LEVEL SECURITY",
        f"DROP POLICY psychotherapy_notes_author_only ON {TABLE}",
        f"CREATE POLICY everybody ON {TABLE} USING (true)",
        f"TRUNCATE {TABLE}",
        "SET LOCAL ROLE mentalspace_owner",
    ],
)
def test_the_application_cannot_take_the_policy_away(statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_deleting_whom_or_what_it_names_is_refused_in_the_same_words_without_one(
    cast: Cast, note: PsychotherapyNote
) -> None:
    """The check of a foreign key passes row-level security by; so nothing that could tell is ever deleted."""
    words = set()
    for table, ids in (
        ("clients", [cast.client.pk, cast.other_client.pk]),
        ("users", [cast.therapist.pk, cast.stranger.pk]),
        ("appointments", [note.appointment_id]),
    ):
        for pk in ids:
            with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {table} WHERE id = %s", [pk])
            words.add(str(refusal.value).strip())
    assert words == {f"permission denied for table {table}" for table in ("clients", "users", "appointments")}


@pytest.fixture
def committed_note(transactional_db: None, cast: Cast) -> PsychotherapyNote:
    return make_note(cast.therapist, cast.client, f"She said that {CANARY}.")


def test_the_owner_of_the_table_finds_nothing_either(cast: Cast, committed_note: PsychotherapyNote) -> None:
    with owner_connection() as owner:
        owner.set_autocommit(False)
        assert looked(owner, None) == NOTHING
        assert looked(owner, cast.supervisor.pk) == NOTHING
        # The test of the test: under the author's name the same statements find it.
        assert looked(owner, cast.therapist.pk) == ONE
        owner.rollback()


def stored(note: PsychotherapyNote) -> str:
    with acting_as(note.author_id), connection.cursor() as cursor:
        cursor.execute(f"SELECT content FROM {TABLE} WHERE id = %s", [note.pk])
        return str(cursor.fetchone()[0])


@pytest.mark.django_db
def test_what_is_stored_is_sealed_with_a_key_of_the_authors(cast: Cast, note: PsychotherapyNote) -> None:
    envelope = stored(note)
    assert CANARY not in envelope
    key = DataKey.objects.get(kind=KEYS)
    assert (key.kind, key.scope) == ("psychotherapy", cast.therapist.pk)
    assert envelope.split(":")[1] == key.pk.hex
    with own_notes(cast.therapist) as notes:
        assert notes.get().content == f"She said that {CANARY}."


@pytest.mark.django_db
def test_what_is_stored_opens_in_its_own_row_and_under_its_authors_name_only(
    cast: Cast, note: PsychotherapyNote
) -> None:
    """As whoever gets past the policy, with the database's own superuser for instance, might try it."""
    envelope = stored(note)
    for fields in ({"author": cast.supervisor, "pk": note.pk}, {"author": cast.therapist}):
        moved = PsychotherapyNote(client=cast.client, **fields)
        moved.content = Stored(envelope)  # type: ignore[assignment]
        with pytest.raises(CannotOpen):
            str(moved.content)
    same = PsychotherapyNote(client=cast.client, author=cast.therapist, pk=note.pk)
    same.content = Stored(envelope)  # type: ignore[assignment]
    assert same.content == f"She said that {CANARY}."
