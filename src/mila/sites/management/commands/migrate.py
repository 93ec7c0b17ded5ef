"""`manage migrate`, as the framework has it, without a look at every page before it."""

from django.core.checks import Tags
from django.core.management.commands import migrate


class Command(migrate.Command):
    """Checks what is about the database alone: to read the pages in takes longer than to make the tables."""

    requires_system_checks = (Tags.database,)
