"""Files of a chart: what is taken and what is not, who may see which, every version kept, nothing deleted."""

import io
import socket
import threading
from datetime import timedelta
from typing import Any

import pytest
import typst
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client as Browser
from django.urls import reverse
from PIL import Image

from documents.files import contents, errors, pdfs, services, storing
from documents.files.choices import FileOrigin
from documents.files.contents import Sent
from documents.files.services import Label
from documents.models import ClientFile, FileVersion
from mentalspace.core.crypto.errors import CannotOpen
from mentalspace.core.errors import NotPermitted
from mentalspace.core.models import AuditEvent, DataKey
from tests.cast import Cast
from tests.documents.factories import VersionFactory, picture

pytestmark = pytest.mark.django_db
LAB = Label("lab", "Thyroid panel")
CARD = Label("insurance_card", "Card")


def pdf(text: str = "Results", pages: int = 1) -> bytes:
    source = "\n#pagebreak()\n".join(f"= {text} {page}" for page in range(1, pages + 1))
    return bytes(typst.compile(source.encode()))


def uploaded(cast: Cast, *sent: Sent, label: Label = LAB, actor: Any = None, **more: Any) -> list[ClientFile]:
    sent = sent or (Sent("scan.pdf", pdf()),)
    return services.upload_files(
        actor=actor or cast.therapist, client_id=cast.client.pk, label=label, uploads=sent, **more
    )


def stored() -> set[str]:
    return set(storing.stored())


# --- What is taken ------------------------------------------------------------------------------------------------


def test_a_pdf_is_kept_as_it_came_and_counted(cast: Cast) -> None:
    sent = pdf(pages=5)
    (file,) = uploaded(cast, Sent("../lab_result.pdf", sent), label=Label("lab"))
    version = file.versions.get()
    assert storing.read(version) == sent
    assert (version.number, version.pages, version.content_type) == (1, 5, "application/pdf")
    assert file.title == "lab result"
    assert Image.open(io.BytesIO(storing.read_small(version))).format == "WEBP"


def test_a_photo_loses_where_it_was_taken_and_stands_upright(cast: Cast) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (33.0, 44.0, 55.0)
    (file,) = uploaded(
        cast, Sent("a.jpg", picture("JPEG", size=(60, 40), exif=exif), FileOrigin.PHOTOGRAPHED)
    )
    version = file.versions.get()
    kept = Image.open(io.BytesIO(storing.read(version)))
    assert (kept.size, dict(kept.getexif()), kept.format) == ((40, 60), {}, "JPEG")
    assert version.origin == "photographed"
    assert version.digest != version.sent_digest


def test_what_hides_behind_a_picture_is_gone(cast: Cast) -> None:
    (file,) = uploaded(cast, Sent("a.png", picture() + b"<script>alert(1)</script>"))
    assert b"script" not in storing.read(file.versions.get())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (picture("GIF"), "Only PDFs and pictures"),
        (b"%PDF-1.7\nnothing", "cannot be read"),
        (
            pdf().replace(b"/Type/Catalog", b"/Type/Catalog/OpenAction<</S/J#61vaScript/JS(a)>>"),
            "holds a program",
        ),
        (b"%PDF-1.7\n" + b"0" * 11 * 1024 * 1024, "larger than 10 MB"),
        (
            b"%PDF-1.7\n" + b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!",
            "scanner",
        ),
    ],
    ids=["gif", "broken", "program", "large", "eicar"],
)
def test_anything_else_is_refused_and_leaves_nothing(cast: Cast, data: bytes, said: str) -> None:
    before = stored()
    with pytest.raises(errors.FileRefused, match=said):
        uploaded(cast, Sent("good.png", picture(color="red")), Sent("bad.pdf", data))
    assert stored() == before
    assert not ClientFile.objects.exists()


def test_a_program_in_compressed_objects_is_found() -> None:
    import zlib

    folded = zlib.compress(b"1 0 << /S /JavaScript /JS (a) >>")
    hidden = b"%PDF-1.7\n1 0 obj <</Type /ObjStm /N 1>> stream\n" + folded + b"\nendstream endobj"
    with pytest.raises(errors.FileRefused, match="holds a program"):
        pdfs.examine(hidden)


def test_an_upload_that_fails_half_way_leaves_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    before = stored()

    def broken(**event: Any) -> None:
        raise DatabaseError("full")

    monkeypatch.setattr("documents.files.services.audit.record", broken)
    with pytest.raises(DatabaseError):
        uploaded(cast)
    assert stored() == before
    assert not ClientFile.objects.exists()


def test_the_same_file_is_pointed_out_and_taken_only_when_asked_again(cast: Cast) -> None:
    photo = Sent("a.jpg", picture("JPEG"))
    uploaded(cast, photo)
    with pytest.raises(errors.KnownAlready, match="already, as “Thyroid panel”"):
        uploaded(cast, photo)
    assert len(uploaded(cast, photo, again=True)) == 1
    # Of what the desk may not see it is not told.
    uploaded(cast, photo, label=CARD, actor=cast.front_desk)


def test_a_chart_holds_so_much_and_no_more(cast: Cast) -> None:
    VersionFactory.create(file__client=cast.client, size=500 * 1024 * 1024)
    with pytest.raises(errors.ChartFull):
        uploaded(cast)


# --- The virus scanner ----------------------------------------------------------------------------------------------


def scanner(answer: bytes) -> tuple[str, threading.Thread]:
    """A clamd that says this to whatever it is sent."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with listening, listening.accept()[0] as line:
            while not line.recv(65536).endswith(b"\0\0\0\0"):
                pass
            line.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return f"clamd://127.0.0.1:{listening.getsockname()[1]}", thread


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [(b"stream: OK\0", None), (b"stream: Eicar FOUND\0", errors.FileRefused), (b"", errors.NotScanned)],
    ids=["clean", "found", "silent"],
)
def test_the_scanner_decides(settings: Any, answer: bytes, refusal: Any) -> None:
    settings.FILE_SCANNER, thread = scanner(answer)
    if refusal is None:
        contents.read(Sent("a.png", picture()))
    else:
        with pytest.raises(refusal):
            contents.read(Sent("a.png", picture()))
    thread.join(10)


def test_without_an_answer_of_the_scanner_nothing_is_taken(settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        settings.FILE_SCANNER = f"clamd://127.0.0.1:{listening.getsockname()[1]}"
    with pytest.raises(errors.NotScanned):
        contents.read(Sent("a.png", picture()))


# --- How it is kept -------------------------------------------------------------------------------------------------


def test_it_lies_sealed_with_the_client_s_key_under_a_name_that_says_nothing(cast: Cast) -> None:
    uploaded(cast)
    version = FileVersion.objects.get()
    folder, _part, name = version.stored_as.split("/")
    assert (folder, len(name)) == ("client-files", 32)
    sealed = super(type(default_storage._wrapped), default_storage._wrapped)  # type: ignore[attr-defined]
    held = sealed.__thisclass__.__mro__[2]._open(default_storage._wrapped, version.stored_as).read()  # type: ignore[attr-defined]
    assert b"%PDF" not in held
    assert held[4:20] == DataKey.objects.get(kind="client", scope=cast.client.pk).pk.bytes


def test_a_file_put_in_another_s_place_is_not_opened(cast: Cast) -> None:
    (one,) = uploaded(cast)
    (two,) = uploaded(cast, Sent("b.png", picture()))
    first, second = one.versions.get(), two.versions.get()
    version = FileVersion(stored_as=first.stored_as)
    backend: Any = default_storage
    raw = backend._wrapped.__class__.__mro__[2]
    taken = raw._open(backend._wrapped, second.stored_as).read()
    backend.delete(first.stored_as)
    from django.core.files.base import ContentFile

    raw._save(backend._wrapped, first.stored_as, ContentFile(taken))
    with pytest.raises(CannotOpen):
        storing.read(version)
    with pytest.raises(CommandError, match=str(one.pk)):
        call_command("files", "verify")


def test_verify_names_what_the_storage_lost_and_sweep_deletes_what_nobody_has(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (file,) = uploaded(cast)
    call_command("files", "verify")
    assert "1 version of files: all there" in capsys.readouterr().out
    with storing.kept(cast.client.pk, [contents.read(Sent("a.png", picture()))]) as (left,):
        pass
    storing.sweep()
    assert left in stored()
    # What other tests left may be of any day.
    monkeypatch.setattr(storing, "ABANDONED_AFTER", -timedelta(days=36_500))
    storing.sweep()
    assert stored() == {file.versions.get().stored_as}
    default_storage.delete(file.versions.get().stored_as)
    with pytest.raises(CommandError, match="is not in the storage"):
        call_command("files", "verify")


# --- Versions, labels, errors ---------------------------------------------------------------------------------------


def test_every_version_stays_and_the_newest_is_current(cast: Cast) -> None:
    (file,) = uploaded(cast)
    corrected = pdf("Corrected")
    services.add_version(actor=cast.therapist, file_id=file.pk, upload=Sent("b.pdf", corrected))
    assert [each.number for each in file.versions.order_by("-number")] == [2, 1]
    with pytest.raises(errors.KnownAlready, match="version 2"):
        services.add_version(actor=cast.therapist, file_id=file.pk, upload=Sent("c.pdf", corrected))


def test_the_database_lets_nothing_be_changed_that_was_kept(cast: Cast) -> None:
    (file,) = uploaded(cast)
    services.void_file(actor=cast.therapist, file_id=file.pk, reason="Twice.")
    for statement in (
        "UPDATE client_file_versions SET number = 7",
        "DELETE FROM client_file_versions",
        "DELETE FROM client_files",
        "UPDATE client_files SET kind = 'art'",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_entered_in_error_asks_a_reason_and_ends_changes(cast: Cast) -> None:
    (file,) = uploaded(cast)
    with pytest.raises(errors.FileReasonNeeded):
        services.void_file(actor=cast.therapist, file_id=file.pk, reason=" ")
    services.void_file(actor=cast.therapist, file_id=file.pk, reason="Scanned twice.")
    for verb in (
        lambda: services.void_file(actor=cast.therapist, file_id=file.pk, reason="Again."),
        lambda: services.change_file(actor=cast.therapist, file_id=file.pk, label=LAB),
        lambda: services.add_version(actor=cast.admin, file_id=file.pk, upload=Sent("a.png", picture())),
    ):
        with pytest.raises(errors.FileInError):
            verb()


def test_a_misfiled_file_goes_to_the_right_chart_with_all_versions(cast: Cast) -> None:
    (file,) = uploaded(cast)
    services.add_version(actor=cast.therapist, file_id=file.pk, upload=Sent("b.png", picture()))
    with pytest.raises(errors.WrongChart):
        services.move_file(
            actor=cast.therapist, file_id=file.pk, client_id=cast.other_client.pk, reason="Wrong."
        )
    file.refresh_from_db()
    assert file.voided_at is None
    moved = services.move_file(
        actor=cast.admin, file_id=file.pk, client_id=cast.other_client.pk, reason="Wrong chart."
    )
    file.refresh_from_db()
    assert (file.void_reason, moved.client_id, moved.title) == (
        "Wrong chart.",
        cast.other_client.pk,
        LAB.title,
    )
    assert [
        (each.number, each.sent_digest, storing.read(each)) for each in moved.versions.order_by("number")
    ] == [(each.number, each.sent_digest, storing.read(each)) for each in file.versions.order_by("number")]


# --- Who ------------------------------------------------------------------------------------------------------------


def test_the_desk_puts_in_the_office_s_papers_and_no_others(cast: Cast) -> None:
    (card,) = uploaded(cast, label=CARD, actor=cast.front_desk)
    with pytest.raises(errors.KindNotYours):
        uploaded(cast, label=LAB, actor=cast.front_desk)
    with pytest.raises(errors.KindNotYours):
        services.change_file(actor=cast.front_desk, file_id=card.pk, label=LAB)
    for nobody in (cast.biller, cast.stranger):
        with pytest.raises(NotPermitted):
            uploaded(cast, label=CARD, actor=nobody)


def test_pages_show_each_person_their_files(cast: Cast, client: Browser) -> None:
    (lab,) = uploaded(cast)
    (card,) = uploaded(cast, Sent("c.png", picture()), label=CARD, actor=cast.front_desk)
    sees = {
        "therapist": {lab, card},
        "admin": {lab, card},
        "front_desk": {card},
        "biller": {card},
        "stranger": set(),
    }
    for name, expected in sees.items():
        client.force_login(getattr(cast, name))
        seen = set()
        for file in (lab, card):
            version = file.versions.get()
            answers = {
                client.get(reverse("documents:file_detail", args=[file.pk])).status_code,
                client.get(reverse("documents:file_page", args=[version.pk])).status_code,
                client.get(reverse("documents:file_download", args=[version.pk])).status_code,
            }
            assert len(answers) == 1
            seen |= {file} if answers == {200} else set()
        assert seen == expected, name


# --- Pages ----------------------------------------------------------------------------------------------------------


def send(browser: Browser, cast: Cast, **fields: Any) -> Any:
    return browser.post(reverse("documents:file_create", args=[cast.client.pk]), {"kind": "lab", **fields})


def test_several_at_once_by_form_each_named_as_it_came(cast: Cast, client: Browser) -> None:
    client.force_login(cast.therapist)
    key = "0b0a4cf2-6b9a-4e1e-8a39-5d1a5f0c2d11"
    fields: dict[str, Any] = {"text": "Called the school.\nAll well.", "_once": key}

    def sent() -> Any:
        chosen = [SimpleUploadedFile("one.pdf", pdf()), SimpleUploadedFile("two_of.png", picture())]
        return send(client, cast, chosen=chosen, **fields)

    assert sent().status_code == 302
    # A double click arrives as the same form again.
    assert sent().status_code == 302
    assert {file.title for file in ClientFile.objects.all()} == {"one", "two of", "Lab result"}
    page = client.get(reverse("clients:client_tab", args=[cast.client.pk, "files"]) + "?q=TWO")
    assert [row.pk for row in page.context["list"]._cut[0]] == [
        next(file.pk for file in ClientFile.objects.all() if file.title == "two of")
    ]
    typed = next(file for file in ClientFile.objects.all() if file.title == "Lab result")
    assert "All well." in client.get(reverse("documents:file_detail", args=[typed.pk])).content.decode()


def test_what_is_refused_says_which_and_keeps_the_rest_of_the_form(cast: Cast, client: Browser) -> None:
    client.force_login(cast.therapist)
    bad = [SimpleUploadedFile("one.png", picture()), SimpleUploadedFile("virus.docx", b"PK\x03\x04")]
    answer = send(client, cast, chosen=bad, title="Letter of the school")
    assert answer.status_code == 422
    (said,) = answer.context["form"].errors["chosen"]
    assert said.startswith("“virus.docx”: Only PDFs")
    assert "Letter of the school" in answer.content.decode()
    assert send(client, cast).context["form"].errors["chosen"] == [errors.NothingSent.message]


def test_a_page_is_a_picture_that_runs_nowhere_and_a_download_is_never_opened(
    cast: Cast, client: Browser
) -> None:
    (file,) = uploaded(cast, Sent("a.pdf", pdf(pages=2)), label=Label("lab", "Blood <test>"))
    version = file.versions.get()
    client.force_login(cast.therapist)
    page = client.get(reverse("documents:file_page", args=[version.pk]), {"page": "2"})
    assert (page["Content-Type"], Image.open(io.BytesIO(page.content)).format) == ("image/png", "PNG")
    got = client.get(reverse("documents:file_download", args=[version.pk]))
    assert got["Content-Disposition"] == 'attachment; filename="Blood-test.pdf"'
    assert got.content == storing.read(version)
    for answer in (page, got):
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in answer["Cache-Control"]
    verbs = AuditEvent.objects.filter(client_id=cast.client.pk, verb__startswith="client_file.")
    assert [(each.verb, each.changes.get("page")) for each in verbs.order_by("pk")] == [
        ("client_file.uploaded", None),
        ("client_file.shown", ["", 2]),
        ("client_file.downloaded", None),
    ]


def test_the_page_says_when_the_storage_lost_it(cast: Cast, client: Browser) -> None:
    (file,) = uploaded(cast)
    version = file.versions.get()
    default_storage.delete(version.stored_as)
    client.force_login(cast.therapist)
    assert (
        "not where it was kept"
        in client.get(reverse("documents:file_detail", args=[file.pk])).content.decode()
    )
    assert client.get(reverse("documents:file_download", args=[version.pk])).status_code == 404
