"""The whole chart of a client, or a chosen part, as one PDF and as a folder with machine-readable JSON beside it.

Psychotherapy notes are no part of a chart: this room does not know them, and the database shows them to their authors
alone.
"""
