"""Simulation: a country, a crowd, a day: rows to look at, and people who act, on the real journey; imported by nobody."""
