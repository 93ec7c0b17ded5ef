"""A measured way counts while the helper still lives where it began."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("dispatch", "0006_kept_facts")]
    operations: ClassVar = [
        migrations.RunSQL("delete from dispatch_road", migrations.RunSQL.noop),  # none was measured so far
        migrations.AddField("road", "latitude", models.FloatField(default=0), preserve_default=False),
        migrations.AddField("road", "longitude", models.FloatField(default=0), preserve_default=False),
    ]
