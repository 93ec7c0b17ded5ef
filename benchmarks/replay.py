"""The replay of what a phone kept: a hundred taps of one visit, sent as a phone sends them, and then sent again.

`./run bench replay`: a helper has set out; his phone sends a hundred entries (arrival, badge, begin, ticks, finish) in
two requests of fifty through the whole of the web, and all of them a second time, which changes nothing.
"""

import json
import os
import statistics
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mila.settings")
os.environ.setdefault("MILA_LOG_LEVEL", "ERROR")
django.setup()

from django.test import Client  # noqa: E402
from tests.factories import STEPS, a_confirmed_call, a_helper, by_helper  # noqa: E402

from mila.booking.models import ServiceCall, Stage  # noqa: E402
from mila.crowd.models import Helper  # noqa: E402
from mila.journey import actions as journey  # noqa: E402
from mila.visit.models import KeptTap  # noqa: E402

ROUNDS, TAPS, AT_ONCE = 1, 100, 50


def main() -> None:
    """Replay a hundred taps of a visit, round by round, and print the times."""
    luca = a_helper()
    first, again = [], []
    for turn in range(ROUNDS):
        call = _on_the_way(luca, turn)
        phone = Client()
        phone.force_login(luca.account)
        entries = _entries(call)
        first.append(_replay(phone, entries))
        again.append(_replay(phone, entries))
        _check(call)
    for name, seconds in (("a hundred taps", first), ("the same again", again)):
        print(f"{name}: median {statistics.median(seconds):.2f} s, slowest {max(seconds):.2f} s of {ROUNDS}")


def _on_the_way(luca: Helper, turn: int) -> ServiceCall:
    at = datetime.now(UTC)
    starts_at = (at + timedelta(days=3 + turn)).replace(hour=13, minute=0, second=0, microsecond=0)
    call = a_confirmed_call(luca, at, starts_at=starts_at)
    ServiceCall.objects.filter(pk=call.pk).update(visit_starts_at=at)
    journey.set_out(call_id=call.pk, now=by_helper(luca, at))
    return call


def _entries(call: ServiceCall) -> list[dict[str, object]]:
    codes = [str(step["code"]) for step in STEPS]
    ticks: list[tuple[str, dict[str, str]]] = [
        ("tick", {"code": codes[number % len(codes)], "done": "1"}) for number in range(TAPS - 4)
    ]
    taps = [("arrive", {}), ("badge", {}), ("begin-work", {}), *ticks, ("finish", {})]
    at = round(time.time() * 1000)
    common = {"call": str(call.pk), "tapped_ms": at, "offset_ms": 0}
    return [{"key": str(uuid4()), "name": name, "facts": facts, **common} for name, facts in taps]


def _replay(phone: Client, entries: list[dict[str, object]]) -> float:
    began = time.perf_counter()
    person = phone.get("/app/kept/").json()["person"]
    for start in range(0, len(entries), AT_ONCE):
        sent = {"entries": json.dumps(entries[start : start + AT_ONCE]), "person": person}
        answer = phone.post("/app/kept/", {**sent, "sent_ms": str(round(time.time() * 1000))})
        if any(one["outcome"] != "applied" for one in answer.json()["answers"]):
            raise SystemExit(answer.content.decode())
    return time.perf_counter() - began


def _check(call: ServiceCall) -> None:
    stands = ServiceCall.objects.get(pk=call.pk).stage
    if KeptTap.objects.filter(call=call).count() != TAPS or stands != Stage.DONE:
        raise SystemExit(f"not every tap was applied once: {stands}")


if __name__ == "__main__":
    main()
