"""The shops' door: where brands' shops tell of orders, and the demonstration's shop where there is no real one.

Absent on purpose: what an order changes; that is a verb of the journey.
"""
