"""The counter of a brand's branch, on a tablet: finds an order by its number, compares, hands out, takes back.

Invariant: a seat sees what lies at its own branch, and of the helper the first name, the last one's initial and the
face; of the customer nothing. Absent on purpose: what follows from a hand-over, which is a step of the journey.
"""
