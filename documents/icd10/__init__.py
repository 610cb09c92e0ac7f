"""ICD-10-CM: every release as it was published, and searching it by code, words and abbreviations.

`tabular` reads the publisher's file, `releases` keeps what was read, `search` finds. The project ships one release in
`data`; `manage.py icd10 load` adds the next.
"""
