"""Writing a country's initial rows."""

from mila.countries.models import Country, DatedValue
from mila.countries.rules import CountryFile


def open_country(file: CountryFile) -> Country:
    """Write the country and those of its initial values that have no row yet; edited rows stay."""
    country, _ = Country.objects.get_or_create(
        code=file.code,
        defaults={"currency": file.currency, "zone": file.zone, "languages": list(file.languages)},
    )
    for initial in file.values:
        if not country.values.filter(key=initial.key).exists():
            DatedValue.objects.create(
                country=country,
                key=initial.key,
                value=initial.value,
                holds=(initial.holds_from, None),
                source=initial.source,
            )
    return country
