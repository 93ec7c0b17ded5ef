"""The live door: streams that tell open pages that something has changed, beside Django, without threads or sessions.

Nouns: topic (a call, a helper, the desk), pass (a signed list of topics, good for an hour), hub (who listens to what).
Invariants: a stream says *that* something changed and never what; it holds no thread and no connection of the pool;
where the house cannot hear the database it has no streams, and pages look by themselves every few seconds.
"""
