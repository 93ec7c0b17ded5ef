"""`manage jobs`: all talk with the firms outside, each by a thread of its own, and the daily pay-out run."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError
from django.db.models import QuerySet, Value

from mila.countries.models import Country
from mila.crowd import actions as crowd
from mila.crowd.models import CalendarSubscription
from mila.journey import actions as journey
from mila.kernel.kept import SECONDS, keep_for
from mila.kernel.lasting import settle
from mila.kernel.occasion import Occasion, Who
from mila.messaging import actions as messaging
from mila.messaging.models import Channel, Message
from mila.payments import actions as payments
from mila.payments.models import Charge, Dispute, Hold, Payout, Refund
from mila.sites.clock.breaker import Breaker
from mila.sites.clock.worker import Every, Line, Work, run_beside_each_other
from mila.worded import worded

log = logging.getLogger("mila.jobs")

PAY_OUT_FROM = 6  # o'clock, in the country's time zone
BANK, PAY_OUTS, CALENDARS = "bank", "pay_out", "calendars"
DUE: Mapping[type[Any], str] = {
    **dict.fromkeys((Charge, Hold, Refund, Dispute), BANK),
    Payout: PAY_OUTS,
    CalendarSubscription: CALENDARS,
}
HEARD_EVERY, BUNDLED_EVERY = timedelta(seconds=1), timedelta(seconds=5)
UNCALLED = 15.0  # seconds: a look of its own, should nobody call


class Command(BaseCommand):
    """Sends messages, asks the bank and pays out until it is stopped; any number of them may run at once."""

    help = "Send messages, ask the bank, pay out, until stopped."

    def handle(self, *args: object, **options: object) -> None:
        """Run."""
        keep_for(SECONDS)
        settle()
        run_beside_each_other("jobs", lines(), called, every_seconds=1)


def lines() -> dict[str, Line]:
    """Return the work by the firm it waits for: who waits long holds up nobody else's queue."""
    posts = {
        channel.value: Line(partial(_guarded, partial(_send, channel, Breaker())), UNCALLED) for channel in Channel
    }
    bank = (partial(_ask_bank, Breaker()), Every(HEARD_EVERY, partial(_guarded, _hear_bank)))
    pay_outs = (partial(_transfer, Breaker()), Every(BUNDLED_EVERY, partial(_guarded, pay_out)))
    return {
        **posts,
        BANK: Line(partial(_each, bank), HEARD_EVERY.total_seconds()),
        PAY_OUTS: Line(partial(_each, pay_outs), BUNDLED_EVERY.total_seconds()),
        CALENDARS: Line(partial(_guarded, _read_calendar), UNCALLED),
        "numbers": Line(partial(_guarded, _mask_number), 1),
    }


@worded
def called(at: datetime) -> QuerySet[Any, str]:
    """Return whom something waits for, by one look at all the rows with a time of their own."""
    messages = Message.objects.filter(due_at__lte=at).order_by("due_at")
    first, *posts = [_one(messages.filter(channel=channel), channel.value) for channel in Channel]
    others = [_one(rows.objects.filter(due_at__lte=at).order_by("due_at"), name) for rows, name in DUE.items()]
    return first.union(*posts, *others, all=True)


def _one(rows: QuerySet[Any], name: str) -> QuerySet[Any, str]:
    return rows.values_list(Value(name), flat=True)[:1]


def _each(jobs: Sequence[Work], at: datetime) -> int:
    return sum(_guarded(job, at) for job in jobs)


def _guarded(job: Callable[[datetime], int], at: datetime) -> int:
    try:
        return job(at)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        # What it had in hand comes back when its lease is over; nobody else waits for it.
        log.exception("job failed job=%s", getattr(job, "func", job).__name__)
        return 0


def _read_calendar(at: datetime) -> int:
    return int(crowd.read_next_calendar(at=at) is not None)


def _mask_number(at: datetime) -> int:
    return messaging.mask_next(at=at)


def _send(channel: Channel, breaker: Breaker, at: datetime) -> int:
    resting = breaker.resting(at)
    if channel in resting:
        return 0
    errand = messaging.send_next(at=at, by=channel, resting=resting)
    if errand is None:
        return 0
    breaker.note(errand.line, at, is_away=errand.is_away)
    return 1


def _ask_bank(breaker: Breaker, at: datetime) -> int:
    if BANK in breaker.resting(at):
        return 0
    try:
        answer = payments.ask_bank_next(at=at)
    except payments.BankAway:
        breaker.note(BANK, at, is_away=True)
        return 1
    if answer is None:
        return 0
    breaker.note(BANK, at, is_away=False)
    journey.bank_answered(answer=answer, now=Occasion(by=Who.BANK, at=at))
    return 1


def _hear_bank(at: datetime) -> int:
    try:
        notice = payments.next_notice(at=at)
    except payments.BankFault as fault:
        log.warning("the bank's messages cannot be read: %s", fault)
        return 0
    if notice is None:
        return 0
    journey.bank_notified(notice=notice, now=Occasion(by=Who.BANK, at=at))
    return 1


def _transfer(breaker: Breaker, at: datetime) -> int:
    if BANK in breaker.resting(at):
        return 0
    try:
        found = journey.pay_out_next(now=Occasion(by=Who.BANK, at=at))
    except payments.BankAway:
        breaker.note(BANK, at, is_away=True)
        return 1
    breaker.note(BANK, at, is_away=False)
    return int(found)


def pay_out(at: datetime) -> int:
    """Bundle the day's pay-outs of every country in which it is morning; return how many were made."""
    runs = 0
    for country in Country.objects.all():
        local = at.astimezone(ZoneInfo(country.zone))
        if local.hour >= PAY_OUT_FROM:
            runs += payments.run_payouts(run_on=local.date(), at=at)
    return runs
