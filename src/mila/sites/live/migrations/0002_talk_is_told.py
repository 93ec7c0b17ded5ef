"""What helper and client write to one another is told to their open pages."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("live", "0001_changes_are_told"), ("visit", "0008_talk")]

    operations: ClassVar = [
        migrations.RunSQL(
            "create trigger told after insert or update on visit_talkline "
            "for each row execute function mila_tell_change('call')",
            "drop trigger told on visit_talkline",
        )
    ]
