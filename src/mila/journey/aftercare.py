"""What follows a visit and concerns two rooms at once: effects and verbs that put them together."""

from mila.booking.models import ServiceCall
from mila.kernel.occasion import Occasion
from mila.messaging import actions as messaging
from mila.quality import actions as quality
from mila.quality import queries as voices


def remind_to_rate(call: ServiceCall, now: Occasion) -> None:
    """Remind who booked to rate the visit, once, unless they have (product: one reminder)."""
    if not voices.has_rating(call):
        messaging.remind_to_rate(call, now)


def ask_question(call: ServiceCall, now: Occasion) -> None:
    """Ask who booked whether they recommend the brand, where it is time to."""
    if quality.ask_question(call=call, now=now):
        messaging.ask_to_recommend(call, now)
