"""What the doctor looks at: each question finds what is unsafe or missing in this installation."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.db.models import Sum

from mila.booking import chain
from mila.booking.models import Quote, ServiceCall
from mila.countries.models import Country
from mila.dispatch import facts
from mila.partners.models import Brand, Price
from mila.payments import stakes
from mila.payments.models import Entry
from mila.sites.health.signs import pending_migrations
from mila.sites.now import now
from mila.sites.upgrade import lacking, too_old

SHORTEST_SECRET, FEWEST_LETTERS = 40, 12
CHAINS_LOOKED_AT = 2000
MOST_SKEW = timedelta(seconds=5)


class Weight(StrEnum):
    """How much a finding weighs: FATAL forbids to start production, FAULT is to be mended, NOTE is to be known."""

    FATAL = "fatal"
    FAULT = "fault"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something unsafe or missing, in a sentence for the operator."""

    weight: Weight
    sentence: str


def findings() -> Iterator[Finding]:
    """Yield all findings; those about rows only where the tables are as this version wants them."""
    yield from of_settings()
    yield from of_addresses()
    yield from of_firms()
    yield from of_numbers()
    yield from of_files()
    if missing := lacking():
        yield Finding(Weight.FATAL, too_old(missing))
        return
    if waiting := pending_migrations():
        yield Finding(Weight.FATAL, f"{len(waiting)} migrations wait, the first is {waiting[0]}: ./run manage migrate")
        return
    yield from of_database()
    yield from of_books()
    yield from of_chains()
    yield from of_rows()


def of_settings() -> Iterator[Finding]:
    """Yield what is wrong with the secret key and Django's debugging."""
    secret = settings.SECRET_KEY
    if len(secret) < SHORTEST_SECRET or len(set(secret)) < FEWEST_LETTERS:
        yield Finding(Weight.FATAL, f"MILA_SECRET_KEY is no secret: it needs {SHORTEST_SECRET} random letters or more.")
    if settings.DEBUG:
        yield Finding(Weight.FATAL, "DEBUG is on: pages of errors would show the source and the settings.")
    if len(settings.MILA_METRICS_TOKEN) < 20:
        yield Finding(Weight.NOTE, "MILA_METRICS_TOKEN is not set, or short: nobody can read /metrics from outside.")


def of_addresses() -> Iterator[Finding]:
    """Yield what is wrong with the names under which the service is reached."""
    public = urlsplit(settings.PUBLIC_URL)
    if public.scheme != "https":
        yield Finding(Weight.FATAL, f"MILA_PUBLIC_URL is {settings.PUBLIC_URL}: links in mails have to begin https://")
    if "*" in settings.ALLOWED_HOSTS:
        yield Finding(Weight.FATAL, "MILA_HOSTS is “*”: a stranger's host name would stand in our links.")
    elif public.hostname and public.hostname not in settings.ALLOWED_HOSTS:
        yield Finding(Weight.FAULT, f"MILA_HOSTS does not name {public.hostname}, to which MILA_PUBLIC_URL leads.")


def of_firms() -> Iterator[Finding]:
    """Yield which firm outside is missing."""
    if settings.MILA_BANK in ("", "test"):
        yield Finding(Weight.FATAL, f"MILA_BANK is “{settings.MILA_BANK}”: no real money would move.")
    if not settings.MILA_MAIL_URL:
        yield Finding(Weight.FATAL, "MILA_MAIL_URL is not set: no customer and no helper would hear anything.")
    elif urlsplit(settings.MILA_MAIL_URL).scheme not in ("smtp", "smtps"):
        yield Finding(Weight.FAULT, "MILA_MAIL_URL does not begin smtp:// or smtps://")
    if not settings.MILA_SMS_URL:
        yield Finding(Weight.NOTE, "MILA_SMS_URL is not set: who left a phone number alone hears nothing.")


def of_numbers() -> Iterator[Finding]:
    """Yield what is wrong with who hides the numbers of helper and client."""
    numbers = settings.MILA_NUMBERS
    if numbers == "test":
        yield Finding(Weight.FATAL, "MILA_NUMBERS is “test”: the numbers shown would connect nobody.")
    elif numbers != "plain" and urlsplit(numbers).scheme != "https":
        yield Finding(Weight.FAULT, "MILA_NUMBERS is neither “plain” nor an address that begins https://")
    elif numbers != "plain" and not settings.MILA_NUMBERS_TOKEN:
        yield Finding(Weight.FAULT, "MILA_NUMBERS_TOKEN is not set: the exchange of numbers will not answer.")


def of_files() -> Iterator[Finding]:
    """Yield who else could read or write what the state folder keeps."""
    if not settings.STATE.exists():
        return
    if settings.STATE.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        yield Finding(Weight.FATAL, f"{settings.STATE} can be written by others: chmod 711 {settings.STATE}")
    for name in ("secret", "backups"):
        path = settings.STATE / name
        if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            yield Finding(Weight.FATAL, f"{path} is open to others: chmod go= {path}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        yield Finding(Weight.NOTE, "Mila runs as root; a user of its own is safer (docs/operations.md).")


def of_database() -> Iterator[Finding]:
    """Yield what the database lacks, or has too much of."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select current_setting('is_superuser'), now(), current_setting('server_version_num')::int,"
            " exists (select from pg_extension where extname = 'btree_gist')"
        )
        superuser, its_time, version, has_gist = cursor.fetchone() or ("off", now(), 0, False)
    if superuser == "on":
        yield Finding(Weight.NOTE, "The database's user is its superuser; in a PostgreSQL of your own it need not be.")
    if version < 150000:
        yield Finding(Weight.FATAL, f"PostgreSQL is version {version // 10000}; Mila needs 15 or newer.")
    if not has_gist:
        yield Finding(Weight.FATAL, "The extension btree_gist is missing: overlapping visits would not be refused.")
    if not settings.DEMONSTRATION and abs(now() - its_time) > MOST_SKEW:
        yield Finding(Weight.FAULT, "This machine's clock and the database's differ by more than five seconds.")


def of_books() -> Iterator[Finding]:
    """Yield the currencies in which the ledger does not add up to zero, or disputes stand wrong (LED-12)."""
    for currency, total in Entry.objects.order_by().values_list("currency").annotate(Sum("amount")):
        if total:
            yield Finding(Weight.FATAL, f"The ledger does not balance: {total} {currency} (minor units) too much.")
    for currency, difference in stakes.suspense_differences():
        yield Finding(
            Weight.FAULT, f"dispute:suspense and the open disputes differ by {difference} {currency} (minor units)."
        )


def of_chains() -> Iterator[Finding]:
    """Yield the calls whose chain of quotes is broken, among those whose price was agreed last."""
    newest = Quote.objects.order_by("-approved_at", "-id").values_list("call", flat=True)[:CHAINS_LOOKED_AT]
    for call in chain.broken(ServiceCall.objects.filter(pk__in=set(newest)).order_by("order_number")):
        yield Finding(Weight.FATAL, f"The chain of quotes of {call.order_number} is broken: a price was tampered with.")


def of_rows() -> Iterator[Finding]:
    """Yield the countries and brands that cannot work."""
    if not Brand.objects.filter(is_own=True).exists():
        yield Finding(Weight.FAULT, "There is no brand of the operator's own: no page can be shown.")
    for country in Country.objects.filter(legal_entities=None).order_by("code"):
        yield Finding(Weight.FAULT, f"{country.code} has no legal entity: no receipt can be written there.")
    sold = Price.objects.filter(holds__contains=now().date()).values("brand")
    for brand in Brand.objects.exclude(pk__in=sold).order_by("slug"):
        yield Finding(Weight.FAULT, f"The brand {brand.slug} has no price today: it can sell nothing.")
    if wrong := facts.untrue_of_a_few():
        yield Finding(Weight.FAULT, f"Of a few helpers, what decisions know of {wrong} is not true: ./run manage facts")
