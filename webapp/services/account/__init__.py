"""Accounts: signing up with a confirmed address, signing in and out, a new password, a new address.

Whether an address is known is never told: the answer is the same, and what differs goes by mail.
"""

from webapp.services.account.entry import Banned, WrongSignIn, ask_reset, check_password, renew_hash, reset_password
from webapp.services.account.joining import SignUp, confirm_address, confirm_with_password, sign_up
from webapp.services.account.liking import language_of, set_keys, set_language, speak_as_now
from webapp.services.account.new_address import ask_email, confirm_email, email_of, restore_email
from webapp.services.account.persons import (
    BY_EMAIL,
    HANDLE_TAKEN,
    add_person,
    check_name,
    check_new_name,
    create_person,
    email_key,
    free_handle,
)
from webapp.services.account.sessions import (
    BY_TOKEN,
    SESSION_LASTS,
    end_session,
    end_sessions,
    note_seen,
    sign_in,
    sign_out,
)
from webapp.services.account.tokens import (
    TOKEN_LASTS,
    DeadToken,
    address_behind,
    is_live,
    kill_tokens,
    token_hash,
)

__all__ = [
    "BY_EMAIL",
    "BY_TOKEN",
    "HANDLE_TAKEN",
    "SESSION_LASTS",
    "TOKEN_LASTS",
    "Banned",
    "DeadToken",
    "SignUp",
    "WrongSignIn",
    "add_person",
    "address_behind",
    "ask_email",
    "ask_reset",
    "check_name",
    "check_new_name",
    "check_password",
    "confirm_address",
    "confirm_email",
    "confirm_with_password",
    "create_person",
    "email_key",
    "email_of",
    "end_session",
    "end_sessions",
    "free_handle",
    "is_live",
    "kill_tokens",
    "language_of",
    "note_seen",
    "renew_hash",
    "reset_password",
    "restore_email",
    "set_keys",
    "set_language",
    "sign_in",
    "sign_out",
    "sign_up",
    "speak_as_now",
    "token_hash",
]
