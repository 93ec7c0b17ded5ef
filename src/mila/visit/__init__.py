"""Visit: calling the customer, the checklist, one-time codes, and the sign-off with its evidence.

Nouns: ContactAttempt, Introduction, Absence, CheckOut, StepDone, Photo, VisitNote, Position,
KeptTap, OneTimeCode, SignOff.
Invariants: a call is signed off once; a code works once, for a short time, for five tries, and only its hash is kept;
a helper leaves a call without the work once, for a cause. Absent on purpose: Wi-Fi passwords, which are stored nowhere.
"""
