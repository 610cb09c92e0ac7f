"""The note of a group session: one shared text and a private part for each member, in each member's own document.

There is no table of its own. Each member's note is an ordinary document of their own appointment; sections that the
form calls `shared` say the same in all of them, and are written here once.
"""
