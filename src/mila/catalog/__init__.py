"""Catalogue: the skills there are and the service packages a customer can book.

Nouns: Skill, Family, Package, PackageSkill. Invariant: a needed skill has a level from 1 to 5.
Absent on purpose: prices (they belong to brands) and who holds a skill (the crowd).
"""
