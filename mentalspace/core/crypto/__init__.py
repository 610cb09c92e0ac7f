"""Encryption by the application: what people tell their therapist is unreadable in the database and its backups.

A file outside the database holds the master key (`key_file`). It wraps data keys, one per client, lead or other scope
(`data_keys`), and those seal values (`sealing`), each bound to its table, column and row (`fields`), to a name
(`storage`), or to a purpose (`texts`). Exact look-ups of sealed values go over keyed indexes (`index`).
"""
