"""Whether the chains of quotes are whole: each seal covers its quote and the seal of the one before."""

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet

from mila.booking.models import Quote, ServiceCall
from mila.booking.rules import PricedLine, Terms, seal


def is_whole(call: ServiceCall) -> bool:
    """Tell whether the call's quotes follow one another without a gap, unchanged, and add up."""
    return follow(_ordered(call.quotes.all()))


def follow(quotes: Iterable[Quote]) -> bool:
    """Tell the same of quotes that have been read already, the first version first."""
    previous, version = "", 0
    for quote in quotes:
        lines = _lines(quote)
        if quote.version != version + 1 or quote.total != sum(line.amount for line in lines):
            return False
        if quote.seal != seal(_terms(quote, lines), previous=previous, form=quote.seal_form):
            return False
        previous, version = quote.seal, quote.version
    return version > 0


def broken(calls: QuerySet[ServiceCall]) -> Iterator[ServiceCall]:
    """Yield those of the calls whose chain is not whole."""
    for call in calls.iterator(chunk_size=500):
        if not is_whole(call):
            yield call


def _ordered(quotes: QuerySet[Quote]) -> QuerySet[Quote]:
    return quotes.select_related("commission_rule").prefetch_related("lines").order_by("version")


def _lines(quote: Quote) -> tuple[PricedLine, ...]:
    ordered = sorted(quote.lines.all(), key=lambda line: line.position)
    return tuple(
        PricedLine(line.kind, line.package_id, line.description, line.amount, line.vat_code) for line in ordered
    )


def _terms(quote: Quote, lines: tuple[PricedLine, ...]) -> Terms:
    rule = quote.commission_rule
    return Terms(
        call=str(quote.call_id),
        version=quote.version,
        contract_model=quote.contract_model,
        payer_kind=quote.payer_kind,
        tiers=tuple(quote.tiers),
        currency=quote.currency,
        provider_pay=quote.provider_pay,
        commission=rule.basis_points if rule else None,
        lines=lines,
    )
