"""Guarantee cases: the customer opens, the helper answers, the desk decides. Each verb locks the call first."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from mila.booking import actions as bookings
from mila.booking import queries as booking
from mila.booking import redoing
from mila.booking.models import Assignment, LineKind, ServiceCall
from mila.journey import machine
from mila.journey.actions.visits import NotYourVisit
from mila.kernel.money import Money
from mila.kernel.occasion import Occasion, Who
from mila.kernel.pictures import Picture
from mila.messaging import actions as messaging
from mila.payments import actions as payments
from mila.payments import queries as payment
from mila.payments import stakes
from mila.payments.actions import GivenBack
from mila.payments.refunding import Carrier
from mila.quality import cases
from mila.quality.cases import Decision
from mila.quality.models import CaseState, GuaranteeCase, Outcome


def open_case(
    *, call_id: UUID, words: str, packages: Sequence[str], photos: Sequence[Picture], now: Occasion
) -> GuaranteeCase:
    """Open a case about a visit, or about some of its packages: the disputed part of the helper's money is held.

    Refuses it after fourteen days, beside an open one, and without a word.
    """
    with transaction.atomic():
        call = machine.lock(call_id)
        _came(call)
        disputed = _disputed(call, packages)
        row = cases.open_case(call=call, words=words, disputed=disputed, photos=photos, now=now)
        claim = payment.visit_claim(call)
        if claim is not None:
            share = payments.share_of(call, amount=disputed, at=now.at)
            payments.hold_share(claim=claim, source=row.pk, amount=share, now=now)
        bookings.note(call, step="case_opened", now=now, facts={"cost": disputed})
        messaging.confirm_case(call, now, row.hear_by)
        messaging.ask_helper_about_case(call, now, row.hear_by)
        return row


def answer_case(*, call_id: UUID, words: str, photos: Sequence[Picture], now: Occasion) -> GuaranteeCase:
    """Say the helper's side of the open case, once. Refuses strangers, and a case that is answered or decided."""
    with transaction.atomic():
        call = machine.lock(call_id)
        row = _open(call)
        if row is None:
            raise cases.AnsweredAlready
        if _came(call).helper_id != now.actor:
            raise NotYourVisit
        cases.answer(row=row, words=words, photos=photos, now=now)
        bookings.note(call, step="case_answered", now=now)
        return row


def hear_no_more(call: ServiceCall, now: Occasion) -> None:
    """Go on without the helper's side, as the clock: the desk decides on what there is."""
    row = _open(call)
    if row is not None and cases.note_silence(row=row, now=now):
        bookings.note(call, step="case_silent", now=now)
        messaging.tell_helper_case_goes_on(call, now)


def take_case(*, case_id: UUID, now: Occasion) -> GuaranteeCase:
    """Look after a case, as the person at the desk who says so."""
    with transaction.atomic():
        call, row = _locked(case_id)
        if now.actor is not None and row.owner_id != now.actor:
            cases.take(row=row, owner=now.actor)
            bookings.note(call, step="case_taken", now=now)
        return row


def decide_case(*, case_id: UUID, decision: Decision, now: Occasion) -> GuaranteeCase:
    """End a case: money moves through the books, a redo is booked, both sides read the reason. Refuses a second time.

    Refuses an amount beyond what is left of the price, money back for a visit that was not paid, and money back that
    the payer's bank has taken by itself.
    """
    with transaction.atomic():
        call, row = _locked(case_id)
        if row.state != CaseState.OPEN:
            raise cases.DecidedAlready
        given = _what_goes_back(call, row, decision)
        redo = _redo(call, row, now) if decision.outcome is Outcome.REDO else None
        settled = Decision(decision.outcome, given.amount, decision.bearer, decision.reason)
        cases.decide(row=row, decision=settled, redo=redo, now=now)
        taken = _move_money(call, row, given, now)
        payments.settle_share(source=row.pk, taken=taken, now=now)
        facts: dict[str, object] = {"outcome": decision.outcome.value, "cost": given.amount}
        bookings.note(call, step="case_decided", now=now, facts=facts)
        currency = booking.current_quote(call).currency
        back, carried = Money(given.amount, currency), Money(taken, currency)
        decided = messaging.Decided(row.pk, decision.outcome.value, row.reason, back, carried)
        messaging.tell_of_decision(call, decided, now)
        messaging.tell_helper_of_decision(call, decided, now)
        return row


def try_refund_again(*, call_id: UUID, refund_id: UUID, now: Occasion) -> None:
    """Ask the bank anew for a refund that it refused."""
    with transaction.atomic():
        payments.try_refund_again(call=machine.lock(call_id), refund_id=refund_id, now=now)


def _what_goes_back(call: ServiceCall, row: GuaranteeCase, decision: Decision) -> GivenBack:
    left = payments.left_to_refund(call).minor
    amount = {Outcome.FULL: left, Outcome.PART: decision.amount}.get(decision.outcome, 0)
    beyond = decision.outcome is Outcome.FULL or (decision.outcome is Outcome.PART and amount >= left)
    if beyond and stakes.at_stake(call):
        raise payments.Disputed
    if decision.outcome is Outcome.PART and not 0 < amount < left:
        raise payments.TooMuch
    return GivenBack(row.pk, amount, Carrier(decision.bearer))


def _move_money(call: ServiceCall, row: GuaranteeCase, given: GivenBack, now: Occasion) -> int:
    """Return what is taken of the helper's money."""
    if given.amount:
        return payments.give_back(call=call, given=given, now=now)
    if row.outcome == Outcome.REDO and given.carrier is Carrier.HELPER:
        return payments.take_pay_back(call=call, held=_came(call), source=row.pk, now=now)
    return 0


def _redo(call: ServiceCall, row: GuaranteeCase, now: Occasion) -> ServiceCall:
    pay = payment.pay_of(booking.current_quote(call))
    redo = redoing.write_redo(call=call, key=f"redo:{row.pk}", pay=pay, now=now)
    machine.begin(redo, now)
    redoing.keep_apart(redo=redo, met=_came(call), now=now)
    machine.take("secure", call=redo, now=Occasion(by=Who.BANK, at=now.at))
    return redo


def _came(call: ServiceCall) -> Assignment:
    held = booking.last_assignment(call)
    if held is None:
        raise cases.NoCase
    return held


def _open(call: ServiceCall) -> GuaranteeCase | None:
    return call.cases.filter(state=CaseState.OPEN).first()


def _locked(case_id: UUID) -> tuple[ServiceCall, GuaranteeCase]:
    call = machine.lock(GuaranteeCase.objects.values_list("call", flat=True).get(pk=case_id))
    return call, GuaranteeCase.objects.get(pk=case_id)


def _disputed(call: ServiceCall, packages: Sequence[str]) -> int:
    lines = list(booking.current_quote(call).lines.all())
    named = [line.amount for line in lines if line.kind == LineKind.PACKAGE and line.package_id in packages]
    worked = [line.amount for line in lines if line.kind != LineKind.GUARANTEE_FEE]
    return min(sum(named or worked), payments.left_to_refund(call).minor)
