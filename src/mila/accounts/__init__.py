"""Accounts: who may sign in, by which ways, and who sits at the desk.

Nouns: Account, SignInLink, Passkey, Authenticator, RecoveryCode, Session, Brake, SecurityEvent, DeskSeat. Invariants: a
link, a code of an app and a recovery code work once; of secrets only hashes are kept, or what is sealed; nobody takes
their own last way in; a guess too many slows the next one down and never shuts a passkey or a link out.
Absent on purpose: customers (they need no account) and what an account's person may do in another room.
"""
