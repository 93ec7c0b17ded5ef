"""Messages to the Help Center. Each verb is one transaction under the inquiry's row lock; no call is changed by it."""

from uuid import UUID

from django.db import IntegrityError, transaction

from mila.kernel.occasion import Occasion
from mila.messaging import actions as messaging
from mila.messaging.actions import Answered
from mila.quality import inquiries
from mila.quality.inquiries import Asker
from mila.quality.models import Inquiry, InquiryLine


def ask(*, asker: Asker, words: str, key: str, now: Occasion) -> Inquiry:
    """Write to the Help Center; the same submission again is the first, other words under its key are added to it.

    Refuses a message without a word, a sixth a day, and where words are added what `go_on` refuses.
    """
    try:
        with transaction.atomic():
            return inquiries.ask(asker=asker, words=words, key=key, now=now)
    except IntegrityError:
        return Inquiry.objects.get(submission_key=key)


def go_on(*, inquiry_id: UUID, words: str, now: Occasion) -> InquiryLine:
    """Write a further word, as the person; the desk answers anew. Refuses what was closed a month ago."""
    with transaction.atomic():
        return inquiries.go_on(inquiry=_locked(inquiry_id), words=words, now=now)


def take(*, inquiry_id: UUID, owner: UUID) -> None:
    """Look after a message, as somebody at the desk."""
    with transaction.atomic():
        inquiries.take(inquiry=_locked(inquiry_id), owner=owner)


def answer(*, inquiry_id: UUID, words: str, seen: UUID, now: Occasion) -> InquiryLine:
    """Answer a message, from the desk: the person gets the words by mail, or a link by SMS.

    Refuses no words, and where something was written after the line `seen`. The same answer again is sent once.
    """
    with transaction.atomic():
        row = _locked(inquiry_id)
        line = inquiries.answer(inquiry=row, words=words, seen=seen, now=now)
        answered = Answered(
            id=row.pk,
            line=line.pk,
            words=line.words,
            email=row.email,
            phone=row.phone,
            language=row.language,
            path=f"/app/help/{row.pk}/" if row.helper_id else f"/help/{row.key}/",
            is_in_app=row.helper_id is not None,
        )
        messaging.answer_inquiry(answered, brand=row.brand, country=row.country_id, now=now)
        return line


def close(*, inquiry_id: UUID, seen: UUID, now: Occasion) -> None:
    """Close a message, from the desk: nothing more is to be done. Closing it again changes nothing.

    Refuses where something was written after the line `seen`.
    """
    with transaction.atomic():
        inquiries.close(inquiry=_locked(inquiry_id), seen=seen, now=now)


def _locked(inquiry_id: UUID) -> Inquiry:
    rows = Inquiry.objects.select_for_update(of=("self",), no_key=True).select_related("brand")
    return rows.get(pk=inquiry_id)
