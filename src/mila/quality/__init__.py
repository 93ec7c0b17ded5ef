"""Quality: what customers say of visits, and what follows for a helper's standing.

Nouns: Rating, Recommendation. Invariants: one rating per call, by its customer, after sign-off; whether the brand is
recommended is asked once per call. Absent on purpose: answers to offers.
"""
