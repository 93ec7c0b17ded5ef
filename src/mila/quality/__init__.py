"""Quality: what customers say of visits, and what follows for a helper's standing.

Nouns: Rating. Invariant: one rating per call, by its customer, after sign-off. Absent on purpose: answers to offers.
"""
