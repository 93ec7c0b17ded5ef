"""What the status page shows of a call, gathered from the rooms."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime

from babel import Locale
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from mila.booking import changes, follow_ups, times, withdrawal
from mila.booking import queries as booking
from mila.booking.models import (
    Assignment,
    ChangeRequest,
    Party,
    ServiceCall,
    Stage,
    TimeWish,
)
from mila.crowd import queries as crowd
from mila.crowd.models import Helper
from mila.dispatch import why
from mila.dispatch.choices import other_tier
from mila.journey.queries import BEFORE_THE_VISIT
from mila.journey.ribs import if_any, one_if_any
from mila.kernel.occasion import Who
from mila.messaging.queries import number_to_call
from mila.partners.models import Tier
from mila.payments import queries as payment
from mila.quality import queries as quality
from mila.sites.customer import story
from mila.sites.customer.after import afterwards, has_receipt
from mila.sites.customer.draft import language, window
from mila.sites.customer.facts import facts_of
from mila.sites.customer.prices import ShownPrice, shown
from mila.sites.customer.suggested import suggested
from mila.sites.now import now
from mila.sites.templatetags.words import decimal, money
from mila.visit import actions as visit_actions
from mila.visit import queries as visit
from mila.visit.models import CodePurpose


@dataclass(frozen=True, slots=True)
class Shown:
    """A step of the course, as `parts/timeline.html` draws it."""

    name: str
    state: str
    icon: str
    at: datetime | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Who comes, as the customer sees them."""

    name: str
    role: str
    stars: str
    ratings: int
    badge: str
    phone: str
    photo: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """Another time that is asked for or proposed; `times` are values of a form with their words."""

    by_customer: bool
    state: str
    due_at: datetime | None
    times: list[tuple[str, datetime, str]]
    may_seek: bool


def seen(call: ServiceCall) -> dict[str, object]:
    """Return all that the status page shows of the call at this moment, and `version`, the mark of it."""
    shown = _shown(call)
    return {**shown, "version": _mark(shown)}


def _shown(call: ServiceCall) -> dict[str, object]:
    stage = Stage(call.stage)
    held = booking.last_assignment(call) if stage in story.SEES_HELPER else None
    facts, taken = facts_of(call, held), booking.steps_taken(call)
    return {
        "call": call,
        "stage": call.stage,
        "told": story.tell(stage, facts),
        "facts": facts,
        "person": _person(call, held, stage) if held else None,
        "course": _course(stage, dict(taken)),
        "window": window(call.visit_starts_at) if call.visit_starts_at and call.window_minutes else "",
        "wished": wished(call),
        "price": price(call),
        "is_final": stage in story.FINAL,
        "may_cancel": stage in story.CANCELLABLE,
        "counts": why.counts([call.id]).get(call.id) if stage in story.TOLD_OF_SEARCH else None,
        "may_withdraw": withdrawal.is_open(call, now()),
        "withdrawn": one_if_any(call, "withdrawals", lambda: withdrawal.declared(call)),
        "may_move": stage in story.MOVABLE,
        "unsecured": stage in (*BEFORE_THE_VISIT, *story.AT_WORK) and _is_unsecured(call),
        "proposal": _proposal(call) if stage in story.WITH_HELPER else None,
        **(_with_helper(call, held) if held else {"unread": 0, "suggested": []}),
        "change": _change(call) if stage in story.MAY_CHANGE else None,
        **_delivery(call, held),
        **_for_stage(call, stage),
        **(afterwards(call, taken) if stage in story.RATEABLE else {}),
    }


def _with_helper(call: ServiceCall, held: Assignment) -> dict[str, object]:
    return {
        "unread": one_if_any(call, "unread", lambda: visit.unread_by(Who.CUSTOMER, held)) or 0,
        "suggested": if_any(call, "suggestions", lambda: suggested(call, held)),
    }


def _change(call: ServiceCall) -> ChangeRequest | None:
    return one_if_any(call, "changes", lambda: changes.latest_change(call))


def _delivery(call: ServiceCall, held: Assignment | None) -> dict[str, object]:
    found = one_if_any(call, "deliveries", lambda: visit.delivery(call))
    if found is None:
        return {}
    failed = found.pick_ups.exclude(fault="").order_by("-fault_at").first()
    return {"delivery": found, "pick_up": visit.pick_up(held), "failed_pick_up": failed}


def _is_unsecured(call: ServiceCall) -> bool:
    return bool(one_if_any(call, "holds", lambda: payment.is_unsecured(call)))


def _proposal(call: ServiceCall) -> Proposed | None:
    found = one_if_any(call, "proposals", lambda: times.open_proposal(call))
    if found is None:
        return None
    return Proposed(
        by_customer=found.asked_by == Who.CUSTOMER,
        state=found.state,
        due_at=found.due_at,
        times=[(start.isoformat(), start, window(start)) for start in found.starts],
        may_seek=payment.cancellation_cost(call, now()).is_free,
    )


def wished(call: ServiceCall) -> list[tuple[datetime, str]]:
    """Return the times that the customer prefers, while none of them is fixed, with their arrival windows in words."""
    if call.visit_starts_at is not None or call.time_wish != TimeWish.PREFERRED:
        return []
    starts = call.wished_slots.order_by("position").values_list("starts_at", flat=True)
    return [(start, window(start)) for start in starts]


def price(call: ServiceCall) -> ShownPrice:
    """Return the agreed price with its lines."""
    quote = booking.current_quote(call)
    on = payment.service_day(call, now())
    return shown(quote.lines.all(), currency=quote.currency, country=call.country, on=on)


def _mark(shown: Mapping[str, object]) -> str:
    """Return a short mark of what is shown: it changes whenever the page has something else to show."""
    said = [language(), *sorted((name, _plain(it)) for name, it in shown.items())]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _plain(shown: object) -> object:
    """Return rows as their values, at any depth: rows say of themselves only which they are."""
    if isinstance(shown, Model):
        return [getattr(shown, field.attname) for field in shown._meta.concrete_fields]
    if is_dataclass(shown):
        return [_plain(getattr(shown, field.name)) for field in fields(shown)]
    return [_plain(one) for one in shown] if isinstance(shown, list | tuple | QuerySet) else shown


def code_is_out(call: ServiceCall, purpose: CodePurpose) -> bool:
    """Tell whether a one-time code for the purpose was sent and can still be used."""
    return call.codes.filter(purpose=purpose, used_at=None, expires_at__gt=now()).exists()


def code_goes_to(call: ServiceCall) -> str:
    """Return where the payer's one-time codes go, with most of it hidden: the link is no proof of who reads it."""
    return hidden(call.payer)


def hidden(party: Party) -> str:
    """Return a person's address or number with most of it hidden."""
    if party.email:
        name, _at, host = party.email.partition("@")
        return f"{name[:1]}…\u2060@{host}"  # joined: it is not broken before the @
    return f"… {party.phone[-2:]}"


def _sign_off_code(call: ServiceCall) -> dict[str, object]:
    """Return where the code to sign off with went, or would go; the site contact may sign off as well."""
    out = call.codes.filter(purpose=CodePurpose.SIGN_OFF, used_at=None, expires_at__gt=now())
    newest = out.select_related("party").order_by("-made_at").first()
    other = call.site_contact if call.site_contact_id != call.payer_id else None
    return {
        "code_is_out": newest is not None,
        "code_goes_to": hidden(newest.party if newest and newest.party else call.payer),
        "site_code_goes_to": hidden(other) if other else "",
    }


def _for_stage(call: ServiceCall, stage: Stage) -> dict[str, object]:
    """Return what only some stages need, so that the others ask nothing for it."""
    extra: dict[str, object] = {}
    if stage in (Stage.ON_THE_WAY, Stage.ARRIVED):
        extra |= _door(call)
    if stage in (Stage.CANCELLED, Stage.STRANDED):
        extra["check_out"] = one_if_any(call, "check_outs", lambda: visit.last_check_out(call))
    if stage == Stage.REQUESTED:
        extra |= {"search": booking.running_search(call), "has_other_help": other_tier(call, now()) is not None}
    if stage in story.MAY_SEE_WORK:
        steps = visit.checklist(call)
        extra |= {"steps": steps, "steps_done": sum(step.done for step in steps)}
        extra["notes"] = if_any(call, "notes", lambda: call.visit_notes.order_by("at", "id"))
        extra["follow_up"] = one_if_any(call, "follow_ups", lambda: follow_ups.latest_follow_up(call))
        extra["photos_at"] = reverse("customer:status", args=[call.status_key]) + "photos/"
    if stage == Stage.DONE:
        extra |= _sign_off_code(call)
    if stage == Stage.CANCELLED:
        cost = one_if_any(call, "charges", lambda: call.charges.filter(purpose="cancellation").first())
        extra["cancellation"] = money(cost.amount, cost.currency) if cost else ""
        extra["cancellation_is_open"] = cost is not None and payment.cancellation_debt(call) is not None
        extra["has_receipt"] = has_receipt(call)
    return extra


def _door(call: ServiceCall) -> dict[str, object]:
    held = booking.active_assignment(call)
    since = visit.waits_since(held) if held else None
    return {
        "introduction": visit.introduction(held) if held else None,
        "waits_until": since + visit_actions.WAIT if since else None,
    }


def _person(call: ServiceCall, held: Assignment, stage: Stage) -> Person:
    helper = held.helper
    stars = quality.stars(helper.id)
    spoken = [Locale(code).get_display_name(language()) or code for code in helper.languages]
    is_friend = held.provider.tier == Tier.FRIEND
    return Person(
        name=helper.first_name,
        role=_("speaks %(languages)s") % {"languages": ", ".join(spoken)},
        stars=decimal(stars.average) if stars.average else "",
        ratings=stars.count,
        badge=_("Friend: a private person") if is_friend else _("Pro: a business"),
        phone=number_to_call(held, helper.phone) if stage in story.MAY_PHONE else "",
        photo=_photo(call, helper) if stage in story.SEES_FACE else "",
    )


def _photo(call: ServiceCall, helper: Helper) -> str:
    face = crowd.shown_face(helper.pk)
    return reverse("customer:face", args=[call.status_key, face.pk]) if face else ""


def _course(stage: Stage, times: Mapping[str, datetime]) -> list[Shown]:
    place = story.place_on_course(stage)
    if place is None:
        return []
    return [
        Shown(
            name=str(name),
            state="done" if number < place else "now" if number == place else "todo",
            icon=icon,
            at=next((times[step] for step in steps if step in times), None) if number < place else None,
        )
        for number, (name, icon, _stages, steps) in enumerate(story.COURSE)
    ]
