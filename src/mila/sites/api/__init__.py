"""The programs' door: API v1, its description and its documentation.

`interface.py` is the whole interface, `pages/` answer, `shapes.py` says what comes and goes, `problems.py` what goes
wrong. Every write is one verb of the journey, taken once per Idempotency-Key (`once.py`). Invariant: a key sees its own
brand's calls alone; what belongs to another brand is not there (404). Absent on purpose: changing the time of a call.
"""
