"""The desk: what the operator's people see of calls, messages and books, and what they may do about them.

`lists.py` and `dossier.py` read, `words.py` says it in plain words, `pages/` answer. Every action names a reason and
is one verb of the journey. Absent on purpose: any way to edit a row past the journey.
"""
