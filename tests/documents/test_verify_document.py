"""A paper can be checked anywhere by one program: genuine papers pass, changed ones and strange keys do not."""

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from documents import verify_document
from documents.models import Document
from documents.seals import keys
from documents.services import add_addendum, cosign_document
from tests.documents.conftest import CANARY

Checked = tuple[int, str]


@pytest.fixture
def check(tmp_path: Path) -> Callable[..., Checked]:
    """Run the program as a stranger does: by itself, without this application; its exit code and what it said."""

    def run(paper: bytes, key_file: str | None = None) -> Checked:
        (tmp_path / "paper.pdf").write_bytes(paper)
        (tmp_path / "keys.txt").write_text(key_file or keys.key_file(keys.every()))
        shutil.copy(verify_document.__file__, tmp_path / "verify_document.py")
        ran = subprocess.run(
            [sys.executable, "-I", "verify_document.py", "keys.txt", "paper.pdf"],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ran.stderr == ""
        return ran.returncode, ran.stdout

    return run


@pytest.fixture
def paper_of(client, cast) -> Callable[[Document], bytes]:
    def print_it(document: Document) -> bytes:
        client.force_login(cast.supervisor)
        return client.get(reverse("documents:document_pdf", args=[document.pk])).content

    return print_it


def with_attachment(paper: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """The same paper with another attachment."""
    start = paper.index(b"/Type/EmbeddedFile")
    start = paper.index(b"stream\n", start) + len(b"stream\n")
    reader = zlib.decompressobj()
    held = json.loads(reader.decompress(paper[start:]))
    change(held)
    return paper[:start] + zlib.compress(json.dumps(held).encode()) + reader.unused_data


def test_a_genuine_paper_verifies(check, paper_of, whole):
    code, said = check(paper_of(whole))
    assert code == 0
    assert "ok  Thea Therapist, LCSW" in said
    assert "ok  Addendum by Thea Therapist, LCSW" in said
    assert f"Client said: {CANARY}." in said
    assert "Client called back." in said
    assert said.endswith("Verified: this text was signed by the people named, and sealed by the practice.\n")


def test_both_signatures_of_a_cosigned_note_verify(check, paper_of, cast, waiting, the_day):
    the_day.shift(timedelta(hours=1))
    cosign_document(actor=cast.supervisor, document_id=waiting.pk)
    code, said = check(paper_of(waiting))
    assert (code, said.count("\nok  ")) == (0, 2)


def test_it_verifies_after_the_key_was_replaced(check, paper_of, whole, the_day):
    the_day.shift(timedelta(hours=1))
    keys.replace()
    assert check(paper_of(whole))[0] == 0


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext to read the pages")
def test_every_sealed_line_is_on_the_pages(check, paper_of, whole):
    assert "not found on the pages" not in check(paper_of(whole))[1]


def test_the_paper_says_digest_seal_and_key(paper_of, whole, tmp_path):
    if shutil.which("pdftotext") is None:
        pytest.skip("needs pdftotext to read the pages")
    (tmp_path / "a.pdf").write_bytes(paper_of(whole))
    text = subprocess.run(
        ["pdftotext", tmp_path / "a.pdf", "-"], capture_output=True, check=True
    ).stdout.decode()
    seal = whole.signatures.get().seal
    plain = "".join(text.split())
    for each in (whole.digest, seal.value, seal.key_id, whole.addenda.get().digest):
        assert each in plain


def forget_everything(held: dict[str, Any]) -> None:
    for name in ("seals", "document"):
        held.pop(name)


CHANGES: dict[str, Callable[[dict[str, Any]], None]] = {
    "a letter of the text": lambda held: held.update(document=held["document"].replace("heron", "raven")),
    "a signer's name": lambda held: held.update(document=held["document"].replace("Thea", "Theo")),
    "a time": lambda held: held.update(document=held["document"].replace("T15:00", "T16:00")),
    "the seal": lambda held: held["seals"][0].update(
        value=base64.b64encode(bytes([1]) + base64.b64decode(held["seals"][0]["value"])[1:]).decode()
    ),
    "the seal's time": lambda held: held["seals"][0].update(at="2026-03-05T15:00:00.000000+00:00"),
    "the key's name": lambda held: held["seals"][0].update(key="0" * 16),
    "no seal": lambda held: held.update(seals=[]),
    "an addendum's text": lambda held: held["addenda"][0].update(
        statement=held["addenda"][0]["statement"].replace("called", "wrote")
    ),
    "the first addendum": lambda held: held["addenda"].pop(0),
    "nothing is there": forget_everything,
}


@pytest.mark.parametrize("how", CHANGES)
def test_a_changed_paper_fails(check, paper_of, cast, whole, how):
    add_addendum(actor=cast.therapist, document_id=whole.pk, content="And again.")
    code, said = check(with_attachment(paper_of(whole), CHANGES[how]))
    assert code == 1, said
    assert "Verified" not in said


def test_a_changed_byte_anywhere_in_the_attachment_fails(paper_of, whole):
    paper = paper_of(whole)
    known = verify_document.read_keys(keys.key_file(keys.every()))
    held = verify_document.attachment(paper)
    text = held["document"]
    for place in range(0, len(text), 97):
        changed = text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]
        try:
            wrong = [
                each for _name, each in verify_document.check(known, {**held, "document": changed}) if each
            ]
        except (ValueError, KeyError, TypeError, AttributeError):
            # The program says of these that the text is not in order.
            continue
        assert wrong, place


def test_an_addendum_of_another_document_fails(check, paper_of, cast, whole, make_plan):
    plan = make_plan()
    add_addendum(actor=cast.therapist, document_id=plan.pk, content="Of the plan.")
    foreign = verify_document.attachment(paper_of(plan))["addenda"]
    code, said = check(with_attachment(paper_of(whole), lambda held: held.update(addenda=foreign)))
    assert (code, "it was added to another document" in said) == (1, True)


def test_a_strange_key_fails(check, paper_of, whole):
    public = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    row = keys.PublicKey(hashlib.sha256(public).hexdigest()[:16], public, whole.signed_at, None)
    code, said = check(paper_of(whole), keys.key_file([row]))
    assert (code, "is not one of the practice's" in said) == (1, True)
    forged = str(row).replace(row.id, whole.signatures.get().seal.key_id)
    assert check(paper_of(whole), forged + "\n")[0] == 2


def test_a_paper_without_a_seal_and_no_paper_are_refused(check, paper_of, written):
    assert check(b"no paper")[0] == 2
    code, said = check(b"%PDF-1.7\nnothing")
    assert (code, said) == (2, "The PDF carries no sealed document, or it was changed beyond reading.\n")


@settings(max_examples=25, deadline=None)
@given(message=st.binary(max_size=200), place=st.integers(0, 63), bit=st.integers(0, 7))
def test_its_ed25519_agrees_with_the_library(message: bytes, place: int, bit: int) -> None:
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    value = bytearray(private.sign(message))
    assert verify_document.is_signature(public, bytes(value), message)
    assert not verify_document.is_signature(public, bytes(value), message + b".")
    value[place] ^= 1 << bit
    assert not verify_document.is_signature(public, bytes(value), message)


# Where the practice gets it


def test_administrators_take_keys_and_program_away(client, cast, whole):
    client.force_login(cast.admin)
    page = client.get(reverse("documents:seal_key_list")).content.decode()
    assert keys.every()[0].id in page
    assert client.get(reverse("documents:seal_key_file")).content.decode() == keys.key_file(keys.every())
    program = client.get(reverse("documents:seal_program"))
    assert program.content == Path(verify_document.__file__).read_bytes()
    assert program["Content-Disposition"] == 'attachment; filename="verify_document.py"'


@pytest.mark.parametrize("who", ["therapist", "supervisor", "biller", "front_desk"])
def test_nobody_else_does(client, cast, who):
    client.force_login(getattr(cast, who))
    for name in ("seal_key_list", "seal_key_file", "seal_program"):
        assert client.get(reverse(f"documents:{name}")).status_code == 403
