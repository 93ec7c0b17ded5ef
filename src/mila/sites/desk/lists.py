"""The queue of calls: pages of a filter, search, and rows with their next deadlines."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DateTimeField, Exists, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.functional import Promise

from mila.booking.models import (
    Assignment,
    AssignmentState,
    Party,
    QuoteLine,
    Search,
    SearchState,
    ServiceCall,
    Stage,
)
from mila.journey.grammar import Moments
from mila.journey.lifecycle import LIFE
from mila.kernel.texts import Texts
from mila.payments import stakes
from mila.payments.models import Dispute
from mila.sites.desk.diary import full_name
from mila.sites.desk.filters import FILTERS, MISSED, OPEN_STAGES, clock_failures
from mila.sites.desk.words import DUE, STAGE_KINDS, STAGES, TROUBLES
from mila.worded import worded

PAGE = 50
READ = PAGE + 1  # one more tells whether there is another page
PEOPLE_AT_MOST = 500
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
REMINDERS = frozenset(step.name for step in LIFE.steps if step.reminder)


@dataclass(frozen=True, slots=True)
class Deadline:
    """The next deadline: what is due, when, and whether it is over."""

    name: str
    at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Row:
    """A call as the queue shows it."""

    call: ServiceCall
    packages: Sequence[Texts]
    helper: str
    stage: str
    kind: str
    troubles: Sequence[str | Promise]
    deadline: Deadline | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the queue, and the mark from which the next one goes on."""

    rows: Sequence[Row]
    next: str


def page_of(*, filter_key: str, after: str, at: datetime) -> Page:
    """Return a page of the filter's calls: open ones by their next deadline, closed ones newest first."""
    mark = _since if filter_key == "closed" else _urgency
    return _page(FIRST_PAGES[filter_key]() if not after else list(_filtered(filter_key, after)), at, mark=mark)


def _filtered(filter_key: str, after: str) -> QuerySet[ServiceCall]:
    """Return a page of the filter: which calls first, by their own rows alone, and only then what belongs to them."""
    order = _newest if filter_key == "closed" else _most_urgent
    found = order(ServiceCall.objects.filter(FILTERS[filter_key][1]), after).values("pk")[:READ]
    return _with_rows(order(ServiceCall.objects.filter(pk__among=ArraySubquery(found)), ""))


def found_by(*, words: str, after: str, at: datetime) -> Page:
    """Return a page of the calls of an order number, name, phone or e-mail address, the last to move first."""
    known = _parties(words)
    people = Q(booker__in=known) | Q(payer__in=known) | Q(site_contact__in=known)
    number = Q(order_number=words.upper()) | Q(order_number__startswith=words.upper())
    same = number | Q(partner_order_id__iexact=words) | people
    return _page(list(_with_rows(_newest(ServiceCall.objects.filter(same), after))), at, mark=_since)


def _parties(words: str) -> list[UUID]:
    """Return the people of the name, phone or address, the newest first; of very many the newest ones."""
    same = Q(name__icontains=words) | Q(email__icontains=words)
    if digits := _digits(words):
        same |= Q(phone__endswith=digits)
    return list(Party.objects.filter(same).order_by("-id").values_list("id", flat=True)[:PEOPLE_AT_MOST])


def deadline_of(call: ServiceCall, at: datetime) -> Deadline | None:
    """Return the call's next deadline; a reminder is no deadline, so what it reminds of is said instead."""
    if call.due_at is None:
        return None
    name, due_at = call.due_step, call.due_at
    if name in REMINDERS and due_at > at:
        name, due_at = _behind_reminders(call) or (name, due_at)
    soon = "soon" if due_at - at < timedelta(hours=1) else ""
    return Deadline(str(DUE.get(name, name)), due_at, "late" if due_at <= at else soon)


def troubles_of(call: ServiceCall, *, nobody_left: bool, clock_failed: bool) -> list[str | Promise]:
    """Return what makes the call somebody's task, in words."""
    if call.stage not in OPEN_STAGES:
        return []
    found = [name for name in MISSED if name in call.clock_steps_taken]
    found += [call.stage] if call.stage in (Stage.STRANDED, Stage.UNPAID) else []
    found += ["nobody"] if nobody_left else []
    found += ["clock_failed"] if clock_failed else []
    return [TROUBLES[name] for name in found]


def _behind_reminders(call: ServiceCall) -> tuple[str, datetime] | None:
    ends = call.visit_starts_at and call.visit_starts_at + timedelta(minutes=call.window_minutes)
    # No reminder runs at a stage where it matters who pays.
    moments = Moments(call.since, call.visit_starts_at, ends, brand_pays=False)
    return LIFE.next_due(Stage(call.stage), moments, [*call.clock_steps_taken, *REMINDERS])


def _most_urgent(calls: QuerySet[ServiceCall], after: str) -> QuerySet[ServiceCall]:
    calls = calls.annotate(urgency=Coalesce("due_at", Value(NEVER, output_field=DateTimeField())))
    if mark := _read(after):
        calls = calls.filter(Q(urgency__gt=mark[0]) | Q(urgency=mark[0], pk__gt=mark[1]))
    return calls.order_by("urgency", "pk")


def _newest(calls: QuerySet[ServiceCall], after: str) -> QuerySet[ServiceCall]:
    if mark := _read(after):
        calls = calls.filter(Q(since__lt=mark[0]) | Q(since=mark[0], pk__lt=mark[1]))
    return calls.order_by("-since", "-pk")


def _with_rows(calls: QuerySet[ServiceCall]) -> QuerySet[ServiceCall]:
    """Return the calls of a page, and one more, with what their rows show."""
    wanted = calls.select_related("brand", "address", "site_contact").annotate(clock_failed=Exists(clock_failures()))
    return wanted[:READ]


def _first_page(filter_key: str) -> Callable[[], list[ServiceCall]]:
    return worded(lambda: _filtered(filter_key, ""))


FIRST_PAGES = {key: _first_page(key) for key in FILTERS}


def _page(found: Sequence[ServiceCall], at: datetime, *, mark: Callable[[ServiceCall], str]) -> Page:
    shown = found[:PAGE]
    return Page(_rows(shown, at), mark(shown[-1]) if len(found) > PAGE else "")


def _rows(calls: Sequence[ServiceCall], at: datetime) -> list[Row]:
    packages, helpers, nobody_left = packages_of(calls), _helpers(calls), _nobody_left(calls)
    disputed = _disputed(calls)
    return [
        Row(
            call=call,
            packages=packages[call.pk],
            helper=helpers.get(call.pk, ""),
            stage=str(STAGES[Stage(call.stage)]),
            kind=STAGE_KINDS.get(call.stage, ""),
            troubles=[
                *troubles_of(
                    call, nobody_left=call.pk in nobody_left, clock_failed=bool(getattr(call, "clock_failed", False))
                ),
                *dispute_troubles(disputed.get(call.pk, ())),
            ],
            deadline=deadline_of(call, at),
        )
        for call in calls
    ]


def packages_of(calls: Sequence[ServiceCall]) -> Mapping[UUID, list[Texts]]:
    """Return the packages of the calls' latest quotes."""
    versions: dict[UUID, int] = {}
    found: dict[UUID, list[Texts]] = defaultdict(list)
    for call, version, name in _named_lines([call.pk for call in calls]):
        if versions.setdefault(call, version) == version:
            found[call].append(name)
    return found


def _helpers(calls: Sequence[ServiceCall]) -> dict[UUID, str]:
    return {call: full_name(first, last) for call, first, last in _holders([call.pk for call in calls])}


def _nobody_left(calls: Sequence[ServiceCall]) -> set[UUID]:
    return set(_told_of([call.pk for call in calls]))


@worded
def _named_lines(calls: list[UUID]) -> QuerySet[QuoteLine, tuple[UUID, int, Texts]]:
    lines = QuoteLine.objects.filter(quote__call__pk__among=calls, package__isnull=False)
    return lines.order_by("-quote__version", "position").values_list("quote__call", "quote__version", "package__name")


@worded
def _holders(calls: list[UUID]) -> QuerySet[Assignment, tuple[UUID, str, str]]:
    held = Assignment.objects.filter(call__pk__among=calls).exclude(state=AssignmentState.RELEASED)
    return held.order_by("accepted_at").values_list("call", "helper__first_name", "helper__last_name")


@worded
def _told_of(calls: list[UUID]) -> QuerySet[Search, UUID]:
    told = Search.objects.filter(call__pk__among=calls, state=SearchState.RUNNING, desk_told_at__isnull=False)
    return told.values_list("call", flat=True)


def dispute_troubles(rows: Iterable[Dispute]) -> list[str | Promise]:
    """Return what of the disputes is somebody's task, in words."""
    tasks = [row for row in rows if stakes.is_to_do(row)]
    return [TROUBLES["dispute_near" if row.alarmed_at and not row.ended_at else "disputed"] for row in tasks]


def _disputed(calls: Sequence[ServiceCall]) -> Mapping[UUID, list[Dispute]]:
    found: dict[UUID, list[Dispute]] = defaultdict(list)
    for row in _disputes([call.pk for call in calls]):
        found[row.call_id].append(row)
    return found


@worded
def _disputes(calls: list[UUID]) -> QuerySet[Dispute]:
    return Dispute.objects.filter(stakes.to_do(), call__pk__among=calls).order_by("id")


def _urgency(call: ServiceCall) -> str:
    return f"{(call.due_at or NEVER).isoformat()}~{call.pk}"


def _since(call: ServiceCall) -> str:
    return f"{call.since.isoformat()}~{call.pk}"


def _read(mark: str) -> tuple[datetime, UUID] | None:
    """Return what a mark says; one that cannot be read begins at the beginning."""
    moment, _tilde, key = mark.partition("~")
    try:
        at, pk = datetime.fromisoformat(moment), UUID(key)
    except ValueError:
        return None
    return (at, pk) if at.tzinfo else None


def _digits(words: str) -> str:
    """Return the digits of what looks like a phone number, without the zero of a national one."""
    digits = "".join(sign for sign in words if sign.isdigit()).lstrip("0")
    looks_so = len(digits) >= 6 and not any(sign.isalpha() for sign in words)
    return digits if looks_so else ""
