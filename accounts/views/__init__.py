"""Pages about signing in, by noun."""

from accounts.views.passwords import password_change, password_reset, password_reset_confirm
from accounts.views.sign_ins import account, admin_sign_in, sign_in, sign_out
from accounts.views.users import (
    user_detail,
    user_disable,
    user_edit,
    user_enable,
    user_list,
    user_send_link,
)

__all__ = [
    "account",
    "admin_sign_in",
    "password_change",
    "password_reset",
    "password_reset_confirm",
    "sign_in",
    "sign_out",
    "user_detail",
    "user_disable",
    "user_edit",
    "user_enable",
    "user_list",
    "user_send_link",
]
