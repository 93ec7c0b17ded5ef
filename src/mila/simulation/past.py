"""Calls that were lived through by the verbs, from the booking to the pay-out, at a time that is over."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from mila.booking import queries as booking
from mila.booking.actions import BookingGiven
from mila.booking.models import Offer, ServiceCall
from mila.journey import actions as journey
from mila.journey import machine
from mila.journey.sweeps import sweep
from mila.kernel.occasion import Occasion, Who
from mila.messaging import actions as messaging
from mila.payments import actions as payments
from mila.payments.adapters.test import pages
from mila.payments.adapters.test.models import Page
from mila.simulation.catalogue import plausible
from mila.visit import actions as visit
from mila.visit.models import CodePurpose, ContactOutcome
from mila.visit.queries import open_steps

CARD = "4242"


def live_through(given: BookingGiven, *, stars: int, booked_at: datetime) -> UUID:
    """Live a call through to the pay-out, and return it. Whoever the search asks first says yes and comes."""
    call = _booked(given, booked_at)
    offer = booking.exclusive_offer(call)
    if offer is None or call.visit_starts_at is None:
        raise LookupError("nobody was asked")
    _promised(offer, booked_at, call.visit_starts_at)
    _visited(call, offer.helper_id, call.visit_starts_at)
    _paid(call, stars, call.visit_starts_at + timedelta(minutes=call.minutes))
    return call.id


def _booked(given: BookingGiven, at: datetime) -> ServiceCall:
    customer = Occasion(Who.CUSTOMER, at)
    call = journey.book(given=given, now=customer)
    means = journey.ask_for_means(call_id=call.id, now=customer)
    payments.open_means_session(means=means, return_url="/", now=customer)
    pages.choose(Page.objects.get(call_id=call.id).id, digits=CARD, at=at)
    work_off(at + timedelta(seconds=10))
    return ServiceCall.objects.get(pk=call.id)


def _promised(offer: Offer, booked_at: datetime, visit_at: datetime) -> None:
    at = booked_at + timedelta(seconds=15)
    journey.acknowledge(offer_key=offer.key, now=_helper(offer.helper_id, at))
    journey.accept(offer_key=offer.key, now=_helper(offer.helper_id, at + timedelta(seconds=40)))
    soon = _helper(offer.helper_id, at + timedelta(hours=1))
    journey.log_contact(call_id=offer.call_id, outcome=ContactOutcome.REACHED, now=soon)
    work_off(visit_at - timedelta(hours=30))
    journey.confirm(call_id=offer.call_id, now=_helper(offer.helper_id, visit_at - timedelta(hours=29)))


def _visited(call: ServiceCall, helper: UUID, visit_at: datetime) -> None:
    work_off(visit_at - timedelta(minutes=20))
    journey.set_out(call_id=call.id, now=_helper(helper, visit_at - timedelta(minutes=15)))
    journey.arrive(call_id=call.id, now=_helper(helper, visit_at))
    journey.show_badge(call_id=call.id, now=_helper(helper, visit_at + timedelta(minutes=2)))
    journey.begin_work(call_id=call.id, now=_helper(helper, visit_at + timedelta(minutes=3)))
    done = _helper(helper, visit_at + timedelta(minutes=call.minutes))
    for step in open_steps(call):
        journey.tick(call_id=call.id, code=step.code, number=plausible(step.asks), now=done)
    journey.finish(call_id=call.id, now=done)


def _paid(call: ServiceCall, stars: int, done_at: datetime) -> None:
    customer = Occasion(Who.CUSTOMER, done_at + timedelta(minutes=5))
    with transaction.atomic():
        code = visit.make_code(call=machine.lock(call.id), purpose=CodePurpose.SIGN_OFF, sent_to="mail", now=customer)
    journey.sign_off(call_id=call.id, code=code, evidence={"device": "own"}, now=customer)
    work_off(done_at + timedelta(minutes=6))
    evening = Occasion(Who.CUSTOMER, done_at + timedelta(hours=3))
    journey.rate(call_id=call.id, stars=stars, axes={}, text="", now=evening)
    later = done_at + timedelta(days=4)
    work_off(later)
    payments.run_payouts(run_on=later.date(), at=later)
    work_off(later)


def work_off(at: datetime) -> None:
    """Do all that the clock and the jobs would have done by then."""
    sweep(at=at, on_fault=_stop)
    while _one_job(at):
        sweep(at=at, on_fault=_stop)


def _one_job(at: datetime) -> bool:
    bank = Occasion(Who.BANK, at)
    if messaging.send_next(at=at) or journey.pay_out_next(now=bank):
        return True
    if answer := payments.ask_bank_next(at=at):
        journey.bank_answered(answer=answer, now=bank)
        return True
    if notice := payments.next_notice(at=at):
        journey.bank_notified(notice=notice, now=bank)
        return True
    return False


def _helper(helper: UUID, at: datetime) -> Occasion:
    return Occasion(Who.PROVIDER, at, helper)


def _stop(call_id: UUID, fault: Exception) -> None:
    raise fault
