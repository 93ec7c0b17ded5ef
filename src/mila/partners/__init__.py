"""Partners: brands, what they sell at which price and under which contract, their rules and contacts.

Nouns: Brand, Price, CommissionRule, ContractText, SupportContact, ApiKey. Invariants: the operator's own site is a
brand like any other; for a brand, package and country at most one price holds on a day; a key's secret is shown once.
Absent on purpose: `if` statements about a brand anywhere in the house; what differs is a row here.
"""
