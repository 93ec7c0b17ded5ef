"""What customers are told about their visit: who booked hears of the booking, who waits hears of the visit."""

from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mila.booking import queries as booking
from mila.booking.models import AssignmentState, ServiceCall, Stage, Withdrawal
from mila.kernel.money import Money
from mila.kernel.occasion import Occasion
from mila.messaging.actions.to_helper import give_visit, tell_helper_of_cancellation, tell_released_helper
from mila.messaging.actions.writing import Saying, moment, tell
from mila.messaging.facts import Fact, Telling
from mila.messaging.models import Channel
from mila.messaging.recipients import Recipient, everybody, who_booked, who_waits
from mila.messaging.rules import clock_time

SEE_BOOKING = _("See your booking")
FOLLOW = _("Follow your visit")
SEE_CHOICES = _("See your choices")


def confirm_booking(call: ServiceCall, now: Occasion) -> None:
    """Confirm the booking to who booked and who pays: what, when, where, the price with fee and tax."""
    tell(Saying("confirm_booking", SEE_BOOKING, facts=_booking), to=who_booked(call), call=call, now=now)


def introduce_helper(call: ServiceCall, now: Occasion) -> None:
    """Tell who waits who comes, tell the helper what to do next, and tell whoever held the visit until now."""
    assignment = booking.active_assignment(call)
    if assignment is None:
        return
    before = call.assignments.filter(state=AssignmentState.RELEASED).exists()
    saying = Saying("introduce_helper", SEE_BOOKING, _visit, str(assignment.id), {"instead": before})
    tell(saying, to=who_waits(call), call=call, now=now)
    give_visit(call, now, assignment)
    tell_released_helper(call, now)


def confirm_withdrawal(call: ServiceCall, row: Withdrawal, now: Occasion) -> None:
    """Confirm a withdrawal at once where the customer asked for it: what was declared, when it arrived, what is owed.

    Source: CRD Art. 11a (LAW-35): an acknowledgement on a durable medium with content, date and time.
    """
    to = Recipient(row.id, Channel.MAIL if row.email else Channel.SMS, row.email or row.phone, row.language)

    def content(telling: Telling) -> list[Fact]:
        owed = telling.money(Money(row.owed, booking.current_quote(call).currency))
        return [
            telling.order_number(),
            telling.what(),
            Fact(gettext("Name"), row.name),
            Fact(gettext("You declared"), row.words),
            Fact(gettext("Arrived here"), telling.moment(row.at)),
            Fact(gettext("You owe"), owed),
        ]

    at = f"{row.at:%Y-%m-%d %H:%M:%S} UTC"
    saying = Saying("confirm_withdrawal", SEE_BOOKING, content, str(row.id), {"at": at, "name": row.name})
    tell(saying, to=[to], call=call, now=now)


def regret(call: ServiceCall, now: Occasion) -> None:
    """Tell who booked that nobody was found, and that it costs nothing."""
    tell(Saying("regret", SEE_BOOKING, facts=_wish), to=who_booked(call), call=call, now=now)


def remind_customer_where_near(call: ServiceCall, now: Occasion) -> None:
    """Remind who waits, where the contact confirmed the visit at the same time because it is near."""
    # The diary is written before the effects of a step, the stage after them.
    entry = call.diary.order_by("-number").first()
    if entry is not None and entry.stage == Stage.CONFIRMED:
        remind_customer(call, now)


def remind_customer(call: ServiceCall, now: Occasion) -> None:
    """Remind who waits of the visit, now that the helper has confirmed it."""
    tell(Saying("remind_customer", SEE_BOOKING, facts=_visit), to=who_waits(call), call=call, now=now)


def alert_customer_of_delay(call: ServiceCall, now: Occasion) -> None:
    """Tell who waits that the visit does not take place as planned and people take care of it; tell the helper."""
    tell(Saying("alert_customer_of_delay", SEE_BOOKING, facts=_wish), to=who_waits(call), call=call, now=now)
    tell_released_helper(call, now)


def tell_customer_of_new_search(call: ServiceCall, now: Occasion) -> None:
    """Tell who waits that somebody else is sought; tell the helper from whom the visit was taken."""
    tell(Saying("tell_customer_of_new_search", SEE_BOOKING, facts=_wish), to=who_waits(call), call=call, now=now)
    tell_released_helper(call, now)


def ask_for_other_help(call: ServiceCall, now: Occasion) -> None:
    """Ask who booked whether another kind of helper may come, at another price: the page shows what it costs."""
    tell(Saying("ask_for_other_help", SEE_CHOICES, facts=_wish), to=who_booked(call), call=call, now=now)


def propose_other_times(call: ServiceCall, now: Occasion) -> None:
    """Tell who booked at which other times somebody could come: the page shows them."""
    tell(Saying("propose_other_times", SEE_CHOICES, facts=_wish), to=who_booked(call), call=call, now=now)


def confirm_other_time(call: ServiceCall, now: Occasion) -> None:
    """Confirm the time that was chosen instead to everybody who booked."""
    tell(Saying("confirm_other_time", SEE_BOOKING, facts=_wish), to=who_booked(call), call=call, now=now)


def share_arrival_time(call: ServiceCall, now: Occasion) -> None:
    """Tell who waits that the helper is on the way, and when to expect them."""
    tell(Saying("share_arrival_time", FOLLOW), to=who_waits(call), call=call, now=now)


def tell_customer_of_lateness(call: ServiceCall, now: Occasion) -> None:
    """Tell who waits that the helper is late."""
    tell(Saying("tell_customer_of_lateness", FOLLOW), to=who_waits(call), call=call, now=now)


def knock(call: ServiceCall, now: Occasion, *, until: datetime) -> None:
    """Tell who waits that the helper stands at a closed door, and until when at least."""
    telling = Telling(call, call.site_contact.language, now.at)
    words = {"until": clock_time(until, telling.zone, telling.locale)}
    tell(Saying("knock", FOLLOW, once=moment(now), words=words), to=who_waits(call), call=call, now=now)


def tell_of_journey_in_vain(call: ServiceCall, now: Occasion) -> None:
    """Tell everybody that the helper came and the work was not done, and what happens next."""
    # Who came is released by now, and is no longer who comes.
    came = call.assignments.select_related("helper").order_by("-accepted_at").first()
    words = {"helper": came.helper.first_name if came else ""}
    saying = Saying("tell_of_journey_in_vain", SEE_BOOKING, facts=_wish, words=words)
    tell(saying, to=everybody(call), call=call, now=now)


def announce_cancellation(call: ServiceCall, now: Occasion) -> None:
    """Tell everybody who knew of the visit that it is cancelled, and the helper who lost it."""
    knew = everybody(call) if call.assignments.exists() else who_booked(call)
    tell(Saying("announce_cancellation", SEE_BOOKING, facts=_wish), to=knew, call=call, now=now)
    tell_helper_of_cancellation(call, now)


def _booking(telling: Telling) -> list[Fact]:
    return [telling.what(), telling.when(), telling.where(), *telling.price(), telling.order_number()]


def _visit(telling: Telling) -> list[Fact]:
    return [telling.what(), telling.when(), telling.where(), telling.who(), telling.order_number()]


def _wish(telling: Telling) -> list[Fact]:
    return [telling.what(), telling.when(), telling.order_number()]
