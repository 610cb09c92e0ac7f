"""The demo practice: obviously invented people around today's date, the same ones every time.

Rows are written in bulk, past services, because services stamp the present and a demo needs a past. What services keep
true (digests, sums, histories) is kept true here by the same functions where there are any; a test holds the result
against the invariants.
"""
