"""Simulation: a country, its crowd and their past, as rows to look at; absent from production, imported by nobody."""
