"""Firms outside that know places; each can be away without stopping a booking."""
