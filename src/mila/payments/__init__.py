"""Payments: means of payment, holds, charges, the double-entry ledger, claims, pay-outs, receipts.

Nouns: Means, Hold, Charge, Posting, Entry, Claim, Sale, Dispute, Payout, Document, BankEvent. Invariants: every
posting balances per currency and is never changed; every call to the payment provider carries a key made from our own
row; a claim is paid once.
Absent on purpose: cash.
"""
