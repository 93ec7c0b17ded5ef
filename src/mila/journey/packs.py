"""The evidence in a dispute, of everything that the house knows: what was agreed, done, signed and said."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from mila.booking import chain
from mila.booking import queries as booking
from mila.booking.models import Consent, Quote, ServiceCall
from mila.countries import queries as countries
from mila.journey.evidence import Fact, Section, browser, door, signature, steps, whereabouts
from mila.kernel.money import Money
from mila.kernel.texts import say
from mila.messaging import queries as messaging
from mila.messaging.facts import Telling
from mila.messaging.models import MessageState
from mila.payments.models import Dispute, RefundState
from mila.visit.models import Photo, TalkLine
from mila.visit.phrases import OF_CLIENT, OF_HELPER

MOST_LETTERS = 40
MOST_PHOTOS = 8
LEGAL_TO_SHOW = ("confirm_booking", "confirm_change", "send_receipt", "announce_silent_sign_off", "tell_signed_by_hand")


def pack_of(row: Dispute, language: str, at: datetime) -> list[Section]:
    """Return the evidence in the language that is active; sections about which nothing is known are left out."""
    call, telling = row.call, Telling(row.call, language, at)
    found = [
        Section(_("The payment"), _payment(row, telling)),
        Section(_("What was ordered and agreed"), _agreed(call, telling)),
        Section(_("The conditions"), _conditions(call, telling)),
        Section(_("The visit"), door(call) + whereabouts(call)),
        Section(_("The work"), steps(call) + _photos(call)),
        Section(_("The sign-off"), signature(call)),
        Section(_("Letters to the customer"), _letters(call)),
        Section(_("What client and helper wrote to one another"), _talk(call)),
        Section(_("Receipts"), _receipts(call, telling)),
        Section(_("Guarantee cases"), _cases(call, telling)),
    ]
    return [section for section in found if section.facts]


def as_handed_in(sections: Sequence[Section]) -> list[dict[str, object]]:
    """Return the evidence as it is written down and sent: every time in UTC."""
    return [
        {
            "title": section.title,
            "lines": [
                {"what": fact.what, "at": f"{fact.at:%Y-%m-%d %H:%M:%S} UTC" if fact.at else ""}
                for fact in section.facts
            ],
        }
        for section in sections
    ]


def photos_of(call: ServiceCall) -> list[tuple[str, bytes]]:
    """Return the photos of the work that are handed in, each with what it shows."""
    return [(photo.code, bytes(photo.jpeg)) for photo in shown(call)]


def _payment(row: Dispute, telling: Telling) -> list[Fact]:
    charge, call = row.charge, row.call
    facts = [Fact(_("Order number %(number)s, %(name)s") % {"number": call.order_number, "name": call.payer.name})]
    taken = {"amount": telling.money(Money(charge.amount, charge.currency)), "reference": charge.reference}
    facts.append(Fact(_("%(amount)s taken, reference %(reference)s") % taken, charge.captured_at))
    for refund in call.refunds.filter(state=RefundState.REFUNDED).order_by("refunded_at"):
        given = {"amount": telling.money(Money(refund.amount - refund.covered, refund.currency))}
        words = _("Refunded already: %(amount)s, reference %(reference)s") % (given | {"reference": refund.reference})
        facts.append(Fact(words, refund.refunded_at))
    return facts


def _agreed(call: ServiceCall, telling: Telling) -> list[Fact]:
    facts = [Fact(_("Booked"), call.booked_at)]
    yes = {consent.change.quote_id: consent for consent in _consents(call)}
    quotes = booking.quotes(call)
    for quote in quotes:
        facts += _quote(quote, telling)
        if consent := yes.get(quote.pk):
            name = consent.party.name if consent.party else consent.name
            said = {"name": name or _("the brand"), "how": consent.get_method_display()}
            facts.append(Fact(_("Agreed by %(name)s: %(how)s") % said, consent.at))
            facts += browser(consent.evidence)
    if chain.follow(quotes):
        facts.append(Fact(_("The chain of prices is whole: each seal covers the one before")))
    return facts


def _quote(quote: Quote, telling: Telling) -> list[Fact]:
    lines = ", ".join(
        f"{say(line.description, telling.language)} {telling.money(Money(line.amount, quote.currency))}"
        for line in quote.lines.all()
    )
    said = {
        "version": quote.version,
        "lines": lines,
        "total": telling.money(quote.total_money),
        "seal": quote.seal[:16],
    }
    return [Fact(_("Price %(version)s: %(lines)s; in all %(total)s; seal %(seal)s") % said, quote.approved_at)]


def _consents(call: ServiceCall) -> Sequence[Consent]:
    return list(Consent.objects.filter(change__call=call).select_related("change", "party"))


def _conditions(call: ServiceCall, telling: Telling) -> list[Fact]:
    policy = countries.cancellation_policy(call.country_id, countries.day_in(call.country, call.booked_at))
    values = {
        "hours": policy.free_hours,
        "late": policy.late_share // 100,
        "near": policy.near_share // 100,
        "cap": telling.money(Money(policy.door_cap_minor, call.country.currency)),
    }
    words = _("Cancelling is free until %(hours)s h before, then %(late)s %% or %(near)s %%, never more than %(cap)s")
    facts = [Fact(words % values, call.booked_at)]
    for entry in call.diary.filter(step="early_start"):
        said = {"version": entry.facts.get("version", "")}
        facts.append(
            Fact(_("Wished the work to begin within the withdrawal period, text %(version)s") % said, entry.at)
        )
    return facts


def _photos(call: ServiceCall) -> list[Fact]:
    return [
        Fact(_("Photo, SHA-256 %(digest)s") % {"digest": hashlib.sha256(bytes(photo.jpeg)).hexdigest()}, photo.at)
        for photo in shown(call)
    ]


def shown(call: ServiceCall) -> Sequence[Photo]:
    """Return the photos that are handed in: the last ones, in the order in which they were taken."""
    return list(Photo.objects.filter(call=call).order_by("-at", "-id")[:MOST_PHOTOS])[::-1]


def _letters(call: ServiceCall) -> list[Fact]:
    sent = messaging.messages_of_call(call.pk).filter(account=None, state=MessageState.SENT)
    facts = []
    for letter in sent.exclude(template="send_code")[:MOST_LETTERS]:
        said = {"subject": letter.subject or _without_links(letter.text), "to": letter.recipient}
        facts.append(Fact(_("“%(subject)s” to %(to)s") % said, letter.sent_at))
        if letter.template in LEGAL_TO_SHOW:
            digest = hashlib.sha256(letter.text.encode()).hexdigest()
            facts.append(Fact(_("Its text, SHA-256 %(digest)s") % {"digest": digest}))
    return facts


def _without_links(text: str) -> str:
    # A link to the status page lets in whoever has it.
    return text.partition("http")[0].strip()[:80]


def _talk(call: ServiceCall) -> list[Fact]:
    """Their words are in the evidence once the desk has read them, which needs a reason; before, only how many."""
    lines = list(TalkLine.objects.filter(call=call).order_by("at", "id"))
    if not call.diary.filter(step="talk_read").exists():
        return (
            [Fact(_("Messages between them: %(count)s; the desk has not read them") % {"count": len(lines)})]
            if lines
            else []
        )
    who, usual = {"customer": _("Customer"), "provider": _("Helper")}, {**OF_HELPER, **OF_CLIENT}
    return [Fact(f"{who[line.by]}: {line.text or usual.get(line.phrase, line.phrase)}", line.at) for line in lines]


def _receipts(call: ServiceCall, telling: Telling) -> list[Fact]:
    return [
        Fact(
            f"{paper.get_kind_display()} {paper.year}-{paper.number}, "
            + telling.money(Money(paper.total, paper.currency)),
            paper.issued_at,
        )
        for paper in call.documents.order_by("issued_at", "id")
    ]


def _cases(call: ServiceCall, telling: Telling) -> list[Fact]:
    facts = []
    for case in call.cases.order_by("opened_at"):
        facts.append(Fact(_("The customer says: “%(words)s”") % {"words": case.words}, case.opened_at))
        if case.answered_at:
            facts.append(Fact(_("The helper says: “%(words)s”") % {"words": case.answer}, case.answered_at))
        if case.decided_at:
            said = {"outcome": case.get_outcome_display(), "reason": case.reason}
            facts.append(Fact(_("Decided: %(outcome)s. %(reason)s") % said, case.decided_at))
    return facts
