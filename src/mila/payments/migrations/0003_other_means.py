import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import OuterRef, Subquery


def say_on_which_means(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Until now a call had the same means from its first hold to its last one that was granted."""
    means = apps.get_model("payments", "Means").objects.filter(call=OuterRef("call"))
    holds = apps.get_model("payments", "Hold").objects.filter(tries__gt=0, call__means__isnull=False)
    holds.update(means=Subquery(means.values("reference")[:1]))


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0003_other_means"),
        ("payments", "0002_books"),
    ]

    operations = [
        migrations.AlterField(
            model_name="hold",
            name="change",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="holds",
                to="booking.changerequest",
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="means",
            field=models.CharField(blank=True, default="", max_length=80),
            preserve_default=False,
        ),
        migrations.RunPython(say_on_which_means, migrations.RunPython.noop),
    ]
