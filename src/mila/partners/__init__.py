"""Partners: brands, what they sell at which price and under which contract, their rules and contacts.

Nouns: Brand, Price, CommissionRule, ContractText, SupportContact, ApiKey, Product, Shop,
SalesCommission. Invariants: the operator's own site is a brand like any other; for a brand, package and country at most
one price holds on a day, for a brand or a product one commission on sales; the secret of a key or shop is shown once.
Absent on purpose: `if` statements about a brand anywhere in the house; what differs is a row here.
"""
