"""Uploads of the tests: sealed as in production, but in memory."""

from django.core.files.storage import InMemoryStorage

from mentalspace.core.crypto.storage import SealedUploads


class SealedMemoryStorage(SealedUploads, InMemoryStorage):
    """Goes with its process."""
