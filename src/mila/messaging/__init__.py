"""Messaging: who is told what, in which language, over which channel.

Nouns: Message (an outbox row), Carrier (who brings it to the person). Invariants: one message per key, so nobody is
told the same thing twice; messages leave only after the step that caused them was committed, and in turn for each
person; a helper's message never holds a word about the customer, since a mail cannot be taken back when the visit is;
a subject never holds anything personal. Absent on purpose: decisions about what follows from a step (journey).
"""
