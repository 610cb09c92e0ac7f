"""The master key: nothing is served without it, no server starts without it, and it is changed while people work."""

import threading
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client as Browser

from mentalspace.core.crypto import data_keys, key_file, rotation
from mentalspace.core.crypto.data_keys import Scope
from mentalspace.core.crypto.texts import open_text, seal_text
from mentalspace.core.models import DataKey
from mentalspace.settings import MIDDLEWARE
from tests.cast import Cast
from tests.platform.test_start import Start, start

__all__ = ["start"]


@pytest.fixture
def own_file(tmp_path: Path, settings: Any) -> Path:
    """A copy of the tests' key file, which may be changed and removed."""
    path = tmp_path / "master-keys"
    path.write_bytes(Path(settings.MASTER_KEY_FILE).read_bytes())
    path.chmod(0o600)
    settings.MASTER_KEY_FILE = str(path)
    return path


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/sign-in/", "/clients/", "/healthz", "/admin/", "/no-such-page/"])
def test_without_the_key_nothing_is_served_and_the_page_says_so(
    client: Browser, cast: Cast, own_file: Path, address: str
) -> None:
    client.force_login(cast.therapist)
    own_file.rename(own_file.with_name("away"))
    answer = client.get(address)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "Records are locked" in page
    assert answer["X-Request-Id"] in page
    assert "Clara" not in page
    own_file.with_name("away").rename(own_file)
    assert client.get("/healthz").status_code == 200


def test_the_page_without_the_key_has_its_styles_and_asks_for_no_session() -> None:
    order = [name.rsplit(".", 1)[-1] for name in MIDDLEWARE]
    assert order.index("WhiteNoiseMiddleware") < order.index("MasterKeyMiddleware")
    assert order.index("MasterKeyMiddleware") < order.index("SessionMiddleware")


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda path: path.unlink(), "is not there or cannot be reached"),
        (lambda path: path.chmod(0o644), "is open to other users"),
        (lambda path: path.write_text("nonsense\n"), "Line 1 of the key file"),
        (lambda path: path.write_text(key_file.new_line() + "\n"), "which still protects records"),
    ],
)
def test_a_server_does_not_start_without_the_key_of_its_database(
    start: Start, tmp_path: Path, settings: Any, spoil: Any, sentence: str
) -> None:
    path = tmp_path / "keys"
    path.write_bytes(Path(settings.MASTER_KEY_FILE).read_bytes())
    path.chmod(0o600)
    assert start(MASTER_KEY_FILE=str(path)).returncode == 0
    spoil(path)
    refused = start(MASTER_KEY_FILE=str(path))
    assert refused.returncode == 1
    assert sentence in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_a_server_does_not_start_when_no_key_file_is_named(start: Start) -> None:
    refused = start(MASTER_KEY_FILE=None)
    assert refused.returncode == 1
    assert "MASTER_KEY_FILE is not set" in refused.stderr


@pytest.mark.django_db(transaction=True)
def test_the_master_key_is_changed_while_others_read_and_write(own_file: Path) -> None:
    """Readers and writers never fail, and in the end nothing is left under the old key, which may go."""
    known = [(n, seal_text(f"words {n}", purpose="p", scope=Scope("client", _id(n)))) for n in range(40)]
    old = key_file.master_keys().current
    errors: list[Exception] = []
    counts = [0, 0, 0, 0]
    ending = threading.Event()

    def work(place: int) -> None:
        fresh = 1000 * (place + 1)
        try:
            while not ending.is_set():
                data_keys.forget()
                for n, envelope in known:
                    assert open_text(envelope, purpose="p") == f"words {n}"
                fresh += 1
                text = seal_text("new", purpose="p", scope=Scope("client", _id(fresh)))
                data_keys.forget()
                assert open_text(text, purpose="p") == "new"
                counts[place] += 1
        except Exception as error:  # noqa: BLE001 - told by the test itself
            errors.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=(place,)) for place in range(4)]
    for worker in workers:
        worker.start()
    while not all(counts) and not errors:
        ending.wait(0.05)
    key_file.add(own_file)
    begun = counts.copy()
    interrupted = rotation.rotate(batch=3)
    assert next(interrupted) == 3
    interrupted.close()
    assert sum(rotation.rotate(batch=3)) >= 38
    while not errors and any(now == then for now, then in zip(counts, begun, strict=True)):
        ending.wait(0.05)
    ending.set()
    for worker in workers:
        worker.join()
    assert errors == []
    assert DataKey.objects.filter(master_key=old).count() == 0
    own_file.write_text(own_file.read_text().splitlines()[0] + "\n")
    data_keys.forget()
    assert [open_text(envelope, purpose="p") for _n, envelope in known] == [f"words {n}" for n, _e in known]


def _id(number: int) -> UUID:
    return UUID(int=number + 1)
