"""Evidence of a visit: attempts to call, ticked steps, one-time codes, the sign-off."""

import hashlib
import hmac
from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from mila.booking import changes, follow_ups
from mila.booking import queries as booking
from mila.booking.models import Party, ServiceCall
from mila.crowd.models import Helper
from mila.kernel.ids import new_code
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal
from mila.visit.models import (
    CodePurpose,
    ContactAttempt,
    ContactOutcome,
    Objection,
    OneTimeCode,
    SignOff,
    SignOffMethod,
    StepDone,
)
from mila.visit.queries import checklist
from mila.visit.rules import Asked

CODE_LASTS = timedelta(minutes=10)
CODE_DIGITS = 6
CODE_TRIES = 5
CODES_AN_HOUR = 6


class StepUnknown(Refusal):
    """The checklist has no such step."""

    code = "step_unknown"
    status = 404
    sentence = _("This step is not on the checklist.")


class NumberMissing(Refusal):
    """A step that asks for a number was ticked without one."""

    code = "number_missing"
    status = 422
    sentence = _("Please write what you measured: this step asks for a number.")
    field = "number"


class NumberBeyond(Refusal):
    """The number cannot be: it lies beyond what the step allows."""

    code = "number_beyond"
    status = 422
    sentence = _("This number cannot be. Please check it and its unit.")
    field = "number"


class CodeWrong(Refusal):
    """The one-time code does not match, was used, or is over."""

    code = "code_wrong"
    status = 422
    sentence = _("This code is not right. Please check it, or ask for a new one.")
    field = "code"


class TooManyCodes(Refusal):
    """Too many codes were asked for within an hour."""

    code = "too_many_codes"
    status = 429
    sentence = _("Too many codes were asked for. Please wait an hour, or call support.")


class WordsMissing(Refusal):
    """An objection says nothing."""

    code = "words_missing"
    status = 422
    sentence = _("Please tell us in a few words what is not right.")
    field = "words"


def log_attempt(*, call: ServiceCall, helper: Helper, outcome: ContactOutcome, now: Occasion) -> ContactAttempt:
    """Write that the helper tried to reach the client, and what came of it."""
    return ContactAttempt.objects.create(call=call, helper=helper, outcome=outcome, at=now.at)


def tick(*, call: ServiceCall, helper: Helper, code: str, number: Decimal | None, now: Occasion) -> None:
    """Tick a step of the checklist; again, it changes at most the number. Refuses a step that is not on the list.

    Where the step asks for a number (in its unit), refuses to tick without it, or with one beyond its bounds.
    """
    step = next((step for step in checklist(call) if step.code == code), None)
    if step is None:
        raise StepUnknown
    measured = number if step.asks_number else None
    if step.asks is not None and step.asks_number:
        _in_bounds(number, step.asks)
    row, made = StepDone.objects.get_or_create(
        call=call, code=code, defaults={"helper": helper, "at": now.at, "number": measured}
    )
    if not made and row.number != measured:
        row.number, row.at = measured, now.at
        row.save(update_fields=["number", "at"])


def _in_bounds(number: Decimal | None, asks: Asked) -> None:
    if number is None:
        raise NumberMissing
    if not asks.low <= number <= asks.high:
        raise NumberBeyond


def untick(*, call: ServiceCall, code: str) -> None:
    """Take the tick of a step back."""
    call.steps_done.filter(code=code).delete()


def make_code(
    *, call: ServiceCall, purpose: CodePurpose, sent_to: str, now: Occasion, party: Party | None = None
) -> str:
    """Return a new one-time code for the purpose; earlier unused ones stop working. Refuses a seventh an hour.

    It says yes to the price that stands, or is asked for, at this moment, and to no other.
    """
    codes = call.codes.filter(purpose=purpose)
    if codes.filter(made_at__gt=now.at - timedelta(hours=1)).count() >= CODES_AN_HOUR:
        raise TooManyCodes
    codes.filter(used_at=None, expires_at__gt=now.at).update(expires_at=now.at)
    code = new_code(CODE_DIGITS)
    row = OneTimeCode(call=call, purpose=purpose, sent_to=sent_to, made_at=now.at, expires_at=now.at + CODE_LASTS)
    row.about, row.party = _about(call, purpose), party or call.payer
    row.digest = _digest(row, code)
    row.save()
    return code


def code_matches(*, call: ServiceCall, purpose: CodePurpose, code: str, now: Occasion) -> bool:
    """Tell whether the code is right, and spend it if so; a wrong one costs one of five tries.

    The try must be committed even though the step is refused: the caller decides after its transaction.
    """
    row = call.codes.filter(purpose=purpose, used_at=None, expires_at__gt=now.at).order_by("-made_at").first()
    if row is None or row.tries >= CODE_TRIES:
        return False
    row.tries += 1
    right = hmac.compare_digest(row.digest, _digest(row, code.strip().replace(" ", "")))
    right = right and row.about == _about(call, purpose)
    row.used_at = now.at if right else None
    row.save(update_fields=["tries", "used_at"])
    return right


def who_said(*, call: ServiceCall, purpose: CodePurpose) -> Party | None:
    """Return whose code for the purpose was used last."""
    row = call.codes.filter(purpose=purpose, used_at__isnull=False).select_related("party").order_by("-used_at").first()
    return row.party if row else None


def _about(call: ServiceCall, purpose: CodePurpose) -> str:
    if purpose == CodePurpose.SIGN_OFF:
        return booking.current_quote(call).seal
    if purpose == CodePurpose.FOLLOW_UP:
        prepared = follow_ups.open_follow_up(call)
        return str(prepared.pk) if prepared else ""
    change = changes.open_change(call) if purpose == CodePurpose.CHANGE else None
    return change.seal if change else ""


def write_sign_off(*, call: ServiceCall, yes: SignOff, now: Occasion) -> SignOff:
    """Write the customer's yes to the current quote, once; a second sign-off returns the first.

    `yes` says how it was said and by whom, and is not saved yet.
    """
    earlier = SignOff.objects.filter(call=call).first()
    if earlier is not None:
        return earlier
    yes.call, yes.quote, yes.at = call, booking.current_quote(call), now.at
    yes.quote_seal = yes.quote.seal
    yes.save()
    return yes


def write_objection(*, call: ServiceCall, words: str, now: Occasion) -> None:
    """Write what the customer says is not right, once. Refuses an objection without a word."""
    if not words.strip():
        raise WordsMissing
    Objection.objects.create(call=call, words=words.strip()[:2000], at=now.at)


def write_silent_sign_off(call: ServiceCall, now: Occasion) -> None:
    """Write that the customer, reminded twice, did not object within 24 hours (PAY-30)."""
    write_sign_off(call=call, yes=SignOff(method=SignOffMethod.SILENCE, evidence={"reminders": "2"}), now=now)


def _digest(row: OneTimeCode, code: str) -> str:
    return hashlib.sha256(f"{row.id}:{code}".encode()).hexdigest()
