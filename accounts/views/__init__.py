"""Pages about signing in, by noun."""

from accounts.views.account import account, session_end, sessions_end_others
from accounts.views.passwords import password_change, password_reset, password_reset_confirm
from accounts.views.second_factors import (
    passkey_add,
    recovery_codes,
    recovery_codes_make,
    second_factor_remove,
    totp_add,
)
from accounts.views.second_steps import (
    confirm_by_code,
    confirm_by_passkey,
    confirm_by_password,
    passkey_sign_in,
    second_factor,
    second_step,
)
from accounts.views.sign_ins import admin_sign_in, sign_in, sign_out
from accounts.views.user_verbs import (
    user_disable,
    user_enable,
    user_reset_second_factors,
    user_revoke_invitation,
    user_send_link,
)
from accounts.views.users import user_detail, user_edit, user_list
from accounts.views.waiting import kept_form, session_state, session_stay

__all__ = [
    "account",
    "admin_sign_in",
    "confirm_by_code",
    "confirm_by_passkey",
    "confirm_by_password",
    "kept_form",
    "passkey_add",
    "passkey_sign_in",
    "password_change",
    "password_reset",
    "password_reset_confirm",
    "recovery_codes",
    "recovery_codes_make",
    "second_factor",
    "second_factor_remove",
    "second_step",
    "session_end",
    "session_state",
    "session_stay",
    "sessions_end_others",
    "sign_in",
    "sign_out",
    "totp_add",
    "user_detail",
    "user_disable",
    "user_edit",
    "user_enable",
    "user_list",
    "user_reset_second_factors",
    "user_revoke_invitation",
    "user_send_link",
]
