"""The demonstration: its start page, the mailbox of everybody, the style page.

Reachable in demonstration mode only. Absent on purpose: any power that the real doors do not have, apart from signing
in as one of the invented people with one press.
"""
