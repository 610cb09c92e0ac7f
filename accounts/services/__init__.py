"""Every write to the people who sign in, by noun: people, passwords, sign-ins."""

from accounts.services.passwords import (
    change_password,
    request_reset,
    reset_password,
    send_reset_link,
)
from accounts.services.people import (
    create_admin,
    create_user,
    disable_user,
    enable_user,
    update_user,
)
from accounts.services.sign_ins import record_refused_sign_in, record_sign_in, record_sign_out

__all__ = [
    "change_password",
    "create_admin",
    "create_user",
    "disable_user",
    "enable_user",
    "record_refused_sign_in",
    "record_sign_in",
    "record_sign_out",
    "request_reset",
    "reset_password",
    "send_reset_link",
    "update_user",
]
