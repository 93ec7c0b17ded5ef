"""Booking: service calls with their people, addresses, wishes and quotes; searches, offers, assignments; the diary.

Nouns: ServiceCall, Party, Address, WishedSlot, Quote, QuoteLine, Search, Offer, Assignment, DiaryEntry, Exclusion.
Invariants, kept by the database: at most one exclusive open offer per call and per helper, one active assignment per
call, no overlapping assignments of one person; quotes and the diary are never changed or deleted.
Absent on purpose: who may move a call (journey) and whom to ask (dispatch).
"""
