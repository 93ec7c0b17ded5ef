"""The newest quarter of the city: changes asked for, talk, errands to a branch, cases, voices, what a phone kept."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid4

from django.test import Client
from tests.changes import a_second_package, everything
from tests.factories import (
    a_branch,
    a_brand,
    a_brought_package,
    a_call_to_bring,
    a_confirmed_call,
    a_counter,
    a_done_call,
    a_price,
    a_product,
    a_sales_rate,
    an_errand,
    an_offer,
    by,
    by_helper,
)
from tests.sales import the_shop_says
from tests.story import signed_off

from mila.accounts.models import Account
from mila.booking.models import ChangeReason, ChangeRequest, ChangeState, ServiceCall
from mila.booking.pricing import ExtraWork, Wanted
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.kernel.money import Money
from mila.kernel.occasion import Occasion
from mila.kernel.occasion import Who as By
from mila.payments import actions as payments
from mila.payments.adapters.test import bank, disputing
from mila.payments.adapters.test.cards import CARDS
from mila.payments.adapters.test.models import Word
from mila.payments.models import Charge, Dispute
from mila.quality.cases import Decision
from mila.quality.models import Bearer, CasePhoto, GuaranteeCase, Outcome, Recommendation
from mila.sites.now import now
from mila.visit.models import ContactOutcome, KeptTap, Photo, TapOutcome
from mila.visit.parcels import PickUp
from mila.visit.products import Suggestion
from mila.visit.rules import Fault

SOLD = ("ordered", "confirmed")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LONG = "Nach dem Zügeln geht das WLAN im Kinderzimmer nicht mehr; bitte zuerst anrufen: vreni.aeschbacher@example.org"


def changing(helper: Helper) -> list[ServiceCall]:
    """Return confirmed visits of the helper: with a small change asked for, a large one that the bank does not cover,
    one withdrawn, and less.
    """
    a_second_package()
    calls = [
        a_confirmed_call(helper, now(), starts_at=afternoon(days), key=f"change {days}") for days in (21, 22, 23, 24)
    ]
    small, large, back, plain = calls
    _ask(helper, small, extra=900)
    _ask(helper, large, add=("printer",), extra=6900)
    ChangeRequest.objects.filter(call=large).update(state=ChangeState.SHORT)
    _ask(helper, back, extra=1900)
    journey.withdraw_change(call_id=back.id, now=by_helper(helper, now()))
    for call in (small, plain):
        _talk(helper, call)
    _kept(helper, plain)
    return calls


def _ask(helper: Helper, call: ServiceCall, *, extra: int, add: tuple[str, ...] = ()) -> None:
    wanted = Wanted(keep=everything(call), add=add, extra=(ExtraWork("Kabelkanal bis ins Büro", "de", extra),))
    said = by_helper(helper, now())
    journey.ask_for_change(call_id=call.id, wanted=wanted, reason=ChangeReason.MORE_WORK, words=LONG, now=said)


def _talk(helper: Helper, call: ServiceCall) -> None:
    mine, theirs = by_helper(helper, now()), by(By.CUSTOMER, now())
    journey.write_to_client(call_id=call.id, phrase="where_park", text="", language="de", now=mine)
    journey.write_to_helper(call_id=call.id, phrase="park_here", text="", language="de", now=theirs)
    journey.write_to_helper(call_id=call.id, phrase="", text=LONG, language="de", now=theirs)


def _kept(helper: Helper, call: ServiceCall) -> None:
    """Have the helper's phone send something that could not be applied any more."""
    for name, facts in (("tick", {"code": "tidy_up"}), ("note", {"words": LONG})):
        KeptTap.objects.create(
            helper=helper, call=call, key=uuid4(), name=name, facts=facts, tapped_at=now(), received_at=now(),
            outcome=TapOutcome.REFUSED, answer="That is not possible at this stage.",
        )  # fmt: skip


def cases(helper: Helper, desk: Account) -> list[ServiceCall]:
    """Return visits of the helper about which a case is open, answered, and decided in two ways; each with photos."""
    calls = [_signed_off(helper, days) for days in (2, 3, 4, 5)]
    opened = [_open(call) for call in calls]
    for call in calls[1:3]:
        journey.answer_case(call_id=call.id, words=LONG, photos=(), now=by_helper(helper, now()))
    said = Occasion(by=By.DESK, at=now(), actor=desk.pk)
    journey.take_case(case_id=opened[1].pk, now=said)
    for case, outcome in zip(opened[2:], (Outcome.NONE, Outcome.REDO), strict=True):
        decision = Decision(outcome, 0, Bearer.OPERATOR, LONG)
        journey.decide_case(case_id=case.pk, decision=decision, now=said)
    return calls


def disputes(helper: Helper) -> list[ServiceCall]:
    """Return visits whose payment is disputed: taken back, warned of, answered, and lost with nobody to carry it."""
    calls = [_signed_off(helper, days) for days in (21, 22, 23, 24)]
    words = (Word.NEEDS_RESPONSE, Word.WARNING, Word.NEEDS_RESPONSE, Word.LOST)
    for call, word in zip(calls, words, strict=True):
        taken = _charged(call)
        disputing.open_dispute(taken_id=taken, amount=9390, reason="general", word=word, at=now())
    while (notice := payments.next_notice(at=now())) is not None:
        journey.bank_notified(notice=notice, now=by(By.BANK, now()))
    answered = Dispute.objects.get(call=calls[2])
    journey.hand_in(dispute_id=answered.pk, words=LONG, verdict=None, now=by(By.DESK, now()))
    Dispute.objects.filter(call=calls[0]).update(alarmed_at=now(), alarm_at=None)
    return calls


def _charged(call: ServiceCall) -> str:
    """Return the bank's reference of the payment."""
    charge = Charge.objects.get(call=call)
    amount = Money(charge.amount, charge.currency)
    captured = bank.take(key=f"charge:{charge.pk}:1", card=CARDS["4242"], amount=amount, at=now())
    answer = payments.ChargeAnswer(call.pk, charge.pk, charge.attempt, captured)
    journey.bank_answered(answer=answer, now=by(By.BANK, now()))
    return captured.reference


def _signed_off(helper: Helper, days: int) -> ServiceCall:
    call = a_done_call(helper, afternoon(-days) - 2 * DAY, starts_at=afternoon(-days), key=f"case {days}")
    return signed_off(call, call.since + timedelta(minutes=5))


def _open(call: ServiceCall) -> GuaranteeCase:
    said = by(By.CUSTOMER, call.since + HOUR)
    return journey.open_case(call_id=call.id, words=LONG, packages=("wifi-setup",), photos=(), now=said)


def photo(case: GuaranteeCase, of: ServiceCall, helper: Helper) -> UUID:
    """Return the id of two photos, one of the visit and one of the case."""
    taken = {"jpeg": b"j", "width": 1, "height": 1, "at": now()}
    mine = Photo.objects.create(call=of, helper=helper, code="introduce", **taken)
    CasePhoto.objects.create(pk=mine.pk, case=case, by="customer", **taken)
    return mine.pk


def voices(calls: Sequence[ServiceCall]) -> None:
    """Have customers say what they think: that they are not content, at length, and how likely they recommend."""
    for call, (stars, score) in zip(calls, ((1, 2), (5, 10), (3, None)), strict=False):
        journey.rate(call_id=call.id, stars=stars, axes={}, text=LONG, now=by(By.CUSTOMER, call.since + HOUR))
        answered = call.since + 3 * HOUR if score is not None else None
        asked = {"due_at": None, "asked_at": call.since + 2 * HOUR, "score": score, "answered_at": answered}
        Recommendation.objects.update_or_create(call=call, defaults=asked)


class Counter:
    """A branch in Bern with its tablet, and errands of the helper to it, each in another state."""

    def __init__(self, helper: Helper) -> None:
        self._helper = helper
        self.branch = a_branch(brand=a_brand("interdiscount", is_own=False))
        self.seat = a_counter(self.branch)
        self.browser = Client()
        self.browser.force_login(self.seat.account, backend="mila.accounts.ways.TwoFactors")
        self.calls = [self._brought(days) for days in (1, 25, 26, 27, 28)]
        self.errands = [an_errand(call) for call in self.calls]
        self._happens(*self.errands[1:])
        self.recommended = self._recommended(self.calls[0])
        words = zip(self.recommended[:2], SOLD, strict=True)
        self.sales = [the_shop_says(row, word, now(), order=word) for row, word in words]

    def _happens(self, locked: PickUp, carried: PickUp, back: PickUp, missing: PickUp) -> None:
        at, said = self.branch.pk, by(By.BRAND, now(), self.seat.account_id)
        journey.refuse_id(pick_up_id=locked.pk, branch_id=at, now=said)
        for row in (carried, back):
            journey.hand_out(pick_up_id=row.pk, branch_id=at, code=row.code, id_matches=True, now=said)
        journey.cancel_by_desk(call_id=back.delivery.call_id, reason="Asked for by telephone", now=by(By.DESK, now()))
        journey.fail_pick_up(pick_up_id=missing.pk, fault=Fault.NOT_THERE, words=LONG, branch_id=at, now=said)

    def _recommended(self, call: ServiceCall) -> list[Suggestion]:
        """Have the helper recommend three products of the branch's brand; the last is not ordered yet."""
        a_sales_rate(self.branch.brand)
        products = [a_product(code, brand=self.branch.brand) for code in ("bracket", "cable", "repeater")]
        mine = by_helper(self._helper, now())
        return [journey.suggest_product(call_id=call.id, product_id=one.id, now=mine) for one in products]

    def _brought(self, days: int) -> ServiceCall:
        at = now() - 3 * DAY  # early enough that one is asked after the other
        mine = by_helper(self._helper, at)
        call = a_call_to_bring(self.branch, at, order=f"ID-{days}", starts_at=afternoon(days))
        offer = an_offer(call, at)
        journey.acknowledge(offer_key=offer.key, now=mine)
        journey.accept(offer_key=offer.key, now=mine)
        call = journey.log_contact(call_id=call.id, outcome=ContactOutcome.REACHED, now=mine)
        return call if call.stage == "confirmed" else journey.confirm(call_id=call.id, now=mine)


def erna() -> Client:
    """Return the browser of a visitor who books something that is fetched at a branch."""
    package = a_brought_package("speaker")
    a_price(package=package)
    a_branch("zuerich")
    browser = Client()
    browser.post("/book/service/speaker/")
    return browser


def afternoon(days: int) -> datetime:
    """Return one o'clock in so many days, in UTC."""
    return datetime.combine(now().date() + timedelta(days=days), time(13), UTC)
