"""Journey: the life of a service call as one table, the machine that runs it, and the verbs the doors call.

Nouns: Step, Lifecycle. Invariants: only `machine.py` writes a call's stage; every step, its evidence and all that
follows is one transaction under the call's row lock; every stage can be left by the clock or the desk.
Absent on purpose: an event bus; what follows from a step is read beside the step.
"""
