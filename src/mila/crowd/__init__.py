"""Crowd: providers and their helpers, what they can, where and when they work, what they signed.

Nouns: Provider (the business party: a Friend, a Pro or a company), Helper (the person who comes), HeldSkill,
WeeklyHours, AvailabilityException, SignedContract, BackgroundCheck. Invariants: an active helper was vetted by a
person; a background check is noted, its extract never stored. Absent on purpose: offers and visits (booking), stars
(quality).
"""
