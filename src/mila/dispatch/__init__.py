"""Dispatch: who may be asked, in which order, whom to ask next, and the log of why.

Nouns: Weights, Candidate. Invariants: nobody ineligible is asked; every candidate of every round is kept with
its filters, points and rank; answers to offers never change anybody's points. Absent on purpose: learned models.
"""
