"""A large installation in minutes: a crowd by population and their past; `./run bench house` times and checks it."""

import argparse
import os
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mila.settings")
os.environ.setdefault("MILA_LOG_LEVEL", "ERROR")
django.setup()

from django.db import connection, transaction  # noqa: E402

from mila.accounts.models import Account  # noqa: E402
from mila.booking.actions import AddressGiven, BookingGiven, PersonGiven, TimeGiven  # noqa: E402
from mila.booking.models import Quote, ServiceCall, TimeWish  # noqa: E402
from mila.booking.rules import PricedLine, seal  # noqa: E402
from mila.countries import queries as countries  # noqa: E402
from mila.countries.models import Country  # noqa: E402
from mila.crowd.models import Helper  # noqa: E402
from mila.partners.queries import own_brand  # noqa: E402
from mila.simulation.again import Original, live_again  # noqa: E402
from mila.simulation.demo import DESK, fill  # noqa: E402
from mila.simulation.many import MAILS, enrol_many  # noqa: E402
from mila.simulation.past import live_through  # noqa: E402
from mila.simulation.places import Place, places  # noqa: E402

SEED = 2026
ORIGINALS_A_COUNTRY = 3
STARS = (5, 4, 5)
TOWN = 12_000  # in towns a log of why has some dozen rows; in Paris with ten thousand helpers it has hundreds
CHECKED = 500
WRONG = {
    "postings that do not balance": (
        "select 1 from payments_entry group by posting_id, currency having sum(amount) <> 0"
    ),
    "calls without a diary from 1": (
        "select 1 from booking_servicecall c left join booking_diaryentry d on d.call_id = c.id "
        "group by c.id having count(d.id) <> coalesce(max(d.number), 0) or count(d.id) = 0"
    ),
    "visits of a person that overlap": (
        "select 1 from booking_assignment a join booking_assignment b on a.helper_id = b.helper_id and a.id < b.id "
        "and a.period && b.period and a.state <> 'released' and b.state <> 'released'"
    ),
    "claims that are not what was posted": (
        "select 1 from payments_claim c where state = 'paid' and not exists (select 1 from payments_posting p "
        "where p.source = c.id and p.event = 'pay_out')"
    ),
    "document numbers with gaps": (
        "select 1 from payments_document d join payments_documentseries s using (issuer, kind, year) "
        "group by s.id, s.last having count(*) <> s.last or max(d.number) <> s.last"
    ),
    "ratings of somebody who did not come": (
        "select 1 from quality_rating r where not exists (select 1 from booking_assignment a "
        "where a.call_id = r.call_id and a.helper_id = r.helper_id and a.state = 'kept')"
    ),
    "offers in the diary that are not there": (
        "select 1 from booking_diaryentry d where d.facts ? 'offer' and not exists "
        "(select 1 from booking_offer o where o.id = (d.facts ->> 'offer')::uuid and o.call_id = d.call_id)"
    ),
}


def a_large_house(*, helpers: int, calls: int, seed: int = SEED) -> datetime:
    """Fill the database with the demonstration, a crowd and its past; return the moment it is filled for."""
    at = datetime.now(UTC)
    with timed("demonstration"):
        fill(at)
    with timed(f"{helpers} helpers"):
        enrol_many(helpers, seed=seed, vetted_by=Account.objects.get(email=DESK), at=at)
    if calls:
        with timed("originals, by the verbs"):
            originals = list(_originals(at))
        with timed(f"{calls} past calls"):
            live_again(originals, count=calls, seed=seed)
    return at


def _originals(at: datetime) -> Iterator[Original]:
    monday = (at - timedelta(days=at.weekday() + 70)).replace(hour=10, minute=0, second=0, microsecond=0)
    for country in Country.objects.all():
        made = 0
        for place in [one for one in places() if one.country == country.code and one.people < TOWN]:
            given = wish(country, place, monday=monday, turn=made)
            try:
                with transaction.atomic():  # where nobody can be asked, nothing was
                    call = live_through(given, stars=STARS[made], booked_at=monday)
            except LookupError:
                continue
            yield _original(call, country)
            made += 1
            if made == ORIGINALS_A_COUNTRY:
                break


def _original(call_id: object, country: Country) -> Original:
    call = ServiceCall.objects.select_related("booker").get(pk=call_id)
    able = Helper.objects.filter(account__email__endswith=MAILS, provider__country=country)
    able = able.filter(provider__tier__in=call.quotes.get().tiers)
    for line in call.quotes.get().lines.exclude(package=None):
        for need in line.package.needs.all() if line.package else ():
            able = able.filter(skills__skill=need.skill, skills__level__gte=need.level)
    return Original(call, list(able.order_by("account__email").values_list("id", flat=True)))


def wish(country: Country, place: Place, *, monday: datetime, turn: int) -> BookingGiven:
    """Return a booking at the place with the operator's own brand, for an evening two to four days later."""
    prices = own_brand().prices.filter(country=country, contract_model="agency").order_by("package")
    package = prices[turn * 7 % prices.count()].package_id
    name = f"original-{country.code}-{place.name}-{turn}-{monday:%s}"
    language = "fr" if country.code == "FR" else "de"
    person = zlib.crc32(name.encode())
    mail = f"client{person}@customers.example"
    return BookingGiven(
        submission_key=name,
        brand=own_brand(),
        country=country,
        packages=(package,),
        booker=PersonGiven("Client", mail, f"+4179{person % 10**7:07}", language),
        address=AddressGiven(
            "Bahnhofstrasse", "1", "8001", place.name, "", place.point.latitude, place.point.longitude, 300
        ),
        time=TimeGiven(TimeWish.SLOT, (monday + timedelta(days=2 + turn % 3, hours=7),), 30),
        early_start=countries.withdrawal(country.code, monday.date()).version,
    )


def wrong() -> dict[str, int]:
    """Return what is not as the verbs would have written it: invariants over all rows, seals of a sample."""
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        for name, question in WRONG.items():
            cursor.execute(f"select count(*) from ({question} limit 100) found")  # noqa: S608
            found[name] = cursor.fetchone()[0]
    found["broken seals"] = sum(not _sealed(quote) for quote in Quote.objects.order_by("seal", "id")[:CHECKED])
    return {name: count for name, count in found.items() if count}


def _sealed(quote: Quote) -> bool:
    lines = [
        PricedLine(line.kind, line.package_id, line.description, line.amount, line.vat_code)
        for line in quote.lines.order_by("position")
    ]
    return quote.seal == seal(previous="", version=quote.version, currency=quote.currency, lines=lines)


@contextmanager
def timed(name: str) -> Iterator[None]:
    """Say how long the block took."""
    began = time.perf_counter()
    yield
    print(f"  {name:32}{time.perf_counter() - began:8.1f} s", flush=True)


def main() -> None:
    """Fill, check, and say how large it is."""
    parser = argparse.ArgumentParser(prog="./run bench house")
    parser.add_argument("--helpers", type=int, default=10_000)
    parser.add_argument("--calls", type=int, default=100_000)
    given = parser.parse_args()
    a_large_house(helpers=given.helpers, calls=given.calls)
    with timed("checked"):
        print(f"wrong: {wrong() or 'nothing'}")
    with connection.cursor() as cursor:
        cursor.execute("select pg_size_pretty(pg_database_size(current_database()))")
        print(f"size: {cursor.fetchone()[0]}")


if __name__ == "__main__":
    main()
