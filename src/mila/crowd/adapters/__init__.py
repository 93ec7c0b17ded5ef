"""Firms outside that helpers bring along: their calendars."""
