"""Messages to the Help Center: asked by anybody, answered by the desk within a day, followed to the end."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from mila.booking.models import ServiceCall
from mila.countries.models import Country
from mila.crowd.models import Helper
from mila.kernel.occasion import Occasion, Who
from mila.kernel.refusal import Refusal
from mila.partners.models import Brand
from mila.quality.models import Inquiry, InquiryLine, InquiryState

TO_ANSWER = timedelta(days=1)
WORDS_AT_MOST = 2000
A_DAY_AT_MOST = 5  # new ones of one person
LINES_A_DAY = 20  # of the person in one of them
REOPENED_WITHIN = timedelta(days=30)


class WordsMissing(Refusal):
    """A message without a word."""

    code = "words_missing"
    status = 422
    sentence = _("Please say in a few words what it is about.")
    field = "words"


class TooManyInquiries(Refusal):
    """Somebody has written very often within a day."""

    code = "too_many_inquiries"
    status = 429
    sentence = _("You have written to us several times today, and we will answer. If it is urgent, please call.")


class WrittenMeanwhile(Refusal):
    """The person has written something that whoever answers or closes has not seen."""

    code = "written_meanwhile"
    sentence = _("Something was written meanwhile. Please read it first.")


class InquiryOver(Refusal):
    """It was closed long ago: a new message is a new inquiry."""

    code = "inquiry_over"
    sentence = _("This was closed a while ago. Please write a new message.")


@dataclass(frozen=True, slots=True)
class Asker:
    """Who writes, at which brand and in which country; `call` or `helper` where one is known."""

    brand: Brand
    country: Country
    name: str
    email: str
    phone: str
    language: str
    call: ServiceCall | None = None
    helper: Helper | None = None


def ask(*, asker: Asker, words: str, key: str, now: Occasion) -> Inquiry:
    """Write a message to the Help Center. Refuses a sixth a day.

    The same submission again returns the first; with other words, as after a step back in the browser, they are
    added, with the refusals of `go_on`.
    """
    said = _said(words)
    known = Inquiry.objects.select_for_update(no_key=True).filter(submission_key=key).first()
    if known is not None:
        if not known.lines.filter(words=said).exists():
            go_on(inquiry=known, words=words, now=now)
        return known
    if _of_the_same(asker).filter(opened_at__gt=now.at - timedelta(days=1)).count() >= A_DAY_AT_MOST:
        raise TooManyInquiries
    made = Inquiry.objects.create(
        submission_key=key,
        brand=asker.brand,
        country=asker.country,
        call=asker.call,
        helper=asker.helper,
        name=asker.name,
        email=asker.email.lower(),
        phone=asker.phone,
        language=asker.language,
        opened_at=now.at,
        answer_by=now.at + TO_ANSWER,
    )
    _write(made, said, now)
    return made


def go_on(*, inquiry: Inquiry, words: str, now: Occasion) -> InquiryLine:
    """Write a further word of the person on a locked inquiry: the desk answers anew within its time.

    The same word again, while nobody has answered, changes nothing.
    """
    said = _said(words)
    if inquiry.closed_at is not None and now.at > inquiry.closed_at + REOPENED_WITHIN:
        raise InquiryOver
    last = _last(inquiry)
    if last is not None and last.by != Who.DESK and last.words == said:
        return last
    theirs = inquiry.lines.exclude(by=Who.DESK).filter(at__gt=now.at - timedelta(days=1))
    if theirs.count() >= LINES_A_DAY:
        raise TooManyInquiries
    if inquiry.state != InquiryState.OPEN:
        inquiry.state, inquiry.answer_by, inquiry.closed_at = InquiryState.OPEN, now.at + TO_ANSWER, None
        inquiry.save(update_fields=["state", "answer_by", "closed_at"])
    return _write(inquiry, said, now)


def take(*, inquiry: Inquiry, owner: UUID) -> None:
    """Let somebody at the desk look after it; the last who says so does."""
    inquiry.owner_id = owner
    inquiry.save(update_fields=["owner"])


def answer(*, inquiry: Inquiry, words: str, seen: UUID, now: Occasion) -> InquiryLine:
    """Write the desk's answer on a locked inquiry; who answers looks after it where nobody did.

    `seen` is the last line that the desk has read. The same words again, while the person has not written, change
    nothing. Refuses to answer what was not read.
    """
    said, last = _said(words), _last(inquiry)
    if last is not None and last.by == Who.DESK and last.words == said:
        return last
    _was_read(last, seen)
    line = _write(inquiry, said, now)
    inquiry.state, inquiry.answer_by, inquiry.closed_at = InquiryState.ANSWERED, None, None
    inquiry.answered_at, inquiry.owner_id = now.at, inquiry.owner_id or now.actor
    inquiry.save(update_fields=["state", "answer_by", "closed_at", "answered_at", "owner"])
    return line


def close(*, inquiry: Inquiry, seen: UUID, now: Occasion) -> None:
    """Close a locked inquiry: nothing more is to be done after the line `seen`. Closing it again changes nothing.

    Refuses to close what was not read.
    """
    if inquiry.state != InquiryState.CLOSED:
        _was_read(_last(inquiry), seen)
        inquiry.state, inquiry.answer_by, inquiry.closed_at = InquiryState.CLOSED, None, now.at
        inquiry.owner_id = inquiry.owner_id or now.actor
        inquiry.save(update_fields=["state", "answer_by", "closed_at", "owner"])


def waiting() -> QuerySet[Inquiry]:
    """Return what waits for the desk, the earliest deadline first."""
    return _seen().filter(state=InquiryState.OPEN).order_by("answer_by", "id")


def answered() -> QuerySet[Inquiry]:
    """Return what waits for the person, the latest answer first."""
    return _seen().filter(state=InquiryState.ANSWERED).order_by("-answered_at", "-id")


def closed() -> QuerySet[Inquiry]:
    """Return what is closed, the latest first."""
    return _seen().filter(state=InquiryState.CLOSED).order_by("-closed_at", "-id")


def of_key(key: str) -> Inquiry | None:
    """Return the inquiry that the secret key opens."""
    return _seen().filter(key=key).first()


def of_id(inquiry_id: UUID) -> Inquiry | None:
    """Return the inquiry of the id."""
    return _seen().filter(pk=inquiry_id).first()


def of_call(call: ServiceCall) -> QuerySet[Inquiry]:
    """Return what was asked about the call, the latest first."""
    return Inquiry.objects.filter(call=call).order_by("-opened_at", "-id")


def of_helper(helper_id: UUID) -> QuerySet[Inquiry]:
    """Return what the helper has asked, the latest first."""
    return _seen().filter(helper=helper_id).order_by("-opened_at", "-id")


def is_late(inquiry: Inquiry, at: datetime) -> bool:
    """Tell whether the desk's deadline is over."""
    return inquiry.answer_by is not None and inquiry.answer_by < at


def _seen() -> QuerySet[Inquiry]:
    lines = Prefetch("lines", InquiryLine.objects.order_by("at", "id"))
    return Inquiry.objects.select_related("brand", "country", "call", "helper", "owner").prefetch_related(lines)


def _of_the_same(asker: Asker) -> QuerySet[Inquiry]:
    if asker.helper is not None:
        return Inquiry.objects.filter(helper=asker.helper)
    if asker.call is not None:
        return Inquiry.objects.filter(call=asker.call, helper=None)
    return Inquiry.objects.filter(email=asker.email.lower(), call=None, helper=None)


def _said(words: str) -> str:
    said = words.strip()[:WORDS_AT_MOST]
    if not said:
        raise WordsMissing
    return said


def _write(inquiry: Inquiry, said: str, now: Occasion) -> InquiryLine:
    account = now.actor if now.by == Who.DESK else None
    return InquiryLine.objects.create(inquiry=inquiry, by=now.by, account_id=account, words=said, at=now.at)


def _last(inquiry: Inquiry) -> InquiryLine | None:
    return inquiry.lines.order_by("-at", "-id").first()


def _was_read(last: InquiryLine | None, seen: UUID) -> None:
    if last is not None and last.pk != seen:
        raise WrittenMeanwhile
