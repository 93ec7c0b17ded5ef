"""Quality: what customers say of visits, what follows for a helper's standing, and cases of the guarantee.

Nouns: Rating, Recommendation, GuaranteeCase, CasePhoto. Invariants: one rating per call, by its customer, after
sign-off; whether the brand is recommended is asked once per call; one case is open per call, and a decision is final
and has its reason. Absent on purpose: answers to offers; money, which the journey moves as a case is decided.
"""
