"""Countries: currency, tax, fees, deadlines, holidays, places: one file of algorithms a country, all values as dated rows.

Nouns: Country, DatedValue, LegalEntity, Locality. Invariant: for one country and key at most one value holds on a day.
Absent on purpose: anything that differs between brands.
"""
