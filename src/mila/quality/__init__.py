"""Quality: what customers say of visits, what follows for a helper's standing, cases of the guarantee, the Help Center.

Nouns: Rating, Recommendation, GuaranteeCase, CasePhoto, Inquiry. Invariants: one rating per call, by its customer,
after sign-off; whether the brand is recommended is asked once per call; one case is open per call, and a decision is
final and has its reason; a message to the Help Center that waits has its deadline. Absent on purpose: answers to
offers; money, which the journey moves as a case is decided.
"""
