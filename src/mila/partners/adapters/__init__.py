"""Firms outside that brands bring along: their shops."""
