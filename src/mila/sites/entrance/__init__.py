"""Entrance: the door at which everybody who has an account signs in by a link sent to them, and out.

The answer to an address is always the same, so that nobody learns who has an account; opening a link spends nothing,
since mail scanners open links: the button on its page does.
"""
