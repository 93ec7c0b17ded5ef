"""What helpers change about themselves: when, where and with what they work, and being available now."""

from mila.crowd.actions.calendars import (
    CalendarKnown,
    TooManyCalendars,
    give_feed,
    read_next_calendar,
    read_soon,
    revoke_feed,
    subscribe,
    unsubscribe,
)
from mila.crowd.actions.faces import give_face, leave_face, take_face_back, take_face_down
from mila.crowd.actions.hours import (
    HoursOverlap,
    NotAhead,
    TooManyExceptions,
    add_exception,
    add_vacation,
    copy_day,
    remove_exception,
    set_hours,
)
from mila.crowd.actions.presence import NotActive, forget_positions, go_available, go_unavailable
from mila.crowd.actions.profile import SecondAreaSmaller, move_home, set_area, set_limits, set_means
from mila.crowd.actions.proofs import Proof, ProofAhead, ProofEndsFirst, record_proof, withdraw_proof

__all__ = [
    "CalendarKnown",
    "HoursOverlap",
    "NotActive",
    "NotAhead",
    "Proof",
    "ProofAhead",
    "ProofEndsFirst",
    "SecondAreaSmaller",
    "TooManyCalendars",
    "TooManyExceptions",
    "add_exception",
    "add_vacation",
    "copy_day",
    "forget_positions",
    "give_face",
    "give_feed",
    "go_available",
    "go_unavailable",
    "leave_face",
    "move_home",
    "read_next_calendar",
    "read_soon",
    "record_proof",
    "remove_exception",
    "revoke_feed",
    "set_area",
    "set_hours",
    "set_limits",
    "set_means",
    "subscribe",
    "take_face_back",
    "take_face_down",
    "unsubscribe",
    "withdraw_proof",
]
