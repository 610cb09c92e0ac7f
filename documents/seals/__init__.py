"""Seals: the practice's own signature under each signature and addendum, which the database alone cannot make.

`keys` keeps the practice's Ed25519 keys, `sealing` makes and checks seals, `bundle` is what a printed document carries
so that `verify_document.py` can check it anywhere.
"""
