"""How long news keep: each kind of message has a use-by, after which it is not sent any more."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from mila.accounts.actions import LINK_LASTS
from mila.booking.models import Stage
from mila.messaging.rules import PUSH_LASTS

ANY: frozenset[Stage] = frozenset()
OURS = frozenset({Stage.ACCEPTED, Stage.CONTACTED, Stage.CONFIRMED})  # held by a helper, not yet begun
TO_BEGIN = OURS | {Stage.ON_THE_WAY}


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long a kind of news is worth telling after it was written, and in which stages of its call it is true."""

    span: timedelta
    while_in: frozenset[Stage] = ANY
    may_be_renewed: bool = True


def _passing(while_in: frozenset[Stage] = ANY, **span: float) -> Lasting:
    return Lasting(timedelta(**span), while_in, may_be_renewed=False)


# The law wants the booking's and the receipt's words delivered, so that these wait the longest.
ORDINARY = Lasting(timedelta(days=3))
KINDS: Mapping[str, Lasting] = {
    "confirm_booking": Lasting(timedelta(days=14)),
    "send_receipt": Lasting(timedelta(days=30)),
    "ask_for_change": _passing(OURS | {Stage.ON_THE_WAY, Stage.ARRIVED, Stage.WORKING}, days=1),
    "ask_for_other_means": _passing(OURS | {Stage.ON_THE_WAY, Stage.ARRIVED, Stage.WORKING}, days=1),
    "confirm_change": Lasting(timedelta(days=30)),
    "announce_cancellation": Lasting(timedelta(days=14)),
    "ring_by_push": Lasting(PUSH_LASTS, may_be_renewed=False),
    "ring_by_sms": _passing(minutes=5),
    "send_code": _passing(minutes=10),
    "send_sign_in_link": Lasting(LINK_LASTS, may_be_renewed=False),
    "introduce_helper": _passing(TO_BEGIN, days=3),
    "remind_customer": _passing(frozenset({Stage.CONFIRMED, Stage.ON_THE_WAY}), days=2),
    "tell_customer_of_new_search": _passing(frozenset({Stage.REQUESTED}), days=1),
    "alert_customer_of_delay": _passing(frozenset({Stage.STRANDED}), days=1),
    "share_arrival_time": _passing(frozenset({Stage.ON_THE_WAY}), hours=2),
    "tell_customer_of_lateness": _passing(frozenset({Stage.CONFIRMED, Stage.ON_THE_WAY}), hours=1),
    "remind_to_contact": _passing(frozenset({Stage.ACCEPTED}), hours=6),
    "remind_to_confirm": _passing(frozenset({Stage.CONTACTED}), hours=10),
    "remind_again_to_confirm": _passing(frozenset({Stage.CONTACTED}), hours=2),
    "tell_holder_of_desks_search": _passing(frozenset({Stage.ACCEPTED, Stage.CONTACTED, Stage.CONFIRMED}), hours=12),
    "tell_holder_of_replacement": _passing(frozenset({Stage.ACCEPTED, Stage.CONTACTED}), hours=12),
    "ask_helper_to_set_out": _passing(frozenset({Stage.CONFIRMED}), hours=1),
    "ask_helper_to_finish": _passing(frozenset({Stage.WORKING}), hours=12),
    "ask_to_sign_off": _passing(frozenset({Stage.DONE}), days=1),
    "remind_to_sign_off": _passing(frozenset({Stage.DONE}), days=1),
    "remind_again_to_sign_off": _passing(frozenset({Stage.DONE}), days=1),
    "ask_to_pay": _passing(frozenset({Stage.UNPAID}), days=3),
    "dun": _passing(frozenset({Stage.UNPAID}), days=3),
    "ask_to_pay_cancellation": _passing(frozenset({Stage.CANCELLED}), days=3),
    "dun_cancellation": _passing(frozenset({Stage.CANCELLED}), days=3),
    "send_cancellation_receipt": Lasting(timedelta(days=30)),
    "ask_to_sign_off_for_desk": _passing(frozenset({Stage.DONE}), days=1),
    "ask_whether_others": _passing(frozenset({Stage.REQUESTED}), days=1),
    "tell_unsecured": _passing(OURS | {Stage.REQUESTED}, days=1),
}


def lasting(template: str) -> Lasting:
    """Return how long a kind of news keeps; kinds without a row of their own keep three days."""
    return KINDS.get(template, ORDINARY)


def what_is_over(*, template: str, use_by: datetime | None, stage: str, at: datetime) -> str:
    """Return why the news are not worth telling any more, empty while they are; `stage` is empty without a call."""
    if use_by is not None and at > use_by:
        return "too late: its use-by is over"
    true_in = lasting(template).while_in
    return "too late: the call has gone on" if stage and true_in and stage not in true_in else ""
