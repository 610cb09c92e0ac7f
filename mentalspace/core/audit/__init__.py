"""The trail of what people do and see: written by `record`, chained by the database, anchored outside it.

`recording` adds events, `trail` and `middleware` see to it that no page leaves without one, `chain` walks them again,
`anchors` writes the chain's end to a file that is no part of the database (docs/decisions/0016-chained-audit.md).
"""

from mentalspace.core.audit.recording import Origin, Outcome, changed_fields, origin, record, record_refusal
from mentalspace.core.audit.trail import Trail, gathering, listed, look, policy, saw

__all__ = [
    "Origin",
    "Outcome",
    "Trail",
    "changed_fields",
    "gathering",
    "listed",
    "look",
    "origin",
    "policy",
    "record",
    "record_refusal",
    "saw",
]
