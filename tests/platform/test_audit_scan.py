"""`make audit` finds what it says it looks for, and says when it could not look."""

import json
import subprocess

import pytest

from mentalspace.dev import audit

# Put together here, so that no scan of this file finds it.
GITHUB = "gh" + "p_" + "a1B2" * 9
AMAZON = "AK" + "IA" + "ABCDEFGH12345678"
WORD = "correct" + "horse7"
PRIVATE = "-----BEGIN " + "RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    "planted", [f"token = '{GITHUB}'", f"id: {AMAZON}", PRIVATE, f"u = 'postgres://me:{WORD}@db/x'"]
)
def test_a_planted_secret_is_found_and_not_repeated(planted: str) -> None:
    (found,) = set(audit.secrets_in([("settings.py:1", planted)]))
    assert found.startswith("settings.py:1: ")
    assert WORD not in found
    assert GITHUB not in found


@pytest.mark.parametrize(
    "harmless", ["SECRET_KEY = env.str('SECRET_KEY')", "--hash=sha256:" + "ab" * 32, "password"]
)
def test_what_is_no_secret_is_left_alone(harmless: str) -> None:
    assert list(audit.secrets_in([("settings.py:1", harmless)])) == []


def test_a_package_without_version_or_hash_is_seen() -> None:
    lock = """# by uv
good==1.0 \\
    --hash=sha256:aa
    # via x
bare==2.0
none>=3 \\
    --hash=sha256:bb
more[extra]==4.0 ; x \\
    --hash=sha256:cc
"""
    assert audit.locked(lock) == {"good": "1.0", "bare": "", "none": "", "more": "4.0"}


def test_every_package_is_pinned_and_installed_as_locked() -> None:
    assert audit.packages().found == []


@pytest.mark.parametrize(
    ("said", "may"),
    [
        ("MIT", True),
        ("License :: OSI Approved :: BSD License", True),
        ("Apache-2.0 OR BSD-3-Clause", True),
        ("LGPL-3.0-only", True),
        ("GPL-3.0-or-later", False),
        ("AGPL-3.0-only AND MIT", False),
        ("Proprietary", False),
        ("", False),
    ],
)
def test_licenses_are_read(said: str, may: bool) -> None:
    assert audit.allowed(said) is may


def test_production_holds_no_other_license() -> None:
    assert audit.licenses().found == []


def answering(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(
        audit, "run", lambda *words, **_: subprocess.CompletedProcess(words, 1, stdout=text, stderr="")
    )


def test_a_published_weakness_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    weak = {"name": "django", "version": "1.0", "vulns": [{"id": "CVE-2026-1", "fix_versions": ["1.1"]}]}
    answering(monkeypatch, json.dumps({"dependencies": [weak]}))
    assert audit.weaknesses().found == ["django 1.0: CVE-2026-1, mended in 1.1"]


def test_what_could_not_be_asked_is_said_and_is_not_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, "")
    assert audit.weaknesses().skipped.startswith("PyPI's advisories cannot be reached")
    answering(monkeypatch, json.dumps({"dependencies": [{"name": "django", "skip_reason": "not found"}]}))
    assert audit.weaknesses().skipped.startswith("PyPI's advisories know nothing of 1 packages")


@pytest.mark.parametrize(("found", "code"), [([], 0), (["a"], 1)])
def test_the_exit_code_tells(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], found: list[str], code: int
) -> None:
    monkeypatch.setattr(
        audit, "SCANS", (lambda: audit.Scan("code", found), lambda: audit.Scan("b", skipped="offline"))
    )
    assert audit.main() == code
    assert "1 skipped" in capsys.readouterr().out
