"""What helpers are told: never a word about the customer, who is met in the app and only by whom the visit is held."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mila.booking import queries as booking
from mila.booking.models import Assignment, AssignmentState, Offer, ServiceCall
from mila.kernel.occasion import Occasion
from mila.messaging.actions.writing import Facts, stay, write
from mila.messaging.facts import Fact, Telling, support_of, visit_page
from mila.messaging.letters import Content
from mila.messaging.recipients import account, devices_of, phone

OPEN_VISIT = _("Open the visit")
OPEN_APP = _("Open the app")


@dataclass(frozen=True, slots=True)
class HelperSaying:
    """Something to be said to a helper: the template of its words, its occasion, its button; facts of its own."""

    template: str
    once: str
    label: str | Promise
    link: str
    facts: Facts | None = None


def ring_by_push(*, offers: Sequence[Offer], now: Occasion) -> None:
    """Ring the devices of helpers to whom offers were just made; it says that there is one, and how long it lasts."""
    to = devices_of([offer.helper_id for offer in offers])
    for offer in offers:
        for device in to.get(offer.helper_id, ()):
            write(to=device, content=partial(_ring, offer), call=offer.call, once=str(offer.id), at=now.at)


def _ring(offer: Offer, _language: str) -> Content:
    wished_for = offer.helper_id == offer.call.preferred_helper_id
    words = {"mode": offer.mode, "minutes": -(-offer.window_seconds // 60), "wished_for": wished_for}
    return Content("ring_by_push", offer.call.brand, f"{settings.PUBLIC_URL}/app/offers/{offer.key}/", "", None, words)


def ring_by_sms(*, offer: Offer, now: Occasion) -> None:
    """Ring the phone of a helper whose device did not answer; the link opens this offer alone, without signing in."""

    def content(_language: str) -> Content:
        link = f"{settings.PUBLIC_URL}/o/{offer.link_key}/"
        return Content("ring_by_sms", offer.call.brand, link, "", None)

    write(to=phone(offer.helper), content=content, call=offer.call, once=str(offer.id), at=now.at)


def give_visit(call: ServiceCall, now: Occasion, assignment: Assignment) -> None:
    """Tell the helper that the visit is theirs, and to call the client next."""
    saying = HelperSaying("give_visit", str(assignment.id), OPEN_VISIT, visit_page(call))
    tell_helper(saying, assignment, call, now)


def remind_to_contact(call: ServiceCall, now: Occasion) -> None:
    """Remind the helper to call the client (guide: within 12 hours)."""
    _tell_holder("remind_to_contact", call, now)


def remind_to_confirm(call: ServiceCall, now: Occasion) -> None:
    """Remind the helper to confirm the visit (guide: 24 hours before)."""
    _tell_holder("remind_to_confirm", call, now)


def remind_again_to_confirm(call: ServiceCall, now: Occasion) -> None:
    """Remind the helper a last time to confirm the visit."""
    _tell_holder("remind_again_to_confirm", call, now)


def tell_holder_of_replacement(call: ServiceCall, now: Occasion) -> None:
    """Tell the helper that somebody else is sought, and how to keep the visit."""
    _tell_holder("tell_holder_of_replacement", call, now)


def tell_holder_of_desks_search(call: ServiceCall, now: Occasion) -> None:
    """Tell the helper that the desk looks for somebody else, in case he cannot come, and how to keep the visit."""
    _tell_holder("tell_holder_of_desks_search", call, now)


def ask_helper_to_set_out(call: ServiceCall, now: Occasion) -> None:
    """Ask the helper, whose visit has begun by the clock, whether they are on the way."""
    _tell_holder("ask_helper_to_set_out", call, now)


def ask_helper_to_finish(call: ServiceCall, now: Occasion) -> None:
    """Ask the helper to close a visit that seems forgotten."""
    _tell_holder("ask_helper_to_finish", call, now)


def tell_helper_of_desks_finish(call: ServiceCall, now: Occasion) -> None:
    """Tell the helper that our team has closed a visit that was left open, and the client is asked to sign off."""
    _tell_holder("tell_helper_of_desks_finish", call, now)


def tell_released_helper(call: ServiceCall, now: Occasion) -> None:
    """Tell the helper who lost the visit in this very step; who gave it up knows already."""
    _tell_who_lost("tell_released_helper", call, now)


def tell_helper_of_cancellation(call: ServiceCall, now: Occasion) -> None:
    """Tell the helper whose visit was cancelled in this very step."""
    _tell_who_lost("tell_helper_of_cancellation", call, now)


def tell_helper_of_withdrawal(call: ServiceCall, now: Occasion) -> None:
    """Tell the helper at work that the client has withdrawn: stop; what was done until then is paid."""
    held = booking.last_assignment(call)
    if held is not None:
        saying = HelperSaying("tell_helper_of_withdrawal", str(held.id), OPEN_APP, f"{settings.PUBLIC_URL}/app/")
        tell_helper(saying, held, call, now)


def _tell_who_lost(template: str, call: ServiceCall, now: Occasion) -> None:
    lost = call.assignments.filter(state=AssignmentState.RELEASED, ended_at=now.at)
    for assignment in lost.select_related("helper__account"):
        if now.actor not in (assignment.helper.account_id, assignment.helper_id):
            saying = HelperSaying(template, str(assignment.id), OPEN_APP, f"{settings.PUBLIC_URL}/app/")
            tell_helper(saying, assignment, call, now)


def _tell_holder(template: str, call: ServiceCall, now: Occasion) -> None:
    assignment = booking.active_assignment(call)
    if assignment is not None:
        tell_helper(HelperSaying(template, stay(call), OPEN_VISIT, visit_page(call)), assignment, call, now)


def tell_helper(saying: HelperSaying, assignment: Assignment, call: ServiceCall, now: Occasion) -> None:
    """Tell the person of an assignment something by mail."""

    def content(language: str) -> Content:
        telling = Telling(call, language, now.at)
        visit: list[Fact] = [telling.what(), telling.when(), telling.order_number()]
        facts = saying.facts(telling) if saying.facts else visit
        label = str(saying.label)
        return Content(saying.template, call.brand, saying.link, label, support_of(call), facts=facts)

    write(to=account(assignment.helper.account), content=content, call=call, once=saying.once, at=now.at)
