"""`manage jobs`: all talk with the firms outside, and the daily pay-out run."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError

from mila.countries.models import Country
from mila.crowd import actions as crowd
from mila.journey import actions as journey
from mila.kernel.occasion import Occasion, Who
from mila.messaging import actions as messaging
from mila.payments import actions as payments
from mila.sites.clock.worker import Beside, Every, run_until_stopped

log = logging.getLogger("mila.jobs")

LOOK_AT_CALENDARS = timedelta(seconds=10)
PAY_OUT_FROM = 6  # o'clock, in the country's time zone


class Command(BaseCommand):
    """Sends messages, asks the bank and pays out until it is stopped; any number of them may run at once."""

    help = "Send messages, ask the bank, pay out, until stopped."

    def handle(self, *args: object, **options: object) -> None:
        """Run."""
        calendars = Every(LOOK_AT_CALENDARS, Beside(_read_calendar))
        run_until_stopped("jobs", lambda at: _tick(at) + calendars(at), every_seconds=1)


def _tick(at: datetime) -> int:
    work = (_send, _ask_bank, _hear_bank, _transfer, _pay_out)
    return sum(_guarded(job, at) for job in work)


def _guarded(job: Callable[[datetime], int], at: datetime) -> int:
    try:
        return job(at)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        # What it had in hand comes back when its lease is over; nobody else waits for it.
        log.exception("job failed job=%s", job.__name__)
        return 0


def _read_calendar(at: datetime) -> int:
    return int(crowd.read_next_calendar(at=at) is not None)


def _send(at: datetime) -> int:
    return int(messaging.send_next(at=at))


def _ask_bank(at: datetime) -> int:
    answer = payments.ask_bank_next(at=at)
    if answer is None:
        return 0
    journey.bank_answered(answer=answer, now=Occasion(by=Who.BANK, at=at))
    return 1


def _hear_bank(at: datetime) -> int:
    notice = payments.next_notice(at=at)
    if notice is None:
        return 0
    journey.bank_notified(notice=notice, now=Occasion(by=Who.BANK, at=at))
    return 1


def _transfer(at: datetime) -> int:
    return int(journey.pay_out_next(now=Occasion(by=Who.BANK, at=at)))


def _pay_out(at: datetime) -> int:
    runs = 0
    for country in Country.objects.all():
        local = at.astimezone(ZoneInfo(country.zone))
        if local.hour >= PAY_OUT_FROM:
            runs += payments.run_payouts(run_on=local.date(), at=at)
    return runs
