"""The customer's door: booking, one question a page, and the status page that shows the whole service.

Nouns: Draft (a booking being put together, kept in the session), Story (what a stage means to the customer).
Invariants: no account is needed; every page works without a script; a draft books once; the price shown first is the
price asked for. Absent on purpose: card numbers, which are the bank's page's business.
"""
