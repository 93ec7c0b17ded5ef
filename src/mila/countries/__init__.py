"""Countries: currency, tax, fees, deadlines, holidays, places: a file of algorithms each, values as dated rows.

Nouns: Country, DatedValue, LegalEntity, Locality. Invariant: for one country and key at most one value holds on a day.
Absent on purpose: anything that differs between brands.
"""
