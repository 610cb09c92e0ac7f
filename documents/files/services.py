"""Changes to the files of a chart: one verb, one function, one transaction. Nothing is ever deleted."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from accounts.models import User
from clients.models import Client
from documents import rules
from documents.defaults import FileDefaults
from documents.files import contents, errors, storing
from documents.files.choices import FileKind, FileOrigin, FileType
from documents.files.contents import Content, Sent
from documents.files.models import ClientFile, FileVersion
from documents.services.acting import acting
from mentalspace.core import audit, clock, practice
from mentalspace.core.gates import require
from staff.models import Staff

LONGEST_TITLE = 160
LONGEST_REASON = 500
LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class Label:
    """What is said about a file; without a title it is called as it came."""

    kind: str
    title: str = ""
    dated_on: dt.date | None = None
    note: str = ""


def upload_files(
    *, actor: User, client_id: UUID, label: Label, uploads: Sequence[Sent], again: bool = False
) -> list[ClientFile]:
    """Put papers into a chart, each a file of its own: all of them or none.

    `again` takes what is there already. Raises NotPermitted, KindNotYours, FileRefused and its like.
    """
    client = Client.objects.get(pk=client_id)
    _require_kind(actor, client, label.kind)
    found = _read(uploads)
    with transaction.atomic():
        # One after the other, so that two windows do not both find that there is nothing yet.
        Client.objects.select_for_update(of=("self",)).get(pk=client_id)
        if not again:
            _refuse_known(actor, client, found)
        _refuse_too_much(client, found)
        with storing.kept(client_id, found) as names:
            return [
                _added(
                    actor, client, _label_of(label, content, place if len(found) > 1 else 0), content, name
                )
                for place, (content, name) in enumerate(zip(found, names, strict=True), start=1)
            ]


def add_version(*, actor: User, file_id: UUID, upload: Sent) -> FileVersion:
    """A further version, which is the current one from then on; the earlier ones stay.

    Raises NotPermitted, FileInError, FileRefused and its like.
    """
    _changeable(actor, ClientFile.objects.select_related("client").get(pk=file_id))
    (content,) = _read([upload])
    with transaction.atomic():
        file = _locked(file_id)
        _changeable(actor, file)
        same = file.versions.filter(sent_digest=content.sent.digest).first()
        if same is not None:
            raise errors.KnownAlready(f"This is version {same.number} of this file already.")
        _refuse_too_much(file.client, [content])
        with storing.kept(file.client_id, [content]) as (name,):
            version = _version(file, content, name, file.versions.count() + 1, acting(actor))
            version.save(force_insert=True)
            _record(actor, file, "client_file.version_added", {"version": ["", version.number]})
            return version


@transaction.atomic
def change_file(*, actor: User, file_id: UUID, label: Label) -> ClientFile:
    """Another kind, title, date or note. Raises NotPermitted, FileInError, KindNotYours."""
    file = _locked(file_id)
    _changeable(actor, file)
    if label.kind != file.kind:
        _require_kind(actor, file.client, label.kind)
    values = {"kind": label.kind, "title": label.title, "dated_on": label.dated_on, "note": label.note}
    changes = audit.changed_fields(file, values, secret=("title", "note"))
    if changes:
        for name, value in values.items():
            setattr(file, name, value)
        file.save()
        _record(actor, file, "client_file.changed", changes)
    return file


@transaction.atomic
def void_file(*, actor: User, file_id: UUID, reason: str) -> ClientFile:
    """Mark it as entered in error: it stays, struck out. Raises NotPermitted, FileInError, FileReasonNeeded."""
    file = _locked(file_id)
    _changeable(actor, file)
    text = " ".join(reason.split())
    if not text or len(text) > LONGEST_REASON:
        raise errors.FileReasonNeeded(f"Use at most {LONGEST_REASON} characters." if text else None)
    file.voided_at, file.voided_by, file.void_reason = clock.now(), acting(actor), text
    file.save(update_fields=["voided_at", "voided_by", "void_reason", "updated_at"])
    _record(actor, file, "client_file.voided")
    return file


@transaction.atomic
def move_file(*, actor: User, file_id: UUID, client_id: UUID, reason: str) -> ClientFile:
    """A file in the wrong chart: all its versions go to the right one, sealed with that client's key, and here it is
    marked as entered in error. Raises NotPermitted, FileInError, WrongChart, KindNotYours, FileReasonNeeded.
    """
    file = void_file(actor=actor, file_id=file_id, reason=reason)
    target = Client.objects.filter(pk=client_id).exclude(pk=file.client_id).first()
    if target is None or not rules.to_add_file(file.kind)(actor, target):
        raise errors.WrongChart
    versions = list(file.versions.order_by("number"))
    copies = [_as_kept(version) for version in versions]
    with storing.kept(target.pk, copies) as names:
        moved = ClientFile(
            client=target,
            kind=file.kind,
            title=file.title,
            dated_on=file.dated_on,
            note=file.note,
            added_by=acting(actor),
        )
        moved.save(force_insert=True)
        for version, content, name in zip(versions, copies, names, strict=True):
            copy = _version(moved, content, name, version.number, version.added_by)
            copy.name, copy.pages, copy.sent_digest = version.name, version.pages, version.sent_digest
            copy.added_at = version.added_at
            copy.save(force_insert=True)
        _record(actor, moved, "client_file.moved_here", {"versions": ["", len(versions)]})
    return moved


def _require_kind(actor: User, client: Client, kind: str) -> None:
    if not rules.to_add_file(kind)(actor, client):
        require(rules.can_add_office_file(actor, client))
        raise errors.KindNotYours


def _read(uploads: Sequence[Sent]) -> list[Content]:
    """What they hold, each once. Raises FileRefused, which names the file where there are several."""
    if not uploads:
        raise errors.NothingSent
    found: dict[str, Content] = {}
    for sent in uploads:
        try:
            found.setdefault(sent.digest, contents.read(sent))
        except errors.NotScanned:
            raise
        except errors.FileRefused as error:
            raise errors.FileRefused(_named(sent, error.message, len(uploads))) from error
    return list(found.values())


def _named(sent: Sent, message: str, count: int) -> str:
    return f"“{sent.name[:80]}”: {message}" if count > 1 and sent.name else message


def _refuse_known(actor: User, client: Client, found: Sequence[Content]) -> None:
    digests = {content.sent.digest: content for content in found}
    seen = rules.can_see_file.scope(actor).filter(client=client, voided_at=None)
    known = FileVersion.objects.filter(file__in=seen, sent_digest__in=digests).select_related("file").first()
    if known is not None:
        words = f"This is in the chart already, as “{known.file.title}”."
        raise errors.KnownAlready(_named(digests[known.sent_digest].sent, words, len(found)))


def _refuse_too_much(client: Client, found: Sequence[Content]) -> None:
    held = FileVersion.objects.filter(file__client=client).aggregate(held=Sum("size"))["held"] or 0
    room = practice.get(FileDefaults).chart_megabytes * 1024 * 1024
    if held + sum(len(content.data) for content in found) > room:
        raise errors.ChartFull


def _label_of(label: Label, content: Content, place: int) -> Label:
    """With a title for each: what was typed, numbered where there are several; else the name it came with."""
    title = f"{label.title} {place}" if label.title and place else label.title
    title = title or PurePath(content.sent.name.replace("\\", "/")).stem.replace("_", " ").strip()
    return Label(
        label.kind, (title or FileKind(label.kind).label)[:LONGEST_TITLE], label.dated_on, label.note
    )


def _added(actor: User, client: Client, label: Label, content: Content, name: str) -> ClientFile:
    file = ClientFile(
        client=client,
        kind=label.kind,
        title=label.title,
        dated_on=label.dated_on,
        note=label.note,
        added_by=acting(actor),
    )
    file.save(force_insert=True)
    _version(file, content, name, 1, file.added_by).save(force_insert=True)
    _record(actor, file, "client_file.uploaded", {"kind": ["", file.kind]})
    return file


def _version(file: ClientFile, content: Content, name: str, number: int, staff: Staff) -> FileVersion:
    return FileVersion(
        file=file,
        number=number,
        stored_as=name,
        name=content.sent.name[:LONGEST_NAME],
        content_type=content.type,
        origin=content.sent.origin,
        size=len(content.data),
        pages=content.pages,
        digest=content.digest,
        sent_digest=content.sent.digest,
        added_by=staff,
    )


def _as_kept(version: FileVersion) -> Content:
    """A version as it lies in the storage, to be kept elsewhere as it is."""
    data = storing.read(version)
    sent = Sent(version.name, data, FileOrigin(version.origin))
    return Content(sent, FileType(version.content_type), data, version.pages, storing.read_small(version))


def _locked(file_id: UUID) -> ClientFile:
    return ClientFile.objects.select_for_update(of=("self",)).select_related("client").get(pk=file_id)


def _changeable(actor: User, file: ClientFile) -> None:
    require(rules.can_see_file(actor, file))
    if file.voided_at is not None:
        raise errors.FileInError
    require(rules.can_change_file(actor, file))


def _record(actor: User, file: ClientFile, verb: str, changes: dict[str, list[object]] | None = None) -> None:
    audit.record(actor=actor, verb=verb, obj=file, client_id=file.client_id, changes=changes)
