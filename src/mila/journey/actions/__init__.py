"""The verbs of the journey: what the doors call. Each is one transaction under the call's row lock."""

from mila.journey.actions.bookings import ask_for_means, bank_answered, bank_notified, book, pay_out_next
from mila.journey.actions.customers import CostChanged, cancel, object_to, rate, send_code, sign_off
from mila.journey.actions.desk import assign_by_desk, cancel_by_desk, search_anew, take_away, write_off
from mila.journey.actions.door import (
    ReasonMissing,
    check_client,
    check_helper,
    check_out,
    nobody_opens,
    show_badge,
    somebody_opened,
)
from mila.journey.actions.offers import Accepted, accept, acknowledge, decline, move_search, withdraw_yes
from mila.journey.actions.visits import (
    NotYourVisit,
    arrive,
    begin_work,
    confirm,
    drop_out,
    finish,
    log_contact,
    set_out,
    tick,
    untick,
)

__all__ = [
    "Accepted",
    "CostChanged",
    "NotYourVisit",
    "ReasonMissing",
    "accept",
    "acknowledge",
    "arrive",
    "ask_for_means",
    "assign_by_desk",
    "bank_answered",
    "bank_notified",
    "begin_work",
    "book",
    "cancel",
    "cancel_by_desk",
    "check_client",
    "check_helper",
    "check_out",
    "confirm",
    "decline",
    "drop_out",
    "finish",
    "log_contact",
    "move_search",
    "nobody_opens",
    "object_to",
    "pay_out_next",
    "rate",
    "search_anew",
    "send_code",
    "set_out",
    "show_badge",
    "sign_off",
    "somebody_opened",
    "take_away",
    "tick",
    "untick",
    "withdraw_yes",
    "write_off",
]
