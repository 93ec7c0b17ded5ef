"""The watchers' door: is the service alive, is it ready for work, and how is it doing.

`front.py` stands before everything else, for it has to answer when the database is away, and to watchers who know
nothing of host names. `figures.py` asks only bounded questions: what is overdue, what is open, what the last day
brought. Deliberately absent: anything about a person.
"""
