"""The verbs of messaging: what the lifecycle tells people, secrets on their way, and the worker of the outbox."""

from mila.messaging.actions.about_money import (
    announce_silent_sign_off,
    ask_to_pay,
    ask_to_secure,
    ask_to_sign_off,
    dun,
    remind_again_to_sign_off,
    remind_to_sign_off,
    send_receipt,
    tell_paid_out,
)
from mila.messaging.actions.devices import add_device, add_stand_in_device, remove_device
from mila.messaging.actions.keys import send_code, send_sign_in_link
from mila.messaging.actions.outbox import send_next
from mila.messaging.actions.to_customer import (
    alert_customer_of_delay,
    announce_cancellation,
    confirm_booking,
    introduce_helper,
    regret,
    remind_customer,
    remind_customer_where_near,
    share_arrival_time,
    tell_customer_of_lateness,
    tell_customer_of_new_search,
)
from mila.messaging.actions.to_helper import (
    ask_helper_to_finish,
    ask_helper_to_set_out,
    remind_again_to_confirm,
    remind_to_confirm,
    remind_to_contact,
    ring_by_push,
    ring_by_sms,
    tell_holder_of_replacement,
)

__all__ = [
    "add_device",
    "add_stand_in_device",
    "alert_customer_of_delay",
    "announce_cancellation",
    "announce_silent_sign_off",
    "ask_helper_to_finish",
    "ask_helper_to_set_out",
    "ask_to_pay",
    "ask_to_secure",
    "ask_to_sign_off",
    "confirm_booking",
    "dun",
    "introduce_helper",
    "regret",
    "remind_again_to_confirm",
    "remind_again_to_sign_off",
    "remind_customer",
    "remind_customer_where_near",
    "remind_to_confirm",
    "remind_to_contact",
    "remind_to_sign_off",
    "remove_device",
    "ring_by_push",
    "ring_by_sms",
    "send_code",
    "send_next",
    "send_receipt",
    "send_sign_in_link",
    "share_arrival_time",
    "tell_customer_of_lateness",
    "tell_customer_of_new_search",
    "tell_holder_of_replacement",
    "tell_paid_out",
]
