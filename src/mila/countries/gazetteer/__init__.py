"""Where a postcode and a town lie, without asking anybody outside.

Nouns: locality (a postcode with one of its places), placed (a position with the radius it is good for),
outline (a country's border to draw on). Invariant: a position is never given without its accuracy.
Absent on purpose: streets and house numbers; a geocoder (`mila.countries.geocoding`) knows those.
"""
