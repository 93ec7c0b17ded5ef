"""The verbs of accounts: links, factors, sessions, seats."""

from mila.accounts.actions.brakes import TooOften, forgive, must_not_be_too_often, note_failure
from mila.accounts.actions.factors import (
    CodeWrong,
    LastWayIn,
    app_secret,
    begin_app,
    confirm_app,
    make_recovery_codes,
    remove_app,
    use_app_code,
    use_recovery_code,
)
from mila.accounts.actions.links import LINK_LASTS, LinkUnknown, make_link, use_link
from mila.accounts.actions.passkeys import (
    Answer,
    PasskeyUnfit,
    PasskeyUnknown,
    RelyingParty,
    add_passkey,
    options_to_add,
    options_to_use,
    remove_passkey,
    rename_passkey,
    use_passkey,
)
from mila.accounts.actions.passwords import PasswordUnfit, set_password, use_password
from mila.accounts.actions.seats import LastAdmin, give_seat, reset_ways_in, take_seat
from mila.accounts.actions.sessions import end_other_sessions, end_session, end_sessions, record, record_by

__all__ = [
    "LINK_LASTS",
    "Answer",
    "CodeWrong",
    "LastAdmin",
    "LastWayIn",
    "LinkUnknown",
    "PasskeyUnfit",
    "PasskeyUnknown",
    "PasswordUnfit",
    "RelyingParty",
    "TooOften",
    "add_passkey",
    "app_secret",
    "begin_app",
    "confirm_app",
    "end_other_sessions",
    "end_session",
    "end_sessions",
    "forgive",
    "give_seat",
    "make_link",
    "make_recovery_codes",
    "must_not_be_too_often",
    "note_failure",
    "options_to_add",
    "options_to_use",
    "record",
    "record_by",
    "remove_app",
    "remove_passkey",
    "rename_passkey",
    "reset_ways_in",
    "set_password",
    "take_seat",
    "use_app_code",
    "use_link",
    "use_passkey",
    "use_password",
    "use_recovery_code",
]
