"""HTTP of the booking page and of the desk's answers."""

from scheduling.requests.views.desk import (
    request_approve,
    request_decline,
    request_detail,
    request_list,
    request_move,
    request_told,
)
from scheduling.requests.views.public import booking_details, booking_sent, booking_times

__all__ = [
    "booking_details",
    "booking_sent",
    "booking_times",
    "request_approve",
    "request_decline",
    "request_detail",
    "request_list",
    "request_move",
    "request_told",
]
