"""Consents and client forms: packets sent by link or shown on the practice's tablet, signed and sealed, kept current.

The forms themselves are versions in `form_versions`, as those of documents are. Here is who was asked for which of
them, what they answered and signed, until when it holds, and what is missing.
"""
