"""The stand-in for a bank: it ships, keeps its own rows, and plays every success and failure by test card.

Nouns: Page, Taken, Moved, Event, Reply. Invariant: a key is answered once and always the same.
Absent on purpose: anything of the house's own rows; it knows them by the ids it was told.
"""
