"""The demonstration's words: what happened, what comes next, and how the stories go, one sentence each."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mila.sites.demo.models import Plot

PLOTS: Mapping[str, tuple[Promise, Promise]] = {
    Plot.SMOOTH: (_("Everything goes well"), _("As soon as possible: the first who is asked says yes and comes.")),
    Plot.PATIENCE: (
        _("Hard to find"),
        _("One declines, one lets the two minutes run out, one has the phone switched off; the fourth says yes."),
    ),
    Plot.REPLACEMENT: (
        _("Somebody drops out"),
        _("The helper falls ill the day before; somebody else takes the same time."),
    ),
    Plot.SILENT: (
        _("Somebody forgets to call"),
        _("The helper never calls the customer: somebody else is sought beside, and takes over."),
    ),
    Plot.LATE: (_("Somebody is late"), _("The helper sets out late; the customer is told before having to ask.")),
    Plot.CHANCE: (_("Leave it to the dice"), _("Everybody answers and works as people do.")),
}

HAPPENED: Mapping[str, Promise] = {
    "book": _("The visit is booked: people, place and price are frozen on the quote."),
    "secure": _("A card is saved. Nothing is charged until the work is signed off."),
    "search_opened": _("The search begins: whoever fits is ranked by published points."),
    "offer_made": _("%(name)s is asked. The phone rings and has twenty seconds to say that it has the offer."),
    "offer_seen": _("%(name)s’s phone has the offer: it is %(name)s’s alone for two minutes from now on."),
    "offer_declined": _("%(name)s declines, with a reason and without any penalty. The next is asked at once."),
    "offer_expired": _("%(name)s has let the two minutes run out. The next is asked."),
    "offer_unreached": _("%(name)s’s phone did not answer within twenty seconds: an SMS goes out, the next is asked."),
    "yes_standing": _("%(name)s’s late yes stands, in case nobody else accepts."),
    "accept": _("%(name)s accepts and holds the visit. Only now are name and address exchanged."),
    "assign": _("The desk sends %(name)s."),
    "contact_tried": _("%(name)s has called the customer."),
    "contact": _("They have gone over scope, price, date, time and place."),
    "confirm": _("%(name)s confirms the visit, and the customer is reminded."),
    "silent": _("Nobody has called the customer in time: somebody else is sought beside."),
    "unsure": _("The visit was not confirmed in time: somebody else is sought beside."),
    "drop_out": _("%(name)s gives the visit back: it is free at once, at the same time, for somebody else."),
    "not_on_the_way": _("The time has come and nobody is on the way: the customer is told, somebody else is sought."),
    "late": _("Later than foretold: the customer is told."),
    "no_show": _("Nobody came. The desk takes over."),
    "missing": _("Nobody arrived. The desk takes over."),
    "set_out": _("%(name)s is on the way; the customer sees when to expect the bell."),
    "arrive": _("%(name)s is at the door."),
    "begin_work": _("After the introduction the work begins. Each step ticked shows on the customer’s page."),
    "finish": _("The work is done and explained. The customer is asked to sign it off with a code."),
    "sign_off": _("The customer signs off: now the money is collected, and the books are written."),
    "sign_off_by_silence": _("Reminded twice, the customer did not object: signed off by silence."),
    "charge": _("The bank has taken the money. The receipt is on its way."),
    "bill_brand": _("The brand pays by monthly invoice. The receipt is on its way."),
    "decline": _("The bank has declined: a link to pay is on its way."),
    "rated": _("The customer has rated the visit. Ratings decide who is asked first next time."),
    "release": _("Three days later the helper’s money is released and goes out with the next daily pay-out."),
    "cancel": _("The customer has cancelled."),
    "cancel_by_desk": _("The desk has cancelled, with a reason."),
    "nobody_came_forward": _("Nobody could come in time. The customer is told."),
}

DUE: Mapping[str, Promise] = {
    "abandon": _("A booking without means of payment is given up"),
    "ask_to_secure_48": _("The customer is asked for means of payment that hold"),
    "ask_to_secure_24": _("The customer is asked for means of payment that hold"),
    "ask_to_secure_6": _("The customer is asked for means of payment that hold"),
    "nobody_came_forward": _("The search is given up"),
    "remind_to_contact": _("The helper is reminded to call"),
    "silent": _("Without a call, somebody else is sought"),
    "remind_to_confirm": _("The helper is reminded to confirm"),
    "remind_again_to_confirm": _("The helper is reminded again to confirm"),
    "unsure": _("Without a confirmation, somebody else is sought"),
    "no_time_agreed": _("Without an agreed time, the desk takes over"),
    "not_on_the_way": _("Who has not set out is asked"),
    "no_show": _("Who has not come loses the visit"),
    "late": _("The customer is told of a delay"),
    "missing": _("Who has not arrived loses the visit"),
    "forgotten": _("The helper is asked to close the visit"),
    "remind_to_sign_off": _("The customer is reminded of the sign-off"),
    "remind_again_to_sign_off": _("The customer is reminded of the sign-off again"),
    "sign_off_by_silence": _("Silence counts as the customer’s yes"),
    "no_word_from_bank": _("The desk is told that the bank is silent"),
    "bill_brand": _("The visit goes on the brand’s monthly invoice"),
    "dun_1": _("The customer is reminded to pay"),
    "dun_2": _("The customer is reminded to pay"),
    "dun_3": _("The customer is reminded to pay"),
    "dun_4": _("The customer is reminded to pay"),
    "release": _("The helper’s money is released"),
    # What runs beside the call.
    "offer": _("The time to answer is over, and the next is asked"),
    "search": _("The next helper is asked"),
    # What simulated people do.
    "look": _("The phone rings"),
    "receive": _("The phone takes the offer in"),
    "accept": _("The helper says yes"),
    "decline": _("The helper says no"),
    "try_to_call": _("The helper calls"),
    "contact": _("The helper calls"),
    "confirm": _("The helper confirms"),
    "drop_out": _("The helper drops out"),
    "set_out": _("The helper sets out"),
    "arrive": _("The helper arrives"),
    "begin_work": _("The work begins"),
    "tick": _("The next step of the work is done"),
    "finish": _("The work is done"),
    "sign_off": _("The customer signs the work off"),
    "rate": _("The customer rates the visit"),
}
SOMETHING = _("A deadline of this visit")


def said_due(step: str) -> Promise:
    """Return in plain words what is due; never the step's own name."""
    return DUE.get(step, SOMETHING)
