"""Accounts: who may sign in, by which means, and who sits at the desk.

Nouns: Account, SignInLink, DeskSeat. Invariant: a sign-in link works once and for a short time; only its hash is kept.
Absent on purpose: customers (they need no account) and what an account's person may do in another room.
"""
