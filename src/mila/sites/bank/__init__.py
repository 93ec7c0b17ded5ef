"""The bank's door: where its messages arrive, and the pages of the stand-in where there is no real bank.

Absent on purpose: what a message changes; that is a step of the journey.
"""
