"""Named reads of files."""

from django.db.models import Prefetch

from documents.files.models import FileVersion


def newest_first() -> "Prefetch[str]":
    """All versions of each file, the current one first. One query."""
    return Prefetch("versions", FileVersion.objects.order_by("-number"))
