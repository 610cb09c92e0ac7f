"""Every write to the people who sign in, by noun: people, passwords, second factors, sessions, sign-ins."""

from accounts.services.passwords import (
    change_password,
    request_reset,
    reset_password,
    revoke_invitation,
    send_reset_link,
)
from accounts.services.people import (
    create_admin,
    create_user,
    disable_user,
    enable_user,
    update_user,
)
from accounts.services.second_factors import (
    record_recovery_codes_made,
    record_second_factor_added,
    remove_second_factor,
    reset_second_factors,
)
from accounts.services.sessions import end_other_sessions, end_session
from accounts.services.sign_ins import (
    begin_attempt,
    record_refused_second_factor,
    record_refused_sign_in,
    record_sign_in,
    record_sign_out,
)

__all__ = [
    "begin_attempt",
    "change_password",
    "create_admin",
    "create_user",
    "disable_user",
    "enable_user",
    "end_other_sessions",
    "end_session",
    "record_recovery_codes_made",
    "record_refused_second_factor",
    "record_refused_sign_in",
    "record_second_factor_added",
    "record_sign_in",
    "record_sign_out",
    "remove_second_factor",
    "request_reset",
    "reset_password",
    "reset_second_factors",
    "revoke_invitation",
    "send_reset_link",
    "update_user",
]
