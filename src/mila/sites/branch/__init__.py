"""The counter of a brand's branch, on a tablet: finds an order by its number, compares, hands out, takes back.
It gives the brand's word on orders of recommended products, too: noted, confirmed, cancelled, come back.

Invariant: a seat sees what lies at its own branch, all sales of its brand, and of the helper the first name, the
last one's initial and the face; of the customer nothing. Absent on purpose: what follows from a hand-over, which is a
step of the journey.
"""
