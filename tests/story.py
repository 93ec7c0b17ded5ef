"""What happens by itself in a test: the clock, the bank, the outbox; and calls that have come further than a visit."""

from datetime import datetime, timedelta
from uuid import UUID

from tests.factories import NOON, a_done_call, a_drafted_call, by, by_helper

from mila.booking import queries as booking
from mila.booking.models import ChangeRequest, FollowUp, Offer, Search, ServiceCall, Stage, TimeProposal
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.journey.sweeps import sweep
from mila.kernel.occasion import Who
from mila.messaging.models import Message
from mila.payments import actions as payments
from mila.payments.adapters import MeansAnswer, Saved
from mila.payments.adapters.test.cards import CARDS, means_of
from mila.payments.models import Charge, Dispute, Posting, Sale
from mila.quality.models import GuaranteeCase, Recommendation
from mila.visit.actions import make_code
from mila.visit.models import CodePurpose, ContactOutcome
from mila.visit.queries import open_steps

EVIDENCE = {"device": "test"}


def fail(_call: UUID, fault: Exception) -> None:
    raise fault


def clock_runs(at: datetime) -> None:
    """Let the clock take all that is overdue at the time, until nothing is."""
    for _ in range(50):
        if not sweep(at=at, on_fault=fail):
            return
    raise AssertionError("the clock never comes to rest")


def clock_runs_until(end: datetime) -> None:
    """Let the clock take every step at the very time when it is due, up to the end."""
    for _ in range(500):
        soonest = _soonest()
        if soonest is None or soonest > end:
            return
        clock_runs(soonest)
    raise AssertionError("the clock never comes to rest")


def bank_runs(at: datetime) -> None:
    """Ask the bank about all that is due at the time, and take its answers in."""
    while (answer := payments.ask_bank_next(at=at)) is not None:
        journey.bank_answered(answer=answer, now=by(Who.BANK, at))
    while (notice := payments.next_notice(at=at)) is not None:
        journey.bank_notified(notice=notice, now=by(Who.BANK, at))


def pay_out_runs(at: datetime) -> int:
    """Run the day's pay-outs and have the bank transfer them; return how many there were."""
    runs = payments.run_payouts(run_on=at.date(), at=at)
    while payments.pay_out_next(at=at):
        pass
    return runs


def a_secured_call(at: datetime = NOON, *, card: str = "4242", **given: object) -> ServiceCall:
    """Return a call whose customer has saved the test card at the bank."""
    call = a_drafted_call(at, **given)
    means = journey.ask_for_means(call_id=call.id, now=by(Who.CUSTOMER, at))
    saved = Saved(means_of(CARDS[card]), CARDS[card].label, CARDS[card].can_hold)
    journey.bank_answered(answer=MeansAnswer(call.id, means.id, means.attempt, saved), now=by(Who.BANK, at))
    return fresh(call)


def who_is_asked(call: ServiceCall, at: datetime) -> Helper:
    """Let the clock run, and return the helper who then holds the call's exclusive offer."""
    return open_offer(call, at).helper


def open_offer(call: ServiceCall, at: datetime) -> Offer:
    """Let the clock run, and return the call's exclusive offer."""
    clock_runs(at)
    offer = booking.exclusive_offer(call)
    assert offer is not None, "nobody is asked"
    return offer


def accepted_by(helper: Helper, call: ServiceCall, at: datetime) -> ServiceCall:
    """Return the call after the helper was asked, saw the offer and said yes."""
    offer = open_offer(call, at)
    assert offer.helper == helper, f"{offer.helper.first_name} is asked instead"
    journey.acknowledge(offer_key=offer.key, now=by_helper(helper, at))
    return journey.accept(offer_key=offer.key, now=by_helper(helper, at)).call


def done_by(helper: Helper, call: ServiceCall, at: datetime) -> ServiceCall:
    """Return the call after the helper accepted it now and did the visit at its time."""
    accepted_by(helper, call, at)
    call = journey.log_contact(call_id=call.id, outcome=ContactOutcome.REACHED, now=by_helper(helper, at))
    if call.stage == Stage.CONTACTED:
        call = journey.confirm(call_id=call.id, now=by_helper(helper, at))
    assert call.visit_starts_at is not None
    then = by_helper(helper, call.visit_starts_at)
    journey.set_out(call_id=call.id, now=then)
    journey.arrive(call_id=call.id, now=then)
    journey.show_badge(call_id=call.id, now=then)
    journey.begin_work(call_id=call.id, now=then)
    for step in open_steps(call):
        journey.tick(call_id=call.id, code=step.code, now=then)
    return journey.finish(call_id=call.id, now=then)


def signed_off(call: ServiceCall, at: datetime) -> ServiceCall:
    """Return the call after the customer has signed off with a code."""
    code = make_code(call=call, purpose=CodePurpose.SIGN_OFF, sent_to="mail", now=by(Who.CUSTOMER, at))
    return journey.sign_off(call_id=call.id, code=code, evidence=EVIDENCE, now=by(Who.CUSTOMER, at))


def a_signed_off_call(helper: Helper, at: datetime = NOON, **given: object) -> ServiceCall:
    """Return a call that the customer has signed off five minutes after the work was done."""
    call = a_done_call(helper, at, **given)
    return signed_off(call, call.since + timedelta(minutes=5))


def fresh(call: ServiceCall) -> ServiceCall:
    """Return the call as it stands in the database."""
    return ServiceCall.objects.select_related("address", "brand", "country").get(pk=call.pk)


def stage(call: ServiceCall) -> Stage:
    """Return where the call stands in the database."""
    return Stage(fresh(call).stage)


def steps(call: ServiceCall) -> list[str]:
    """Return what the diary of the call says, in order."""
    return list(call.diary.order_by("number").values_list("step", flat=True))


def told(call: ServiceCall, template: str) -> list[Message]:
    """Return the messages of the kind that were written about the call."""
    return list(Message.objects.filter(call=call, template=template).order_by("made_at", "id"))


def books_balance() -> bool:
    """Tell whether every posting adds up to zero in each currency."""
    for posting in Posting.objects.prefetch_related("entries"):
        sums: dict[str, int] = {}
        for entry in posting.entries.all():
            sums[entry.currency] = sums.get(entry.currency, 0) + entry.amount
        if any(sums.values()) or not sums:
            return False
    return True


def _soonest() -> datetime | None:

    calls = ServiceCall.objects.exclude(due_at=None).order_by("due_at").values_list("due_at", flat=True).first()
    offers = Offer.objects.exclude(due_at=None).order_by("due_at").values_list("due_at", flat=True).first()
    searches = Search.objects.exclude(due_at=None).order_by("due_at").values_list("due_at", flat=True).first()
    asked = Recommendation.objects.exclude(due_at=None).order_by("due_at").values_list("due_at", flat=True).first()
    debts = Charge.objects.exclude(dun_at=None).order_by("dun_at").values_list("dun_at", flat=True).first()
    cases = GuaranteeCase.objects.exclude(due_at=None).order_by("due_at").values_list("due_at", flat=True).first()
    times = TimeProposal.objects.exclude(due_at=None).order_by("due_at").values_list("due_at", flat=True).first()
    changes = ChangeRequest.objects.exclude(due_at=None).order_by("due_at").values_list("due_at", flat=True).first()
    alarms = Dispute.objects.exclude(alarm_at=None).order_by("alarm_at").values_list("alarm_at", flat=True).first()
    further = FollowUp.objects.exclude(due_at=None).order_by("due_at").values_list("due_at", flat=True).first()
    sales = Sale.objects.exclude(due_at=None).order_by("due_at").values_list("due_at", flat=True).first()
    found = (alarms, calls, offers, searches, times, asked, debts, changes, cases, further, sales)
    return min((one for one in found if one is not None), default=None)
