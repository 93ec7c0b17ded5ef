"""Past calls by the hundred thousand: calls that were lived through, written again for other people and weeks.

Each copy is made by one statement a table out of the rows of its original: new identifiers that sort by the copy's
time, another customer, helper and address, all times moved by whole weeks. Constraints and triggers are on. What a
copy keeps from its original: prices, stars, the dates in the words of its messages.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count as numbers
from random import Random
from uuid import UUID

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import connection, transaction
from django.db.models import DateField, DateTimeField, Field, ForeignKey, Model

from mila.accounts.models import Account
from mila.booking.models import (
    Address,
    Assignment,
    DiaryEntry,
    Offer,
    Party,
    Quote,
    QuoteLine,
    Search,
    ServiceCall,
)
from mila.crowd.models import Helper, Provider
from mila.dispatch import facts
from mila.dispatch.models import Decision
from mila.messaging.models import Message
from mila.payments.models import Charge, Claim, Document, Entry, Hold, Means, Payout, Posting
from mila.quality.models import Rating
from mila.simulation.copying import copy_into
from mila.visit.models import ContactAttempt, Introduction, OneTimeCode, SignOff, StepDone

AT_ONCE = 5000
WEEKS = 100
READABLE = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CALL_OF: Mapping[type[Model], str] = {
    Party: "booked_calls",
    Address: "call",
    ServiceCall: "id",
    Quote: "call",
    QuoteLine: "quote__call",
    Search: "call",
    Offer: "call",
    Assignment: "call",
    Decision: "search__call",
    DiaryEntry: "call",
    Means: "call",
    Hold: "call",
    Charge: "call",
    Payout: "claims__call",
    Claim: "call",
    Posting: "call",
    Entry: "posting__call",
    Document: "call",
    ContactAttempt: "call",
    Introduction: "assignment__call",
    StepDone: "call",
    OneTimeCode: "call",
    SignOff: "call",
    Rating: "call",
    Message: "call",
}
PLAN = """
create temporary table original (id uuid primary key, order_number text, status_key text,
  helper uuid, provider uuid, account uuid, first_name text, email text, mail text);
create temporary table original_row (id uuid primary key, original uuid);
create temporary table copied (n int primary key, original uuid, helper uuid, at timestamptz, weeks int,
  order_number text, status_key text);
create temporary table copying (n int, original uuid, helper uuid, at timestamptz, weeks int, order_number text,
  status_key text, stamp text, shift interval, provider uuid, account uuid, first_name text, latitude float,
  longitude float, town text, street text, mail text, email text);
"""
ANEW = (
    "overlay(overlay(overlay(md5({0}::text || p.n) placing p.stamp from 1) placing '7' from 13) placing '8' from 17)"
    "::uuid"
)
COPYING = """
truncate copying;
insert into copying select p.*, lpad(to_hex((extract(epoch from p.at) * 1000)::bigint), 12, '0') as stamp,
  make_interval(weeks => p.weeks) as shift, h.provider_id as provider, h.account_id as account, h.first_name,
  h.latitude, h.longitude, v.town, v.street, a.email as mail,
  'client' || p.n || '@customers.example' as email
from copied p join crowd_helper h on h.id = p.helper join crowd_provider v on v.id = h.provider_id
join accounts_account a on a.id = h.account_id
where p.n between %s and %s;
analyze copying
"""
_WORDS = "replace(replace(o.{0}, t.order_number, p.order_number), t.status_key, p.status_key)"
WORDS = (
    f"case when strpos(o.{{0}}, t.first_name) > 0 then regexp_replace({_WORDS}, '\\m' || t.first_name || '\\M', "
    f"p.first_name, 'g') else {_WORDS} end"
)
_OFFER = "(o.facts ->> 'offer')"
_PERSON = "replace(replace(o.{0}, t.email, p.email), t.mail, p.mail)"
OTHERWISE: Mapping[tuple[type[Model], str], str] = {
    (ServiceCall, "order_number"): "p.order_number",
    (ServiceCall, "status_key"): "p.status_key",
    (ServiceCall, "submission_key"): "'again-' || p.n || '-' || p.order_number",
    (Party, "name"): "'Client ' || p.n",
    (Party, "email"): "p.email",
    (Party, "phone"): "case when o.phone = '' then '' else '+4178' || lpad(p.n::text, 7, '0') end",
    (Address, "latitude"): "p.latitude + 0.01",
    (Address, "longitude"): "p.longitude - 0.01",
    (Address, "town"): "p.town",
    (Address, "street"): "p.street",
    (Offer, "key"): "md5(o.key || p.n)",
    (Offer, "link_key"): "md5(o.link_key || p.n)",
    (Decision, "looked"): (
        "case when position(uuid_send(t.helper) in o.looked) > 0 then overlay(o.looked placing uuid_send(p.helper) "
        "from position(uuid_send(t.helper) in o.looked)) else o.looked end"
    ),
    (DiaryEntry, "actor"): "case when o.actor = t.helper then p.helper else o.actor end",
    (DiaryEntry, "facts"): (
        f"case when o.facts ? 'offer' then jsonb_set(o.facts, '{{offer}}', "
        f"to_jsonb({ANEW.format(_OFFER)})) else o.facts end"
    ),
    (Posting, "source"): ANEW.format("o.source"),
    (Document, "issuer"): "case when o.issuer = t.provider then p.provider else o.issuer end",
    (Document, "year"): "extract(year from o.issued_at + p.shift)",
    (Document, "number"): (
        "row_number() over (partition by case when o.issuer = t.provider then p.provider else o.issuer end, o.kind, "
        "extract(year from o.issued_at + p.shift) order by p.at, p.n) + coalesce((select s.last from "
        "payments_documentseries s where s.issuer = case when o.issuer = t.provider then p.provider else o.issuer end "
        "and s.kind = o.kind and s.year = extract(year from o.issued_at + p.shift)), 0)"
    ),
    (Message, "key"): "replace(o.key, t.id::text, " + ANEW.format("t.id") + "::text)",
    (Message, "recipient"): _PERSON.format("recipient"),
    **{(Message, name): WORDS.format(name) for name in ("subject", "text", "html")},
}
SERIES = """
insert into payments_documentseries (id, issuer, kind, year, last)
select gen_random_uuid(), issuer, kind, year, max(number) from payments_document group by issuer, kind, year
on conflict (issuer, kind, year) do update set last = excluded.last
"""


@dataclass(frozen=True, slots=True)
class Original:
    """A call that was lived through, and the helpers who could have come instead."""

    call: ServiceCall
    helpers: Sequence[UUID]


def live_again(originals: Sequence[Original], *, count: int, seed: int) -> int:
    """Write so many copies of the originals, as many a country as it has helpers; return how many there are.

    A helper has at most one copied visit a week, so that no two overlap.
    """
    with connection.cursor() as cursor:
        cursor.execute(PLAN)
    _note_originals(originals)
    copied = list(_copied(originals, count, Random(seed)))  # noqa: S311 - the same past for the same seed
    columns = ("n", "original", "helper", "at", "weeks", "order_number", "status_key")
    copy_into("copied", columns, copied)
    with connection.cursor() as cursor:
        cursor.execute("analyze copied; analyze original; analyze original_row")
    for first in range(1, len(copied) + 1, AT_ONCE):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(COPYING, [first, first + AT_ONCE - 1])
            for model in CALL_OF:
                cursor.execute(_statement(model))
            cursor.execute(SERIES)
    facts.rebuild()  # a diary is written after the promise that it is about
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    return len(copied)


def _copied(originals: Sequence[Original], count: int, rng: Random) -> Iterator[tuple[object, ...]]:
    """Yield the copies, the oldest first, so that their rows lie in the order of time."""
    weights, turns = [len(one.helpers) for one in originals], dict[UUID, int]()
    drawn: list[tuple[int, Original, UUID]] = []
    while len(drawn) < count:
        one = rng.choices(originals, weights)[0]
        helper = rng.choice(one.helpers)
        turns[helper] = turns.get(helper, rng.randrange(WEEKS)) + 1
        drawn.append((-1 - turns[helper] % WEEKS, one, helper))
        if len(drawn) > WEEKS * len(weights) * max(weights):
            raise LookupError("there are too few helpers for so many calls")
    drawn.sort(key=lambda row: row[0])
    names = {"".join(rng.choices(READABLE, k=8)) for _ in range(count + count // 100 + 100)}
    for n, (weeks, one, helper), name in zip(numbers(1), drawn, sorted(names), strict=False):
        at = one.call.booked_at + timedelta(weeks=weeks)
        key = f"{rng.getrandbits(160):032x}"[:40]
        yield n, one.call.id, helper, at, weeks, f"M-{name[:4]}-{name[4:]}", key


def _note_originals(originals: Sequence[Original]) -> None:
    rows, calls = [], [one.call for one in originals]
    for call in calls:
        held = call.assignments.select_related("helper__account").get()
        person = held.helper
        names = (person.first_name, call.booker.email, person.account.email)
        rows.append(
            (call.id, call.order_number, call.status_key, person.id, held.provider_id, person.account_id, *names)
        )
    columns = ("id", "order_number", "status_key", "helper", "provider", "account", "first_name", "email", "mail")
    copy_into("original", columns, rows)
    ids = [call.id for call in calls]
    for model, path in CALL_OF.items():
        found = model._default_manager.filter(**{f"{path}__in": ids}).values_list("pk", path)
        copy_into("original_row", ("id", "original"), list(found))  # read before the COPY begins


def _statement(model: type[Model]) -> str:
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(_value(model, field) for field in fields)
    table = model._meta.db_table
    return (
        f'insert into "{table}" ({columns}) select {values} from copying p join original t on t.id = p.original '  # noqa: S608
        f'join original_row r on r.original = t.id join "{table}" o on o.id = r.id order by p.n'
    )


def _value(model: type[Model], field: "Field[object, object]") -> str:
    old = f'o."{field.column}"'
    if said := OTHERWISE.get((model, field.name)):
        return said
    if field.primary_key:
        return ANEW.format(old)
    if isinstance(field, ForeignKey):
        return _pointer(field.related_model, old)
    if isinstance(field, DateTimeRangeField):
        return f"tstzrange(lower({old}) + p.shift, upper({old}) + p.shift)"
    if isinstance(field, DateTimeField):
        return f"{old} + p.shift"
    return f"({old} + p.shift)::date" if isinstance(field, DateField) else old


def _pointer(target: type[Model], old: str) -> str:
    if target in CALL_OF:
        return ANEW.format(old)
    mine = {Helper: "helper", Provider: "provider", Account: "account"}.get(target)
    return f"case when {old} = t.{mine} then p.{mine} else {old} end" if mine else old
