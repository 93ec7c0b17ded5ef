"""Complete lifecycles per second through the verbs, against the same rows written by one database function a step.

Both write to the same tables with the same constraints and triggers, one commit a step, one client, turn by turn.
"""

import os
import statistics
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mila.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402
from tests.factories import NOON, STEPS, a_booking, a_helper, a_price, by, by_helper  # noqa: E402

from benchmarks.recording import Recording, write_functions  # noqa: E402
from mila.booking import queries as booking  # noqa: E402
from mila.booking.actions import BookingGiven  # noqa: E402
from mila.crowd.models import Helper  # noqa: E402
from mila.journey import actions as journey  # noqa: E402
from mila.journey import machine  # noqa: E402
from mila.journey.sweeps import sweep  # noqa: E402
from mila.kernel.occasion import Who  # noqa: E402
from mila.payments import actions as payments  # noqa: E402
from mila.payments.adapters import Captured, ChargeAnswer, Saved  # noqa: E402
from mila.visit import actions as visit  # noqa: E402
from mila.visit.models import CodePurpose, ContactOutcome  # noqa: E402

ROUNDS, CALLS = 5, 20

Mark = Callable[[str], None]


def one_lifecycle(given: BookingGiven, luca: Helper, mark: Mark, at: datetime = NOON) -> UUID:
    """Run one call from the booking to the released claim, one commit a step; `mark` is told each step's name."""
    customer, bank, clock = by(Who.CUSTOMER, at), by(Who.BANK, at), by(Who.CLOCK, at)
    mark("book")
    call = journey.book(given=given, now=customer)
    mark("ask_for_means")
    means = journey.ask_for_means(call_id=call.id, now=customer)
    mark("secure")
    saved = payments.MeansAnswer(call.id, means.id, means.attempt, Saved("pm_bench", "Test 4242", can_hold=True))
    journey.bank_answered(answer=saved, now=bank)
    mark("offer")
    journey.move_search(call_id=call.id, now=clock)
    offer = booking.exclusive_offer(call)
    if offer is None:
        raise SystemExit("nobody was asked")
    helper = by_helper(luca, at + timedelta(seconds=5))
    mark("acknowledge")
    journey.acknowledge(offer_key=offer.key, now=helper)
    mark("accept")
    journey.accept(offer_key=offer.key, now=helper)
    mark("contact")
    journey.log_contact(call_id=call.id, outcome=ContactOutcome.REACHED, now=helper)
    mark("confirm")
    journey.confirm(call_id=call.id, now=helper)
    _visit(call.id, luca, mark)
    return call.id


def _visit(call_id: UUID, luca: Helper, mark: Mark) -> None:
    there = by_helper(luca, NOON + timedelta(days=3, hours=2))
    for verb in (journey.set_out, journey.arrive, journey.show_badge, journey.begin_work):
        mark(verb.__name__)
        verb(call_id=call_id, now=there)
    for step in STEPS:
        mark(f"tick_{step['code']}")
        journey.tick(call_id=call_id, code=str(step["code"]), now=there)
    mark("finish")
    journey.finish(call_id=call_id, now=there)
    _money(call_id, there.at, mark)


def _money(call_id: UUID, at: datetime, mark: Mark) -> None:
    mark("code")
    with transaction.atomic():
        call = machine.lock(call_id)
        code = visit.make_code(call=call, purpose=CodePurpose.SIGN_OFF, sent_to="mail", now=by(Who.CUSTOMER, at))
    mark("sign_off")
    journey.sign_off(call_id=call_id, code=code, evidence={}, now=by(Who.CUSTOMER, at))
    charge = call.charges.get()
    mark("charge")
    taken = ChargeAnswer(call_id, charge.id, charge.attempt, Captured("ch_bench", 389, at))
    journey.bank_answered(answer=taken, now=by(Who.BANK, at))
    mark("rate")
    journey.rate(call_id=call_id, stars=5, axes={}, text="", now=by(Who.CUSTOMER, at))
    mark("release")
    sweep(at=at + timedelta(days=4), on_fault=_stop)


def _stop(call_id: UUID, fault: Exception) -> None:
    raise fault


def _known() -> list[str]:
    """Return the identifiers of the catalogue and the crowd: they are there before any call."""
    found = []
    with connection.cursor() as cursor:
        for table in ("accounts_account", "countries_legalentity", "partners_brand", "partners_commissionrule",
                      "crowd_provider", "crowd_helper", "dispatch_weights", "payments_documentseries"):  # fmt: skip
            cursor.execute(f"select replace(id::text, '-', '') from {table}")  # noqa: S608
            found += [row[0] for row in cursor.fetchall()]
    return found


def _by_functions(names: list[str], run: str) -> None:
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"select {name}(%s)", [run])


def _rate(work: Callable[[int], None]) -> float:
    began = time.perf_counter()
    for number in range(CALLS):
        work(number)
    return CALLS / (time.perf_counter() - began)


def main() -> None:
    """Measure turn by turn and print the medians."""
    luca = a_helper()
    a_price()
    one_lifecycle(a_booking(), luca, lambda _step: None)
    recording = Recording()
    with connection.execute_wrapper(recording):
        one_lifecycle(a_booking(), luca, recording.step)
    names = write_functions(recording, _known())
    verbs, functions = [], []
    for number in range(ROUNDS):
        wishes = [a_booking() for _ in range(CALLS)]
        verbs.append(_rate(lambda n, wishes=wishes: _ignore(one_lifecycle(wishes[n], luca, lambda _step: None))))
        functions.append(_rate(lambda n, number=number: _by_functions(names, f"{number}.{n}")))
    ratios = sorted(one / other for one, other in zip(verbs, functions, strict=True))
    writes = sum(len(statements) for statements in recording.steps.values())
    print(f"steps (commits) a lifecycle: {len(names)}; writing statements: {writes}")
    print(f"through the verbs:         {statistics.median(verbs):8.1f} lifecycles/s")
    print(f"one function a step:       {statistics.median(functions):8.1f} lifecycles/s")
    print(f"ratio (min/median/max):    {ratios[0]:.3f} / {statistics.median(ratios):.3f} / {ratios[-1]:.3f}")


def _ignore(_call: UUID) -> None:
    return None


if __name__ == "__main__":
    main()
