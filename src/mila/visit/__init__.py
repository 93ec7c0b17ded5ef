"""Visit: calling the customer, the checklist, one-time codes, and the sign-off with its evidence.

Nouns: ContactAttempt, StepDone, OneTimeCode, SignOff. Invariants: a call is signed off once; a code works once, for a
short time, for five tries, and only its hash is kept. Absent on purpose: Wi-Fi passwords, which are stored nowhere.
"""
