"""Receipts and commission notes: in the right supplier's name, numbered without a gap."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext, gettext_noop, override

from mila.booking import queries as booking
from mila.booking.models import Assignment, LineKind, Quote, QuoteLine, ServiceCall
from mila.countries import queries as countries
from mila.countries.models import LegalEntity
from mila.crowd.models import Provider, TaxStatus
from mila.kernel.occasion import Occasion
from mila.partners.models import Payer
from mila.payments import queries, rules
from mila.payments.models import ChargePurpose, ChargeState, Document, DocumentKind, DocumentSeries
from mila.payments.refunding import Parts

COMMISSION = gettext_noop("Commission")
CANCELLED = gettext_noop("Cancelled or missed visit")
WORK = gettext_noop("Work")
GUARANTEE = gettext_noop("Happiness Guarantee")


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a document: its text by language, gross in minor units, rate of tax in basis points."""

    text: dict[str, str]
    gross: int
    rate: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A document before it has its number."""

    issuer: UUID
    kind: DocumentKind
    supplier: dict[str, str]
    recipient: dict[str, str]
    items: list[Item]


def write_documents(call: ServiceCall, now: Occasion) -> None:
    """Write the customer's receipt and, under agency, the helper's commission note; once per call.

    Under agency the receipt for the work is in the helper's name and the guarantee fee is on one of the operator's
    own. Where the brand pays, its monthly invoice is the document.
    """
    quote, held = booking.current_quote(call), booking.last_assignment(call)
    if held is None or quote.payer_kind == Payer.BRAND or call.documents.exists():
        return
    on = queries.service_day(call, now.at)
    drafts = _agency(call, quote, held, on) if queries.is_agency(quote) else _principal(call, quote, on)
    for draft in drafts:
        if draft.items:
            issue(call, quote, draft, on, now)


def write_cancellation_receipt(call: ServiceCall, now: Occasion) -> None:
    """Write the receipt of a cancellation or a journey in vain that was paid; once per call.

    Under agency the helper's share is the helper's own, and the rest the operator's: two receipts, as for the visit.
    """
    quote = booking.current_quote(call)
    charge = call.charges.filter(purpose=ChargePurpose.CANCELLATION, state=ChargeState.CAPTURED).first()
    if charge is None or call.documents.filter(kind=DocumentKind.RECEIPT).exists():
        return
    on = queries.service_day(call, now.at)
    claim = call.claims.filter(purpose=ChargePurpose.CANCELLATION).select_related("provider").first()
    drafts, rest, entity = [], charge.amount, quote.issuing_entity
    if claim is not None and queries.is_agency(quote):
        share = Item(_in_all_languages(CANCELLED), claim.gross, _own_rate(claim.provider, call, on))
        drafts = [Draft(claim.provider_id, DocumentKind.RECEIPT, _provider(claim.provider), _customer(call), [share])]
        rest -= claim.gross
    kept = [Item(_in_all_languages(CANCELLED), rest, queries.own_rate(call, on))] if rest else []
    drafts.append(Draft(entity.pk, DocumentKind.RECEIPT, _entity(entity), _customer(call), kept))
    for draft in drafts:
        if draft.items:
            issue(call, quote, draft, on, now)


def write_credit_notes(call: ServiceCall, parts: Parts, now: Occasion) -> None:
    """Write the credit notes of what was taken back: what was sold is corrected by its supplier.

    Under agency the helper corrects the work, the operator the guarantee fee and, to the helper, the commission.
    """
    quote, held = booking.current_quote(call), booking.last_assignment(call)
    if held is None:
        return
    on, entity, customer = queries.service_day(call, now.at), quote.issuing_entity, _customer(call)
    operator, provider, own = _entity(quote.issuing_entity), held.provider, queries.own_rate(call, on)
    fee, commission = _credit(GUARANTEE, parts.fee, own), _credit(COMMISSION, parts.commission, own)
    kind, drafts = DocumentKind.CREDIT_NOTE, []
    if queries.is_agency(quote):
        work = _credit(WORK, parts.work, _own_rate(provider, call, on))
        drafts = [Draft(provider.pk, kind, _provider(provider), customer, work)]
        drafts.append(Draft(entity.pk, kind, operator, customer, fee))
        drafts.append(Draft(entity.pk, DocumentKind.COMMISSION, operator, _provider(provider), commission))
    else:
        drafts = [Draft(entity.pk, kind, operator, customer, _credit(WORK, parts.work, own) + fee)]
    for draft in drafts:
        if draft.items:
            issue(call, quote, draft, on, now)


def write_cancellation_credit(call: ServiceCall, parts: Parts, now: Occasion) -> None:
    """Write the credit notes of what a cancellation cost and was taken back, by whose receipts they correct."""
    quote, on = booking.current_quote(call), queries.service_day(call, now.at)
    entity, customer = quote.issuing_entity, _customer(call)
    claim = call.claims.filter(purpose=ChargePurpose.CANCELLATION).select_related("provider").first()
    kind, kept, drafts = DocumentKind.CREDIT_NOTE, parts.work, []
    if claim is not None and queries.is_agency(quote):
        share = _credit(CANCELLED, parts.share, _own_rate(claim.provider, call, on))
        drafts = [Draft(claim.provider_id, kind, _provider(claim.provider), customer, share)]
        kept = parts.commission
    own = _credit(CANCELLED, kept, queries.own_rate(call, on))
    drafts.append(Draft(entity.pk, kind, _entity(entity), customer, own))
    for draft in drafts:
        if draft.items:
            issue(call, quote, draft, on, now)


def _credit(words: str, amount: int, rate: int) -> list[Item]:
    return [Item(_in_all_languages(words), -amount, rate)] if amount else []


def _own_rate(provider: Provider, call: ServiceCall, on: date) -> int:
    return queries.own_rate(call, on) if provider.tax_status == TaxStatus.REGISTERED else 0


def _agency(call: ServiceCall, quote: Quote, held: Assignment, on: date) -> list[Draft]:
    # Always in this order: two calls that wait for the same series cannot wait for each other.
    customer, operator = _customer(call), _entity(quote.issuing_entity)
    provider, entity = held.provider, quote.issuing_entity
    work = [line for line in quote.lines.all() if line.kind != LineKind.GUARANTEE_FEE]
    fees = [line for line in quote.lines.all() if line.kind == LineKind.GUARANTEE_FEE]
    works = [Item(line.description, line.amount, _provider_rate(provider, line, on)) for line in work]
    return [
        Draft(provider.pk, DocumentKind.RECEIPT, _provider(provider), customer, works),
        Draft(entity.pk, DocumentKind.RECEIPT, operator, customer, _items(quote, fees, on)),
        Draft(entity.pk, DocumentKind.COMMISSION, operator, _provider(provider), _commission(call, on)),
    ]


def _principal(call: ServiceCall, quote: Quote, on: date) -> list[Draft]:
    entity, lines = quote.issuing_entity, list(quote.lines.all())
    items = _items(quote, lines, on)
    return [Draft(entity.pk, DocumentKind.RECEIPT, _entity(entity), _customer(call), items)]


def _items(quote: Quote, lines: list[QuoteLine], on: date) -> list[Item]:
    country = quote.call.country_id
    return [Item(line.description, line.amount, countries.vat_rate(country, line.vat_code, on)) for line in lines]


def _provider_rate(provider: Provider, line: QuoteLine, on: date) -> int:
    if provider.tax_status != TaxStatus.REGISTERED:
        return 0
    return countries.vat_rate(line.quote.call.country_id, line.vat_code, on)


def _commission(call: ServiceCall, on: date) -> list[Item]:
    claim = call.claims.filter(purpose=ChargePurpose.VISIT, commission__gt=0).first()
    if claim is None:
        return []
    return [Item(_in_all_languages(COMMISSION), claim.commission, queries.own_rate(call, on))]


def _in_all_languages(words: str) -> dict[str, str]:
    texts = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            texts[language] = gettext(words)
    return texts


def _customer(call: ServiceCall) -> dict[str, str]:
    return {"name": call.payer.name} | _address(call.address)


def _provider(provider: Provider) -> dict[str, str]:
    return {"name": provider.name, "tax_number": provider.tax_number, "tax_status": provider.tax_status} | _address(
        provider
    )


def _entity(entity: LegalEntity) -> dict[str, str]:
    return {"name": entity.name, "tax_number": entity.tax_number} | _address(entity)


def _address(place: Any) -> dict[str, str]:  # noqa: ANN401 - three rows with the same columns and no common class
    columns = ("street", "house_number", "postcode", "town")
    return {column: getattr(place, column) for column in columns} | {"country": place.country_id}


def issue(call: ServiceCall, quote: Quote, draft: Draft, on: date, now: Occasion) -> Document:
    """Give the draft the next number of its issuer's series and write it down."""
    year = now.at.astimezone(countries.zone(call.country)).year
    lines = [rules.Line(LineKind.PACKAGE, item.gross, item.rate) for item in draft.items]
    return Document.objects.create(
        issuer=draft.issuer,
        kind=draft.kind,
        year=year,
        number=next_number(draft.issuer, draft.kind, year),
        call=call,
        supplier=draft.supplier,
        recipient=draft.recipient,
        lines=[{"text": item.text, "gross": item.gross, "rate": item.rate} for item in draft.items],
        taxes=[_tax(tax) for tax in rules.taxes(lines)],
        total=rules.total(lines),
        currency=quote.currency,
        serviced_on=on,
        issued_at=now.at,
    )


def _tax(tax: rules.Tax) -> dict[str, int]:
    return {"rate": tax.rate, "net": tax.net, "tax": tax.tax, "gross": tax.gross}


def next_number(issuer: UUID, kind: DocumentKind, year: int) -> int:
    """Return the next number of a series; its row stays locked until the document is written, so no number is lost."""
    DocumentSeries.objects.get_or_create(issuer=issuer, kind=kind, year=year)
    series = DocumentSeries.objects.select_for_update().get(issuer=issuer, kind=kind, year=year)
    series.last += 1
    series.save(update_fields=["last"])
    return series.last
