"""Sealed values open only with their key and in their place; master keys live in a file and can be changed."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mentalspace.core.crypto import data_keys, key_file, rotation, starting
from mentalspace.core.crypto.data_keys import PRACTICE, Scope
from mentalspace.core.crypto.errors import CannotOpen, MasterKeyUnavailable
from mentalspace.core.crypto.index import blind_index
from mentalspace.core.crypto.sealing import Envelope, context, is_envelope, key_id_of, seal, unseal
from mentalspace.core.crypto.texts import open_text, seal_text
from mentalspace.core.models import DataKey

# The first example of any text takes a second to find on a busy machine.
AT_LEISURE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
KEY, OTHER_KEY = bytes(range(32)), bytes(32)
PLACE = context("documents", "content", "1")


# --- Sealing ----------------------------------------------------------------------------------------------------


@AT_LEISURE
@given(plain=st.binary(max_size=2000), place=st.lists(st.text(st.characters(codec="utf-8")), max_size=4))
def test_what_was_sealed_comes_back(plain: bytes, place: list[str]) -> None:
    assert unseal(KEY, seal(KEY, plain, context(*place)), context(*place)) == plain


@AT_LEISURE
@given(
    one=st.lists(st.text(st.characters(codec="utf-8")), max_size=4),
    other=st.lists(st.text(st.characters(codec="utf-8")), max_size=4),
)
def test_two_places_are_never_the_same_place(one: list[str], other: list[str]) -> None:
    assert (context(*one) == context(*other)) == (one == other)


@AT_LEISURE
@given(plain=st.binary(max_size=60), data=st.data())
def test_a_changed_byte_is_noticed(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(seal(KEY, plain, PLACE))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(CannotOpen):
        unseal(KEY, bytes(sealed), PLACE)


@AT_LEISURE
@given(plain=st.binary(max_size=60), data=st.data())
def test_a_cut_value_is_noticed(plain: bytes, data: st.DataObject) -> None:
    sealed = seal(KEY, plain, PLACE)
    with pytest.raises(CannotOpen):
        unseal(KEY, sealed[: data.draw(st.integers(0, len(sealed) - 1))], PLACE)


def test_another_key_or_place_does_not_open() -> None:
    sealed = seal(KEY, b"words", PLACE)
    for key, place in ((OTHER_KEY, PLACE), (KEY, context("documents", "content", "2"))):
        with pytest.raises(CannotOpen):
            unseal(key, sealed, place)


def test_the_same_words_are_sealed_differently_each_time() -> None:
    assert len({seal(KEY, b"words", PLACE) for _ in range(100)}) == 100


@AT_LEISURE
@given(sealed=st.binary(min_size=1, max_size=200), key_id=st.uuids())
def test_an_envelope_is_read_as_it_was_written(sealed: bytes, key_id: UUID) -> None:
    envelope = Envelope(key_id, sealed)
    assert Envelope.read(str(envelope)) == envelope
    assert key_id_of(str(envelope)) == key_id
    assert str(envelope).isascii()


@AT_LEISURE
@given(text=st.text())
def test_what_is_no_envelope_is_refused_and_never_read_as_text(text: str) -> None:
    with pytest.raises(CannotOpen):
        Envelope.read(text)
    assert not is_envelope(text)


# --- The key file -----------------------------------------------------------------------------------------------


@pytest.fixture
def new_file(tmp_path: Path, settings: Any) -> Path:
    """A key file of this test alone, with one key."""
    path = tmp_path / "master-keys"
    key_file.make(path)
    settings.MASTER_KEY_FILE = str(path)
    return path


def test_a_new_key_file_is_its_owners_alone_and_never_replaced(new_file: Path) -> None:
    before = new_file.read_text()
    assert new_file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        key_file.make(new_file)
    assert new_file.read_text() == before


def test_a_new_key_goes_first_and_the_old_one_stays(new_file: Path) -> None:
    old = key_file.master_keys()
    name = key_file.add(new_file)
    now = key_file.master_keys()
    assert now.names == [name, old.current]
    assert now.key(old.current) == old.key(old.current)
    assert new_file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in new_file.parent.iterdir()] == ["master-keys"]


def test_keys_do_not_show_in_what_is_printed_of_them(new_file: Path) -> None:
    masters = key_file.master_keys()
    assert repr(masters) == "MasterKeys()"
    assert repr(data_keys.OpenKey(uuid4(), KEY)).count(":") == 0


def spoil_mode(path: Path) -> None:
    path.chmod(0o640)


def spoil_missing(path: Path) -> None:
    path.unlink()


def spoil_empty(path: Path) -> None:
    path.write_text("# nothing\n")


def spoil_short(path: Path) -> None:
    path.write_text("2026:c2hvcnQ=\n")


def spoil_text(path: Path) -> None:
    path.write_text("no key at all\n")


def spoil_twice(path: Path) -> None:
    path.write_text(path.read_text() * 2)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (spoil_mode, "is open to other users: run 'chmod 600"),
        (spoil_missing, "is not there"),
        (spoil_empty, "holds no key"),
        (spoil_short, "Line 1 of the key file"),
        (spoil_text, "Line 1 of the key file"),
        (spoil_twice, "Line 2 of the key file"),
    ],
)
def test_a_key_file_that_cannot_be_used_says_why(
    new_file: Path, spoil: Callable[[Path], None], told: str
) -> None:
    assert list(starting.key_file_reasons()) == []
    spoil(new_file)
    (reason,) = starting.key_file_reasons()
    assert told in reason
    assert str(new_file) in reason


def test_without_the_setting_there_is_no_key(settings: Any) -> None:
    settings.MASTER_KEY_FILE = ""
    with pytest.raises(MasterKeyUnavailable, match="MASTER_KEY_FILE is not set"):
        key_file.master_keys()


# --- Data keys --------------------------------------------------------------------------------------------------


def new_scope() -> Scope:
    return Scope("client", uuid4())


@pytest.mark.django_db
def test_each_scope_has_one_key_for_ever() -> None:
    one, other = new_scope(), new_scope()
    first = data_keys.for_scope(one)
    data_keys.forget()
    assert data_keys.for_scope(one) == first
    assert data_keys.for_scope(other) != first
    assert DataKey.objects.filter(scope__in=[one.id, other.id]).count() == 2


@pytest.mark.django_db
def test_a_data_key_is_stored_wrapped_and_bound_to_its_row() -> None:
    key = data_keys.for_scope(new_scope())
    row = DataKey.objects.get(pk=key.id)
    assert key.secret not in bytes(row.wrapped)
    assert data_keys.unwrap(row) == key.secret
    for field, value in (("kind", "lead"), ("scope", uuid4()), ("pk", uuid4())):
        moved = DataKey.objects.get(pk=key.id)
        setattr(moved, field, value)
        with pytest.raises(CannotOpen):
            data_keys.unwrap(moved)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM data_keys", "UPDATE data_keys SET scope = gen_random_uuid()", "TRUNCATE data_keys"],
)
def test_a_data_key_is_never_taken_away(statement: str) -> None:
    data_keys.for_scope(new_scope())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_the_first_key_needed_brings_all_that_were_expected() -> None:
    keys = [data_keys.for_scope(new_scope()) for _ in range(5)]
    data_keys.forget()
    for key in keys:
        data_keys.expect(key.id)
    with CaptureQueriesContext(
        connection,
    ) as statements:
        assert [data_keys.by_id(key.id) for key in keys] == keys
    assert len(statements) == 1


@pytest.mark.django_db
def test_a_key_that_is_gone_is_named() -> None:
    gone = uuid4()
    with pytest.raises(CannotOpen, match=str(gone)):
        data_keys.by_id(gone)


@pytest.mark.django_db(transaction=True)
def test_a_key_that_was_rolled_back_is_never_used_again() -> None:
    scope = new_scope()
    with transaction.atomic():
        lost = data_keys.for_scope(scope)
        assert data_keys.for_scope(scope) == lost
        transaction.set_rollback(True)
    kept = data_keys.for_scope(scope)
    assert kept != lost
    assert [row.pk for row in DataKey.objects.filter(scope=scope.id)] == [kept.id]


@pytest.mark.django_db(transaction=True)
def test_a_key_of_a_rolled_back_savepoint_is_not_used_in_the_rest_of_the_transaction() -> None:
    scope = new_scope()
    with transaction.atomic():
        with transaction.atomic():
            lost = data_keys.for_scope(scope)
            transaction.set_rollback(True)
        kept = data_keys.for_scope(scope)
    assert kept != lost
    assert data_keys.for_scope(scope) == kept
    assert [row.pk for row in DataKey.objects.filter(scope=scope.id)] == [kept.id]


@pytest.mark.django_db(transaction=True)
def test_after_the_commit_a_key_costs_no_statement() -> None:
    scope = new_scope()
    with transaction.atomic():
        key = data_keys.for_scope(scope)
    with CaptureQueriesContext(connection) as statements:
        assert data_keys.for_scope(scope) == key
    assert len(statements) == 0


@pytest.mark.django_db
def test_keys_of_many_scopes_come_with_few_statements() -> None:
    scopes = [new_scope() for _ in range(20)]
    known = data_keys.for_scope(scopes[0])
    data_keys.forget()
    with CaptureQueriesContext(connection) as statements:
        data_keys.for_scopes(scopes)
        keys = [data_keys.for_scope(scope) for scope in scopes]
    assert len(statements) == 3
    assert keys[0] == known
    assert len(set(keys)) == 20


# --- Texts, derived keys and indexes ------------------------------------------------------------------------------


@pytest.mark.django_db
@AT_LEISURE
@given(text=st.text(st.characters(codec="utf-8")))
def test_any_text_comes_back(text: str) -> None:
    assert open_text(seal_text(text, purpose="a secret"), purpose="a secret") == text


@pytest.mark.django_db
def test_a_text_opens_for_its_purpose_alone() -> None:
    envelope = seal_text("JBSWY3DPEHPK3PXP", purpose="second factor")
    assert "JBSWY3DP" not in envelope
    with pytest.raises(CannotOpen):
        open_text(envelope, purpose="something else")


@pytest.mark.django_db
def test_an_index_finds_the_same_value_and_tells_nothing_else() -> None:
    index = blind_index("member id", "W123456789")
    assert blind_index("member id", "W123456789") == index
    assert blind_index("member id", "W123456780") != index
    assert blind_index("phone", "W123456789") != index
    assert len(index) == 32


# --- Changing the master key ----------------------------------------------------------------------------------------


def keys(*arguments: str) -> str:
    out = StringIO()
    call_command("keys", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def rotating(db: None, tmp_path: Path, settings: Any) -> Path:
    """A copy of the tests' own key file, which may be changed."""
    path = tmp_path / "master-keys"
    path.write_bytes(Path(settings.MASTER_KEY_FILE).read_bytes())
    path.chmod(0o600)
    settings.MASTER_KEY_FILE = str(path)
    return path


def test_rotation_wraps_every_key_anew_and_opens_what_was_sealed_before(rotating: Path) -> None:
    envelopes = [seal_text("words", purpose="p", scope=new_scope()) for _ in range(7)]
    derived, index = data_keys.derive("seal"), blind_index("member id", "W1")
    old = key_file.master_keys().current
    assert "is the current key now" in keys("new")
    new = key_file.master_keys().current
    assert keys("status") == f"{new}  current  0 data keys\n{old}  old  8 data keys\n"
    assert keys("rotate", "--batch", "3") == (
        f"3 of 8 data keys\n6 of 8 data keys\n8 of 8 data keys\nAll data keys are under {new}.\n"
    )
    assert keys("status") == f"{new}  current  8 data keys\n{old}  old  0 data keys\n"
    # The old line may go now.
    rotating.write_text(rotating.read_text().splitlines()[0] + "\n")
    data_keys.forget()
    assert [open_text(envelope, purpose="p") for envelope in envelopes] == ["words"] * 7
    assert (data_keys.derive("seal"), blind_index("member id", "W1")) == (derived, index)


def test_a_rotation_that_was_stopped_is_taken_up_again(rotating: Path) -> None:
    for _ in range(5):
        data_keys.for_scope(new_scope())
    keys("new")
    stopped = rotation.rotate(batch=2)
    assert next(stopped) == 2
    stopped.close()
    assert rotation.waiting() == 4
    assert sum(rotation.rotate(batch=2)) == 4
    assert rotation.waiting() == 0


def test_rotation_without_the_old_key_says_which_one_is_missing(rotating: Path) -> None:
    old = key_file.master_keys().current
    data_keys.for_scope(new_scope())
    keys("new")
    rotating.write_text(rotating.read_text().splitlines()[0] + "\n")
    data_keys.forget()
    with pytest.raises(CommandError, match=old):
        keys("rotate")
    assert f"{old}  NOT IN THE FILE  2 data keys" in keys("status")
    (reason,) = starting.data_key_reasons()
    assert old in reason


def test_a_key_file_of_another_practice_is_noticed(rotating: Path) -> None:
    assert list(starting.data_key_reasons()) == []
    name = key_file.master_keys().current
    other = key_file.new_line().partition(":")[2]
    rotating.write_text(f"{name}:{other}\n")
    (reason,) = starting.data_key_reasons()
    assert "does not open this database's keys" in reason


def test_new_makes_the_file_where_there_is_none(tmp_path: Path, settings: Any) -> None:
    path = tmp_path / "fresh"
    settings.MASTER_KEY_FILE = str(path)
    assert f"Made {path}" in keys("new")
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(key_file.master_keys().names) == 1


def test_new_does_not_hide_a_broken_file(new_file: Path) -> None:
    new_file.write_text("broken\n")
    with pytest.raises(CommandError, match="Line 1"):
        keys("new")
    assert new_file.read_text() == "broken\n"


@pytest.mark.django_db(transaction=True)
def test_the_practices_own_key_is_there_before_anything_needs_it() -> None:
    assert DataKey.objects.filter(kind=PRACTICE.kind, scope=PRACTICE.id).count() == 1
